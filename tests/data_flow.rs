//! From platform files through a study to a run, on input that nobody prepared for it.

use crate::support::{Desk, reference, text};
use std::fmt::Write;

#[test]
fn a_study_over_a_real_sample_ends_with_no_group_beyond_chance_and_reasons() {
    let Some(file) = reference("data/parity/russian_coord_tweets.csv") else { return };
    let desk = Desk::new();
    desk.write(
        "study/study.toml",
        format!(
            "[study]\nid = \"sample\"\ntitle = \"Retweets\"\n[[input]]\nname = \"shares\"\npath = {:?}\n",
            text(&file)
        ),
    );
    let outcome = desk.done(&["run", "study", "-o", "run"]);
    assert!(outcome.stdout.contains("no group beyond chance"), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("not assessed"), "{}", outcome.stdout);
    assert!(desk.path("run/report.html").is_file());
}

#[test]
fn the_archive_sample_imports_inspects_and_runs() {
    let Some(tweets) = reference("formats/twitter_io/synthetic_tweets.csv") else { return };
    let Some(users) = reference("formats/twitter_io/synthetic_users.csv") else { return };
    let desk = Desk::new();
    let imported = desk.done(&["import", &text(&tweets), &text(&users), "-o", "study/activity"]);
    assert!(imported.stdout.contains("imported 6 posts"), "{}", imported.stdout);
    let inspected = desk.done(&["inspect", "study/activity"]);
    assert!(inspected.stdout.contains("precision of times: min"), "{}", inspected.stdout);
    desk.write(
        "study/study.toml",
        "[study]\nid = \"a\"\ntitle = \"A\"\n[[input]]\nname = \"a\"\npath = \"activity\"\n",
    );
    let outcome = desk.done(&["run", "study", "-o", "run"]);
    assert!(outcome.stdout.contains("time_precision") || outcome.stdout.contains("too coarse"), "{}", outcome.stdout);
}

#[test]
fn a_mapped_file_runs_and_a_bad_row_is_counted_with_its_record() {
    let desk = Desk::new();
    let mut csv = String::from("who;when;what\n");
    for row in 0..40 {
        writeln!(csv, "user{};2024-05-01T10:{row:02}:00Z;hello https://ex.test/{}", row % 7, row % 5)
            .expect("a string");
    }
    csv.push_str("user1;yesterday;no time\n");
    desk.write("posts.csv", csv);
    let outcome = desk.claque(&[
        "import",
        "posts.csv",
        "-o",
        "activity",
        "--map",
        "account_id=who",
        "--map",
        "created_at=when",
        "--map",
        "text=what",
    ]);
    assert_eq!(outcome.code, 1, "{}{}", outcome.stdout, outcome.stderr);
    assert!(outcome.stdout.contains("bad_time") && outcome.stdout.contains("record 41"), "{}", outcome.stdout);
    let inspected = desk.done(&["inspect", "activity"]);
    assert!(inspected.stdout.contains("40 posts by 7 accounts"), "{}", inspected.stdout);
}
