//! What scripts get from other stages, through a script.

use super::*;
use claque_host::{Script, script_api};

/// A script whose one test is this code, where `t` reads the tables below.
fn script(test: &str) -> String {
    format!(
        "return plugin {{ id = 'dis.demo', version = '1.0.0', api = '1', title = 'Demo', doc = 'Demo.', \
         dimension = 'disinformation', family = 'demo', emits = 'marks', innocent = {{ 'It is a demo.' }}, \
         requires = {{ ['trace.x'] = {{ account_id = 'id', object = 'string?', at = 'datetime?' }}, \
         posts = {{ post_id = 'id', text = 'string?', created_at = 'datetime?' }} }}, \
         score = function(ctx) return ctx:table 'posts':select('post_id', lit(1):alias 'value') end, \
         tests = {{ it = function(t)\n{test}\nend }} }}"
    )
}

fn outcome(test: &str) -> Result<(), String> {
    let signals = Script::load_with("demo/main.luau", &script(test), None, Some(kernels())).expect("a script");
    signals[0].run_tests().pop().expect("one test").outcome
}

#[track_caller]
fn passes(test: &str) {
    outcome(test).unwrap_or_else(|why| panic!("{why}"));
}

const ACTS: &str = "local acts = t:csv('trace.x', [[
account_id,object,at
b,x,2024-06-03T10:00:00Z
a,x,2024-06-03T10:01:00Z
c,x,2024-06-03T10:01:01Z
b,y,2024-06-03T11:00:10Z
a,y,2024-06-03T11:00:09.5Z
d,y,2024-06-03T11:00:09Z
c,z,2024-06-03T12:00:00Z
c,z,2024-06-03T12:00:01Z
,x,2024-06-03T10:01:00Z
a,,2024-06-03T10:01:00Z
d,x,
]])";

#[test]
fn accounts_that_act_on_one_object_within_the_window_are_joined() {
    // within 60 s: b-a on x (exactly 60 s), a-c on x (1 s), b-a on y; d has one row, so it is left out
    passes(&format!(
        "{ACTS}
        local g = graph.co_activity(acts, {{ window = '60s' }})
        t:expect(g:edges()):equals('account_a,account_b,weight\\na,b,2\\na,c,1\\n')
        t:expect(g:nodes()):equals('account_id\\na\\nb\\nc\\n')
        local heavy = graph.co_activity(acts, {{ window = '60s', min_weight = 2 }})
        t:expect(heavy:edges()):equals('account_a,account_b,weight\\na,b,2\\n')
        local all = graph.co_activity(acts, {{ window = '60s', min_participation = 1 }})
        t:expect(all:edges()):equals('account_a,account_b,weight\\na,b,2\\na,c,1\\na,d,1\\nb,d,1\\n')"
    ));
}

#[test]
fn more_pairs_than_allowed_and_windows_beyond_bounds_are_refused() {
    let two = format!("{ACTS}\ngraph.co_activity(acts, {{ window = '60s', max_pairs = 2 }})");
    let why = outcome(&two).expect_err("there are three pairs");
    assert!(why.contains("would look at 3 pairs, more than 2"), "{why}");
    let long = format!("{ACTS}\ngraph.co_activity(acts, {{ window = '31d' }})");
    assert!(outcome(&long).expect_err("too long").contains("must be between 1s and 30d"));
}

#[test]
fn copies_have_a_group_and_a_text_that_is_alone_has_none() {
    passes(
        "local texts = t:csv('posts', [[
post_id,text
1,The ballots were counted behind closed doors in Quayham tonight!
2,Something else entirely is written in this one text about ferries.
3,@reader the BALLOTS were counted behind closed doors in Quayham tonight https://a.example/x
4,
5,short
6,the ballots were counted behind closed doors in Quayham last night
]])
        local found = texts:near_duplicates { text = 'text' }:select('post_id', 'group')
        t:expect(found):equals('post_id,group\\n1,1\\n2,\\n3,1\\n4,\\n5,\\n6,1\\n')
        -- identical but for what is cleaned
        local strict = texts:near_duplicates { text = 'text', ratio = 0.97, jaccard = 1, group = 'g' }
        t:expect(strict:select('g'):filter(col 'g':is_not_null()):collect():height()):is(2)",
    );
    let why = outcome("t:csv('posts', 'post_id,text\\n1,a\\n'):near_duplicates { text = 'text', ratio = 2 }");
    assert!(why.expect_err("no ratio").contains("ratio is 2, must be between 0 and 1"));
}

#[test]
fn addresses_are_taken_apart_in_their_canonical_form() {
    passes(
        "local texts = t:csv('posts', [[
post_id,text
1,http://www.Example.co.uk/a/?utm_source=x&b=2#c
2,news.bbc.co.uk
3,https://192.0.2.7/x
4,no address at all
5,
6,www.example.org
7,192.0.2.7
]])
        local parts = texts:select('post_id', col 'text':url_canonical():alias 'whole', col 'text':url_host():alias 'host',
            col 'text':url_domain():alias 'domain', col 'text':url_path():alias 'path')
        t:expect(parts):equals([[
post_id,whole,host,domain,path
1,https://example.co.uk/a?b=2,example.co.uk,example.co.uk,/a
2,,,bbc.co.uk,
3,https://192.0.2.7/x,192.0.2.7,,/x
4,,,,
5,,,,
6,https://example.org/,example.org,example.org,/
7,,,,
]])",
    );
}

#[test]
fn likeness_compares_column_with_column_or_with_one_text() {
    passes(
        "local texts = t:csv('posts', 'post_id,text\\nkitten,sitting\\nabcdef,bcdefg\\nx,\\n')
        local function of(other, measure)
            return texts:select(col 'post_id':str_similarity(other, measure):alias 's'):collect()
        end
        t:expect(of(col 'text'):at('s', 1)):near(4 / 7, 1e-12)
        t:expect(of(col 'text', 'jaccard'):at('s', 2)):near(1 / 3, 1e-12)
        t:expect(of(col 'text'):at('s', 3)):is(nil)
        t:expect(of('kitten'):at('s', 1)):is(1)
        t:expect(of('kitten'):height()):is(3)",
    );
}

/// Of the sample table of the reference, what these examples read.
const POSTS: &str = "local posts = t:csv('posts', [[
post_id,text,created_at
a,Hello World 12,2024-06-03T09:00:00Z
b,ẞtraße 7 and 8,2024-06-03T23:59:59.5Z
c,,
d,alpha beta,2024-06-09T10:30:00Z
]]):rename { created_at = 'at' }";

#[test]
fn the_examples_that_ask_other_stages_give_what_they_say() {
    let api = script_api();
    let verbs = api.functions().chain(api.types.iter().flat_map(claque_host::ApiType::verbs));
    let asking = ["url_canonical", "url_host", "url_domain", "url_path", "str_similarity", "near_duplicates"];
    let mut run = 0;
    for verb in verbs.filter(|verb| asking.contains(&verb.name) || verb.name == "graph.co_activity") {
        let example = verb.example.expect("an example");
        let (head, rows) = example.gives.split_once(": ").expect("names or a type");
        let cells = rows.replace(" / ", "\n").replace(", ", ",").replace("null", "");
        let (frame, head) = if matches!(verb.name, "near_duplicates" | "graph.co_activity") {
            (example.code.to_owned(), head.replace(", ", ","))
        } else {
            (format!("posts:head(1):select(({}):alias('x'))", example.code), "x".to_owned())
        };
        passes(&format!("{POSTS}\nt:expect({frame}):equals([[\n{head}\n{cells}\n]])"));
        run += 1;
    }
    assert_eq!(run, 7);
}
