//! Luau scripts as signals: a sandboxed VM per run, a clock, the script API over polars, and errors that a
//! person can act on. Declarations and the check of outputs are the contract's, not ours.

mod api;
mod context;
mod declaration;
mod error;
mod explain;
mod expr;
mod frame;
mod mistake;
mod modules;
mod options;
mod params;
mod sample;
mod script;
mod script_tests;
mod session;
mod verbs;
mod vm;
mod watchdog;

pub use error::ScriptError;
pub use explain::{Diagnosis, Place};
pub use script::{LuauSignal, Script};
pub use script_tests::ScriptTest;
pub use session::{Answer, Session};

#[cfg(test)]
mod tests;
