//! The right signal of `skeleton.h` once more, in Rust and without the SDK, which would prevent most of what is to be
//! caught: the share of a post's text that is not white space, batch by batch, the ids handed through. With
//! `--cfg 'fault="…"'` it has one fault, which stands where its name stands.

use claque_abi::{self as abi, ArrowArray, ArrowArrayStream, ArrowSchema};
use std::ffi::{CStr, c_char, c_int, c_void};
use std::hash::BuildHasher;
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicPtr, Ordering::SeqCst};

macro_rules! fault {
    ($($name:literal)|+) => { false $(|| cfg!(fault = $name))+ };
}

macro_rules! metadata {
    ($cap:literal) => {
        concat!(
            r#"{"id":"test.density","version":"1.0.0","api":"1","title":"Density","doc":"For tests.","#,
            r#""dimension":"disinformation","family":"test","emits":"marks","cap":"#,
            $cap,
            r#","requires":{"posts":{"post_id":"id","text":"string"}},"#,
            r#""params":{"least":{"type":"int","default":3,"min":0,"max":1000,"doc":"shortest text"}},"#,
            r#""innocent":["It is a test."],"disarm":{}}"#,
            "\0"
        )
    };
}

const METADATA: &str = if fault!("claims_more") { metadata!("2.5") } else { metadata!("0.3") };

// ---- the self-test: a panic on request ----

static PANICS_IN_SCORE: AtomicBool = AtomicBool::new(false);
static PANICS_IN_STREAM: AtomicBool = AtomicBool::new(false);

#[repr(C)]
struct SelfTest(u32, u32, extern "C" fn(), extern "C" fn());
static SELF_TEST: SelfTest = SelfTest(24, 0, arm_score, arm_stream);

extern "C" fn arm_score() {
    PANICS_IN_SCORE.store(true, SeqCst);
}

extern "C" fn arm_stream() {
    PANICS_IN_STREAM.store(true, SeqCst);
}

unsafe extern "C" fn get_extension(_: *const abi::Plugin, id: *const c_char) -> *const c_void {
    let is_known = unsafe { CStr::from_ptr(id) } == c"claque.selftest/1";
    if is_known { ptr::from_ref(&SELF_TEST).cast() } else { ptr::null() }
}

/// Stops a panic at the border.
fn guarded<T>(run: impl FnOnce() -> T) -> Option<T> {
    if fault!("unguarded") {
        return Some(run());
    }
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).ok()
}

// ---- what one call keeps ----

struct State {
    input: ArrowArrayStream,
    host: *const abi::Host,
    columns: [usize; 2],
    least: i64,
    threads: u32,
    failed: c_int,
}

/// Of the last call, for one of the faults.
static LAST: AtomicPtr<State> = AtomicPtr::new(ptr::null_mut());

// ---- producers ----

unsafe extern "C" fn release_schema(schema: *mut ArrowSchema) {
    unsafe {
        let schema = &mut *schema;
        for &child in std::slice::from_raw_parts(schema.children, schema.n_children as usize) {
            if let Some(release) = (*child).release {
                release(child);
            }
            drop(Box::from_raw(child));
        }
        drop(Vec::from_raw_parts(schema.children, schema.n_children as usize, schema.n_children as usize));
        schema.release = None;
    }
}

fn column(format: &'static CStr, name: &'static CStr, children: Vec<ArrowSchema>) -> ArrowSchema {
    let children: Vec<*mut ArrowSchema> = children.into_iter().map(|child| Box::into_raw(Box::new(child))).collect();
    let mut children = children.into_boxed_slice();
    let (n_children, pointer) = (children.len() as i64, children.as_mut_ptr());
    std::mem::forget(children);
    ArrowSchema {
        format: format.as_ptr(),
        name: name.as_ptr(),
        flags: abi::FLAG_NULLABLE,
        n_children,
        children: pointer,
        release: Some(release_schema),
        ..ArrowSchema::empty()
    }
}

/// What an array of ours owns, behind its `private_data`.
struct Owned {
    buffers: Vec<*const c_void>,
    children: Vec<*mut ArrowArray>,
    _values: Vec<f64>,
    _offsets: Vec<i32>,
    _bytes: Vec<u8>,
}

unsafe extern "C" fn release_array(array: *mut ArrowArray) {
    unsafe {
        let array = &mut *array;
        let owned = Box::from_raw(array.private_data.cast::<Owned>());
        for &child in &owned.children {
            if let Some(release) = (*child).release {
                release(child);
            }
            drop(Box::from_raw(child));
        }
        array.release = None;
    }
}

