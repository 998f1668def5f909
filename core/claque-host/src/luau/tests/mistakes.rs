//! What a person reads after a mistake: message, place, source line, caret, function.

use super::super::script::Script;
use super::{given, script, signal};
use claque_model::{Fault, Signal, Unwatched};

const ALL: &str = ":select(col 'post_id', lit(1):alias 'value')";

/// The text of the fault that a body causes.
fn fault(body: &str) -> String {
    match signal(&script(body)).score(&given(), &Unwatched) {
        Err(Fault::Raised(text)) => text,
        other => panic!("{body}: {other:?}"),
    }
}

#[test]
fn a_comparison_operator_is_explained() {
    let text = fault(&format!("return posts:filter(col('n_like') > 3){ALL}"));
    assert_eq!(
        text,
        "attempt to compare number < Expr. Lua's == ~= < > give true or false at once, so they cannot build a column \
         expression: use :eq(v) :ne(v) :lt(v) :le(v) :gt(v) :ge(v), or a string: filter(\"n > 3 AND lang = 'en'\")
  demo/main.luau:3:36
     3 | \treturn posts:filter(col('n_like') > 3):select(col 'post_id', lit(1):alias 'value')
       | \t                                  ^
  in function 'score'"
    );
}

#[test]
fn a_plain_boolean_in_filter_is_explained() {
    let text = fault(&format!("return posts:filter(col('lang') == 'en'){ALL}"));
    assert!(text.starts_with("filter got the plain boolean `false`. Lua's == ~="), "{text}");
    assert!(text.contains("\n  demo/main.luau:3:34\n"), "{text}");
    let text = fault(&format!("return posts:filter(not col('n_like'):gt(3)){ALL}"));
    assert!(text.starts_with("filter got the plain boolean `false`"), "{text}");
    let text = fault(&format!("return posts:filter(col('n_like'):gt(3):and_(col('lang') == 'en')){ALL}"));
    assert!(text.starts_with("and_ got the plain boolean `false`"), "{text}");
}

#[test]
fn a_comparison_of_two_expressions_is_explained() {
    let text = fault(&format!("return posts:filter(col('n_like') >= col('n_like')){ALL}"));
    assert!(text.starts_with("Lua's == ~= < > give true or false at once"), "{text}");
    assert!(text.contains("\n       | \t                                  ^^\n"), "{text}");
}

#[test]
fn an_unknown_column_has_its_nearest_name() {
    let text = fault(&format!("return posts:filter(col('lnag'):eq('en')){ALL}"));
    assert_eq!(
        text,
        "unknown column \"lnag\" (have: lang, n_like, post_id); did you mean \"lang\"?
  demo/main.luau:3:27
     3 | \treturn posts:filter(col('lnag'):eq('en')):select(col 'post_id', lit(1):alias 'value')
       | \t                         ^^^^
  in function 'score'"
    );
}

#[test]
fn a_misspelt_method_has_its_nearest_name() {
    let text = fault("return posts:fliter(col('n_like'):gt(3))");
    assert_eq!(
        text,
        "attempt to call missing method 'fliter' of Frame; did you mean \"filter\"?
  demo/main.luau:3:15
     3 | \treturn posts:fliter(col('n_like'):gt(3))
       | \t             ^^^^^^
  in function 'score'"
    );
    let text = fault("return posts:select(col('lang'):str_contain('x'))");
    assert!(text.starts_with("attempt to call missing method 'str_contain' of Expr; did you mean"), "{text}");
}

#[test]
fn an_inexact_number_is_refused_and_an_id_is_exact() {
    let text = fault(&format!("return posts:filter(col('post_id'):eq(1767225600123456790)){ALL}"));
    assert!(
        text.starts_with(
            "number 1767225600123456768 is at or beyond 2^53, where Luau numbers are not exact: \
             write id\"...\" with the digits in quotes\n  demo/main.luau:3:2\n"
        ),
        "{text}"
    );
    let exact = signal(&script(&format!("return posts:filter(col('post_id'):eq(id'1767225600123456790')){ALL}")));
    let rows = exact.score(&given(), &Unwatched).expect("it runs");
    assert_eq!(super::rows(&rows), "1767225600123456790,1");
}

