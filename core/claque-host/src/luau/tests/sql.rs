//! SQL in scripts: what it gives, that it reads no file, and that it is one SELECT over the frame. Expected
//! values were worked out by hand on the sample tables of the reference.

use super::super::frame::Frame;
use super::super::vm;
use super::reference::result;
use super::{machine, rows, table};
use mlua::Value;

#[test]
fn predicates_are_like_those_of_expressions() {
    let cases = [
        ("n > 3", "d"),
        ("n > 0 AND lang = 'en'", "a / c"),
        ("lang IS NULL OR n < 0", "b / d"),
        ("lang IN ('de', 'fr')", "b"),
        ("n BETWEEN 1 AND 3", "a / c"),
        ("text LIKE '%alpha%'", "d"),
        ("NOT ok", "b"),
        ("at >= '2024-06-04'::date", "d"),
        // lengths are u32 in polars, and parts of times i8: both would wrap around
        ("length(text) - 20 < 0", "a / b / d"),
        ("extract(hour from at) * 60 = 1380", "b"),
        // whole numbers divide as whole numbers in polars' SQL only by DIV
        ("n / 2 = 0.5", "a"),
        ("\"n\" = -7", "b"),
    ];
    for (predicate, expected) in cases {
        let code = format!("posts:filter([[{predicate}]]):select('post_id')");
        assert_eq!(result(&code), format!("post_id: {expected}"), "{predicate}");
    }
    assert_eq!(result("posts:filter('n > 0', col('n'):lt(4)):select('post_id')"), "post_id: a / c");
}

#[test]
fn queries_keep_a_defined_order_and_count_wide() {
    let cases = [
        ("select post_id, n from self where n > 0 order by n desc", "post_id, n: d, 4 / c, 3 / a, 1"),
        ("select lang, count(*) - 5 as k from self group by lang", "lang, k: en, -3 / de, -4 / null, -4"),
        ("select distinct lang from self", "lang: en / de / null"),
        ("select count(*) as k, sum(n > 0) - 9 as p from self", "k, p: 4, -6"),
        ("select lang, sum(n) as n from self group by lang having sum(n) > 0", "lang, n: en, 4 / null, 4"),
        ("with top as (select * from self where n > 2) select post_id from top", "post_id: c / d"),
        ("select post_id from (select * from self limit 2) as few", "post_id: a / b"),
        (
            "with langs as (select lang, count(*) as k from self group by lang) \
             select self.post_id, langs.k from self join langs on self.lang = langs.lang",
            "post_id, k: a, 2 / b, 1 / c, 2",
        ),
        ("select post_id from self where n > 3 union all select post_id from self where n < 0", "post_id: d / b"),
    ];
    for (query, expected) in cases {
        assert_eq!(result(&format!("posts:sql [[{query}]]")), expected, "{query}");
    }
    let typed = r#"posts:sql("select count(*) as k, length(text) as l from self group by text"):type_of "#;
    assert_eq!(result(&format!("{typed} 'k'")), "int");
    assert_eq!(result(&format!("{typed} 'l'")), "int");
}

#[test]
fn groups_come_in_the_order_of_their_first_rows_for_any_number_of_rows() {
    // 20,000 keys: polars' own order would follow hashes and threads
    let ids: Vec<String> = (0..60_000).map(|i| ((i * 7919) % 20_000).to_string()).collect();
    let frame = table(&format!("k\n{}\n", ids.join("\n")), &["int"]);
    let (lua, _) = machine("", |lua| lua.globals().set("t", Frame::of(frame)));
    let code = "local a = t:group_by('k'):agg(count():alias('c')):collect() \
                local b = t:sql('select k, count(*) as c from self group by k'):collect() \
                local c = t:sql('select distinct k from self'):collect() \
                for i = 1, a:height() do \
                    if a:at('k', i) ~= b:at('k', i) or a:at('c', i) ~= b:at('c', i) or a:at('k', i) ~= c:at('k', i) \
                    then return i end \
                end return a:height()";
    let same = vm::compile(&lua, "test/main.luau", code).and_then(|f| f.call::<f64>(())).expect("it runs");
    assert!((same - 20_000.0).abs() < 0.5, "{same}");
}

