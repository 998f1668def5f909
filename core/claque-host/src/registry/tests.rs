//! Search paths with scripts in temporary folders.

use super::*;
use claque_model::{Declaration, Fault, Given, Origin, Services};
use polars::prelude::DataFrame;
use std::fs;

const SCRIPT: &str = r#"return plugin {
  id = "ID", version = "1.0.0", api = "1", title = "TITLE",
  dimension = "coordination", family = "f", emits = "traces",
  requires = { posts = { post_id = "id", account_id = "id", created_at = "datetime" } },
  innocent = { "It is a test." },
  score = function(ctx)
    return ctx:table("posts"):select("account_id", lit("o"):alias("object"), col("created_at"):alias("at"), "post_id")
  end,
}"#;

fn script(id: &str, title: &str) -> String {
    SCRIPT.replace("ID", id).replace("TITLE", title)
}

struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    fn write(&self, below: &str, content: &str) -> PathBuf {
        let path = self.0.path().join(below);
        fs::create_dir_all(path.parent().expect("inside")).expect("a folder");
        fs::write(&path, content).expect("a file");
        path
    }

    fn path(&self, below: &str) -> PathBuf {
        self.0.path().join(below)
    }

    fn search(&self) -> SearchPath {
        SearchPath { cache: self.path("cache"), ..SearchPath::default() }
    }
}

struct BuiltIn(Declaration);

impl Signal for BuiltIn {
    fn declaration(&self) -> &Declaration {
        &self.0
    }
    fn origin(&self) -> Origin {
        Origin::BuiltIn
    }
    fn score(&self, _: &Given, _: &dyn Services) -> Result<DataFrame, Fault> {
        Err(Fault::Raised("not asked".into()))
    }
}

fn built_in(id: &str) -> Box<dyn Signal> {
    let signals = crate::Script::load("main.luau", &script(id, "built in"), None).expect("a script");
    Box::new(BuiltIn(signals[0].declaration().clone()))
}

fn titles(registry: &Registry) -> Vec<(&str, &str)> {
    let of = |r: &'_ Registered| (r.signal.declaration().id.clone(), r.signal.declaration().title.clone());
    assert!(registry.signals().iter().map(of).is_sorted(), "by id");
    registry
        .signals()
        .iter()
        .map(|r| (r.signal.declaration().id.as_str(), r.signal.declaration().title.as_str()))
        .collect()
}

#[test]
fn the_first_of_an_id_wins_and_the_others_are_told() {
    let place = Place::new();
    place.write("given/a/main.luau", &script("my.a", "given"));
    place.write("study/scripts/a/main.luau", &script("my.a", "study"));
    place.write("study/scripts/b/main.luau", &script("my.b", "study"));
    place.write("user/b/main.luau", &script("my.b", "user"));
    place.write("env/c/main.luau", &script("my.c", "env"));
    let path = SearchPath {
        given: Some(place.path("given")),
        study: Some(place.path("study")),
        env: vec![place.path("env")],
        user: Some(place.path("user")),
        cache: place.path("cache"),
        kernels: None,
        placing: Placing::default(),
    };
    let registry = Registry::discover(vec![built_in("my.c"), built_in("my.d")], &[], &path);
    assert_eq!(titles(&registry), [("my.a", "given"), ("my.b", "study"), ("my.c", "env"), ("my.d", "built in")]);
    assert_eq!(registry.find("my.b").expect("found").home, "scripts/b");
    assert!(registry.find("my.b").expect("found").is_third_party());
    assert_eq!(registry.find("my.d").expect("found").home, "built in");
    let hidden: Vec<&str> = registry.shadowed().iter().map(|s| s.id.as_str()).collect();
    assert_eq!(hidden, ["my.a", "my.b", "my.c"]);
    assert_eq!(registry.broken(), []);
}

#[test]
fn a_broken_plugin_stops_no_other() {
    let place = Place::new();
    place.write("p/a/main.luau", "return plugin { id = = }");
    place.write("p/b/main.luau", &script("my.b", "good"));
    place.write("p/c/plugin.toml", "manifest_version = 1\n[plugin]\nid = 3\n");
    place.write("p/d.luau", &script("my.d", "stray"));
    place.write("p/notes.txt", "nothing");
    place.write("p/empty/readme.md", "nothing");
    let path = SearchPath { given: Some(place.path("p")), cache: place.path("cache"), ..SearchPath::default() };
    let registry = Registry::discover(vec![], &[], &path);
    assert_eq!(titles(&registry), [("my.b", "good")]);
    let reasons: Vec<&str> = registry.broken().iter().map(|b| b.reason.as_str()).collect();
    assert!(reasons[0].contains("main.luau:1"), "{}", reasons[0]);
    assert!(reasons[1].starts_with("plugin.toml: "), "{}", reasons[1]);
    assert_eq!(reasons[2], "a plugin is a folder of its own");
}

#[test]
fn a_folder_that_was_named_must_be_there() {
    let place = Place::new();
    let path = SearchPath {
        given: Some(place.path("gone")),
        user: Some(place.path("gone too")),
        study: Some(place.path("no study")),
        ..SearchPath::default()
    };
    let registry = Registry::discover(vec![], &[], &path);
    assert_eq!(registry.broken().len(), 1);
    assert!(registry.broken()[0].reason.contains("cannot read the plugin folder"));
}

