//! What a script may try, each stopped. The answers must stay as they are: a new answer is a hole, or a
//! change of the VM that wants a look.

use super::super::expr::origins;
use super::super::vm::{self, Options};
use super::super::watchdog::{Stop, guarded};
use super::machine;
use claque_model::Unwatched;
use mlua::chunk::{ChunkMode, Compiler};
use mlua::{Function, UserData, UserDataMethods, Value};
use std::time::Duration;

/// An object of the host with a bug.
struct Handle;

impl UserData for Handle {
    fn add_fields<F: mlua::UserDataFields<Self>>(fields: &mut F) {
        fields.add_meta_field(mlua::MetaMethod::Type, "Handle");
    }

    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        methods.add_method("boom", |_, _, ()| -> mlua::Result<()> { panic!("a bug in the host") });
        methods.add_method("call", |_, _, f: Function| f.call::<Value>(()));
    }
}

/// Runs code and says in one line how it ended.
fn attempt(code: &str) -> String {
    within(Duration::from_mins(1), code)
}

fn within(limit: Duration, code: &str) -> String {
    let (lua, _) = machine(code, |lua| lua.globals().set("handle", Handle));
    let outcome = guarded(&lua, limit, &Unwatched, || vm::compile(&lua, "test/main.luau", code)?.call::<Value>(()));
    super::neighbour_is_unharmed(code);
    match outcome {
        Ok(value) => format!("got {} {}", value.type_name(), value.to_string().unwrap_or_default()),
        Err(Stop::Failed(error)) => {
            let text = error.to_string();
            let line = text.lines().next().unwrap_or_default();
            line.replace("runtime error: ", "").replace("test/main.luau:1: ", "")
        }
        Err(Stop::Panicked(text)) => format!("panic: {text}"),
        Err(Stop::TimedOut) => "stopped".to_owned(),
        Err(Stop::Cancelled) => "cancelled".to_owned(),
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
fn nothing_of_the_outside_world_is_there() {
    all(&[
        ("read a file through require", "return require('../secret').v", "require takes \"./name\""),
        ("an absolute path", "return require('/etc/passwd')", "require takes \"./name\""),
        ("an alias", "return require('@self/secret')", "require takes \"./name\""),
        ("compile source at run time", "return loadstring('return 1 + 1')()", "attempt to call a nil value"),
        ("read the environment table", "return getfenv(0)", "attempt to call a nil value"),
        ("replace the environment", "return setfenv(1, {})", "attempt to call a nil value"),
        ("make an opaque userdata", "return newproxy(true)", "attempt to call a nil value"),
        ("look at memory", "return collectgarbage('count')", "attempt to call a nil value"),
        ("look at memory, the old way", "return gcinfo()", "attempt to call a nil value"),
        ("look at the clock", "return os.time() + os.clock()", "attempt to index nil with 'time'"),
        ("look around the stack", "return debug.info(1, 's')", "attempt to index nil with 'info'"),
        ("reseed the random numbers", "math.randomseed(7) return math.random(1e6)", "attempt to call a nil value"),
        ("files", "return io.open('/etc/passwd')", "attempt to index nil with 'open'"),
        ("string.dump", "return string.dump(function() end)", "attempt to call a nil value"),
        ("a load of text", "return load('return 1')", "attempt to call a nil value"),
        ("a file run", "return dofile('/etc/passwd')", "attempt to call a nil value"),
        ("packages", "return package.loaded", "attempt to index nil with 'loaded'"),
        ("a hook on the stack", "return debug.sethook(function() end)", "attempt to index nil with 'sethook'"),
        (
            "an upvalue of a library",
            "return debug.getupvalue(string.find, 1)",
            "attempt to index nil with 'getupvalue'",
        ),
    ]);
}

#[test]
fn libraries_and_host_objects_cannot_be_patched() {
    const READ_ONLY: &str = "attempt to modify a readonly table";
    all(&[
        ("patch a library", "string.rep = nil return 'patched'", READ_ONLY),
        ("patch by rawset", "rawset(string, 'rep', nil) return 'patched'", READ_ONLY),
        ("patch by table.clear", "table.clear(string) return 'patched'", READ_ONLY),
        ("patch the string metatable", "getmetatable('').__index = nil return 'patched'", READ_ONLY),
        ("replace a global function", "_G.pcall = nil return tostring(_G.pcall)", READ_ONLY),
        ("patch the builders", "p.int = nil return 'patched'", READ_ONLY),
        ("metatable of host objects", "return tostring(getmetatable(handle))", "got string false"),
        (
            "set a metatable on host objects",
            "return setmetatable(handle, {})",
            "invalid argument #1 to 'setmetatable' (table expected, got Handle)",
        ),
        ("field on a host object", "handle.x = 1 return 'written'", "attempt to index Handle with 'x'"),
        ("field on an expression", "col('x').y = 1 return 'written'", "attempt to index Expr with 'y'"),
    ]);
}

#[test]
fn a_panic_of_the_host_stops_at_the_border() {
    all(&[
        (
            "panic in the host, caught",
            "local ok, e = pcall(function() handle:boom() end) return tostring(ok) .. ' ' .. tostring(e)",
            "got string false a bug in the host",
        ),
        ("panic in the host", "handle:boom()", "panic: a bug in the host"),
    ]);
}

#[test]
fn recursion_ends_with_an_error() {
    all(&[
        ("recursion", "local function f(n) return 1 + f(n + 1) end return f(0)", "stack overflow"),
        ("through the host", "local function f() return handle:call(f) end return f()", "error in error handling"),
        ("through pcall", "local function f() return pcall(f) end return f()", "got boolean true"),
        (
            "through metamethods",
            "local t = setmetatable({}, {}) getmetatable(t).__index = function(_, k) return t[k .. 'x'] end \
             return t.a",
            "C stack overflow",
        ),
        (
            "through a comparison",
            "local m = {} m.__lt = function(a, b) return a < b end local t = setmetatable({}, m) return t < t",
            "C stack overflow",
        ),
        (
            "through a concatenation",
            "local m = {} m.__concat = function(a, b) return a .. b end return setmetatable({}, m) .. 'x'",
            "C stack overflow",
        ),
        (
            "through a call",
            "local m = {} m.__call = function(self) return self() + 1 end return setmetatable({}, m)()",
            "stack overflow",
        ),
        (
            "through iteration",
            "local m = {} m.__iter = function(t) for _ in t do end return next, {} end for _ in setmetatable({}, m) do end",
            "C stack overflow",
        ),
        (
            "a chain of a thousand __index tables",
            "local t = {} for i = 1, 1000 do t = setmetatable({}, { __index = t }) end return t.x",
            "'__index' chain too long; possible loop",
        ),
        (
            "through table.sort",
            "local function f() table.sort({ 2, 1 }, function() f() return true end) end f()",
            "C stack overflow",
        ),
        ("through gsub", "local function f() return (string.gsub('a', 'a', f)) end return f()", "C stack overflow"),
        (
            "coroutine inside coroutine",
            "local function f() return coroutine.wrap(f)() end return f()",
            "C stack overflow",
        ),
    ]);
}

#[test]
fn memory_has_an_end() {
    const MEMORY: &str = "memory error: not enough memory";
    all(&[
        ("a string of 1 GB", "return #string.rep('x', 1e9)", MEMORY),
        ("a buffer of 1 GB", "return buffer.len(buffer.create(1e9))", MEMORY),
        ("a table of 1e9 slots", "return #table.create(1e9, 0)", "table overflow"),
        ("string.format width", "return #string.format('%99999999d', 1)", "invalid format"),
        ("string doubling", "local s = 'x' while true do s = s .. s end", MEMORY),
        ("gsub that grows", "local s = string.rep('a', 1e6) return #string.gsub(s, 'a', s)", MEMORY),
        (
            "deep table to a string",
            "local t = {} for i = 1, 1e5 do t = { t } end return tostring(t)",
            "got string table: 0x",
        ),
    ]);
}

#[test]
fn many_small_strings_hit_the_memory_limit_too() {
    let code = "local t = {} for i = 1, 1e9 do t[i] = string.rep('x', 1000) .. i end return #t";
    let (lua, _) = machine(code, |_| Ok(()));
    let error = vm::compile(&lua, "test/main.luau", code).and_then(|f| f.call::<Value>(())).expect_err("64 MB");
    assert!(error.to_string().starts_with("memory error"), "{error}");
}

#[test]
fn an_error_object_whose_text_never_ends_is_stopped() {
    let found = within(
        Duration::from_millis(200),
        "error(setmetatable({}, { __tostring = function() while true do end end }))",
    );
    assert_eq!(found, "stopped");
}

#[test]
fn expressions_cannot_grow_without_end() {
    all(&[
        ("deep", "local e = col('x') for i = 1, 1e6 do e = e + 1 end", "this expression is nested too deeply"),
        ("doubling", "local e = col('x') for i = 1, 100 do e = e + e end", "this expression is nested too deeply"),
        (
            "deep lists of conditions",
            "local w = when(col('x')):then_(1) for i = 1, 1e4 do w = w:when(col('x')):then_(i) end \
             return w:otherwise(0)",
            "this expression is nested too deeply",
        ),
        ("many", "while true do local e = col('x') end", "more than 200000 expressions in one run"),
    ]);
}

#[test]
fn the_largest_things_allowed_still_run() {
    // polars walks both recursively: this must not end in a stack overflow
    let code = "local e = col('a') for i = 1, 198 do e = e + 1 end \
                local f = frame for i = 1, 299 do f = f:with_columns((col('a') + 1):alias('a')) end \
                return f:select((e):alias('x')):collect():at('x', 1)";
    let frame = super::table("a\n1\n", &["int"]);
    let (lua, _) = machine(code, |lua| lua.globals().set("frame", super::super::frame::Frame::of(frame)));
    let run = || vm::compile(&lua, "test/main.luau", code)?.call::<i64>(());
    assert_eq!(guarded(&lua, Duration::from_mins(1), &Unwatched, run).expect("it runs"), 1 + 299 + 198);
}

#[test]
fn bytecode_is_not_a_script() {
    let bytes = Compiler::new().compile("return 'bytecode ran'").expect("it compiles");
    let (lua, _) = machine("", |_| Ok(()));
    let ran = lua.load(bytes.clone()).set_mode(ChunkMode::Text).eval::<String>();
    let error = ran.expect_err("not text").to_string();
    assert!(error.contains("attempt to load a binary chunk"), "{error}");
    let text = String::from_utf8_lossy(&bytes);
    assert!(vm::compile(&lua, "test/main.luau", &text).is_err());
}

#[test]
fn only_these_globals_are_left() {
    let (lua, _) = machine("", |_| Ok(()));
    let behind = lua.globals().metatable().expect("a proxy").get::<mlua::Table>("__index").expect("the globals");
    let mut names: Vec<String> = behind.pairs::<String, Value>().map(|p| p.expect("a pair").0).collect();
    names.sort();
    assert_eq!(
        names.join(" "),
        "_G _VERSION assert bit32 buffer claque coalesce col concat_str coroutine count datetime duration error \
         getmetatable graph id integer ipairs lit math max_of min_of next null p pairs pcall plugin print rawequal rawget \
         rawlen rawset require select setmetatable sorted_pairs string table tonumber tostring type typeof unpack utf8 \
         vector when xpcall"
    );
}

#[test]
fn an_accidental_global_is_found() {
    let (lua, _) = machine("", |_| Ok(()));
    vm::compile(&lua, "test/main.luau", "totl = 1 local x = 2").and_then(|f| f.call::<()>(())).expect("it runs");
    assert_eq!(vm::leaked(&lua).expect("readable"), ["totl"]);
}

#[test]
fn an_unused_expression_is_remembered_with_its_line() {
    let code = "local x = (col('a'):gt(3) and col('b'):eq('en')):not_()\nreturn x:alias('y'):not_():not_() and nil";
    let (lua, _) = machine(code, |_| Ok(()));
    vm::compile(&lua, "test/main.luau", code).and_then(|f| f.call::<()>(())).expect("it runs");
    // line 1: the first comparison, lost by `and`; line 2: the last negation, which nobody returned
    assert_eq!(origins(&lua).unused_lines(), [1, 2]);
}

#[test]
fn a_vm_after_one_that_ran_out_of_memory_works() {
    let options = Options { memory: 8 << 20, ..Options::new(1) };
    let first = vm::fresh(options, |_| Ok(())).expect("a VM");
    let bomb = vm::compile(&first, "a", "local t = {} for i = 1, 1e9 do t[i] = i .. 'x' end").expect("it compiles");
    assert!(matches!(bomb.call::<()>(()), Err(mlua::Error::MemoryError(_))));
    drop((bomb, first));
    let second = vm::fresh(options, |_| Ok(())).expect("a VM");
    let sum = vm::compile(&second, "b", "return 1 + 1").and_then(|f| f.call::<i64>(())).expect("it runs");
    assert_eq!(sum, 2);
}
