//! `--threads`. The table library reads its number of threads from the environment once, before anything
//! else; setting it inside a running program is unsound, so the program starts itself again with it set.

use crate::diagnosis::Failure;
use std::os::unix::process::CommandExt;
use std::process::Command;

const TABLES: &str = "POLARS_MAX_THREADS";
const KERNELS: &str = "RAYON_NUM_THREADS";

/// Makes `threads` hold for all pools of this process.
pub(crate) fn apply(threads: Option<u32>) -> Result<(), Failure> {
    let Some(threads) = threads.map(|n| n.to_string()) else { return Ok(()) };
    let holds = |name| std::env::var(name).is_ok_and(|value| value == threads);
    if holds(TABLES) && holds(KERNELS) {
        return Ok(());
    }
    let program = std::env::current_exe().map_err(|e| Failure::new(format!("cannot find this program: {e}")))?;
    let arguments = std::env::args_os().skip(1);
    let error = Command::new(program).args(arguments).env(TABLES, &threads).env(KERNELS, &threads).exec();
    Err(Failure::new(format!("cannot start with {threads} threads: {error}")))
}
