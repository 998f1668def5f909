//! Which windows the precision of a layer's times allows.

use crate::corpus::{Layer, Row};
use claque_model::{SkippedLayer, TimePrecision, TimeWindow};
use rayon::prelude::*;

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
/// Fewer times than this do not betray how they were rounded.
const MIN_TIMES: usize = 100;
/// No coarse layer is tested at less.
const LEAST_WIDENED: i64 = 2 * MINUTE;

/// The windows at which a layer is tested, ascending, and those that were skipped or widened.
pub(crate) fn windows_for(layer: &Layer, wanted: &[TimeWindow]) -> (Vec<TimeWindow>, Vec<SkippedLayer>) {
    let precision = effective(layer);
    let mut windows = Vec::new();
    let mut skipped = Vec::new();
    for &window in wanted {
        if precision.is_none_or(|precision| precision.allows(window)) {
            windows.push(window);
            continue;
        }
        let narrowest = precision.map_or(0, |precision| precision.unit_micros() * 2).max(LEAST_WIDENED);
        let widened_to = TimeWindow::from_micros(narrowest).ok();
        windows.extend(widened_to);
        skipped.push(SkippedLayer { layer: layer.name.clone(), window, widened_to, reason: "time_precision" });
    }
    windows.sort_unstable();
    windows.dedup();
    skipped.sort_by_key(|skip| skip.window);
    skipped.dedup();
    (windows, skipped)
}

/// The claimed precision, unless the times say otherwise: of at least 100, more than half on second 00
/// were cut to minutes.
fn effective(layer: &Layer) -> Option<TimePrecision> {
    if cut_to_minutes(&layer.rows) {
        return Some(layer.precision.map_or(TimePrecision::Min, |claimed| claimed.max(TimePrecision::Min)));
    }
    layer.precision
}

/// Whether times betray that they were cut: of at least 100, more than half on second 00.
pub(crate) fn cut_to_minutes(rows: &[Row]) -> bool {
    let on_the_minute = rows.par_iter().filter(|row| row.at.rem_euclid(MINUTE) < SECOND).count();
    rows.len() >= MIN_TIMES && on_the_minute * 2 > rows.len()
}

/// The grid on which all times of a layer lie: draws that move times must stay on it.
pub(crate) fn grid(layer: &Layer) -> i64 {
    grid_of(&layer.rows.iter().map(|row| row.at))
}

/// The coarsest of minute, second, millisecond and microsecond on which all times lie.
pub(crate) fn grid_of(times: &(impl Iterator<Item = i64> + Clone)) -> i64 {
    let on = |unit: i64| times.clone().all(|at| at.rem_euclid(unit) == 0);
    [MINUTE, SECOND, 1000].into_iter().find(|&unit| on(unit)).unwrap_or(1)
}
