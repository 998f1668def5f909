//! `plugin.toml`: what a plugin says about itself before anything of it is loaded. Unknown keys are errors.
//! Whether files are there and have their hashes is not checked here.

use crate::contract::Limits;
use crate::native::{AbiVersion, Forms, Ids, Strings};
use claque_model::parse_duration;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::time::Duration;
use thiserror::Error;

/// The manifest format that this program reads.
const VERSION: i64 = 1;

/// Whose code a plugin holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PluginKind {
    /// A compiled library.
    Native,
    /// A Luau script.
    Luau,
}

/// A plugin's manifest, for this platform.
#[derive(Clone, Debug, PartialEq)]
pub struct Manifest {
    /// Id of the plugin.
    pub id: String,
    /// Its semver.
    pub version: String,
    /// Script or library.
    pub kind: PluginKind,
    /// Contract version.
    pub api: String,
    /// SPDX id.
    pub license: Option<String>,
    /// Where it lives.
    pub homepage: Option<String>,
    /// The library, for compiled plugins.
    pub native: Option<NativeManifest>,
    /// What its author expects it to take.
    pub expected: ExpectedLimits,
    /// Declarations of its signals (`[[signal]]`), each with version, api and license of the plugin; a
    /// script's stand in the script.
    pub signals: Vec<Value>,
}

/// The library of a compiled plugin.
#[derive(Clone, Debug, PartialEq)]
pub struct NativeManifest {
    /// Least ABI that it needs: major, minor.
    pub abi: (u16, u16),
    /// The library for this platform, relative to the plugin's folder and inside it.
    pub path: PathBuf,
    /// SHA-256 that the library must have, in hex digits.
    pub sha256: Option<String>,
    /// Its runtime cannot share a process (`runtime = "go"`).
    pub needs_isolation: bool,
    /// In which forms it is given texts and ids.
    pub forms: Forms,
    /// Its author wants it in a process of its own (`isolation = "process"`).
    pub asks_for_isolation: bool,
}

/// What a plugin needs at most, by its author (`[limits]`). The user's limits hold where they are lower.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExpectedLimits {
    /// Bytes beyond its input.
    pub memory: Option<usize>,
    /// Wall time.
    pub time: Option<Duration>,
    /// Threads.
    pub threads: Option<u32>,
}

impl ExpectedLimits {
    /// The lower of these and those of the user, by limit.
    #[must_use]
    pub fn within(self, user: &Limits) -> Limits {
        Limits {
            time: self.time.map_or(user.time, |time| time.min(user.time)),
            memory: self.memory.map_or(user.memory, |memory| memory.min(user.memory)),
            threads: self.threads.map_or(user.threads, |threads| threads.min(user.threads)),
            jit: user.jit,
        }
    }
}

