//! What a compiled plugin gets besides its template: the headers, its declaration as C, and the path of the SDK.

use super::File;
use crate::args::Language;
use crate::commands::plugin::metadata;
use crate::diagnosis::Failure;
use claque_host::Manifest;
use std::path::{Component, Path, PathBuf};

macro_rules! header {
    ($name:literal) => {
        ($name, include_str!(concat!("../../../../claque-abi/include/", $name)))
    };
}

const C: &[(&str, &str)] = &[header!("claque.h"), header!("claque_tables.h")];
const CPP: &[(&str, &str)] = &[header!("claque.h"), header!("claque_tables.h"), header!("claque.hpp")];

/// The headers, and `metadata.h` out of the manifest among the files.
pub(super) fn generated(lang: Language, files: &[File]) -> Result<Vec<File>, Failure> {
    let headers = match lang {
        Language::C => C,
        Language::Cpp => CPP,
        Language::Luau | Language::Rust => return Ok(Vec::new()),
    };
    let mut more: Vec<File> = headers.iter().map(|(name, text)| (PathBuf::from(name), (*text).to_owned())).collect();
    let manifest = files.iter().find(|(path, _)| path == Path::new("plugin.toml"));
    let manifest = manifest.ok_or_else(|| Failure::new("the template has no plugin.toml"))?;
    let manifest = Manifest::parse(&manifest.1).map_err(|error| Failure::new(error.to_string()))?;
    more.push((PathBuf::from("metadata.h"), metadata::header(&manifest)));
    Ok(more)
}

/// Where the SDK lies, and how that was found out.
pub(super) struct Sdk {
    pub(super) path: PathBuf,
    pub(super) found: &'static str,
}

const HINT: &str = "give the clone of the Claque repository, or its plugins/claque-sdk, with --sdk PATH";

impl Sdk {
    /// The one that was named; or that of the clone in which the program lies, of the clone around the current
    /// folder, of the sources that the program was built from.
    pub(super) fn find(named: Option<&Path>) -> Result<Self, Failure> {
        if let Some(named) = named {
            let path = [named.to_owned(), named.join("plugins/claque-sdk")].into_iter().find(|path| is_sdk(path));
            let path = path.and_then(|path| path.canonicalize().ok());
            let path =
                path.ok_or_else(|| Failure::new(format!("`{}` is no claque-sdk", named.display())).with_hint(HINT))?;
            return Ok(Self { path, found: "named by --sdk" });
        }
        let around = |place: std::io::Result<PathBuf>| {
            let place = place.and_then(|place| place.canonicalize()).ok()?;
            place.ancestors().map(|folder| folder.join("plugins/claque-sdk")).find(|path| is_sdk(path))
        };
        let found = around(std::env::current_exe())
            .map(|path| (path, "of the clone in which this program lies"))
            .or_else(|| around(std::env::current_dir()).map(|path| (path, "of the clone around the current folder")))
            .or_else(|| {
                let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("plugins/claque-sdk");
                is_sdk(&path).then_some((path, "of the sources that this program was built from"))
            });
        let (path, found) =
            found.ok_or_else(|| Failure::new("the SDK for Rust (claque-sdk) was not found").with_hint(HINT))?;
        Ok(Self { path, found })
    }

    /// Its path as `Cargo.toml` in this folder gives it: relative where the two are neighbors, so that both may
    /// be moved together.
    pub(super) fn seen_from(&self, folder: &Path) -> String {
        const FARTHEST: usize = 3;
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        let (here, there): (Vec<Component>, Vec<Component>) =
            (folder.components().collect(), self.path.components().collect());
        let common = here.iter().zip(&there).take_while(|(a, b)| a == b).count();
        let up = here.len() - common;
        let is_near = common > 1 && up <= FARTHEST && !here.contains(&Component::ParentDir);
        let path = if is_near {
            std::iter::repeat_n(Component::ParentDir, up).chain(there[common..].iter().copied()).collect()
        } else {
            self.path.clone()
        };
        // the text stands in a TOML string
        path.display().to_string().replace('\\', "\\\\").replace('"', "\\\"")
    }
}

fn is_sdk(folder: &Path) -> bool {
    std::fs::read_to_string(folder.join("Cargo.toml")).is_ok_and(|text| text.contains("name = \"claque-sdk\""))
}

/// A plugin among the program's own would become a part of the program's next build.
pub(super) fn refuse_among_own(folder: &Path) -> Result<(), Failure> {
    let parent = std::path::absolute(folder).ok().and_then(|path| path.parent().map(Path::to_owned));
    if parent.is_some_and(|parent| is_sdk(&parent.join("claque-sdk"))) {
        let message = format!("`{}` would lie among the plugins that are built into the program", folder.display());
        return Err(Failure::new(message).with_hint("make it beside the clone, or in another folder with -o"));
    }
    Ok(())
}

/// How the program is called here: by its name where it is in PATH, else by its path.
pub(super) fn program() -> String {
    let own = std::env::current_exe().and_then(|path| path.canonicalize());
    let Ok(own) = own else { return "claque".into() };
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let in_path =
        std::env::split_paths(&paths).any(|folder| folder.join("claque").canonicalize().is_ok_and(|p| p == own));
    if in_path { "claque".into() } else { own.display().to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_seen(sdk: &str, folder: &str, expected: &str) {
        let sdk = Sdk { path: sdk.into(), found: "" };
        assert_eq!(sdk.seen_from(Path::new(folder)), expected);
    }

    #[test]
    fn a_neighbor_is_named_by_a_relative_path_and_others_by_an_absolute_one() {
        check_seen("/data/claque/plugins/claque-sdk", "/data/mine", "../claque/plugins/claque-sdk");
        check_seen("/data/claque/plugins/claque-sdk", "/data/study/plugins/mine", "../../../claque/plugins/claque-sdk");
        check_seen("/data/claque/plugins/claque-sdk", "/data/a/b/c/d", "/data/claque/plugins/claque-sdk");
        check_seen("/data/claque/plugins/claque-sdk", "/tmp/mine", "/data/claque/plugins/claque-sdk");
        check_seen("/data/a \"b\"/claque-sdk", "/tmp/mine", "/data/a \\\"b\\\"/claque-sdk");
    }
}
