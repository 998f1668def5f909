//! The contract between the engine and a signal: what is handed in, what may come back, and in which order
//! signals run. The same for every host. What an output means, and which null it is held against, is not
//! decided here.

mod ids;
mod order;
mod output;
mod prepare;
mod rows;

pub use order::{CycleError, order};
pub use output::check_output;
pub(crate) use output::key_of;
pub use prepare::prepare;
pub(crate) use prepare::{clusters, prepare_from};

use claque_model::{Activity, Declaration, Fault, Given, MissingReason, ParamError, ParamValue, Services, Signal};
use polars::prelude::{BooleanChunked, DataFrame};
use std::any::Any;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;
use std::time::Duration;
use thiserror::Error;

/// What can be given to signals: the activity, the user's tables, and the checked outputs of signals that ran
/// before (`trace.<layer>`, `marks.<id>`) as well as `clusters`.
pub struct Tables<'a> {
    activity: &'a Activity,
    user: &'a BTreeMap<String, DataFrame>,
    derived: BTreeMap<String, DataFrame>,
    own_posts: OnceLock<Option<DataFrame>>,
}

impl<'a> Tables<'a> {
    /// The tables of a study before any signal ran.
    #[must_use]
    pub fn new(activity: &'a Activity, user: &'a BTreeMap<String, DataFrame>) -> Self {
        Self { activity, user, derived: BTreeMap::new(), own_posts: OnceLock::new() }
    }

    /// Adds the output of a signal, or `clusters`, for later signals.
    pub fn insert(&mut self, name: String, table: DataFrame) {
        self.derived.insert(name, table);
    }

    /// The table as signals see it. Posts that were only embedded in another one (a quoted or reposted
    /// original, `posts.embedded`) are context and no activity of their account: they are left out.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&DataFrame> {
        if let Some(table) = self.derived.get(name) {
            return Some(table);
        }
        if name == "posts" {
            let posts = || self.activity.table(name).or_else(|| self.user.get(name)).map(without_embedded);
            return self.own_posts.get_or_init(posts).as_ref();
        }
        self.activity.table(name).or_else(|| self.user.get(name))
    }
}

fn without_embedded(posts: &DataFrame) -> DataFrame {
    let Ok(embedded) = posts.column("embedded").and_then(|c| c.bool().cloned()) else { return posts.clone() };
    if !embedded.any() {
        return posts.clone();
    }
    let kept: BooleanChunked = embedded.iter().map(|e| Some(e != Some(true))).collect();
    posts.filter(&kept).expect("the mask is a column of the table")
}

/// What a run of a signal may take.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Wall time.
    pub time: Duration,
    /// Bytes beyond the input; a script's own heap is limited further by its host.
    pub memory: usize,
    /// Threads.
    pub threads: u32,
    /// May scripts be compiled to machine code? The results are the same.
    pub jit: bool,
}

impl Default for Limits {
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(1, |n| u32::try_from(n.get()).unwrap_or(1));
        Self { time: Duration::from_mins(1), memory: 2 << 30, threads, jit: true }
    }
}

thread_local! {
    /// The limits reach a signal through `Given`, which knows of no script engine.
    static JIT: Cell<bool> = const { Cell::new(true) };
}

/// May the script that runs on this thread be compiled to machine code?
pub(crate) fn jit_allowed() -> bool {
    JIT.get()
}

/// Why a signal has no output.
#[derive(Debug, Error, PartialEq)]
pub enum RunFault {
    /// The data do not have what it needs.
    #[error("{}", .0.sentence())]
    Missing(MissingReason),
    /// The study's parameters are not acceptable.
    #[error(transparent)]
    Params(#[from] ParamError),
    /// It failed, or its output breaks the contract.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Runs a signal: exactly what it declared goes in, only what its shape allows comes out. A panic stops here.
///
/// # Errors
/// It lacks data, a parameter is wrong, or it failed.
pub fn run(
    signal: &dyn Signal,
    tables: &Tables,
    given_params: &BTreeMap<String, ParamValue>,
    run_seed: u64,
    limits: &Limits,
    services: &dyn Services,
) -> Result<DataFrame, RunFault> {
    let declaration = signal.declaration();
    let params = declaration.resolve_params(given_params)?;
    let tables = prepare(declaration, tables).map_err(RunFault::Missing)?;
    let given = Given {
        tables,
        params,
        seed: seed_of(run_seed, declaration),
        time_limit: limits.time,
        memory_limit: limits.memory,
        max_threads: limits.threads.max(1),
    };
    Ok(score(signal, &given, limits.jit, services)?)
}

/// Calls `score` and checks what it gives.
pub(crate) fn score(
    signal: &dyn Signal,
    given: &Given,
    jit: bool,
    services: &dyn Services,
) -> Result<DataFrame, Fault> {
    let before = JIT.replace(jit);
    let scored = catch_unwind(AssertUnwindSafe(|| signal.score(given, services)));
    JIT.set(before);
    let output = scored.map_err(|payload| Fault::Panicked(panic_text(payload.as_ref())))??;
    check_output(signal.declaration(), given, output)
}

/// Seed of one signal in one run.
fn seed_of(run_seed: u64, declaration: &Declaration) -> u64 {
    let mut hash = blake3::Hasher::new();
    hash.update(&run_seed.to_le_bytes());
    hash.update(declaration.id.as_bytes());
    let digest = hash.finalize();
    u64::from_le_bytes(std::array::from_fn(|i| digest.as_bytes()[i]))
}

fn panic_text(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(|s| (*s).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "without a message".to_owned())
}

#[cfg(test)]
mod tests;
