//! Arguments and help texts. Their meaning stands with each command.

mod authors;
mod cnt;
mod coordinate;
mod coortweet;
mod refit;
mod repl;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

pub(crate) use authors::{Check, Emits, Language, Plugin, Server, Test, Watch};
pub(crate) use cnt::{CntNetwork, CntOptions};
pub(crate) use coordinate::{Coordinate, Method};
pub(crate) use coortweet::CoorTweetOptions;
pub(crate) use refit::Refit;
pub(crate) use repl::Repl;

/// Find groups of accounts that act together more than chance allows, and see what speaks for and against
/// interference: disinformation, foreign interference, use of AI, cybercrime.
#[derive(Parser)]
#[command(name = "claque", version, propagate_version = true, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options of every command.
#[derive(Args)]
pub(crate) struct Common {
    /// Print one JSON object to stdout instead of text
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Print errors only
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// Print what happens to stderr; twice for more
    #[arg(long, short, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Color of terminal output
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
    /// Threads to use [default: all cores]
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub(crate) threads: Option<u32>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Run a study: read, trace, link, cluster, score, report
    Run(Run),
    /// Turn platform files into canonical activity tables
    Import(Import),
    /// Show tables, rows, span, precision and what is known
    Inspect(Inspect),
    /// Compute the pair network alone
    Coordinate(Coordinate),
    /// List the signals, or show one
    Signals(Signals),
    /// Run the tests of scripts and plugins
    Test(Test),
    /// Run a script on data again whenever it is saved
    Watch(Watch),
    /// Tools for plugin authors and owners
    #[command(subcommand)]
    Plugin(Plugin),
    /// One check of a library; `plugin check` runs it in a process of its own
    #[command(name = "__check", hide = true)]
    LibraryCheck {
        /// Name of the check
        check: String,
        /// Plugin folder or library
        path: PathBuf,
    },
    /// Try the script API on tables, line by line
    Repl(Repl),
    /// Generate a world with planted truth
    Synth(Synth),
    /// Score a run against planted truth
    Evaluate(Evaluate),
    /// Learn the weights of scores from labelled clusters
    Refit(Refit),
}

#[derive(Args)]
#[command(after_help = "Examples:
  claque run datasets/quickstart
  claque run study.toml -o runs/first --seed 7")]
pub(crate) struct Run {
    /// `study.toml`, or the folder that holds it
    pub(crate) study: PathBuf,
    /// Run folder to write, which must not exist [default: runs/TIME-HASH]
    #[arg(long, short, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
    /// Seed of every random number
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// A further folder of plugin folders, searched first
    #[arg(long, value_name = "DIR")]
    pub(crate) plugins: Option<PathBuf>,
    /// Run scripts without just-in-time compilation
    #[arg(long)]
    pub(crate) no_jit: bool,
    /// Run every compiled plugin in a process of its own, also those that you trust
    #[arg(long, conflicts_with = "in_process")]
    pub(crate) isolate: bool,
    /// Run compiled plugins inside claque, also those that you do not trust
    #[arg(long)]
    pub(crate) in_process: bool,
}

#[derive(Args)]
#[command(after_help = "Examples:
  claque import tweets.csv users.csv -o activity
  claque import posts.csv -o activity --map account_id=\"Unique UserID\" --map created_at=Timestamp --tz Europe/Berlin
  claque import posts.csv -o activity --as map        # proposes a mapping and stops")]
pub(crate) struct Import {
    /// Platform files
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Folder to write, which must not exist
    #[arg(long, short, value_name = "DIR")]
    pub(crate) output: PathBuf,
    /// Format, instead of a guess from the content
    #[arg(long = "as", value_name = "ADAPTER")]
    pub(crate) adapter: Option<String>,
    /// COLUMN=SOURCE for the adapter `map`; as often as needed
    #[arg(long, value_name = "COLUMN=SOURCE")]
    pub(crate) map: Vec<String>,
    /// Zone of times without one, such as Europe/Berlin
    #[arg(long, value_name = "ZONE")]
    pub(crate) tz: Option<String>,
    /// Platform of ids that do not say it
    #[arg(long)]
    pub(crate) platform: Option<String>,
}

#[derive(Args)]
#[command(after_help = "Examples:
  claque inspect activity
  claque inspect tweets.csv")]
pub(crate) struct Inspect {
    /// A folder of canonical tables, or a platform file
    pub(crate) path: PathBuf,
}

#[derive(Args)]
#[command(after_help = "Examples:
  claque signals
  claque signals show cyb.lookalike")]
pub(crate) struct Signals {
    #[command(subcommand)]
    pub(crate) action: Option<SignalsAction>,
    /// A further folder of plugin folders, searched first
    #[arg(long, value_name = "DIR")]
    pub(crate) plugins: Option<PathBuf>,
}

#[derive(Subcommand)]
pub(crate) enum SignalsAction {
    /// What one signal declares
    Show {
        /// Signal id
        id: String,
    },
}

#[derive(Args)]
#[command(after_help = "Examples:
  claque synth all -o worlds/all --seed 7
  claque synth cloned-media syndication -o worlds/clones --accounts 8000
  claque synth all -o worlds/jittered --twin jittered
  claque synth shares -o shares --rows 1000000 --hot")]
pub(crate) struct Synth {
    /// Scenarios, or `all`; or `shares`: one table of shares of any size, and no study
    #[arg(required = true)]
    pub(crate) scenarios: Vec<String>,
    /// Folder to write, which must not exist: a study with its data, and the truth beside it
    #[arg(long, short, value_name = "DIR")]
    pub(crate) output: PathBuf,
    /// Background accounts
    #[arg(long)]
    pub(crate) accounts: Option<usize>,
    /// Background posts
    #[arg(long)]
    pub(crate) posts: Option<usize>,
    /// Days
    #[arg(long)]
    pub(crate) days: Option<u32>,
    /// Rows of `shares` [default: 1000000]
    #[arg(long)]
    pub(crate) rows: Option<u64>,
    /// One more object in `shares`, with 50,000 shares within an hour
    #[arg(long)]
    pub(crate) hot: bool,
    /// The world with something taken from it: fine timing (jittered), who did what (shuffled), half of the
    /// operations' posts (diluted), seconds (rounded)
    #[arg(long, value_name = "WHICH")]
    pub(crate) twin: Option<String>,
    /// Seed
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
}

#[derive(Args)]
#[command(after_help = "Examples:
  claque evaluate runs/first datasets/quickstart/truth/labels.csv
  claque evaluate runs/first datasets/quickstart/truth/labels.csv --posts datasets/quickstart/activity --html evaluation.html
  claque evaluate runs/diluted world/truth/labels.csv --against runs/first     # what is still found")]
pub(crate) struct Evaluate {
    /// Run folder
    pub(crate) run: PathBuf,
    /// Who is in which group: `labels.csv` of a generated world, or one like it
    pub(crate) labels: PathBuf,
    /// Posts of the study, a folder of canonical tables or its posts.parquet, for what needs every account: average
    /// precision, recall, and false alarms by language, platform and activity
    #[arg(long, value_name = "PATH")]
    pub(crate) posts: Option<PathBuf>,
    /// Another run to stand beside it, of the data before something was taken from them
    #[arg(long, value_name = "RUN")]
    pub(crate) against: Option<PathBuf>,
    /// Page to write, which must not exist, with a reliability plot and a risk-coverage plot
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
}