#[test]
fn whole_numbers_are_exact() {
    // 2^60 and its neighbour are one number as floats
    let frame = table("n\n1152921504606846976\n1152921504606846977\n", &["int"]);
    let (lua, _) = machine("", |lua| lua.globals().set("t", Frame::of(frame)));
    for code in [
        "t:filter('n = 1152921504606846977')",
        "t:filter('n > 1152921504606846976')",
        "t:filter('n in (1152921504606846977, 5)')",
        "t:sql('select n from self where n = 1152921504606846977')",
        "t:filter(col('n'):eq(id'1152921504606846977'))",
        "t:filter(col('n'):gt(id'1152921504606846976'))",
        "t:filter(col('n'):is_in { id'1152921504606846977', id'5' })",
        "t:filter(col('n'):between(id'1152921504606846977', id'1152921504606846999'))",
        "t:select(max_of(col('n'), id'1152921504606846977'):alias('n')):unique()",
        "t:select(when(col('n'):gt(id'0')):then_(id'1152921504606846977'):otherwise(col('n')):alias('n')):unique()",
        "t:select(col('n'):shift(-1):fill_null(id'1152921504606846977'):alias('n')):unique()",
        "t:select(coalesce(col('n'):shift(-1), id'1152921504606846977'):alias('n')):unique()",
    ] {
        let value = vm::compile(&lua, "test/main.luau", &format!("return {code}")).and_then(|f| f.call::<Value>(()));
        let value = value.unwrap_or_else(|e| panic!("{code}: {e}"));
        let frame = value.as_userdata().expect("a frame").borrow::<Frame>().expect("a frame").collect(&lua);
        assert_eq!(rows(&frame.expect(code)), "1152921504606846977", "{code}");
    }
}

/// A file with a secret, and what SQL makes of an attempt to read it.
fn attempt(code: impl Fn(&str) -> String) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("secret.csv");
    std::fs::write(&file, "word\nhunter2\n").expect("a file");
    result(&code(&file.to_string_lossy()))
}

#[test]
fn no_attempt_reads_a_file() {
    let refused = "SQL in scripts is only ";
    let said = attempt(|file| format!("posts:sql [[select * from read_csv('{file}')]]"));
    assert!(said.starts_with(refused), "{said}");
    // under the name of a WITH table polars would still call the function
    let said =
        attempt(|file| format!("posts:sql [[with read_csv as (select 1 as x) select * from read_csv('{file}')]]"));
    assert!(said.starts_with(refused), "{said}");
    let said = attempt(|file| format!("posts:sql [[select * from (select * from read_csv('{file}')) as t]]"));
    assert!(said.starts_with(refused), "{said}");
    let said = attempt(|file| format!("posts:filter [[n in (select word from read_csv('{file}'))]]"));
    assert!(said.starts_with("SQL in scripts is no query inside of an expression"), "{said}");
    let said = attempt(|file| format!("posts:sql [[select * from '{file}']]"));
    assert!(said.starts_with("SQL"), "{said}");
    assert!(!said.contains("hunter2"), "{said}");
}

/// What FROM could call in polars 0.55.2 with every feature on.
const TABLE_FUNCTIONS: [&str; 4] = ["read_csv", "read_parquet", "read_ipc", "read_json"];

#[test]
fn polars_knows_no_table_function_here_and_the_guard_none_at_all() {
    // a second wall: this build of polars has none of them; a new one shows here after an upgrade
    let functions = polars::sql::keywords::all_functions();
    assert!(functions.contains(&"octet_length"), "the list is the list of functions");
    let reading: Vec<&&str> = functions
        .iter()
        .filter(|name| ["read", "scan", "file", "load", "copy"].iter().any(|w| name.contains(w)))
        .collect();
    assert!(reading.is_empty(), "{reading:?}");
    for name in TABLE_FUNCTIONS.into_iter().chain(["scan_csv", "generate_series", "unnest", "self", "anything"]) {
        let mut context = polars::sql::SQLContext::new();
        let query = format!("select * from {name}('x')");
        let polars = context.execute(&query).err().map(|e| e.to_string());
        assert!(name == "unnest" || polars.is_some(), "polars calls {name}");
        let said = result(&format!("posts:sql [[{query}]]"));
        assert!(said.starts_with("SQL in scripts is only "), "{name}: {said}");
    }
}

