//! What the border of compiled plugins costs: in one process, and what a process of its own costs beside that.
//! Needs a C compiler. The child is this bench again.
//!
//! `cargo bench -p claque-host -p claque --bench border`, with a number of rows for the large table behind `--`.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

#[path = "border/calling.rs"]
mod calling;
#[path = "border/isolated.rs"]
mod isolated;
#[path = "border/through.rs"]
mod through;

use claque_host::{RUNNER, serve_as_child};
use std::process::ExitCode;

fn main() -> ExitCode {
    if std::env::args_os().nth(1).is_some_and(|argument| argument == RUNNER) {
        return serve_as_child();
    }
    let folder = tempfile::tempdir().expect("a folder");
    through::print(folder.path());
    isolated::print(folder.path());
    ExitCode::SUCCESS
}
