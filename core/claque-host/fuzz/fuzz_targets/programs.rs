//! Random scripts without end, steered by what of the script host they reach. `README.md` says how to run it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::collections::BTreeSet;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

#[path = "../../tests/random_programs/run.rs"]
mod random_programs;

use random_programs::Ground;

/// Texts of panics, those included that were caught where a script or a plan ended.
static PANICS: Mutex<Vec<String>> = Mutex::new(Vec::new());

static GROUND: LazyLock<Ground> = LazyLock::new(|| {
    // instead of libFuzzer's hook, which ends the process before anybody can say what the script was
    std::panic::set_hook(Box::new(|panic| panics().push(panic.to_string())));
    Ground::new(Duration::from_millis(20), Some(claque_study::kernels()))
});

fn panics() -> std::sync::MutexGuard<'static, Vec<String>> {
    PANICS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Places in polars that panicked before in this run.
static KNOWN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// polars panics over some wrong types where it should refuse. Such a panic ends at the script's border, and is shown
/// once for each place; every other one is a finding.
fn is_bearable(panic: &str, script: &str) -> bool {
    let place = panic.lines().next().unwrap_or_default();
    let is_of_polars = place.contains("/polars-");
    if is_of_polars && KNOWN.lock().unwrap_or_else(PoisonError::into_inner).insert(place.to_owned()) {
        eprintln!("PANIC IN POLARS {panic}\n{script}");
    }
    is_of_polars
}

fuzz_target!(|bytes: &[u8]| {
    let script = GROUND.script(bytes);
    let ended = GROUND.run(&script);
    let panics = std::mem::take(&mut *panics());
    let are_bearable = panics.iter().all(|panic| is_bearable(panic, &script));
    let is_caught_panic = are_bearable && !panics.is_empty();
    if !are_bearable || (ended.is_err() && !is_caught_panic) {
        eprintln!("{ended:?}\n{panics:#?}\n{script}");
        std::process::abort();
    }
});
