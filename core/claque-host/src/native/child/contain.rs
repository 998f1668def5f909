//! What a child does to itself before it loads anything: limits, and an end together with its parent. The
//! child contains accidents, not malice.

use super::protocol::Begin;
use std::fs::File;
use std::io;
use std::mem;
use std::ops::Range;
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::net::UnixStream;
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// Stacks of threads and the allocator's own pages, beyond what the plugin may take.
const OWN_USE: u64 = 64 << 20;
/// What a crash says about itself to those who read what was printed.
pub(super) const WROTE_TO_INPUT: &str = "claque: a write to an input table";
/// The same.
pub(super) const AT_MEMORY_LIMIT: &str = "claque: at the memory limit";

/// The socket that this process was started with. Standard input becomes empty, and what else was inherited is closed.
/// To be called before this process opens anything.
pub(super) fn take_socket() -> io::Result<UnixStream> {
    // a terminal or a file in its place: somebody started this by hand
    UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?).local_addr()?;
    close_inherited();
    let socket = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    let empty = File::open("/dev/null")?;
    // SAFETY: replaces our standard input
    if unsafe { libc::dup2(empty.as_raw_fd(), 0) } < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: what the program has printed so far is not the plugin's
    unsafe { libc::ftruncate(2, 0) };
    // SAFETY: as above
    unsafe { libc::lseek(2, 0, libc::SEEK_SET) };
    Ok(socket)
}

/// Files that the parent got from elsewhere, or that a library in it opened, and that are not ours to have.
#[cfg(target_os = "linux")]
fn close_inherited() {
    // SAFETY: nothing was opened yet that anybody could miss; an older kernel does nothing
    unsafe { libc::syscall(libc::SYS_close_range, 3, libc::c_uint::MAX, 0) };
}

#[cfg(not(target_os = "linux"))]
fn close_inherited() {}

/// Puts the limits in force, for good.
#[cfg(target_os = "linux")]
pub(super) fn contain(begin: Begin) -> io::Result<()> {
    let data = begin.memory.saturating_add(data_in_use()?).saturating_add(OWN_USE);
    limit(libc::RLIMIT_DATA, data)?;
    limit(libc::RLIMIT_FSIZE, begin.file)?;
    limit(libc::RLIMIT_CORE, 0)?;
    MEMORY.store(begin.memory, Ordering::Relaxed);
    // SAFETY: changes flags of this process
    unsafe {
        if libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0
            || libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) < 0
        {
            return Err(io::Error::last_os_error());
        }
    }
    // the parent may have gone before the line above
    if std::os::unix::process::parent_id() != begin.parent {
        return Err(io::Error::other("the parent is gone"));
    }
    explain_crashes()
}

