//! Arguments of the commands for authors of plugins.

use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

#[derive(Args)]
#[command(after_help = "Runs the functions under `tests = { … }`, the example of SIGNAL.md, and golden files:
`tests/NAME/` holds tables such as `posts.csv` (and `params.toml`), `tests/NAME.golden.csv` what comes out.

Exit codes: 0 all passed, 1 something failed, 2 could not run.

Examples:
  claque test
  claque test scripts/mention-set
  claque test scripts --junit report.xml
  claque test my-signal --update")]
pub(crate) struct Test {
    /// A script, a plugin folder, or a folder of them [default: the current folder]
    pub(crate) path: Option<PathBuf>,
    /// Write what comes out into the golden files that differ or are missing
    #[arg(long)]
    pub(crate) update: bool,
    /// Also write the results as JUnit XML
    #[arg(long, value_name = "FILE")]
    pub(crate) junit: Option<PathBuf>,
    /// Run scripts without just-in-time compilation
    #[arg(long)]
    pub(crate) no_jit: bool,
}

#[derive(Args)]
#[command(after_help = "DATA is a study, a folder of canonical tables, or a platform file.

Examples:
  claque watch my-signal datasets/quickstart
  claque watch my-signal/main.luau activity --once")]
pub(crate) struct Watch {
    /// A script or its folder
    pub(crate) script: PathBuf,
    /// A study, a folder of canonical tables, or a platform file
    pub(crate) data: PathBuf,
    /// Window in which trace pairs count as in time
    #[arg(long, value_name = "DURATION", default_value = "60s")]
    pub(crate) window: String,
    /// Rows of the output to show
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub(crate) rows: usize,
    /// Run once and end
    #[arg(long)]
    pub(crate) once: bool,
}

