//! The clock that stops a script, and the relay of its messages to the host's services. Luau's interrupt
//! slot may be written from another thread; it costs a running script nothing until then.
//! Rust code and one long C call cannot be stopped here: they end first, then the script does. A running plan
//! looks at [`Outbox::stopped`] between its operators.
#![expect(unsafe_code, reason = "Luau's interrupt slot is a field behind a raw pointer")]

use claque_model::{LogLevel, Services};
use mlua::{Lua, ffi};
use std::any::Any;
use std::os::raw::c_int;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicPtr, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

/// How often the watchdog asks whether the run was interrupted.
const POLL: Duration = Duration::from_millis(20);
/// Stack of a script's thread; only what is used is ever taken from memory.
const STACK: usize = 64 << 20;
/// Messages that may wait for the services.
const WAITING: usize = 256;

/// How long code may run.
#[derive(Clone, Copy)]
pub(super) enum Limit {
    /// By the clock on the wall.
    Elapsed(Duration),
    /// At work on a processor, so that a busy machine makes nobody late. Waiting ends after [`IDLE`] as often.
    Worked(Duration),
}

/// How many times the limit code may wait for a processor, or for a file.
const IDLE: u32 = 40;

impl From<Duration> for Limit {
    fn from(elapsed: Duration) -> Self {
        Self::Elapsed(elapsed)
    }
}

impl Limit {
    /// What is left, at least.
    fn left(self, started: Instant, work: &OnceLock<Option<Processor>>) -> Duration {
        match self {
            Self::Elapsed(limit) => limit.saturating_sub(started.elapsed()),
            Self::Worked(limit) => {
                let worked = match work.get() {
                    // not yet begun, or over already: neither is late
                    None => Duration::ZERO,
                    Some(Some(own)) => own.time().unwrap_or_default(),
                    Some(None) => started.elapsed(),
                };
                limit.saturating_sub(worked).min(limit.saturating_mul(IDLE).saturating_sub(started.elapsed()))
            }
        }
    }
}

/// The clock of one thread's work.
struct Processor(#[cfg(target_os = "linux")] libc::clockid_t);

#[cfg(target_os = "linux")]
impl Processor {
    fn of_this_thread() -> Option<Self> {
        let mut clock = 0;
        // SAFETY: the thread asks for its own clock, and `clock` is valid for the write.
        let status = unsafe { libc::pthread_getcpuclockid(libc::pthread_self(), &raw mut clock) };
        (status == 0).then_some(Self(clock))
    }

    /// Nothing once the thread has ended.
    fn time(&self) -> Option<Duration> {
        let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        // SAFETY: `time` is valid for the write; a clock that is gone is refused with EINVAL.
        let status = unsafe { libc::clock_gettime(self.0, &raw mut time) };
        (status == 0).then(|| Duration::new(time.tv_sec as u64, time.tv_nsec as u32))
    }
}

#[cfg(not(target_os = "linux"))]
impl Processor {
    fn of_this_thread() -> Option<Self> {
        None
    }

    fn time(&self) -> Option<Duration> {
        None
    }
}

/// Why guarded code gave no result.
#[derive(Debug)]
pub(super) enum Stop {
    /// The limit passed.
    TimedOut,
    /// The services said so.
    Cancelled,
    /// A panic was stopped at this border.
    Panicked(String),
    /// An error of the script, or one that it was given.
    Failed(mlua::Error),
}

/// What a script says while it runs.
enum Message {
    Log(LogLevel, String),
    Progress(f64, String),
    Done,
}

/// The way to the services from inside a VM, which may hold no borrowed values.
#[derive(Clone)]
pub(super) struct Outbox {
    sender: SyncSender<Message>,
    cancelled: Arc<AtomicBool>,
    stopped: Arc<AtomicBool>,
}

impl Outbox {
    pub(super) fn log(&self, level: LogLevel, text: String) {
        self.post(Message::Log(level, text));
    }

    pub(super) fn progress(&self, fraction: f64, note: String) {
        self.post(Message::Progress(fraction, note));
    }

    pub(super) fn cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// Becomes true when the run must end, for whatever reason.
    pub(super) fn stopped(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.stopped)
    }

    fn post(&self, message: Message) {
        // after the run nobody listens, and nothing is lost
        drop(self.sender.send(message));
    }
}

