//! Labels and runs made by hand: what is learned from them, what is refused, and what comes back from the file.

use super::*;
use claque_ingest::write_table;
use polars::prelude::df;
use std::fmt::Write;

/// A folder with runs and labels.
struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    fn path(&self, below: &str) -> PathBuf {
        self.0.path().join(below)
    }

    /// A run with clusters `c0` … and these rows of `families`: cluster, dimension, family, nats.
    fn run(&self, name: &str, n: usize, rows: &[(&str, &str, &str, f64)], prior: &str) {
        let folder = self.path(name).join("tables");
        std::fs::create_dir_all(&folder).expect("a folder");
        let ids: Vec<String> = (0..n).map(|at| format!("c{at}")).collect();
        let clusters = df!("cluster_id" => ids).expect("a table");
        let families = df!(
            "cluster_id" => rows.iter().map(|r| r.0).collect::<Vec<_>>(),
            "dimension" => rows.iter().map(|r| r.1).collect::<Vec<_>>(),
            "family" => rows.iter().map(|r| r.2).collect::<Vec<_>>(),
            "nats" => rows.iter().map(|r| r.3).collect::<Vec<_>>(),
        )
        .expect("a table");
        write_table(&clusters, &folder.join("clusters.parquet"), &[]).expect("written");
        write_table(&families, &folder.join("families.parquet"), &[]).expect("written");
        let record = json!({ "settings": { PRIOR: prior, PRIOR_COORDINATION: "0.1" } });
        std::fs::write(self.path(name).join("run.json"), record.to_string()).expect("written");
    }

    fn labels(&self, rows: &str) -> PathBuf {
        let path = self.path("labels.csv");
        std::fs::write(&path, format!("run,cluster_id,campaign,dimension,positive\n{rows}")).expect("written");
        path
    }

    #[track_caller]
    fn refused(&self, rows: &str, words: &[&str]) {
        let fault = learn(&self.labels(rows), "0").expect_err("refused");
        let (text, hint) = (fault.to_string(), fault.hint().expect("a hint"));
        assert!(text.starts_with('`') && text.contains("labels.csv`"), "{text}");
        for word in words {
            assert!(text.contains(word), "`{word}` is missing in {text}");
        }
        assert!(!hint.is_empty() && !hint.ends_with('.'), "{hint}");
    }
}

use crate::record::{PRIOR, PRIOR_COORDINATION};

/// Three runs of 50 clusters. `lists` knows the truth in nine of ten, `noise` never; every fifth cluster has no evidence.
fn lessons(desk: &Desk) -> String {
    let mut labels = String::new();
    for run in 0..3 {
        let name = format!("run{run}");
        let ids: Vec<String> = (0..50).map(|at| format!("c{at}")).collect();
        let mut rows = Vec::new();
        for (at, id) in ids.iter().enumerate() {
            let is_positive = at % 4 == 0;
            let is_seen = is_positive != (at % 10 == 3);
            if at % 5 != 4 {
                rows.push((id.as_str(), "disinformation", "lists", if is_seen { 2.5 } else { -0.7 }));
                rows.push((id.as_str(), "disinformation", "noise", if (at * 7 + run) % 3 == 0 { 2.0 } else { 0.0 }));
            }
            writeln!(labels, "{name},{id},campaign{run},disinformation,{is_positive}").expect("a string");
        }
        desk.run(&name, 50, &rows, "0.05");
    }
    labels
}

#[test]
fn labels_and_families_of_runs_are_what_is_learned_from() {
    let desk = Desk::new();
    let rows = lessons(&desk);
    let learned = learn(&desk.labels(&rows), "0.1.0").expect("learned");
    let [one] = learned.dimensions.as_slice() else { panic!("one dimension: {learned:?}") };
    assert_eq!((one.dimension.as_str(), one.positive, one.negative, one.campaigns), ("disinformation", 39, 111, 3));
    assert!(one.accepted && one.why_not().is_empty(), "{one:?}");
    assert!(one.weights["lists"] > 5.0 * one.weights["noise"], "{:?}", one.weights);
    assert_eq!(learned.labels_sha256, claque_ingest::sha256_file(&desk.path("labels.csv")).expect("a hash"));
    // by hand: the first cluster of a run has lists 2.5, and noise 2.0 where 0 + run is a multiple of three
    let run = LabelledRun::read(&desk.path("run0")).expect("a run");
    let expected = BTreeMap::from([("lists".to_owned(), 2.5), ("noise".to_owned(), 2.0)]);
    assert_eq!(run.nats("c0", Dimension::Disinformation), Some(expected));
    assert_eq!(run.nats("c4", Dimension::Disinformation), Some(BTreeMap::new()), "nothing measured is no evidence");
    assert_eq!(run.nats("c50", Dimension::Disinformation), None);
}

