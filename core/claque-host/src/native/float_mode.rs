//! The floating-point control word. A library linked with `-ffast-math` switches the thread that loads it
//! to flush-to-zero; the host must not compute on in that mode.

use std::sync::atomic::{AtomicBool, Ordering};

/// Had it to be put back since anybody last asked?
static CHANGED: AtomicBool = AtomicBool::new(false);

/// Did foreign code change the mode since this was last asked?
pub(super) fn was_changed() -> bool {
    CHANGED.swap(false, Ordering::Relaxed)
}

/// Puts the control word back when dropped.
pub(super) struct FloatMode(u32);

impl FloatMode {
    /// Remembers the control word of this thread.
    pub(super) fn save() -> Self {
        Self(read())
    }
}

impl Drop for FloatMode {
    fn drop(&mut self) {
        // exception flags (the low six bits) are no mode
        if read() & !0x3f != self.0 & !0x3f {
            write(self.0);
            CHANGED.store(true, Ordering::Relaxed);
        }
    }
}

#[cfg(target_arch = "x86_64")]
pub(super) fn read() -> u32 {
    let mut word = 0_u32;
    // SAFETY: stores MXCSR into four bytes that are ours; changes nothing else
    unsafe { std::arch::asm!("stmxcsr [{}]", in(reg) &raw mut word, options(nostack, preserves_flags)) };
    word
}

#[cfg(target_arch = "x86_64")]
pub(super) fn write(word: u32) {
    // SAFETY: the word was read from MXCSR before, so it sets no reserved bit
    unsafe { std::arch::asm!("ldmxcsr [{}]", in(reg) &raw const word, options(nostack, readonly, preserves_flags)) };
}

#[cfg(not(target_arch = "x86_64"))]
pub(super) fn read() -> u32 {
    0
}

#[cfg(not(target_arch = "x86_64"))]
pub(super) fn write(_: u32) {}

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use super::*;
    use std::hint::black_box;

    #[test]
    fn a_changed_mode_is_put_back() {
        let halved = || black_box(1e-310_f64) / black_box(2.0);
        assert!(halved() > 0.0, "subnormal numbers exist at first");
        {
            let _mode = FloatMode::save();
            write(read() | 0x8040); // flush to zero, denormals are zero
            assert!(halved() <= 0.0, "flushed");
        }
        assert!(halved() > 0.0, "subnormal numbers exist again");
    }
}