fn array(length: i64, mut owned: Box<Owned>) -> ArrowArray {
    let (buffers, children) = (owned.buffers.as_mut_ptr(), owned.children.as_mut_ptr());
    ArrowArray {
        length,
        n_buffers: owned.buffers.len() as i64,
        n_children: owned.children.len() as i64,
        buffers,
        children,
        release: Some(release_array),
        private_data: Box::into_raw(owned).cast(),
        ..ArrowArray::empty()
    }
}

fn numbers(values: Vec<f64>) -> ArrowArray {
    let buffers = vec![ptr::null(), values.as_ptr().cast()];
    let length = values.len() as i64;
    array(length, Box::new(Owned { buffers, children: vec![], _values: values, _offsets: vec![], _bytes: vec![] }))
}

/// One letter per row.
fn letters(rows: i64, letter: u8, offsets: Vec<i32>) -> ArrowArray {
    let bytes = vec![letter; rows as usize + 1];
    let buffers = vec![ptr::null(), offsets.as_ptr().cast(), bytes.as_ptr().cast()];
    array(rows, Box::new(Owned { buffers, children: vec![], _values: vec![], _offsets: offsets, _bytes: bytes }))
}

// ---- reading ----

fn is_valid(column: &ArrowArray, row: i64) -> bool {
    let bits = unsafe { *column.buffers }.cast::<u8>();
    let at = (column.offset + row) as usize;
    bits.is_null() || unsafe { *bits.add(at / 8) } >> (at % 8) & 1 == 1
}

/// The bytes of a row of string views; nothing for a null.
fn bytes(column: &ArrowArray, row: i64) -> &[u8] {
    if !is_valid(column, row) {
        return &[];
    }
    let offset = if fault!("ignores_offset") { 0 } else { column.offset };
    unsafe {
        let view = (*column.buffers.add(1)).cast::<u8>().add(16 * (offset + row) as usize);
        let [length, _, buffer, start] = view.cast::<[i32; 4]>().read_unaligned();
        let data = if length <= 12 {
            view.add(4)
        } else {
            (*column.buffers.add(2 + buffer as usize)).cast::<u8>().add(start as usize)
        };
        std::slice::from_raw_parts(data, length as usize)
    }
}

fn density(text: &[u8], least: i64) -> f64 {
    if text.is_empty() || (text.len() as i64) < least {
        return 0.0;
    }
    text.iter().filter(|&&letter| letter != b' ').count() as f64 / text.len() as f64
}

fn value(state: &State, text: &[u8]) -> f64 {
    if fault!("divides_by_parameter") {
        // the least value that the manifest allows is 0
        return (state.least / state.least) as f64 * density(text, state.least);
    }
    if fault!("beyond_one") {
        return 2.0;
    }
    if fault!("hash_order") {
        // a new seed in every process and call, as the order of a HashMap
        return std::hash::RandomState::new().hash_one(text) as f64 / u64::MAX as f64;
    }
    if fault!("counts_threads") {
        return 1.0 / f64::from(state.threads + 1);
    }
    density(text, state.least)
}

// ---- the output stream ----

unsafe extern "C" fn get_schema(_: *mut ArrowArrayStream, out: *mut ArrowSchema) -> c_int {
    let ids = if fault!("unchecked_text" | "falling_offsets") { c"u" } else { c"vu" };
    let value = if fault!("other_column") { c"share" } else { c"value" };
    let columns = vec![column(ids, c"post_id", vec![]), column(c"g", value, vec![])];
    unsafe { ptr::write(out, column(c"+s", c"", columns)) };
    0
}

unsafe extern "C" fn get_next(stream: *mut ArrowArrayStream, out: *mut ArrowArray) -> c_int {
    let own = unsafe { (*stream).private_data.cast::<State>() };
    let state = unsafe { &mut *if fault!("one_for_all") { LAST.load(SeqCst) } else { own } };
    match guarded(|| next(state)) {
        Some(Ok(batch)) => {
            unsafe { ptr::write(out, batch) };
            0
        }
        Some(Err(code)) => {
            state.failed = code;
            code
        }
        None => 5,
    }
}

