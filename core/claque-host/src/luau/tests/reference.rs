//! The verb table against the world: every example gives what it says, every verb is there in the VM, and the
//! files in `scripts/` are what the table makes.

use super::super::explain::explain;
use super::super::expr::{LuauExpr, name_of_type};
use super::super::frame::Frame;
use super::super::reference::{FIELDS, OTHER, POSTS, definitions, meta_stub, pages};
use super::super::sample::time_text;
use super::super::verb::{ApiType, Need, script_api};
use super::super::vm;
use super::{machine, table};
use crate::declare::declaration_from_json;
use mlua::{Lua, UserDataRef, Value};
use polars::prelude::{AnyValue, DataFrame, TimeUnit};
use std::path::Path;

/// What a piece of code returns over the sample tables, as the reference writes it.
pub(super) fn result(code: &str) -> String {
    let code = format!("return {code}");
    let (lua, sources) = machine(&code, |lua| {
        for sample in [POSTS, OTHER] {
            lua.globals().set(sample.name, Frame::of(table(sample.csv, sample.types)))?;
        }
        Ok(())
    });
    let run = || {
        let value = vm::compile(&lua, "test/main.luau", &code)?.call::<Value>(())?;
        shown(&lua, &value)
    };
    run().unwrap_or_else(|e| explain(&e, &sources).to_string())
}

fn shown(lua: &Lua, value: &Value) -> mlua::Result<String> {
    if let Value::UserData(data) = value
        && data.is::<LuauExpr>()
    {
        let posts: UserDataRef<Frame> = lua.globals().get("posts")?;
        let expr = posts.expression(value)?.alias("x");
        let rows = posts.then(|plan| plan.select([expr.clone()]))?.collect(lua)?;
        return Ok(format!("{}: {}", name_of_type(rows.columns()[0].dtype()), rows_of(&rows)));
    }
    match value {
        Value::UserData(data) if data.is::<Frame>() => {
            let rows = data.borrow::<Frame>()?.collect(lua)?;
            let names: Vec<&str> = rows.get_column_names().iter().map(|n| n.as_str()).collect();
            Ok(format!("{}: {}", names.join(", "), rows_of(&rows)))
        }
        Value::Table(list) => {
            let items = list.sequence_values::<Value>().map(|item| shown(lua, &item?));
            Ok(format!("{{{}}}", items.collect::<mlua::Result<Vec<_>>>()?.join(", ")))
        }
        value if *value == Value::NULL => Ok("null".to_owned()),
        value => value.to_string(),
    }
}

fn rows_of(frame: &DataFrame) -> String {
    let row = |i: usize| {
        let cells: Vec<String> =
            frame.columns().iter().map(|column| cell(&column.get(i).expect("a value of that row"))).collect();
        cells.join(", ")
    };
    (0..frame.height()).map(row).collect::<Vec<_>>().join(" / ")
}

fn cell(value: &AnyValue) -> String {
    match value {
        AnyValue::Null => "null".to_owned(),
        AnyValue::String(text) => (*text).to_owned(),
        AnyValue::StringOwned(text) => text.to_string(),
        AnyValue::Datetime(micros, TimeUnit::Microseconds, _) => time_text(*micros),
        AnyValue::List(values) => format!("[{}]", values.iter().map(|v| cell(&v)).collect::<Vec<_>>().join(", ")),
        // nine digits, and no minus before a zero
        AnyValue::Float64(real) => (format!("{real:.8e}").parse::<f64>().unwrap_or(*real) + 0.0).to_string(),
        other => other.to_string(),
    }
}

