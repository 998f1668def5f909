//! Frames inside a signal (feature `polars` of the SDK) behind the host: the memory is the host's on the way in and the
//! signal's on the way out.

use super::fixture::{given, score};
use crate::native::{Forms, NativeSignal, loader};
use claque_model::{Given, LogicalType, ParamValue};
use claque_sdk::polars::prelude as inner;
use claque_sdk::{Call, Error, Exported, Framed, Library, Marks, Rates, Signal, Traces};
use inner::IntoLazy;
use polars::prelude::{DataFrame, SortMultipleOptions, StringChunked, df};
use std::sync::{Arc, OnceLock};

const MANIFEST: &str = r#"
[plugin]
version = "1.0.0"
api = "1"

[[signal]]
id = "test.echo"
title = "Echo"
dimension = "disinformation"
family = "test"
emits = "marks"
innocent = ["None."]
requires = { "marks.in" = { post_id = "id", value = "float", note = "string?" } }
params = { mode = { type = "string", default = "echo" } }

[[signal]]
id = "test.grouped"
title = "Grouped"
dimension = "disinformation"
family = "test"
emits = "rates"
innocent = ["None."]
requires = { posts = { post_id = "id", account_id = "id", embedded = "bool" } }

[[signal]]
id = "test.times"
title = "Times"
dimension = "disinformation"
family = "test"
emits = "traces"
innocent = ["None."]
requires = { posts = { post_id = "id", account_id = "id", created_at = "datetime", n_like = "int" } }
"#;

struct Echo;

impl Signal for Echo {
    const ID: &'static str = "test.echo";
    type Output = Framed<Marks>;

    fn score(call: &Call) -> Result<Framed<Marks>, Error> {
        let mut posts = call.table("marks.in")?.into_frame()?;
        match call.text("mode")? {
            "echo" => {}
            "no value" => posts = posts.drop("value")?,
            "bools" => posts.try_apply("value", |v| v.cast(&inner::DataType::Boolean)).map(|_| ())?,
            "whole" => posts.try_apply("value", |v| v.cast(&inner::DataType::UInt8)).map(|_| ())?,
            "polars" => return Err(posts.column("no_such_column").expect_err("not there").into()),
            "taken" => {
                drop(posts);
                return Err(call.table("marks.in").err().expect("taken"));
            }
            other => return Err(Error::Params(other.to_owned())),
        }
        Framed::new(posts)
    }
}

struct Grouped;

impl Signal for Grouped {
    const ID: &'static str = "test.grouped";
    type Output = Framed<Rates>;

    fn score(call: &Call) -> Result<Framed<Rates>, Error> {
        let posts = call.table("posts")?.into_frame()?.lazy();
        let grouped = posts.group_by([inner::col("account_id")]).agg([
            inner::col("post_id").filter(inner::col("embedded")).alias("post_ids"),
            inner::col("embedded").sum().alias("hits"),
            inner::len().alias("total"),
        ]);
        call.on_frames(|| Framed::new(grouped.collect()?))
    }
}

struct Times;

impl Signal for Times {
    const ID: &'static str = "test.times";
    type Output = Framed<Traces>;

    fn score(call: &Call) -> Result<Framed<Traces>, Error> {
        let posts = call.table("posts")?.into_frame()?.lazy();
        let zone = Some(inner::TimeZone::UTC);
        let at = inner::col("created_at").cast(inner::DataType::Datetime(inner::TimeUnit::Milliseconds, zone));
        let object = (inner::col("n_like") + inner::lit(1)).cast(inner::DataType::String);
        let traces =
            posts.select([inner::col("account_id"), object.alias("object"), at.alias("at"), inner::col("post_id")]);
        Framed::new(traces.collect()?)
    }
}

fn signals() -> Vec<Arc<NativeSignal>> {
    static ONCE: OnceLock<Library> = OnceLock::new();
    claque_sdk::testing::keep_panic_messages();
    let exported = [Exported::of::<Echo>(), Exported::of::<Grouped>(), Exported::of::<Times>()];
    loader::signals_of("test", Forms::default(), Library::serve(&ONCE, claque_abi::ABI_VERSION, MANIFEST, &exported))
        .expect("signals")
}