/// What is wrong with a manifest.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum ManifestError {
    /// Not TOML, an unknown key, or a wrong type; with its line.
    #[error("{0}")]
    Syntax(String),
    /// Another format.
    #[error("`manifest_version` is {0}, this program reads {VERSION}")]
    OtherVersion(i64),
    /// A value that its key cannot have.
    #[error("`{key}` must be {expected}, is `{found}`")]
    Wrong { key: String, expected: &'static str, found: String },
    /// A part that the kind of plugin needs.
    #[error("`{0}` is missing")]
    Missing(&'static str),
    /// A part that belongs to the other kind.
    #[error("`{key}` does not belong into the manifest of a {kind} plugin")]
    Misplaced { key: &'static str, kind: &'static str },
    /// Nothing for this platform.
    #[error("it has no library for {platform}, only for {have}")]
    NoPlatform { platform: String, have: String },
    /// Outside the folder.
    #[error("`{key}` leaves the plugin's folder: `{path}`")]
    PathOutside { key: String, path: String },
    /// Needs a later program.
    #[error("it needs ABI {needed}, this program speaks {}", AbiVersion::HOST)]
    NewerAbi { needed: String },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    manifest_version: i64,
    plugin: Head,
    native: Option<Native>,
    luau: Option<Luau>,
    limits: Option<Expected>,
    #[serde(default)]
    signal: Vec<toml::Table>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    id: String,
    version: String,
    kind: String,
    api: String,
    license: Option<String>,
    homepage: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Native {
    abi: String,
    runtime: Option<String>,
    strings: Option<String>,
    ids: Option<String>,
    linux_amd64: Option<Platform>,
    linux_arm64: Option<Platform>,
    macos_amd64: Option<Platform>,
    macos_arm64: Option<Platform>,
    windows_amd64: Option<Platform>,
    windows_arm64: Option<Platform>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Platform {
    path: String,
    sha256: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Luau {
    script_api: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    isolation: Option<String>,
    memory: Option<String>,
    timeout: Option<String>,
    threads: Option<u32>,
}

impl Manifest {
    /// Reads a manifest.
    ///
    /// # Errors
    /// The first thing that is unknown, missing or wrong.
    pub fn parse(text: &str) -> Result<Self, ManifestError> {
        let file: File =
            toml::from_str(text).map_err(|e| ManifestError::Syntax(e.to_string().trim_end().to_owned()))?;
        if file.manifest_version != VERSION {
            return Err(ManifestError::OtherVersion(file.manifest_version));
        }
        let kind = match file.plugin.kind.as_str() {
            "native" => PluginKind::Native,
            "luau" => PluginKind::Luau,
            other => return Err(wrong("plugin.kind", "`native` or `luau`", other)),
        };
        let native = parts_of(kind, &file)?;
        let expected = file.limits.as_ref().map_or(Ok(ExpectedLimits::default()), expected)?;
        let signals = file.signal.iter().map(|signal| declaration(signal, &file.plugin)).collect::<Result<_, _>>()?;
        Ok(Self {
            id: file.plugin.id,
            version: file.plugin.version,
            kind,
            api: file.plugin.api,
            license: file.plugin.license,
            homepage: file.plugin.homepage,
            native,
            expected,
            signals,
        })
    }
}

fn wrong(key: &str, expected: &'static str, found: &str) -> ManifestError {
    ManifestError::Wrong { key: key.into(), expected, found: found.into() }
}

fn expected(limits: &Expected) -> Result<ExpectedLimits, ManifestError> {
    let memory = limits
        .memory
        .as_deref()
        .map(|text| bytes(text).ok_or_else(|| wrong("limits.memory", "such as `512MiB` or `2GiB`", text)));
    let time = limits.timeout.as_deref().map(|text| match parse_duration(text) {
        Ok(micros) if micros > 0 => Ok(Duration::from_micros(micros.unsigned_abs())),
        _ => Err(wrong("limits.timeout", "such as `30s` or `10m`", text)),
    });
    if limits.threads == Some(0) {
        return Err(wrong("limits.threads", "at least 1", "0"));
    }
    Ok(ExpectedLimits { memory: memory.transpose()?, time: time.transpose()?, threads: limits.threads })
}

/// Whole bytes, of `KiB`, `MiB`, `GiB`, `kB`, `MB` or `GB`.
fn bytes(text: &str) -> Option<usize> {
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit())?);
    let factor = match unit.trim_start() {
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        "kB" => 1_000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        _ => return None,
    };
    number.parse::<usize>().ok()?.checked_mul(factor).filter(|&bytes| bytes > 0)
}

/// The parts that a kind has, and no others.
fn parts_of(kind: PluginKind, file: &File) -> Result<Option<NativeManifest>, ManifestError> {
    if let Some(limits) = &file.limits
        && let Some(isolation) = limits.isolation.as_deref().filter(|i| !["auto", "process", "in-process"].contains(i))
    {
        return Err(wrong("limits.isolation", "`auto`, `process` or `in-process`", isolation));
    }
    match kind {
        PluginKind::Native if file.luau.is_some() => Err(ManifestError::Misplaced { key: "luau", kind: "native" }),
        PluginKind::Native if file.signal.is_empty() => Err(ManifestError::Missing("signal")),
        PluginKind::Native => {
            let mut native = library(file.native.as_ref().ok_or(ManifestError::Missing("native"))?)?;
            native.asks_for_isolation =
                file.limits.as_ref().is_some_and(|limits| limits.isolation.as_deref() == Some("process"));
            Ok(Some(native))
        }
        PluginKind::Luau if file.native.is_some() => Err(ManifestError::Misplaced { key: "native", kind: "luau" }),
        PluginKind::Luau if !file.signal.is_empty() => Err(ManifestError::Misplaced { key: "signal", kind: "luau" }),
        PluginKind::Luau => match file.luau.as_ref().filter(|l| l.script_api.split('.').next() != Some("1")) {
            Some(luau) => Err(wrong("luau.script_api", "1.0", &luau.script_api)),
            None => Ok(None),
        },
    }
}

fn library(native: &Native) -> Result<NativeManifest, ManifestError> {
    let one_of = |key, found: &Option<String>, words: &[&str], expected| match found.as_deref() {
        Some(word) if !words.contains(&word) => Err(wrong(key, expected, word)),
        _ => Ok(()),
    };
    let runtimes = ["c", "cpp", "rust", "zig", "go"];
    one_of("native.runtime", &native.runtime, &runtimes, "one of c, cpp, rust, zig, go")?;
    one_of("native.strings", &native.strings, &["view", "large_utf8"], "`view` or `large_utf8`")?;
    one_of("native.ids", &native.ids, &["string", "codes"], "`string` or `codes`")?;
    let large = native.strings.as_deref() == Some("large_utf8");
    let forms = Forms {
        strings: if large { Strings::LargeUtf8 } else { Strings::View },
        ids: if native.ids.as_deref() == Some("codes") { Ids::Codes } else { Ids::String },
    };
    let abi = native.abi.split_once('.').and_then(|(major, minor)| Some((major.parse().ok()?, minor.parse().ok()?)));
    let abi: (u16, u16) = abi.ok_or_else(|| wrong("native.abi", "such as `1.0`", &native.abi))?;
    if abi.0 != AbiVersion::HOST.major || abi.1 > AbiVersion::HOST.minor {
        return Err(ManifestError::NewerAbi { needed: native.abi.clone() });
    }
    let (platform, built) = for_this_platform(native)?;
    if let Some(hash) = &built.sha256
        && (hash.len() != 64 || !hash.bytes().all(|b| b.is_ascii_hexdigit()))
    {
        return Err(wrong(&format!("native.{platform}.sha256"), "64 hex digits", hash));
    }
    let path = inside(&format!("native.{platform}.path"), &built.path)?;
    let needs_isolation = native.runtime.as_deref() == Some("go");
    let sha256 = built.sha256.clone();
    Ok(NativeManifest { abi, path, sha256, needs_isolation, forms, asks_for_isolation: false })
}

fn for_this_platform(native: &Native) -> Result<(String, &Platform), ManifestError> {
    let built = BTreeMap::from([
        ("linux_amd64", &native.linux_amd64),
        ("linux_arm64", &native.linux_arm64),
        ("macos_amd64", &native.macos_amd64),
        ("macos_arm64", &native.macos_arm64),
        ("windows_amd64", &native.windows_amd64),
        ("windows_arm64", &native.windows_arm64),
    ]);
    let machine = if cfg!(target_arch = "x86_64") { "amd64" } else { "arm64" };
    let platform = format!("{}_{machine}", std::env::consts::OS);
    if let Some(Some(found)) = built.get(platform.as_str()) {
        return Ok((platform, found));
    }
    let have: Vec<&str> = built.iter().filter(|(_, p)| p.is_some()).map(|(name, _)| *name).collect();
    let have = if have.is_empty() { "no platform at all".to_owned() } else { have.join(", ") };
    Err(ManifestError::NoPlatform { platform, have })
}

/// A relative path that stays inside its folder by its own words; links are resolved when it is opened.
fn inside(key: &str, path: &str) -> Result<PathBuf, ManifestError> {
    let plain = |part: Component| matches!(part, Component::Normal(_) | Component::CurDir);
    if !path.is_empty() && Path::new(path).components().all(plain) {
        return Ok(PathBuf::from(path));
    }
    Err(ManifestError::PathOutside { key: key.into(), path: path.into() })
}

/// A `[[signal]]` with what it shares with its plugin, in the form of the metadata inside a library.
fn declaration(signal: &toml::Table, plugin: &Head) -> Result<Value, ManifestError> {
    let shared = [("version", Some(&plugin.version)), ("api", Some(&plugin.api)), ("license", plugin.license.as_ref())];
    let mut declaration = serde_json::to_value(signal).map_err(|e| ManifestError::Syntax(e.to_string()))?;
    for (key, value) in shared {
        if let Some(found) = signal.get(key) {
            return Err(wrong(&format!("signal.{key}"), "left to [plugin]", &found.to_string()));
        }
        if let Some(value) = value {
            declaration[key] = Value::String(value.clone());
        }
    }
    Ok(declaration)
}

#[cfg(test)]
mod tests;
