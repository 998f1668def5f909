//! The parent's side of a child: orders go out, messages are passed on, and what does not end in time is ended.

use super::crash;
use super::file_limit;
use super::lines::Lines;
use super::process::{End, Process, Runner};
use super::protocol::{self, Begin, Order, Report};
use claque_model::{Fault, LogLevel, Services};
use std::io;
use std::os::fd::RawFd;
use std::time::{Duration, Instant};

/// How long a child may take to stop after it was asked to; less than a person waits for.
const GRACE: Duration = Duration::from_secs(1);
/// How often clock and interrupt are looked at.
const TICK: Duration = Duration::from_millis(20);

/// Pieces of what a child says that are read before clock and interrupt are looked at again: more than fit into a
/// socket.
const PIECES: usize = 64;
/// Messages that are passed on. A child that says more is out of its mind, and the log is kept in memory.
const MOST_MESSAGES: usize = 10_000;

/// A child that was started for one order.
pub(super) struct Conversation {
    process: Process,
    lines: Lines,
    memory: usize,
}

fn no_process(error: &io::Error) -> Fault {
    Fault::Raised(format!("no process could be started for it: {error}"))
}

impl Conversation {
    /// Starts a child that may take so many bytes beyond its own needs.
    pub(super) fn begin(runner: &Runner, threads: u32, memory: usize) -> Result<Self, Fault> {
        let (process, socket) = Process::start(runner, threads).map_err(|e| no_process(&e))?;
        Ok(Self { process, lines: Lines::of(socket), memory })
    }

    /// Gives the order and waits for the answer. The child ends afterwards; one that is late is ended.
    pub(super) fn ask(
        mut self,
        order: &Order,
        files: &[RawFd],
        limit: Duration,
        services: &dyn Services,
    ) -> Result<Report, Fault> {
        let deadline = Instant::now().checked_add(limit);
        if let Err(error) = self.send(order, files) {
            // one that has crashed does not listen, and its end says more
            if !matches!(error.kind(), io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset) {
                return Err(Fault::Raised(format!("its process takes no orders: {error}")));
            }
        }
        let answer = self.lines.socket.never_wait().and_then(|()| self.listen(deadline, limit, services));
        if answer.is_err() {
            self.process.kill();
        }
        let end = self.process.end();
        let printed = self.process.printed();
        if let Some(line) = crash::last_line(&printed) {
            services.log(LogLevel::Warn, &format!("it printed, which nobody sees: {line}"));
        }
        match (answer, end) {
            (Ok(Answer::Stopped(fault)), _) => Err(fault),
            // a result counts if nothing went wrong after it
            (Ok(Answer::Report(Report::Done { .. })), Ok(end)) if end != End::Exit(0) => {
                Err(crash::fault(&end, &printed, self.memory))
            }
            (Ok(Answer::Report(report)), Ok(_)) => Ok(report),
            (Ok(Answer::None), Ok(end)) => Err(crash::fault(&end, &printed, self.memory)),
            (Err(error), _) | (_, Err(error)) => Err(Fault::Raised(format!("its process cannot be heard: {error}"))),
        }
    }

    fn send(&mut self, order: &Order, files: &[RawFd]) -> io::Result<()> {
        let memory = self.memory as u64;
        let begin = Begin { parent: std::process::id(), memory, file: file_limit(self.memory) };
        self.lines.socket.send(&protocol::line(&Order::Begin(begin))?, &[])?;
        self.lines.socket.send(&protocol::line(order)?, files)
    }

    /// Until the child has ended.
    fn listen(&mut self, deadline: Option<Instant>, limit: Duration, services: &dyn Services) -> io::Result<Answer> {
        let mut answer: Option<(Instant, Report)> = None;
        let mut stopping: Option<(Instant, Fault)> = None;
        let mut messages = 0;
        loop {
            let has_ended = self.process.wait(&self.lines.socket, TICK)?;
            for report in self.arrived()? {
                if matches!(report, Report::Log { .. } | Report::Progress { .. }) {
                    messages += 1;
                    if messages == MOST_MESSAGES {
                        services.log(LogLevel::Warn, "it says too much: what follows is not passed on");
                    }
                    if messages >= MOST_MESSAGES {
                        continue;
                    }
                }
                match report {
                    Report::Log { level, text } => services.log(protocol::level(level), &text),
                    Report::Progress { fraction, note } => services.progress(fraction, &note),
                    other => answer = Some((Instant::now(), other)),
                }
            }
            if has_ended {
                break;
            }
            let now = Instant::now();
            let since = stopping.as_ref().map(|(since, _)| *since).or(answer.as_ref().map(|(since, _)| *since));
            if since.is_some_and(|since| now.duration_since(since) >= GRACE) {
                self.process.kill();
            } else if stopping.is_none() && answer.is_none() {
                let is_late = deadline.is_some_and(|end| now >= end);
                let timed_out = || Fault::TimedOut(limit.as_secs_f64().ceil() as u64);
                let fault = if services.cancelled() { Some(Fault::Cancelled) } else { is_late.then(timed_out) };
                if let Some(fault) = fault {
                    stopping = Some((now, fault));
                    // one that does not listen is ended soon
                    drop(self.lines.socket.send(&protocol::line(&Order::Cancel)?, &[]));
                }
            }
        }
        Ok(match (stopping, answer) {
            (Some((_, fault)), _) => Answer::Stopped(fault),
            (None, Some((_, report))) => Answer::Report(report),
            (None, None) => Answer::None,
        })
    }

    /// The messages that are there.
    fn arrived(&mut self) -> io::Result<Vec<Report>> {
        for _ in 0..PIECES {
            match self.lines.read() {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == io::ErrorKind::ConnectionReset => break,
                Err(error) => return Err(error),
            }
        }
        let mut reports = Vec::new();
        while let Some(line) = self.lines.next() {
            reports.push(protocol::message(&line)?);
        }
        Ok(reports)
    }
}

enum Answer {
    Report(Report),
    /// It was stopped, for this reason.
    Stopped(Fault),
    /// It ended without a word.
    None,
}
