//! The child's side: what `claque __runner` does. It limits itself, loads one plugin, and answers.

use super::contain::{contain, leave, take_socket, watch_tables};
use super::ipc::{self, Table};
use super::lines::Lines;
use super::protocol::{self, Order, Plugin, Report, Score};
use super::socket::Socket;
use crate::native::call::Call;
use crate::native::error::NativeError;
use crate::native::export::{self, Input, Source};
use crate::native::forms::Strings;
use crate::native::import::Caps;
use crate::native::loader::{Library, StoredLibrary};
use crate::native::signal::ids_as;
use claque_model::{Fault, LogLevel, Services, Signal};
use std::ffi::CString;
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// What a program does that was started by a [`Runner`](super::Runner): serves its parent, and ends with it.
/// Returns only when it was started in another way.
#[must_use]
pub fn serve_as_child() -> ExitCode {
    let error = match serve() {
        Ok(()) => leave(0),
        Err(error) => error,
    };
    // to the file that the parent reads; or to a person who typed this
    let text = format!("error: this command is for the program itself: {error}\n");
    drop(io::stderr().write_all(text.as_bytes()));
    ExitCode::from(2)
}

fn serve() -> io::Result<()> {
    let socket = Socket::over(take_socket()?);
    let wire = Arc::new(Wire { writer: Mutex::new(socket.writer()?), is_cancelled: AtomicBool::new(false) });
    let mut lines = Lines::of(socket);
    let first = lines.wait()?.ok_or(io::ErrorKind::UnexpectedEof)?;
    let Order::Begin(begin) = protocol::message(&first)? else { return Err(io::ErrorKind::InvalidData.into()) };
    contain(begin)?;
    for (order, files) in orders(lines, Arc::clone(&wire))? {
        let report = match order {
            Order::Describe(plugin) => describe(&plugin),
            Order::Score(order) => score(&order, files, &wire),
            Order::Begin(_) | Order::Cancel => continue,
        };
        wire.send(&report)?;
        // one order for each child: nothing of a call is left for the next one
        return Ok(());
    }
    Ok(())
}

/// Reads orders on a thread of its own, so that a call can be cancelled. Without a parent there is nothing to do.
fn orders(mut lines: Lines, wire: Arc<Wire>) -> io::Result<Receiver<(Order, Vec<OwnedFd>)>> {
    let (sender, orders) = channel();
    thread::Builder::new().name("orders".into()).spawn(move || {
        while let Ok(Some(line)) = lines.wait() {
            match protocol::message(&line) {
                Ok(Order::Cancel) => wire.is_cancelled.store(true, Ordering::Relaxed),
                Ok(order) => drop(sender.send((order, lines.take_files()))),
                Err(_) => break,
            }
        }
        leave(1);
    })?;
    Ok(orders)
}

/// The way back to the parent.
struct Wire {
    writer: Mutex<UnixStream>,
    is_cancelled: AtomicBool,
}

impl Wire {
    fn send(&self, report: &Report) -> io::Result<()> {
        let line = protocol::line(report)?;
        self.writer.lock().unwrap_or_else(PoisonError::into_inner).write_all(&line)
    }
}

impl Services for Wire {
    fn log(&self, level: LogLevel, text: &str) {
        // without a parent the thread that reads ends this process
        drop(self.send(&Report::Log { level: protocol::level_number(level), text: text.to_owned() }));
    }

    fn progress(&self, fraction: f64, note: &str) {
        drop(self.send(&Report::Progress { fraction, note: note.to_owned() }));
    }

    fn cancelled(&self) -> bool {
        self.is_cancelled.load(Ordering::Relaxed)
    }
}

fn load(plugin: &Plugin) -> Result<Library, NativeError> {
    let Plugin::Native { name, copy, manifest, forms } = plugin;
    let library = StoredLibrary::checked(name, copy).with_forms(*forms).load()?;
    if let Some(manifest) = manifest {
        library.check_manifest(manifest)?;
    }
    Ok(library)
}

fn refused(error: &NativeError) -> Report {
    Report::Refused { reason: error.to_string(), hint: error.hint() }
}

fn describe(plugin: &Plugin) -> Report {
    match load(plugin) {
        Ok(library) => Report::Described(library.signals().iter().map(|signal| signal.metadata()).collect()),
        Err(error) => refused(&error),
    }
}

fn score(order: &Score, files: Vec<OwnedFd>, wire: &Wire) -> Report {
    let library = match load(&order.plugin) {
        Ok(library) => library,
        Err(error) => return refused(&error),
    };
    match score_with(&library, order, files, wire) {
        Ok(is_deterministic) => Report::Done { is_deterministic },
        Err(fault) => Report::Failed(fault.into()),
    }
}

/// Writes the output; is the signal deterministic?
fn score_with(library: &Library, order: &Score, files: Vec<OwnedFd>, wire: &Wire) -> Result<bool, Fault> {
    let wrong = |what: &str| Fault::Raised(format!("its process was given {what}"));
    let signal = library.signals().iter().find(|signal| signal.declaration().id == order.signal);
    let signal = signal.ok_or_else(|| wrong("the name of a signal that the library does not have"))?;
    let mut files: Vec<File> = files.into_iter().map(File::from).collect();
    let output = files.pop().filter(|_| files.len() == order.tables.len());
    let output = output.ok_or_else(|| wrong("other files than tables"))?;
    let mut inputs = Vec::with_capacity(files.len());
    for (name, file) in order.tables.iter().zip(&files) {
        let name = CString::new(name.as_str()).map_err(|_| wrong("a table name with a NUL"))?;
        let table = Table::open(file).map_err(|error| Fault::Raised(format!("a table did not arrive: {error}")))?;
        inputs.push(Input { name, source: Source::Shared(table) });
    }
    // they stay mapped
    drop(files);
    watch_tables(inputs.iter().filter_map(|input| input.source.memory()));
    let call = Call {
        plugin: signal.plugin(),
        inputs,
        params: CString::new(order.params.as_str()).map_err(|_| wrong("parameters with a NUL"))?,
        seed: order.seed,
        max_threads: order.max_threads,
        shape: order.shape().ok_or_else(|| wrong("the name of no shape"))?,
        // what they mean is known to the parent
        ids: ids_as(signal.forms(), None),
        caps: Caps { rows: order.rows, bytes: order.bytes },
    };
    // the parent looks at the clock
    let frame = signal.call(call, Duration::MAX, wire)?;
    let written = ipc::write_to(&output, export::stream(frame, Strings::View));
    written.map_err(|error| Fault::Raised(format!("its output could not be handed over: {error}")))?;
    Ok(signal.is_deterministic())
}
