//! What a plugin must leave as it was in its process: folder, environment, locale, signal handlers, floating-point
//! mode, open files, mask of file modes. Threads are not among them: a library may keep a pool, and what its threads
//! wait on.

use crate::native::float_mode;
use std::collections::BTreeMap;
use std::ffi::{CStr, OsString};
use std::path::PathBuf;

/// The highest number of a signal that is looked at.
const SIGNALS: i32 = 31;

/// The state at one moment.
#[derive(Debug)]
pub(crate) struct Snapshot {
    folder: Option<PathBuf>,
    environment: BTreeMap<OsString, OsString>,
    locale: Option<String>,
    handlers: Vec<(i32, usize)>,
    float_mode: u32,
    files: Vec<String>,
    mask: u32,
}

impl Snapshot {
    pub(crate) fn take() -> Self {
        Self {
            folder: std::env::current_dir().ok(),
            environment: std::env::vars_os().collect(),
            locale: locale(),
            handlers: (1..=SIGNALS).filter_map(|signal| Some((signal, handler(signal)?))).collect(),
            float_mode: float_mode::read() & !0x3f,
            files: open_files(),
            mask: mask(),
        }
    }

    /// What is not as it was before, in words.
    pub(crate) fn changes_since(&self, before: &Self) -> Vec<String> {
        let mut changes = Vec::new();
        if self.folder != before.folder {
            changes.push(format!("the current folder was changed to `{}`", shown(self.folder.as_ref())));
        }
        changes.extend(self.changed_variables(before));
        if self.locale != before.locale {
            changes.push(format!("the locale was changed to `{}`", self.locale.as_deref().unwrap_or_default()));
        }
        for (old, new) in before.handlers.iter().zip(&self.handlers) {
            if old != new {
                changes.push(format!("the handler of signal {} was changed", new.0));
            }
        }
        if self.float_mode != before.float_mode || float_mode::was_changed() {
            let how = "the floating-point mode was changed: build without `-ffast-math` and `-Ofast`";
            changes.push(how.to_owned());
        }
        let mut left = self.files.clone();
        for file in &before.files {
            if let Some(at) = left.iter().position(|other| other == file) {
                left.remove(at);
            }
        }
        if !left.is_empty() {
            changes.push(format!("files were left open: {}", left.join(", ")));
        }
        if self.mask != before.mask {
            changes.push(format!("the file mode mask was changed to {:03o}", self.mask));
        }
        changes
    }

    fn changed_variables(&self, before: &Self) -> Vec<String> {
        let names: std::collections::BTreeSet<&OsString> =
            before.environment.keys().chain(self.environment.keys()).collect();
        let changed = names.into_iter().filter(|name| before.environment.get(*name) != self.environment.get(*name));
        changed.map(|name| format!("the environment variable `{}` was changed", name.to_string_lossy())).collect()
    }
}

fn shown(path: Option<&PathBuf>) -> String {
    path.map(|path| path.display().to_string()).unwrap_or_default()
}

fn locale() -> Option<String> {
    // SAFETY: asks only; the string lives until the next call, which is made by this thread
    let text = unsafe { libc::setlocale(libc::LC_ALL, std::ptr::null()) };
    // SAFETY: NULL or a NUL-terminated string
    (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned())
}

fn handler(signal: i32) -> Option<usize> {
    // SAFETY: a struct of plain numbers
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    // SAFETY: asks only
    let answer = unsafe { libc::sigaction(signal, std::ptr::null(), &raw mut action) };
    (answer == 0).then_some(action.sa_sigaction)
}

fn mask() -> u32 {
    // SAFETY: changes the mask for a moment in which this process makes no file
    let mask = unsafe { libc::umask(0o077) };
    // SAFETY: puts it back
    unsafe { libc::umask(mask) };
    mask
}

/// What the open descriptors are, without the one that reads the list and those on which a pool waits.
fn open_files() -> Vec<String> {
    let mut files: Vec<String> = descriptors().filter(|file| !WAITED_ON.contains(&file.as_str())).collect();
    files.sort();
    files
}

/// What threads of a pool wait on; none of these is a file.
const WAITED_ON: [&str; 3] = ["anon_inode:[eventfd]", "anon_inode:[eventpoll]", "anon_inode:[timerfd]"];

/// All open descriptors in words, without the one that reads the list.
fn descriptors() -> impl Iterator<Item = String> {
    let entries = std::fs::read_dir("/proc/self/fd").into_iter().flatten().flatten();
    let files = entries.filter_map(|entry| Some(std::fs::read_link(entry.path()).ok()?.to_string_lossy().into_owned()));
    let listing = format!("/proc/{}/fd", std::process::id());
    files.filter(move |file| *file != listing)
}

/// Number of open descriptors, those on which a pool waits among them.
pub(crate) fn open() -> usize {
    descriptors().count()
}

/// Resident memory of this process, bytes.
pub(crate) fn resident() -> usize {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    text.split(' ').nth(1).and_then(|pages| pages.parse::<usize>().ok()).unwrap_or(0) * 4096
}

/// Bytes that `malloc` has given out and not got back; 0 where the system does not tell.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(crate) fn heap_in_use() -> usize {
    // SAFETY: asks only
    let info = unsafe { libc::mallinfo2() };
    info.uordblks + info.hblkhd
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(crate) fn heap_in_use() -> usize {
    0
}
