//! Sessions as `claque repl` talks to them.

use super::super::session::{Answer, Session};
use super::{Recorder, table};
use claque_model::{Activity, LogLevel, Unwatched};
use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

/// Twelve posts of a user's table.
fn session() -> Session {
    let rows: Vec<String> = (1..=12).map(|i| format!("x:{i},{i},{}", if i % 2 == 0 { "en" } else { "" })).collect();
    let posts = format!("post_id,n_like,lang\n{}\n", rows.join("\n"));
    let posts = table(&posts, &["id", "int", "string"]);
    Session::new(Activity::default(), BTreeMap::from([("posts".to_owned(), posts)])).expect("a session")
}

#[track_caller]
fn shown(session: &mut Session, entry: &str) -> String {
    match session.enter(entry, &Unwatched) {
        Answer::Shown(text) => text,
        other => panic!("{entry}: {other:?}"),
    }
}

#[track_caller]
fn wrong(session: &mut Session, entry: &str) -> String {
    match session.enter(entry, &Unwatched) {
        Answer::Wrong(text) => text,
        other => panic!("{entry}: {other:?}"),
    }
}

#[test]
fn a_wide_table_is_shown_without_the_columns_that_have_no_value_there() {
    let mut session = session();
    let wide = |empty: &str| {
        let filled: Vec<String> = (1..=11).map(|i| format!("lit({i}):alias('c{i}')")).collect();
        format!("posts:head(1):select('lang', {}{empty})", filled.join(", "))
    };
    let shows = shown(&mut session, &wide(", col('post_id')"));
    let (header, rest) = shows.split_once('\n').expect("a row");
    assert!(header.starts_with("c1  c2") && header.ends_with("post_id"), "{shows}");
    assert!(rest.ends_with("\nno value in these rows: lang"), "{shows}");
    // twelve columns are not wide
    assert!(shown(&mut session, &wide("")).starts_with("lang  c1"));
}

#[test]
fn an_expression_shows_its_value_with_or_without_the_sign() {
    let mut session = session();
    assert_eq!(shown(&mut session, "=1 + 1"), "2");
    assert_eq!(shown(&mut session, "'a' .. 'b'"), "\"ab\"");
    assert_eq!(shown(&mut session, "{ 10, x = true }"), "1 = 10\n\"x\" = true");
    assert_eq!(session.enter("nil", &Unwatched), Answer::Silent);
    assert_eq!(session.enter("  ", &Unwatched), Answer::Silent);
}

#[test]
fn a_frame_shows_its_head_and_how_many_rows_if_that_is_known() {
    let mut session = session();
    let plan = shown(&mut session, "posts:filter(col('lang'):is_null()):select('post_id', 'n_like')");
    assert_eq!(plan, "post_id  n_like\nx:1      1\nx:3      3\nx:5      5\nx:7      7\nx:9      9\nx:11     11");
    let all = shown(&mut session, "posts");
    assert!(all.ends_with("x:10     10      en\n12 rows"), "{all}");
    let lazy = shown(&mut session, "posts:select('post_id')");
    assert!(lazy.ends_with("\nthe first rows; :collect() runs all"), "{lazy}");
    assert_eq!(shown(&mut session, "posts:filter(col('n_like'):gt(99)):select('post_id')"), "post_id\nno rows");
}

#[test]
fn long_cells_are_cut_and_stay_on_one_line() {
    let mut session = session();
    let text = shown(&mut session, "posts:select(lit(string.rep('ab\\n', 30)):alias('t')):head(1)");
    assert_eq!(text, format!("t\n{}…", "ab ".repeat(13)));
}

#[test]
fn globals_stay_and_locals_end_with_their_entry() {
    let mut session = session();
    assert_eq!(session.enter("few = posts:head(2) local x = 1", &Unwatched), Answer::Silent);
    assert_eq!(shown(&mut session, "few:collect():height()"), "2");
    assert_eq!(session.enter("x", &Unwatched), Answer::Silent);
    // one's own value may have the name of a table
    assert_eq!(session.enter("posts = posts:head(1)", &Unwatched), Answer::Silent);
    assert_eq!(shown(&mut session, "posts:collect():height()"), "1");
}

