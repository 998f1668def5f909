//! One raw call of `score`: request, host and error buffer in any place and version.

use super::answer::{Answer, Output};
use super::buffers::leaked;
use super::feed::Feed;
use super::ledger::Ledger;
use super::meeting::Meeting;
use super::memory::{Block, Region};
use crate::native::NativeSignal;
use crate::native::call::params_json;
use crate::native::codes::IdsAs;
use crate::native::export;
use crate::native::float_mode::FloatMode;
use crate::native::services::Context;
use crate::native::signal::ids_as;
use claque_abi as abi;
use claque_model::{Fault, Given, Signal};
use std::ffi::{CString, c_char};
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

/// Room for an error text, in bytes.
const ERROR_ROOM: usize = 4096;
/// Bytes that a later minor version would append to a struct.
const APPENDED: usize = 16;

/// Which host calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum HostKind {
    /// This one.
    #[default]
    Usual,
    /// This one, every struct before a page that faults.
    AtEdge,
    /// One of the next minor version, with larger structs.
    NextMinor,
}

/// What is asked of a signal.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub(crate) feeds: Vec<Feed>,
    pub(crate) params: CString,
    pub(crate) seed: u64,
    pub(crate) max_threads: u32,
    pub(crate) host: HostKind,
    /// Says that it should stop once so many batches of input were handed out.
    pub(crate) cancel_after: Option<usize>,
    /// Where calls wait for each other: before the first schema, and before the first batch.
    pub(crate) meetings: Option<(Arc<Meeting>, Arc<Meeting>)>,
    /// What ids of the output are.
    pub(in crate::native) ids: IdsAs,
}

/// State of one call, never freed.
#[derive(Debug)]
pub(super) struct Calling {
    pub(super) ledger: Ledger,
    context: Context,
    cancel_after: Option<usize>,
    batches: AtomicUsize,
    pub(super) cancelled_at: OnceLock<Instant>,
    /// A stream failed on purpose.
    trouble: AtomicBool,
    meetings: [Option<Arc<Meeting>>; 2],
    met: [OnceLock<()>; 2],
}

impl Calling {
    fn of(ask: &Ask) -> &'static Self {
        // what a plugin says is heard by nobody
        let (sender, _) = sync_channel(1);
        let meetings = match &ask.meetings {
            Some((schema, batch)) => [Some(Arc::clone(schema)), Some(Arc::clone(batch))],
            None => [None, None],
        };
        Box::leak(Box::new(Self {
            ledger: Ledger::default(),
            context: Context::new(ask.seed, sender),
            cancel_after: ask.cancel_after,
            batches: AtomicUsize::new(0),
            cancelled_at: OnceLock::new(),
            trouble: AtomicBool::new(false),
            meetings,
            met: [OnceLock::new(), OnceLock::new()],
        }))
    }

    pub(super) fn reached_schema(&self) {
        self.meet(0);
    }

    pub(super) fn reached_batch(&self) {
        self.meet(1);
    }

    fn meet(&self, which: usize) {
        if let Some(meeting) = &self.meetings[which]
            && self.met[which].set(()).is_ok()
        {
            meeting.join();
        }
    }

    /// A batch was handed out.
    pub(super) fn handed_out(&self) {
        let batches = self.batches.fetch_add(1, Ordering::SeqCst) + 1;
        if self.cancel_after == Some(batches) {
            self.context.cancel();
            self.cancelled_at.get_or_init(Instant::now);
        }
    }

    /// A stream failed as it was told to.
    pub(super) fn failed(&self) {
        self.trouble.store(true, Ordering::SeqCst);
    }

    pub(super) fn has_failed(&self) -> bool {
        self.trouble.load(Ordering::SeqCst)
    }

    /// Batches of input that were asked for.
    pub(super) fn batches(&self) -> usize {
        self.batches.load(Ordering::SeqCst)
    }
}

