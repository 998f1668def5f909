//! Discover on one half of the objects, confirm on the other.

use crate::corpus::Layer;
use crate::dictionary::stable_hash;
use claque_graph::mix;

const WEEK: i64 = 7 * 86_400_000_000;

/// Which objects take part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// All of them.
    Whole,
    /// Those on which clusters are found.
    Discover,
    /// Those on which found clusters are tested.
    Confirm,
}

/// Which objects of a layer belong to the half; none means all.
///
/// Objects are ordered by the week of their first share, then by whether anybody else shared them, then by
/// a hash of layer, object and seed; every other one confirms. So both halves have as many objects of each
/// week, and as many that can carry a pair.
pub(crate) fn members(layer: &Layer, half: Half, seed: u64) -> Option<Vec<bool>> {
    if half == Half::Whole {
        return None;
    }
    let salt = mix(stable_hash(layer.name.as_bytes(), seed));
    let mut order: Vec<(i64, bool, u64, u32)> = (0..layer.n_objects())
        .filter_map(|object| {
            let rows = layer.rows_of(object);
            let first = rows.first()?;
            let shared = rows.iter().any(|row| row.account != first.account);
            Some((first.at.div_euclid(WEEK), shared, mix(layer.hashes[object] ^ salt), object as u32))
        })
        .collect();
    order.sort_unstable();
    let mut chosen = vec![false; layer.n_objects()];
    for (position, &(.., object)) in order.iter().enumerate() {
        chosen[object as usize] = (position % 2 == 0) == (half == Half::Discover);
    }
    Some(chosen)
}