/// Each body, and how the text of its fault begins.
#[track_caller]
fn check(cases: &[(&str, &str)]) {
    let mut wrong = Vec::new();
    for (body, expected) in cases {
        let text = fault(body);
        if !text.starts_with(expected) || text.contains("stack traceback") {
            wrong.push(format!("{body}\n  expected: {expected}\n  got: {text}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn sql_says_what_is_wrong_with_it() {
    check(&[
        ("return posts:filter('n_like >')", "SQL: Expected: an expression, found: EOF\n  demo/"),
        (
            "return posts:filter('lnag = 1')",
            "unknown column \"lnag\" (have: lang, n_like, post_id); did you mean \"lang\"?",
        ),
        ("return posts:filter('*')", "SQL in scripts is exactly one condition, such as n > 3 AND lang = 'en'"),
        (
            "return posts:sql 'select lnag from self'",
            "unknown column \"lnag\" (have: lang, n_like, post_id); did you mean \"lang\"?\n  demo/main.luau:3:27\n",
        ),
        ("return posts:sql('delete from self')", "SQL in scripts is exactly one SELECT\n  demo/"),
    ]);
}

#[test]
fn arguments_are_held_against_what_the_verb_takes() {
    check(&[
        ("return posts:head(-1)", "head takes (n: number): n must be a whole number from 0, got -1\n  demo/"),
        ("return posts:head(2^40)", "head takes (n: number): 1099511627776 is out of range\n  demo/"),
        ("return posts:head(1, 2)", "head takes (n: number), got 2 arguments\n  demo/"),
        (
            "return posts:filter(col('lang'):is_in { en = true })",
            "is_in takes (values: { Literal }): values must be a list, of which each is a number, string, boolean,",
        ),
        ("return posts:head()", "head takes (n: number): n must be a whole number from 0, got nothing\n  demo/"),
        (
            "return posts:join(3, { on = 'post_id' })",
            "join takes (other: Frame, options: { on, left_on, right_on, how, suffix }): other must be a Frame, got 3\n",
        ),
        (
            "return posts:join(posts, { on = 'post_id', suffix = 3 })",
            "join takes (other: Frame, options: { on, left_on, right_on, how, suffix }): suffix must be a string, got 3\n",
        ),
        (
            "return posts:select(col('lang'):str_contains_any { 'a', 3 })",
            "str_contains_any takes (words: { string }, options: { ignore_case }?): words must be a string, got 3\n  demo/",
        ),
        ("return posts:select(col('n_like'):clip(0, 2^60))", "number 1152921504606846976 is at or beyond 2^53"),
        (
            "return posts:filter(col('n_like'):eq(id'abc'))",
            "id\"abc\" stands beside a column of type int, which cannot hold it\n  demo/",
        ),
        ("return posts:group_by_time('lang', { every = '1h' })", "expected a time column, got `lang` of type string"),
        (
            "return posts:select(col('n_like'):sum():rolling { index = 'lang' })",
            "rolling takes (options: { index, period }): period must be a duration such as",
        ),
        ("return posts:values('lang')[4] + posts:head(1):values('lang')", "values needs rows: call :collect() first"),
        ("for row in posts:head(1) do end", "for … in needs rows: call :collect() first"),
        ("return posts:pivot { on = 'lang', index = 'post_id', values = 'n_lik' }", "unknown column \"n_lik\""),
    ]);
}

#[test]
fn every_other_mistake_says_what_to_do() {
    check(&[
        ("return ctx:table 'post'", "table \"post\" was not declared in requires; did you mean \"posts\"?"),
        ("return posts:select(col 'post_id' .. 'x')", "`..` joins Lua strings; for columns use concat_str("),
        ("return posts:select(col '*')", "col takes one exact name, got \"*\""),
        ("return posts:select(col '^p.*$')", "col takes one exact name, got \"^p.*$\""),
        ("return posts:select('^p.*$')", "col takes one exact name, got \"^p.*$\""),
        (
            "return posts:select(nil)",
            "select takes (...: expression or column): columns must be an expression or the name of a column, got nothing",
        ),
        ("return posts:select(col('lang') == 'en')", "select got the plain boolean `false`. Lua's == ~="),
        ("return posts:select(col('n_like'):cast('itn'))", "unknown type \"itn\" (have: id, string"),
        ("return posts:join(posts, { no = 'post_id' })", "unknown option \"no\" (have: on, left_on"),
        ("return posts:join(posts, {})", "join needs `on`, or `left_on` and `right_on`"),
        ("return posts:join(posts, { on = 'post_id', how = 'outer' })", "unknown how \"outer\" (have: inner, left,"),
        ("return posts:head(2):height()", "height needs rows: call :collect() first"),
        ("return posts:collect():at('lang', 4)", "row 4 is outside 1..3"),
        ("return posts:collect():at('lang', 0)", "row 0 is outside 1..3"),
        ("return posts:select(col('lang'):str_contains('('))", "bad regular expression: regex parse error"),
        ("return posts:select(col('lang'):str_extract('e'))", "the pattern \"e\" has no group 1"),
        ("return posts:select(col('lang'):str_split(' '):list_get(0))", "positions count from 1, got 0"),
        ("return posts:filter(col('lang'):is_in { 'en', 3 })", "a list needs values of one kind"),
        (
            "return posts:concat(posts:select('lang'))",
            "concat needs the same columns: n_like, post_id only in the first",
        ),
        ("return ctx.params.window", "unknown parameter \"window\" (have: )"),
        ("return duration 'soon'", "`soon` is not a duration"),
        ("return posts:select(col('lang'):sum())", "`sum` operation not supported"),
        ("return posts:select(col('lang') + 1)", "arithmetic on dtypes str and dyn int is not allowed"),
        ("return posts:filter(col('lang'):gt(3))", "cannot compare string with numeric type"),
        ("return posts:filter(col('lang'))", "filter predicate must be of type `Boolean`, got `String`\n  demo/"),
        ("return posts:select('lang', 'lang')", "duplicate: projections contained duplicate output name 'lang'"),
        ("return posts:select(col('lang'):dt_hour())", "`hour` operation not supported for dtype `str`\n  demo/"),
        ("return posts:select(col('n_like'):str_len())", "invalid series dtype: expected `String`, got `i64`"),
        ("return posts:select(col('n_like'):str_digest())", "invalid series dtype: expected `String`, got `i64`"),
        (
            "return posts:group_by('lang'):agg('n_like'):drop('post_id')",
            "unknown column \"post_id\" (have: lang, n_like)",
        ),
        ("return posts:explode('lang')", "expected a column of lists, got `lang` of type string\n  demo/"),
        ("return posts:rename { lang = 'n_like' }", "duplicate: column 'n_like' is duplicate\n  demo/"),
        ("return posts:sort('nope')", "unknown column \"nope\""),
        ("return posts:select('lang', col('n_like'):head(1))", "lengths don't match"),
        (
            "return posts.filter(col('x'))",
            "filter is a method of Frame: call it with a colon, as in x:filter(…)\n  demo/",
        ),
        ("return clo('lang')", "attempt to call a nil value; did you mean \"col\"?\n  demo/main.luau:3:9\n"),
        ("return nothing_near('lang')", "attempt to call a nil value\n  demo/main.luau:3:2\n"),
        ("return ctx:tabel('posts')", "attempt to call missing method 'tabel' of Context; did you mean \"table\"?"),
        ("return 3", "score must return a Frame, got integer"),
        ("return", "score must return a Frame, got nil"),
        ("local f = posts for i = 1, 1000 do f = f:head(3) end", "a plan of more than 300 verbs: call :collect()"),
        ("error('my own words')", "my own words\n  demo/main.luau:3:2\n"),
        ("local t = nil return t.x", "attempt to index nil with 'x'"),
        ("return ctx:has('posts', 'lnag')", "unknown column \"lnag\""),
        ("ctx:log('loud', 'x')", "unknown level \"loud\""),
        ("for k in sorted_pairs { [posts] = 1 } do end", "expected keys that are numbers or strings, got userdata"),
    ]);
}

#[test]
fn a_caught_mistake_lets_the_script_go_on() {
    let body = format!(
        "local ok, why = pcall(function() return posts:select('nope') end) \
         if ok or not tostring(why):find('unknown column') then error('expected a mistake') end return posts{ALL}"
    );
    assert_eq!(signal(&script(&body)).score(&given(), &Unwatched).expect("it goes on").height(), 3);
}

#[test]
fn a_syntax_error_has_file_line_and_caret() {
    let error = Script::load("demo/main.luau", "local x = 1\nlocal y = = 2\n", None).expect_err("no Luau");
    assert_eq!(
        error.to_string(),
        "Expected identifier when parsing expression, got '='
  demo/main.luau:2:9
     2 | local y = = 2
       |         ^"
    );
}

#[test]
fn an_error_deep_in_helpers_names_the_functions() {
    let text = fault("local function helper(...) local f = ... return f:select('lnag') end\n\treturn (helper(posts))");
    assert!(text.contains("demo/main.luau:3:"), "{text}");
    assert!(text.ends_with("\n  in function 'helper'\n  in function 'score'"), "{text}");
}
