//! What a running signal is given: tables, parameters, and the services of the host.

use crate::error::Error;
use crate::guard::Lent;
use crate::table::Table;
use claque_abi as abi;
use serde_json::{Map, Value};
use std::ffi::{CStr, CString};
use std::marker::PhantomData;
use std::slice;

/// Level of a message for the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Finest.
    Trace,
    /// For authors.
    Debug,
    /// For users.
    Info,
    /// Something to look at.
    Warn,
    /// Something failed.
    Error,
}

/// The services of the host. May be handed to other threads, as long as they end before `score` returns.
///
/// ```
/// # use claque_sdk::testing::Trial;
/// use claque_sdk::{Call, Error, Level, Signal, Statistics};
///
/// /// A mean over 1,000 drawings, the same for any number of threads.
/// struct Drawn;
///
/// impl Signal for Drawn {
///     const ID: &'static str = "org.example.drawn";
///     type Output = Statistics;
///
///     fn score(call: &Call) -> Result<Statistics, Error> {
///         let host = call.host();
///         let draw = |n: u64| (host.random(0, n) >> 11) as f64 / (1_u64 << 53) as f64;
///         let halves: Result<Vec<f64>, Error> = std::thread::scope(|scope| {
///             let half = |from| move || (from..from + 500).map(|n| host.check_cancelled().map(|()| draw(n))).sum();
///             let threads = [0, 500].map(|from| scope.spawn(move || host.hears(half(from))));
///             threads.into_iter().map(|thread| thread.join().map_err(|_| Error::runtime("a thread panicked"))?).collect()
///         });
///         host.progress_noted(1.0, "drawn");
///         host.log(Level::Info, "1,000 numbers");
///         let mut out = Statistics::new();
///         out.push("k1", halves?.into_iter().sum::<f64>() / 1_000.0);
///         Ok(out)
///     }
/// }
/// # let value = Trial::new().run::<Drawn>().unwrap().floats("value")[0];
/// # assert!((0.4..0.6).contains(&value), "{value}");
/// ```
#[derive(Clone, Copy)]
pub struct Host<'a>(&'a abi::Host);

// SAFETY: by the contract every function of the host may be called from any thread
unsafe impl Send for Host<'_> {}
// SAFETY: as above
unsafe impl Sync for Host<'_> {}

impl Host<'_> {
    /// Does work on a thread that the signal has started: a panic of it reaches the log, like one of the call itself, and
    /// goes on. On other threads nobody hears a panic, since stderr belongs to the program.
    pub fn hears<T>(self, work: impl FnOnce() -> T) -> T {
        Lent::of(self.0).during(work)
    }

    /// Writes to the log.
    pub fn log(&self, level: Level, text: &str) {
        if let Ok(message) = CString::new(text.replace('\0', " ")) {
            // SAFETY: the host is valid during the call, and copies the text
            unsafe { (self.0.log)(self.0.ctx, level as i32, message.as_ptr()) }
        }
    }

    /// Says how much is done, 0 to 1; negative when unknown.
    pub fn progress(&self, fraction: f64) {
        // SAFETY: the host is valid during the call; a note may be NULL
        unsafe { (self.0.progress)(self.0.ctx, fraction, std::ptr::null()) }
    }

    /// The same, with a few words on what is being done.
    pub fn progress_noted(&self, fraction: f64, note: &str) {
        if let Ok(note) = CString::new(note.replace('\0', " ")) {
            // SAFETY: the host is valid during the call, and copies the note
            unsafe { (self.0.progress)(self.0.ctx, fraction, note.as_ptr()) }
        }
    }

    /// Fails with [`Error::Cancelled`] when the host asked to stop. Call it every 100 ms or so.
    ///
    /// # Errors
    /// The host asked to stop.
    pub fn check_cancelled(&self) -> Result<(), Error> {
        // SAFETY: the host is valid during the call
        let asked = unsafe { (self.0.cancelled)(self.0.ctx) };
        if asked == 0 { Ok(()) } else { Err(Error::Cancelled) }
    }

    /// A random number that depends on nothing but the seed of the run and these two: the same on any
    /// thread, in any order.
    #[must_use]
    pub fn random(&self, stream: u64, counter: u64) -> u64 {
        // SAFETY: the host is valid during the call
        unsafe { (self.0.random_u64)(self.0.ctx, stream, counter) }
    }
}

