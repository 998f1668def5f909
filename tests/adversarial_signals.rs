//! Signals that mean no good: one that marks everything, two of noise, one that knows part of the truth. What they can do
//! to scores is bounded, whatever they say.

use crate::support::{Desk, contents, repository, text};
use claque_ingest::read_table;
use std::collections::BTreeMap;
use std::path::Path;

/// Most nats that one more family, or one more member of a family, may move an index by.
const NOISE_NATS: f64 = 0.7;
/// What a signal that did not come with the program may give.
const THIRD_PARTY_NATS: f64 = 1.1;

/// A script of the shape `marks`, whose posts and values are as given.
fn script(id: &str, family: &str, cap: f64, body: &str) -> String {
    format!(
        r#"return plugin({{
	id = "{id}", version = "1.0.0", api = "1", title = "{id}", doc = "A signal of no worth.",
	dimension = "disinformation", family = "{family}", emits = "marks", cap = {cap},
	requires = {{ posts = {{ post_id = "id", account_id = "id" }} }},
	innocent = {{ "It says nothing." }}, disarm = {{}},
	score = function(ctx)
		return {body}
	end,
}})
"#
    )
}

/// Half of the accounts that were planted as this scenario, the first ones.
fn half_of(scenario: &str) -> Vec<String> {
    let labels = repository().join("datasets/quickstart/truth/labels.csv");
    let labels = std::fs::read_to_string(labels).expect("labels");
    let of = labels.lines().filter(|line| line.split(',').nth(1) == Some(scenario));
    let all: Vec<String> = of.filter_map(|line| line.split(',').next().map(str::to_owned)).collect();
    assert!(all.len() >= 20, "{scenario} is planted");
    all[..all.len() / 2].to_vec()
}

/// K, I and the four indices of every cluster, as log-odds.
fn log_odds(desk: &Desk, run: &str) -> BTreeMap<(String, String), f64> {
    let scores = read_table(&desk.path(run).join("tables/scores.parquet")).expect("scores");
    let column = |name: &str| scores.column(name).and_then(|c| c.str()).expect("text").clone();
    let (clusters, dimensions) = (column("cluster_id"), column("dimension"));
    let own = scores.column("own").and_then(|c| c.f64()).expect("numbers").clone();
    (0..scores.height())
        .map(|row| {
            let key = (clusters.get(row).expect("an id").to_owned(), dimensions.get(row).expect("a word").to_owned());
            let own: f64 = own.get(row).expect("a number");
            (key, (own / (1.0 - own)).ln())
        })
        .collect()
}

/// Largest change of any index of any cluster, and of those of disinformation alone.
fn moved(before: &BTreeMap<(String, String), f64>, after: &BTreeMap<(String, String), f64>) -> (f64, f64) {
    assert!(before.keys().eq(after.keys()) && before.len() >= 6, "the same clusters");
    let change = |wanted: &dyn Fn(&str) -> bool| {
        let of = before.iter().filter(|((_, dimension), _)| wanted(dimension));
        of.map(|(key, odds)| (odds - after[key]).abs()).fold(0.0, f64::max)
    };
    (change(&|_| true), change(&|dimension| dimension == "disinformation"))
}

#[test]
fn worthless_and_knowing_signals_move_no_index_beyond_their_bounds() {
    let desk = Desk::new();
    for (name, bytes) in contents(&repository().join("datasets/quickstart")) {
        desk.write(&format!("study/{name}"), bytes);
    }
    let file = desk.path("study/study.toml");
    let study = std::fs::read_to_string(&file).expect("a study") + "\n[null_model]\ncorpus_draws = 19\n";
    std::fs::write(&file, study).expect("ours");
    let noise = r#"ctx:table("posts"):select("post_id", (col("post_id"):str_slice(-2):cast("int"):fill_null(50) / 100):alias("value"))"#;
    let knows_half_of = |scenario: &str| {
        let half: Vec<String> = half_of(scenario).iter().map(|id| format!("{id:?}")).collect();
        format!(
            r#"ctx:table("posts"):filter(col("account_id"):is_in({{ {} }})):select("post_id", lit(1):alias("value"))"#,
            half.join(", ")
        )
    };
    let (insider, elsewhere) = (knows_half_of("false-procedure"), knows_half_of("cloned-media"));
    let everything = r#"ctx:table("posts"):select("post_id", lit(1):alias("value"))"#;
    let signals = [
        ("everything", script("bad.everything", "everything", 4.0, everything), NOISE_NATS),
        ("noise", script("bad.noise", "noise", 4.0, noise), NOISE_NATS),
        ("guest", script("bad.guest", "procedure", 4.0, noise), NOISE_NATS),
        ("insider", script("bad.insider", "insider", 4.0, &insider), THIRD_PARTY_NATS),
        // in a family that speaks against the group: from there up to its cap
        ("guest-insider", script("bad.insider", "lists", 4.0, &elsewhere), THIRD_PARTY_NATS + NOISE_NATS),
    ];
    desk.done(&["run", &text(Path::new("study")), "-o", "plain"]);
    let plain = log_odds(&desk, "plain");
    for (name, source, most) in signals {
        desk.write(&format!("{name}/{name}/main.luau"), source);
        let run = format!("with-{name}");
        desk.done(&["run", "study", "-o", &run, "--plugins", name]);
        let (any, disinformation) = moved(&plain, &log_odds(&desk, &run));
        println!("{name}: {any:.3} nats at most, {disinformation:.3} of disinformation");
        assert!(disinformation > 0.0, "{name} was heard");
        assert!(any <= most + 1e-9, "{name} moves {any} nats, {most} are allowed");
    }
}