#[test]
fn every_example_gives_what_it_says() {
    let api = script_api();
    let verbs = api.functions().chain(api.types.iter().flat_map(ApiType::verbs));
    let mut wrong = Vec::new();
    let mut run = 0;
    for verb in verbs {
        let Some(example) = verb.example else { continue };
        let found = result(example.code);
        if found.contains("is not available here") {
            // these run where the kernels are: in claque-study
            continue;
        }
        if found != example.gives {
            wrong.push(format!("{}: {}\n  says {}\n  gave {found}", verb.name, example.code, example.gives));
        }
        run += 1;
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(run > 100, "only {run} examples");
}

#[test]
fn verbs_over_columns_have_an_example() {
    let api = script_api();
    // these need a run, a test or their other half around them
    let types = ["Context", "Test", "Expectation", "When", "Then"];
    let sections = ["A script", "Parameters"];
    let verbs = api.types.iter().filter(|kind| !types.contains(&kind.name)).flat_map(ApiType::verbs);
    let starts = api.globals.iter().filter(|s| !sections.contains(&s.title)).flat_map(|s| s.verbs.clone());
    let without: Vec<&str> = verbs.chain(starts).filter(|v| v.example.is_none()).map(|v| v.name).collect();
    assert!(without.is_empty(), "{without:?}");
}

#[test]
fn every_verb_is_there_and_stands_once() {
    let (lua, _) = machine("", |_| Ok(()));
    let there = |name: &str| {
        let value = vm::compile(&lua, "test/main.luau", &format!("return {name}")).and_then(|f| f.call::<Value>(()));
        !value.expect("readable").is_nil()
    };
    assert!(!there("cool"), "the test can fail");
    let api = script_api();
    for verb in api.functions() {
        assert!(there(verb.name), "{} does not exist", verb.name);
    }
    for names in api.types.iter().map(|kind| kind.verbs().map(|verb| verb.name).collect::<Vec<_>>()) {
        let mut once = names.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), names.len(), "{names:?}");
    }
}

#[test]
fn methods_are_added_from_the_table_only() {
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/luau")];
    let mut found = Vec::new();
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next).into_iter().flatten() {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else if std::fs::read_to_string(&path).expect("a source").contains(concat!("methods.add_", "method(")) {
                found.push(path.file_name().expect("a name").to_string_lossy().into_owned());
            }
        }
    }
    found.sort();
    // attempts to escape have objects of their own
    assert_eq!(found, ["escapes.rs", "overrun.rs", "verb.rs"]);
}

#[test]
fn a_rest_comes_last_and_names_are_no_words_of_the_language() {
    let words =
        ["and", "break", "do", "else", "end", "for", "function", "if", "in", "local", "nil", "not", "or", "then"];
    let api = script_api();
    for verb in api.functions().chain(api.types.iter().flat_map(ApiType::verbs)) {
        for (position, argument) in verb.takes.iter().enumerate() {
            assert!(argument.need != Need::Rest || position + 1 == verb.takes.len(), "{}", verb.name);
            assert!(!words.contains(&argument.name), "{}: {}", verb.name, argument.name);
        }
    }
}

/// The generated files, or what differs. `CLAQUE_UPDATE=1` writes them.
#[test]
fn the_files_in_scripts_are_what_the_table_makes() {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts");
    let mut files = vec![("claque.d.luau".to_owned(), definitions()), ("claque.meta.lua".to_owned(), meta_stub())];
    files.extend(pages().into_iter().map(|(name, text)| (format!("reference/{name}"), text)));
    let update = std::env::var_os("CLAQUE_UPDATE").is_some_and(|value| value == "1");
    let mut differ = Vec::new();
    for (name, text) in &files {
        let path = scripts.join(name);
        if std::fs::read_to_string(&path).is_ok_and(|found| found == *text) {
            continue;
        }
        if update {
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            std::fs::write(&path, text).expect("a file");
        } else {
            differ.push(name);
        }
    }
    assert!(differ.is_empty(), "not as generated: {differ:?}\nhint: run this test with CLAQUE_UPDATE=1");
    let there: usize = std::fs::read_dir(scripts.join("reference")).expect("the pages").count();
    assert_eq!(there, pages().len(), "a page that nothing makes");
}

#[test]
fn the_fields_of_a_signal_are_those_of_a_declaration() {
    let unknown = |name: &str| {
        let json = serde_json::json!({ name: 0 });
        declaration_from_json(&json).expect_err("too little").to_string().starts_with("unknown key")
    };
    assert!(unknown("colour"), "the test can fail");
    for declared in FIELDS.iter().map(|declared| declared.field.name).filter(|n| !["score", "tests"].contains(n)) {
        assert!(!unknown(declared), "{declared} is no key of a declaration");
    }
    // 19 keys, and the two functions
    assert_eq!(FIELDS.len(), 21);
}
