//! Some hundreds of random scripts per run of the tests, always the same ones: no panic, no hang, no memory
//! that stays. `CLAQUE_RANDOM_SCRIPTS=10000,7` runs ten thousand others, made from seed 7; many more, steered by
//! what they reach: `core/claque-host/fuzz`.

use super::random_programs::{Ended, Ground};
use proptest::collection::vec;
use proptest::prelude::any;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

/// Of one script.
const LIMIT: Duration = Duration::from_millis(200);
/// In an ordinary run of the tests.
const SCRIPTS: u32 = 300;
/// Growth that is no leak: buffers of allocator and thread pool. A leak of one 4 MB VM per script is 800 MB.
const SLACK_MB: u64 = 200;

#[test]
fn random_scripts_end_and_harm_nothing() {
    let ground = Ground::new(LIMIT, None);
    let ends: RefCell<BTreeMap<Ended, u32>> = RefCell::default();
    let after_a_third = RefCell::new(None);
    let (scripts, rng) = asked_for().unwrap_or((SCRIPTS, TestRng::deterministic_rng(RngAlgorithm::ChaCha)));
    let config = Config { cases: scripts, failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, rng);
    let ran = runner.run(&vec(any::<u8>(), 0..300), |bytes| {
        let script = ground.script(&bytes);
        let ended = ground
            .run(&script)
            .map_err(|why| proptest::test_runner::TestCaseError::fail(format!("{why}\n{script}")))?;
        *ends.borrow_mut().entry(ended).or_default() += 1;
        let done: u32 = ends.borrow().values().sum();
        if done == scripts / 3 {
            *after_a_third.borrow_mut() = resident_mb();
        }
        Ok(())
    });
    ran.unwrap_or_else(|error| panic!("{error}"));
    if let (Some(before), Some(after)) = (*after_a_third.borrow(), resident_mb()) {
        assert!(after < before + SLACK_MB, "{before} MB after a third of the scripts, {after} MB at the end");
    }
    // the generator is worth something only if scripts come far
    let ends = ends.into_inner();
    let all_ways = [Ended::WithRows, Ended::WithAFault, Ended::AtTheLimit];
    assert!(all_ways.iter().all(|way| ends.get(way).is_some_and(|n| *n >= scripts / 50)), "{ends:?}");
}

/// How many scripts, from which seed, if somebody wants more than usual.
fn asked_for() -> Option<(u32, TestRng)> {
    let asked = std::env::var("CLAQUE_RANDOM_SCRIPTS").ok()?;
    let (scripts, seed) = asked.split_once(',').unwrap_or((&asked, "0"));
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.parse::<u64>().ok()?.to_le_bytes());
    Some((scripts.parse().ok()?, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes)))
}

#[test]
fn every_verb_comes_up_in_random_scripts() {
    let ground = Ground::new(LIMIT, None);
    assert!(ground.verbs().count() > 150, "{}", ground.verbs().count());
    let mut texts = String::new();
    for seed in 0..4000_u64 {
        let bytes: Vec<u8> = (0..200_u64).map(|i| (mixed(seed * 1000 + i) >> 33) as u8).collect();
        texts.push_str(&ground.script(&bytes));
    }
    let called = |name: &str| texts.contains(&format!("{name}("));
    let never: Vec<&str> = ground
        .verbs()
        .filter(|verb| !verb.name.starts_with("__") && !called(verb.name))
        .map(|verb| verb.name)
        .collect();
    assert!(never.is_empty(), "{never:?}");
}

/// `SplitMix64`.
fn mixed(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Memory of this process, where the system tells.
fn resident_mb() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kb| kb / 1024)
}
