//! One file per command.

pub(crate) mod coordinate;
pub(crate) mod evaluate;
pub(crate) mod import;
pub(crate) mod inspect;
pub(crate) mod plugin;
pub(crate) mod refit;
pub(crate) mod repl;
pub(crate) mod run;
pub(crate) mod signals;
pub(crate) mod synth;
pub(crate) mod test;
pub(crate) mod watch;
