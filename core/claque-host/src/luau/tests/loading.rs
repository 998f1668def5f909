//! What is a script and what is not; modules beside it.

use super::super::error::ScriptError;
use super::super::script::Script;
use super::{given, script};
use claque_model::{LogicalType, Origin, ParamKind, ParamValue, Shape, Signal, Unwatched};
use std::fs;
use std::path::Path;

fn refused(source: &str) -> String {
    Script::load("demo/main.luau", source, None).expect_err("not a script").to_string()
}

#[test]
fn a_script_declares_what_its_table_says() {
    let source = script("return posts").replace(
        "requires =",
        "cap = 0.5, disarm = {}, direction = 'lower', also = { 'concealment' }, \
         params = { few = p.int { default = 4, min = 1, max = 9, doc = 'few' }, \
         window = p.duration { default = '60s', doc = 'window' }, names = p.strings { default = {}, doc = 'names' } }, \
         requires =",
    );
    let signals = Script::load("demo/main.luau", &source, None).unwrap_or_else(|e| panic!("{e}"));
    let declaration = signals[0].declaration();
    assert_eq!(signals[0].origin(), Origin::Script);
    assert_eq!((declaration.id.as_str(), declaration.emits), ("dis.demo", Shape::Marks));
    let columns: Vec<_> =
        declaration.requires[0].columns.iter().map(|c| (c.name.as_str(), c.kind, c.optional)).collect();
    assert_eq!(
        columns,
        [("lang", LogicalType::String, true), ("n_like", LogicalType::Int, false), ("post_id", LogicalType::Id, false)]
    );
    let names: Vec<&str> = declaration.params.iter().map(|p| p.name.as_str()).collect();
    assert_eq!(names, ["few", "names", "window"]);
    assert_eq!(declaration.params[0].kind, ParamKind::Int { min: 1, max: 9 });
    assert_eq!(declaration.params[1].default, ParamValue::Texts(vec![]));
    assert_eq!(declaration.params[2].default, ParamValue::Duration(60_000_000));
}

#[test]
fn a_list_of_signals_is_several_signals() {
    let one = script("return posts:select('post_id', lit(1):alias 'value')");
    let body = one.trim_start_matches("return ");
    let two = body.replace("dis.demo", "dis.other").replace("lit(1)", "lit(0.5)");
    let signals = Script::load("demo/main.luau", &format!("return {{ {body}, {two} }}"), None).expect("two signals");
    let ids: Vec<&str> = signals.iter().map(|s| s.declaration().id.as_str()).collect();
    assert_eq!(ids, ["dis.demo", "dis.other"]);
    let value = |i: usize| super::rows(&signals[i].score(&given(), &Unwatched).expect("it runs").head(Some(1)));
    assert_eq!(value(0), "1767225600123456789,1");
    assert_eq!(value(1), "1767225600123456789,0.5");
    let twice = format!("return {{ {body}, {body} }}");
    assert_eq!(refused(&twice), "demo/main.luau: two signals have the id `dis.demo`");
}

#[test]
fn what_is_no_script_is_told_why() {
    assert!(refused("").contains("a script returns plugin { … } or a list of them, this one returns nil"));
    assert!(refused("return {}").contains("this one returns table"));
    assert!(refused("return { id = 'x' }").contains("this one returns table"));
    assert!(refused("return plugin { id = 'x' }").contains("`score` must be a function"));
    assert!(refused("return plugin { score = function() end, tests = 3 }").contains("`tests` must be a table"));
    let text = refused("return plugin { score = function() end, tests = { a = 1 } }");
    assert!(text.contains("`tests.a` must be a function with a name"), "{text}");
    let text = refused("return plugin { score = function() end, id = 'dis.x', dimension = 'disinformatoin' }");
    assert!(text.starts_with("demo/main.luau: "), "{text}");
    let text = refused("return plugin { score = function() end, doc = function() end }");
    assert!(text.starts_with("expected plain data in a declaration, got function in `doc`"), "{text}");
    let text = refused("local t = {} t.t = t return plugin { score = function() end, doc = t }");
    assert!(text.starts_with("expected plain data in a declaration, got nested tables"), "{text}");
    let text = refused("return plugin { score = function() end, cap = 0/0 }");
    assert!(text.contains("got nan in `cap`") || text.contains("got NaN in `cap`"), "{text}");
}

#[test]
fn deeply_nested_source_is_an_error_and_no_crash() {
    for (open, close) in [("(", ")"), ("{", "}"), ("function() return ", " end"), ("-", ""), ("not ", ""), ("a..", "a")]
    {
        let source = format!("return {}1{}", open.repeat(100_000), close.repeat(100_000));
        let error = Script::load("demo/main.luau", &source, None).expect_err(open);
        assert!(!error.to_string().is_empty());
    }
    let blocks = format!("{}{}", "do ".repeat(100_000), "end ".repeat(100_000));
    assert!(matches!(Script::load("demo/main.luau", &blocks, None), Err(ScriptError::Syntax(_))));
}

#[test]
fn an_error_at_the_top_level_has_its_place() {
    let text = refused("local x = nil\nreturn x.y");
    assert_eq!(
        text,
        "attempt to index nil with 'y'
  demo/main.luau:2:10
     2 | return x.y
       |          ^"
    );
}

#[test]
fn an_accidental_global_is_named_with_its_line() {
    let error = Script::load("demo/main.luau", "local total = 1\ntotl = total + 1\nfunction helper() end", None);
    let error = error.expect_err("two globals");
    assert!(matches!(error, ScriptError::LeakedGlobal { .. }), "{error:?}");
    assert_eq!(
        error.to_string(),
        "demo/main.luau:3: global `helper` was written: missing `local`?\n\
         demo/main.luau:2: global `totl` was written: missing `local`?"
    );
}

