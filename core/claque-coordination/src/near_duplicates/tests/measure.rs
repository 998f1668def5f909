//! scratch
use super::texts::*;
use super::super::*;
use claque_graph::Counter;

#[test]
fn measure() {
    let s = NearDuplicateSettings::default();
    for (name, words) in [("short", [8usize, 12]), ("mid", [12, 30]), ("long", [40, 60])] {
    for alone in [0.75, 0.8, 0.85, 1.1] {
    for (kind, share) in [("word", 0.1), ("char", 0.1), ("char", 0.05)] {
        for copies in [1usize, 5] {
            let mut r = Counter::new(7);
            let mut texts: Vec<String> = Vec::new();
            let mut truth = Vec::new();
            for g in 0..1600/ (copies+1) {
                let mut base = Text::new(g % N_SCRIPTS, words, &mut r);
                while base.written().chars().count() < 34 { base = Text::new(g % N_SCRIPTS, words, &mut r); }
                texts.push(base.written()); truth.push(g);
                for _ in 0..copies { texts.push(if kind == "word" { base.with_words_edited(share, &mut r)} else {base.with_characters_edited(share, &mut r)}); truth.push(g); }
            }
            let refs: Vec<&str> = texts.iter().map(String::as_str).collect();
            let found = near_duplicates(&refs, &NearDuplicateSettings { ratio_alone: alone, ..s.clone() });
            // copies with their original
            let (mut hit, mut all, mut wrong) = (0, 0, 0);
            for i in 0..texts.len() {
                if i % (copies+1) != 0 { let o = i - i % (copies+1); all += 1; if found.groups[i].is_some() && found.groups[i] == found.groups[o] { hit += 1; } }
            }
            let mut first = std::collections::BTreeMap::new();
            for (i,g) in found.groups.iter().enumerate() { if let Some(g) = g { let f = first.entry(*g).or_insert(truth[i]); if *f != truth[i] { wrong += 1; } } }
            println!("{name} alone {alone} {kind} {share} copies {copies}: recall {:.4} ({all}), wrong {wrong}", f64::from(hit) / f64::from(all));
        }
    }}}
}
