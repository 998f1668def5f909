//! What verbs give beyond their examples, on the sample posts with every kind of trap: nulls, capital sharp s,
//! negative numbers, halves, the last second of a day. Expected values were worked out by hand.

use super::super::explain::explain;
use super::super::frame::Frame;
use super::super::reference::{OTHER, POSTS};
use super::super::vm;
use super::{machine, rows, table};
use mlua::Value;
use polars::prelude::DataFrame;

/// The frame that a piece of code returns.
fn frame(code: &str) -> DataFrame {
    ran(code).unwrap_or_else(|told| panic!("{code}: {told}"))
}

/// What the author of a piece of code that fails is told.
fn told(code: &str) -> String {
    ran(code).expect_err("an error")
}

fn ran(code: &str) -> Result<DataFrame, String> {
    let (lua, sources) = machine(code, |lua| {
        lua.globals().set("posts", Frame::of(table(POSTS.csv, POSTS.types)))?;
        lua.globals().set("other", Frame::of(table(OTHER.csv, OTHER.types)))
    });
    let run = || -> mlua::Result<DataFrame> {
        let value = vm::compile(&lua, "test/main.luau", code)?.call::<Value>(())?;
        let data = value.as_userdata().expect("a frame");
        data.borrow::<Frame>()?.collect(&lua)
    };
    run().map_err(|e| explain(&e, &sources).to_string())
}

/// Each expression, selected as `x`: its type and its values.
#[track_caller]
fn expressions(cases: &[(&str, &str)]) {
    for (code, expected) in cases {
        let found = frame(&format!("return posts:select(({code}):alias 'x')"));
        let found = format!("{} => {}", found.columns()[0].dtype(), rows(&found));
        assert_eq!(found.trim_end(), *expected, "{code}");
    }
}

/// Each frame: its columns and its rows.
#[track_caller]
fn frames(cases: &[(&str, &str)]) {
    for (code, expected) in cases {
        let found = frame(&format!("return {code}"));
        let names: Vec<&str> = found.get_column_names().iter().map(|n| n.as_str()).collect();
        assert_eq!(format!("{} => {}", names.join(","), rows(&found)).trim_end(), *expected, "{code}");
    }
}