#[test]
fn a_second_signal_of_a_layer_is_refused_and_the_programs_own_stays() {
    let place = Place::new();
    place.write("p/a/main.luau", &script("my.url", "twin"));
    let path = SearchPath { given: Some(place.path("p")), ..SearchPath::default() };
    let registry = Registry::discover(vec![built_in("coord.url")], &[], &path);
    assert_eq!(titles(&registry), [("coord.url", "built in")]);
    assert!(registry.broken()[0].reason.contains("`my.url`: its layer `url` is already that of `coord.url`"));
}

#[test]
fn shipped_plugins_come_out_of_the_program() {
    let text: &'static str = Box::leak(script("my.a", "shipped").into_boxed_str());
    let files: &'static [(&str, &[u8])] = Box::leak(Box::new([("main.luau", text.as_bytes())]));
    let shipped = ShippedPlugin { folder: "scripts/a", files };
    let registry = Registry::discover(vec![], &[shipped], &SearchPath::default());
    let found = registry.find("my.a").expect("found");
    assert_eq!((found.home.as_str(), found.is_third_party()), ("shipped", false));
}

#[test]
fn the_hash_sees_names_and_contents_and_is_the_same_shipped_or_not() {
    let place = Place::new();
    let text: &'static str = Box::leak(script("my.a", "one").into_boxed_str());
    place.write("p/a/main.luau", text);
    let hash = |place: &Place| Files::Folder(&place.path("p/a")).sha256().expect("readable");
    let first = hash(&place);
    let files: &'static [(&str, &[u8])] = Box::leak(Box::new([("main.luau", text.as_bytes())]));
    assert_eq!(Files::Shipped(files).sha256().expect("readable"), first);
    place.write("p/a/.swp", "editor");
    assert_eq!(hash(&place), first);
    place.write("p/a/b.luau", "");
    assert_ne!(hash(&place), first);
}

#[test]
fn a_lone_path_is_a_folder_a_script_or_nothing() {
    let place = Place::new();
    let file = place.write("a/main.luau", &script("my.a", "one"));
    let search = place.search();
    for path in [&file, &place.path("a")] {
        assert_eq!(open_plugin(path, &search).expect("a plugin").len(), 1);
    }
    let gone = open_plugin(&place.path("b"), &search).err().expect("nothing there");
    assert_eq!(gone.reason, "there is no such file or folder");
    place.write("c/readme.md", "");
    assert!(open_plugin(&place.path("c"), &search).err().expect("no plugin").reason.contains("neither"));
}

#[test]
fn a_manifest_may_not_say_another_version_than_its_script() {
    let place = Place::new();
    place.write("a/main.luau", &script("my.a", "one"));
    let manifest = "manifest_version = 1\n[plugin]\nid = \"my.a\"\nversion = \"2.0.0\"\nkind = \"luau\"\napi = \"1\"\n";
    place.write("a/plugin.toml", manifest);
    let broken = open_plugin(&place.path("a"), &place.search()).err().expect("they differ");
    assert_eq!(broken.reason, "`version` of `my.a` is `1.0.0` in the script and `2.0.0` in plugin.toml");
}

#[test]
fn a_check_asks_for_tests_and_a_signal_md() {
    let place = Place::new();
    place.write("a/main.luau", &script("my.a", "one"));
    let search = SearchPath { cache: place.path("cache"), ..SearchPath::default() };
    let steps = check_plugin(&place.path("a"), &search).expect("it loads");
    let failed: Vec<&str> = steps.iter().filter(|s| s.outcome.is_err()).map(|s| s.name.as_str()).collect();
    assert_eq!(failed, ["SIGNAL.md", "tests", "tables of my.a"], "and to bear posts of unknown account or time");
}

const NATIVE: &str = r#"manifest_version = 1
[plugin]
id = "my.library"
version = "1.0.0"
kind = "native"
api = "1"
[native]
abi = "1.0"
runtime = "c"
PLATFORM
[[signal]]
id = "my.library"
title = "A library"
dimension = "disinformation"
family = "f"
emits = "marks"
innocent = ["It is a test."]
[signal.requires.posts]
post_id = "id"
"#;

fn native(path: &str) -> String {
    let machine = if cfg!(target_arch = "x86_64") { "amd64" } else { "arm64" };
    let platform = format!("[native.{}_{machine}]\npath = \"{path}\"", std::env::consts::OS);
    NATIVE.replace("PLATFORM", &platform)
}

#[test]
fn a_library_is_opened_only_inside_its_folder_and_only_if_nobody_else_may_write_it() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let place = Place::new();
    let outside = place.write("outside.so", "not a library");
    place.write("a/plugin.toml", &native("lib.so"));
    let reason = || open_plugin(&place.path("a"), &place.search()).err().expect("broken").reason;
    assert!(reason().contains("the library `lib.so` cannot be read"), "{}", reason());
    symlink(&outside, place.path("a/lib.so")).expect("a link");
    assert!(reason().contains("is a link that leaves the plugin's folder"), "{}", reason());
    fs::remove_file(place.path("a/lib.so")).expect("there");
    let inside = place.write("a/lib.so", "not a library");
    assert!(reason().contains("`lib.so` is not a shared library"), "{}", reason());
    fs::set_permissions(inside, fs::Permissions::from_mode(0o666)).expect("ours");
    assert!(reason().contains("may be written by everybody"), "{}", reason());
}
