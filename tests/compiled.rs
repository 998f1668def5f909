//! Templates of compiled plugins: made, built as their README says, tested and checked; and what `plugin new` says
//! when it cannot.

use crate::authors::{SHAPES, json};
use crate::support::{Desk, repository, text};
use std::path::{Path, PathBuf};
use std::process::Command;

const CLAQUE: &str = env!("CARGO_BIN_EXE_claque");

/// Runs a program in a folder of the desk and asks for success.
#[track_caller]
fn succeeds(desk: &Desk, folder: &str, command: &mut Command) -> String {
    command.current_dir(desk.path(folder));
    command.env("XDG_CACHE_HOME", desk.path(".cache")).env("XDG_DATA_HOME", desk.path(".data"));
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let (said, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?}\n{said}\n{errors}");
    assert_eq!(errors, "", "{command:?}: a warning");
    said.into_owned()
}

/// The example of SIGNAL.md and the golden file ran, and nothing failed.
#[track_caller]
fn check_passes(desk: &Desk, folder: &str) {
    let tested = json(desk, 0, &["test", folder]);
    let cases = tested["plugins"][0]["cases"].as_array().expect("cases");
    let kinds: Vec<&str> = cases.iter().filter_map(|case| case["kind"].as_str()).collect();
    assert_eq!(kinds, ["example", "golden"], "{folder}");
    json(desk, 0, &["plugin", "check", folder]);
}

fn check_built_by_make(lang: &str) {
    for shape in SHAPES {
        let desk = Desk::new();
        desk.done(&["plugin", "new", "night-posts", "--lang", lang, "--emits", shape]);
        let said = succeeds(
            &desk,
            "night-posts",
            Command::new("make").args(["test", "check"]).arg(format!("CLAQUE={CLAQUE}")),
        );
        assert!(said.contains("my.night_posts") && said.contains(" 0 failed"), "{said}");
        check_passes(&desk, "night-posts");
    }
}

#[test]
fn a_new_plugin_in_c_of_every_shape_builds_without_a_warning_and_passes() {
    check_built_by_make("c");
}

#[test]
fn a_new_plugin_in_cpp_of_every_shape_builds_without_a_warning_and_passes() {
    check_built_by_make("cpp");
}

/// Cargo for a crate outside the workspace, with the workspace's versions and without a network.
fn cargo(desk: &Desk, arguments: &[&str]) {
    let mut cargo = Command::new(env!("CARGO"));
    // kept between runs: the SDK and what it needs are compiled once
    cargo.args(arguments).args(["--offline", "--quiet", "--target-dir"]).arg(repository().join("target/templates"));
    for variable in ["CARGO_TARGET_DIR", "CARGO_MANIFEST_DIR", "RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS"] {
        cargo.env_remove(variable);
    }
    succeeds(desk, "night-posts", &mut cargo);
}

#[test]
fn a_new_plugin_in_rust_of_every_shape_builds_without_a_warning_and_passes() {
    let sdk = text(repository());
    for shape in SHAPES {
        let desk = Desk::new();
        desk.done(&["plugin", "new", "night-posts", "--lang", "rust", "--emits", shape, "--sdk", &sdk]);
        desk.write("night-posts/Cargo.lock", std::fs::read(repository().join("Cargo.lock")).expect("a lock"));
        cargo(&desk, &["test", "--lib"]);
        cargo(&desk, &["build"]);
        let library = std::fs::read(repository().join("target/templates/debug/libnight_posts.so")).expect("built");
        desk.write(&format!("night-posts/lib/{}/libnight_posts.so", platform()), library);
        check_passes(&desk, "night-posts");
    }
}

fn platform() -> &'static str {
    if cfg!(target_arch = "x86_64") { "linux_amd64" } else { "linux_arm64" }
}

fn template(path: &str) -> String {
    std::fs::read_to_string(repository().join("core/cli/templates").join(path)).expect("a file of a template")
}

#[test]
fn a_signal_in_rust_has_at_most_forty_lines() {
    for shape in SHAPES {
        let source = template(&format!("rust/{shape}/src/lib.rs"));
        let signal = source.split("#[cfg(test)]").next().expect("a signal");
        let lines = signal.lines().filter(|line| !line.trim().is_empty()).count();
        assert!((20..=40).contains(&lines), "{shape}: {lines}");
    }
}

#[test]
fn a_template_names_the_innocent_explanations_that_its_manifest_prints() {
    for shape in SHAPES {
        let (manifest, prose) =
            (template(&format!("compiled/{shape}/plugin.toml")), template(&format!("compiled/{shape}/SIGNAL.md")));
        let innocent = manifest.split("innocent = [").nth(1).expect("a list").split(']').next().expect("its end");
        let sentences: Vec<&str> =
            innocent.lines().filter_map(|line| line.trim().strip_prefix('"')?.strip_suffix("\",")).collect();
        assert_eq!(sentences.len(), 2, "{shape}");
        for sentence in sentences {
            assert!(prose.contains(&format!("- {sentence}\n")), "{shape}: {sentence}");
        }
    }
}

#[test]
fn nothing_of_a_template_is_left_to_fill_in() {
    for lang in ["rust", "c", "cpp"] {
        let desk = Desk::new();
        desk.done(&["plugin", "new", "night-posts", "--lang", lang, "--emits", "marks", "--sdk", &text(repository())]);
        for (name, content) in crate::support::contents(&desk.path("night-posts")) {
            let content = String::from_utf8(content).expect("text");
            for word in ["my.example", "TITLE", "@ID@", "@NAME@", "@LIBRARY@", "@RUNTIME@", "@SDK@"] {
                assert!(!content.contains(word), "{lang}: `{word}` in {name}");
            }
        }
    }
}

