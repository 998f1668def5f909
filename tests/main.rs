//! The one integration binary: the program as a user meets it. What a crate can show by itself is tested
//! in the crate.

mod adversarial_signals;
mod asked_forms;
mod author_checks;
mod author_tests;
mod authors;
mod bad_input;
mod bad_plugins;
mod bad_shares;
mod compiled;
mod coordinate;
mod data_flow;
mod determinism;
mod evaluation;
mod groups;
mod isolation;
mod library_checks;
mod limits;
mod null_worlds;
mod nulls;
mod parity_cnt;
mod parity_coortweet;
mod planted_worlds;
mod plugins;
mod quickstart;
mod refit;
mod repl;
mod rust_checks;
mod script_graphs;
mod support;
mod synth;
mod ten_minutes;
mod tidy;
mod type_check;
mod watch;