#[test]
fn a_dimension_with_too_few_labels_is_skipped_with_its_numbers() {
    let desk = Desk::new();
    let rows = lessons(&desk) + "run0,c0,campaign0,ai_use,true\nrun1,c1,campaign1,ai_use,false\n";
    let learned = learn(&desk.labels(&rows), "0.1.0").expect("learned");
    assert!(!learned.is_complete());
    assert_eq!(learned.skipped[0].dimension, "ai_use");
    let numbers = "1 positive and 1 negative clusters of 2 campaigns are too few";
    assert!(learned.skipped[0].reason.starts_with(numbers), "{:?}", learned.skipped);
    desk.refused(
        "run0,c0,campaign0,ai_use,true\n",
        &["nothing can be learned: ai_use: 1 positive and 0 negative clusters of 1 campaigns are too few"],
    );
}

#[test]
fn labels_of_nothing_are_refused_with_their_record() {
    let desk = Desk::new();
    desk.run("run0", 3, &[("c1", "disinformation", "lists", 1.0)], "0.05");
    desk.run("run1", 3, &[], "0.01");
    desk.run("broken", 3, &[("c7", "disinformation", "lists", 1.0)], "0.05");
    let good = "run0,c0,k,disinformation,true\n";
    for (rows, words) in [
        ("", &["holds no records"][..]),
        ("run0,c0,k,disinformation\n", &["record 1: it has 4 fields, the header has 5"]),
        ("run0,c0,,disinformation,true\n", &["record 1: `campaign` is empty"]),
        ("run0,c0,k,lies,true\n", &["record 1: unknown dimension `lies` (have: coordination, concealment, "]),
        ("run0,c0,k,disinformation,yes\n", &["record 1: `positive` is \"yes\", must be `true` or `false`"]),
        ("run0,c9,k,disinformation,true\n", &["record 1: run `run0` has no cluster `c9`"]),
        ("run9,c0,k,disinformation,true\n", &["record 1: run `run9` cannot be used: no such folder"]),
        ("broken,c0,k,disinformation,true\n", &["record 1: run `broken` cannot be used: `families.parquet`: row 1"]),
        (
            "./run0,c0,k,disinformation,false\n",
            &["record 2: cluster `c0` of run `./run0` has a label for disinformation already, in record 1"],
        ),
        (
            "run1,c0,k,disinformation,false\n",
            &["record 2: runs declare different priors of disinformation: 0.05 in `run0`, 0.01 in `run1`"],
        ),
    ] {
        let before = if words[0].starts_with("record 2") { good } else { "" };
        desk.refused(&format!("{before}{rows}"), words);
    }
    std::fs::write(desk.path("labels.csv"), "run,cluster_id,dimension,positive\n").expect("written");
    let fault = learn(&desk.path("labels.csv"), "0").expect_err("a column is missing");
    assert!(fault.to_string().contains("column `campaign` is missing"), "{fault}");
    assert!(learn(&desk.path("none.csv"), "0").expect_err("nothing there").to_string().ends_with("no such file"));
}

#[test]
fn two_runs_of_one_data_set_are_refused() {
    let desk = Desk::new();
    let input = |name: &str, posts: u64, sha: &str| json!({ "name": name, "rows": { "posts": posts }, "sha256": sha });
    for (name, list, data) in [("run0", "l1", "a"), ("run1", "l2", "a"), ("run2", "l1", "b")] {
        desk.run(name, 3, &[], "0.05");
        let record = json!({
            "settings": { PRIOR: "0.05", PRIOR_COORDINATION: "0.1" },
            "inputs": [input("activity", 9, data), input("lists", 0, list)],
        });
        std::fs::write(desk.path(name).join("run.json"), record.to_string()).expect("written");
    }
    let label = |run: &str, campaign: &str| format!("{run},c0,{campaign},disinformation,true\n");
    desk.refused(
        &[label("run0", "one"), label("run1", "two")].concat(),
        &["record 2: runs `run1` and `run0` were made of the same posts"],
    );
    desk.refused(&[label("run0", "one"), label("run2", "two")].concat(), &["nothing can be learned"]);
}

