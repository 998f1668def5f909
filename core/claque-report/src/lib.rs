//! What people read of a run and of its evaluation: a view model, a summary for the terminal, and one page that opens
//! offline.
//! Computes no statistic and decides no verdict; it orders, words and draws what the stages found. Writes
//! no file: the caller gets strings.

mod evaluation;
#[cfg(test)]
mod fixtures;
mod foreign;
mod html;
mod input;
mod number;
mod svg;
mod terminal;
mod view;

pub use evaluation::{
    AbstentionLine, AccountsLine, AgainstLines, BCubedLine, BinLine, CalibrationLine, ChangeLine, CurvePoint,
    EvaluationView, FairnessLine, FairnessLines, GroupLine, Number, evaluation_html, evaluation_json,
    evaluation_terminal,
};
pub use html::{ReportError, html};
pub use input::{
    Calibrated, ClusterActivity, CorpusSummary, EvidencePost, InputLine, ReportInput, SignalState, SignalStatus,
};
pub use terminal::{TerminalOptions, terminal};
pub use view::{View, json, view};
