//! Tests of a signal without the program: tables in, through the same C border that the program uses, and
//! the rows of the output back.
//!
//! ```
//! # use claque_sdk::{Call, Error, Marks, Signal};
//! # struct All;
//! # impl Signal for All {
//! #     const ID: &'static str = "org.example.all";
//! #     type Output = Marks;
//! #     fn score(call: &Call) -> Result<Marks, Error> {
//! #         let mut marks = Marks::new();
//! #         for batch in call.table("posts")? {
//! #             batch?.strings("post_id")?.iter().flatten().for_each(|id| marks.push(id, 1.0));
//! #         }
//! #         Ok(marks)
//! #     }
//! # }
//! use claque_sdk::testing::{Input, Trial};
//!
//! let posts = Input::new().texts("post_id", ["x:1", "x:2"]).texts("text", [Some("HELLO"), None]);
//! let rows = Trial::new().table("posts", posts).param("min_letters", 5).run::<All>().unwrap();
//! assert_eq!(rows.texts("post_id"), ["x:1", "x:2"]);
//! assert_eq!(rows.floats("value"), [1.0, 1.0]);
//! ```

use crate::output::{Columns, Source};
use crate::produce::{Bits, Column, Texts, Values};
use crate::table::{Batch, Table};
use crate::{Error, Signal, export, guard, stream};
use claque_abi as abi;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::ffi::{CStr, CString, c_char, c_void};
use std::ptr;
use std::sync::Mutex;
use std::sync::atomic::Ordering;

/// Lets panics outside of calls print as usual, which in a plugin they must not. [`Trial::run`] does this by
/// itself; only tests that call the C function on their own need it.
pub fn keep_panic_messages() {
    guard::IN_TESTS.store(true, Ordering::Relaxed);
}

/// An input table in the making. All its columns must be equally long.
#[derive(Default)]
pub struct Input {
    columns: Vec<Column>,
}

impl Input {
    /// No columns yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A column of the type `id`, `string` or `category`.
    #[must_use]
    pub fn texts<'a, T: Into<Option<&'a str>>>(self, name: &str, values: impl IntoIterator<Item = T>) -> Self {
        let mut texts = Texts::default();
        values.into_iter().for_each(|value| texts.push(value.into()));
        self.column(name, Values::Texts(texts))
    }

    /// A column of the type `int`.
    #[must_use]
    pub fn ints<T: Into<Option<i64>>>(self, name: &str, values: impl IntoIterator<Item = T>) -> Self {
        let (values, validity) = split(values);
        self.column(name, Values::Ints(values, validity))
    }

    /// A column of the type `datetime`: microseconds since 1970, UTC.
    #[must_use]
    pub fn times<T: Into<Option<i64>>>(self, name: &str, values: impl IntoIterator<Item = T>) -> Self {
        let (values, validity) = split(values);
        self.column(name, Values::Times(values, validity))
    }

    /// A column of the type `float`.
    #[must_use]
    pub fn floats<T: Into<Option<f64>>>(self, name: &str, values: impl IntoIterator<Item = T>) -> Self {
        let (values, validity) = split(values);
        self.column(name, Values::Floats(values, validity))
    }

    /// A column of the type `bool`.
    #[must_use]
    pub fn bools<T: Into<Option<bool>>>(self, name: &str, values: impl IntoIterator<Item = T>) -> Self {
        let (values, validity) = split::<bool, T>(values);
        let mut bits = Bits::default();
        for value in values {
            bits.push(value);
        }
        self.column(name, Values::Bools(bits, validity))
    }

    fn column(mut self, name: &str, values: Values) -> Self {
        let length = self.columns.first().map_or(values.len(), |first| first.values.len());
        assert_eq!(values.len(), length, "rows of the column `{name}`");
        let name = CString::new(name).expect("a name without NUL");
        self.columns.push(Column { name: Cow::Owned(name), values });
        self
    }
}

fn split<V: Default, T: Into<Option<V>>>(values: impl IntoIterator<Item = T>) -> (Vec<V>, Bits) {
    let mut validity = Bits::default();
    let values = values.into_iter().map(|value| {
        let value = value.into();
        validity.push(value.is_some());
        value.unwrap_or_default()
    });
    (values.collect(), validity)
}

/// One call in the making.
#[derive(Default)]
pub struct Trial {
    tables: Vec<(CString, Input)>,
    params: Map<String, Value>,
    seed: u64,
    threads: Option<u32>,
    cancelled: bool,
}

