//! Calls below [`NativeSignal`](super::NativeSignal), for the checks of a library: streams of odd but legal form,
//! counted releases, memory that faults when it is misused, hosts of other versions, and what a call leaves behind
//! in the process. What must come of a call is decided by the checks. Everything that is handed to a plugin here
//! (but for `quiet`) is leaked on purpose: a plugin that releases twice or reads late must be found, not crash the finder.

mod answer;
mod ask;
mod buffers;
mod crash;
mod feed;
mod ledger;
mod meeting;
mod memory;
mod quiet;
mod selftest;
mod state;

pub(crate) use answer::Answer;
pub(crate) use ask::{Ask, HostKind};
pub(crate) use crash::{contain, end_group, overheard};
pub(crate) use feed::{Feed, Form, Trouble};
pub(crate) use meeting::Meeting;
pub(crate) use quiet::Quiet;
pub(crate) use selftest::SelfTest;
pub(crate) use state::{Snapshot, heap_in_use, open, resident};

#[cfg(test)]
mod tests;
