//! The program `claque`: arguments in, one command, one exit code. What a command does stands in
//! `commands`, what an error means to a person in `diagnosis`.

mod args;
mod commands;
mod diagnosis;
mod interrupt;
mod junit;
mod material;
mod panics;
mod progress;
mod shipped;
mod terminal;
mod threads;
mod type_check;

use args::{Arguments, Command};
use clap::Parser;
use claque_host::{RUNNER, serve_as_child};
use std::process::ExitCode;
use terminal::Terminal;

fn main() -> ExitCode {
    if std::env::args_os().nth(1).is_some_and(|argument| argument == RUNNER) {
        return serve_as_child();
    }
    panics::quiet_in_scripts();
    let arguments = Arguments::parse();
    let terminal = Terminal::new(&arguments.common);
    let done = interrupt::install().and_then(|()| threads::apply(arguments.common.threads)).and_then(|()| {
        match arguments.command {
            Command::Run(options) => commands::run::run(&options, &terminal),
            Command::Import(options) => commands::import::run(&options, &terminal),
            Command::Inspect(options) => commands::inspect::run(&options, &terminal),
            Command::Coordinate(options) => commands::coordinate::run(&options, &terminal),
            Command::Signals(options) => commands::signals::run(&options, &terminal),
            Command::Test(options) => commands::test::run(&options, &terminal),
            Command::Watch(options) => commands::watch::run(&options, &terminal),
            Command::Plugin(options) => commands::plugin::run(&options, &terminal),
            Command::LibraryCheck { check, path } => commands::plugin::serve_check(&check, &path),
            Command::Repl(options) => commands::repl::run(&options, &terminal),
            Command::Synth(options) => commands::synth::run(&options, &terminal),
            Command::Evaluate(options) => commands::evaluate::run(&options, &terminal),
            Command::Refit(options) => commands::refit::run(&options, &terminal),
        }
    });
    done.unwrap_or_else(|failure| Terminal::fail(&failure)).into()
}
