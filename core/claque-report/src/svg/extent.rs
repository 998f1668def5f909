//! The extent-of-coordination curve of a group, as a small line of steps.

use crate::foreign::escape;
use crate::view::ClusterView;
use std::fmt::Write;

/// Width and height in units of the picture.
const SIZE: (f64, f64) = (100.0, 40.0);

/// From the left, where all edges count, to the right, where only the heaviest do; the height is the share of the
/// members that are still joined.
pub(crate) fn extent(cluster: &ClusterView) -> String {
    let heaviest = cluster.extent_curve.last().map_or(1.0, |last| last.0).max(f64::MIN_POSITIVE);
    let mut path = String::new();
    for (at, (threshold, share)) in cluster.extent_curve.iter().enumerate() {
        let (step, y) = (if at == 0 { "M0 " } else { "V" }, (1.0 - share) * (SIZE.1 - 2.0) + 1.0);
        write!(path, "{step}{y:.1}H{:.1}", threshold / heaviest * SIZE.0).expect("writing to a string cannot fail");
    }
    let label = escape(&format!("extent of coordination of {}", cluster.id));
    format!(
        "<svg role=\"img\" aria-label=\"{label}\" viewBox=\"0 0 {} {}\" preserveAspectRatio=\"none\"><path d=\"{path}\"/></svg>",
        SIZE.0, SIZE.1
    )
}