#[test]
fn an_entry_may_take_several_lines() {
    let mut session = session();
    assert_eq!(session.enter("function double(x)", &Unwatched), Answer::Incomplete);
    assert_eq!(session.enter("posts:filter(", &Unwatched), Answer::Incomplete);
    assert_eq!(session.enter("function double(x)\nreturn 2 * x\nend", &Unwatched), Answer::Silent);
    assert_eq!(shown(&mut session, "double(21)"), "42");
}

#[test]
fn an_error_has_its_place_and_advice_and_the_session_goes_on() {
    let mut session = session();
    let text = wrong(&mut session, "posts:filter(col('lnag'):eq('en'))");
    assert!(text.contains("unknown column \"lnag\"") && text.contains("did you mean \"lang\"?"), "{text}");
    assert!(text.contains("entry 1:1:") && text.contains("^^^^"), "{text}");
    let text = wrong(&mut session, "x = = 1");
    assert!(text.contains("entry 2:1"), "{text}");
    // a function of an earlier entry shows that entry's line
    session.enter("function bad()\nerror('here')\nend", &Unwatched);
    let text = wrong(&mut session, "bad()");
    assert!(text.contains("entry 3:2:") && text.contains("error('here')"), "{text}");
    assert_eq!(shown(&mut session, "1"), "1");
}

#[test]
fn what_is_printed_reaches_the_services() {
    let services = Recorder::default();
    let mut session = session();
    session.enter("print('hello', 1)", &services);
    assert_eq!(*services.lines.lock().expect("not poisoned"), [(LogLevel::Info, "hello\t1".to_owned())]);
}

#[test]
fn an_interrupted_entry_ends_and_the_next_one_runs() {
    let services = Recorder::default();
    services.cancel.store(true, Ordering::Relaxed);
    let mut session = session();
    assert_eq!(session.enter("while true do end", &services), Answer::Wrong("stopped".to_owned()));
    assert_eq!(shown(&mut session, "1"), "1");
}

#[test]
fn a_session_out_of_memory_starts_anew() {
    let mut session = session();
    session.enter("mine = 1", &Unwatched);
    let text = wrong(&mut session, "local t = {} for i = 1, 1e9 do t[i] = string.rep('x', 1000) .. i end");
    assert!(text.ends_with("the session starts anew, without its globals"), "{text}");
    assert_eq!(session.enter("mine", &Unwatched), Answer::Silent);
    assert!(shown(&mut session, "posts").ends_with("12 rows"));
}

#[test]
fn the_sandbox_holds_in_a_session() {
    let mut session = session();
    for entry in ["require('./x')", "loadstring('return 1')()", "os.time()", "string.rep = nil", "io.open('x')"] {
        wrong(&mut session, entry);
    }
}

#[test]
fn schema_plan_and_type() {
    let mut session = session();
    assert_eq!(shown(&mut session, ":schema"), "posts  12 rows\n  post_id  string\n  n_like   int\n  lang     string");
    let lists = ":schema posts:group_by('lang'):agg(col('n_like'):list():alias('l'))";
    assert_eq!(shown(&mut session, lists), "lang  string\nl     list of int");
    assert!(shown(&mut session, ":schema 1").starts_with("number, and only a Frame"));
    let plan = shown(&mut session, ":plan posts:filter(col('n_like'):gt(3))");
    assert!(plan.contains("FILTER") && plan.contains("n_like"), "{plan}");
    for (entry, kind) in
        [("posts", "Frame"), ("col('x')", "Expr"), ("1", "number"), ("posts:group_by('lang')", "GroupBy")]
    {
        assert_eq!(shown(&mut session, &format!(":t {entry}")), kind);
    }
}