fn next(state: &mut State) -> Result<ArrowArray, c_int> {
    assert!(!PANICS_IN_STREAM.swap(false, SeqCst), "asked to panic in the stream");
    if state.failed != 0 {
        return Err(state.failed);
    }
    misbehave();
    let host = unsafe { &*state.host };
    if !fault!("deaf") && unsafe { (host.cancelled)(host.ctx) } != 0 {
        return Err(125);
    }
    let mut batch = ArrowArray::empty();
    let code = match state.input.get_next {
        Some(get_next) => unsafe { get_next(&raw mut state.input, &raw mut batch) },
        None => 5,
    };
    if code != 0 && !fault!("takes_errors_for_the_end") {
        return Err(code);
    }
    if batch.release.is_none() {
        return Ok(ArrowArray::empty());
    }
    let rows = batch.length;
    let children = unsafe { std::slice::from_raw_parts(batch.children, batch.n_children as usize) };
    let [ids, text] = state.columns.map(|at| children[at]);
    if fault!("writes_to_input") {
        let view = unsafe { (*(*text).buffers.add(1)).cast::<u8>().cast_mut() };
        unsafe { *view = 0 };
    }
    let values = (0..rows).map(|row| value(state, bytes(unsafe { &*text }, row))).collect();
    let mut post_id = unsafe { ptr::read(ids) };
    if !fault!("takes_without_a_mark") {
        unsafe { (*ids).release = None };
    }
    if fault!("unchecked_text" | "falling_offsets") {
        if let Some(release) = post_id.release {
            unsafe { release(&raw mut post_id) };
        }
        let falls = |at: i32| if fault!("falling_offsets") { rows as i32 - at } else { at };
        post_id = letters(rows, 0xff, (0..=rows as i32).map(falls).collect());
    }
    if !fault!("forgets_the_batch") && let Some(release) = batch.release {
        unsafe { release(&raw mut batch) };
    }
    let children = vec![Box::into_raw(Box::new(post_id)), Box::into_raw(Box::new(numbers(values)))];
    let buffers = vec![ptr::null()];
    Ok(array(rows, Box::new(Owned { buffers, children, _values: vec![], _offsets: vec![], _bytes: vec![] })))
}

/// What happens in the middle of the work.
fn misbehave() {
    if fault!("segfault") {
        unsafe { ptr::write_volatile(ptr::without_provenance_mut(8), 1) };
    } else if fault!("aborts") {
        eprintln!("density: cannot go on");
        std::process::abort();
    } else if fault!("exits") {
        std::process::exit(0);
    } else if fault!("hangs") {
        while !PANICS_IN_STREAM.load(SeqCst) {}
    } else if fault!("eats_memory") {
        let mut all: Vec<Vec<u8>> = Vec::new();
        while all.len() < 1 << 20 {
            all.push(Vec::with_capacity(64 << 20));
        }
    } else if fault!("prints") {
        println!("so far so good");
    } else if fault!("changes_folder") {
        std::env::set_current_dir("/").expect("a folder");
    } else if fault!("leaves_a_file_open") {
        std::mem::forget(std::fs::File::open("/dev/null"));
    } else if fault!("leaks") {
        std::mem::forget(vec![1_u8; 100_000]);
    }
}

unsafe extern "C" fn get_last_error(_: *mut ArrowArrayStream) -> *const c_char {
    c"it could not go on".as_ptr()
}

unsafe extern "C" fn release_stream(stream: *mut ArrowArrayStream) {
    unsafe {
        let mut state = Box::from_raw((*stream).private_data.cast::<State>());
        if let Some(release) = state.input.release {
            release(&raw mut state.input);
            if fault!("releases_twice") {
                release(&raw mut state.input);
            }
        }
        (*stream).release = None;
    }
}

// ---- the signal ----

fn refuse(error: *mut abi::ErrorBuffer, code: i32, why: &str) -> i32 {
    if let Some(buffer) = unsafe { error.as_mut() } {
        unsafe { buffer.set(why) };
    }
    code
}

/// Positions of `post_id` and `text`.
fn columns(schema: &ArrowSchema) -> Option<[usize; 2]> {
    let children = unsafe { std::slice::from_raw_parts(schema.children, schema.n_children as usize) };
    let is = |pointer: *const c_char, text: &CStr| !pointer.is_null() && unsafe { CStr::from_ptr(pointer) } == text;
    let find = |name: &CStr| children.iter().position(|child| is(unsafe { (**child).name }, name));
    let text = find(c"text")?;
    is(unsafe { (*children[text]).format }, c"vu").then_some([find(c"post_id")?, text])
}

