//! Compiled plugins in a process of their own: the same library, with its tables in shared memory.

pub(super) mod ipc;
mod memory;
