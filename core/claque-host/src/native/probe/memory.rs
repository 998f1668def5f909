//! Memory in which every block ends at a page that faults. A block can be closed to writing, and after its release
//! to reading. Addresses of a fault are told apart by region, so that the report can say what was done wrong.

use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What a region holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Region {
    /// Buffers of input tables.
    Input,
    /// Structs of the host.
    Structs,
}

impl Region {
    /// Addresses are reserved, memory is not: nothing is used until a block is taken.
    fn bytes(self) -> usize {
        match self {
            Self::Input => 512 << 20,
            Self::Structs => 4 << 20,
        }
    }

    fn arena(self) -> &'static Arena {
        static INPUT: OnceLock<Arena> = OnceLock::new();
        static STRUCTS: OnceLock<Arena> = OnceLock::new();
        let arena = match self {
            Self::Input => &INPUT,
            Self::Structs => &STRUCTS,
        };
        arena.get_or_init(|| Arena::reserve(self.bytes()))
    }

    /// The region of an address, if it is one of ours. May be called in a signal handler once both are reserved.
    pub(super) fn of(address: usize) -> Option<Self> {
        [Self::Input, Self::Structs].into_iter().find(|region| region.arena().holds(address))
    }

    /// Reserves both, so that [`Region::of`] allocates nothing.
    pub(super) fn reserve_all() {
        for region in [Self::Input, Self::Structs] {
            region.arena();
        }
    }
}

struct Arena {
    start: usize,
    room: usize,
    used: AtomicUsize,
}

impl Arena {
    fn reserve(room: usize) -> Self {
        // SAFETY: a new mapping at an address of the system's choice
        let start = unsafe {
            let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
            libc::mmap(ptr::null_mut(), room, libc::PROT_NONE, flags, -1, 0)
        };
        let (start, room) = if start == libc::MAP_FAILED { (0, 0) } else { (start as usize, room) };
        Self { start, room, used: AtomicUsize::new(0) }
    }

    fn holds(&self, address: usize) -> bool {
        (self.start..self.start + self.room).contains(&address)
    }
}

/// Some bytes whose last one lies before a page that faults.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    page: usize,
    pages_bytes: usize,
    data: usize,
}

impl Block {
    /// A writable block with these bytes, aligned to `align` at least; `None` when the region is full. Only where their
    /// number is a multiple of `align` does the last byte stand right before the page that faults.
    pub(super) fn with(region: Region, bytes: &[u8], align: usize) -> Option<Self> {
        let page = page_size();
        let room = bytes.len().next_multiple_of(align).max(align);
        let pages_bytes = room.next_multiple_of(page);
        let arena = region.arena();
        let offset = arena.used.fetch_add(pages_bytes + page, Ordering::Relaxed);
        if offset + pages_bytes + page > arena.room {
            return None;
        }
        let start = arena.start + offset;
        let block = Self { page: start, pages_bytes, data: start + pages_bytes - room };
        block.protect(libc::PROT_READ | libc::PROT_WRITE);
        // SAFETY: `room` bytes from `data` on are ours and writable, and no longer than the pages
        unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), block.data as *mut u8, bytes.len()) };
        Some(block)
    }

    pub(super) fn data(self) -> *mut u8 {
        self.data as *mut u8
    }

    /// Writing faults from now on.
    pub(super) fn seal(self) {
        self.protect(libc::PROT_READ);
    }

    /// Reading faults as well.
    pub(super) fn close(self) {
        self.protect(libc::PROT_NONE);
    }

    fn protect(self, protection: i32) {
        // SAFETY: whole pages of our own mapping; a failure leaves the pages as they were
        unsafe { libc::mprotect(self.page as *mut libc::c_void, self.pages_bytes, protection) };
    }
}

fn page_size() -> usize {
    // SAFETY: asks for a constant of the system
    let size = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    usize::try_from(size).unwrap_or(4096).max(4096)
}
