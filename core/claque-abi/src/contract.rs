//! The structs of Claque's own contract, as in `claque.h`.
#![expect(unsafe_code, reason = "raw pointers of a C contract: shared statics, and one write into the host's buffer")]

use crate::arrow::ArrowArrayStream;
use std::ffi::{CStr, c_char, c_void};

/// The exported symbol.
pub const ENTRY: &CStr = c"claque_library_v1";

/// Type of the exported symbol; gets the host's ABI version.
pub type EntryFn = unsafe extern "C" fn(u32) -> *const Library;

/// One call of a signal.
pub type ScoreFn =
    unsafe extern "C" fn(*const Plugin, *const Host, *const Request, *mut ArrowArrayStream, *mut ErrorBuffer) -> i32;

/// Memory of the host for an error text.
#[repr(C)]
#[derive(Debug)]
pub struct ErrorBuffer {
    /// Size of this struct.
    pub struct_size: u32,
    /// Bytes that may be written, the NUL included.
    pub cap: u32,
    /// Where.
    pub message: *mut c_char,
}

/// What the host does for a running signal; callable from any thread.
#[repr(C)]
#[derive(Debug)]
pub struct Host {
    /// Size of this struct.
    pub struct_size: u32,
    /// The host's version.
    pub abi_version: u32,
    /// First argument of every function.
    pub ctx: *mut c_void,
    /// Level 0 trace to 4 error; the text is copied.
    pub log: unsafe extern "C" fn(*mut c_void, i32, *const c_char),
    /// Fraction in 0..1, or negative when unknown; the note may be NULL.
    pub progress: unsafe extern "C" fn(*mut c_void, f64, *const c_char),
    /// Not 0 = stop soon.
    pub cancelled: unsafe extern "C" fn(*mut c_void) -> i32,
    /// Philox4x32-10 of (seed; stream, counter), the first 64 bits.
    pub random_u64: unsafe extern "C" fn(*mut c_void, u64, u64) -> u64,
    /// A table of functions by id, or NULL.
    pub get_extension: unsafe extern "C" fn(*mut c_void, *const c_char) -> *const c_void,
}

/// One input table.
#[repr(C)]
#[derive(Debug)]
pub struct Table {
    /// Size of this struct.
    pub struct_size: u32,
    /// 0.
    pub reserved: u32,
    /// As declared.
    pub name: *const c_char,
    /// Exact, or −1.
    pub n_rows: i64,
    /// May be moved out.
    pub stream: *mut ArrowArrayStream,
}

/// Everything that one call is given.
#[repr(C)]
#[derive(Debug)]
pub struct Request {
    /// Size of this struct.
    pub struct_size: u32,
    /// Number of tables.
    pub n_tables: u32,
    /// Pointers, so that [`Table`] may grow.
    pub tables: *const *const Table,
    /// Every declared parameter.
    pub params_json: *const c_char,
    /// Of this run and signal.
    pub seed: u64,
    /// At least 1, the plugin's own threads included.
    pub max_threads: u32,
    /// 0.
    pub reserved: u32,
}

/// One signal of a library.
#[repr(C)]
#[derive(Debug)]
pub struct Plugin {
    /// Size of this struct.
    pub struct_size: u32,
    /// [`FLAG_THREAD_SAFE`](crate::FLAG_THREAD_SAFE) and others.
    pub flags: u32,
    /// The declaration.
    pub metadata_json: *const c_char,
    /// Must not be NULL; an `Option` because the other side may break that.
    pub score: Option<ScoreFn>,
    /// May be NULL.
    pub get_extension: Option<unsafe extern "C" fn(*const Plugin, *const c_char) -> *const c_void>,
}

/// What the exported symbol returns.
#[repr(C)]
#[derive(Debug)]
pub struct Library {
    /// Size of this struct.
    pub struct_size: u32,
    /// The version it was built with.
    pub abi_version: u32,
    /// 1 to 64.
    pub n_plugins: u32,
    /// 0.
    pub reserved: u32,
    /// That many pointers.
    pub plugins: *const *const Plugin,
}

// SAFETY: by contract a plugin's structs are static and never change.
unsafe impl Sync for Plugin {}
// SAFETY: as above.
unsafe impl Sync for Library {}

impl ErrorBuffer {
    /// Writes as much of the text as fits, whole characters only, and a NUL.
    ///
    /// # Safety
    /// `message` is NULL or points at `cap` writable bytes.
    pub unsafe fn set(&mut self, text: &str) {
        if self.cap == 0 || self.message.is_null() {
            return;
        }
        let length = text.floor_char_boundary(self.cap as usize - 1);
        // SAFETY: `length` is below `cap`, and a caller's text does not overlap the host's buffer
        unsafe {
            std::ptr::copy_nonoverlapping(text.as_ptr().cast::<c_char>(), self.message, length);
            *self.message.add(length) = 0;
        }
    }
}

const _: () = {
    assert!(size_of::<ErrorBuffer>() == 16);
    assert!(size_of::<Host>() == 56);
    assert!(size_of::<Table>() == 32);
    assert!(size_of::<Request>() == 40);
    assert!(size_of::<Plugin>() == 32);
    assert!(size_of::<Library>() == 24);
};

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(cap: u32, text: &str, expected: &str) {
        let mut room = [0x7f_u8; 16];
        let mut buffer = ErrorBuffer { struct_size: 16, cap, message: room.as_mut_ptr().cast() };
        // SAFETY: `cap` is at most the size of `room`
        unsafe { buffer.set(text) };
        let end = room.iter().position(|&b| b == 0).expect("a NUL");
        assert_eq!(std::str::from_utf8(&room[..end]).expect("UTF-8"), expected);
        assert!(room[cap as usize..].iter().all(|&b| b == 0x7f), "wrote past its end");
    }

    #[test]
    fn a_text_is_cut_at_a_character_and_never_past_the_buffer() {
        check(16, "no column", "no column");
        check(5, "no column", "no c");
        check(5, "caf\u{e9}s", "caf");
        check(1, "anything", "");
    }
}
