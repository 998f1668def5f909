//! A child process from its start to its end. Children are started by one thread that lives as long as the
//! program, because they die with the thread that started them; and without `pre_exec`, because then the
//! system's `posix_spawn` is used, which does not copy the tables of a large parent.

use super::memory::memory_file;
use super::socket::Socket;
use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::fs::FileExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Sender, SyncSender, channel, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// The hidden command of the program that serves as a child.
pub const RUNNER: &str = "__runner";
/// Of what a child printed, the end is looked at.
const PRINTED: u64 = 8192;

/// The program that is started as a child, and with which arguments; it must call
/// [`serve_as_child`](crate::serve_as_child).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Runner {
    program: PathBuf,
    arguments: Vec<OsString>,
}

impl Runner {
    /// This very program, even if its file was replaced meanwhile.
    #[must_use]
    pub fn this_program() -> Self {
        let program = if cfg!(target_os = "linux") {
            PathBuf::from("/proc/self/exe")
        } else {
            std::env::current_exe().unwrap_or_default()
        };
        Self { program, arguments: vec![RUNNER.into()] }
    }

    /// Another program.
    #[must_use]
    pub fn of(program: &Path, arguments: impl IntoIterator<Item = impl Into<OsString>>) -> Self {
        // a child starts in another folder
        let program = std::path::absolute(program).unwrap_or_else(|_| program.to_owned());
        Self { program, arguments: arguments.into_iter().map(Into::into).collect() }
    }
}

impl Default for Runner {
    fn default() -> Self {
        Self::this_program()
    }
}

/// How a process ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// It left by itself, with this code.
    Exit(i32),
    /// A signal ended it.
    Signal(i32),
}

/// A running child and everything that it started: one process group.
#[derive(Debug)]
pub(super) struct Process {
    id: libc::pid_t,
    /// Readable when it has ended.
    ended: OwnedFd,
    /// What it printed, which it should not.
    printed: File,
    is_reaped: bool,
}

impl Process {
    /// Starts a child at the other end of the socket.
    pub(super) fn start(runner: &Runner, threads: u32) -> io::Result<(Self, Socket)> {
        let (socket, theirs) = Socket::pair()?;
        let printed = memory_file(c"claque-printed")?;
        let mut command = Command::new(&runner.program);
        command
            .args(&runner.arguments)
            .env_clear()
            .env("POLARS_MAX_THREADS", threads.to_string())
            .env("RAYON_NUM_THREADS", threads.to_string())
            .current_dir("/")
            .process_group(0)
            .stdin(theirs)
            .stdout(printed.try_clone()?)
            .stderr(Stdio::from(printed.try_clone()?));
        let id = spawn(command)?;
        match end_of(id) {
            Ok(ended) => Ok((Self { id, ended, printed, is_reaped: false }, socket)),
            Err(error) => {
                kill_group(id);
                reap(id)?;
                Err(error)
            }
        }
    }

    /// Waits until the socket can be read, the process has ended, or the time is over; says whether it ended.
    pub(super) fn wait(&self, socket: &Socket, at_most: Duration) -> io::Result<bool> {
        let watched = |file| libc::pollfd { fd: file, events: libc::POLLIN, revents: 0 };
        let mut files = [watched(self.ended.as_raw_fd()), watched(socket.descriptor())];
        let milliseconds = i32::try_from(at_most.as_millis()).unwrap_or(i32::MAX);
        // SAFETY: two structs, as said
        if unsafe { libc::poll(files.as_mut_ptr(), 2, milliseconds) } < 0 {
            let error = io::Error::last_os_error();
            return if error.kind() == io::ErrorKind::Interrupted { Ok(false) } else { Err(error) };
        }
        if files[0].revents == 0 && files[1].revents & libc::POLLHUP != 0 {
            // it closed its end without ending: do not spin
            thread::sleep(Duration::from_millis(1));
        }
        Ok(files[0].revents != 0)
    }

    /// Ends it and all that it started.
    pub(super) fn kill(&self) {
        if !self.is_reaped {
            kill_group(self.id);
        }
    }

    /// How it ended; ends what it left behind. Waits for it.
    pub(super) fn end(&mut self) -> io::Result<End> {
        // the group exists as long as its first process was not asked for
        let status = {
            let mut files = [libc::pollfd { fd: self.ended.as_raw_fd(), events: libc::POLLIN, revents: 0 }];
            // SAFETY: one struct, as said
            while unsafe { libc::poll(files.as_mut_ptr(), 1, -1) } < 0
                && io::Error::last_os_error().kind() == io::ErrorKind::Interrupted
            {}
            kill_group(self.id);
            self.is_reaped = true;
            reap(self.id)?
        };
        Ok(if libc::WIFSIGNALED(status) {
            End::Signal(libc::WTERMSIG(status))
        } else {
            End::Exit(libc::WEXITSTATUS(status))
        })
    }

