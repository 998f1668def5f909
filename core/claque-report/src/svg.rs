//! Pictures of the pages as static SVG, drawn without script and printed as they are.

mod bars;
mod extent;
mod network;
mod plot;
mod timeline;

pub(crate) use bars::bar;
pub(crate) use extent::extent;
pub(crate) use network::network;
pub(crate) use plot::{interval, rates_end, reliability, risk_coverage};
pub(crate) use timeline::{busiest, ticks, timeline};

/// Colors for groups; further groups share a neutral one.
const PALETTE: usize = 12;
/// Colors for layers; further layers share the last.
const LAYER_PALETTE: usize = 6;

/// The class that colors a group.
pub(crate) fn group_class(at: usize) -> String {
    if at < PALETTE { format!("g{at}") } else { "gx".to_owned() }
}
