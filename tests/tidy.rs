//! The tree itself: what the style and the architecture ask for and a machine can see.

use crate::support::repository;
use std::path::{Path, PathBuf};

/// Files over 500 lines, each with its reason.
const LONG: [(&str, &str); 0] = [];

fn files(below: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![repository().join(below)];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next).into_iter().flatten() {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn sources() -> Vec<(String, String)> {
    ["core", "plugins", "tests"]
        .iter()
        .flat_map(|folder| files(folder, "rs"))
        .map(|path| (shown(&path), std::fs::read_to_string(&path).expect("a source")))
        .collect()
}

fn shown(path: &Path) -> String {
    path.strip_prefix(repository()).expect("below").to_string_lossy().into_owned()
}

#[test]
fn every_source_opens_with_what_lives_there() {
    let without: Vec<String> =
        sources().into_iter().filter(|(_, text)| !text.starts_with("//!")).map(|s| s.0).collect();
    assert!(without.is_empty(), "{without:?}");
}

#[test]
fn long_files_have_a_stated_reason() {
    let long: Vec<String> = sources().into_iter().filter(|(_, text)| text.lines().count() > 500).map(|s| s.0).collect();
    let unexplained: Vec<&String> = long.iter().filter(|name| !LONG.iter().any(|(known, _)| known == name)).collect();
    assert!(unexplained.is_empty(), "{unexplained:?}");
}

#[test]
fn names_say_something() {
    let empty = ["util", "utils", "helper", "helpers", "common", "misc", "mod"];
    let found: Vec<String> = sources()
        .into_iter()
        .map(|s| s.0)
        .filter(|name| Path::new(name).file_stem().is_some_and(|stem| empty.contains(&&*stem.to_string_lossy())))
        .collect();
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn unsafe_code_lives_only_at_the_borders() {
    let allowed = [
        "core/claque-abi/",
        "plugins/claque-sdk/",
        "core/claque-host/fuzz/fuzz_targets/border.rs",
        "core/claque-host/src/native",
        "core/claque-host/src/luau/watchdog.rs",
    ];
    let found: Vec<String> = sources()
        .into_iter()
        .filter(|(name, _)| !allowed.iter().any(|a| name.starts_with(a)) && !name.starts_with("tests/"))
        .filter(|(_, text)| {
            text.lines().any(|line| line.trim_start().starts_with("unsafe ") || line.contains(" unsafe {"))
        })
        .map(|s| s.0)
        .collect();
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn core_names_no_plugin() {
    let ids: Vec<String> = ["scripts", "plugins"]
        .iter()
        .flat_map(|folder| std::fs::read_dir(repository().join(folder)).expect("a folder"))
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.join("main.luau").is_file() || path.join("plugin.toml").is_file())
        .map(|path| path.file_name().expect("a name").to_string_lossy().into_owned())
        .collect();
    assert!(ids.len() >= 8, "{ids:?}");
    for (name, text) in sources().into_iter().filter(|(name, _)| name.starts_with("core/") && !name.contains("test")) {
        let product = text.split("#[cfg(test)]").next().unwrap_or_default();
        for id in &ids {
            let quoted = format!("\"{id}\"");
            assert!(!product.contains(&quoted), "{name} names the plugin {id}");
        }
    }
}

#[test]
fn every_signal_folder_documents_itself() {
    let headings = [
        "What it measures",
        "Why it may matter",
        "Innocent explanations",
        "Needs",
        "Parameters",
        "Example",
        "Expected",
    ];
    let mut checked = 0;
    for folder in ["scripts", "plugins"] {
        for entry in std::fs::read_dir(repository().join(folder)).expect("a folder") {
            let path = entry.expect("an entry").path();
            if !path.join("main.luau").is_file() && !path.join("plugin.toml").is_file() {
                continue;
            }
            let text = std::fs::read_to_string(path.join("SIGNAL.md")).unwrap_or_default();
            for heading in headings {
                assert!(text.contains(&format!("## {heading}\n")), "{}: no `## {heading}`", shown(&path));
            }
            checked += 1;
        }
    }
    assert!(checked >= 10, "only {checked} signal folders");
}

#[test]
fn tracked_files_name_no_machine() {
    let markers = [concat!("/ro", "ot/"), concat!("/wo", "rk/"), concat!("/ho", "me/")];
    for ending in ["rs", "md", "toml", "luau", "c", "h"] {
        for folder in ["core", "plugins", "scripts", "datasets", "tests"] {
            for path in files(folder, ending) {
                let text = std::fs::read_to_string(&path).unwrap_or_default();
                for marker in markers {
                    assert!(!text.contains(marker), "{} names {marker}", shown(&path));
                }
            }
        }
    }
}

#[test]
fn the_quickstart_is_small_and_is_what_its_hashes_say() {
    let folder = repository().join("datasets/quickstart");
    let listed = std::fs::read_to_string(folder.join("SHA256SUMS")).expect("a list of hashes");
    let status = std::process::Command::new("sha256sum")
        .args(["--check", "--strict", "--quiet", "SHA256SUMS"])
        .current_dir(&folder)
        .status();
    assert!(status.expect("sha256sum").success(), "a file differs from its hash");
    let files: Vec<(String, Vec<u8>)> = crate::support::contents(&folder);
    assert_eq!(files.len(), listed.lines().count() + 1, "every file but the list itself is listed");
    let bytes: usize = files.iter().map(|(_, content)| content.len()).sum();
    assert!(bytes <= 5 << 20, "{bytes} bytes");
}