#[test]
fn comparison_and_logic() {
    expressions(&[
        (r#"col "lang":eq "en""#, "bool => true / false / true /"),
        (r#"col "lang":ne "en""#, "bool => false / true / false /"),
        (r#"col "n":lt(3)"#, "bool => true / true / false / false"),
        (r#"col "post_id":eq(id "a")"#, "bool => true / false / false / false"),
        (r#"col "n":eq(id "-7")"#, "bool => false / true / false / false"),
        (r#"col "lang":is_in { "en", "fr" }"#, "bool => true / false / true /"),
        (r#"col "n":is_in { 1, 4 }"#, "bool => true / false / false / true"),
        (r#"col "n":is_in { 1, 4.5 }"#, "bool => true / false / false / false"),
        (r#"col "w":is_in { 1, 2.5 }"#, "bool => false / true /  / false"),
        (r#"col "w":is_in { 1, 2 }"#, "bool => false / false /  / false"),
        (r#"col "lang":is_in {}"#, "bool => false / false / false / false"),
        (r#"col "n":is_in { id "-7" }"#, "bool => false / true / false / false"),
        (r#"col "ok":is_in { true }"#, "bool => true / false / true /"),
        (r#"col "lang":fill_null "?""#, "str => en / de / en / ?"),
        (r#"col "ok":and_(col "n":gt(0)):or_(col "lang":eq "de"):not_()"#, "bool => false / false / false /"),
        (r#"col "n":cast "string""#, "str => 1 / -7 / 3 / 4"),
        (r#"col "n":cast "float""#, "f64 => 1 / -7 / 3 / 4"),
        (
            r#"when(col "n":gt(2)):then_ "big":when(col "n":gt(0)):then_ "small":otherwise "none""#,
            "str => small / none / big / big",
        ),
        (r#"coalesce(col "lang", col "text", "?")"#, "str => en / de / en / alpha beta"),
    ]);
}

#[test]
fn aggregates_are_wide() {
    expressions(&[
        (r#"col "ok":sum() - 5"#, "i64 => -3"),
        (r#"col "lang":eq "en":sum() - 5"#, "i64 => -3"),
        (r#"col "w":median()"#, "f64 => 0.5"),
        (r#"col "n":min() + col "n":max()"#, "i64 => -3"),
        (r#"col "lang":count() - 10"#, "i64 => -7"),
        ("count() - 10", "i64 => -6"),
        (r#"col "lang":n_unique() - 10"#, "i64 => -7"),
        (r#"col "n":last()"#, "i64 => 4"),
    ]);
}

#[test]
fn windows_keep_every_row() {
    expressions(&[
        (r#"col "lang":eq "en":sum():over "lang" - 5"#, "i64 => -3 / -5 / -3 / -5"),
        (r#"col "ok":cum_sum() - 5"#, "i64 => -4 / -4 / -3 /"),
        (r#"col "n":cum_sum():over "lang""#, "i64 => 1 / -7 / 4 / 4"),
        (r#"col "w":cum_sum()"#, "f64 => 0.5 / 3 /  / 1.5"),
        (r#"col "n":sum():over "lang""#, "i64 => 4 / -7 / 4 / 4"),
        (r#"count():over "lang""#, "i64 => 2 / 1 / 2 / 1"),
        (r#"col "n":list():over "lang""#, "list[i64] => 1|3 / -7 / 1|3 / 4"),
        (r#"col "n":rank() - 5"#, "i64 => -3 / -4 / -2 / -1"),
        (r#"col "n":rank "average""#, "f64 => 2 / 1 / 3 / 4"),
    ]);
}

#[test]
fn arithmetic_neither_wraps_nor_truncates() {
    expressions(&[
        (r#"1 + col "n""#, "i64 => 2 / -6 / 4 / 5"),
        (r#"col "n" / col "n""#, "f64 => 1 / 1 / 1 / 1"),
        (r#"col "w" // 2"#, "f64 => 0 / 1 /  / -1"),
        (r#"-col "n" % 3"#, "i64 => 2 / 1 / 0 / 2"),
        (r#"(col "w" / 3):round(1)"#, "f64 => 0.2 / 0.8 /  / -0.5"),
        (r#"col "n":floor()"#, "i64 => 1 / -7 / 3 / 4"),
        (r#"col "n":log()"#, "f64 => 0 / NaN / 1.09861229 / 1.38629436"),
        (r#"col "w":clip(0)"#, "f64 => 0.5 / 2.5 /  / 0"),
    ]);
}

#[test]
fn what_polars_panics_over_is_refused_in_words() {
    for (code, expected) in [
        ("return posts:select(col('n'):list():exp():alias 'x')", "cannot cast"),
        ("return posts:select(col('n'):list():log(2):alias 'x')", "cannot cast"),
        (
            "return posts:select((col('n'):list() + 1):alias 'x')",
            "polars cannot do this and gave up: activate 'list_ari",
        ),
        ("return posts:select(concat_str({}):alias 'x')", "expected at least one value, got none"),
        ("return posts:select(coalesce():alias 'x')", "expected at least one value, got none"),
        ("return posts:select(min_of():alias 'x')", "expected at least one value, got none"),
    ] {
        let told = told(code);
        assert!(told.contains(expected), "{code}: {told}");
    }
}

#[test]
fn a_running_sum_that_leaves_64_bits_is_refused() {
    // three times 2^53 - 1 times 512: the second sum is the largest that fits, 2^63 - 1024
    let sum = |times: u32| {
        format!("return posts:head({times}):select(((col 'n' * 0 + 9007199254740991) * 512):cum_sum():alias 'x')")
    };
    assert_eq!(rows(&frame(&sum(2))), "4611686018427387392 / 9223372036854774784");
    let told = told(&sum(3));
    assert!(told.contains("the running sum leaves 64 bits"), "{told}");
}

#[test]
fn texts() {
    expressions(&[
        (r#"col "text":str_normalize "NFKD""#, "str => Hello World 12 / ẞtraße 7 and 8 /  / alpha beta"),
        (r#"col "text":str_len() - 20"#, "i64 => -6 / -6 /  / -10"),
        (r#"col "text":str_contains "[0-9]+""#, "bool => true / true /  / false"),
        (r#"col "text":str_contains_any { "WORLD", "alpha" }"#, "bool => false / false /  / true"),
        (
            r#"col "text":str_contains_any({ "WORLD", "STRASSE", "ßTRA" }, { ignore_case = true })"#,
            "bool => true / true /  / false",
        ),
        (r#"col "text":str_contains_any {}"#, "bool => false / false /  / false"),
        (r#"col "text":str_starts_with "Hel""#, "bool => true / false /  / false"),
        (r#"col "text":str_ends_with "beta""#, "bool => false / false /  / true"),
        (r#"col "text":str_extract "([0-9]+)""#, "str => 12 / 7 /  /"),
        (r#"col "text":str_extract("[0-9]+", 0)"#, "str => 12 / 7 /  /"),
        (r#"col "text":str_extract_all "[0-9]+""#, "list[str] => 12 / 7|8 /  /"),
        (r#"col "text":str_count "[0-9]" - 5"#, "i64 => -3 / -3 /  / -5"),
        (
            r#"col "text":str_replace("([0-9])", "<$1>")"#,
            "str => Hello World <1><2> / ẞtraße <7> and <8> /  / alpha beta",
        ),
        (r#"col "text":str_split " ""#, "list[str] => Hello|World|12 / ẞtraße|7|and|8 /  / alpha|beta"),
        (r#"col "text":str_strip "Hab""#, "str => ello World 12 / ẞtraße 7 and 8 /  / lpha bet"),
        (r#"(concat_str { "text", "lang" }):str_strip()"#, "str => Hello World 12en / ẞtraße 7 and 8de /  /"),
        (
            r#"concat_str({ "post_id", "n", col "lang":fill_null "-" }, "/")"#,
            "str => a/1/en / b/-7/de / c/3/en / d/4/-",
        ),
    ]);
}

#[test]
fn times_are_utc() {
    expressions(&[
        (r#"col "at":diff()"#, "duration[μs] =>  / 14h 59m 59s 500ms /  /"),
        (
            r#"col "at":dt_truncate "1h""#,
            "datetime[μs, UTC] => 2024-06-03T09:00:00Z / 2024-06-03T23:00:00Z /  / 2024-06-09T10:00:00Z",
        ),
        (
            r#"col "at":dt_truncate(duration "1d")"#,
            "datetime[μs, UTC] => 2024-06-03T00:00:00Z / 2024-06-03T00:00:00Z /  / 2024-06-09T00:00:00Z",
        ),
        (r#"col "at":dt_hour() * 60"#, "i64 => 540 / 1380 /  / 600"),
        (r#"col "at":dt_date():cast "string""#, "str => 2024-06-03 / 2024-06-03 /  / 2024-06-09"),
        (r#"col "at":dt_epoch "s""#, "i64 => 1717405200 / 1717459199 /  / 1717929000"),
        (r#"col "at":dt_epoch "ms""#, "i64 => 1717405200000 / 1717459199500 /  / 1717929000000"),
        (r#"col "at":dt_epoch "us""#, "i64 => 1717405200000000 / 1717459199500000 /  / 1717929000000000"),
        (
            r#"col "at" + duration "60s""#,
            "datetime[μs, UTC] => 2024-06-03T09:01:00Z / 2024-06-04T00:00:59.500Z /  / 2024-06-09T10:31:00Z",
        ),
        (r#"col "at" - col "at":min()"#, "duration[μs] => 0µs / 14h 59m 59s 500ms /  / 6d 1h 30m"),
        (r#"(col "at" - col "at":min()):le(duration "1d")"#, "bool => true / true /  / false"),
        (r#"(col "at" - col "at":min()) / duration "1h""#, "f64 => 0 / 14.9998611 /  / 145.5"),
    ]);
}

#[test]
fn lists_count_from_one() {
    expressions(&[
        (r#"col "text":str_split(" "):list_len() - 3"#, "i64 => 0 / 1 /  / -1"),
        (r#"col "text":str_split(" "):list_get(2)"#, "str => World / 7 /  / beta"),
        (r#"col "text":str_split(" "):list_get(9)"#, "str =>  /  /  /"),
        (r#"col "text":str_split(" "):list_contains "and""#, "bool => false / true /  / false"),
        (r#"col "text":str_extract_all "[al]":list_unique()"#, "list[str] => l / a /  / a|l"),
        (r#"col "text":str_split(" "):list_sort()"#, "list[str] => 12|Hello|World / 7|8|and|ẞtraße /  / alpha|beta"),
        (r#"col "text":str_split(" "):list_join "|""#, "str => Hello|World|12 / ẞtraße|7|and|8 /  / alpha|beta"),
    ]);
}

#[test]
fn frames_keep_a_defined_order() {
    frames(&[
        (r#"posts:filter(col "n":gt(0), col "lang":eq "en"):select "post_id""#, "post_id => a / c"),
        (
            r#"posts:with_columns((col "n" + 1):alias "m"):select("post_id", "m")"#,
            "post_id,m => a,2 / b,-6 / c,4 / d,5",
        ),
        (r#"posts:drop("text", "lang", "w", "ok", "at")"#, "post_id,n => a,1 / b,-7 / c,3 / d,4"),
        (r#"posts:select("post_id", "n"):rename { n = "m" }"#, "post_id,m => a,1 / b,-7 / c,3 / d,4"),
        (
            r#"posts:group_by "lang":agg(count():alias "c", col "n":sum(), col "post_id":list():alias "ids", (col "n":sum() / count()):alias "mean")"#,
            "lang,c,n,ids,mean => en,2,4,a|c,2 / de,1,-7,b,-7 / ,1,4,d,4",
        ),
        (
            r#"posts:group_by "lang":agg((col "ok":sum() - 5):alias "c", (col "n":gt(0):sum() * -1):alias "d")"#,
            "lang,c,d => en,-3,-2 / de,-5,0 / ,-5,-1",
        ),
        (
            r#"posts:group_by "lang":agg(col "n":sort { descending = true }:head(1):list():alias "top")"#,
            "lang,top => en,3 / de,-7 / ,4",
        ),
        (r#"posts:group_by "lang":agg(col "n":sort():head(1):alias "top")"#, "lang,top => en,1 / de,-7 / ,4"),
        (
            r#"posts:group_by "lang":agg(col "n":unique():list():alias "u", col "n":n_unique():alias "k")"#,
            "lang,u,k => en,1|3,2 / de,-7,1 / ,4,1",
        ),
        (
            r#"posts:group_by "lang":agg(col "text":str_contains_any { "alpha" }:any():alias "k")"#,
            "lang,k => en,false / de,false / ,true",
        ),
        (r#"posts:group_by "lang":agg(col "n":is_in { 1, 4 }:sum():alias "k")"#, "lang,k => en,1 / de,0 / ,1"),
        (r#"posts:join(other, { on = "post_id" }):select("post_id", "v")"#, "post_id,v => a,10 / a,11 / c,12"),
        (
            r#"posts:join(other, { on = "post_id", how = "left" }):select("post_id", "v")"#,
            "post_id,v => a,10 / a,11 / b, / c,12 / d,",
        ),
        (r#"posts:join(other, { on = "post_id", how = "semi" }):select("post_id")"#, "post_id => a / c"),
        (r#"posts:join(other, { on = { "post_id" }, how = "anti" }):select("post_id")"#, "post_id => b / d"),
        (
            r#"posts:select("post_id", "n"):join(other:rename { post_id = "pid" }, { left_on = "post_id", right_on = "pid" })"#,
            "post_id,n,v => a,1,10 / a,1,11 / c,3,12",
        ),
        (
            r#"posts:select("post_id", "n"):join(posts:select("post_id", "n"), { on = "post_id", suffix = "_2" })"#,
            "post_id,n,n_2 => a,1,1 / b,-7,-7 / c,3,3 / d,4,4",
        ),
        (r#"posts:select("post_id", "n"):sort("n", { descending = true })"#, "post_id,n => d,4 / c,3 / a,1 / b,-7"),
        (
            r#"posts:select("post_id", "lang", "n"):sort({ "lang", "n" })"#,
            "post_id,lang,n => d,,4 / b,de,-7 / a,en,1 / c,en,3",
        ),
        (r#"posts:select("post_id"):head(2)"#, "post_id => a / b"),
        (r#"posts:unique "lang":select("post_id", "lang")"#, "post_id,lang => a,en / b,de / d,"),
        (r#"posts:select("lang"):unique()"#, "lang => en / de /"),
        (
            r#"posts:select("post_id", col "text":str_extract_all "[0-9]+":alias "d"):explode "d""#,
            "post_id,d => a,12 / b,7 / b,8",
        ),
        (
            r#"posts:select("post_id", "n"):concat(posts:select("n", "post_id"))"#,
            "post_id,n => a,1 / b,-7 / c,3 / d,4 / a,1 / b,-7 / c,3 / d,4",
        ),
    ]);
}

#[test]
fn the_digest_is_blake3() {
    // "abc" in the test vectors of other implementations: 6437b3ac38465133ffb63b75273a8db5…
    expressions(&[("lit('abc'):str_digest()", "str => 6437b3ac38465133")]);
}

#[test]
fn values_come_out_of_a_collected_frame() {
    let (lua, _) = machine("", |lua| lua.globals().set("posts", Frame::of(table(POSTS.csv, POSTS.types))));
    let read = |code: &str| {
        let value = vm::compile(&lua, "test/main.luau", &format!("return {code}")).and_then(|f| f.call::<Value>(()));
        value.expect(code).to_string().expect("a text")
    };
    let cases = [
        ("posts:height()", "4"),
        ("posts:at('n', 2)", "-7"),
        ("posts:at('w', 1)", "0.5"),
        ("posts:at('ok', 4)", "nil"),
        ("posts:at('at', 2)", "2024-06-03T23:59:59.500Z"),
        ("posts:select(col('text'):str_split(' '):alias 'x'):collect():at('x', 4)[2]", "beta"),
        ("posts:select((col('at') - col('at'):min()):alias 'x'):collect():at('x', 4).seconds", "523800"),
        ("posts:select((col('n') * 2^52 * 4):cast('int'):alias 'x'):collect():at('x', 1)", "18014398509481984"),
        ("#posts:columns()", "7"),
    ];
    for (code, expected) in cases {
        assert_eq!(read(code), expected, "{code}");
    }
}
