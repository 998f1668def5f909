//! What polars does inside stays within the call: its rows, its memory, its threads. A program of its own, since the
//! pool of polars is made once per process.

use claque_quick_succession::QuickSuccession;
use claque_sdk::testing::{Input, Output, Trial};
use claque_sdk::{Call, Error, Marks, Signal};
use polars_core::runtime::RAYON;

const SECOND: i64 = 1_000_000;

fn run(threads: u32) -> Output {
    let posts = Input::new()
        .texts("post_id", ["x:4", "x:1", "x:2", "x:3", "x:5"])
        .texts("account_id", [Some("x:a"), Some("x:a"), Some("x:a"), Some("x:b"), None])
        .times("created_at", [Some(40 * SECOND), Some(0), Some(10 * SECOND), Some(11 * SECOND), Some(12 * SECOND)]);
    let trial = Trial::new().table("posts", posts).param("gap", 10 * SECOND).param("min_posts", 1).threads(threads);
    trial.run::<QuickSuccession>().expect("rates")
}

/// Marks a post with the number of threads on which polars works, and names the thread of its work.
struct Told;

impl Signal for Told {
    const ID: &'static str = "test.told";
    type Output = Marks;

    fn score(call: &Call) -> Result<Marks, Error> {
        let mut marks = Marks::new();
        let (pool, thread) = call.on_frames(|| {
            let thread = RAYON.install(|| std::thread::current().name().unwrap_or_default().to_owned());
            (RAYON.current_num_threads(), thread)
        });
        marks.push_noted("x:1", pool as f64, &thread);
        Ok(marks)
    }
}

fn told(threads: u32) -> (f64, bool) {
    let rows = Trial::new().threads(threads).run::<Told>().expect("a mark");
    (rows.floats("value")[0], rows.texts("note")[0].starts_with("polars"))
}

#[test]
fn rows_are_right_and_one_thread_is_one_thread() {
    const INNER: &str = "QUICK_SUCCESSION_INNER";
    if std::env::var_os(INNER).is_none() {
        // again, with a pool of two: polars reads this at its first use, and the host sets it when it starts
        let mut again = std::process::Command::new(std::env::current_exe().expect("a path"));
        let output = again.env(INNER, "1").env("POLARS_MAX_THREADS", "2").output().expect("the test starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        return;
    }
    let check = |rows: &Output| {
        let mut found: Vec<(String, f64, f64)> = Vec::new();
        let (hits, total) = (rows.floats("hits"), rows.floats("total"));
        for (i, account) in rows.texts("account_id").into_iter().enumerate() {
            found.push((account, hits[i], total[i]));
        }
        found.sort_by(|a, b| a.0.cmp(&b.0));
        assert_eq!(found, [("x:a".to_owned(), 1.0, 3.0), ("x:b".to_owned(), 0.0, 1.0)]);
        let mut posts = rows.lists("post_ids");
        posts.sort();
        assert_eq!(posts, [vec![], vec!["x:2".to_owned()]]);
    };
    check(&run(1));
    check(&run(2));
    // (threads, on the pool of polars?)
    assert_eq!(told(1), (1.0, false), "fewer than the pool has: on the thread of the call alone");
    assert_eq!(told(2), (2.0, true), "as many as the pool has");
    assert_eq!(told(64), (2.0, true), "never more than the host made the pool for");
    assert_eq!(told(1), (1.0, false));
}
