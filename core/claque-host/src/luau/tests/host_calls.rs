//! Attacks through the host's own calls: huge patterns, lists, joins, sorts, and expressions that multiply.
//! None may harm the host or the next plugin. What takes long inside one call of Rust cannot be stopped there,
//! so its size is bounded instead.

use super::super::watchdog::{Stop, guarded};
use super::super::{frame::Frame, frame::FrameLimit, vm};
use super::machine;
use claque_model::{Fault, Signal, Unwatched};
use mlua::Value;
use std::time::Duration;

/// How an attack over some posts ended, in one line.
fn attempt(code: &str) -> String {
    let rows: Vec<String> = (0..2000).map(|i| format!("x:{i},{},text number {i}", i % 7)).collect();
    let posts = super::table(&format!("post_id,n,t\n{}\n", rows.join("\n")), &["id", "int", "string"]);
    let (lua, _) = machine(code, |lua| lua.globals().set("posts", Frame::of(posts)));
    lua.set_app_data(FrameLimit(16 << 20));
    let run = || vm::compile(&lua, "test/main.luau", code)?.call::<Value>(());
    let outcome = guarded(&lua, Duration::from_mins(1), &Unwatched, run);
    super::neighbour_is_unharmed(code);
    match outcome {
        Ok(value) => format!("got {}", value.to_string().unwrap_or_default()),
        Err(Stop::Failed(error)) => {
            let root = error.chain().last().map_or_else(|| error.to_string(), ToString::to_string);
            root.lines().next().unwrap_or_default().replace("runtime error: ", "").replace("test/main.luau:1: ", "")
        }
        Err(other) => format!("{other:?}"),
    }
}

#[track_caller]
fn all(cases: &[(&str, &str, &str)]) {
    for (what, code, expected) in cases {
        let found = attempt(code);
        assert!(found.starts_with(expected), "{what}: expected `{expected}`, got `{found}`");
    }
}

#[test]
fn patterns_are_bounded_when_they_are_built() {
    all(&[
        (
            "repetition of repetition",
            "posts:filter(col('t'):str_contains('((a{100}){100}){100}'))",
            "bad regular expression",
        ),
        (
            "a pattern of a megabyte",
            "posts:filter(col('t'):str_contains(string.rep('(a|b)', 2e5)))",
            "bad regular expression",
        ),
        (
            "deep nesting",
            "posts:filter(col('t'):str_contains(string.rep('(', 1e5) .. string.rep(')', 1e5)))",
            "bad regular expression",
        ),
        // what takes a back-tracking engine for ever is linear here
        (
            "nested stars",
            "return posts:filter(col('t'):str_contains('^(([a-z])+.)+[A-Z]([a-z])+$')):collect():height()",
            "got 0",
        ),
    ]);
}

#[test]
fn many_words_and_long_lists_work_or_are_refused() {
    all(&[
        (
            "5,000 words",
            "local t = {} for i = 1, 5000 do t[i] = 'r ' .. i end \
             return posts:filter(col('t'):str_contains_any(t)):collect():height()",
            "got 1999",
        ),
        (
            "a million words",
            "return posts:filter(col('t'):str_contains_any(table.create(1e6, 'w')))",
            "str_contains_any takes at most 10000 words, got 1000000. hint: ",
        ),
        (
            "words beyond the memory of a script",
            "local t = {} for i = 1, 1e7 do t[i] = 'w' .. i end return posts:filter(col('t'):str_contains_any(t))",
            "memory error",
        ),
        (
            "a list of a million numbers",
            "return posts:filter(col('n'):is_in(table.create(1e6, 3))):collect():height()",
            "got 286",
        ),
    ]);
}

#[test]
fn joins_that_multiply_are_refused_and_the_advice_works() {
    all(&[
        ("one step", "return posts:join(posts, { on = 'n' }):collect()", "this join would give"),
        (
            "step by step",
            "local f = posts:select('n') for i = 1, 20 do f = f:join(f, { on = 'n' }):collect() end",
            "this join would give",
        ),
        (
            "caught, and again",
            "for i = 1, 3 do local ok, e = pcall(function() return posts:join(posts, { on = 'n' }):collect() end) \
             assert(not ok and string.find(tostring(e), 'this join would give', 1, true)) end return 'none'",
            "got none",
        ),
        ("one row per key first", "return posts:join(posts:unique('n'), { on = 'n' }):collect():height()", "got 2000"),
    ]);
}