fn marks() -> DataFrame {
    let ids = ["x:1", "x:2", "x:3"].map(|id| format!("{id}, an id of more than twelve bytes"));
    df!("post_id" => ids.as_slice(), "value" => [0.25, 0.0, 1.0], "note" => [Some("caf\u{e9}"), None, Some("another note")])
        .expect("a table")
}

fn in_mode(mode: &str, marks: DataFrame) -> Given {
    let mut given = given("marks.in", marks);
    given.params.insert("mode".into(), ParamValue::Text(mode.into()));
    given
}

#[test]
fn a_frame_comes_and_goes_in_the_same_memory_chunk_by_chunk() {
    let echo = &signals()[0];
    let mut two = marks().slice(1, 2);
    two.vstack_mut(&marks()).expect("the same columns");
    let addresses = |frame: &DataFrame| {
        let ids: &StringChunked = frame["post_id"].as_materialized_series().str().expect("text");
        let floats = frame["value"].f64().expect("floats").downcast_iter().map(|c| c.values().as_ptr() as usize);
        ids.downcast_iter().map(|c| c.views().as_ptr() as usize).chain(floats).collect::<Vec<_>>()
    };
    let back = score(echo, &in_mode("echo", two.clone())).expect("marks");
    assert!(back.select(two.get_column_names_owned()).expect("its columns").equals_missing(&two), "{back}");
    assert_eq!(addresses(&back), addresses(&two));
    assert_eq!(addresses(&two).len(), 4, "two chunks of two columns");
    let empty = score(echo, &in_mode("echo", marks().clear())).expect("marks");
    assert_eq!(empty.height(), 0);
}

#[test]
fn whole_numbers_become_floats_and_what_no_shape_has_is_refused() {
    let echo = &signals()[0];
    let whole = score(echo, &in_mode("whole", marks())).expect("marks");
    assert_eq!(whole["value"].f64().expect("floats").iter().flatten().collect::<Vec<_>>(), [0.0, 0.0, 1.0]);
    let fault = |mode| score(echo, &in_mode(mode, marks())).expect_err("a fault").to_string();
    assert_eq!(fault("no value"), "the frame has no column `value`, which its shape needs");
    assert_eq!(fault("bools"), "the column `value` has the type bool, which no shape has");
    assert!(fault("polars").contains("no_such_column"), "{}", fault("polars"));
    assert_eq!(fault("taken"), "refused its tables: the table `marks.in` was taken before");
}

#[test]
fn groups_with_lists_of_posts_and_times_of_another_unit_come_back() {
    let signals = signals();
    let mut posts = df!(
        "post_id" => ["x:1", "x:2", "x:3", "x:4"],
        "account_id" => ["x:a", "x:a", "x:b", "x:a"],
        "embedded" => [true, false, false, true],
        "n_like" => [Some(1), Some(-2), Some(i64::MAX - 1), Some(0)],
        "created_at" => [0_i64, 1_700_000_000_000_000, -1_000, 1_000],
    )
    .expect("a table");
    posts.try_apply("created_at", |at| at.cast(&LogicalType::Datetime.dtype())).expect("whole numbers are times");
    let given = given("posts", posts);
    let rates = score(&signals[1], &given)
        .expect("rates")
        .sort(["account_id"], SortMultipleOptions::default())
        .expect("sorted");
    let expected = df!("account_id" => ["x:a", "x:b"], "hits" => [2.0, 0.0], "total" => [3.0, 1.0]).expect("a table");
    assert!(rates.select(["account_id", "hits", "total"]).expect("its columns").equals(&expected), "{rates}");
    let lists: Vec<usize> = rates["post_ids"].list().expect("lists").iter().map(|l| l.expect("a list").len()).collect();
    assert_eq!(lists, [2, 0]);
    let traces = score(&signals[2], &given).expect("traces");
    let objects: Vec<_> = traces["object"].str().expect("texts").iter().flatten().collect();
    assert_eq!(objects, ["2", "-1", "9223372036854775807", "1"]);
    let at: Vec<_> = traces["at"].datetime().expect("times").physical().iter().flatten().collect();
    assert_eq!(at, [0, 1_700_000_000_000_000, -1_000, 1_000]);
}
