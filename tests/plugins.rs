//! Plugins of a user: a script in a study's folder adds a layer, a compiled library adds a mark, neither
//! touches the program.

use crate::support::{Desk, repository};
use serde_json::Value;
use std::fmt::Write;
use std::process::Command;

const LAYER: &str = r#"return plugin {
  id = "my.image_name", version = "1.0.0", api = "1", title = "The same image name",
  dimension = "coordination", family = "images", emits = "traces",
  requires = { posts = { post_id = "id", account_id = "id", created_at = "datetime", text = "string" } },
  innocent = { "A news picture has one name wherever it is posted." },
  score = function(ctx)
    return ctx:table("posts")
      :with_columns(col("text"):str_extract("(img[0-9]+)"):alias("object"))
      :filter(col("object"):is_not_null())
      :select("account_id", "object", col("created_at"):alias("at"), "post_id")
  end,
}
"#;

/// 120 accounts post 40 images at their own times; 6 post the same 24 within seconds.
pub(crate) fn study(desk: &Desk) {
    let mut csv = String::from("who,when,what\n");
    let time = |seconds: usize| {
        format!(
            "2024-05-{:02}T{:02}:{:02}:{:02}Z",
            2 + seconds / 86_400,
            seconds / 3_600 % 24,
            seconds / 60 % 60,
            seconds % 60
        )
    };
    for row in 0..1_200_usize {
        let at = row * 7_919 % (20 * 86_400);
        writeln!(csv, "reader{},{},LOOK AT THIS LOVELY HARBOR NOW img{}", row % 120, time(at), row * 31 % 40)
            .expect("a string");
    }
    for image in 0..24_usize {
        for member in 0..6_usize {
            let at = image * 70_000 + member * 3 + image % 5;
            writeln!(csv, "crew{member},{},lovely picture img{}", time(at), 100 + image).expect("a string");
        }
    }
    desk.write("posts.csv", csv);
    let map = ["--map", "account_id=who", "--map", "created_at=when", "--map", "text=what"];
    desk.done(&[&["import", "posts.csv", "-o", "study/activity"], &map[..]].concat());
    desk.write(
        "study/study.toml",
        "[study]\nid = \"images\"\ntitle = \"Images\"\n[[input]]\nname = \"a\"\npath = \"activity\"\n",
    );
}

/// The state of a signal in `run.json`.
pub(crate) fn state(desk: &Desk, run: &str, id: &str) -> (String, String) {
    let text = std::fs::read_to_string(desk.path(run).join("run.json")).expect("run.json");
    let record: Value = serde_json::from_str(&text).expect("JSON");
    let signals = record["signals"].as_array().expect("signals");
    let signal = signals.iter().find(|s| s["id"] == id).unwrap_or_else(|| panic!("no signal {id} in {text}"));
    let part = |key: &str| signal[key].as_str().unwrap_or_default().to_owned();
    (part("state"), part("detail"))
}

#[test]
fn a_script_of_fifteen_lines_in_a_study_adds_a_layer_that_finds_the_crew() {
    assert!(LAYER.lines().count() <= 15);
    let desk = Desk::new();
    study(&desk);
    desk.write("study/scripts/image-name/main.luau", LAYER);
    desk.done(&["run", "study", "-o", "run"]);
    assert_eq!(state(&desk, "run", "my.image_name").0, "ran");
    assert!(desk.path("run/tables/traces/my.image_name.parquet").is_file());
    let record: Value =
        serde_json::from_str(&std::fs::read_to_string(desk.path("run/run.json")).expect("run.json")).expect("JSON");
    let layers = record["layers"].as_array().expect("layers");
    let edges: u64 = layers
        .iter()
        .filter(|l| l["layer"] == "image_name")
        .filter_map(|l| l["edges"].as_u64())
        .max()
        .expect("a layer");
    assert_eq!(edges, 15, "6 accounts, every pair");
}

#[test]
fn a_compiled_plugin_in_c_adds_a_mark() {
    let desk = Desk::new();
    study(&desk);
    shouting(&desk, "study/plugins/shouting");
    desk.done(&["run", "study", "-o", "run"]);
    assert_eq!(
        state(&desk, "run", "org.example.shouting"),
        ("ran".into(), "1344 rows".into()),
        "one value per post, 0 among them"
    );
    assert!(desk.path("run/tables/marks/org.example.shouting.parquet").is_file());
}

#[test]
fn the_example_in_c_passes_the_check() {
    let desk = Desk::new();
    shouting(&desk, "shouting");
    let outcome = desk.done(&["plugin", "check", "shouting"]);
    assert!(outcome.stdout.contains("0 failed"), "{}", outcome.stdout);
}