/// One call of a signal. Nothing may be kept between calls.
pub struct Call<'a> {
    host: Host<'a>,
    request: &'a abi::Request,
    params: Map<String, Value>,
    /// Tables are taken out through raw pointers, on this thread only.
    thread_bound: PhantomData<*mut ()>,
}

impl<'a> Call<'a> {
    /// # Safety
    /// Both pointers are those of a running `score`.
    pub(crate) unsafe fn new(host: *const abi::Host, request: *const abi::Request) -> Result<Self, Error> {
        // SAFETY: as above; every struct starts with its size
        let sizes = unsafe { ((*host.cast::<u32>()) as usize, (*request.cast::<u32>()) as usize) };
        if sizes.0 < size_of::<abi::Host>() || sizes.1 < size_of::<abi::Request>() {
            return Err(Error::Unsupported("the host's structs are smaller than those of ABI 1.0".into()));
        }
        // SAFETY: as above, and long enough
        let (host, request) = unsafe { (&*host, &*request) };
        // SAFETY: by the contract a NUL-terminated string
        let text = unsafe { CStr::from_ptr(request.params_json) };
        let params = serde_json::from_slice(text.to_bytes())
            .map_err(|e| Error::Params(format!("the parameters are not a JSON object: {e}")))?;
        Ok(Self { host: Host(host), request, params, thread_bound: PhantomData })
    }

    /// The services of the host.
    #[must_use]
    pub fn host(&self) -> Host<'a> {
        self.host
    }

    /// Takes an input table. It can be taken once.
    ///
    /// # Errors
    /// No table of that name, or taken before.
    pub fn table(&self, name: &str) -> Result<Table, Error> {
        // SAFETY: by the contract there are `n_tables` pointers, valid during `score`
        let tables = unsafe { slice::from_raw_parts(self.request.tables, self.request.n_tables as usize) };
        for &table in tables {
            // SAFETY: as above
            let table = unsafe { &*table };
            // SAFETY: by the contract a NUL-terminated string
            if unsafe { CStr::from_ptr(table.name) }.to_bytes() == name.as_bytes() {
                // SAFETY: the stream is the host's, valid during `score`; this is its only user
                return unsafe { Table::take(name, table) };
            }
        }
        Err(Error::Schema(format!("the table `{name}` is not there: declare it in plugin.toml under `requires`")))
    }

    /// Parameter of the type `int`; also `duration` and `datetime`, in microseconds.
    ///
    /// # Errors
    /// Not declared, or of another type.
    pub fn int(&self, name: &str) -> Result<i64, Error> {
        self.param(name)?.as_i64().ok_or_else(|| wrong(name, "a whole number"))
    }

    /// Parameter of the type `float`.
    ///
    /// # Errors
    /// Not declared, or of another type.
    pub fn float(&self, name: &str) -> Result<f64, Error> {
        self.param(name)?.as_f64().ok_or_else(|| wrong(name, "a number"))
    }

    /// Parameter of the type `bool`.
    ///
    /// # Errors
    /// Not declared, or of another type.
    pub fn bool(&self, name: &str) -> Result<bool, Error> {
        self.param(name)?.as_bool().ok_or_else(|| wrong(name, "true or false"))
    }

    /// Parameter of the type `string` or `choice`.
    ///
    /// # Errors
    /// Not declared, or of another type.
    pub fn text(&self, name: &str) -> Result<&str, Error> {
        self.param(name)?.as_str().ok_or_else(|| wrong(name, "a text"))
    }

    /// Parameter of the type `strings`.
    ///
    /// # Errors
    /// Not declared, or of another type.
    pub fn texts(&self, name: &str) -> Result<Vec<&str>, Error> {
        let items = self.param(name)?.as_array().ok_or_else(|| wrong(name, "a list of texts"))?;
        items.iter().map(|item| item.as_str().ok_or_else(|| wrong(name, "a list of texts"))).collect()
    }

    /// Seed of this run and signal, for generators of your own.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.request.seed
    }

    /// Threads that the signal may use, its own included; at least 1.
    #[must_use]
    pub fn max_threads(&self) -> usize {
        self.request.max_threads.max(1) as usize
    }

    fn param(&self, name: &str) -> Result<&Value, Error> {
        self.params.get(name).ok_or_else(|| {
            Error::Params(format!("the parameter `{name}` is not there: declare it in plugin.toml under `params`"))
        })
    }
}

fn wrong(name: &str, expected: &str) -> Error {
    Error::Params(format!("the parameter `{name}` is not {expected}"))
}
