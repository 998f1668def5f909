//! One fresh, sandboxed Luau VM per run. The order of the steps in [`fresh`] is the sandbox: change it only
//! together with the escape tests. What a script may call is installed by the caller.

use mlua::chunk::{ChunkMode, Compiler};
use mlua::{Function, Lua, LuaOptions, StdLib, Table, Value};
use std::sync::LazyLock;

/// The Lua heap that a script gets unless it is allowed less.
pub(super) const MEMORY: usize = 256 << 20;

/// The base library's more powerful half; `print` and `require` come back in our own form.
const REMOVED: [&str; 10] =
    ["require", "loadstring", "getfenv", "setfenv", "newproxy", "collectgarbage", "gcinfo", "os", "debug", "print"];

/// `string.find`, `string.split`, `table.sort` and `table.move`, in pieces. Compiled once: a VM starts in half the time.
/// The chunk carries no lines, so that errors point to the script that called it.
static INTERRUPTIBLE: LazyLock<mlua::Result<Vec<u8>>> = LazyLock::new(|| {
    let compiler = Compiler::new().set_optimization_level(2).set_debug_level(0);
    compiler.compile(include_str!("vm/interruptible.luau"))
});

/// What differs between VMs.
#[derive(Clone, Copy)]
pub(super) struct Options {
    /// Seed of `math.random`; 32 bits are all that Luau takes.
    pub(super) seed: u32,
    /// Bytes of Lua heap. Frames live outside of it.
    pub(super) memory: usize,
    /// Native code; off gives the same results, slower.
    pub(super) jit: bool,
    /// Keep names and lines of every local, at the price of speed.
    pub(super) for_tests: bool,
    /// Count how often each line runs.
    pub(super) coverage: bool,
}

impl Options {
    pub(super) fn new(seed: u32) -> Self {
        Self { seed, memory: MEMORY, jit: true, for_tests: false, coverage: false }
    }
}

/// Folds a 64-bit seed to the 32 bits that Luau takes.
pub(super) fn fold(seed: u64) -> u32 {
    (seed ^ (seed >> 32)) as u32
}

/// A VM with our libraries, limits and seed; `install` adds the script API before everything is frozen.
pub(super) fn fresh(options: Options, install: impl FnOnce(&Lua) -> mlua::Result<()>) -> mlua::Result<Lua> {
    let libraries = StdLib::TABLE
        | StdLib::STRING
        | StdLib::MATH
        | StdLib::BUFFER
        | StdLib::BIT
        | StdLib::UTF8
        | StdLib::VECTOR
        | StdLib::INTEGER
        | StdLib::COROUTINE;
    let lua = Lua::new_with(libraries, LuaOptions::new().catch_rust_panics(true))?;
    lua.set_memory_limit(options.memory)?;
    let (optimization, debug) = if options.for_tests { (1, 2) } else { (2, 1) };
    let compiler = Compiler::new().set_optimization_level(optimization).set_debug_level(debug);
    lua.set_compiler(compiler.set_coverage_level(u8::from(options.coverage)));
    let globals = lua.globals();
    let math: Table = globals.get("math")?;
    math.get::<Function>("randomseed")?.call::<()>(options.seed.cast_signed())?;
    math.raw_remove("randomseed")?;
    // these functions only call the library: native code for them would take longer than all their calls
    lua.enable_jit(false);
    interruptible(&lua)?;
    lua.enable_jit(options.jit);
    for name in REMOVED {
        globals.raw_remove(name)?;
    }
    install(&lua)?;
    lua.sandbox(true)?;
    Ok(lua)
}

/// Replaces the library functions that could stay in C for long.
fn interruptible(lua: &Lua) -> mlua::Result<()> {
    let globals = lua.globals();
    let bytecode = INTERRUPTIBLE.as_ref().map_err(Clone::clone)?;
    let chunk = lua.load(bytecode.as_slice()).set_name("=library").set_mode(ChunkMode::Binary);
    chunk.call((globals.get::<Table>("string")?, globals.get::<Table>("table")?))
}

/// A chunk of source text as a function. Bytecode is not verified by the VM, so it never gets in.
pub(super) fn compile(lua: &Lua, name: &str, source: &str) -> mlua::Result<Function> {
    lua.load(source).set_name(format!("@{name}")).set_mode(ChunkMode::Text).into_function()
}

/// The globals that a script made by accident (a missing `local`), sorted.
pub(super) fn leaked(lua: &Lua) -> mlua::Result<Vec<String>> {
    let mut names = Vec::new();
    for pair in lua.globals().pairs::<String, Value>() {
        names.push(pair?.0);
    }
    names.sort();
    Ok(names)
}
