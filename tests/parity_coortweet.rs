//! `claque coordinate --method coortweet` as a user runs it, against CooRTweet's own tables.

use crate::support::{Desk, repository, text};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn reference(below: &str) -> PathBuf {
    repository().join("core/claque-coordination/tests-data/parity").join(below)
}

/// Rows by column name.
fn rows(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).expect("a table");
    let header = reader.headers().expect("a header").clone();
    let row = |record: csv::StringRecord| header.iter().zip(record.iter()).map(|(h, c)| (h.into(), c.into())).collect();
    reader.records().map(|record| row(record.expect("well-formed"))).collect()
}

fn header(path: &Path) -> String {
    let table = std::fs::read_to_string(path).expect("a table");
    table.lines().next().expect("a header").to_owned()
}

/// Cells as they are, numbers in one form.
fn cells(row: &BTreeMap<String, String>, columns: &[&str]) -> Vec<String> {
    let cell = |name: &&str| {
        let cell = row.get(*name).unwrap_or_else(|| panic!("no {name} in {row:?}"));
        cell.parse::<f64>().map_or_else(|_| cell.clone(), |number| number.to_string())
    };
    columns.iter().map(cell).collect()
}

/// Both tables in the tool's order, the pair by its smaller id.
fn assert_same_edges(found: &Path, expected: &Path, columns: &[&str]) {
    let mut expected = rows(expected);
    expected.sort_by_key(|row| row["row"].parse::<u32>().expect("a position"));
    let mut found = rows(found);
    for row in &mut found {
        let (from, to) = (row["account_id"].clone(), row["account_id_y"].clone());
        row.insert("from_is_a".into(), u8::from(from <= to).to_string());
        row.insert("account_a".into(), from.clone().min(to.clone()));
        row.insert("account_b".into(), from.max(to));
    }
    let columns = [&["account_a", "account_b", "from_is_a"], columns].concat();
    let all = |rows: &[BTreeMap<String, String>]| rows.iter().map(|row| cells(row, &columns)).collect::<Vec<_>>();
    assert_eq!(found.len(), expected.len());
    assert_eq!(all(&found), all(&expected));
}

/// Both tables by their first column.
fn assert_same_table(found: &Path, expected: &Path) {
    let sorted = |path: &Path| {
        let mut reader = csv::Reader::from_path(path).expect("a table");
        let mut rows: Vec<Vec<String>> =
            reader.records().map(|row| row.expect("well-formed").iter().map(str::to_owned).collect()).collect();
        rows.sort();
        rows
    };
    assert_eq!(header(found), header(expected));
    assert_eq!(sorted(found), sorted(expected), "{}", found.display());
}

