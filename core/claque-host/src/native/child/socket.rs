//! A socket that carries bytes and open files to another process.

use std::io::{self, Read, Write};
use std::mem;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::net::UnixStream;
use std::ptr;
use std::time::Duration;

/// Files that one message may carry; the system's limit is 253.
pub(super) const MOST_FILES: usize = 250;
/// Room for their numbers in a message's control part: 16 bytes of header, 4 for each.
const CONTROL_WORDS: usize = (16 + 4 * MOST_FILES).div_ceil(8) + 1;
/// A child that does not even read its orders for so long will not do so any more.
const PATIENCE: Duration = Duration::from_secs(5);

/// One end of a pair.
#[derive(Debug)]
pub(super) struct Socket {
    stream: UnixStream,
    /// Files that came with what was read.
    files: Vec<OwnedFd>,
}

impl Socket {
    /// Both ends; closed when another program is started.
    pub(super) fn pair() -> io::Result<(Self, OwnedFd)> {
        let (ours, theirs) = UnixStream::pair()?;
        ours.set_write_timeout(Some(PATIENCE))?;
        Ok((Self::over(ours), theirs.into()))
    }

    /// A socket that was inherited.
    pub(super) fn over(stream: UnixStream) -> Self {
        Self { stream, files: Vec::new() }
    }

    pub(super) fn descriptor(&self) -> RawFd {
        self.stream.as_raw_fd()
    }

    /// From here on reading never waits.
    pub(super) fn never_wait(&self) -> io::Result<()> {
        self.stream.set_nonblocking(true)
    }

    /// A second handle on the same end, for writing.
    pub(super) fn writer(&self) -> io::Result<UnixStream> {
        self.stream.try_clone()
    }

    /// The files that have arrived so far.
    pub(super) fn take_files(&mut self) -> Vec<OwnedFd> {
        mem::take(&mut self.files)
    }

    /// Sends bytes and, with the first of them, files.
    pub(super) fn send(&mut self, bytes: &[u8], files: &[RawFd]) -> io::Result<()> {
        if files.is_empty() {
            return self.stream.write_all(bytes);
        }
        if files.len() > MOST_FILES || bytes.is_empty() {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let sent = self.send_once(bytes, files)?;
        self.stream.write_all(&bytes[sent..])
    }

    fn send_once(&self, bytes: &[u8], files: &[RawFd]) -> io::Result<usize> {
        let mut control = [0_u64; CONTROL_WORDS];
        let mut part = libc::iovec { iov_base: bytes.as_ptr().cast_mut().cast(), iov_len: bytes.len() };
        let size = mem::size_of_val(files) as u32;
        // SAFETY: all zero is a message without anything
        let mut message: libc::msghdr = unsafe { mem::zeroed() };
        message.msg_iov = &raw mut part;
        message.msg_iovlen = 1;
        message.msg_control = control.as_mut_ptr().cast();
        // SAFETY: computes a length
        message.msg_controllen = unsafe { libc::CMSG_SPACE(size) } as _;
        // SAFETY: the control part is as long as was said, and aligned; there is room for one header and the files
        unsafe {
            let header = libc::CMSG_FIRSTHDR(&raw const message);
            (*header).cmsg_level = libc::SOL_SOCKET;
            (*header).cmsg_type = libc::SCM_RIGHTS;
            (*header).cmsg_len = libc::CMSG_LEN(size) as _;
            ptr::copy_nonoverlapping(files.as_ptr().cast::<u8>(), libc::CMSG_DATA(header), size as usize);
        }
        loop {
            // SAFETY: all parts live, and nothing is written to
            let sent = unsafe { libc::sendmsg(self.stream.as_raw_fd(), &raw const message, 0) };
            match usize::try_from(sent) {
                Ok(sent) => return Ok(sent),
                Err(_) if io::Error::last_os_error().kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return Err(io::Error::last_os_error()),
            }
        }
    }
}

impl Read for Socket {
    /// Reads bytes, and keeps the files that come with them.
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let mut control = [0_u64; CONTROL_WORDS];
        let mut part = libc::iovec { iov_base: bytes.as_mut_ptr().cast(), iov_len: bytes.len() };
        // SAFETY: all zero is a message without anything
        let mut message: libc::msghdr = unsafe { mem::zeroed() };
        message.msg_iov = &raw mut part;
        message.msg_iovlen = 1;
        message.msg_control = control.as_mut_ptr().cast();
        message.msg_controllen = mem::size_of_val(&control) as _;
        #[cfg(target_os = "linux")]
        let flags = libc::MSG_CMSG_CLOEXEC;
        #[cfg(not(target_os = "linux"))]
        let flags = 0;
        // SAFETY: all parts live and are as long as was said
        let read = unsafe { libc::recvmsg(self.stream.as_raw_fd(), &raw mut message, flags) };
        let read = usize::try_from(read).map_err(|_| io::Error::last_os_error())?;
        // SAFETY: the kernel filled the message
        unsafe { self.keep_files(&message) };
        Ok(read)
    }
}

