//! Own functions over columns and rows: what goes in, what comes out, and what such a function may not do.

use super::super::explain::explain;
use super::super::frame::Frame;
use super::super::vm;
use super::super::watchdog::{Stop, guarded};
use super::{Recorder, machine, rows, table};
use claque_model::{LogLevel, Unwatched};
use mlua::{Lua, Value};
use polars::prelude::DataFrame;
use std::time::Duration;

const POSTS: &str = "id,n,w,ok,at,s
a,1,0.5,true,2024-06-03T09:00:00Z,en
b,-7,2.5,false,1969-12-31T23:59:59.5Z,
c,3,,,,en
d,4,-1.5,true,2024-06-09T10:30:00.000001Z,de
";
const TYPES: [&str; 6] = ["id", "int", "float", "bool", "datetime", "string"];

fn vm_with(frame: DataFrame, code: &str) -> Lua {
    machine(code, |lua| lua.globals().set("posts", Frame::of(frame))).0
}

fn evaluated(lua: &Lua, code: &str) -> mlua::Result<DataFrame> {
    let value = vm::compile(lua, "test/main.luau", code)?.call::<Value>(())?;
    value.as_userdata().expect("a frame").borrow::<Frame>()?.collect(lua)
}

/// The rows of the frame that a piece of code returns, or what is wrong.
fn run(code: &str) -> String {
    let frame = table(POSTS, &TYPES);
    let (lua, sources) = machine(code, |lua| lua.globals().set("posts", Frame::of(frame)));
    evaluated(&lua, code).map_or_else(|error| explain(&error, &sources).message, |frame| rows(&frame))
}

#[track_caller]
fn fails(code: &str, part: &str) {
    let found = run(code);
    assert!(found.contains(part), "{code}: {found}");
}

#[test]
fn numbers_arrive_as_floats_and_come_back_as_declared() {
    let code = r"return posts:map_columns({ 'n', 'w' }, { { x = 'float' }, { y = 'int' } }, function(columns, length)
        local n, w = columns[1], columns[2]
        assert(n.width == 8 and n.valid == nil and n.values == nil)
        local x, y = buffer.create(8 * length), buffer.create(8 * length)
        for row = 0, length - 1 do
            buffer.writef64(x, 8 * row, buffer.readf64(n.data, 8 * row) / 2)
            -- a null is no number
            local known = buffer.readbits(w.valid, row, 1) == 1
            assert(known == (buffer.readf64(w.data, 8 * row) == buffer.readf64(w.data, 8 * row)))
            buffer.writef64(y, 8 * row, if known then 2 * buffer.readf64(w.data, 8 * row) else 0)
        end
        return x, { data = y, valid = w.valid }
    end):select('x', 'y')";
    assert_eq!(run(code), "0.5,1 / -3.5,5 / 1.5, / 2,-3");
}

#[test]
fn texts_are_codes_from_one_and_null_is_zero() {
    let code = r"return posts:map_columns({ 's' }, { back = 'string' }, function(columns, length)
        local s = columns[1]
        assert(s.width == 4 and #s.values == 2 and s.values[1] == 'en' and s.values[2] == 'de')
        local codes = {}
        for row = 0, length - 1 do codes[row + 1] = buffer.readu32(s.data, 4 * row) end
        assert(table.concat(codes, ' ') == '1 0 1 2')
        return { data = s.data, values = { 'EN', 'DE' } }
    end):select('back')";
    assert_eq!(run(code), "EN /  / EN / DE");
}

#[test]
fn what_goes_in_comes_out_unchanged() {
    let code = r"return posts:map_columns({ 'id', 'n', 'w', 'ok', 'at', 's' },
        { { a = 'id' }, { b = 'int' }, { c = 'float' }, { d = 'bool' }, { e = 'datetime' }, { f = 'string' } },
        function(columns) return table.unpack(columns) end):select('a', 'b', 'c', 'd', 'e', 'f')";
    assert_eq!(run(code), rows(&table(POSTS, &TYPES)));
    let code = r"return posts:map_rows({ 'id', 'n', 'w', 'ok', 'at', 's' },
        { { a = 'id' }, { b = 'int' }, { c = 'float' }, { d = 'bool' }, { e = 'datetime' }, { f = 'string' } },
        function(...) return ... end):select('a', 'b', 'c', 'd', 'e', 'f')";
    assert_eq!(run(code), rows(&table(POSTS, &TYPES)));
}

