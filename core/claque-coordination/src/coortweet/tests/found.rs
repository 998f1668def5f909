//! Results as tables with CooRTweet's column names, and their comparison with its own.

use super::*;
use serde_json::Value;

/// A table by column name. With a column `row` its order is compared as well.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Vec<Value>>,
    /// Relative error of the numbers: 0 for CSV; the JSON reader may miss the last place.
    pub(super) tolerance: f64,
}

impl Found {
    fn push(&mut self, cells: Vec<(String, Value)>) {
        if self.columns.is_empty() {
            self.columns = cells.iter().map(|(name, _)| name.clone()).collect();
        }
        self.rows.push(cells.into_iter().map(|(_, value)| value).collect());
    }

    pub(super) fn groups(groups: &CoorTweetGroups<'_>) -> Self {
        let mut found = Self::default();
        for (at, g) in groups.iter().enumerate() {
            let mut cells = vec![
                cell("row", at + 1),
                cell("object_id", g.object_id),
                cell("content_id", g.content_id),
                cell("content_id_y", g.content_id_y),
                cell("time_delta", g.time_delta),
                cell("account_id", g.account_id),
                cell("account_id_y", g.account_id_y),
            ];
            if let (Some(window), Some(fast)) = (groups.fast_window(), g.fast) {
                cells.push(cell(&format!("time_window_{window}"), u8::from(fast)));
            }
            found.push(cells);
        }
        found
    }

    /// `thresholds`: further networks of the same groups, for `weight_threshold_qQ`.
    pub(super) fn edges(network: &CoorTweetNetwork<'_>, thresholds: &[(String, CoorTweetNetwork<'_>)]) -> Self {
        let mut found = Self::default();
        for (at, edge) in network.edges.iter().enumerate() {
            let (a, b) = (edge.from.min(edge.to), edge.from.max(edge.to));
            let mut cells = vec![
                cell("row", at + 1),
                cell("from", edge.from),
                cell("to", edge.to),
                cell("account_a", a),
                cell("account_b", b),
                cell("from_is_a", u8::from(edge.from == a)),
            ];
            if network.is_fast {
                cells.extend(measures("_full", Some(&edge.full)));
                cells.extend(measures("_fast", edge.fast.as_ref()));
            } else {
                cells.extend(measures("", Some(&edge.full)));
            }
            for (quantile, other) in thresholds {
                let flag = u8::from(other.edges[at].full.weight_threshold);
                cells.push(cell(&format!("weight_threshold_q{quantile}"), flag));
            }
            found.push(cells);
        }
        found
    }

    pub(super) fn vertices(network: &CoorTweetNetwork<'_>) -> Self {
        let mut found = Self::default();
        for vertex in &network.vertices {
            let color = cell("color_v", u8::from(vertex.color_v));
            found.push(vec![cell("name", vertex.name), cell("account_id", vertex.name), color]);
        }
        found
    }

    pub(super) fn accounts(network: &CoorTweetNetwork<'_>, stats: &[AccountStats<'_>]) -> Self {
        let mut found = Self::default();
        for account in stats {
            let mut cells = vec![cell("account_id", account.account_id)];
            let means = |of: &str, means: Option<AccountMeans>| {
                let delta = cell(&format!("avg_time_delta{of}"), means.map(|means| means.avg_time_delta));
                let symmetry = means.map(|means| means.avg_edge_symmetry_score);
                [delta, cell(&format!("avg_edge_symmetry_score{of}"), symmetry)]
            };
            cells.extend(means(if network.is_fast { "_full" } else { "" }, Some(account.full)));
            if network.is_fast {
                cells.extend(means("_fast", account.fast));
            }
            cells.push(cell("unique_shares_count", account.unique_shares_count));
            found.push(cells);
        }
        found
    }

    pub(super) fn objects(stats: &[GroupStats<'_>]) -> Self {
        let mut found = Self::default();
        for object in stats {
            found.push(vec![cell("object_id", object.object_id), cell("num_accounts", object.num_accounts)]);
        }
        found
    }

    /// Compares the columns that the reference has.
    #[track_caller]
    pub(super) fn assert_is(&self, expected: &Self, at: &str) {
        assert_eq!(self.rows.len(), expected.rows.len(), "{at}: number of rows");
        if expected.rows.is_empty() {
            return;
        }
        let place = |name: &String| self.columns.iter().position(|column| column == name);
        let places: Vec<usize> =
            expected.columns.iter().map(|name| place(name).unwrap_or_else(|| panic!("{at}: no {name}"))).collect();
        let mut found: Vec<Vec<&Value>> =
            self.rows.iter().map(|row| places.iter().map(|&place| &row[place]).collect()).collect();
        let mut wanted: Vec<Vec<&Value>> = expected.rows.iter().map(|row| row.iter().collect()).collect();
        if let Some(row) = expected.columns.iter().position(|column| column == "row") {
            wanted.sort_by_key(|cells| cells[row].as_f64().map(|row| row as u64));
        } else {
            for rows in [&mut found, &mut wanted] {
                rows.sort_by_key(|cells| cells.iter().filter_map(|cell| cell.as_str()).collect::<Vec<_>>());
            }
        }
        for (found, wanted) in found.iter().zip(&wanted) {
            assert!(
                found.iter().zip(wanted).all(|(x, y)| is_equal(x, y, expected.tolerance)),
                "{at}: {found:?} is not {wanted:?}"
            );
        }
    }
}

fn cell(name: &str, value: impl Into<Value>) -> (String, Value) {
    (name.to_owned(), value.into())
}

fn measures(of: &str, edge: Option<&EdgeMeasures<'_>>) -> Vec<(String, Value)> {
    let cell = |name: &str, value: Option<Value>| (format!("{name}{of}"), value.unwrap_or(Value::Null));
    vec![
        cell("weight", edge.map(|edge| edge.weight.into())),
        cell("avg_time_delta", edge.map(|edge| edge.avg_time_delta.into())),
        cell("n_content_id", edge.map(|edge| edge.n_content_id.into())),
        cell("n_content_id_y", edge.map(|edge| edge.n_content_id_y.into())),
        cell("edge_symmetry_score", edge.map(|edge| edge.edge_symmetry_score.into())),
        cell("object_ids", edge.map(|edge| edge.joined_objects().into())),
        cell("weight_threshold", edge.map(|edge| u8::from(edge.weight_threshold).into())),
    ]
}

fn is_equal(x: &Value, y: &Value, tolerance: f64) -> bool {
    match (x.as_f64(), y.as_f64()) {
        (Some(x), Some(y)) => (x - y).abs() <= y.abs() * tolerance,
        _ => x == y,
    }
}