#[test]
fn commands_explain_themselves() {
    let mut session = session();
    let help = shown(&mut session, ":help");
    for word in [":schema", ":plan", ":t ", ":params", ":load", ":quit"] {
        assert!(help.contains(word), "{help}");
    }
    assert_eq!(wrong(&mut session, ":shema posts"), "unknown command :shema. hint: did you mean :schema?");
    assert!(wrong(&mut session, ":plan").contains("needs an expression"));
    assert!(wrong(&mut session, ":params").contains(":load SCRIPT"));
    assert!(wrong(&mut session, ":reload").contains(":load SCRIPT"));
    assert_eq!(session.enter(":quit", &Unwatched), Answer::Over);
}

#[test]
fn a_loaded_script_brings_its_tables_parameters_and_score() {
    let mut session = session();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("main.luau");
    let source = |least: i64| {
        format!(
            "return plugin {{ id = 'dis.demo', version = '1.0.0', api = '1', title = 'Demo', doc = 'Demo.', \
             dimension = 'disinformation', family = 'demo', emits = 'marks', innocent = {{ 'It is a demo.' }}, \
             requires = {{ posts = {{ post_id = 'id', n_like = 'int', text = 'string?' }} }}, \
             params = {{ least = p.int {{ default = {least}, min = 1, doc = 'fewest likes' }} }}, \
             score = function(ctx) return ctx:table('posts'):filter(col('n_like'):ge(ctx.params.least))\
             :select('post_id', lit(1):alias('value')) end }}"
        )
    };
    std::fs::write(&path, source(11)).expect("a file");
    let load = format!(":load {}", path.display());
    assert_eq!(shown(&mut session, &load), "dis.demo 1.0.0 · Demo\n=score(ctx) runs it");
    assert_eq!(shown(&mut session, "score(ctx)"), "post_id  value\nx:11     1\nx:12     1");
    // the tables are those of the declaration: an absent optional column is there
    assert!(shown(&mut session, ":schema ctx:table('posts')").contains("text     string"));
    assert!(shown(&mut session, ":params").starts_with("least = 11  ("));
    assert!(shown(&mut session, ":params least 12").starts_with("least = 12  ("));
    assert_eq!(shown(&mut session, "score(ctx)"), "post_id  value\nx:12     1");
    assert!(wrong(&mut session, ":params least 0").contains('0'));
    assert_eq!(wrong(&mut session, ":params laest 3"), "unknown parameter laest. hint: did you mean least?");
    std::fs::write(&path, source(12)).expect("a file");
    shown(&mut session, ":reload");
    assert_eq!(shown(&mut session, "score(ctx)"), "post_id  value\nx:12     1");
    assert!(wrong(&mut session, ":load nowhere.luau").starts_with("nowhere.luau: "));
}

#[test]
fn names_are_completed_where_they_may_stand() {
    let mut session = session();
    session.enter("mine_alone = 1", &Unwatched);
    let names = |line: &str| session.complete(line, line.len());
    assert_eq!(names("po"), (0, vec!["posts".to_owned()]));
    assert_eq!(names("x = mine"), (4, vec!["mine_alone".to_owned()]));
    assert_eq!(names("coal"), (0, vec!["coalesce".to_owned()]));
    assert_eq!(names("posts:with"), (6, vec!["with_columns".to_owned()]));
    assert_eq!(names("posts:filter(col('n_"), (18, vec!["n_like".to_owned()]));
    assert_eq!(names("ctx:table(\"po"), (11, vec!["post_id".to_owned(), "posts".to_owned()]));
    assert_eq!(names(":sch"), (1, vec!["schema".to_owned()]));
    assert!(names("posts:").1.len() > 60);
    assert!(names("nothing.").1.is_empty());
    // in the middle of a line, and never inside a character
    assert_eq!(session.complete("po:head(1)", 2), (0, vec!["posts".to_owned()]));
    assert_eq!(session.complete("ä", 1).1, Vec::<String>::new());
}