impl Trial {
    /// No tables and parameters yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives a table.
    #[must_use]
    pub fn table(mut self, name: &str, input: Input) -> Self {
        self.tables.push((CString::new(name).expect("a name without NUL"), input));
        self
    }

    /// Gives a parameter. Defaults of `plugin.toml` are not filled in; durations are microseconds.
    #[must_use]
    pub fn param(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.params.insert(name.to_owned(), value.into());
        self
    }

    /// Sets the seed.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Sets the number of threads that the signal may use; 1 if this is not called.
    #[must_use]
    pub fn threads(mut self, threads: u32) -> Self {
        self.threads = Some(threads);
        self
    }

    /// The host asks to stop from the beginning.
    #[must_use]
    pub fn cancelled(mut self) -> Self {
        self.cancelled = true;
        self
    }

    /// Calls the signal through its C function.
    ///
    /// # Errors
    /// Status and text of a call that failed, or the text of a stream that did.
    pub fn run<S: Signal>(self) -> Result<Output, Failure> {
        keep_panic_messages();
        let context = Context { cancelled: self.cancelled, ..Context::default() };
        let host = context.host();
        let params = CString::new(Value::Object(self.params).to_string()).expect("JSON escapes NUL");
        let (names, inputs): (Vec<_>, Vec<_>) = self.tables.into_iter().unzip();
        // inputs never stop by themselves: whether the signal looks at `cancelled` is what a test asks
        let undisturbed = Context::default();
        let source = undisturbed.host();
        let mut streams: Vec<abi::ArrowArrayStream> =
            inputs.into_iter().map(|input| input_stream(&source, input)).collect();
        let first = streams.as_mut_ptr();
        let tables: Vec<abi::Table> = (0..names.len())
            .map(|i| abi::Table {
                struct_size: size_of::<abi::Table>() as u32,
                reserved: 0,
                name: names[i].as_ptr(),
                n_rows: -1,
                stream: first.wrapping_add(i),
            })
            .collect();
        let pointers: Vec<*const abi::Table> = tables.iter().map(ptr::from_ref).collect();
        let request = abi::Request {
            struct_size: size_of::<abi::Request>() as u32,
            n_tables: pointers.len() as u32,
            tables: pointers.as_ptr(),
            params_json: params.as_ptr(),
            seed: self.seed,
            max_threads: self.threads.unwrap_or(1),
            reserved: 0,
        };
        let mut room = [0_u8; 1024];
        let mut error = abi::ErrorBuffer { struct_size: 16, cap: 1024, message: room.as_mut_ptr().cast() };
        let mut out = abi::ArrowArrayStream::empty();
        // SAFETY: all pointers are valid during the call; the host outlives the output
        let status = unsafe {
            export::score::<S>(ptr::null(), &raw const host, &raw const request, &raw mut out, &raw mut error)
        };
        for stream in &mut streams {
            if let Some(release) = stream.release {
                // SAFETY: not moved out by the signal
                unsafe { release(stream) }
            }
        }
        let text = || CStr::from_bytes_until_nul(&room).expect("the text ends").to_string_lossy().into_owned();
        let log = || context.log.lock().expect("no panic while logging").clone();
        if status != abi::OK {
            return Err(Failure { status, text: text(), log: log() });
        }
        let output =
            abi::Table { struct_size: 32, reserved: 0, name: c"output".as_ptr(), n_rows: -1, stream: &raw mut out };
        // SAFETY: the signal wrote the stream
        let batches = unsafe { Table::take("output", &output) }.and_then(Table::read);
        match batches {
            Ok(batches) => Ok(Output { batches, log: log(), progress: context.progress() }),
            Err(problem) => Err(Failure { status: abi::OK, text: problem.to_string(), log: log() }),
        }
    }
}

fn input_stream(host: &abi::Host, input: Input) -> abi::ArrowArrayStream {
    let mut whole = Some(Columns(input.columns));
    let source: Source = Box::new(move || Ok(whole.take()));
    // SAFETY: `run` keeps the host until the output was read and released
    unsafe { stream::open(ptr::from_ref(host), source, &Columns(Vec::new())) }.expect("a source that cannot fail")
}

/// A call that gave no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Status of `score`; 0 when the output stream failed later.
    pub status: i32,
    /// Its text.
    pub text: String,
    /// Warnings and errors that were logged.
    pub log: Vec<String>,
}

