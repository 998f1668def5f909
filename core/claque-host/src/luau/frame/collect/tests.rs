//! Plans that are stopped, plans that panic, and joins and windows whose size is told beforehand.

use super::run_until;
use polars::prelude::{
    AllowedOptimizations, AnyValue, Column, DataFrame, DataType, Duration, DynamicGroupOptions, Expr, IntoLazy,
    JoinArgs, JoinType, LazyFrame, PolarsResult, SortMultipleOptions, StartBy, TimeUnit, col, len, lit,
};
use proptest::prelude::{Strategy, proptest};
use proptest::test_runner::Config;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

fn numbers(name: &str, values: impl IntoIterator<Item = Option<i64>>) -> Column {
    let values: Vec<AnyValue> = values.into_iter().map(|v| v.map_or(AnyValue::Null, AnyValue::Int64)).collect();
    Column::new(name.into(), polars::prelude::Series::from_any_values(name.into(), &values, true).expect("numbers"))
        .cast(&DataType::Int64)
        .expect("whole numbers")
}

fn keyed(keys: &[Option<i64>], value: &str) -> DataFrame {
    let columns = vec![numbers("k", keys.iter().copied()), numbers(value, (0..).map(Some).take(keys.len()))];
    DataFrame::new(keys.len(), columns).expect("columns of one length")
}

/// An operator that counts how often it ran, and sets the flag when it did.
fn counted(plan: LazyFrame, ran: &Arc<AtomicUsize>, flag: Option<&Arc<AtomicBool>>) -> LazyFrame {
    let (ran, flag) = (Arc::clone(ran), flag.cloned());
    plan.map(
        move |rows: DataFrame| {
            ran.fetch_add(1, Ordering::Relaxed);
            if let Some(flag) = &flag {
                flag.store(true, Ordering::Relaxed);
            }
            Ok(rows)
        },
        AllowedOptimizations::default(),
        None,
        Some("counted"),
    )
}

#[test]
fn a_plan_ends_behind_the_operator_during_which_it_was_stopped() {
    let (ran, stopped) = (Arc::new(AtomicUsize::new(0)), Arc::default());
    let plan = || keyed(&[Some(1), Some(2)], "v").lazy().with_columns([(col("v") + lit(1)).alias("w")]);
    let three = |flag| {
        let plan = counted(counted(plan(), &ran, None), &ran, flag);
        counted(plan.sort(["w"], SortMultipleOptions::default()), &ran, None)
    };
    let error = run_until(three(Some(&stopped)), &stopped, None).expect_err("it was stopped");
    assert_eq!((error.to_string().as_str(), ran.swap(0, Ordering::Relaxed)), ("stopped", 2));
    // the control: unstopped, all three run
    assert_eq!(run_until(three(None), &Arc::default(), None).expect("rows").height(), 2);
    assert_eq!(ran.load(Ordering::Relaxed), 3);
}

#[test]
fn both_sides_of_a_join_are_stopped() {
    let (ran, stopped) = (Arc::new(AtomicUsize::new(0)), Arc::default());
    let side = |flag| counted(keyed(&[Some(1), Some(2)], "v").lazy(), &ran, flag);
    let joined =
        side(Some(&stopped)).join(side(Some(&stopped)), [col("k")], [col("k")], JoinArgs::new(JoinType::Inner));
    let after = counted(joined, &ran, None);
    assert_eq!(run_until(after, &stopped, None).expect_err("it was stopped").to_string(), "stopped");
    // both sides may have run at the same time; what comes behind the join has not
    assert!(ran.load(Ordering::Relaxed) <= 2);
}

#[test]
fn a_panic_inside_a_plan_is_a_panic_of_this_thread_and_the_next_plan_runs() {
    let broken = |plan: LazyFrame| {
        plan.map(|_| panic!("a bug in polars"), AllowedOptimizations::default(), None, Some("broken"))
    };
    let rows = keyed(&[Some(1)], "v");
    let alone = broken(rows.clone().lazy());
    let joined =
        rows.clone().lazy().join(broken(rows.clone().lazy()), [col("k")], [col("k")], JoinArgs::new(JoinType::Left));
    for plan in [alone, joined] {
        assert!(catch_unwind(AssertUnwindSafe(|| run_until(plan, &Arc::default(), Some(1 << 20)))).is_err());
        assert_eq!(run_until(rows.clone().lazy(), &Arc::default(), None).expect("rows"), rows);
    }
}

fn join(left: &DataFrame, right: &DataFrame, how: &JoinType, limit: Option<usize>) -> PolarsResult<DataFrame> {
    let plan = left.clone().lazy().join(right.clone().lazy(), [col("k")], [col("k")], JoinArgs::new(how.clone()));
    run_until(plan, &Arc::default(), limit)
}

