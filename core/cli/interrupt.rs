//! Ctrl-C: a flag that long work asks for, and an end within two seconds for work that does not.

use crate::diagnosis::Failure;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

static INTERRUPTED: AtomicBool = AtomicBool::new(false);
static WRITING: AtomicBool = AtomicBool::new(false);

/// Exit code of an interrupted program.
pub(crate) const CODE: u8 = 130;

/// Starts listening.
pub(crate) fn install() -> Result<(), Failure> {
    ctrlc::set_handler(|| {
        INTERRUPTED.store(true, Ordering::SeqCst);
        std::thread::sleep(Duration::from_millis(1_800));
        if !INTERRUPTED.load(Ordering::SeqCst) {
            // what was interrupted has ended, and its command goes on
            return;
        }
        // a result that is being written is finished or taken back by its writer
        while WRITING.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(20));
        }
        std::process::exit(i32::from(CODE));
    })
    .map_err(|error| Failure::new(format!("cannot listen for Ctrl-C: {error}")))
}

/// Was Ctrl-C pressed?
pub(crate) fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

/// What Ctrl-C was meant for has ended, and the program goes on: an entry of a session.
pub(crate) fn answered() {
    INTERRUPTED.store(false, Ordering::SeqCst);
}

/// Runs `write` without being ended in the middle.
pub(crate) fn while_writing<T>(write: impl FnOnce() -> T) -> T {
    WRITING.store(true, Ordering::SeqCst);
    let result = write();
    WRITING.store(false, Ordering::SeqCst);
    result
}
