//! Random scripts without end, steered by what of the script host they reach. `README.md` says how to run it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use std::time::Duration;

#[path = "../../tests/random_programs/run.rs"]
mod random_programs;

use random_programs::Ground;

static GROUND: LazyLock<Ground> =
    LazyLock::new(|| Ground::new(Duration::from_millis(20), Some(claque_study::kernels())));

fuzz_target!(|bytes: &[u8]| {
    let script = GROUND.script(bytes);
    if let Err(why) = GROUND.run(&script) {
        panic!("{why}\n{script}");
    }
});
