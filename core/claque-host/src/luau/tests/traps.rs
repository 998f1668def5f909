//! What the verbs do at their edges: windows that overlap, cells that are taken twice, rows out of order, ids
//! beside columns of each type. Expected values were worked out by hand on the sample tables of the reference.

use super::super::frame::Frame;
use super::super::vm;
use super::reference::result;
use super::{machine, table};

/// Each piece of code, and what it gives or how its error begins.
#[track_caller]
fn check(cases: &[(&str, &str)]) {
    let wrong: Vec<String> = cases
        .iter()
        .map(|(code, expected)| (code, expected, result(code)))
        .filter(|(_, expected, found)| !found.starts_with(**expected))
        .map(|(code, expected, found)| format!("{code}\n  expected: {expected}\n  got: {found}"))
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn a_full_join_keeps_the_rows_of_both() {
    check(&[
        (
            r#"posts:select("post_id", "n"):join(other, { on = "post_id", how = "full" })"#,
            "post_id, n, v: a, 1, 10 / a, 1, 11 / b, -7, null / c, 3, 12 / d, 4, null / z, null, 13",
        ),
        (
            r#"other:head(1):join(other:rename { post_id = "id" }:filter("v = 13"), { left_on = "post_id", right_on = "id", how = "full", suffix = "_2" })"#,
            "post_id, v, v_2: a, 10, null / z, null, 13",
        ),
    ]);
}

#[test]
fn windows_of_time_come_in_order_per_group() {
    check(&[
        (
            r#"posts:sort("n", { descending = true }):group_by_time("at", { every = "1d", by = "lang" }):agg(col("n"):sum())"#,
            "lang, at, n: null, 2024-06-09T00:00:00Z, 4 / de, 2024-06-03T00:00:00Z, -7 / en, 2024-06-03T00:00:00Z, 1",
        ),
        // each day also counts the day after it; the first window is that of the first row
        (
            r#"posts:group_by_time("at", { every = "1d", period = "2d" }):agg(count():alias("k"))"#,
            "at, k: 2024-06-03T00:00:00Z, 2 / 2024-06-08T00:00:00Z, 1 / 2024-06-09T00:00:00Z, 1",
        ),
        (
            r#"posts:group_by_time("at", { every = "6h" }):agg(col("post_id"):first())"#,
            "at, post_id: 2024-06-03T06:00:00Z, a / 2024-06-03T18:00:00Z, b / 2024-06-09T06:00:00Z, d",
        ),
        (r#"posts:group_by_time("at", { every = "0s" })"#, "a window is longer than nothing and at most 100 years"),
        (r#"posts:group_by_time("at", { every = "40000d" })"#, "a window is longer than nothing and at most 100 years"),
        (r#"col("at"):dt_truncate("40000d")"#, "a window is longer than nothing and at most 100 years"),
        (r#"posts:group_by_time("at", { every = duration"-1h" })"#, "`-1h` is not a duration"),
    ]);
}

#[test]
fn rolling_looks_back_and_wants_an_order() {
    check(&[
        // 14:59:59.5 apart: the window of 15 hours holds both, that of 14 hours one
        (
            r#"posts:filter("at is not null"):select(count():rolling { index = "at", period = "15h" }:alias("k"))"#,
            "k: 1 / 2 / 1",
        ),
        (
            r#"posts:filter("at is not null"):select(count():rolling { index = "at", period = "14h" }:alias("k"))"#,
            "k: 1 / 1 / 1",
        ),
        (
            r#"posts:filter("at is not null"):sort("at", { descending = true }):select(count():rolling { index = "at", period = "14h" })"#,
            "argument in operation 'rolling' is not sorted, please sort",
        ),
        (r#"posts:select(count():rolling { index = "when", period = "14h" })"#, "unknown column \"when\""),
    ]);
}

#[test]
fn a_pivot_has_one_value_per_cell_unless_told_otherwise() {
    check(&[
        (
            r#"posts:select("post_id", "lang", "n"):pivot { on = "lang", index = "post_id", values = "n" }"#,
            "post_id, de, en: a, null, 1 / b, -7, null / c, null, 3 / d, null, null",
        ),
        (
            r#"posts:pivot { on = "lang", index = {}, values = "n", agg = "mean" }"#,
            "pivot needs at least one column in `index`",
        ),
        (
            r#"posts:pivot { on = "ok", index = "lang", values = "post_id", agg = "count" }"#,
            "lang, false, true: en, 0, 2 / de, 1, 0 / null, 0, 0",
        ),
        (
            r#"posts:with_columns(lit(1):alias("one")):pivot { on = "lang", index = "one", values = "n" }:collect()"#,
            "aggregation 'item' expected",
        ),
        (
            r#"posts:pivot { on = "lang", index = "post_id", values = "n", agg = "mode" }"#,
            "unknown agg \"mode\" (have: ",
        ),
        (
            r#"posts:pivot { on = "lang", values = "n" }"#,
            "pivot takes (options: { on, index, values, agg }): index must",
        ),
    ]);
}

#[test]
fn statistics_of_a_sample() {
    check(&[
        // n = 1, -7, 3, 4: mean 0.25, squares 0.5625 + 52.5625 + 7.5625 + 14.0625 = 74.75
        (r#"col("n"):var()"#, "float: 24.9166667"),
        (r#"col("n"):std()"#, "float: 4.99165971"),
        (r#"col("n"):quantile(0.5)"#, "float: 2"),
        (r#"col("n"):quantile(0)"#, "float: -7"),
        (r#"col("n"):quantile(0.5, "lower")"#, "float: 1"),
        (r#"col("n"):quantile(0.5, "higher")"#, "float: 3"),
        (
            r#"col("n"):quantile(0.5, "middle")"#,
            "unknown method \"middle\" (have: linear, lower, higher, nearest, midpoint)",
        ),
        (r#"posts:head(1):select(col("n"):std())"#, "n: null"),
        (r#"col("n") ^ 0.5"#, "float: 1 / NaN / 1.73205081 / 2"),
        (r#"2 ^ col("n")"#, "float: 2 / 0.0078125 / 8 / 16"),
        ("max_of()", "expected at least one value, got none"),
    ]);
}

#[test]
fn characters_count_from_one_and_from_the_end() {
    check(&[
        (r#"col("text"):str_slice(-4)"#, "string: d 12 / nd 8 / null / beta"),
        (r#"col("text"):str_slice(12)"#, "string:  12 / d 8 / null / "),
        (r#"col("text"):str_slice(0)"#, "positions count from 1, got 0"),
        (r#"col("text"):str_slice(1, 0)"#, "string:  /  / null / "),
        (r#"col("text"):str_split(" "):list_head(0)"#, "list of string: [] / [] / null / []"),
    ]);
}

#[test]
fn clocks_of_a_zone() {
    check(&[
        // 23:59:59.5 UTC in summer is 02:59:59.5 of the next day in Tallinn
        (r#"col("at"):dt_to_zone("Europe/Tallinn"):dt_date()"#, "date: 2024-06-03 / 2024-06-04 / null / 2024-06-09"),
        (r#"col("at"):dt_to_zone("Europe/Tallinn"):dt_weekday()"#, "int: 1 / 2 / null / 7"),
        // the moment stays
        (r#"col("at"):dt_to_zone("Asia/Tokyo"):dt_epoch("s")"#, "int: 1717405200 / 1717459199 / null / 1717929000"),
        (r#"col("at"):dt_to_zone("Europe/Talinn")"#, "unable to parse time zone: 'Europe/Talinn'"),
        (r#"datetime"2024-06-31""#, "\"2024-06-31\" is not a time"),
    ]);
}

#[test]
fn ids_take_the_type_of_the_column_beside_them() {
    check(&[
        // as texts "-7" would come before "1", and 4 after 30
        (r#"col("n"):lt(id"30")"#, "bool: true / true / true / true"),
        (r#"col("n"):between(id"-8", id"3")"#, "bool: true / true / true / false"),
        (r#"col("n"):is_in { id"-7", id"04" }"#, "bool: false / true / false / true"),
        (r#"col("post_id"):is_in { id"a", id"z" }"#, "bool: true / false / false / false"),
        (r#"col("post_id"):gt(id"b")"#, "bool: false / false / true / true"),
        (r#"col("n") + id"1""#, "int: 2 / -6 / 4 / 5"),
        (r#"col("lang"):fill_null(id"7")"#, "string: en / de / en / 7"),
        (r#"col("n"):shift(1):fill_null(id"7")"#, "int: 7 / 1 / -7 / 3"),
        (r#"coalesce(id"7", col("n"))"#, "int: 7 / 7 / 7 / 7"),
        (r#"when(col("n"):gt(0)):then_(id"7"):otherwise(id"8")"#, "string: 7 / 8 / 7 / 7"),
        (r#"col("n"):list():list_contains(id"-7")"#, "bool: true"),
        (r#"lit(id"007")"#, "string: 007"),
        (r#"col("w"):eq(id"1")"#, "id\"1\" stands beside a column of type float"),
        (r#"col("n"):is_in { id"-7", id"x" }"#, "id\"x\" stands beside a column of type int"),
        (r#"col("n"):eq(id"9223372036854775808")"#, "id\"9223372036854775808\" stands beside a column of type int"),
        (r#"col("ok"):eq(id"1")"#, "id\"1\" stands beside a column of type bool"),
    ]);
}

#[test]
fn numbers_at_2_to_the_53_are_refused_wherever_one_is_taken() {
    let refused = "number 9007199254740992 is at or beyond 2^53";
    for code in [
        "col('n'):clip(2^53)",
        "col('n'):clip(nil, 2^53)",
        "col('n'):eq(2^53)",
        "col('n') + 2^53",
        "lit(2^53)",
        "col('n'):is_in { 2^53 }",
        "col('n'):shift(2^53)",
        "posts:head(2^53)",
        "posts:at('n', 2^53)",
        "coalesce(col('n'), 2^53)",
        "p.int { default = 2^53 }",
    ] {
        let said = result(code);
        assert!(said.starts_with(refused), "{code}: {said}");
    }
    // an open side stays open
    assert_eq!(result("col('n'):clip(nil, math.huge)"), "int: 1 / -7 / 3 / 4");
}

#[test]
fn a_frame_is_read_by_rows_up_to_a_limit() {
    check(&[
        (
            "(function() local t = {} for row in posts do table.insert(t, row.lang or 'none') end return t end)()",
            "{en, de, en, none}",
        ),
        ("posts:select(col('n'):list():alias 'l'):collect():at('l', 1)", "{1, -7, 3, 4}"),
        ("posts:select(col('lang'):list():alias 'l'):collect():at('l', 1)", "{en, de, en, null}"),
        ("posts:values('lang')[4] == null", "true"),
        ("posts:type_of('at')", "datetime"),
        ("posts:select(col('text'):str_split(' ')):type_of('text')", "list of string"),
    ]);
    let rows = |n: usize| {
        let frame = table(&format!("n\n{}", "1\n".repeat(n)), &["int"]);
        let (lua, _) = machine("", |lua| lua.globals().set("t", Frame::of(frame)));
        let code = "local k = 0 for row in t do k += row.n end return k";
        vm::compile(&lua, "test/main.luau", code).and_then(|f| f.call::<f64>(()))
    };
    assert!((rows(100_000).expect("within the limit") - 100_000.0).abs() < 0.5);
    let said = rows(100_001).expect_err("beyond it").to_string();
    assert!(said.contains("`for … in` goes through 100000 rows at most, this frame has 100001"), "{said}");
}