#[test]
fn the_header_of_a_manifest_is_made_anew_when_the_manifest_changes() {
    let desk = Desk::new();
    desk.done(&["plugin", "new", "night-posts", "--lang", "c", "--emits", "marks"]);
    let header = desk.done(&["plugin", "metadata", "night-posts"]).stdout;
    assert_eq!(header, std::fs::read_to_string(desk.path("night-posts/metadata.h")).expect("a header"));
    let manifest = std::fs::read_to_string(desk.path("night-posts/plugin.toml")).expect("a manifest");
    let other =
        manifest.replace("default = 20", "default = 19").replace("of a post.", "of a post: \\\"LOUD\\\" \\\\ why??");
    desk.write("night-posts/plugin.toml", other);
    // without the new header the library would tell another declaration than its manifest, and be refused
    succeeds(&desk, "night-posts", Command::new("make").args(["check"]).arg(format!("CLAQUE={CLAQUE}")));
    desk.write("night-posts/plugin.toml", manifest);
    let outcome = desk.claque(&["plugin", "check", "night-posts"]);
    assert_eq!(outcome.code, 1, "{}", outcome.stdout);
    let said = outcome.stdout.split_once("failed  metadata").expect("a failed check").1;
    assert!(said.contains("`doc` of signal `my.night_posts`") && said.contains("hint: rebuild"), "{said}");
}

#[test]
fn a_script_and_a_missing_manifest_have_no_metadata() {
    let desk = Desk::new();
    let outcome = desk.claque(&["plugin", "metadata", "nowhere"]);
    assert_eq!(outcome.code, 2);
    assert!(
        outcome.stderr.contains("cannot read `nowhere`") && outcome.stderr.contains("hint: "),
        "{}",
        outcome.stderr
    );
    desk.write(
        "plugin.toml",
        "manifest_version = 1\n[plugin]\nid = \"a.b\"\nversion = \"1.0.0\"\nkind = \"luau\"\napi = \"1\"\n",
    );
    let outcome = desk.claque(&["plugin", "metadata", "plugin.toml"]);
    assert!(outcome.code == 2 && outcome.stderr.contains("declares itself"), "{}", outcome.stderr);
}

#[test]
fn the_sdk_is_the_one_of_the_clone_unless_another_is_named() {
    let desk = Desk::new();
    let sdk: PathBuf = repository().join("plugins/claque-sdk").canonicalize().expect("the SDK");
    let made = desk.done(&["plugin", "new", "mine", "--lang", "rust", "--emits", "marks"]).stdout;
    assert!(
        made.contains(&format!("the SDK is `{}`, of the clone in which this program lies", sdk.display())),
        "{made}"
    );
    // a copy beside the plugin is named by its relative path
    desk.write("claque/plugins/claque-sdk/Cargo.toml", std::fs::read(sdk.join("Cargo.toml")).expect("a manifest"));
    desk.done(&["plugin", "new", "other", "--lang", "rust", "--emits", "marks", "--sdk", "claque"]);
    let manifest = std::fs::read_to_string(desk.path("other/Cargo.toml")).expect("a manifest");
    assert!(manifest.contains("claque-sdk = { path = \"../claque/plugins/claque-sdk\" }"), "{manifest}");
    let outcome = desk.claque(&["plugin", "new", "third", "--lang", "rust", "--emits", "marks", "--sdk", "nowhere"]);
    assert_eq!(outcome.code, 2);
    assert!(
        outcome.stderr.contains("`nowhere` is no claque-sdk") && outcome.stderr.contains("--sdk PATH"),
        "{}",
        outcome.stderr
    );
    assert!(!desk.path("third").exists());
}

#[test]
fn a_plugin_is_not_put_among_those_that_are_built_into_the_program() {
    let desk = Desk::new();
    let manifest = std::fs::read(repository().join("plugins/claque-sdk/Cargo.toml")).expect("a manifest");
    desk.write("claque/plugins/claque-sdk/Cargo.toml", manifest);
    let outcome = desk.claque(&["plugin", "new", "mine", "--lang", "c", "--emits", "marks", "-o", "claque/plugins"]);
    assert_eq!(outcome.code, 2);
    assert!(
        outcome.stderr.contains("built into the program") && outcome.stderr.contains("hint: "),
        "{}",
        outcome.stderr
    );
    assert!(!Path::new(&desk.path("claque/plugins/mine")).exists());
}

#[test]
fn the_page_of_a_compiled_plugin_says_what_it_declares() {
    let desk = Desk::new();
    desk.done(&["plugin", "new", "night-posts", "--lang", "c", "--emits", "rates"]);
    succeeds(&desk, "night-posts", &mut Command::new("make"));
    let page = desk.done(&["plugin", "doc", "night-posts"]).stdout;
    for line in [
        "# Night posts",
        "`my.night_posts` 0.1.0 (native)",
        "| gives | rates: so many of so many, for this account |",
        "| `posts` | `created_at` | datetime | yes |",
        "| `hours` | 5 | a whole number from 1 to 23 | how long it lasts (hours) |",
        "- The account lives in another time zone.",
        "## Why it may matter",
        "x:b,1,3,x:4",
    ] {
        assert!(page.lines().any(|found| found == line), "`{line}` is missing in\n{page}");
    }
}
