//! Luau scripts as signals: a sandboxed VM per run, a clock, the script API over polars, and errors that a
//! person can act on. Declarations and the check of outputs are the contract's, not ours.

mod api;
mod arrays;
mod context;
mod copies;
mod declaration;
mod error;
mod explain;
mod expr;
mod frame;
mod graph;
mod kernels;
mod mistake;
mod modules;
mod params;
mod reference;
mod sample;
mod script;
mod script_tests;
mod session;
mod sql;
mod verb;
mod vm;
mod watchdog;

pub use error::ScriptError;
pub use explain::{Diagnosis, Place};
pub use reference::{definitions, meta_stub, pages};
pub use script::{LuauSignal, Script};
pub use script_tests::{Coverage, ScriptTest, TestOptions};
pub use session::{Answer, Session};
pub use verb::{Api, ApiType, Argument, Example, Kind, Need, Property, Section, Verb, script_api};

#[cfg(test)]
mod tests;
