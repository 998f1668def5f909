//! What people read of a run: a view model, a summary for the terminal, and one page that opens offline.
//! Computes no statistic and decides no verdict; it orders, words and draws what the stages found. Writes
//! no file: the caller gets strings.

#[cfg(test)]
mod fixtures;
mod foreign;
mod html;
mod input;
mod number;
mod svg;
mod terminal;
mod view;

pub use html::{ReportError, html};
pub use input::{
    Calibrated, ClusterActivity, CorpusSummary, EvidencePost, InputLine, ReportInput, SignalState, SignalStatus,
};
pub use terminal::{TerminalOptions, terminal};
pub use view::{View, json, view};
