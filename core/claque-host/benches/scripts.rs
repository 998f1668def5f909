//! What scripts cost beside polars alone: a pipeline and `map_columns` over ten million rows, starting a VM, loading
//! a script, and thirty scripts of one run. Medians come from divan, the ratios below them from the best of several runs.
//!
//! `cargo bench -p claque-host -p claque --bench scripts`, or with a filter behind `--`: `-- pipeline`; with a
//! filter no ratios are printed.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use claque_host::{LuauSignal, Script, Session, check_output};
use claque_model::{Activity, Given, Signal, Unwatched};
use divan::Bencher;
use divan::counter::ItemsCount;
use polars::prelude::{Column, DataFrame, DataType, IntoLazy, LazyFrame, TimeUnit, TimeZone, col, lit};
use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

const MANY: usize = 10_000_000;
/// Posts of the run with thirty scripts.
const SOME: usize = 100_000;
const SCRIPTS: usize = 30;

static LARGE: LazyLock<DataFrame> = LazyLock::new(|| posts(MANY));
static SMALL: LazyLock<DataFrame> = LazyLock::new(|| posts(SOME));

fn main() {
    divan::main();
    let filtered = std::env::args().skip(1).any(|argument| !argument.starts_with('-'));
    if !filtered {
        ratios();
    }
}

/// The columns of the pipeline: half of the posts are liked, every account has a hundred.
fn posts(rows: usize) -> DataFrame {
    let accounts: Vec<String> = (0..rows).map(|i| format!("x:{}", i * 7919 % (rows / 100).max(1))).collect();
    let likes: Vec<i64> = (0..rows as i64).map(|i| i * 31 % 10).collect();
    let at: Vec<i64> = (0..rows as i64).map(|i| 1_717_200_000_000_000 + i * 250_000).collect();
    let at = Column::new("created_at".into(), at)
        .cast(&DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC)))
        .expect("microseconds");
    let lat: Vec<f64> = (0..rows).map(|i| i as f64 / rows as f64).collect();
    let columns = [("account_id", Column::new("".into(), accounts)), ("n_like", Column::new("".into(), likes))];
    let columns = columns.into_iter().chain([("created_at", at), ("lat", Column::new("".into(), lat))]);
    let columns = columns.map(|(name, column)| column.with_name(name.into())).collect();
    DataFrame::new(rows, columns).expect("columns of one length")
}

/// Share of an account's posts at night that have more than `least` likes, as a script.
fn signal(least: usize) -> LuauSignal {
    script(&format!(
        "return ctx:table(\"posts\")\n\
         :with_columns(col(\"created_at\"):dt_hour():alias(\"hour\"))\n\
         :filter(col(\"hour\"):lt(6))\n\
         :group_by(\"account_id\")\n\
         :agg(col(\"n_like\"):gt({least}):sum():alias(\"hits\"), count():alias(\"total\"))\n\
         :select(\"account_id\", col(\"hits\"):cast(\"float\"), col(\"total\"):cast(\"float\"))"
    ))
}

/// Arithmetic on every number of a column, and one row of it.
fn mapping() -> LuauSignal {
    script(
        "local function f(columns, length)\n\
         local out = buffer.create(8 * length)\n\
         local lat = columns[1].data\n\
         for at = 0, 8 * (length - 1), 8 do\n\
         buffer.writef64(out, at, buffer.readf64(lat, at) * 2 + 1)\n\
         end\n\
         return out\n\
         end\n\
         return ctx:table(\"posts\"):map_columns({ \"lat\" }, { hits = \"float\" }, f)\n\
         :head(1):select(\"account_id\", \"hits\", lit(10):cast(\"float\"):alias(\"total\"))",
    )
}

/// A signal whose `score` has this body.
fn script(score: &str) -> LuauSignal {
    let source = format!(
        "return plugin({{ id = \"dis.bench\", version = \"1.0.0\", api = \"1\", title = \"Bench\", doc = \"Bench.\",\n\
         dimension = \"disinformation\", family = \"bench\", emits = \"rates\", innocent = {{ \"It is a bench.\" }},\n\
         requires = {{ posts = {{ account_id = \"id\", n_like = \"int\", created_at = \"datetime\", \
         lat = \"float\" }} }},\n\
         score = function(ctx)\n{score}\nend }})"
    );
    Script::load("bench/main.luau", &source, None).expect("a script").remove(0)
}