/// Puts a struct where the kind of host wants it.
fn placed<T>(value: &T, host: HostKind) -> *mut T {
    let mut bytes = vec![0_u8; size_of::<T>() + if host == HostKind::NextMinor { APPENDED } else { 0 }];
    // SAFETY: at least as many bytes as the struct has, which are then only read as such a struct
    unsafe { ptr::copy_nonoverlapping(ptr::from_ref(value).cast::<u8>(), bytes.as_mut_ptr(), size_of::<T>()) };
    let block = (host == HostKind::AtEdge).then(|| Block::with(Region::Structs, &bytes, 8)).flatten();
    block.map_or_else(|| leaked(&bytes), Block::data).cast()
}

impl NativeSignal {
    /// What a run would ask: the declared tables, each in so many batches.
    ///
    /// # Errors
    /// A declared table or column is not among what is given.
    pub(crate) fn usual_ask(&self, given: &Given, pieces: usize) -> Result<Ask, Fault> {
        let forms = self.forms();
        let export::Inputs { tables, codes } = export::inputs(self.declaration(), given, forms)?;
        let feed =
            |(name, frame): &(CString, _)| Feed::of(&name.to_string_lossy(), frame, pieces).with_strings(forms.strings);
        let feeds = tables.iter().map(feed);
        Ok(Ask {
            feeds: feeds.collect(),
            params: params_json(&given.params),
            seed: given.seed,
            max_threads: given.max_threads,
            host: HostKind::Usual,
            cancel_after: None,
            meetings: None,
            ids: ids_as(forms, codes),
        })
    }

    /// Calls `score`. Input streams that were not moved are released here, as the host does.
    pub(crate) fn ask(&self, ask: &Ask) -> Answer {
        let plugin = self.plugin();
        let call = Calling::of(ask);
        let size = |size: usize| (size + if ask.host == HostKind::NextMinor { APPENDED } else { 0 }) as u32;
        let streams: Vec<*mut abi::ArrowArrayStream> =
            ask.feeds.iter().map(|feed| placed(&feed.open(call), HostKind::Usual)).collect();
        let tables = ask.feeds.iter().zip(&streams).map(|(feed, stream)| {
            let name = CString::new(feed.name.as_str()).unwrap_or_default().into_raw();
            let table = abi::Table {
                struct_size: size(size_of::<abi::Table>()),
                reserved: 0,
                name: name.cast_const(),
                n_rows: feed.height(),
                stream: *stream,
            };
            placed(&table, ask.host).cast_const()
        });
        let tables: &'static [*const abi::Table] = Box::leak(tables.collect::<Vec<_>>().into_boxed_slice());
        let request = abi::Request {
            struct_size: size(size_of::<abi::Request>()),
            n_tables: tables.len() as u32,
            tables: tables.as_ptr(),
            params_json: ask.params.clone().into_raw().cast_const(),
            seed: ask.seed,
            max_threads: ask.max_threads,
            reserved: 0,
        };
        let room = leaked(&[0_u8; ERROR_ROOM]).cast::<c_char>();
        let error = abi::ErrorBuffer {
            struct_size: size(size_of::<abi::ErrorBuffer>()),
            cap: ERROR_ROOM as u32,
            message: room,
        };
        let mut host = call.context.host();
        host.struct_size = size(size_of::<abi::Host>());
        host.abi_version += u32::from(ask.host == HostKind::NextMinor);
        let (host, request, error) = (placed(&host, ask.host), placed(&request, ask.host), placed(&error, ask.host));
        let mut output = abi::ArrowArrayStream::empty();
        let score = plugin.score.expect("checked when the library was loaded");
        let status = {
            let _mode = FloatMode::save();
            // SAFETY: every pointer is to memory that is never freed; the plugin is never unloaded
            unsafe { score(plugin, host, request, &raw mut output, error) }
        };
        for stream in streams {
            // SAFETY: leaked structs of ours
            let stream = unsafe { &mut *stream };
            if let Some(release) = stream.release {
                // SAFETY: a stream that was not moved out
                unsafe { release(stream) }
            }
        }
        // SAFETY: `ERROR_ROOM` bytes that are never freed
        let text = unsafe { std::slice::from_raw_parts(room.cast::<u8>(), ERROR_ROOM) };
        let text = text.split(|byte| *byte == 0).next().unwrap_or_default();
        let output = (status == abi::OK).then(|| Output::new(output));
        Answer::new(status, String::from_utf8_lossy(text).into_owned(), output, call, ask.ids.clone())
    }
}
