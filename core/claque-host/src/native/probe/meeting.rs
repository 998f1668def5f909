//! A place where several calls wait for each other, so that they really run at the same time.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// How long a call waits for the others: a plugin that lets one in after the other is right too.
const PATIENCE: Duration = Duration::from_secs(2);

/// A meeting of so many calls.
#[derive(Debug)]
pub(crate) struct Meeting {
    expected: usize,
    /// How many came, and whether somebody gave up.
    state: Mutex<(usize, bool)>,
    changed: Condvar,
}

impl Meeting {
    pub(crate) fn of(expected: usize) -> Self {
        Self { expected, state: Mutex::new((0, false)), changed: Condvar::new() }
    }

    /// Comes, and waits until all are there or somebody gave up.
    pub(super) fn join(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.0 += 1;
        self.changed.notify_all();
        let waits = |state: &mut (usize, bool)| state.0 < self.expected && !state.1;
        let (mut state, waited) =
            self.changed.wait_timeout_while(state, PATIENCE, waits).unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() {
            state.1 = true;
            self.changed.notify_all();
        }
    }

    /// Did all come?
    pub(crate) fn took_place(&self) -> bool {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.0 >= self.expected && !state.1
    }
}