fn begin(host: *const abi::Host, request: &abi::Request, error: *mut abi::ErrorBuffer) -> Result<Box<State>, i32> {
    if fault!("longer_host") {
        let longer = unsafe { ptr::read_volatile(host.cast::<(abi::Host, [usize; 2])>()) };
        assert_ne!(longer.1[1], 1);
    }
    let params = unsafe { CStr::from_ptr(request.params_json) }.to_string_lossy();
    let least = params.split_once("\"least\":").map(|(_, rest)| {
        let digits = rest.trim_start().split(|c: char| c != '-' && !c.is_ascii_digit()).next();
        digits.and_then(|digits| digits.parse().ok()).unwrap_or_default()
    });
    let tables = unsafe { std::slice::from_raw_parts(request.tables, request.n_tables as usize) };
    let posts = tables.iter().find(|table| unsafe { CStr::from_ptr((***table).name) } == c"posts");
    if fault!("unwraps") {
        posts.unwrap();
    }
    let Some(&posts) = posts else { return Err(refuse(error, abi::ERR_SCHEMA, "need posts")) };
    let least = if fault!("invents_parameters") { least.or(Some(3)) } else { least };
    let Some(least) = least else { return Err(refuse(error, abi::ERR_PARAMS, "need least")) };
    let stream = unsafe { (*posts).stream };
    let mut schema = ArrowSchema::empty();
    if unsafe { (*stream).get_schema.is_none_or(|get_schema| get_schema(stream, &raw mut schema) != 0) } {
        return Err(refuse(error, abi::ERR_RUNTIME, "no schema"));
    }
    let found = columns(&schema);
    if let Some(release) = schema.release {
        unsafe { release(&raw mut schema) };
    }
    let Some(columns) = found else { return Err(refuse(error, abi::ERR_SCHEMA, "need posts(post_id, text)")) };
    let input = unsafe { ptr::read(stream) };
    unsafe { (*stream).release = None };
    Ok(Box::new(State { input, host, columns, least, threads: request.max_threads, failed: 0 }))
}

unsafe extern "C" fn score(
    _: *const abi::Plugin,
    host: *const abi::Host,
    request: *const abi::Request,
    out: *mut ArrowArrayStream,
    error: *mut abi::ErrorBuffer,
) -> i32 {
    let begun = guarded(|| {
        assert!(!PANICS_IN_SCORE.swap(false, SeqCst), "asked to panic in score");
        begin(host, unsafe { &*request }, error)
    });
    let state = match begun {
        Some(Ok(state)) => Box::into_raw(state),
        Some(Err(code)) => return code,
        None => return refuse(error, abi::ERR_PANIC, "panic: see the log"),
    };
    LAST.store(state, SeqCst);
    let stream = ArrowArrayStream {
        get_schema: Some(get_schema),
        get_next: Some(get_next),
        get_last_error: Some(get_last_error),
        release: Some(release_stream),
        private_data: state.cast(),
    };
    unsafe { ptr::write(out, stream) };
    abi::OK
}

static PLUGIN: abi::Plugin = abi::Plugin {
    struct_size: size_of::<abi::Plugin>() as u32,
    flags: abi::FLAG_THREAD_SAFE | abi::FLAG_DETERMINISTIC,
    metadata_json: METADATA.as_ptr().cast(),
    score: Some(score),
    get_extension: Some(get_extension),
};

struct Plugins([*const abi::Plugin; 1]);
unsafe impl Sync for Plugins {}
static PLUGINS: Plugins = Plugins([&raw const PLUGIN]);

static LIBRARY: abi::Library = abi::Library {
    struct_size: size_of::<abi::Library>() as u32,
    abi_version: if fault!("newer_abi") { 2 << 16 } else { abi::ABI_VERSION },
    n_plugins: 1,
    reserved: 0,
    plugins: PLUGINS.0.as_ptr(),
};

/// Visible to every other library of the process.
#[cfg(fault = "exports_more")]
#[unsafe(no_mangle)]
pub extern "C" fn density_helper() {}

#[unsafe(no_mangle)]
pub extern "C" fn claque_library_v1(host_abi: u32) -> *const abi::Library {
    if host_abi >> 16 == u32::from(abi::ABI_MAJOR) { &LIBRARY } else { ptr::null() }
}
