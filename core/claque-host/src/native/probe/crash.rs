//! The process of one check: limits, a report that a plugin's own prints cannot spoil, and the last words of a
//! process that is about to die, which say what was touched.

use super::memory::Region;
use std::fs::File;
use std::io::Write;
use std::os::fd::{AsRawFd, FromRawFd};
use std::ptr;
use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering};

/// Descriptor of the report, for the handler.
static REPORT: AtomicI32 = AtomicI32::new(-1);
/// Limit of memory, bytes, for the handler.
static MEMORY: AtomicUsize = AtomicUsize::new(usize::MAX);

/// Lines of JSON to the process that asked.
#[derive(Debug)]
pub(crate) struct Report(File);

impl Report {
    /// Writes one line.
    pub(crate) fn line(&self, line: &str) {
        // a parent that has gone reads nothing
        let _gone = (&self.0).write_all(format!("{line}\n").as_bytes());
    }
}

/// Makes this process one of a check: `memory` bytes at most, no core files, an end with its parent; stdout becomes
/// the report, and what a plugin prints goes to stderr.
///
/// # Errors
/// The system refuses a descriptor.
pub(crate) fn contain(memory: u64) -> std::io::Result<Report> {
    // where the system refuses one, the clock of the parent is left
    for (what, value) in [(libc::RLIMIT_DATA, memory), (libc::RLIMIT_CORE, 0)] {
        let limit = libc::rlimit { rlim_cur: value, rlim_max: value };
        // SAFETY: a struct of two numbers
        unsafe { libc::setrlimit(what, &raw const limit) };
    }
    MEMORY.store(memory as usize, Ordering::SeqCst);
    #[cfg(target_os = "linux")]
    {
        // SAFETY: plain numbers
        unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) };
        // SAFETY: as above
        unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) };
    }
    // SAFETY: a new descriptor, not inherited by what a plugin may start
    let report = unsafe { libc::fcntl(1, libc::F_DUPFD_CLOEXEC, 100) };
    // SAFETY: both are open
    if report < 0 || unsafe { libc::dup2(2, 1) } < 0 {
        return Err(std::io::Error::last_os_error());
    }
    REPORT.store(report, Ordering::SeqCst);
    Region::reserve_all();
    for signal in [libc::SIGSEGV, libc::SIGBUS, libc::SIGABRT] {
        listen(signal);
    }
    // SAFETY: the new descriptor is ours alone
    Ok(Report(unsafe { File::from_raw_fd(report) }))
}

fn listen(signal: i32) {
    // SAFETY: a struct of plain numbers
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    action.sa_sigaction = last_words as *const () as usize;
    action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK | libc::SA_RESETHAND;
    // SAFETY: the handler calls nothing that is not safe in one
    unsafe { libc::sigaction(signal, &raw const action, ptr::null_mut()) };
}

/// Writes what was touched, and lets the signal do its work when it comes again.
extern "C" fn last_words(signal: i32, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    let words: &[u8] = if is_at_limit() {
        b"{\"crash\":\"it is at its limit of memory\"}\n"
    } else if signal == libc::SIGABRT {
        b""
    } else {
        // SAFETY: the system gives both for these signals
        let (address, wrote) = unsafe { ((*info).si_addr() as usize, is_write(context)) };
        match (Region::of(address), wrote) {
            (Some(Region::Input), true) => b"{\"crash\":\"it wrote to its input, which is read-only\"}\n",
            (Some(Region::Input), _) => {
                b"{\"crash\":\"it touched memory of its input that it must not: past the end of a buffer, or after the release\"}\n"
            }
            (Some(Region::Structs), true) => b"{\"crash\":\"it wrote past the end of a struct of the host\"}\n",
            (Some(Region::Structs), _) => {
                b"{\"crash\":\"it read past the end of a struct of the host: ask CLAQUE_HAS before reading a field\"}\n"
            }
            (None, _) if address < 4096 => b"{\"crash\":\"it followed a pointer that is NULL\"}\n",
            (None, _) => b"",
        }
    };
    // SAFETY: a descriptor of ours and bytes of the program
    unsafe { libc::write(REPORT.load(Ordering::SeqCst), words.as_ptr().cast(), words.len()) };
    // the faulting instruction runs again, or `abort` raises its signal again, with the system's own action
}

/// Was the fault a write? Where the processor does not tell, it counts as a read.
///
/// # Safety
/// The third argument of a handler with `SA_SIGINFO`.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
unsafe fn is_write(context: *mut libc::c_void) -> bool {
    // SAFETY: as above
    let code = unsafe { (*context.cast::<libc::ucontext_t>()).uc_mcontext.gregs[libc::REG_ERR as usize] };
    code & 2 != 0
}

#[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
unsafe fn is_write(_: *mut libc::c_void) -> bool {
    false
}

/// Is nine tenths of the memory that may be used in use? Reads `/proc` by hand, as a handler must.
fn is_at_limit() -> bool {
    let mut text = [0_u8; 128];
    // SAFETY: a constant path, a buffer of ours, a descriptor that is closed again
    let length = unsafe {
        let file = libc::open(c"/proc/self/statm".as_ptr(), libc::O_RDONLY);
        let length = libc::read(file, text.as_mut_ptr().cast(), text.len());
        libc::close(file);
        length
    };
    let words = &text[..usize::try_from(length).unwrap_or(0)];
    // the sixth number: data and stack, in pages
    let pages = words.split(|byte| *byte == b' ').nth(5).map_or(0, |digits| {
        digits.iter().filter(|d| d.is_ascii_digit()).fold(0_usize, |n, digit| n * 10 + usize::from(digit - b'0'))
    });
    pages.saturating_mul(4096) >= MEMORY.load(Ordering::SeqCst) / 10 * 9
}

/// Lets stdout and stderr go into a file while `run` works; gives the number of bytes that arrived.
pub(crate) fn overheard<T>(run: impl FnOnce() -> T) -> std::io::Result<(T, u64)> {
    let file = tempfile::tempfile()?;
    // SAFETY: NULL means all streams of the C library
    unsafe { libc::fflush(ptr::null_mut()) };
    // SAFETY: copies of open descriptors, put back below
    let kept = [1, 2].map(|fd| unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 100) });
    for fd in [1, 2] {
        // SAFETY: both are open
        unsafe { libc::dup2(file.as_raw_fd(), fd) };
    }
    let result = run();
    // SAFETY: as above
    unsafe { libc::fflush(ptr::null_mut()) };
    for (fd, kept) in [1, 2].into_iter().zip(kept) {
        // SAFETY: the copy of before, which is then closed
        unsafe {
            libc::dup2(kept, fd);
            libc::close(kept);
        }
    }
    Ok((result, file.metadata()?.len()))
}

/// Ends a process and all that it started; `id` is the group that it leads.
pub(crate) fn end_group(id: u32) {
    if let Ok(id) = i32::try_from(id) {
        // SAFETY: plain numbers; a group that is gone is no error here
        unsafe { libc::kill(-id, libc::SIGKILL) };
    }
}