/// The same in Rust.
fn plan(posts: &DataFrame, least: usize) -> LazyFrame {
    posts
        .clone()
        .lazy()
        .with_columns([col("created_at").dt().hour().cast(DataType::Int64).alias("hour")])
        .filter(col("hour").lt(lit(6)))
        .group_by_stable([col("account_id")])
        .agg([
            col("n_like").gt(lit(least as i64)).cast(DataType::Int64).sum().alias("hits"),
            polars::prelude::len().cast(DataType::Int64).alias("total"),
        ])
        .select([col("account_id"), col("hits").cast(DataType::Float64), col("total").cast(DataType::Float64)])
}

fn given(posts: &DataFrame) -> Given {
    Given {
        tables: BTreeMap::from([("posts".to_owned(), posts.clone())]),
        params: BTreeMap::new(),
        seed: 1,
        time_limit: Duration::from_mins(10),
        memory_limit: 8 << 30,
        max_threads: 2,
    }
}

fn scored(signal: &LuauSignal, given: &Given) -> DataFrame {
    signal.score(given, &Unwatched).expect("rows")
}

/// One signal of a run: score, and the check of its output.
fn scored_and_checked(signal: &LuauSignal, given: &Given) -> DataFrame {
    check_output(signal.declaration(), given, scored(signal, given)).expect("rates")
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn pipeline_in_luau(bencher: Bencher) {
    let (signal, given) = (signal(5), given(&LARGE));
    bencher.counter(ItemsCount::new(MANY)).bench(|| scored(&signal, &given));
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn pipeline_in_rust(bencher: Bencher) {
    bencher.counter(ItemsCount::new(MANY)).bench(|| plan(&LARGE, 5).collect().expect("rows"));
}

/// As scripts run: allocators serve a new thread from other memory than the first one.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn pipeline_in_rust_on_a_thread(bencher: Bencher) {
    bencher.counter(ItemsCount::new(MANY)).bench(|| {
        std::thread::scope(|scope| scope.spawn(|| plan(&LARGE, 5).collect().expect("rows")).join().expect("no panic"))
    });
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn map_columns(bencher: Bencher) {
    let (signal, given) = (mapping(), given(&LARGE));
    bencher.counter(ItemsCount::new(MANY)).bench(|| scored(&signal, &given));
}

#[divan::bench(sample_count = 100, sample_size = 1)]
fn start_of_a_vm() -> Session {
    Session::new(Activity::default(), BTreeMap::new()).expect("a VM")
}

#[divan::bench(sample_count = 100, sample_size = 1)]
fn loading_a_script() -> LuauSignal {
    signal(5)
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn thirty_scripts(bencher: Bencher) {
    let signals: Vec<LuauSignal> = (0..SCRIPTS).map(signal).collect();
    let given = given(&SMALL);
    bencher.bench(|| signals.iter().map(|signal| scored_and_checked(signal, &given).height()).sum::<usize>());
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn thirty_plans(bencher: Bencher) {
    bencher.bench(|| (0..SCRIPTS).map(|least| plan(&SMALL, least).collect().expect("rows").height()).sum::<usize>());
}

/// Seconds of the fastest of five, alternating with `other`, so that both see the same machine.
fn best(mut one: impl FnMut(), mut other: impl FnMut()) -> [f64; 2] {
    let seconds = |f: &mut dyn FnMut()| {
        let start = Instant::now();
        f();
        start.elapsed().as_secs_f64()
    };
    (0..5).fold([f64::INFINITY; 2], |best, _| [best[0].min(seconds(&mut one)), best[1].min(seconds(&mut other))])
}

fn ratios() {
    let (one, large) = (signal(5), given(&LARGE));
    let [luau, rust] = best(|| drop(black_box(scored(&one, &large))), || drop(black_box(plan(&LARGE, 5).collect())));
    println!("\npipeline over {MANY} rows: {luau:.3} s in Luau, {rust:.3} s in Rust: {:.2} times", luau / rust);
    let (signals, small): (Vec<LuauSignal>, Given) = ((0..SCRIPTS).map(signal).collect(), given(&SMALL));
    let [scripts, plans] = best(
        || signals.iter().for_each(|signal| drop(black_box(scored(signal, &small)))),
        || (0..SCRIPTS).for_each(|least| drop(black_box(plan(&SMALL, least).collect()))),
    );
    let host = (scripts - plans).max(0.0);
    println!(
        "{SCRIPTS} scripts over {SOME} posts: {scripts:.3} s, of which polars {plans:.3} s and the script host {:.1} ms \
         each, {:.1} % of the run",
        host * 1e3 / SCRIPTS as f64,
        host / scripts * 100.0
    );
}