#[test]
fn a_query_is_one_select_over_the_frame() {
    let cases = [
        ("select 1; select 2", "exactly one SELECT"),
        ("drop table self", "exactly one SELECT"),
        ("create table t as select * from self", "exactly one SELECT"),
        ("insert into self values (1)", "exactly one SELECT"),
        ("explain select * from self", "exactly one SELECT"),
        ("show tables", "exactly one SELECT"),
        ("values (1)", "exactly one SELECT"),
        ("with t as (insert into self values (1) returning n) select * from t", "exactly one SELECT"),
        ("select * from other", "only the table self and those of WITH in FROM, not `other`"),
        ("select * from public.self", "only the table self and those of WITH in FROM, not `public.self`"),
        ("select * from self, self as b", "one table in FROM, others by JOIN … ON"),
        ("select * from self cross join self as b", "joins with ON or USING: no cross joins"),
        ("select * from self join self as b", "joins with ON or USING: no cross joins"),
        ("select * from self natural join self as b", "joins with ON or USING: no cross joins"),
        ("select * from (self cross join self as b)", "joins with ON or USING: no cross joins"),
        ("select * from self where n = (select max(n) from self)", "no query inside of an expression"),
        ("select (select max(n) from self) as m from self", "no query inside of an expression"),
        ("select * from self where exists (select * from self)", "no query inside of an expression"),
        ("with recursive t as (select * from self) select * from t", "no WITH RECURSIVE"),
        ("select * into t from self", "no INTO and no LATERAL"),
        ("select * from unnest([1, 2])", "only tables in FROM"),
        ("select * from table(f(1))", "only tables in FROM"),
        ("select lpad(text, 1000000000, 'x') from self", "no lpad and no rpad: they fill memory"),
        ("select n from self order by length(RPAD(text, 1000000000))", "no lpad and no rpad: they fill memory"),
        ("select * from self tablesample (10 rows)", "only tables in FROM"),
        ("select * from lateral (select * from self) as t", "only tables in FROM"),
    ];
    let mut wrong = Vec::new();
    for (query, expected) in cases {
        let said = result(&format!("posts:sql [[{query}]]"));
        if !said.starts_with(&format!("SQL in scripts is {expected}")) {
            wrong.push(format!("{query}\n  expected {expected}\n  got {said}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn a_predicate_is_one_expression() {
    for predicate in ["n > 1; n > 2", "n > 1 as x", "*", "self.*", "select n", "n > 1 order by n", "", "n > 1)"] {
        let said = result(&format!("posts:filter [[{predicate}]]"));
        assert!(said.starts_with("SQL"), "{predicate}: {said}");
    }
    let said = result("posts:filter [[n]]");
    assert!(said.contains("filter predicate must be of type `Boolean`"), "{said}");
}

#[test]
fn endless_and_deep_texts_are_refused() {
    let long = format!("n > 0{}", " or n > 0".repeat(1000));
    let said = result(&format!("posts:filter [[{long}]]"));
    assert!(said.starts_with("SQL: a text of more than 2000 words"), "{said}");
    let chain = format!("n > 0{}", " or n > 0".repeat(300));
    let said = result(&format!("posts:filter [[{chain}]]"));
    assert!(said.starts_with("SQL in scripts is no deeper nesting"), "{said}");
    for (before, after) in [("(", ")"), ("abs(", ")"), ("case when n > 1 then 2 else ", " end"), ("not ", "")] {
        let nested = format!("{}n{} > 0", before.repeat(300), after.repeat(300));
        let said = result(&format!("posts:filter [[{nested}]]"));
        assert!(said.starts_with("SQL"), "{before}: {said}");
    }
    let queries = format!("{}select * from self{}", "select * from (".repeat(300), ")".repeat(300));
    let said = result(&format!("posts:sql [[{queries}]]"));
    assert!(said.starts_with("SQL"), "{said}");
    let fits = format!("n > 0{}", " or n > 0".repeat(90));
    assert_eq!(result(&format!("posts:filter [[{fits}]]:select('post_id')")), "post_id: a / c / d");
    let fits = format!("select n{} as n from self", " + 1".repeat(90));
    assert_eq!(result(&format!("posts:sql [[{fits}]]")), "n: 91 / 83 / 93 / 94");
}