#[test]
fn sorts_of_large_tables_in_the_library_give_what_they_gave() {
    all(&[
        (
            "above the size that is sorted in Luau",
            "local t = {} for i = 1, 150000 do t[i] = (i * 7919) % 150001 end table.sort(t) \
             for i = 2, #t do assert(t[i - 1] <= t[i]) end return #t",
            "got 150000",
        ),
        (
            "values that cannot be compared",
            "local t = table.create(150000, 1) t[5] = 'x' table.sort(t)",
            "library:0: attempt to compare string < number",
        ),
    ]);
}

#[test]
fn an_error_inside_a_library_function_points_to_the_script() {
    let body = "local t = table.create(150000, 1) t[5] = 'x'\ntable.sort(t)";
    let fault =
        super::signal(&super::script(body)).score(&super::given(), &Unwatched).expect_err("it cannot be sorted");
    let Fault::Raised(text) = fault else { panic!("{fault:?}") };
    assert!(text.starts_with("attempt to compare string < number\n  demo/main.luau:4:"), "{text}");
}

#[test]
fn library_functions_in_pieces_give_what_the_library_gives() {
    // each line: what the piecewise form gives beside an answer worked out by hand
    all(&[
        (
            "find behind the first piece",
            "local p = string.rep('b', 3000) local s = string.rep('a', 1e5) .. p .. 'c' \
             local a, b = string.find(s, p, 1, true) assert(a == 100001 and b == 103000) \
             a, b = string.find(s, p) assert(a == 100001 and b == 103000) \
             assert(string.find(s, p, 100002, true) == nil and string.find(s, p, -3001, true) == 100001) \
             assert(s:find(p, 1, true) == 100001) return 'as before'",
            "got as before",
        ),
        (
            "split by a long text",
            "local p = string.rep('-', 4000) local t = string.split(string.rep('a', 9000) .. p .. 'b' .. p .. 'c', p) \
             assert(#t == 3 and #t[1] == 9000 and t[2] == 'b' and t[3] == 'c') \
             t = string.split(p .. p, p) assert(#t == 3 and t[1] == '' and t[3] == '') return 'as before'",
            "got as before",
        ),
        (
            "move, also onto itself",
            "local t = {} for i = 1, 250000 do t[i] = i end table.move(t, 1, 250000, 2) \
             assert(t[1] == 1 and t[2] == 1 and t[250001] == 250000) \
             table.move(t, 2, 250001, 1) assert(t[1] == 1 and t[250000] == 250000 and t[100001] == 100001) \
             local u = table.move(t, 1, 250000, 3, {}) assert(u[3] == 1 and u[250002] == 250000 and u[1] == nil) \
             return 'as before'",
            "got as before",
        ),
        ("wrong values", "string.find({}, 'x')", "invalid argument #1 to 'find' (string expected, got table)"),
        (
            "no comparator where one stands",
            "table.sort({}, 1)",
            "invalid argument #2 to 'sort' (function expected, got number)",
        ),
        (
            "too many to move",
            "table.move({}, -2^31, 2^31 - 1, 1)",
            "invalid argument #3 to 'move' (too many elements to move)",
        ),
        ("small calls", "return string.find('abc', 'b(.)') .. table.concat(string.split('a b', ' '))", "got 2ab"),
    ]);
}

#[test]
fn callbacks_cannot_confuse_the_host() {
    all(&[
        (
            "a yield across a verb",
            "local co = coroutine.wrap(function() return posts:filter(coroutine.yield()) end) co() \
             return co(col('n'):eq(1)):collect():height()",
            "got 286",
        ),
        (
            "an error with a hook while a verb reports one",
            "local ok, e = pcall(function() posts:select(setmetatable({}, { __tostring = error })) end) return tostring(ok)",
            "got false",
        ),
        (
            "options that change while they are read",
            "return posts:sort('n', setmetatable({}, { __index = function() error('hook') end })):collect():height()",
            "got 2000",
        ),
        (
            "a frame inside itself",
            "local f = posts f = f:concat(f) return f:join(f, { on = 'post_id', how = 'semi' }):collect():height()",
            "got 4000",
        ),
    ]);
}
