//! Running one random script: it may fail in every way that a script can, and in no other. Used by a test that
//! runs some hundreds, and by the fuzz target (`core/claque-host/fuzz`).

mod generator;

use claque_host::{Kernels, Script, check_output, script_api};
use claque_model::{Fault, Given, Signal, Unwatched};
use generator::Callable;
use polars::prelude::{Column, DataFrame, DataType, NamedFrom, Series, TimeUnit, TimeZone};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Beyond the limit: the end of one operator over a few rows, on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(20);

/// The API and the tables for random scripts.
pub(crate) struct Ground {
    verbs: Vec<Callable>,
    posts: DataFrame,
    /// What a run may take. Endless loops are frequent among these scripts, so it should be short.
    limit: Duration,
    kernels: Option<Arc<dyn Kernels>>,
}

impl Ground {
    pub(crate) fn new(limit: Duration, kernels: Option<Arc<dyn Kernels>>) -> Self {
        Self { verbs: callables(), posts: posts(), limit, kernels }
    }

    /// What scripts are made of.
    #[cfg(test)]
    pub(crate) fn verbs(&self) -> impl Iterator<Item = &'static claque_host::Verb> {
        self.verbs.iter().map(|callable| callable.verb)
    }

    /// The script that these bytes stand for.
    pub(crate) fn script(&self, bytes: &[u8]) -> String {
        generator::script(bytes, &self.verbs)
    }

    /// Loads and runs a script.
    ///
    /// # Errors
    /// It does not load, a panic came out of it, its output broke the contract unnoticed, or it ran on.
    pub(crate) fn run(&self, script: &str) -> Result<Ended, String> {
        let started = Instant::now();
        let signals = Script::load_with("random/main.luau", script, None, self.kernels.clone())
            .map_err(|error| error.to_string())?;
        let [signal] = signals.as_slice() else { return Err(format!("{} signals", signals.len())) };
        let given = Given {
            tables: BTreeMap::from([("posts".to_owned(), self.posts.clone())]),
            params: BTreeMap::new(),
            seed: 7,
            time_limit: self.limit,
            memory_limit: 32 << 20,
            max_threads: 1,
        };
        let scored = signal.score(&given, &Unwatched);
        let ended = match scored.and_then(|rows| check_output(signal.declaration(), &given, rows)) {
            Ok(_) => Ended::WithRows,
            Err(Fault::Panicked(text)) => return Err(format!("a panic: {text}")),
            Err(Fault::TimedOut(_)) => Ended::AtTheLimit,
            Err(_) => Ended::WithAFault,
        };
        if started.elapsed() > self.limit + PATIENCE {
            return Err(format!("it ran for {} s", started.elapsed().as_secs()));
        }
        Ok(ended)
    }
}

/// All verbs, but for those that only tests and the file itself may call.
fn callables() -> Vec<Callable> {
    let api = script_api();
    let functions = api.functions().map(|verb| Callable { owner: None, verb });
    let types = api.types.iter().filter(|of| !matches!(of.name, "Test" | "Expectation"));
    let methods = types.flat_map(|of| of.verbs().map(|verb| Callable { owner: Some(of.name), verb }));
    functions.chain(methods).filter(|callable| !matches!(callable.verb.name, "plugin" | "require")).collect()
}

/// How a script ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Ended {
    WithRows,
    WithAFault,
    AtTheLimit,
}

/// Eight posts with nulls, repeated values, odd texts and odd numbers.
fn posts() -> DataFrame {
    let ids: Vec<String> = (1..=8).map(|i| format!("x:{i}")).collect();
    let columns: Vec<Column> = vec![
        Series::new("post_id".into(), ids).into(),
        Series::new("n_like".into(), [Some(5_i64), None, Some(0), Some(-1), Some(5), Some(i64::MAX), Some(2), Some(2)])
            .into(),
        Series::new("lang".into(), [Some("en"), Some("de"), None, Some("en"), Some(""), Some("en"), None, Some("et")])
            .into(),
        Series::new(
            "text".into(),
            [Some("a b c"), Some(""), None, Some("ÄÖ ß"), Some("x:1"), Some("\u{1f600}"), Some("[("), Some("a")],
        )
        .into(),
        Series::new(
            "lat".into(),
            [Some(0.5), None, Some(f64::INFINITY), Some(-0.0), Some(1e300), Some(3.0), Some(3.0), Some(0.1)],
        )
        .into(),
        Series::new(
            "created_at".into(),
            [
                Some(1_717_236_000_000_000_i64),
                None,
                Some(0),
                Some(-1),
                Some(1_717_236_000_000_000),
                Some(i64::MAX / 4),
                Some(1),
                Some(2),
            ],
        )
        .cast(&DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC)))
        .expect("microseconds")
        .into(),
        Series::new(
            "embedded".into(),
            [Some(true), None, Some(false), Some(true), None, Some(true), Some(false), Some(true)],
        )
        .into(),
    ];
    DataFrame::new(8, columns).expect("columns of one length")
}
