//! Statistics: the rank of a group's value among its decoys.

use super::{Assessed, Measurement, Resampling, SUPPORT, Support, absent, measured};
use crate::decoys::Decoys;
use crate::error::ScoreError;
use crate::frame;
use crate::group::Group;
use crate::null::Null;
use claque_model::{Declaration, MissingReason};
use claque_statistics::e_value;
use polars::prelude::DataFrame;

/// Fewer measured decoys than this allow no rank.
const LEAST_DECOYS: u32 = 200;

/// One finding per group, from the values of the clusters in `decoys`. A group without a value is not
/// measured; decoys without one are left out of the null.
///
/// # Errors
/// A column that is missing or of another type, a value that is not finite, an unknown cluster.
pub fn assess_statistics(
    decl: &Declaration,
    values: &DataFrame,
    decoys: &Decoys,
    groups: &[Group],
) -> Result<Vec<Assessed>, ScoreError> {
    let table = decl.id.as_str();
    let clusters = frame::ids(values, table, "cluster_id")?;
    let numbers = frame::numbers(values, table, "value")?;
    let posts = frame::PostLists::new(values, table)?;
    let mut real: Vec<Option<usize>> = vec![None; groups.len()];
    let mut nulls: Vec<Vec<f64>> = vec![Vec::new(); groups.len()];
    for (row, id) in clusters.iter().enumerate() {
        let owner = decoys
            .owner(id)
            .filter(|owner| owner.group < groups.len())
            .ok_or_else(|| ScoreError::UnknownId { table: table.to_owned(), id: (*id).to_owned(), row: row + 1 })?;
        if owner.is_real {
            real[owner.group] = Some(row);
        } else {
            nulls[owner.group].push(numbers[row]);
        }
    }
    let assess = |((at, group), draws): ((usize, &Group), Vec<f64>)| {
        if let Some(reason) = decoys.refusal(at) {
            return absent(decl, group, reason.clone());
        }
        let Some(row) = real[at] else { return absent(decl, group, MissingReason::NotMeasured) };
        let n = draws.len() as u32;
        if n < LEAST_DECOYS {
            return absent(decl, group, MissingReason::PoolTooSmall { pool: n, needed: LEAST_DECOYS });
        }
        let null = Null::new(draws, decl.direction, decl.effect_floor);
        let tested = null.test(numbers[row]);
        let found = Measurement {
            statistic: numbers[row],
            effect: tested.effect,
            above_floor: tested.above_floor,
            p: tested.p,
            e: e_value(tested.p),
            null: null.summary("N3", decoys.pool(at)),
            support: support(posts.of(row)),
            caveats: vec!["its value is kept as it is in the intervals: it cannot be resampled by account".to_owned()],
        };
        measured(decl, group, found, Resampling::Fixed)
    };
    Ok(groups.iter().enumerate().zip(nulls).map(assess).collect())
}

fn support(mut posts: Vec<String>) -> Support {
    let n = posts.len() as u64;
    posts.truncate(SUPPORT);
    Support { n, posts, objects: Vec::new() }
}