#[derive(Subcommand)]
pub(crate) enum Plugin {
    /// Start a plugin from a working template
    #[command(after_help = "Examples:
  claque plugin new night-posts --lang luau --emits rates
  claque plugin new capitals --lang rust --emits marks
  claque plugin new capitals --lang c --emits marks -o study/plugins
  claque plugin new same-quote --lang luau --emits traces -o study/scripts")]
    New {
        /// Name of the folder and last part of the id: a-z, 0-9 and `-`
        name: String,
        /// Language
        #[arg(long, value_name = "LANG", default_value = "luau")]
        lang: Language,
        /// Shape of the output: traces (this account did this very thing then), marks (this post shows it),
        /// rates (so many of so many, for this account), statistics (this group scores so much)
        #[arg(long, value_name = "SHAPE")]
        emits: Emits,
        /// Folder in which the new folder is made
        #[arg(long, short, value_name = "DIR", default_value = ".")]
        output: PathBuf,
        /// For Rust: the clone of the Claque repository, or its plugins/claque-sdk [default: the clone in which this
        /// program lies, the one around the current folder, or the sources that the program was built from]
        #[arg(long, value_name = "PATH")]
        sdk: Option<PathBuf>,
    },
    /// Check a plugin folder, script or library: declaration, code, tests, tables, parameters, determinism, limits
    Check(Check),
    /// Write the page of a plugin, in Markdown, from its declaration and SIGNAL.md
    #[command(after_help = "Examples:
  claque plugin doc scripts/mention-set
  claque plugin doc my-signal -o my-signal.md")]
    Doc {
        /// Plugin folder, `main.luau`, or library
        path: PathBuf,
        /// File to write instead of stdout
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Print the declarations of a plugin.toml as a C header, for plugins in C and C++
    #[command(after_help = "Examples:
  claque plugin metadata my-signal > my-signal/metadata.h")]
    Metadata {
        /// Plugin folder or plugin.toml
        path: PathBuf,
    },
    /// List plugins: what is found, what it shadows, what is broken
    List {
        /// A further folder of plugin folders, searched first
        #[arg(long, value_name = "DIR")]
        plugins: Option<PathBuf>,
    },
    /// Copy a plugin folder to where claque finds it from everywhere
    #[command(after_help = "Examples:
  claque plugin install downloads/linkburst
  claque plugin install downloads/linkburst --yes --trust")]
    Install {
        /// Plugin folder
        path: PathBuf,
        /// Copy without asking
        #[arg(long, short)]
        yes: bool,
        /// Also trust its library, see `claque plugin trust`
        #[arg(long)]
        trust: bool,
    },
    /// Let a plugin's library run inside claque: faster, but a crash ends the run, and it may do all that you may
    #[command(after_help = "Without trust a library runs in a process of its own.

Examples:
  claque plugin trust org.example.linkburst
  claque plugin trust study/plugins/linkburst
  claque plugin trust --revoke org.example.linkburst")]
    Trust {
        /// Plugin folder, or id of a plugin or signal
        plugin: String,
        /// Trust no version of it any more
        #[arg(long)]
        revoke: bool,
        /// A further folder of plugin folders, searched first
        #[arg(long, value_name = "DIR")]
        plugins: Option<PathBuf>,
    },
    /// Say where a signal comes from, what it hides, where it runs, and why
    #[command(after_help = "Examples:
  claque plugin why cyb.lookalike
  claque plugin why org.example.linkburst --plugins study/plugins")]
    Why {
        /// Id of a signal or plugin
        id: String,
        /// A further folder of plugin folders, searched first
        #[arg(long, value_name = "DIR")]
        plugins: Option<PathBuf>,
    },
    /// Print the types of the script API for an editor
    #[command(after_help = "Examples:
  claque plugin types > claque.d.luau
  claque plugin types --for lua-ls > claque.meta.lua")]
    Types {
        /// The language server that reads them
        #[arg(long = "for", value_name = "SERVER", default_value = "luau-lsp")]
        server: Server,
    },
}

#[derive(Args)]
#[command(
    after_help = "A script goes through nine steps, a library through fourteen checks, each in a process of its own.

Exit codes: 0 all passed, 1 something failed, 2 could not run.

Examples:
  claque plugin check scripts/mention-set
  claque plugin check my-plugin --only-failed
  claque plugin check --list
  claque plugin check my-plugin/libmine.so --check tables --in-process
  claque plugin check my-signal --junit report.xml"
)]
#[expect(clippy::struct_excessive_bools, reason = "each is one independent switch of the command line")]
pub(crate) struct Check {
    /// Plugin folder, `main.luau`, or library
    #[arg(required_unless_present = "list")]
    pub(crate) path: Option<PathBuf>,
    /// List the checks of a library, and what each looks at
    #[arg(long)]
    pub(crate) list: bool,
    /// Print only what failed
    #[arg(long)]
    pub(crate) only_failed: bool,
    /// Also write the results as JUnit XML
    #[arg(long, value_name = "FILE")]
    pub(crate) junit: Option<PathBuf>,
    /// Run this check of a library alone; as often as needed
    #[arg(long = "check", value_name = "CHECK")]
    pub(crate) only: Vec<String>,
    /// Run the checks of a library in this process, to debug one
    #[arg(long)]
    pub(crate) in_process: bool,
    /// Seconds for one check of a library
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub(crate) time_limit: u64,
    /// Print the hash of what the signals give on made-up tables, and nothing else
    #[arg(long, hide = true)]
    pub(crate) fingerprint: bool,
}

/// A language server.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Server {
    /// Definitions for `luau-lsp analyze --defs`
    LuauLsp,
    /// A file with `---@meta`
    LuaLs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    /// A script: no compiler, the shortest way
    Luau,
    /// A library, with the SDK
    Rust,
    /// A library in C11
    C,
    /// A library in C++17
    Cpp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Emits {
    Traces,
    Marks,
    Rates,
    Statistics,
}

impl Emits {
    /// The word that a declaration uses.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Traces => "traces",
            Self::Marks => "marks",
            Self::Rates => "rates",
            Self::Statistics => "statistics",
        }
    }
}
