//! Compiled plugins in a process of their own: the same library, its tables in shared memory. A child is this
//! program again (`claque __runner`); it contains accidents (crashes, memory, hangs, stray writes), not malice.

mod contain;
mod conversation;
pub(super) mod crash;
mod inputs;
pub(super) mod ipc;
mod lines;
mod memory;
mod process;
mod protocol;
mod serve;
mod signal;
mod socket;

pub use process::{RUNNER, Runner};
pub use serve::serve_as_child;
pub use signal::{IsolatedSignal, Isolation, Refusal};

/// Bytes of the largest file that a child may write: its output, and as much again for what Arrow IPC adds.
fn file_limit(memory: usize) -> u64 {
    (memory as u64).saturating_mul(2).saturating_add(64_000_000)
}
