//! Graphs as scripts use them, by hand. The algorithms have their own tests; kernels of other stages are tested where
//! they are handed in.

use super::super::explain::explain;
use super::super::frame::Frame;
use super::super::vm;
use super::{machine, rows, table};
use mlua::Value;

/// An edge twice in two orders, a path, a piece of its own, a loop, a null end.
const EDGES: &str = "from,to,w\nb,a,1\na,c,2\na,b,0.5\nc,d,1\nx,y,4\n,a,1\ne,e,1\n";
const TAGS: &str = "account_id,tag\na,1\nb,1\nc,1\na,2\nb,2\na,2\nd,3\n";

/// Columns and rows of the frame that a piece of code returns, or what is wrong.
fn run(code: &str) -> String {
    let code = format!("return {code}");
    let (lua, sources) = machine(&code, |lua| {
        lua.globals().set("edges", Frame::of(table(EDGES, &["id", "id", "float"])))?;
        lua.globals().set("tags", Frame::of(table(TAGS, &["id", "int"])))
    });
    let frame = || -> mlua::Result<_> {
        let value = vm::compile(&lua, "test/main.luau", &code)?.call::<Value>(())?;
        value.as_userdata().expect("a frame").borrow::<Frame>()?.collect(&lua)
    };
    match frame() {
        Ok(frame) => {
            let names: Vec<&str> = frame.get_column_names().iter().map(|name| name.as_str()).collect();
            format!("{} => {}", names.join(","), rows(&frame))
        }
        Err(error) => explain(&error, &sources).message,
    }
}

#[track_caller]
fn gives(cases: &[(&str, &str)]) {
    for (code, expected) in cases {
        assert_eq!(run(code).trim_end(), *expected, "{code}");
    }
}

const PLAIN: &str = "graph.from_edges(edges, { from = 'from', to = 'to', weight = 'w' })";
const DIRECTED: &str = "graph.from_edges(edges, { from = 'from', to = 'to', weight = 'w', directed = true })";
const TAGGED: &str = "graph.from_edges(tags, { from = 'account_id', to = 'tag' })";

#[test]
fn nodes_are_ordered_by_id_and_rows_of_the_same_ends_add_up() {
    gives(&[
        (&format!("{PLAIN}:nodes()"), "account_id => a / b / c / d / e / x / y"),
        (&format!("{PLAIN}:edges()"), "from,to,weight => a,b,1.5 / a,c,2 / c,d,1 / x,y,4"),
        (&format!("{DIRECTED}:edges()"), "from,to,weight => a,b,0.5 / a,c,2 / b,a,1 / c,d,1 / x,y,4"),
        (
            "graph.from_edges(edges, { from = 'from', to = 'to', node = 'who' }):degree():head(2)",
            "who,degree,strength => a,2,3 / b,1,2",
        ),
    ]);
}

#[test]
fn degrees_count_neighbors_and_add_weights() {
    gives(&[
        (
            &format!("{PLAIN}:degree()"),
            "account_id,degree,strength => a,2,3.5 / b,1,1.5 / c,2,3 / d,1,1 / e,0,0 / x,1,4 / y,1,4",
        ),
        (
            &format!("{DIRECTED}:degree():filter(col 'account_id':le 'c')"),
            "account_id,in_degree,out_degree,in_strength,out_strength => a,1,2,1,2.5 / b,1,1,0.5,1 / c,1,1,2,1",
        ),
    ]);
}

#[test]
fn pieces_communities_and_cores_have_the_numbers_worked_out_by_hand() {
    let pieces = "a,1 / b,1 / c,1 / d,1 / e,2 / x,3 / y,3";
    gives(&[
        (&format!("{PLAIN}:components()"), &format!("account_id,component => {pieces}")),
        (&format!("{DIRECTED}:components()"), &format!("account_id,component => {pieces}")),
        // the path as a whole has a modularity of 0.249 against 0.187 and less for its parts
        (&format!("{PLAIN}:communities()"), &format!("account_id,community => {pieces}")),
        // a resolution above every weight leaves each node alone
        (
            &format!("{PLAIN}:communities {{ method = 'cpm', resolution = 5, seed = 3 }}:head(3)"),
            "account_id,community => a,1 / b,2 / c,3",
        ),
        (&format!("{PLAIN}:k_core()"), "account_id,core => a,1 / b,1 / c,1 / d,1 / e,0 / x,1 / y,1"),
        (&format!("{PLAIN}:k_core {{ k = 1 }}:head(1)"), "account_id,core => a,1"),
        (&format!("{PLAIN}:k_core {{ k = 2 }}"), "account_id,core =>"),
    ]);
}