    /// The end of what it printed, as text.
    pub(super) fn printed(&self) -> String {
        let length = self.printed.metadata().map_or(0, |data| data.len());
        let mut bytes = vec![0; length.min(PRINTED) as usize];
        match self.printed.read_exact_at(&mut bytes, length.saturating_sub(PRINTED)) {
            Ok(()) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(_) => String::new(),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if !self.is_reaped {
            kill_group(self.id);
            // nothing is to be learnt any more
            drop(reap(self.id));
        }
    }
}

/// The process, and those of its group that it did not leave.
fn kill_group(id: libc::pid_t) {
    // SAFETY: a group that we made, whose first process was not reaped: the number cannot mean another one
    unsafe { libc::kill(-id, libc::SIGKILL) };
    // SAFETY: as above; it may have left the group
    unsafe { libc::kill(id, libc::SIGKILL) };
}

fn reap(id: libc::pid_t) -> io::Result<i32> {
    let mut status = 0;
    loop {
        // SAFETY: a child of ours, and a number to write to
        if unsafe { libc::waitpid(id, &raw mut status, 0) } == id {
            return Ok(status);
        }
        let error = io::Error::last_os_error();
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
}

/// A file that can be read when the process has ended.
#[cfg(target_os = "linux")]
fn end_of(id: libc::pid_t) -> io::Result<OwnedFd> {
    // SAFETY: a child of ours that was not reaped
    let file = unsafe { libc::syscall(libc::SYS_pidfd_open, id, 0) };
    let file = i32::try_from(file).ok().filter(|file| *file >= 0).ok_or_else(io::Error::last_os_error)?;
    // SAFETY: just opened, and nobody else has it
    Ok(unsafe { OwnedFd::from_raw_fd(file) })
}

#[cfg(not(target_os = "linux"))]
fn end_of(_: libc::pid_t) -> io::Result<OwnedFd> {
    Err(io::ErrorKind::Unsupported.into())
}

type Start = (Command, SyncSender<io::Result<libc::pid_t>>);

/// Has the one thread start a command; gives the process id.
fn spawn(command: Command) -> io::Result<libc::pid_t> {
    static STARTER: Mutex<Option<Sender<Start>>> = Mutex::new(None);
    let (reply, answer) = sync_channel(1);
    let gone = || io::Error::other("the thread that starts processes is gone");
    {
        let mut starter = STARTER.lock().unwrap_or_else(PoisonError::into_inner);
        if starter.is_none() {
            *starter = Some(starter_thread()?);
        }
        starter.as_ref().ok_or_else(gone)?.send((command, reply)).map_err(|_| gone())?;
    }
    answer.recv().map_err(|_| gone())?
}

fn starter_thread() -> io::Result<Sender<Start>> {
    let (sender, starts) = channel::<Start>();
    thread::Builder::new().name("starts children".into()).spawn(move || {
        for (mut command, reply) in starts {
            let started = command.spawn().and_then(|child| pid(&child));
            // our ends of what the child inherited must be closed before somebody waits for it
            drop(command);
            drop(reply.send(started));
        }
    })?;
    Ok(sender)
}

/// Reaped by [`Process`]; dropping the handle of std does nothing.
fn pid(child: &std::process::Child) -> io::Result<libc::pid_t> {
    libc::pid_t::try_from(child.id()).map_err(io::Error::other)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use std::io::Read;

    fn shell(script: &str) -> Runner {
        Runner::of(Path::new("/bin/sh"), ["-c", script])
    }

    fn end(script: &str) -> (End, String) {
        let (mut process, _socket) = Process::start(&shell(script), 3).expect("started");
        (process.end().expect("ended"), process.printed())
    }

    #[test]
    fn the_end_of_a_child_and_what_it_printed_are_known() {
        assert_eq!(end("echo out; echo err >&2; exit 7"), (End::Exit(7), "out\nerr\n".into()));
        assert_eq!(end("kill -SEGV $$"), (End::Signal(libc::SIGSEGV), String::new()));
    }

    #[test]
    fn a_child_has_an_empty_environment_and_its_own_folder_and_group() {
        let (_, printed) =
            end("pwd; /usr/bin/env | grep -v -e ^PWD -e ^_ -e ^SHLVL | sort; ps -o pgid= -p $$; echo $$");
        let lines: Vec<&str> = printed.lines().map(str::trim).collect();
        assert_eq!(lines[..3], ["/", "POLARS_MAX_THREADS=3", "RAYON_NUM_THREADS=3"], "{printed}");
        assert_eq!(lines[3], lines[4], "it leads a group of its own");
    }

    #[test]
    fn what_a_child_leaves_behind_ends_with_it() {
        let (mut process, mut socket) = Process::start(&shell("sleep 1000 <&0 & exit 0"), 1).expect("started");
        assert_eq!(process.end().expect("ended"), End::Exit(0));
        // the sleeper held the other end of the socket
        assert_eq!(socket.read(&mut [0]).expect("closed"), 0);
    }

    #[test]
    fn a_program_that_is_not_there_is_an_error() {
        let missing = Runner::of(Path::new("/no/such/program"), ["x"]);
        assert_eq!(Process::start(&missing, 1).expect_err("missing").kind(), io::ErrorKind::NotFound);
    }
}