#[test]
fn a_column_of_nulls_and_no_rows_at_all_are_no_trouble() {
    let double = "function(columns, length) return columns[1] end";
    assert_eq!(
        run(&format!("return posts:head(0):map_columns({{ 's' }}, {{ x = 'string' }}, {double}):select 'x'")),
        ""
    );
    assert_eq!(run("return posts:head(0):map_rows({ 'n' }, { x = 'int' }, function(n) return n end):select 'x'"), "");
    let code = format!(
        "return posts:filter(col 'w':is_null()):map_columns({{ 'w' }}, {{ x = 'float' }}, {double}):select('w', 'x')"
    );
    assert_eq!(run(&code), ",");
}

#[test]
fn nil_and_null_are_null_for_rows() {
    let code = r"return posts:map_rows({ 'n', 'w' }, { x = 'float' }, function(n, w)
        if n == 1 then return end
        if n == 3 then assert(w == nil) return null end
        return n + w
    end):select('x')";
    assert_eq!(run(code), " / -4.5 /  / 2.5");
}

#[test]
fn times_are_microseconds() {
    let code = r"return posts:map_rows({ 'at' }, { { s = 'float' }, { day = 'date' }, { gap = 'duration' } }, function(at)
        if not at then return nil end
        return at / 1e6, at, 1500000
    end):select(col 's', col 'day':cast 'string', col 'gap':cast 'int'):head(2)";
    assert_eq!(run(code), "1717405200,2024-06-03,1500000 / -0.5,1969-12-31,1500000");
}

#[test]
fn a_number_that_luau_cannot_hold_is_refused_on_both_ways() {
    let ids = "id,n\na,9007199254740992\n";
    let frame = || table(ids, &["id", "int"]);
    for verb in ["map_columns", "map_rows"] {
        let code = format!("return posts:{verb}({{ 'n' }}, {{ x = 'float' }}, function(...) return ... end)");
        let (lua, sources) = machine(&code, |lua| lua.globals().set("posts", Frame::of(frame())));
        let error = evaluated(&lua, &code).expect_err("2^53");
        let message = explain(&error, &sources).message;
        assert!(message.contains("9007199254740992 in row 1, at or beyond 2^53"), "{message}");
        assert!(message.contains("cast(\"id\")"), "{message}");
    }
    // the advice works: the digits come back exactly
    let code = "return posts:with_columns(col('n'):cast('id')):map_columns({ 'n' }, { x = 'id' }, function(columns)
        return columns[1] end):select('x')";
    assert_eq!(rows(&evaluated(&vm_with(frame(), code), code).expect("codes")), "9007199254740992");
    fails(
        "return posts:map_rows({ 'n' }, { x = 'int' }, function(n) return n + 2 ^ 53 end)",
        "output \"x\" must be a whole number below 2^53",
    );
    fails(
        "return posts:map_rows({ 'w' }, { x = 'int' }, function(w) return w end)",
        "output \"x\" must be a whole number below 2^53 or nil, got 0.5 in row 1",
    );
}