#[test]
fn a_join_that_multiplies_is_refused_before_it_has_rows() {
    // 3,000 × 3,000 rows of 32 bytes and more: 274 MB
    let many = keyed(&vec![Some(7); 3_000], "v");
    let error = join(&many, &many, &JoinType::Inner, Some(64 << 20)).expect_err("too large").to_string();
    assert!(error.starts_with("this join would give 9000000 rows, 275 MB; the limit is 64 MB. hint: "), "{error}");
    // one frequent key on one side only multiplies nothing
    let once = keyed(&[Some(7), Some(8)], "w");
    assert_eq!(join(&many, &once, &JoinType::Inner, Some(1 << 20)).expect("it fits").height(), 3_000);
    // many rows on both sides, but every key once: the bounds are too high, the count is not
    let unique = keyed(&(0..3_000).map(Some).collect::<Vec<_>>(), "v");
    assert_eq!(join(&unique, &unique, &JoinType::Inner, Some(1 << 20)).expect("it fits").height(), 3_000);
    // nulls match nothing
    let nulls = keyed(&vec![None; 3_000], "v");
    assert_eq!(join(&nulls, &nulls, &JoinType::Left, Some(1 << 20)).expect("it fits").height(), 3_000);
    // semi and anti joins only choose
    for how in [JoinType::Semi, JoinType::Anti] {
        join(&many, &many, &how, Some(1)).expect("never refused");
    }
}

#[test]
fn several_keys_count_together() {
    let side = |n: i64| {
        let rows = keyed(&vec![Some(1); n as usize], "v");
        let plan = rows.lazy().with_columns([(col("v") % lit(n)).alias("k2")]);
        plan.collect().expect("rows")
    };
    let (left, right) = (side(2_000), side(2_000));
    let on = [col("k"), col("k2")];
    let plan = left.lazy().join(right.lazy(), on.clone(), on, JoinArgs::new(JoinType::Inner));
    assert_eq!(run_until(plan, &Arc::default(), Some(1 << 20)).expect("each pair of keys once").height(), 2_000);
}

#[test]
fn windows_that_would_not_fit_are_refused_before_they_are_made() {
    let times = |days: &[i64]| {
        let micros: Vec<i64> = days.iter().map(|day| day * 86_400_000_000).collect();
        let at = Column::new("at".into(), micros).cast(&DataType::Datetime(TimeUnit::Microseconds, None));
        let by = Column::new("k".into(), (0..days.len() as i64).map(|i| i / 2).collect::<Vec<_>>());
        DataFrame::new(days.len(), vec![at.expect("microseconds"), by]).expect("columns of one length")
    };
    let windows = |rows: DataFrame, keys: &[Expr], limit| {
        let options = DynamicGroupOptions {
            index_column: "at".into(),
            every: Duration::parse("1m"),
            period: Duration::parse("2m"),
            offset: Duration::parse("0m"),
            start_by: StartBy::WindowBound,
            ..DynamicGroupOptions::default()
        };
        let plan = rows.lazy().group_by_dynamic(col("at"), keys, options).agg([len()]);
        run_until(plan, &Arc::default(), Some(limit))
    };
    // 16,384 days have 23,592,960 minutes, and 2 + 2 of both ends; 16 bytes each: 360 MB and a little
    let error = windows(times(&[0, 16_384]), &[], 300 << 20).expect_err("too many").to_string();
    assert!(error.starts_with("these would be 23592964 windows, 361 MB; the limit is 300 MB. hint: "), "{error}");
    // each group has windows between its own times only
    let apart = times(&[0, 0, 16_384, 16_384]);
    assert_eq!(windows(apart.clone(), &[col("k")], 1 << 20).expect("they fit").height(), 2);
    assert!(windows(apart, &[], 1 << 20).is_err());
}

fn keys() -> impl Strategy<Value = Vec<Option<i64>>> {
    proptest::collection::vec(proptest::option::weighted(0.9, 0..6_i64), 0..40)
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::with_cases(100) })]

    /// The counted rows are never fewer than polars' own join has, and without unmatched rows just as many.
    #[test]
    fn a_limit_lets_through_what_fits_and_nothing_else(left in keys(), right in keys(), way in 0..4_usize) {
        let how = [JoinType::Inner, JoinType::Left, JoinType::Right, JoinType::Full][way].clone();
        let (left, right) = (keyed(&left, "v"), keyed(&right, "w"));
        let rows = join(&left, &right, &how, None).expect("rows").height();
        // four columns of 8 bytes; an estimate of a nullable column adds a little
        let width = super::join_size::row_bytes(&left) + super::join_size::row_bytes(&right);
        if rows > 0 {
            let too_low = (rows - 1) * width;
            proptest::prop_assert!(join(&left, &right, &how, Some(too_low)).is_err());
        }
        let unmatched = [0, left.height(), right.height(), left.height() + right.height()][way];
        let enough = (rows + unmatched) * width;
        proptest::prop_assert_eq!(join(&left, &right, &how, Some(enough)).expect("it fits").height(), rows);
    }
}
