//! A signal in Rust without the SDK that offers to panic: right by default; with `--cfg unguarded` nothing catches
//! the panic, with `-C panic=abort` nothing can, and with `--cfg exports_more` a helper is exported too. It marks no post at all, which is an output like any other.

use claque_abi as abi;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

const METADATA: &CStr = c"{\"id\":\"test.panics\",\"version\":\"1.0.0\",\"api\":\"1\",\"title\":\"Panics\",\"dimension\":\"disinformation\",\"family\":\"test\",\"emits\":\"marks\",\"cap\":0.3,\"requires\":{\"posts\":{\"post_id\":\"id\",\"text\":\"string\"}},\"params\":{},\"innocent\":[\"It is a test.\"],\"disarm\":{}}";

static IN_SCORE: AtomicBool = AtomicBool::new(false);
static IN_STREAM: AtomicBool = AtomicBool::new(false);

#[repr(C)]
struct SelfTest(u32, u32, extern "C" fn(), extern "C" fn());
static SELF_TEST: SelfTest = SelfTest(24, 0, arm_score, arm_stream);

extern "C" fn arm_score() {
    IN_SCORE.store(true, SeqCst);
}

extern "C" fn arm_stream() {
    IN_STREAM.store(true, SeqCst);
}

#[cfg(not(unguarded))]
fn guarded<T>(run: impl FnOnce() -> T + std::panic::UnwindSafe) -> Option<T> {
    std::panic::catch_unwind(run).ok()
}

#[cfg(unguarded)]
fn guarded<T>(run: impl FnOnce() -> T) -> Option<T> {
    Some(run())
}

unsafe extern "C" fn get_extension(_: *const abi::Plugin, id: *const c_char) -> *const c_void {
    let is_known = unsafe { CStr::from_ptr(id) } == c"claque.selftest/1";
    if is_known { ptr::from_ref(&SELF_TEST).cast() } else { ptr::null() }
}

unsafe extern "C" fn release_schema(schema: *mut abi::ArrowSchema) {
    unsafe { (*schema).release = None };
}

/// A column whose struct is leaked, since it never changes.
fn column(format: &'static CStr, name: &'static CStr) -> *mut abi::ArrowSchema {
    Box::into_raw(Box::new(abi::ArrowSchema {
        format: format.as_ptr(),
        name: name.as_ptr(),
        release: Some(release_schema),
        ..abi::ArrowSchema::empty()
    }))
}

unsafe extern "C" fn get_schema(_: *mut abi::ArrowArrayStream, out: *mut abi::ArrowSchema) -> c_int {
    static COLUMNS: std::sync::OnceLock<usize> = std::sync::OnceLock::new();
    let columns = *COLUMNS
        .get_or_init(|| Box::leak(Box::new([column(c"vu", c"post_id"), column(c"g", c"value")])).as_mut_ptr() as usize);
    let schema = abi::ArrowSchema {
        format: c"+s".as_ptr(),
        name: c"".as_ptr(),
        n_children: 2,
        children: columns as *mut *mut abi::ArrowSchema,
        release: Some(release_schema),
        ..abi::ArrowSchema::empty()
    };
    unsafe { ptr::write(out, schema) };
    0
}

unsafe extern "C" fn get_next(_: *mut abi::ArrowArrayStream, out: *mut abi::ArrowArray) -> c_int {
    unsafe { ptr::write(out, abi::ArrowArray::empty()) };
    let next = guarded(|| assert!(!IN_STREAM.swap(false, SeqCst), "asked to panic in the stream"));
    if next.is_some() { 0 } else { 5 }
}

unsafe extern "C" fn get_last_error(_: *mut abi::ArrowArrayStream) -> *const c_char {
    c"panic: asked to".as_ptr()
}

unsafe extern "C" fn release(stream: *mut abi::ArrowArrayStream) {
    unsafe { (*stream).release = None };
}

unsafe extern "C" fn score(
    _: *const abi::Plugin,
    _: *const abi::Host,
    request: *const abi::Request,
    out: *mut abi::ArrowArrayStream,
    _: *mut abi::ErrorBuffer,
) -> i32 {
    if guarded(|| assert!(!IN_SCORE.swap(false, SeqCst), "asked to panic in score")).is_none() {
        return abi::ERR_PANIC;
    }
    if unsafe { (*request).n_tables } != 1 {
        return abi::ERR_SCHEMA;
    }
    let stream = abi::ArrowArrayStream {
        get_schema: Some(get_schema),
        get_next: Some(get_next),
        get_last_error: Some(get_last_error),
        release: Some(release),
        private_data: ptr::null_mut(),
    };
    unsafe { ptr::write(out, stream) };
    abi::OK
}

static PLUGIN: abi::Plugin = abi::Plugin {
    struct_size: size_of::<abi::Plugin>() as u32,
    flags: abi::FLAG_THREAD_SAFE | abi::FLAG_DETERMINISTIC,
    metadata_json: METADATA.as_ptr(),
    score: Some(score),
    get_extension: Some(get_extension),
};

struct Plugins([*const abi::Plugin; 1]);
unsafe impl Sync for Plugins {}
static PLUGINS: Plugins = Plugins([&raw const PLUGIN]);

static LIBRARY: abi::Library = abi::Library {
    struct_size: size_of::<abi::Library>() as u32,
    abi_version: abi::ABI_VERSION,
    n_plugins: 1,
    reserved: 0,
    plugins: PLUGINS.0.as_ptr(),
};

/// Visible to every other library of the process.
#[cfg(exports_more)]
#[unsafe(no_mangle)]
pub extern "C" fn panics_helper() {}

#[unsafe(no_mangle)]
pub extern "C" fn claque_library_v1(host_abi: u32) -> *const abi::Library {
    if host_abi >> 16 == u32::from(abi::ABI_MAJOR) { &LIBRARY } else { ptr::null() }
}
