//! Graphs in scripts against the commands that count the same.

use crate::support::Desk;
use std::fmt::Write;

/// 400 shares of 25 accounts and 20 objects within a quarter of an hour, in an order of no meaning.
fn shares() -> Vec<(u64, u64, u64)> {
    let mut state = 7_u64;
    let mut next = move |bound: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % bound
    };
    (0..400).map(|_| (next(20), next(25), 1_717_405_200 + next(900))).collect()
}

#[test]
fn co_activity_in_a_script_is_the_plain_method_of_coordinate() {
    let desk = Desk::new();
    let mut file = "object_id,account_id,content_id,timestamp_share\n".to_owned();
    let mut traces = "account_id,object,at\n".to_owned();
    for (row, (object, account, at)) in shares().into_iter().enumerate() {
        writeln!(file, "o{object},a{account},p{row},{at}").expect("a string");
        let time = chrono::DateTime::from_timestamp(at as i64, 0).expect("a time").format("%Y-%m-%dT%H:%M:%SZ");
        writeln!(traces, "a{account},o{object},{time}").expect("a string");
    }
    desk.write("shares.csv", file);
    desk.done(&[
        "coordinate",
        "shares.csv",
        "-o",
        "edges.csv",
        "--method",
        "plain",
        "--window",
        "60s",
        "--min-weight",
        "2",
    ]);
    let edges = std::fs::read_to_string(desk.path("edges.csv")).expect("a file");
    assert!(edges.lines().count() > 20, "{edges}");
    let script = format!(
        "return plugin {{ id = 'my.demo', version = '1.0.0', api = '1', title = 'Demo', doc = 'Demo.', \
         dimension = 'coordination', family = 'demo', emits = 'marks', innocent = {{ 'It is a demo.' }}, \
         requires = {{ ['trace.x'] = {{ account_id = 'id', object = 'string', at = 'datetime' }} }}, \
         score = function(ctx) return ctx:table 'trace.x':select(col 'object':alias 'post_id', lit(1):alias 'value') end, \
         tests = {{ same = function(t)
         local found = graph.co_activity(t:csv('trace.x', [[\n{traces}]]), {{ window = '60s', min_weight = 2 }})
         t:expect(found:edges()):equals([[\n{edges}]]) end }} }}"
    );
    desk.write("demo.luau", script);
    desk.done(&["test", "demo.luau"]);
}
