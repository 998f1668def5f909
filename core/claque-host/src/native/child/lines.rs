//! Lines out of a socket, as they arrive.

use super::socket::Socket;
use std::io::{self, Read};
use std::os::fd::OwnedFd;

/// A longer line is no message.
const LONGEST: usize = 64 << 20;

#[derive(Debug)]
pub(super) struct Lines {
    pub(super) socket: Socket,
    arrived: Vec<u8>,
    /// Lines before this byte were given out.
    start: usize,
    /// No line ends between there and this byte.
    searched: usize,
}

impl Lines {
    pub(super) fn of(socket: Socket) -> Self {
        Self { socket, arrived: Vec::new(), start: 0, searched: 0 }
    }

    /// The next whole line that has arrived.
    pub(super) fn next(&mut self) -> Option<Vec<u8>> {
        let Some(length) = self.arrived[self.searched..].iter().position(|byte| *byte == b'\n') else {
            self.arrived.drain(..self.start);
            (self.start, self.searched) = (0, self.arrived.len());
            return None;
        };
        let end = self.searched + length + 1;
        let line = self.arrived[self.start..end].to_vec();
        (self.start, self.searched) = (end, end);
        Some(line)
    }

    /// Reads what is there; waits for it unless the socket never waits. False at the end.
    pub(super) fn read(&mut self) -> io::Result<bool> {
        let mut bytes = [0; 1 << 14];
        if self.arrived.len() > LONGEST {
            return Err(io::ErrorKind::InvalidData.into());
        }
        match self.socket.read(&mut bytes) {
            Ok(0) => Ok(false),
            Ok(read) => {
                self.arrived.extend(&bytes[..read]);
                Ok(true)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(true),
            Err(error) => Err(error),
        }
    }

    /// Waits for a whole line; none at the end.
    pub(super) fn wait(&mut self) -> io::Result<Option<Vec<u8>>> {
        loop {
            if let Some(line) = self.next() {
                return Ok(Some(line));
            }
            if !self.read()? {
                return Ok(None);
            }
        }
    }

    pub(super) fn take_files(&mut self) -> Vec<OwnedFd> {
        self.socket.take_files()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::os::unix::net::UnixStream;

    #[test]
    fn lines_come_whole_however_they_were_sent() {
        let (socket, theirs) = Socket::pair().expect("a pair");
        let (mut lines, mut theirs) = (Lines::of(socket), UnixStream::from(theirs));
        theirs.write_all(b"one\ntwo\nthr").expect("sent");
        assert_eq!(lines.wait().expect("read").expect("a line"), b"one\n");
        assert_eq!(lines.wait().expect("read").expect("a line"), b"two\n");
        theirs.write_all(b"ee\n\nrest").expect("sent");
        assert_eq!(lines.wait().expect("read").expect("a line"), b"three\n");
        assert_eq!(lines.wait().expect("read").expect("a line"), b"\n");
        drop(theirs);
        assert_eq!(lines.wait().expect("read"), None, "half a line is none");
    }
}
