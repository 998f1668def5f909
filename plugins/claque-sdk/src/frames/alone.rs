//! Threads on which polars starts nothing on its pool. Each is kept and used again: for every thread that is not to use
//! the pool polars makes a pool of one, which it never frees.

use crate::guard::Lent;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{Sender, channel, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

type Job = Box<dyn FnOnce() + Send>;

/// Threads that wait for work; as many as there ever were calls at once.
static IDLE: Mutex<Vec<Sender<Job>>> = Mutex::new(Vec::new());

/// Runs the work on such a thread, or here if there is none to be had. A panic of the work is one of the caller.
pub(super) fn run<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    // nested work is where it belongs already
    if !polars_async::executor::ALLOW_RAYON_THREADS.get() {
        return work();
    }
    let idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let Some(worker) = idle.or_else(start) else { return here(work) };
    let (sender, result) = sync_channel(1);
    let host = Lent::by_this_thread();
    let job = move || {
        let outcome = catch_unwind(AssertUnwindSafe(|| host.during(work)));
        // the caller waits
        drop(sender.send(outcome));
    };
    let job: Box<dyn FnOnce() + Send + '_> = Box::new(job);
    // SAFETY: the job ends, and with it every use of what it borrows, before it sends its outcome, for which this
    // function waits; a worker drops no job that it did not run
    let job = unsafe { mem::transmute::<Box<dyn FnOnce() + Send + '_>, Job>(job) };
    worker.send(job).expect("a worker ends with the process");
    let outcome = result.recv().expect("every job sends its outcome");
    IDLE.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
    outcome.unwrap_or_else(|panic| resume_unwind(panic))
}

fn start() -> Option<Sender<Job>> {
    let (sender, jobs) = channel::<Job>();
    let worker = move || {
        polars_async::executor::ALLOW_RAYON_THREADS.set(false);
        for job in jobs {
            job();
        }
    };
    thread::Builder::new().name("frames".into()).spawn(worker).ok().map(|_| sender)
}

/// Without a thread of its own.
fn here<T>(work: impl FnOnce() -> T) -> T {
    let before = polars_async::executor::ALLOW_RAYON_THREADS.replace(false);
    let outcome = catch_unwind(AssertUnwindSafe(work));
    polars_async::executor::ALLOW_RAYON_THREADS.set(before);
    outcome.unwrap_or_else(|panic| resume_unwind(panic))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread::ThreadId;

    fn thread_of_work() -> ThreadId {
        run(|| thread::current().id())
    }

    #[test]
    fn work_runs_elsewhere_on_threads_that_are_used_again() {
        let first = thread_of_work();
        assert_ne!(first, thread::current().id());
        let again: Vec<ThreadId> = (0..20).map(|_| thread_of_work()).collect();
        // other tests may hold one for a moment
        assert!(again.iter().collect::<std::collections::HashSet<_>>().len() <= 3, "{again:?}");
    }

    #[test]
    fn it_may_borrow_nest_and_panic() {
        let words = ["a".to_owned(), "b".to_owned()];
        let joined = run(|| run(|| words.concat()));
        assert_eq!(joined, "ab");
        let panic = catch_unwind(|| run(|| panic!("no {joined}"))).expect_err("a panic");
        assert_eq!(panic.downcast_ref::<String>().map(String::as_str), Some("no ab"));
        assert_eq!(run(|| words.len()), 2, "and goes on");
    }
}
