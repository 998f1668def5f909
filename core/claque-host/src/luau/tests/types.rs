//! The type file against what exists: every method and global that it names, and no other.

use super::super::expr;
use super::super::frame::Frame;
use super::super::verbs::{TYPES, methods_of};
use super::{machine, table};
use mlua::Value;

/// Does the value answer to that method?
fn answers(lua: &mlua::Lua, value: &str, method: &str) -> bool {
    let code = format!("return {value}:{method}()");
    let called = super::super::vm::compile(lua, "test/main.luau", &code).and_then(|f| f.call::<Value>(()));
    !called.is_err_and(|e| e.to_string().contains("attempt to call missing method"))
}

const VALUES: [(&str, &str); 5] = [
    ("Expr", "col('a')"),
    ("Frame", "frame"),
    ("GroupBy", "frame:group_by('a')"),
    ("When", "when(col('a'))"),
    ("Then", "when(col('a')):then_(1)"),
];

fn vm() -> mlua::Lua {
    let frame = table("a\n1\n", &["int"]);
    machine("", |lua| lua.globals().set("frame", Frame::of(frame))).0
}

#[test]
fn every_method_of_the_type_file_exists() {
    let lua = vm();
    assert!(!answers(&lua, "frame", "fliter"), "the test can fail");
    for (kind, value) in VALUES {
        let methods = methods_of(kind);
        assert!(!methods.is_empty(), "{kind} is in the type file");
        for method in methods {
            assert!(answers(&lua, value, method), "{kind}:{method} does not exist");
        }
    }
}

#[test]
fn every_method_that_exists_is_in_the_type_file() {
    // what is registered stands in the sources as a quoted name after `methods`
    let sources = [
        ("Expr", include_str!("../expr/logic.rs")),
        ("Expr", include_str!("../expr/aggregates.rs")),
        ("Expr", include_str!("../expr/text.rs")),
        ("Expr", include_str!("../expr/time.rs")),
        ("Expr", include_str!("../expr/lists.rs")),
        ("Frame", include_str!("../frame.rs").split("/// `frame:group_by").next().expect("a part")),
        ("Frame", include_str!("../frame/join.rs")),
        ("Frame", include_str!("../frame/rows.rs")),
    ];
    for (kind, source) in sources {
        let known = methods_of(kind);
        for call in ["methods.add_method(\"", "(methods, \""] {
            for rest in source.split(call).skip(1) {
                let name = rest.split('"').next().expect("a quoted name");
                assert!(known.contains(&name), "{kind}:{name} is not in scripts/claque.d.luau");
            }
        }
    }
}

#[test]
fn every_global_of_the_type_file_exists() {
    let lua = vm();
    let names =
        TYPES.lines().filter_map(|line| line.strip_prefix("declare function ").or(line.strip_prefix("declare p")));
    let mut found = 0;
    for line in names {
        let name = line.split(['(', '<', ':']).next().filter(|n| !n.is_empty()).unwrap_or("p");
        assert!(!lua.globals().get::<Value>(name).expect("readable").is_nil(), "{name} does not exist");
        found += 1;
    }
    assert_eq!(found, 12);
    assert!(expr::type_named("date").is_ok());
}