/// The rows of an output, and what was said meanwhile.
pub struct Output {
    batches: Vec<Batch>,
    /// Warnings and errors that were logged.
    pub log: Vec<String>,
    /// What was said to be done, each with its note.
    pub progress: Vec<(f64, String)>,
}

impl Output {
    /// A column of strings; null is the empty string.
    ///
    /// # Panics
    /// The output has no such column.
    #[must_use]
    pub fn texts(&self, column: &str) -> Vec<String> {
        self.values(|batch, out| {
            let texts = batch.strings(column)?;
            out.extend(texts.iter().map(|text| text.unwrap_or_default().to_owned()));
            Ok(())
        })
    }

    /// A column of floats; null is NaN.
    ///
    /// # Panics
    /// The output has no such column.
    #[must_use]
    pub fn floats(&self, column: &str) -> Vec<f64> {
        self.values(|batch, out| {
            out.extend(batch.floats(column)?.iter().map(|value| value.unwrap_or(f64::NAN)));
            Ok(())
        })
    }

    /// A column of times, in microseconds; null is 0.
    ///
    /// # Panics
    /// The output has no such column.
    #[must_use]
    pub fn times(&self, column: &str) -> Vec<i64> {
        self.values(|batch, out| {
            out.extend(batch.times(column)?.iter().map(Option::unwrap_or_default));
            Ok(())
        })
    }

    /// A column of lists of strings, such as `post_ids`; null is an empty list.
    ///
    /// # Panics
    /// The output has no such column.
    #[must_use]
    pub fn lists(&self, column: &str) -> Vec<Vec<String>> {
        self.values(|batch, out| {
            let lists = batch.lists(column)?;
            let owned = |list: Vec<&str>| list.into_iter().map(str::to_owned).collect();
            out.extend((0..batch.len()).map(|i| lists.get(i).map_or_else(Vec::new, owned)));
            Ok(())
        })
    }

    fn values<T>(&self, read: impl Fn(&Batch, &mut Vec<T>) -> Result<(), Error>) -> Vec<T> {
        let mut out = Vec::new();
        for batch in &self.batches {
            read(batch, &mut out).unwrap_or_else(|problem| panic!("{problem}"));
        }
        out
    }
}

#[derive(Default)]
struct Context {
    cancelled: bool,
    log: Mutex<Vec<String>>,
    progress: Mutex<Vec<(f64, String)>>,
}

impl Context {
    fn progress(&self) -> Vec<(f64, String)> {
        self.progress.lock().expect("no panic while it is told").clone()
    }

    fn host(&self) -> abi::Host {
        abi::Host {
            struct_size: size_of::<abi::Host>() as u32,
            abi_version: abi::ABI_VERSION,
            ctx: ptr::from_ref(self).cast_mut().cast(),
            log,
            progress,
            cancelled,
            random_u64,
            get_extension,
        }
    }
}

unsafe extern "C" fn log(ctx: *mut c_void, level: i32, text: *const c_char) {
    // SAFETY: the context of `run`, and a NUL-terminated string
    let (context, text) = unsafe { (&*ctx.cast::<Context>(), CStr::from_ptr(text)) };
    if let (3.., Ok(mut log)) = (level, context.log.lock()) {
        log.push(text.to_string_lossy().into_owned());
    }
}

unsafe extern "C" fn progress(ctx: *mut c_void, fraction: f64, note: *const c_char) {
    // SAFETY: the context of `run`
    let context = unsafe { &*ctx.cast::<Context>() };
    // SAFETY: NULL or a NUL-terminated string
    let note = if note.is_null() { "".into() } else { unsafe { CStr::from_ptr(note) }.to_string_lossy() };
    if let Ok(mut progress) = context.progress.lock() {
        progress.push((fraction, note.into_owned()));
    }
}

unsafe extern "C" fn cancelled(ctx: *mut c_void) -> i32 {
    // SAFETY: the context of `run`
    i32::from(unsafe { &*ctx.cast::<Context>() }.cancelled)
}

/// Not the host's generator: a mixing function is enough for tests.
unsafe extern "C" fn random_u64(_: *mut c_void, stream: u64, counter: u64) -> u64 {
    let mixed = (stream ^ counter.rotate_left(32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9)
}

unsafe extern "C" fn get_extension(_: *mut c_void, _: *const c_char) -> *const c_void {
    ptr::null()
}