#[cfg(not(target_os = "linux"))]
pub(super) fn contain(_: Begin) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(target_os = "linux")]
fn limit(what: libc::__rlimit_resource_t, value: u64) -> io::Result<()> {
    let value = libc::rlimit { rlim_cur: value, rlim_max: value };
    // SAFETY: lowers a limit of this process
    if unsafe { libc::setrlimit(what, &raw const value) } < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// Bytes of data and stacks so far.
#[cfg(target_os = "linux")]
fn data_in_use() -> io::Result<u64> {
    let text = std::fs::read_to_string("/proc/self/statm")?;
    let pages: u64 = text.split(' ').nth(5).and_then(|n| n.parse().ok()).ok_or(io::ErrorKind::InvalidData)?;
    // SAFETY: asks for a number
    let page = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    Ok(pages * u64::try_from(page).map_err(io::Error::other)?)
}

/// Ends this process at once, without destructors of a plugin.
pub(super) fn leave(code: i32) -> ! {
    // SAFETY: nothing is run any more
    unsafe { libc::_exit(code) }
}

// ---- crashes that explain themselves: what only the crashing process knows ------------------------

/// Input tables that a crash is looked up in; more than any plugin declares.
const MOST_TABLES: usize = 64;
/// Start and end of each, 0 where there is none.
static TABLES: [[AtomicUsize; 2]; MOST_TABLES] = [const { [const { AtomicUsize::new(0) }; 2] }; MOST_TABLES];
/// Bytes that the plugin may take.
static MEMORY: AtomicU64 = AtomicU64::new(0);
/// The actions that were in force before ours, per signal of [`EXPLAINED`].
static BEFORE: OnceLock<[libc::sigaction; 3]> = OnceLock::new();
const EXPLAINED: [i32; 3] = [libc::SIGSEGV, libc::SIGBUS, libc::SIGABRT];

/// A write to these addresses is a plugin that changes its input.
pub(super) fn watch_tables(tables: impl Iterator<Item = Range<usize>>) {
    for (slot, table) in TABLES.iter().zip(tables) {
        slot[0].store(table.start, Ordering::Relaxed);
        slot[1].store(table.end, Ordering::Relaxed);
    }
}

#[cfg(target_os = "linux")]
fn explain_crashes() -> io::Result<()> {
    // SAFETY: all zero is an action without flags and mask
    let (mut action, mut before): (libc::sigaction, [libc::sigaction; 3]) = unsafe { mem::zeroed() };
    action.sa_sigaction = explain as extern "C" fn(i32, *mut libc::siginfo_t, *mut libc::c_void) as usize;
    action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
    for (signal, before) in EXPLAINED.into_iter().zip(&mut before) {
        // SAFETY: asks for what is in force
        if unsafe { libc::sigaction(signal, ptr::null(), &raw mut *before) } < 0 {
            return Err(io::Error::last_os_error());
        }
    }
    BEFORE.get_or_init(|| before);
    for signal in EXPLAINED {
        // SAFETY: a handler that does nothing but system calls
        if unsafe { libc::sigaction(signal, &raw const action, ptr::null_mut()) } < 0 {
            return Err(io::Error::last_os_error());
        }
    }
    Ok(())
}

/// Says what is known, and lets the crash happen. Only what is allowed in a signal handler.
#[cfg(target_os = "linux")]
extern "C" fn explain(signal: i32, info: *mut libc::siginfo_t, _: *mut libc::c_void) {
    if signal != libc::SIGABRT {
        // SAFETY: the kernel's own description of this signal
        let address = unsafe { (*info).si_addr() } as usize;
        let is_inside = |[start, end]: &[AtomicUsize; 2]| {
            (start.load(Ordering::Relaxed)..end.load(Ordering::Relaxed)).contains(&address)
        };
        if TABLES.iter().any(is_inside) {
            note(WROTE_TO_INPUT);
        }
    }
    if is_at_memory_limit() {
        note(AT_MEMORY_LIMIT);
    }
    let before = EXPLAINED.iter().position(|explained| *explained == signal).zip(BEFORE.get());
    if let Some((i, before)) = before {
        // the fault happens again when this returns, and meets what was in force before
        // SAFETY: puts back an action that the system gave
        unsafe { libc::sigaction(signal, &raw const before[i], ptr::null_mut()) };
    }
}

/// Can less than an eighth of its memory still be had?
#[cfg(target_os = "linux")]
fn is_at_memory_limit() -> bool {
    let eighth = (MEMORY.load(Ordering::Relaxed) / 8) as usize;
    if eighth == 0 {
        return false;
    }
    let (both, flags) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS);
    // SAFETY: a new mapping at an address of the kernel's choice
    let probe = unsafe { libc::mmap(ptr::null_mut(), eighth, both, flags, -1, 0) };
    if probe == libc::MAP_FAILED {
        return true;
    }
    // SAFETY: the mapping above
    unsafe { libc::munmap(probe, eighth) };
    false
}

#[cfg(target_os = "linux")]
fn note(text: &str) {
    for part in ["\n", text, "\n"] {
        // SAFETY: writes our own bytes to standard error
        unsafe { libc::write(2, part.as_ptr().cast(), part.len()) };
    }
}