#[test]
fn edges_and_tables_are_those_of_the_tool() {
    let desk = Desk::new();
    let input = text(&reference("actions_6k.csv"));
    let arguments = ["-o", "edges.csv", "--method", "coortweet", "--window", "60s", "--tables", "tables"];
    let outcome = desk.done(&[&["coordinate", &input], &arguments[..]].concat());
    assert!(outcome.stdout.contains("3047 edges, 449 above the 0.5 quantile"), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("--corrected shows the right numbers"), "{}", outcome.stdout);
    let attributes = ["weight", "avg_time_delta", "n_content_id", "n_content_id_y", "edge_symmetry_score"];
    assert_same_edges(&desk.path("edges.csv"), &reference("coortweet/edges_w60_p2.csv"), &attributes);
    assert_eq!(
        header(&desk.path("tables/edges.csv")),
        "from,to,weight,avg_time_delta,n_content_id,n_content_id_y,edge_symmetry_score,object_ids,weight_threshold"
    );
    let mut names: Vec<String> = std::fs::read_dir(desk.path("tables"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    let expected = ["account_stats", "account_stats_full", "edges", "group_stats", "group_stats_full", "groups"];
    assert_eq!(names, expected.map(|name| format!("{name}.csv")));
    for (found, wanted) in [
        ("account_stats", "account_stats_w60_p2_none"),
        ("account_stats_full", "account_stats_w60_p2_q0.5_full"),
        ("group_stats", "group_stats_w60_p2_none"),
        ("group_stats_full", "group_stats_w60_p2_q0.5_full"),
    ] {
        let wanted = reference(&format!("coortweet/{wanted}.csv"));
        assert_same_table(&desk.path(&format!("tables/{found}.csv")), &wanted);
    }
    let columns = ["object_id", "content_id", "content_id_y", "time_delta", "account_id", "account_id_y"];
    let mut wanted = rows(&reference("coortweet/groups_w60_p2.csv"));
    wanted.sort_by_key(|row| row["row"].parse::<u32>().expect("a position"));
    let of = |rows: &[BTreeMap<String, String>]| rows.iter().map(|row| cells(row, &columns)).collect::<Vec<_>>();
    assert_eq!(of(&rows(&desk.path("tables/groups.csv"))), of(&wanted));
}

#[test]
fn a_second_window_gives_the_fast_network_and_its_neighbourhood() {
    let desk = Desk::new();
    let input = text(&reference("actions_6k.csv"));
    let fast = ["--method", "coortweet", "--window", "60s", "--fast-window", "10s", "--edge-weight", "0.9"];
    desk.done(&[&["coordinate", &input, "-o", "fast.csv", "--tables", "fast"], &fast[..]].concat());
    let columns = ["weight_full", "avg_time_delta_full", "weight_threshold_full", "weight_fast", "avg_time_delta_fast"];
    let columns =
        [&columns[..], &["n_content_id_y_fast", "edge_symmetry_score_fast", "weight_threshold_fast"]].concat();
    let tag = "w60_p2_f10_q0.9";
    assert_same_edges(&desk.path("fast.csv"), &reference(&format!("coortweet/fast_edges_{tag}.csv")), &columns);
    for (found, wanted) in [
        ("account_stats_fast", format!("fast_account_stats_{tag}_fast")),
        ("group_stats", format!("fast_group_stats_{tag}_none")),
        ("group_stats_full", format!("fast_group_stats_{tag}_full")),
        ("group_stats_fast", format!("fast_group_stats_{tag}_fast")),
    ] {
        let wanted = reference(&format!("coortweet/{wanted}.csv"));
        assert_same_table(&desk.path(&format!("fast/{found}.csv")), &wanted);
    }
    let flagged = rows(&desk.path("fast/flagged_groups.csv"));
    assert_eq!((flagged.len(), flagged.iter().filter(|row| row["time_window_10"] == "1").count()), (3967, 928));
    let arguments = ["-o", "near.csv", "--tables", "near", "--subgraph", "3"];
    desk.done(&[&["coordinate", &input], &arguments[..], &fast[..]].concat());
    assert_eq!(rows(&desk.path("near.csv")).len(), 1153);
    let vertices = |path: PathBuf, name: &str| {
        let mut vertices: Vec<Vec<String>> = rows(&path).iter().map(|row| cells(row, &[name, "color_v"])).collect();
        vertices.sort();
        vertices
    };
    let wanted = reference(&format!("coortweet/fast_subgraph3_vertices_{tag}.csv"));
    assert_eq!(vertices(desk.path("near/vertices.csv"), "name"), vertices(wanted, "account_id"));
}

#[test]
fn corrected_numbers_stand_behind_those_of_the_tool_and_the_message_says_why() {
    let desk = Desk::new();
    let input = text(&reference("toys/t16_comma_in_object_id.csv"));
    let arguments = ["--method", "coortweet", "--window", "60s", "--min-participation", "1", "--corrected"];
    let outcome =
        desk.done(&[&["coordinate", &input, "-o", "edges.csv", "--tables", "tables"], &arguments[..]].concat());
    assert!(outcome.stdout.contains("tears ids at commas: 2 of 3 objects"), "{}", outcome.stdout);
    let edges = header(&desk.path("edges.csv"));
    let behind = "weight_threshold,corrected_n_content_from,corrected_n_content_to,corrected_edge_symmetry_score,\
                  corrected_n_objects";
    assert!(edges.ends_with(behind), "{edges}");
    let objects = std::fs::read_to_string(desk.path("tables/group_stats.csv")).expect("a table");
    let torn = "object_id,num_accounts,corrected_num_accounts\nhttp://x.example/a,2,2\nb,1,\nplain,1,2\n\
                \"http://x.example/a,b\",,2\n";
    assert_eq!(objects, torn);
}

#[test]
fn empty_and_missing_values_are_kept_as_the_tool_keeps_them_and_named() {
    let desk = Desk::new();
    let input = text(&reference("toys/t09_missing_and_empty.csv"));
    let arguments = ["-o", "edges.csv", "--method", "coortweet", "--window", "60s", "--min-participation", "1"];
    let outcome = desk.done(&[&["coordinate", &input], &arguments[..]].concat());
    assert!(outcome.stderr.contains("3 rows have an empty object_id"), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("5 rows lack a value"), "{}", outcome.stderr);
    let pairs = |file: &str| -> Vec<[String; 2]> {
        rows(&desk.path(file)).iter().map(|row| [row["account_id"].clone(), row["account_id_y"].clone()]).collect()
    };
    assert_eq!(pairs("edges.csv"), [["a", "b"], ["a", "c"], ["b", "c"], ["b", ""]]);
    desk.done(&[&["coordinate", &input, "--keep-loops"], &arguments[..]].concat());
    assert_eq!(pairs("edges.csv"), [["a", "b"], ["a", "c"], ["b", "c"], ["NA", "NA"], ["b", ""]]);
}

#[test]
fn where_the_tool_stops_the_tables_are_empty_and_it_is_said() {
    let desk = Desk::new();
    let input = text(&reference("toys/t24_speed_flag_nothing_fast.csv"));
    let method = ["--method", "coortweet", "--window", "60s"];
    let nothing_fast = ["-o", "e.csv", "--tables", "t", "--fast-window", "10s", "--min-participation", "1"];
    let outcome = desk.done(&[&["coordinate", &input], &nothing_fast[..], &method].concat());
    assert!(outcome.stdout.contains("no fast pair, so no network: CooRTweet stops"), "{}", outcome.stdout);
    assert!(rows(&desk.path("e.csv")).is_empty() && rows(&desk.path("t/account_stats.csv")).is_empty());
    let outcome =
        desk.done(&[&["coordinate", &input, "-o", "e.csv", "--min-participation", "9"], &method[..]].concat());
    assert!(outcome.stdout.contains("CooRTweet stops with errors here"), "{}", outcome.stdout);
}

#[test]
fn milliseconds_are_compared_as_the_numbers_they_are() {
    let desk = Desk::new();
    let csv = "object_id,account_id,content_id,timestamp_share\n\
               o,a,c1,1714564800000\no,b,c2,1714564810000\no,c,c3,1714564820001\n";
    desk.write("s.csv", csv);
    let arguments = ["--method", "coortweet", "--window", "10s", "--min-participation", "1", "--tables", "t"];
    let outcome = desk.done(&[&["coordinate", "s.csv", "-o", "e.csv"], &arguments[..]].concat());
    assert!(outcome.stderr.contains("10s are 10000 in this file"), "{}", outcome.stderr);
    let groups = rows(&desk.path("t/groups.csv"));
    let found: Vec<Vec<String>> =
        groups.iter().map(|row| cells(row, &["content_id", "content_id_y", "time_delta"])).collect();
    assert_eq!(found, [["c1", "c2", "10000"]]);
}

#[test]
fn options_that_contradict_each_other_are_refused_with_a_hint() {
    let desk = Desk::new();
    desk.write("s.csv", "object_id,account_id,content_id,timestamp_share\no,a,c1,0\no,b,c2,1\n");
    std::fs::create_dir(desk.path("there")).expect("a folder");
    let method = ["--method", "coortweet", "--window", "60s"];
    for (options, message) in [
        (&["--tables", "there"][..], "`there` exists already"),
        (&["--subgraph", "2"], "subgraphs 2 and 3 need a second, faster window"),
        (&["--subgraph", "1", "--fast-window", "10s"], "subgraph 1 is of a network without a second window"),
        (&["--fast-window", "2m"], "the fast window 2m is wider than the window 60s"),
        (&["--edge-weight", "1.5"], "the edge weight quantile is 1.5, must be between 0 and 1"),
    ] {
        let outcome = desk.claque(&[&["coordinate", "s.csv", "-o", "e.csv"], &method[..], options].concat());
        assert_eq!(outcome.code, 2, "{options:?}");
        assert!(outcome.stderr.contains(message) && outcome.stderr.contains("hint: "), "{}", outcome.stderr);
    }
    let outcome = desk.claque(&["coordinate", "s.csv", "-o", "e.csv", "--corrected"]);
    assert!(outcome.stderr.contains("`--corrected` is of --method coortweet or cnt"), "{}", outcome.stderr);
    let outcome = desk.claque(&["coordinate", "s.csv", "-o", "e.csv", "--tables", "t"]);
    assert!(outcome.stderr.contains("`--tables` is of --method coortweet"), "{}", outcome.stderr);
    assert_eq!(desk.names(), ["s.csv", "there"], "nothing was written");
}

#[test]
fn the_examples_of_the_help_run() {
    let desk = Desk::new();
    desk.write("shares.csv", std::fs::read(reference("actions_6k.csv")).expect("the input"));
    let help = desk.done(&["coordinate", "--help"]).stdout;
    let examples: Vec<&str> =
        help.lines().map(str::trim).filter(|line| line.starts_with("claque ") && line.contains("coortweet")).collect();
    assert_eq!(examples.len(), 3, "{help}");
    for example in examples {
        desk.done(&example.split_whitespace().skip(1).collect::<Vec<_>>());
    }
    assert!(desk.path("coortweet/group_stats.csv").is_file());
}
