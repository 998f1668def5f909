//! The extension `claque.selftest/1`: a plugin panics when it is asked to.

use crate::native::NativeSignal;
use claque_abi as abi;

const ID: &std::ffi::CStr = c"claque.selftest/1";

/// The table of functions behind the id, as `claque.h` describes it.
#[repr(C)]
struct Table {
    struct_size: u32,
    reserved: u32,
    panic_in_score: Option<unsafe extern "C" fn()>,
    panic_in_stream: Option<unsafe extern "C" fn()>,
}

/// Arms the next call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SelfTest {
    in_score: unsafe extern "C" fn(),
    in_stream: unsafe extern "C" fn(),
}

impl SelfTest {
    /// The next `score` panics.
    pub(crate) fn arm_score(self) {
        // SAFETY: a function of the plugin without arguments, by the contract of the extension
        unsafe { (self.in_score)() }
    }

    /// The next stream panics.
    pub(crate) fn arm_stream(self) {
        // SAFETY: as above
        unsafe { (self.in_stream)() }
    }
}

impl NativeSignal {
    /// The extension, if it is offered.
    ///
    /// # Errors
    /// It is offered and broken.
    pub(crate) fn selftest(&self) -> Result<Option<SelfTest>, String> {
        let plugin: &abi::Plugin = self.plugin();
        let Some(get_extension) = plugin.get_extension else { return Ok(None) };
        // SAFETY: by the contract callable from any thread, with a NUL-terminated id
        let table = unsafe { get_extension(plugin, ID.as_ptr()) }.cast::<Table>();
        if table.is_null() {
            return Ok(None);
        }
        // SAFETY: not NULL, and by the contract a static struct that begins with its size
        let size = unsafe { (*table).struct_size } as usize;
        if size < size_of::<Table>() {
            return Err(format!(
                "the `struct_size` of `claque.selftest/1` is {size}, must be at least {}",
                size_of::<Table>()
            ));
        }
        // SAFETY: as above, and long enough
        let table = unsafe { &*table };
        match (table.panic_in_score, table.panic_in_stream) {
            (Some(in_score), Some(in_stream)) => Ok(Some(SelfTest { in_score, in_stream })),
            _ => Err("a function of `claque.selftest/1` is NULL".into()),
        }
    }
}
