//! Arguments of `claque repl`.

use clap::Args;
use std::path::PathBuf;

#[derive(Args)]
#[command(after_help = "Examples:
  claque repl my-study
  claque repl activity
  claque repl tweets.csv
  echo 'posts:group_by(\"lang\"):agg(count():alias(\"n\"))' | claque repl activity

Every table is a global: type posts:head(3), or :help. Lines may also come through a pipe; then the exit code is 1
if one of them failed.")]
pub(crate) struct Repl {
    /// A study, a folder of canonical tables, or a platform file
    pub(crate) data: PathBuf,
    /// A script or its folder, to load first
    #[arg(long, value_name = "SCRIPT")]
    pub(crate) load: Option<PathBuf>,
}
