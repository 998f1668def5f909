//! What CooRTweet itself gave for the same calls, to the last row; and the right numbers, from hand and brute force.

mod corrected;
mod found;
mod manifest;
mod public_sample;

use super::*;
use crate::error::CoordinationError;
use std::path::Path;

pub(crate) use public_sample::public_sample;

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests-data/parity");

/// A table of the four columns.
struct Table {
    object: StringChunked,
    account: StringChunked,
    content: StringChunked,
    at: Float64Chunked,
}

impl Table {
    /// The cell `NA` is missing; an empty cell is the empty string.
    fn read(path: &Path) -> Self {
        let mut reader = csv::Reader::from_path(path).expect("the input is there");
        let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("well-formed")).collect();
        let text = |column: usize| rows.iter().map(|row| Some(&row[column]).filter(|cell| *cell != "NA")).collect();
        let at = rows.iter().map(|row| row[3].parse().ok()).collect();
        Self { object: text(0), account: text(1), content: text(2), at }
    }

    /// Rows (object, account, time); every row is a content of its own, `c0`, `c1`, ….
    fn of(rows: &[(&str, &str, f64)]) -> Self {
        Self {
            object: rows.iter().map(|row| Some(row.0)).collect(),
            account: rows.iter().map(|row| Some(row.1)).collect(),
            content: (0..rows.len()).map(|row| Some(format!("c{row}"))).collect(),
            at: rows.iter().map(|row| Some(row.2)).collect(),
        }
    }

    fn borrow(&self) -> CoorTweetTable<'_> {
        CoorTweetTable {
            object_id: &self.object,
            account_id: &self.account,
            content_id: &self.content,
            timestamp_share: &self.at,
        }
    }

    fn groups(&self, time_window: f64, min_participation: u32) -> CoorTweetGroups<'_> {
        let settings = GroupSettings { time_window, min_participation, remove_loops: true };
        detect_groups(&self.borrow(), &settings).expect("equal columns")
    }
}

fn plain<'a>(groups: &CoorTweetGroups<'a>) -> CoorTweetNetwork<'a> {
    generate_coordinated_network(groups, &NetworkSettings::default()).expect("a call that is allowed")
}

#[test]
fn a_request_that_contradicts_itself_is_an_error() {
    let table = Table::of(&[("o", "a", 0.0), ("o", "b", 1.0)]);
    let groups = table.groups(10.0, 1);
    let network = |fast_net, subgraph, groups| {
        let settings = NetworkSettings { fast_net, subgraph, ..NetworkSettings::default() };
        generate_coordinated_network(groups, &settings)
    };
    assert!(matches!(network(true, Subgraph::Whole, &groups), Err(CoordinationError::NoFastFlags)));
    let without = network(false, Subgraph::FastNeighbourhood, &groups);
    assert!(matches!(without, Err(CoordinationError::SubgraphOfFastNetwork)));
    let flagged = flag_speed_share(&table.borrow(), &groups, 1, 5.0).expect("equal columns");
    let plain_of_fast = network(true, Subgraph::AboveThreshold, &flagged);
    assert!(matches!(plain_of_fast, Err(CoordinationError::SubgraphOfPlainNetwork)));
    for edge_weight in [-0.1, 1.1, f64::NAN] {
        let settings = NetworkSettings { edge_weight, ..NetworkSettings::default() };
        let found = generate_coordinated_network(&groups, &settings);
        assert!(matches!(found, Err(CoordinationError::EdgeWeight(_))));
    }
}

#[test]
fn nobody_taking_part_gives_empty_tables_where_the_tool_stops() {
    let table = Table::of(&[("o", "a", 0.0), ("o", "b", 1.0)]);
    let groups = table.groups(10.0, 2);
    assert!(groups.is_empty());
    let network = plain(&groups);
    assert!(network.edges.is_empty());
    for level in [StatsLevel::All, StatsLevel::Full, StatsLevel::Fast] {
        assert!(account_stats(&network, &groups, level).is_empty());
        assert!(group_stats(&network, level).is_empty());
        assert!(corrected_group_stats(&network, level).is_empty());
    }
}

#[test]
fn a_plain_network_has_no_fast_level_of_its_own() {
    let table = Table::of(&[("o", "a", 0.0), ("o", "b", 1.0)]);
    let groups = table.groups(10.0, 1);
    let network = plain(&groups);
    let all = account_stats(&network, &groups, StatsLevel::All);
    assert_eq!(account_stats(&network, &groups, StatsLevel::Fast), all);
    assert!(group_stats(&network, StatsLevel::Fast).is_empty());
}

/// The manual of `strsplit`: an empty string has no parts, and a match at the end leaves no empty part behind it.
#[test]
fn the_empty_object_is_lost_where_strsplit_loses_it() {
    let objects = |rows: &[(&str, &str, f64)]| {
        let table = Table::of(rows);
        let network = plain(&table.groups(10.0, 1));
        let stats = group_stats(&network, StatsLevel::All);
        stats.into_iter().map(|object| object.object_id.to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(objects(&[("", "a", 0.0), ("", "b", 1.0)]), Vec::<String>::new());
    assert_eq!(objects(&[("x", "a", 0.0), ("x", "b", 1.0), ("", "a", 50.0), ("", "b", 51.0)]), ["x"]);
    assert_eq!(objects(&[("", "a", 0.0), ("", "b", 1.0), ("x", "a", 50.0), ("x", "b", 51.0)]), ["", "x"]);
    assert_eq!(objects(&[("x,,", "a", 0.0), ("x,,", "b", 1.0)]), ["x", ""]);
}