/// Runs `f` on the VM for at most `limit`, with the services behind an [`Outbox`] in the VM's app data.
/// A panic ends here too.
///
/// The script has a thread of its own, because calls that go from Lua to the host and back take far more
/// stack than Luau's own limits allow for. This thread is the watchdog, and the one that calls the services.
/// The scope joins the script before the VM can go.
pub(super) fn guarded<T: Send>(
    lua: &Lua,
    limit: impl Into<Limit>,
    services: &dyn Services,
    f: impl FnOnce() -> mlua::Result<T> + Send,
) -> Result<T, Stop> {
    let slot = InterruptSlot::of(lua).map_err(Stop::Failed)?;
    let (sender, inbox) = sync_channel(WAITING);
    let outbox = Outbox { sender, cancelled: Arc::default(), stopped: Arc::default() };
    lua.set_app_data(outbox.clone());
    let cancelled = Arc::clone(&outbox.cancelled);
    let alarm = Alarm { slot, stopped: outbox.stopped() };
    let (limit, work) = (limit.into(), OnceLock::new());
    let clock = &work;
    let (stopped, result) = std::thread::scope(|scope| {
        let run = move || {
            clock.get_or_init(Processor::of_this_thread);
            let result = catch_unwind(AssertUnwindSafe(f));
            outbox.post(Message::Done);
            result
        };
        let script = std::thread::Builder::new().name("script".into()).stack_size(STACK).spawn_scoped(scope, run)?;
        let started = Instant::now();
        let watch = AssertUnwindSafe(|| watch(&alarm, || limit.left(started, clock), services, &inbox, &cancelled));
        let stopped = catch_unwind(watch).unwrap_or_else(|panic| {
            alarm.ring();
            Some(Stop::Panicked(panic_text(&*panic)))
        });
        drop(inbox);
        Ok::<_, std::io::Error>((stopped, script.join().and_then(|result| result)))
    })
    .map_err(|error| Stop::Failed(mlua::Error::external(error)))?;
    alarm.slot.clear();
    match (stopped, result) {
        (Some(stop), _) => Err(stop),
        (None, Err(panic)) => Err(Stop::Panicked(panic_text(&*panic))),
        (None, Ok(result)) => result.map_err(Stop::Failed),
    }
}

/// Relays messages until the run is over; rings once when the limit passes or the services cancel.
fn watch(
    alarm: &Alarm,
    left: impl Fn() -> Duration,
    services: &dyn Services,
    inbox: &Receiver<Message>,
    cancelled: &AtomicBool,
) -> Option<Stop> {
    let mut stopped = None;
    loop {
        let patience = if stopped.is_some() { POLL } else { left().min(POLL) };
        match inbox.recv_timeout(patience) {
            Ok(Message::Log(level, text)) => services.log(level, &text),
            Ok(Message::Progress(fraction, note)) => services.progress(fraction, &note),
            Ok(Message::Done) | Err(RecvTimeoutError::Disconnected) => return stopped,
            Err(RecvTimeoutError::Timeout) => {}
        }
        if stopped.is_none() {
            if services.cancelled() {
                cancelled.store(true, Ordering::Relaxed);
                stopped = Some(Stop::Cancelled);
            } else if left().is_zero() {
                stopped = Some(Stop::TimedOut);
            }
            if stopped.is_some() {
                alarm.ring();
            }
        }
    }
}

/// What ends a run: its Luau code at the next safepoint, its plan at the next operator.
struct Alarm {
    slot: InterruptSlot,
    stopped: Arc<AtomicBool>,
}

impl Alarm {
    fn ring(&self) {
        self.stopped.store(true, Ordering::Relaxed);
        self.slot.fire();
    }
}

/// The words of a panic.
pub(super) fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|s| (*s).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a panic without words".to_owned())
}

/// Where Luau looks, at every loop back edge, call and return, for something to do.
struct InterruptSlot(AtomicPtr<ffi::lua_Callbacks>);

impl InterruptSlot {
    fn of(lua: &Lua) -> mlua::Result<Self> {
        let slot = AtomicPtr::new(std::ptr::null_mut());
        // SAFETY: `lua_callbacks` only computes the address of a field of the live VM; nothing is pushed.
        unsafe { lua.exec_raw::<()>((), |state| slot.store(ffi::lua_callbacks(state), Ordering::Relaxed)) }?;
        Ok(Self(slot))
    }

    fn fire(&self) {
        self.write(Some(stop));
    }

    fn clear(&self) {
        self.write(None);
    }

    fn write(&self, interrupt: Option<unsafe extern "C-unwind" fn(*mut ffi::lua_State, c_int)>) {
        // SAFETY: the pointer came from `lua_callbacks` of a VM that `guarded` borrows for as long as the slot
        // exists, and lua.h permits writing this field from any thread.
        unsafe { (*self.0.load(Ordering::Relaxed)).interrupt = interrupt };
    }
}

/// Raises an error at the next safepoint; again at the one after, should the script catch it.
unsafe extern "C-unwind" fn stop(state: *mut ffi::lua_State, gc: c_int) {
    if gc < 0 {
        // SAFETY: Luau calls this with its own state at a point where errors may be raised.
        unsafe { ffi::luaL_error(state, c"stopped".as_ptr()) };
    }
}
