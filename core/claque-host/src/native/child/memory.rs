//! Memory that two processes share: a file without a name, sealed before anybody maps it.

use std::ffi::CStr;
use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd};
use std::ptr::{self, NonNull};

/// A new file in memory, closed when another program is started.
#[cfg(target_os = "linux")]
pub(super) fn memory_file(name: &CStr) -> io::Result<File> {
    // SAFETY: a NUL-terminated name
    let descriptor = unsafe { libc::memfd_create(name.as_ptr(), libc::MFD_CLOEXEC | libc::MFD_ALLOW_SEALING) };
    if descriptor < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: just opened, and nobody else has it
    Ok(unsafe { File::from_raw_fd(descriptor) })
}

/// From here on nobody, whichever process holds the file, can change or shorten it. Fails while a writable
/// mapping of it exists: then it is not to be trusted.
#[cfg(target_os = "linux")]
pub(super) fn seal(file: &File) -> io::Result<()> {
    let seals = libc::F_SEAL_WRITE | libc::F_SEAL_SHRINK | libc::F_SEAL_GROW | libc::F_SEAL_SEAL;
    // SAFETY: changes flags of an open file and no memory
    if unsafe { libc::fcntl(file.as_raw_fd(), libc::F_ADD_SEALS, seals) } < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

#[cfg(not(target_os = "linux"))]
pub(super) fn memory_file(_: &CStr) -> io::Result<File> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(not(target_os = "linux"))]
pub(super) fn seal(_: &File) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// A sealed file as memory. A write to it is a segmentation fault.
#[derive(Debug)]
pub(super) struct Mapping {
    start: NonNull<u8>,
    length: usize,
}

// SAFETY: memory that nobody can change
unsafe impl Send for Mapping {}
// SAFETY: as above
unsafe impl Sync for Mapping {}

impl Mapping {
    /// Maps a file, which must be sealed, and must not be empty.
    pub(super) fn read_only(file: &File) -> io::Result<Self> {
        let length = usize::try_from(file.metadata()?.len()).map_err(io::Error::other)?;
        if length == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        #[cfg(target_os = "linux")]
        let flags = libc::MAP_PRIVATE | libc::MAP_POPULATE; // all of it will be read, to be checked
        #[cfg(not(target_os = "linux"))]
        let flags = libc::MAP_PRIVATE;
        // SAFETY: a new mapping at an address of the kernel's choice
        let start = unsafe { libc::mmap(ptr::null_mut(), length, libc::PROT_READ, flags, file.as_raw_fd(), 0) };
        match NonNull::new(start.cast::<u8>()) {
            Some(start) if start.as_ptr().cast() != libc::MAP_FAILED => Ok(Self { start, length }),
            _ => Err(io::Error::last_os_error()),
        }
    }

    pub(super) fn start(&self) -> NonNull<u8> {
        self.start
    }

    pub(super) fn length(&self) -> usize {
        self.length
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: a mapping of ours, and whoever points into it holds a reference to it
        unsafe { libc::munmap(self.start.as_ptr().cast(), self.length) };
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use std::io::Write;
    use std::os::unix::fs::FileExt;

    #[test]
    fn a_sealed_file_is_neither_written_nor_cut_nor_grown() {
        let mut file = memory_file(c"test").expect("memory");
        file.write_all(b"abc").expect("not sealed yet");
        seal(&file).expect("sealed");
        for refused in [file.write_at(b"x", 0).err(), file.set_len(1).err(), file.set_len(9).err(), seal(&file).err()] {
            assert_eq!(refused.expect("refused").raw_os_error(), Some(libc::EPERM));
        }
        let mapping = Mapping::read_only(&file).expect("mapped");
        // SAFETY: the mapping is three bytes long
        assert_eq!(unsafe { std::slice::from_raw_parts(mapping.start().as_ptr(), mapping.length()) }, b"abc");
    }

    #[test]
    fn a_file_that_somebody_may_still_change_cannot_be_sealed() {
        let file = memory_file(c"test").expect("memory");
        file.set_len(4096).expect("not sealed yet");
        let both = libc::PROT_READ | libc::PROT_WRITE;
        // SAFETY: a new mapping at an address of the kernel's choice
        let writable = unsafe { libc::mmap(ptr::null_mut(), 4096, both, libc::MAP_SHARED, file.as_raw_fd(), 0) };
        assert!(writable != libc::MAP_FAILED);
        assert_eq!(seal(&file).expect_err("busy").raw_os_error(), Some(libc::EBUSY));
        // SAFETY: the mapping above
        unsafe { libc::munmap(writable, 4096) };
        seal(&file).expect("nobody can write any more");
    }

    #[test]
    fn an_empty_file_cannot_be_mapped() {
        let file = memory_file(c"test").expect("memory");
        assert_eq!(Mapping::read_only(&file).expect_err("empty").kind(), io::ErrorKind::UnexpectedEof);
    }
}