#[test]
fn loading_has_its_own_clock_and_memory() {
    let error = Script::load("demo/main.luau", "while true do end", None).expect_err("it never ends");
    assert!(matches!(error, ScriptError::Timeout { .. }), "{error:?}");
    let error = Script::load("demo/main.luau", "return string.rep('x', 1e9)", None).expect_err("1 GB");
    assert!(matches!(error, ScriptError::OutOfMemory { limit_mb: 256, .. }), "{error:?}");
}

/// A folder with a module, a folder outside with a secret, and ways from the one to the other.
fn folders() -> (tempfile::TempDir, std::path::PathBuf) {
    let outer = tempfile::tempdir().expect("a temporary folder");
    let inner = outer.path().join("demo");
    fs::create_dir(&inner).expect("a folder");
    let write = |path: &Path, text: &str| fs::write(path, text).expect("a file");
    write(&outer.path().join("secret.luau"), "return { v = 'a secret' }");
    write(&inner.join("words.luau"), "local words = { 'en' }\nreturn { words = words, random = math.random(1e9) }");
    write(&inner.join("again.luau"), "return require './words'");
    write(&inner.join("itself.luau"), "return require './itself'");
    write(&inner.join("broken.luau"), "local x = 1\nerror('in a module')");
    write(&inner.join("leaky.luau"), "leak = 1\nreturn 1");
    write(&inner.join(".luaurc"), "{ \"aliases\": { \"out\": \"..\" } }");
    fs::write(inner.join("bytes.luau"), [0xff, 0xfe, 0x00]).expect("a file");
    (outer, inner)
}

fn load_in(folder: &Path, top: &str) -> Result<String, ScriptError> {
    let source = format!("{top}\n{}", script("return posts:select('post_id', lit(1):alias 'value')"));
    Script::load("demo/main.luau", &source, Some(folder)).map(|signals| signals[0].declaration().id.clone())
}

#[test]
fn a_module_beside_the_script_is_loaded_once() {
    let (_keep, folder) = folders();
    let top = "local a, b = require './words', require './again'\nassert(a == b and a.words[1] == 'en')";
    load_in(&folder, top).unwrap_or_else(|e| panic!("{e}"));
}

#[test]
fn require_leaves_the_folder_by_no_way() {
    let (_keep, folder) = folders();
    #[cfg(unix)]
    std::os::unix::fs::symlink("../secret.luau", folder.join("link.luau")).expect("a link");
    let outside = folder.parent().expect("a parent").join("secret");
    let outside = outside.to_str().expect("UTF-8");
    let cases = [
        ("../secret", "require takes \"./name\""),
        ("./../secret", "require takes \"./name\""),
        (outside, "require takes \"./name\""),
        ("@out/secret", "require takes \"./name\""),
        ("@self/words", "require takes \"./name\""),
        ("words", "require takes \"./name\""),
        ("./.luaurc", "require takes \"./name\""),
        ("./nothing", "module \"./nothing\": there is no such file"),
        ("./bytes", "module \"./bytes\": the file is no UTF-8 text"),
        ("./itself", "module \"./itself\": it requires itself"),
        #[cfg(unix)]
        ("./link", "module \"./link\": the link leaves the script's folder"),
    ];
    for (request, expected) in cases {
        let error = load_in(&folder, &format!("local x = require '{request}'")).expect_err(request).to_string();
        assert!(error.starts_with(expected), "{request}: {error}");
    }
}

#[test]
fn a_mistake_in_a_module_has_its_place_there() {
    let (_keep, folder) = folders();
    let text = load_in(&folder, "local x = require './broken'").expect_err("it raises").to_string();
    assert!(text.starts_with("in a module\n  demo/broken.luau:2:1\n     2 | error('in a module')"), "{text}");
    let text = load_in(&folder, "local x = require './leaky'").expect_err("it leaks").to_string();
    assert!(text.contains("global `leak` was written"), "{text}");
}

#[test]
fn a_script_without_a_folder_has_no_modules() {
    let error = Script::load("demo/main.luau", "return require './words'", None).expect_err("no folder");
    assert!(error.to_string().starts_with("module \"./words\": this script has no folder"), "{error}");
}

#[test]
fn a_module_reads_the_same_after_its_file_changed() {
    let (_keep, folder) = folders();
    let body = "return posts:select('post_id', lit(W):alias 'value')";
    fs::write(folder.join("weight.luau"), "return 0.25").expect("a file");
    let source = format!("local W = require './weight'\n{}", script(body));
    let signals = Script::load("demo/main.luau", &source, Some(&folder)).unwrap_or_else(|e| panic!("{e}"));
    fs::write(folder.join("weight.luau"), "return 0.75").expect("a file");
    let rows = signals[0].score(&given(), &Unwatched).expect("it runs");
    assert_eq!(super::rows(&rows.head(Some(1))), "1767225600123456789,0.25");
}

#[test]
fn a_global_written_in_a_module_is_found_in_the_module() {
    let place = tempfile::tempdir().expect("a temporary folder");
    fs::write(place.path().join("words.luau"), "local words = {}\nfor i = 1, 3 do\n\tlast = i\nend\nreturn words\n")
        .expect("a file");
    let source = format!("local _words = require('./words')\n{}", script("return posts"));
    let error = Script::load("demo/main.luau", &source, Some(place.path())).expect_err("a leak").to_string();
    assert_eq!(error, "demo/words.luau:3: global `last` was written: missing `local`?");
}
