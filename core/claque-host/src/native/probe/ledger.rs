//! Who was released how often: everything with a release callback that a call hands out.

use super::memory::Block;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

/// Everything that one call handed out.
#[derive(Debug, Default)]
pub(crate) struct Ledger(Mutex<Vec<&'static Thing>>);

/// One of them.
#[derive(Debug)]
pub(super) struct Thing {
    what: String,
    releases: AtomicU32,
    /// Memory that nobody may touch once it was released.
    blocks: Vec<Block>,
}

impl Thing {
    /// Counts a release; the memory is gone for readers from now on.
    pub(super) fn release(&self) {
        self.releases.fetch_add(1, Ordering::SeqCst);
        for block in &self.blocks {
            block.close();
        }
    }
}

impl Ledger {
    pub(super) fn enter(&self, what: String, blocks: Vec<Block>) -> &'static Thing {
        let thing: &'static Thing = Box::leak(Box::new(Thing { what, releases: AtomicU32::new(0), blocks }));
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(thing);
        thing
    }

    /// What was not released exactly once, in the order in which it was handed out. Asked after everything that the
    /// plugin gave back was released.
    pub(crate) fn unbalanced(&self) -> Vec<String> {
        let things = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let wrong = things.iter().filter_map(|thing| match thing.releases.load(Ordering::SeqCst) {
            1 => None,
            0 => Some(format!("{} was never released", thing.what)),
            n => Some(format!("{} was released {n} times", thing.what)),
        });
        wrong.collect()
    }
}
