//! Planted copies are found, and what only looks alike is not.

use super::headlines::{N_PATTERNS, headlines, headlines_with_other_facts};
use super::texts::{N_SCRIPTS, Text};
use crate::near_duplicates::clean::clean;
use crate::near_duplicates::rule::Rule;
use crate::near_duplicates::{NearDuplicateSettings, NearDuplicates, near_duplicates};
use claque_graph::Counter;
use std::collections::BTreeMap;

/// How copies differ from their original.
#[derive(Clone, Copy, Debug)]
enum Edit {
    Words(f64),
    Characters(f64),
}

/// Texts, and the number of each text's original.
struct World {
    texts: Vec<String>,
    original: Vec<usize>,
}

/// Every script in turn: an original and its copies, until there are `n` texts.
fn planted(n: usize, words: [usize; 2], copies: usize, edit: Edit, seed: u64) -> World {
    let mut random = Counter::new(seed);
    let mut world = World { texts: Vec::new(), original: Vec::new() };
    let mut script = 0;
    while world.texts.len() < n {
        let text = Text::new(script % N_SCRIPTS, words, &mut random);
        script += 1;
        if text.written().chars().count() < 36 {
            continue;
        }
        let original = world.texts.len();
        world.texts.push(text.written());
        world.texts.extend((0..copies).map(|_| match edit {
            Edit::Words(share) => text.with_words_edited(share, &mut random),
            Edit::Characters(share) => text.with_characters_edited(share, &mut random),
        }));
        world.original.resize(world.texts.len(), original);
    }
    world
}

fn grouped(texts: &[String], settings: &NearDuplicateSettings) -> NearDuplicates {
    near_duplicates(&texts.iter().map(String::as_str).collect::<Vec<_>>(), settings)
}

impl World {
    /// Share of the copies that are in their original's group, and number of texts in the group of another original.
    fn recall(&self, settings: &NearDuplicateSettings) -> (f64, usize) {
        let groups = grouped(&self.texts, settings).groups;
        let copies = (0..groups.len()).filter(|&at| self.original[at] != at);
        let found =
            copies.clone().filter(|&at| groups[at].is_some() && groups[at] == groups[self.original[at]]).count();
        let mut first = BTreeMap::new();
        let strangers = groups.iter().zip(&self.original).filter(|(group, original)| {
            group.is_some_and(|group| *first.entry(group).or_insert(**original) != **original)
        });
        let strangers = strangers.count();
        (found as f64 / copies.count() as f64, strangers)
    }
}

#[test]
fn copies_with_a_tenth_of_their_words_edited_are_found() {
    let settings = NearDuplicateSettings::default();
    for (words, copies) in [([8, 14], 1), ([12, 36], 1), ([12, 36], 5)] {
        let (recall, strangers) = planted(1600, words, copies, Edit::Words(0.1), 11).recall(&settings);
        println!("a tenth of {words:?} words, {copies} copies: recall {recall:.4}");
        assert!(recall >= 0.98 && strangers == 0, "{words:?} words, {copies} copies: {recall}, {strangers} strangers");
    }
}

#[test]
fn copies_with_a_tenth_of_their_characters_edited_are_found() {
    let settings = NearDuplicateSettings::default();
    for (words, copies) in [([10, 16], 1), ([12, 36], 1), ([12, 36], 5), ([40, 60], 1)] {
        let (recall, strangers) = planted(1600, words, copies, Edit::Characters(0.1), 12).recall(&settings);
        println!("a tenth of the characters of {words:?} words, {copies} copies: recall {recall:.4}");
        assert!(recall >= 0.98 && strangers == 0, "{words:?} words, {copies} copies: {recall}, {strangers} strangers");
    }
}

#[test]
fn the_jaccard_index_alone_misses_copies_with_a_tenth_edited() {
    // why a high ratio is enough by itself: an edit breaks up to five shingles
    let strict = NearDuplicateSettings { jaccard: 0.7, ratio_alone: 1.1, ..NearDuplicateSettings::default() };
    let (words, _) = planted(800, [12, 36], 1, Edit::Words(0.1), 13).recall(&strict);
    let (characters, _) = planted(800, [12, 36], 1, Edit::Characters(0.1), 13).recall(&strict);
    println!(
        "Jaccard >= 0.7 always asked for: recall {words:.3} of edited words, {characters:.3} of edited characters"
    );
    assert!(words < 0.9 && characters < 0.1, "{words} {characters}");
}

#[test]
fn copies_without_their_original_are_found_too() {
    // two copies differ from each other by the edits of both
    for (edit, least) in [(Edit::Words(0.05), 0.98), (Edit::Words(0.1), 0.6), (Edit::Characters(0.05), 0.95)] {
        let world = planted(1200, [20, 36], 5, edit, 14);
        let copies: Vec<usize> = (0..world.texts.len()).filter(|&at| world.original[at] != at).collect();
        let texts: Vec<String> = copies.iter().map(|&at| world.texts[at].clone()).collect();
        let original: Vec<usize> = copies.iter().map(|&at| world.original[at]).collect();
        let groups = grouped(&texts, &NearDuplicateSettings::default()).groups;
        let (mut found, mut all) = (0_usize, 0_usize);
        for a in 0..groups.len() {
            for b in (a + 1..groups.len()).take_while(|&b| original[a] == original[b]) {
                all += 1;
                found += usize::from(groups[a].is_some() && groups[a] == groups[b]);
            }
        }
        let share = found as f64 / all as f64;
        println!("{edit:?}: {share:.3} of the pairs of copies without their original");
        assert!(share >= least, "{edit:?}: {found} of {all} pairs");
    }
}

#[test]
fn unrelated_texts_of_one_topic_are_not_joined() {
    let mut random = Counter::new(15);
    for script in 0..N_SCRIPTS {
        let texts: Vec<String> =
            (0..600).map(|_| Text::on_topic(script, script as u64, [10, 30], &mut random).written()).collect();
        let joined = grouped(&texts, &NearDuplicateSettings::default()).groups.iter().flatten().count();
        assert_eq!(joined, 0, "script {script}");
    }
}

#[test]
fn headlines_of_one_pattern_with_other_facts_are_not_joined() {
    let joined = grouped(&headlines_with_other_facts(), &NearDuplicateSettings::default());
    assert_eq!(joined.leaders.len(), 0, "{joined:?}");
}

#[test]
fn few_pairs_of_headlines_with_some_facts_in_common_pass() {
    // fillings drawn at random: pairs that differ in one word of ten are near-duplicates by any measure of text
    let settings = NearDuplicateSettings::default();
    let mut rule = Rule::new(&settings);
    let (mut passed, mut by_ratio, mut all) = (0, 0, 0);
    for pattern in 0..N_PATTERNS {
        let texts = headlines(pattern, 60, &mut Counter::new(3));
        let texts: Vec<String> = texts.iter().map(|text| clean(text)).collect();
        for (at, a) in texts.iter().enumerate() {
            for b in texts[..at].iter().filter(|b| *b != a) {
                all += 1;
                passed += usize::from(rule.holds(a, b));
                by_ratio += usize::from(rule.ratio(a, b, settings.ratio).is_some());
            }
        }
    }
    println!("headlines of one pattern: {passed} of {all} pairs pass, {by_ratio} by the ratio alone");
    assert!(passed * 100 < all * 10 && by_ratio > 3 * passed, "{passed} and {by_ratio} of {all}");
}
