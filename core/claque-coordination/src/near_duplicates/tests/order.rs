//! Neither rows nor threads nor chains decide a group.

use super::headlines::{N_PATTERNS, headlines};
use super::texts::{N_SCRIPTS, Text};
use crate::near_duplicates::{NearDuplicateSettings, near_duplicates};
use claque_graph::Counter;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Texts that are alike in every degree: copies, copies of copies, headlines, equal texts, strangers.
fn mixed(n: usize, seed: u64) -> Vec<String> {
    let mut random = Counter::new(seed);
    let mut texts = Vec::with_capacity(n);
    while texts.len() < n {
        let text = Text::new(random.below(N_SCRIPTS), [8, 24], &mut random);
        match random.below(4) {
            0 => texts.push(text.written()),
            1 => texts.extend((0..4).map(|_| text.with_words_edited(0.25, &mut random))),
            2 => texts.extend((0..3).map(|copy| text.with_characters_edited(f64::from(copy) * 0.07, &mut random))),
            _ => texts.extend(headlines(random.below(N_PATTERNS), 6, &mut random)),
        }
    }
    texts
}

fn groups(texts: &[String]) -> (Vec<Option<u32>>, Vec<u64>) {
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let found = near_duplicates(&texts, &NearDuplicateSettings::default());
    (found.groups, found.leaders)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_order_of_rows_changes_no_group_and_no_number(seed in any::<u64>(), n in 2_usize..220) {
        let texts = mixed(n, seed);
        let (before, leaders) = groups(&texts);
        let mut order: Vec<usize> = (0..texts.len()).collect();
        Counter::new(seed ^ 1).shuffle(&mut order);
        let shuffled: Vec<String> = order.iter().map(|&at| texts[at].clone()).collect();
        let (after, same_leaders) = groups(&shuffled);
        prop_assert_eq!(leaders, same_leaders);
        for (place, &at) in order.iter().enumerate() {
            prop_assert_eq!(before[at], after[place], "{}", &texts[at]);
        }
    }
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let texts = mixed(1500, 3);
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| groups(&texts))
    };
    let one = with(1);
    assert!(one.1.len() > 50, "{} groups", one.1.len());
    assert_eq!(one, with(2));
    assert_eq!(one, with(5));
}

#[test]
fn a_chain_of_small_steps_from_one_text_to_another_is_cut() {
    // every text differs from the one before in one word of 20: the first and the last share nothing
    for script in 0..N_SCRIPTS {
        let mut random = Counter::new(20 + script as u64);
        let word = |random: &mut Counter| Text::new(script, [1, 2], random).written();
        let [first, last]: [Vec<String>; 2] = std::array::from_fn(|_| (0..24).map(|_| word(&mut random)).collect());
        let joiner = if matches!(script, 3..=5) { "" } else { " " };
        let chain: Vec<String> = (0..=24).map(|k| [&last[..k], &first[k..]].concat().join(joiner)).collect();
        let (found, _) = groups(&chain);
        assert!(found[0].is_none() || found[0] != found[24], "script {script}: the ends are one group");
        let mut members: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        found.iter().enumerate().for_each(|(at, group)| members.entry(group.unwrap_or(u32::MAX)).or_default().push(at));
        members.remove(&u32::MAX);
        assert!(members.len() >= 2, "script {script}: {members:?}");
        // a leader with what it reaches to both sides: 30 % of 24 words each way
        let widest = members.values().map(|of| of[of.len() - 1] - of[0]).max().unwrap_or(0);
        assert!(widest <= 16, "script {script}: {members:?}");
    }
}

#[test]
fn a_long_chain_among_many_copies_is_cut_as_well() {
    // the dense middle must not pull in both ends, whichever order the rows have
    let mut random = Counter::new(30);
    let words: Vec<String> = (0..60).map(|_| Text::new(0, [1, 2], &mut random).written()).collect();
    let window = |at: usize| words[at..at + 20].join(" ");
    let mut chain: Vec<String> = (0..=40).map(window).collect();
    chain.extend(std::iter::repeat_n(window(20), 30));
    let (found, _) = groups(&chain);
    let center = found[20].expect("the middle leads a group");
    let reached: Vec<usize> = (0..=40).filter(|&at| found[at] == Some(center)).collect();
    // windows of 20 words shifted by s share 20 − s words: a ratio near 1 − s / 20, so that a step to the leader
    // stays below 8, and a group, whose leader need not be the middle, below two steps
    assert!(reached[reached.len() - 1] - reached[0] <= 14, "{reached:?}");
}