#[test]
fn the_example_in_cpp_passes_the_check_and_its_header_is_that_of_its_manifest() {
    let desk = Desk::new();
    let source = repository().join("plugins/hashtag-pile-cpp");
    for name in ["plugin.toml", "SIGNAL.md"] {
        desk.write(&format!("pile/{name}"), std::fs::read(source.join(name)).expect("a file of the example"));
    }
    let header = std::fs::read_to_string(source.join("metadata.h")).expect("a header");
    assert_eq!(desk.done(&["plugin", "metadata", "pile"]).stdout, header);
    std::fs::create_dir_all(desk.path("pile/lib/linux_amd64")).expect("a folder");
    let exports = repository().join("core/cli/templates/cpp/all/exports.map");
    let status = Command::new("c++")
        .args(["-std=c++17", "-Wall", "-Wextra", "-Werror", "-O1", "-fPIC", "-shared", "-fvisibility=hidden"])
        .arg(format!("-Wl,--version-script={}", exports.display()))
        .args(["-Wl,-z,nodelete", "-Wl,-z,defs", "-I"])
        .arg(repository().join("core/claque-abi/include"))
        .arg("-o")
        .arg(desk.path("pile/lib/linux_amd64/libhashtag_pile.so"))
        .arg(source.join("hashtag_pile.cpp"))
        .status();
    assert!(status.expect("a C++ compiler").success());
    let outcome = desk.done(&["plugin", "check", "pile"]);
    assert!(outcome.stdout.contains("0 failed"), "{}", outcome.stdout);
}

#[test]
fn every_shipped_library_passes_its_check() {
    let libraries = std::path::Path::new(env!("CARGO_BIN_EXE_claque")).with_file_name("deps");
    let root = std::fs::read_to_string(repository().join("Cargo.toml")).expect("the root manifest");
    let mut checked = 0;
    for entry in std::fs::read_dir(repository().join("plugins")).expect("plugins") {
        let source = entry.expect("an entry").path();
        let name = source.file_name().expect("a name").to_string_lossy().into_owned();
        if !root.contains(&format!("{{ path = \"plugins/{name}\" }}")) || !source.join("plugin.toml").is_file() {
            continue; // an example
        }
        let desk = Desk::new();
        for name in ["plugin.toml", "SIGNAL.md"] {
            desk.write(&format!("plugin/{name}"), std::fs::read(source.join(name)).expect("a file of the plugin"));
        }
        let manifest = std::fs::read_to_string(source.join("plugin.toml")).expect("a manifest");
        let path = manifest.lines().find_map(|line| line.strip_prefix("path = \"lib/linux_amd64/")).expect("a library");
        let file = path.trim_end_matches('"');
        let library = std::fs::read(libraries.join(file)).expect("built with the program");
        desk.write(&format!("plugin/lib/linux_amd64/{file}"), library);
        let outcome = desk.done(&["plugin", "check", "plugin"]);
        assert!(outcome.stdout.contains("0 failed"), "{}", outcome.stdout);
        checked += 1;
    }
    assert!(checked >= 2, "only {checked} libraries");
}

#[test]
fn the_program_prints_the_types_that_lie_in_the_repository() {
    let desk = Desk::new();
    let file = |name: &str| std::fs::read_to_string(repository().join("scripts").join(name)).expect("a type file");
    assert_eq!(desk.done(&["plugin", "types"]).stdout, file("claque.d.luau"));
    assert_eq!(desk.done(&["plugin", "types", "--for", "lua-ls"]).stdout, file("claque.meta.lua"));
}

#[test]
fn every_shipped_script_passes_its_check() {
    let desk = Desk::new();
    let mut checked = 0;
    for entry in std::fs::read_dir(repository().join("scripts")).expect("scripts") {
        let path = entry.expect("an entry").path();
        if path.join("main.luau").is_file() {
            desk.done(&["plugin", "check", &path.to_string_lossy()]);
            checked += 1;
        }
    }
    assert!(checked >= 8, "only {checked} scripts");
}

/// Copies the C example and compiles it where its manifest says.
pub(crate) fn shouting(desk: &Desk, below: &str) {
    let source = repository().join("plugins/shouting-c");
    for name in ["plugin.toml", "SIGNAL.md"] {
        desk.write(&format!("{below}/{name}"), std::fs::read(source.join(name)).expect("a file of the example"));
    }
    compile(&source.join("shouting.c"), desk, &format!("{below}/lib/linux_amd64/libshouting.so"));
}

/// Compiles a C file to a shared library with the flags that the documents give.
pub(crate) fn compile(source: &std::path::Path, desk: &Desk, below: &str) {
    let target = desk.path(below);
    std::fs::create_dir_all(target.parent().expect("a folder")).expect("a folder");
    let status = Command::new("cc")
        .args(["-std=c11", "-O2", "-fPIC", "-shared", "-fvisibility=hidden", "-Wl,-z,nodelete", "-Wl,-z,defs"])
        .arg("-I")
        .arg(repository().join("core/claque-abi/include"))
        .arg("-o")
        .arg(&target)
        .arg(source)
        .status()
        .expect("a C compiler");
    assert!(status.success(), "{} compiles", source.display());
}
