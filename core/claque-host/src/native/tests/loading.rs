//! Files that are no plugin, and libraries that break the contract before any signal runs.

use super::fixture::{Workshop, define};
use crate::native::{AbiVersion, NativeError};
use claque_model::Signal;
use serde_json::json;
use std::fs;

/// Loads a variant of `loading.c`, which must be refused with this text and a hint.
#[track_caller]
fn check_refused(workshop: &Workshop, definitions: &[&str], expected: &str) -> NativeError {
    let error = workshop.load(&workshop.build("loading", definitions)).expect_err("refused");
    assert!(error.to_string().contains(expected), "{error}");
    assert!(error.hint().is_some_and(|hint| !hint.is_empty()), "a hint for `{error}`");
    error
}

#[test]
fn a_missing_file_and_a_text_file_are_each_their_own_sentence() {
    let folder = tempfile::tempdir().expect("a folder");
    let cache = folder.path().join("cache");
    let missing = crate::native::Library::open(&folder.path().join("libno.so"), &cache).expect_err("missing");
    assert!(missing.to_string().starts_with("cannot read the library"), "{missing}");
    let text = folder.path().join("libtext.so");
    fs::write(&text, "this is not a library\n").expect("written");
    let error = crate::native::Library::open(&text, &cache).expect_err("a text file");
    assert_eq!(error.to_string(), "`libtext.so` is not a shared library: a text file");
    assert!(error.hint().expect("a hint").contains("plugin.toml"));
    assert!(!cache.exists(), "what is not loaded is not kept");
}

#[test]
fn a_library_without_the_symbol_is_told_what_to_export() {
    let Some(workshop) = Workshop::open() else { return };
    let library = workshop.path().join("libnothing.so");
    let source = workshop.path().join("nothing.c");
    fs::write(&source, "int nothing;\n").expect("written");
    let built = std::process::Command::new("gcc").args(["-shared", "-o"]).arg(&library).arg(&source).status();
    assert!(built.expect("gcc starts").success());
    let error = workshop.load(&library).expect_err("no symbol");
    assert_eq!(error.to_string(), "the library `libnothing.so` does not export `claque_library_v1`");
    assert!(error.hint().expect("a hint").contains("export_signals!"));
}

#[test]
fn another_abi_is_named_with_both_versions() {
    let Some(workshop) = Workshop::open() else { return };
    let error = check_refused(&workshop, &["VARIANT=ABI_2"], "speaks ABI 2.0, this build speaks ABI 1.0");
    assert!(matches!(error, NativeError::WrongAbi { library: Some(AbiVersion { major: 2, minor: 0 }), .. }));
    assert!(error.hint().expect("a hint").contains("update claque"));
    let error = check_refused(&workshop, &["VARIANT=NULL_LIBRARY"], "speaks another ABI, this build speaks ABI 1.0");
    assert!(error.hint().expect("a hint").contains("rebuild"));
}

#[test]
fn a_library_of_a_higher_minor_version_loads() {
    let Some(workshop) = Workshop::open() else { return };
    let library = workshop.load(&workshop.build("loading", &["VARIANT=ABI_1_7"])).expect("minor versions only add");
    assert_eq!(library.signals()[0].declaration().id, "test.loading");
}

#[test]
fn structs_that_break_the_contract_are_refused_by_field() {
    let Some(workshop) = Workshop::open() else { return };
    for (variant, expected) in [
        ("VARIANT=SMALL_LIBRARY", "`claque_library.struct_size` is 8, must be at least 24"),
        ("VARIANT=NO_PLUGINS", "`claque_library.n_plugins` is 0, must be 1 to 64"),
        ("VARIANT=NULL_PLUGIN", "`claque_library.plugins` is a list with a NULL"),
        ("VARIANT=SMALL_PLUGIN", "`claque_plugin.struct_size` is 8, must be at least 32"),
        ("VARIANT=NULL_SCORE", "`claque_plugin.score` is NULL, must be a function"),
        ("VARIANT=NULL_METADATA", "`claque_plugin.metadata_json` is NULL"),
        ("VARIANT=TWICE", "has two signals `test.loading`"),
    ] {
        check_refused(&workshop, &[variant], expected);
    }
}

#[test]
fn metadata_that_are_no_declaration_are_refused_with_the_reason() {
    let Some(workshop) = Workshop::open() else { return };
    for (text, expected) in
        [("version one", "expected value"), ("{\"version\":\"1\"}", "`api` is missing"), ("\u{1}", "signal 1")]
    {
        check_refused(&workshop, &["VARIANT=GOOD", &define("METADATA", text)], expected);
    }
}

#[test]
fn an_undefined_symbol_is_found_at_once_and_named() {
    let Some(workshop) = Workshop::open() else { return };
    let error = check_refused(
        &workshop,
        &[
            "VARIANT=GOOD",
            "UNDEFINED",
            "claque_test_caller=__attribute__((visibility(\"default\"))) claque_test_caller",
        ],
        "claque_test_undefined_function",
    );
    assert!(error.hint().expect("a hint").contains("-z,defs"));
    assert!(!error.to_string().contains("/native/"), "the path of the copy says nothing to people: {error}");
}

#[test]
fn another_file_than_the_pinned_one_is_not_loaded() {
    let Some(workshop) = Workshop::open() else { return };
    let path = workshop.build("loading", &["VARIANT=GOOD"]);
    let cache = workshop.path().join("cache");
    let error = crate::native::Library::open_pinned(&path, &"0".repeat(64), &cache).expect_err("another hash");
    assert!(matches!(error, NativeError::HashDiffers { .. }), "{error}");
    assert!(!cache.exists());
    let library = workshop.load(&path).expect("loads");
    let pinned = library.sha256().to_uppercase();
    crate::native::Library::open_pinned(&path, &pinned, &cache).expect("hex digits of either case");
    assert!(cache.join("native").join(library.sha256()).join("libloading1.so").exists(), "the copy was loaded");
}

#[test]
fn library_and_manifest_must_tell_the_same() {
    let Some(workshop) = Workshop::open() else { return };
    let library = workshop.load(&workshop.build("loading", &["VARIANT=GOOD"])).expect("loads");
    let manifest = json!({
        "id": "test.loading", "version": "1.0.0", "api": "1", "title": "Loading", "dimension": "disinformation",
        "family": "test", "emits": "marks", "cap": 0.5, "requires": { "posts": { "post_id": "id" } },
        "innocent": ["None."], "disarm": {}
    });
    library.check_manifest(std::slice::from_ref(&manifest)).expect("the same");
    for (key, value, expected) in [
        ("cap", json!(1.5), "`cap` of signal `test.loading` is `0.5` in the library `libloading1.so`, but `1.5`"),
        ("requires", json!({ "posts": { "post_id": "id?" } }), "is `posts(post_id: id)` in the library"),
        ("id", json!("test.other"), "has the signals `test.loading`, its manifest names `test.other`"),
    ] {
        let mut edited = manifest.clone();
        edited[key] = value;
        let error = library.check_manifest(&[edited]).expect_err("edited by hand");
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[cfg(target_arch = "x86_64")]
#[test]
fn a_library_that_switches_the_float_mode_leaves_the_host_as_it_was() {
    let Some(workshop) = Workshop::open() else { return };
    let before = crate::native::float_mode::read();
    workshop.load(&workshop.build("loading", &["VARIANT=FLUSH"])).expect("loads");
    assert_eq!(crate::native::float_mode::read() & !0x3f, before & !0x3f);
}