#[test]
fn what_does_not_fit_is_said_in_words() {
    fails("return posts:map_rows({ 'm' }, { x = 'int' }, function() end)", "unknown column \"m\"");
    fails("return posts:map_rows({ 'n' }, { x = 'whole' }, function() end)", "unknown type \"whole\"");
    fails("return posts:map_rows({ 'n' }, { x = 'int', y = 'int' }, function() end)", "in the order of the returned");
    fails("return posts:map_rows({ 'n' }, { { x = 'int' }, { x = 'int' } }, function() end)", "named twice");
    fails("return posts:map_rows({ 'n' }, { x = 'int' }, 5)", "f must be a function: (...any) -> ...any, got 5");
    fails("return posts:map_rows({ 'n' }, { x = 'int' }, function() return 1, 2 end)", "returned 2 values for 1");
    fails(
        "return posts:map_rows({ 'n' }, { x = 'bool' }, function(n) return n end)",
        "output \"x\" must be true or false or nil, got 1 in row 1",
    );
    fails("return posts:map_columns({ 'n' }, { x = 'float' }, function() end)", "returned 0 values for 1");
    fails(
        "return posts:map_columns({ 'n' }, { x = 'float' }, function() return 1 end)",
        "must be a buffer, or a table",
    );
    fails(
        "return posts:map_columns({ 'n' }, { x = 'float' }, function() return buffer.create(31) end)",
        "the data of output \"x\" has 31 bytes; 4 rows need 32",
    );
    fails(
        "return posts:map_columns({ 'n' }, { x = 'float' }, function(c) return { data = c[1].data, \
         valid = buffer.create(2) } end)",
        "the valid of output \"x\" has 2 bytes; 4 rows need 1",
    );
    fails(
        "return posts:map_columns({ 's' }, { x = 'string' }, function(c) return { data = c[1].data, \
         values = { 'one' } } end)",
        "has the code 2 in row 4, of 1 values",
    );
    fails(
        "return posts:group_by('s'):agg(col('n'):list()):map_rows({ 'n' }, { x = 'int' }, function() end)",
        "cannot be given to a function",
    );
}

#[test]
fn maps_do_not_nest_but_follow_each_other() {
    let nested = "return posts:map_rows({ 'n' }, { x = 'int' }, function()
        posts:map_columns({ 'n' }, { y = 'int' }, function(c) return c[1] end) end)";
    fails(nested, "map_columns was called inside the function of another");
    let after = "pcall(function() return posts:map_rows({ 'n' }, { x = 'int' }, function() error('no') end) end)
        local twice = posts:map_rows({ 'n' }, { x = 'int' }, function(n) return 2 * n end)
        return twice:map_rows({ 'x' }, { y = 'int' }, function(x) return 2 * x end):select('y')";
    assert_eq!(run(after), "4 / -28 / 12 / 16");
    // other verbs may be used inside
    let inside = "return posts:map_rows({ 'n' }, { x = 'int' }, function(n)
        return posts:filter(col('n'):lt(n)):collect():height() end):select('x')";
    assert_eq!(run(inside), "1 / 0 / 2 / 3");
}

#[test]
fn an_error_of_the_function_is_the_scripts_and_yielding_is_none_of_its_business() {
    fails("return posts:map_rows({ 'n' }, { x = 'int' }, function(n) return n.x.y end)", "attempt to index");
    fails(
        "return coroutine.wrap(function() return posts:map_rows({ 'n' }, { x = 'int' }, function() \
         coroutine.yield() end) end)()",
        "attempt to yield",
    );
}

#[test]
fn a_function_that_loops_is_stopped() {
    for map in [
        "map_rows({ 'n' }, { x = 'int' }, function() while true do end end)",
        "map_columns({ 'n' }, { x = 'int' }, function() while true do end end)",
        "map_rows({ 'n' }, { x = 'int' }, function() while true do pcall(function() while true do end end) end end)",
    ] {
        let code = format!("return posts:{map}");
        let lua = vm_with(table(POSTS, &TYPES), &code);
        let call = || vm::compile(&lua, "test/main.luau", &code)?.call::<Value>(());
        let stop = guarded(&lua, Duration::from_millis(200), &Unwatched, call).expect_err("it never ends");
        assert!(matches!(stop, Stop::TimedOut), "{code}: {stop:?}");
    }
}

#[test]
fn more_than_a_million_rows_are_worth_a_warning() {
    let frame = |rows: i64| polars::df!("n" => (0..rows).collect::<Vec<_>>()).expect("a frame");
    let code = "return posts:map_rows({ 'n' }, { x = 'int' }, function() return 1 end):select(col('x'):sum())";
    for (n, warned) in [(1_000_000, false), (1_000_001, true)] {
        let lua = vm_with(frame(n), code);
        let services = Recorder::default();
        let sum = guarded(&lua, Duration::from_mins(5), &services, || evaluated(&lua, code)).expect("in time");
        assert_eq!(rows(&sum), n.to_string());
        let lines = services.lines.lock().expect("not poisoned");
        assert_eq!(lines.iter().any(|(level, text)| *level == LogLevel::Warn && text.contains("1000001")), warned);
    }
}
