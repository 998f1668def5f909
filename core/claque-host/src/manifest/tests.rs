//! A full manifest, and one mistake each.

use super::*;
use crate::declaration_from_json;

fn platform() -> String {
    format!("{}_{}", std::env::consts::OS, if cfg!(target_arch = "x86_64") { "amd64" } else { "arm64" })
}

fn full() -> String {
    format!(
        r#"manifest_version = 1
[plugin]
id = "org.example.linkburst"
version = "0.3.1"
kind = "native"
api = "1"
license = "MIT"
[native]
abi = "1.0"
runtime = "c"
[native.{}]
path = "lib/liblinkburst.so"
sha256 = "{}"
[limits]
isolation = "auto"
memory = "2GiB"
[[signal]]
id = "org.example.linkburst"
title = "The same link within seconds"
dimension = "coordination"
family = "trace"
emits = "traces"
effect_floor = {{ ratio = 1.5 }}
innocent = ["Subscribers of one alert share a page in the same minute."]
[signal.requires.posts]
post_id = "id"
account_id = "id"
created_at = "datetime"
[signal.params.first]
type = "duration"
default = "5m"
min = "10s"
max = "1d"
doc = "how long a page counts as new"
"#,
        platform(),
        "4f".repeat(32)
    )
}

#[test]
fn a_full_manifest_names_its_library_and_declares_its_signals() {
    let manifest = Manifest::parse(&full()).expect("right");
    let native = manifest.native.expect("native");
    assert_eq!((native.abi, native.path), ((1, 0), PathBuf::from("lib/liblinkburst.so")));
    let declaration = declaration_from_json(&manifest.signals[0]).expect("a declaration");
    assert_eq!((declaration.version.as_str(), declaration.license.as_deref()), ("0.3.1", Some("MIT")));
}

#[test]
fn an_author_may_ask_for_a_process_and_go_needs_one() {
    let asks = |old: &str, new: &str| {
        let native = Manifest::parse(&full().replace(old, new)).expect("right").native.expect("native");
        (native.asks_for_isolation, native.needs_isolation)
    };
    assert_eq!(asks("", ""), (false, false));
    assert_eq!(asks("\"auto\"", "\"in-process\""), (false, false));
    assert_eq!(asks("\"auto\"", "\"process\""), (true, false));
    assert_eq!(asks("runtime = \"c\"", "runtime = \"go\""), (false, true));
}

#[test]
fn a_script_needs_only_its_head() {
    let text = "manifest_version = 1\n[plugin]\nid = \"a\"\nversion = \"1.0.0\"\nkind = \"luau\"\napi = \"1\"\n[luau]\nscript_api = \"1.0\"\n";
    let manifest = Manifest::parse(text).expect("right");
    assert_eq!((manifest.kind, manifest.native, manifest.signals.len()), (PluginKind::Luau, None, 0));
}

#[test]
fn each_mistake_is_named() {
    let platform = platform();
    let cases = [
        ("manifest_version = 1", "manifest_version = 2", "this program reads 1"),
        ("license = \"MIT\"", "licence = \"MIT\"", "unknown field `licence`"),
        ("kind = \"native\"", "kind = \"java\"", "`plugin.kind` must be `native` or `luau`"),
        ("kind = \"native\"", "kind = \"luau\"", "`native` does not belong"),
        ("abi = \"1.0\"", "abi = \"1.9\"", "needs ABI 1.9, this program speaks 1.0"),
        ("abi = \"1.0\"", "abi = \"one\"", "`native.abi` must be such as `1.0`"),
        ("lib/liblinkburst.so", "../liblinkburst.so", "leaves the plugin's folder"),
        ("lib/liblinkburst.so", "/tmp/liblinkburst.so", "leaves the plugin's folder"),
        ("sha256 = \"4f", "sha256 = \"zz", "64 hex digits"),
        (platform.as_str(), "macos_amd64x", "unknown field `macos_amd64x`"),
        (platform.as_str(), "windows_arm64", "only for windows_arm64"),
        ("title =", "version = \"1.0.0\"\ntitle =", "`signal.version` must be left to [plugin]"),
        ("isolation = \"auto\"", "isolation = \"none\"", "`limits.isolation`"),
        ("memory = \"2GiB\"", "memory = \"2G\"", "`limits.memory` must be such as `512MiB`"),
        ("memory = \"2GiB\"", "memory = \"0MB\"", "`limits.memory`"),
        ("memory = \"2GiB\"", "timeout = \"soon\"", "`limits.timeout` must be such as `30s`"),
        ("memory = \"2GiB\"", "timeout = \"0s\"", "`limits.timeout`"),
        ("memory = \"2GiB\"", "threads = 0", "`limits.threads` must be at least 1"),
    ];
    for (old, new, words) in cases {
        let error = Manifest::parse(&full().replace(old, new)).expect_err(words).to_string();
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn the_lower_limit_holds_the_users_or_the_authors() {
    let limits = "memory = \"2GiB\"\ntimeout = \"90s\"\nthreads = 1";
    let manifest = Manifest::parse(&full().replace("memory = \"2GiB\"", limits)).expect("right");
    let (memory, time) = (Some(2 << 30), Some(Duration::from_secs(90)));
    assert_eq!(manifest.expected, ExpectedLimits { memory, time, threads: Some(1) });
    let user = |memory, time, threads| Limits { memory, time: Duration::from_secs(time), threads, jit: false };
    let held = |user: Limits| {
        let held = manifest.expected.within(&user);
        (held.memory, held.time.as_secs(), held.threads, held.jit)
    };
    assert_eq!(held(user(1 << 30, 60, 4)), (1 << 30, 60, 1, false));
    assert_eq!(held(user(4 << 30, 600, 1)), (2 << 30, 90, 1, false));
    let silent = ExpectedLimits::default().within(&user(5, 6, 7));
    assert_eq!((silent.memory, silent.time.as_secs(), silent.threads), (5, 6, 7), "an author who says nothing");
}