#[test]
fn a_surfer_with_two_pages_is_found_by_solving_two_equations() {
    // of a -> b with a damping of 1/2: a = (1/2 + b/2) ÷ 2 and b = a + a/2, together 1
    let two = "graph.from_edges(edges:filter(col 'from':eq 'x'), { from = 'from', to = 'to', directed = true })";
    let found = run(&format!("{two}:pagerank {{ damping = 0.5 }}:select(col 'pagerank':round(9))"));
    assert_eq!(found, "pagerank => 0.4 / 0.6");
    let sum = run(&format!("{PLAIN}:pagerank():select(col 'pagerank':sum():round(9))"));
    assert_eq!(sum, "pagerank => 1");
}

#[test]
fn a_projection_joins_those_of_one_side_by_what_they_share() {
    gives(&[
        (
            &format!("{TAGGED}:project {{ onto = 'from' }}:edges()"),
            "account_a,account_b,weight => a,b,2 / a,c,1 / b,c,1",
        ),
        (&format!("{TAGGED}:project {{ onto = 'from' }}:nodes()"), "account_id => a / b / c / d"),
        (
            &format!("{TAGGED}:project {{ onto = 'from', min_weight = 2 }}:edges()"),
            "account_a,account_b,weight => a,b,2",
        ),
        (&format!("{TAGGED}:project {{ onto = 'to' }}:edges()"), "tag_a,tag_b,weight => 1,2,2"),
        // each end in its own column, though the tags come first by their bytes
        (&format!("{TAGGED}:edges():head(2)"), "account_id,tag,weight => a,1,1 / a,2,2"),
    ]);
}

#[test]
fn what_cannot_be_a_graph_is_said_in_words() {
    for (code, expected) in [
        ("graph.from_edges(edges, { from = 'frm', to = 'to' })", "unknown column \"frm\""),
        ("graph.from_edges(edges, { from = 'w', to = 'to' })", "column \"w\" is of type float; the ends of edges"),
        (
            "graph.from_edges(edges, { from = 'from', to = 'to', weight = 'to' })",
            "column \"to\" is of type string; weights",
        ),
        (
            "graph.from_edges(edges:with_columns(col 'w' - 1), { from = 'from', to = 'to', weight = 'w' })",
            "column \"w\" has the weight 0 in row 1",
        ),
        (&format!("{PLAIN}:pagerank {{ damping = 1 }}"), "damping is 1, must be from 0 and below 1"),
        (&format!("{PLAIN}:communities {{ resolution = 0 }}"), "resolution is 0, must be above 0"),
        (&format!("{PLAIN}:communities {{ method = 'louvain' }}"), "unknown method \"louvain\""),
        (&format!("{TAGGED}:project {{ onto = 'from' }}:project {{ onto = 'from' }}"), "project needs a graph of"),
        (&format!("{TAGGED}:project {{ onto = 'from', max_pairs = 3 }}"), "would look at 4 pairs, more than 3"),
    ] {
        let found = run(code);
        assert!(found.contains(expected), "{code}: {found}");
    }
}

#[test]
fn a_script_without_kernels_is_told_so() {
    for code in [
        "graph.co_activity(edges, { window = '60s' })",
        "edges:near_duplicates { text = 'to' }",
        "edges:select(col 'to':url_host())",
        "edges:select(col 'to':str_similarity 'a')",
    ] {
        assert!(run(code).contains("is not available here"), "{code}: {}", run(code));
    }
}
