//! What the parts of a run cost: encoding, counting, tests, clusters and the parity mode, on generated shares.
//! Whole processes beside other tools: `tests/compare`.
//!
//! `cargo bench -p claque-coordination --bench kernel`, or with a filter behind `--`: `-- plain`.

use claque_coordination::coortweet::{
    CoorTweetTable, GroupSettings, NetworkSettings, detect_groups, generate_coordinated_network,
};
use claque_coordination::{
    ActionTable, Actions, ClusterSettings, Corpus, Half, NullSettings, encode_actions, find_clusters, link, plain,
};
use claque_model::TimeWindow;
use claque_synth::{ShareSettings, ShareTable};
use divan::Bencher;
use divan::counter::ItemsCount;
use polars::prelude::{DataFrame, DataType, StringChunked};

const ROWS: [u64; 2] = [100_000, 1_000_000];
const ONE: &[i64] = &[60];
const FIVE: &[i64] = &[5, 10, 20, 30, 60];

fn main() {
    divan::main();
}

/// Generated shares in columns.
struct Shares {
    frame: DataFrame,
    at_micros: Vec<i64>,
}

impl Shares {
    fn new(rows: u64) -> Self {
        let table = ShareTable::new(ShareSettings { rows, hot: false, seed: 1 }).expect("a possible number of rows");
        let mut batches = table.batches(&|| false).map(|batch| batch.expect("a batch"));
        let first = batches.next().expect("a table has rows");
        let frame = batches.fold(first, |whole, batch| whole.vstack(&batch).expect("the same columns"));
        let seconds = frame.column("timestamp_share").and_then(|column| column.i64().cloned()).expect("whole seconds");
        Self { frame, at_micros: seconds.iter().flatten().map(|second| second * 1_000_000).collect() }
    }

    fn text(&self, column: &str) -> &StringChunked {
        self.frame.column(column).and_then(|column| column.str()).expect("a column of text")
    }

    fn encode(&self) -> Actions {
        let (object, account) = (self.text("object_id"), self.text("account_id"));
        let table = ActionTable { object, account, at_micros: &self.at_micros, rows: None };
        encode_actions(&table).expect("columns of one length")
    }
}

fn windows(seconds: &[i64]) -> Vec<TimeWindow> {
    seconds.iter().map(|s| TimeWindow::from_micros(s * 1_000_000).expect("a window")).collect()
}

fn settings(seconds: &[i64]) -> NullSettings {
    NullSettings::new(windows(seconds), 1)
}

#[divan::bench(args = ROWS, sample_count = 10)]
fn encode(bencher: Bencher<'_, '_>, rows: u64) {
    let shares = Shares::new(rows);
    bencher.counter(ItemsCount::new(rows)).bench_local(|| shares.encode());
}

#[divan::bench(args = ROWS, consts = [false, true], sample_count = 10)]
fn plain_counts<const MANY_WINDOWS: bool>(bencher: Bencher<'_, '_>, rows: u64) {
    let actions = Shares::new(rows).encode();
    let windows = windows(if MANY_WINDOWS { FIVE } else { ONE });
    bencher.counter(ItemsCount::new(rows)).bench_local(|| plain(&actions, &windows, 2, 2));
}

#[divan::bench(args = ROWS, consts = [false, true], sample_count = 10)]
fn null_tests<const MANY_WINDOWS: bool>(bencher: Bencher<'_, '_>, rows: u64) {
    let corpus = Corpus::from_actions(&Shares::new(rows).encode(), "url");
    let settings = settings(if MANY_WINDOWS { FIVE } else { ONE });
    bencher.counter(ItemsCount::new(rows)).bench_local(|| link(&corpus, &settings, Half::Whole));
}

#[divan::bench(args = ROWS, sample_count = 10)]
fn clusters(bencher: Bencher<'_, '_>, rows: u64) {
    let corpus = Corpus::from_actions(&Shares::new(rows).encode(), "url");
    let network = link(&corpus, &settings(ONE), Half::Whole);
    bencher.bench_local(|| find_clusters(&corpus, &network, &ClusterSettings::default()));
}

#[divan::bench(args = [ROWS[0]], sample_count = 5)]
fn coortweet(bencher: Bencher<'_, '_>, rows: u64) {
    let shares = Shares::new(rows);
    let seconds = shares.frame.column("timestamp_share").and_then(|column| column.cast(&DataType::Float64));
    let seconds = seconds.expect("numbers");
    let table = CoorTweetTable {
        object_id: shares.text("object_id"),
        account_id: shares.text("account_id"),
        content_id: shares.text("content_id"),
        timestamp_share: seconds.f64().expect("numbers"),
    };
    let settings = GroupSettings { time_window: 60.0, ..GroupSettings::default() };
    bencher.counter(ItemsCount::new(rows)).bench_local(|| {
        let groups = detect_groups(&table, &settings).expect("accounts with two rows");
        generate_coordinated_network(&groups, &NetworkSettings::default()).map(|network| network.edges.len())
    });
}
