//! What the parts of a run cost: encoding, counting, tests, clusters and the parity mode, on generated shares.
//! Whole processes beside other tools: `tests/compare`.
//!
//! `cargo bench -p claque-coordination`, or with a filter: `cargo bench -p claque-coordination -- plain`.

use claque_coordination::coortweet::{
    CoorTweetTable, GroupSettings, NetworkSettings, detect_groups, generate_coordinated_network,
};
use claque_coordination::{
    ActionTable, Actions, ClusterSettings, Corpus, Half, NullSettings, encode_actions, find_clusters, link, plain,
};
use claque_model::TimeWindow;
use claque_synth::{ShareSettings, ShareTable};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use polars::prelude::{DataFrame, DataType, StringChunked};

const ROWS: [u64; 2] = [100_000, 1_000_000];

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

fn kernel(criterion: &mut Criterion) {
    let (one, five) = (windows(&[60]), windows(&[5, 10, 20, 30, 60]));
    for rows in ROWS {
        let shares = Shares::new(rows);
        let actions = shares.encode();
        let corpus = Corpus::from_actions(&actions, "url");
        let mut group = criterion.benchmark_group("kernel");
        group.sample_size(10).throughput(Throughput::Elements(rows));
        let name = |part: &str| BenchmarkId::new(part.to_owned(), rows);
        group.bench_function(name("encode"), |b| b.iter(|| shares.encode()));
        group.bench_function(name("plain, one window"), |b| b.iter(|| plain(&actions, &one, 2, 2)));
        group.bench_function(name("plain, five windows"), |b| b.iter(|| plain(&actions, &five, 2, 2)));
        let test = |windows: &[TimeWindow]| link(&corpus, &NullSettings::new(windows.to_vec(), 1), Half::Whole);
        group.bench_function(name("null, one window"), |b| b.iter(|| test(&one)));
        group.bench_function(name("null, five windows"), |b| b.iter(|| test(&five)));
        let network = test(&one);
        let settings = ClusterSettings::default();
        group.bench_function(name("clusters"), |b| b.iter(|| find_clusters(&corpus, &network, &settings)));
        group.finish();
    }
}

fn coortweet(criterion: &mut Criterion) {
    let shares = Shares::new(ROWS[0]);
    let seconds = shares.frame.column("timestamp_share").and_then(|column| column.cast(&DataType::Float64));
    let seconds = seconds.expect("numbers");
    let table = CoorTweetTable {
        object_id: shares.text("object_id"),
        account_id: shares.text("account_id"),
        content_id: shares.text("content_id"),
        timestamp_share: seconds.f64().expect("numbers"),
    };
    let settings = GroupSettings { time_window: 60.0, ..GroupSettings::default() };
    let groups = detect_groups(&table, &settings).expect("accounts with two rows");
    let mut group = criterion.benchmark_group("coortweet");
    group.sample_size(10).throughput(Throughput::Elements(ROWS[0]));
    group.bench_function("detect_groups", |b| b.iter(|| detect_groups(&table, &settings)));
    let network = NetworkSettings::default();
    group.bench_function("network", |b| b.iter(|| generate_coordinated_network(&groups, &network)));
    group.finish();
}

criterion_group!(benches, kernel, coortweet);
criterion_main!(benches);
