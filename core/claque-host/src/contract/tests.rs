//! The contract on hand-made tables: one rule, one test; outputs are wrong in one place each.

use super::*;
use crate::declaration_from_json;
use claque_model::{Origin, Shape, Unwatched};
use polars::prelude::{Column, IntoColumn, NamedFrom, Series, df};
use proptest::prelude::*;
use serde_json::json;

#[expect(clippy::needless_pass_by_value, reason = "`json!` makes values")]
fn declaration(id: &str, emits: &str, requires: serde_json::Value) -> Declaration {
    declaration_from_json(&json!({
        "id": id, "version": "1.0.0", "api": "1", "title": "A test", "dimension": "coordination", "family": "test",
        "emits": emits, "requires": requires, "innocent": ["It is a test."],
        "params": { "least": { "type": "int", "default": 2, "min": 1, "max": 9 } },
    }))
    .expect("a declaration")
}

fn times(values: &[Option<i64>]) -> Column {
    let whole = Series::new("at".into(), values);
    whole.cast(&claque_model::ColumnType::Time.dtype()).expect("microseconds").into_column()
}

/// Posts x:1 to x:3 by a, a, b at 10, 20, 30 µs; the last one embedded.
fn posts() -> DataFrame {
    let mut posts = df!("post_id" => ["x:1", "x:2", "x:3"], "account_id" => ["x:a", "x:a", "x:b"],
                        "embedded" => [false, false, true], "text" => [Some("a"), None, Some("c")])
    .expect("columns of one length");
    posts.with_column(times(&[Some(10), Some(20), Some(30)]).with_name("created_at".into())).expect("one length");
    posts
}

fn tables_of(posts: DataFrame) -> BTreeMap<String, DataFrame> {
    BTreeMap::from([("posts".to_owned(), posts)])
}

fn given(declaration: &Declaration) -> Given {
    let activity = Activity::default();
    let user = tables_of(posts());
    let mut tables = Tables::new(&activity, &user);
    tables.insert("posts".into(), posts());
    tables
        .insert("clusters".into(), df!("cluster_id" => ["k1", "k1"], "account_id" => ["x:a", "x:b"]).expect("columns"));
    Given {
        tables: prepare(declaration, &tables).expect("all is there"),
        params: BTreeMap::new(),
        seed: 1,
        time_limit: Duration::from_secs(1),
        memory_limit: 1 << 20,
        max_threads: 1,
    }
}

fn marks() -> Declaration {
    declaration("a.marks", "marks", json!({ "posts": { "post_id": "id", "account_id": "id" } }))
}

fn traces() -> Declaration {
    let posts = json!({ "posts": { "post_id": "id", "account_id": "id", "created_at": "datetime" } });
    declaration("a.traces", "traces", posts)
}

#[track_caller]
fn refused(declaration: &Declaration, output: DataFrame, words: &str) {
    let error = check_output(declaration, &given(declaration), output).expect_err(words).to_string();
    assert!(error.contains(words), "{error}");
}

fn trace_rows(posts: &[&str], accounts: &[&str], at: &[Option<i64>]) -> DataFrame {
    let objects = vec!["o"; posts.len()];
    let mut rows = df!("account_id" => accounts, "object" => objects, "post_id" => posts).expect("columns");
    rows.with_column(times(at)).expect("one length");
    rows
}

#[test]
fn exactly_the_declared_columns_arrive_in_their_order() {
    let needs =
        json!({ "posts": { "text": "string", "post_id": "id", "lang": "string?" }, "links": { "post_id": "id?" } });
    let declaration = declaration("a.b", "marks", needs);
    let given = given(&declaration);
    assert_eq!(given.tables.keys().collect::<Vec<_>>(), ["links", "posts"]);
    assert_eq!(given.tables["posts"].get_column_names(), ["lang", "post_id", "text"]);
    assert_eq!(given.tables["posts"].column("lang").expect("lang").null_count(), 3);
    assert_eq!(given.tables["links"].shape(), (0, 1));
}

#[test]
fn embedded_posts_are_no_activity() {
    let activity = Activity::try_new([("posts".to_owned(), canonical_posts())]).expect("the schema");
    let user = BTreeMap::new();
    let tables = Tables::new(&activity, &user);
    let given = prepare(&marks(), &tables).expect("all is there");
    let ids: Vec<&str> = given["posts"].column("post_id").expect("ids").str().expect("text").iter().flatten().collect();
    assert_eq!(ids, ["x:1", "x:2"]);
}