/// A refit with numbers that are hard to write.
fn hard() -> RefitFile {
    let one = RefittedDimension {
        dimension: "disinformation".into(),
        accepted: true,
        positive: 40,
        negative: 110,
        campaigns: 3,
        prior: 0.05,
        intercept: -(0.1 + 0.2),
        weights: BTreeMap::new(),
        ridge: 0.01,
        calibration: CalibrationEntry::Platt { a: 1.0 / 3.0, b: -1e-17 },
        held_out: HeldOutEntry {
            n: 150,
            cllr: Compared { refit: 0.1, default: 0.2 },
            brier: Compared { refit: 0.3, default: 0.300_000_000_000_000_1 },
        },
    };
    let mut bits = 1_u64;
    let mut awkward = || {
        // xorshift (Marsaglia 2003): every pattern of digits, and magnitudes far apart
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        (bits >> 11) as f64 / 9_007_199_254_740_992.0 * 10_f64.powi((bits % 17) as i32 - 8)
    };
    let weights = (0..2_000).map(|at| (format!("f{at:04}"), awkward())).collect();
    let steps = vec![(-0.7, 1.0 / 3.0), (0.1 + 0.7, 0.5), (f64::MAX, 1.0 - f64::EPSILON)];
    let second = RefittedDimension {
        dimension: "concealment".into(),
        accepted: false,
        calibration: CalibrationEntry::Isotonic(steps),
        held_out: HeldOutEntry { cllr: Compared { refit: 0.25, default: 0.2 }, ..one.held_out },
        ..one.clone()
    };
    let first = RefittedDimension { weights, ..one };
    RefitFile { dimensions: vec![second, first], ..RefitFile::new("0.1.0", "ab".repeat(32), 0.7) }
}

#[test]
fn what_is_written_is_read_back_bit_by_bit() {
    let desk = Desk::new();
    let (path, file) = (desk.path("refit.json"), hard());
    file.write(&path).expect("written");
    let bytes = std::fs::read(&path).expect("a file");
    let read = RefitFile::parse(&bytes).expect("a refit");
    assert_eq!(read, file);
    let bits = |file: &RefitFile| file.dimensions[1].weights.values().map(|w| w.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(&read), bits(&file));
    read.write(&desk.path("again.json")).expect("written");
    assert!(std::fs::read(desk.path("again.json")).expect("a file") == bytes);
    assert_eq!(std::fs::read_dir(desk.path("")).expect("a folder").count(), 2, "no temporary file is left");
}

#[test]
fn a_run_is_handed_accepted_dimensions_only_and_told_of_the_others() {
    let desk = Desk::new();
    hard().write(&desk.path("refit.json")).expect("written");
    let used = StudyRefit::read(&desk.path(""), "refit.json").expect("a refit");
    assert_eq!(used.accepted().into_keys().collect::<Vec<_>>(), [Dimension::Disinformation]);
    assert_eq!(used.calibrated().len(), 1);
    let family = |dimension, family: &str| claque_model::FamilyNats {
        cluster_id: "c0".into(),
        dimension,
        family: family.into(),
        nats: 1.0,
        discount: 1.0,
    };
    let seen = [
        family(Dimension::Disinformation, "f0001"),
        family(Dimension::Disinformation, "new"),
        family(Dimension::Concealment, "other"),
    ];
    assert_eq!(
        used.warnings(&seen),
        [
            "`refit.json`: the refit of concealment was not accepted (Cllr 0.2500 is not below the default's 0.2000): \
             the default stays",
            "`refit.json`: family `new` was in no labelled cluster, so it adds nothing to disinformation",
        ]
    );
}

#[test]
fn a_file_that_no_refit_can_be_is_refused_with_what_is_wrong() {
    let text = serde_json::to_string_pretty(&hard()).expect("text");
    for (from, to, words) in [
        ("\"format\": 1", "\"format\": 2", "it has format 2, this claque reads 1"),
        ("\"format\": 1", "\"form\": 1", "it has no `format`"),
        ("\"accepted\": false", "\"accepted\": true", "`concealment` says of itself what its own figures deny"),
        ("\"concealment\"", "\"lies\"", "`lies` is no dimension"),
        ("\"concealment\"", "\"disinformation\"", "`disinformation` is there twice"),
        ("\"f0001\": ", "\"f0001\": -", "`disinformation` has a weight that is none"),
        ("-0.7,", "1e300,", "`concealment` has a calibration that does not rise"),
        ("\"ridge\"", "\"rigde\"", "unknown field `rigde`"),
        ("{", "", "trailing characters"),
    ] {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text, "{from}");
        let what = RefitFile::parse(changed.as_bytes()).expect_err(words);
        assert!(what.contains(words), "{what}");
    }
}
