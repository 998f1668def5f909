//! The extension `claque.selftest/1`, which lets a checker see that panics are stopped at the border.

use claque_abi as abi;
use std::ffi::{CStr, c_char, c_void};
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};

static IN_SCORE: AtomicBool = AtomicBool::new(false);
static IN_STREAM: AtomicBool = AtomicBool::new(false);

/// The table of functions behind the id.
#[repr(C)]
struct SelfTest {
    struct_size: u32,
    reserved: u32,
    panic_in_score: unsafe extern "C" fn(),
    panic_in_stream: unsafe extern "C" fn(),
}

static TABLE: SelfTest = SelfTest {
    struct_size: size_of::<SelfTest>() as u32,
    reserved: 0,
    panic_in_score: arm_score,
    panic_in_stream: arm_stream,
};

unsafe extern "C" fn arm_score() {
    IN_SCORE.store(true, Ordering::Relaxed);
}

unsafe extern "C" fn arm_stream() {
    IN_STREAM.store(true, Ordering::Relaxed);
}

pub(crate) fn panic_if_armed_in_score() {
    assert!(!IN_SCORE.swap(false, Ordering::Relaxed), "asked to panic in score");
}

pub(crate) fn panic_if_armed_in_stream() {
    assert!(!IN_STREAM.swap(false, Ordering::Relaxed), "asked to panic in the stream");
}

/// `claque_plugin.get_extension`.
pub(crate) unsafe extern "C" fn get_extension(_: *const abi::Plugin, id: *const c_char) -> *const c_void {
    // SAFETY: NULL or, by the contract, a NUL-terminated string
    if !id.is_null() && unsafe { CStr::from_ptr(id) } == c"claque.selftest/1" {
        ptr::from_ref(&TABLE).cast()
    } else {
        ptr::null()
    }
}