fn canonical_posts() -> DataFrame {
    let mut posts = posts();
    for name in ["platform", "native_id", "kind", "status", "source_id"] {
        let word = match name {
            "kind" => "post",
            "status" => "visible",
            _ => "x",
        };
        posts.with_column(Series::new(name.into(), [word; 3]).into_column()).expect("one length");
    }
    posts.with_column(Series::new("text_truncated".into(), [false; 3]).into_column()).expect("one length");
    posts.with_column(Series::new("source_row".into(), [1_u64, 2, 3]).into_column()).expect("one length");
    posts
}

#[test]
fn what_is_missing_is_named_and_never_zero() {
    let activity = Activity::default();
    let mut without_text = posts();
    without_text
        .with_column(Column::full_null("text".into(), 3, &claque_model::LogicalType::String.dtype()))
        .expect("one length");
    let user = BTreeMap::from([("posts".to_owned(), without_text), ("lists".to_owned(), DataFrame::empty())]);
    let tables = Tables::new(&activity, &user);
    let missing = |emits: &str, requires| prepare(&declaration("a.b", emits, requires), &tables).expect_err("missing");
    let no_column = |column: &str| MissingReason::NoColumn { table: "posts".into(), column: column.into() };
    assert_eq!(missing("marks", json!({ "links": { "post_id": "id" } })), MissingReason::NoTable("links".into()));
    assert_eq!(missing("marks", json!({ "lists": { "key": "string" } })), MissingReason::NoTable("lists".into()));
    assert_eq!(missing("marks", json!({ "posts": { "text": "string" } })), no_column("text"));
    assert_eq!(missing("marks", json!({ "posts": { "lang": "string" } })), no_column("lang"));
    assert_eq!(
        missing("marks", json!({ "marks.x.y": { "post_id": "id" } })),
        MissingReason::SourceMissing("marks.x.y".into())
    );
    assert_eq!(
        missing("statistics", json!({ "posts": { "post_id": "id" } })),
        MissingReason::NoTable("clusters".into())
    );
}

#[test]
fn marks_without_rows_are_an_answer() {
    let (activity, user) = (Activity::default(), BTreeMap::new());
    let mut tables = Tables::new(&activity, &user);
    let none = df!("post_id" => Vec::<String>::new(), "value" => Vec::<f64>::new()).expect("columns");
    tables.insert("marks.x.y".into(), none);
    let reader =
        declaration("a.b", "marks", json!({ "marks.x.y": { "post_id": "id", "value": "float", "note": "string?" } }));
    assert_eq!(prepare(&reader, &tables).expect("it ran")["marks.x.y"].shape(), (0, 3));
}

#[test]
fn a_good_output_is_sorted_by_its_key_and_widened() {
    let output = df!("value" => [1_i32, 0], "post_id" => ["x:2", "x:1"], "note" => [None, Some("n")]).expect("columns");
    let checked = check_output(&marks(), &given(&marks()), output).expect("right");
    let expected =
        df!("post_id" => ["x:1", "x:2"], "value" => [0.0, 1.0], "note" => [Some("n"), None]).expect("columns");
    assert!(checked.equals_missing(&expected), "{checked}");
}

#[test]
fn columns_of_another_shape_are_refused() {
    let good = df!("post_id" => ["x:1"], "value" => [1.0]).expect("columns");
    let with = |name: &str| good.clone().hstack(&[Series::new(name.into(), ["x"]).into_column()]).expect("one length");
    refused(&marks(), with("notes"), "column `notes` is not one of marks (post_id, value, note); did you mean `note`?");
    refused(&marks(), good.drop("value").expect("there"), "column `value` is missing (have: post_id)");
    refused(&marks(), df!("post_id" => ["x:1"], "value" => ["1"]).expect("columns"), "`value` must hold numbers");
    refused(&marks(), df!("post_id" => [1], "value" => [1.0]).expect("columns"), "`post_id` must hold texts");
    refused(&marks(), df!("post_id" => ["x:1"], "value" => [true]).expect("columns"), "`value` must hold numbers");
    let naive =
        df!("account_id" => ["x:a"], "object" => ["o"], "post_id" => ["x:1"], "at" => [10_i64]).expect("columns");
    refused(&traces(), naive, "`at` must hold times in UTC");
}

