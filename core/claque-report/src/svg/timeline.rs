//! A group's posts over time, as one row of small multiples that share their time axis.

use crate::foreign::escape;
use crate::number;
use crate::view::{ClusterView, View};
use std::fmt::Write;

/// Height of a row in units of the picture.
const HEIGHT: f64 = 40.0;

/// The row of a group: each bin a column, scaled to the group's own busiest bin.
pub(crate) fn timeline(cluster: &ClusterView) -> String {
    let most = busiest(cluster);
    let mut path = String::new();
    for (at, (_, n)) in cluster.activity.iter().enumerate().filter(|(_, (_, n))| *n > 0) {
        let top = HEIGHT - (HEIGHT - 2.0) * *n as f64 / most as f64 - 1.0;
        write!(path, "M{at} {HEIGHT}V{top:.1}h.86V{HEIGHT}z").expect("writing to a string cannot fail");
    }
    let label = escape(&format!("posts of {} over time, {} in the busiest bin", cluster.id, number::count(most)));
    format!(
        "<svg class=\"timeline\" role=\"img\" aria-label=\"{label}\" viewBox=\"0 0 {} {HEIGHT}\" \
         preserveAspectRatio=\"none\"><path d=\"{path}\"/></svg>",
        cluster.activity.len().max(1)
    )
}

/// The time axis that all rows share: first, middle and last bin.
pub(crate) fn ticks(view: &View) -> Vec<String> {
    let Some(bins) = view.clusters.iter().map(|c| &c.activity).find(|bins| bins.len() > 1) else { return Vec::new() };
    let (first, last) = (bins[0].0, bins[bins.len() - 1].0 + (bins[1].0 - bins[0].0));
    let at = |part: i64| number::tick(first + (last - first) / 4 * part, last - first);
    (0..=4).map(at).collect()
}

/// Posts in the busiest bin.
pub(crate) fn busiest(cluster: &ClusterView) -> u64 {
    cluster.activity.iter().map(|(_, n)| *n).max().unwrap_or(0)
}