impl Socket {
    /// # Safety
    /// A message that `recvmsg` filled, its parts alive.
    unsafe fn keep_files(&mut self, message: &libc::msghdr) {
        // SAFETY: as above
        let mut header = unsafe { libc::CMSG_FIRSTHDR(message) };
        while !header.is_null() {
            // SAFETY: a header inside the control part
            let (level, kind, length) = unsafe { ((*header).cmsg_level, (*header).cmsg_type, (*header).cmsg_len) };
            if level == libc::SOL_SOCKET && kind == libc::SCM_RIGHTS {
                // SAFETY: computes a length
                let head = unsafe { libc::CMSG_LEN(0) } as usize;
                #[cfg_attr(target_os = "linux", expect(clippy::unnecessary_cast, reason = "32 bits on other systems"))]
                let count = (length as usize).saturating_sub(head) / size_of::<RawFd>();
                for i in 0..count {
                    let mut file = [0; size_of::<RawFd>()];
                    // SAFETY: the kernel put that many descriptors there
                    unsafe {
                        let from = libc::CMSG_DATA(header).add(i * file.len());
                        ptr::copy_nonoverlapping(from, file.as_mut_ptr(), file.len());
                    }
                    // SAFETY: it is new, and nobody else owns it
                    self.files.push(unsafe { OwnedFd::from_raw_fd(RawFd::from_ne_bytes(file)) });
                }
            }
            // SAFETY: as above
            header = unsafe { libc::CMSG_NXTHDR(message, header) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;
    use std::io::Seek;

    #[test]
    fn files_arrive_with_the_bytes_that_carry_them() {
        let (mut ours, theirs) = Socket::pair().expect("a pair");
        let mut theirs = Socket::over(UnixStream::from(theirs));
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(b"inside").expect("written");
        file.rewind().expect("a file");
        let long = vec![b'x'; 1000];
        ours.send(&long, &[file.as_raw_fd(), file.as_raw_fd()]).expect("sent");
        ours.send(b"and more", &[]).expect("sent");
        drop(file);

        let mut read = vec![0; 1008];
        theirs.read_exact(&mut read).expect("read");
        assert_eq!(&read[1000..], b"and more");
        let mut files = theirs.take_files();
        assert_eq!(files.len(), 2);
        let mut text = String::new();
        File::from(files.remove(0)).read_to_string(&mut text).expect("readable");
        assert_eq!(text, "inside");
        assert!(theirs.take_files().is_empty(), "taken once");
    }

    #[test]
    fn more_files_than_a_message_can_carry_are_refused() {
        let (mut ours, _theirs) = Socket::pair().expect("a pair");
        let files = vec![0; MOST_FILES + 1];
        assert_eq!(ours.send(b"x", &files).expect_err("too many").kind(), io::ErrorKind::InvalidInput);
    }
}