#[test]
fn the_first_offending_row_is_named_with_its_value() {
    let of = |ids: &[&str], values: &[Option<f64>]| df!("post_id" => ids, "value" => values).expect("columns");
    refused(&marks(), of(&["x:1", "x:9"], &[Some(1.0), Some(1.0)]), "row 2: `post_id` is `x:9`, which is no post");
    refused(&marks(), of(&["x:1", "x:2"], &[Some(1.0), Some(7.0)]), "row 2: `value` is 7, must be from 0 to 1");
    refused(&marks(), of(&["x:1"], &[Some(f64::NAN)]), "row 1: `value` is NaN");
    refused(&marks(), of(&["x:1", "x:2"], &[Some(1.0), None]), "row 2: `value` is null");
    refused(&marks(), of(&["x:2", "x:1", "x:2"], &[Some(1.0); 3]), "rows 1 and 3 have the same `post_id` x:2");
}

#[test]
fn a_trace_is_an_accounts_own_post_at_a_known_time() {
    assert!(check_output(&traces(), &given(&traces()), trace_rows(&["x:1"], &["x:a"], &[Some(10)])).is_ok());
    refused(&traces(), trace_rows(&["x:1"], &["x:b"], &[Some(10)]), "post `x:1` is not by that account");
    refused(&traces(), trace_rows(&["x:1", "x:2"], &["x:a", "x:a"], &[Some(10), Some(31)]), "row 2: `at` is");
    refused(&traces(), trace_rows(&["x:1"], &["x:a"], &[None]), "row 1: `at` is null");
    refused(&traces(), trace_rows(&["x:1", "x:1"], &["x:a", "x:a"], &[Some(10); 2]), "`post_id` x:1 and `object` o");
}

#[test]
fn one_post_carries_fifty_traces_and_not_one_more() {
    let rows = |n: usize| {
        let objects: Vec<String> = (0..n).map(|i| format!("o{i:02}")).collect();
        let mut rows =
            df!("account_id" => vec!["x:a"; n], "object" => objects, "post_id" => vec!["x:1"; n]).expect("columns");
        rows.with_column(times(&vec![Some(10); n])).expect("one length");
        rows
    };
    assert!(check_output(&traces(), &given(&traces()), rows(50)).is_ok());
    refused(&traces(), rows(51), "row 51: post `x:1` has more than 50 traces");
}

#[test]
fn rates_and_statistics_keep_their_rules() {
    let rates = declaration("a.rates", "rates", json!({ "posts": { "post_id": "id", "account_id": "id" } }));
    let of =
        |hits: f64, total: f64| df!("account_id" => ["x:b"], "hits" => [hits], "total" => [total]).expect("columns");
    assert!(check_output(&rates, &given(&rates), of(1.8, 3.0)).is_ok());
    refused(&rates, of(4.0, 3.0), "row 1: `hits` is 4, more than `total`, which is 3");
    refused(&rates, of(-1.0, 3.0), "row 1: `hits` is -1, must be at least 0");
    refused(&rates, of(1.0, f64::INFINITY), "row 1: `total` is inf");
    let listed = |ids: &[&str]| {
        let mut rows = of(1.0, 2.0);
        let list = Series::new("post_ids".into(), [Series::new("".into(), ids)]);
        rows.with_column(list.into_column()).expect("one length");
        rows
    };
    assert!(check_output(&rates, &given(&rates), listed(&["x:1", "x:3"])).is_ok());
    refused(&rates, listed(&["x:1", "x:8"]), "row 1: `post_ids` is `x:8`, which is no post");
    refused(&rates, listed(&vec!["x:1"; 1001]), "`post_ids` has 1001 posts, at most 1000");

    let statistics = declaration("a.stat", "statistics", json!({ "posts": { "account_id": "id" } }));
    let of = |id: &str, value: f64| df!("cluster_id" => [id], "value" => [value]).expect("columns");
    assert!(check_output(&statistics, &given(&statistics), of("k1", -3.0)).is_ok());
    refused(&statistics, of("k9", 1.0), "`cluster_id` is `k9`, which is no cluster");
    refused(&statistics, of("k1", f64::NEG_INFINITY), "must be finite");
}

#[test]
fn an_output_beyond_the_memory_limit_is_refused() {
    let mut given = given(&marks());
    given.memory_limit = 8;
    let output = df!("post_id" => ["x:1"], "value" => [1.0]).expect("columns");
    assert_eq!(check_output(&marks(), &given, output), Err(Fault::OutOfMemory(0)));
}

proptest! {
    #[test]
    fn duplicates_are_found_as_a_plain_search_finds_them(ids in prop::collection::vec(0..3_usize, 0..6)) {
        let names: Vec<&str> = ids.iter().map(|i| ["x:1", "x:2", "x:3"][*i]).collect();
        let twice = (0..names.len()).find_map(|at| Some((names[..at].iter().position(|n| *n == names[at])?, at)));
        let output = df!("post_id" => names.clone(), "value" => vec![1.0; names.len()]).expect("columns");
        match (check_output(&marks(), &given(&marks()), output), twice) {
            (Ok(table), None) => prop_assert_eq!(table.height(), names.len()),
            (Err(error), Some((first, second))) => {
                let rows = format!("rows {} and {} have", first + 1, second + 1);
                prop_assert!(error.to_string().contains(&rows), "{}", error);
            }
            (found, expected) => prop_assert!(false, "{:?} instead of {:?}", found, expected),
        }
    }
}

/// A signal that does what the test says.
struct Acting<F>(Declaration, F);

impl<F: Fn(&Given) -> Result<DataFrame, Fault> + Send + Sync> Signal for Acting<F> {
    fn declaration(&self) -> &Declaration {
        &self.0
    }
    fn origin(&self) -> Origin {
        Origin::BuiltIn
    }
    fn score(&self, given: &Given, _: &dyn Services) -> Result<DataFrame, Fault> {
        (self.1)(given)
    }
}

fn run_it(signal: &dyn Signal, params: &BTreeMap<String, ParamValue>, seed: u64) -> Result<DataFrame, RunFault> {
    let (activity, user) = (Activity::default(), BTreeMap::new());
    let mut tables = Tables::new(&activity, &user);
    tables.insert("posts".into(), posts());
    run(signal, &tables, params, seed, &Limits::default(), &Unwatched)
}

#[test]
fn a_panic_stops_at_the_border() {
    let signal = Acting(marks(), |_: &Given| panic!("out of paper"));
    let none = BTreeMap::new();
    assert_eq!(run_it(&signal, &none, 1), Err(RunFault::Fault(Fault::Panicked("out of paper".into()))));
}

#[test]
fn parameters_are_checked_and_defaults_filled_in() {
    let signal = Acting(marks(), |given: &Given| Err(Fault::Raised(format!("{:?}", given.params["least"]))));
    let raised = |value: i64| {
        let params = BTreeMap::from([("least".to_owned(), ParamValue::Int(value))]);
        run_it(&signal, &params, 1).expect_err("always").to_string()
    };
    assert_eq!(run_it(&signal, &BTreeMap::new(), 1).expect_err("always").to_string(), "Int(2)");
    assert_eq!(raised(3), "Int(3)");
    assert_eq!(raised(10), "parameter `least` is 10, must be a whole number from 1 to 9");
}

#[test]
fn the_seed_depends_on_the_run_and_on_the_signal() {
    let seed_of = |id: &str, run: u64| {
        let told = |given: &Given| Err(Fault::Raised(given.seed.to_string()));
        let mut declared = marks();
        declared.id = id.to_owned();
        run_it(&Acting(declared, told), &BTreeMap::new(), run).expect_err("always").to_string()
    };
    assert_eq!(seed_of("a.b", 1), seed_of("a.b", 1));
    assert_ne!(seed_of("a.b", 1), seed_of("a.b", 2));
    assert_ne!(seed_of("a.b", 1), seed_of("a.c", 1));
}

#[test]
fn signals_come_after_those_that_they_read() {
    let reader = |id: &str, emits: &str, source: &str| declaration(id, emits, json!({ source: { "post_id": "id" } }));
    let spread = reader("a.spread", "statistics", "marks.a.leak");
    let leak = reader("a.leak", "marks", "trace.text");
    let text = reader("coord.text", "traces", "posts");
    let other = reader("a.other", "marks", "marks.not.there");
    let all = [&spread, &leak, &other, &text];
    assert_eq!(order(&all), Ok(vec![2, 3, 1, 0]));
}

#[test]
fn a_circle_is_named() {
    let reader = |id: &str, source: &str| declaration(id, "marks", json!({ source: { "post_id": "id" } }));
    let (a, b, c) = (reader("a", "marks.b"), reader("b", "marks.c"), reader("c", "marks.b"));
    let circle = order(&[&a, &b, &c]).expect_err("a circle");
    assert_eq!(circle.ids, ["b", "c", "b"]);
    let own = reader("d", "marks.d");
    assert_eq!(order(&[&own]).expect_err("a circle").ids, ["d", "d"]);
}

#[test]
fn keys_are_those_of_the_contract() {
    assert_eq!(key_of(Shape::Traces), ["post_id", "object"]);
    assert_eq!(key_of(Shape::Rates), ["account_id"]);
}
