//! The summary as it stands in a terminal.

use super::*;
use crate::fixtures::{Measured, Run, groups, nothing};
use crate::view::view;
use claque_model::Verdict;

fn shown(run: &Run, color: bool, width: usize) -> String {
    terminal(&view(&run.input()), &TerminalOptions { color, width })
}

/// The paragraph that starts with this line.
fn paragraph(text: &str, start: &str) -> String {
    text.split("\n\n").find(|p| p.starts_with(start)).expect("a paragraph that starts so").to_owned()
}

fn without_codes(text: &str) -> String {
    let mut parts = text.split("\x1b[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |out, part| out + part.split_once('m').expect("a code ends").1)
}

#[test]
fn a_group_is_told_in_one_block() {
    let mut run = nothing();
    let id = run.add_group(12, Verdict::CibCandidate, true, [0.9, 0.5, 0.8, -1.0, 0.2, 0.4]);
    run.add_finding(&id, &Measured::default());
    let expected = "\
c1  CIB candidate
    12 accounts · 760 posts · text, url
    acts together more than chance allows, and there is evidence that it hides who acts
    K  coordination          ████████████████████··  0.90 (0.81–0.95) coverage 86 %
    I  concealment           ███████████···········  0.50 (0.41–0.55) coverage 86 %
    D1 disinformation        ███████████████▒▒▒····  0.80 (0.71–0.85) coverage 86 %
    D2 foreign interference  ╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱  not stated: fewer than 40 % of the
                                                     evidence that could speak to this
                                                     was available
    D3 use of AI             ██▒▒··················  0.20 (0.11–0.25) coverage 86 %
    D4 cybercrime            ███████▒▒·············  0.40 (0.31–0.45) coverage 86 %
    - same link within seconds: value 34 against 2.10 by chance, weak support for
      coordination, 36 posts
    innocent explanation to rule out first: A share button or a newsletter sends many
    people to the same page at the same moment.";
    assert_eq!(paragraph(&shown(&run, false, 88), "c1"), expected);
}

#[test]
fn the_answer_comes_first_and_nothing_beyond_chance_is_an_answer() {
    let text = shown(&nothing(), false, 88);
    let expected = "\
is there any group at all?
nothing beyond chance
  99 copies of the data with all times jittered, searched the same way, held a pair as
  strong as the strongest here with p = 0.41
  40,674 tests of pairs of accounts that shared something, on 2 layers (text, url),
  within 10s and 60s
  no pair of accounts acted together more often than its own habits and the rhythm of
  the day explain
  this is a result, and a common one";
    assert_eq!(text.split("\n\n").nth(1), Some(expected));
}

#[test]
fn what_was_not_assessed_is_grouped_by_what_it_needs() {
    let expected = "\
not assessed
  - needs table `media`: ai.image_twin, ai.provenance
  - needs table `brands`: cyb.lookalike";
    assert_eq!(paragraph(&shown(&groups(), false, 88), "not assessed"), expected);
}

#[test]
fn failures_warnings_and_limits_are_told() {
    let text = shown(&groups(), false, 88);
    assert!(paragraph(&text, "failed").contains("dis.lowcred: main.luau:41"));
    assert!(paragraph(&text, "warnings").contains("layer `url` at 60s"));
    assert!(
        paragraph(&text, "read with care").contains("evidence indices with a stated prior of 5 %, not probabilities")
    );
}

#[test]
fn a_silent_group_has_one_reason_and_no_number() {
    let block = paragraph(&shown(&groups(), false, 88), "c4");
    assert!(block.contains("no score is stated: fewer than 40 % of the evidence"));
    assert!(!block.contains("0.00") && !block.contains("coverage"));
}

#[test]
fn groups_without_a_clear_corpus_are_told_with_doubt() {
    let mut run = groups();
    run.corpus_p = 0.3;
    assert!(shown(&run, false, 88).contains("4 groups found, but the data as a whole do not clearly exceed chance"));
    run.corpus_draws = 0;
    assert!(shown(&run, false, 88).contains("4 groups found, but the data as a whole were not tested"));
}

#[test]
fn untested_data_are_not_called_empty() {
    let mut run = nothing();
    run.network.layers.clear();
    let text = shown(&run, false, 88);
    assert!(text.contains("not assessed: no layer of this data could be tested"));
    assert!(!text.contains("nothing beyond chance"));
}

#[test]
fn color_changes_no_letter_and_comes_only_when_asked() {
    let (plain, colored) = (shown(&groups(), false, 88), shown(&groups(), true, 88));
    assert!(!plain.contains('\x1b') && colored.contains('\x1b'));
    assert_eq!(without_codes(&colored), plain);
}

#[test]
fn no_line_exceeds_the_width() {
    for width in [60, 88, 120] {
        let text = shown(&groups(), false, width);
        let longest = text.lines().map(|l| l.chars().count()).max();
        assert!(longest <= Some(width), "{longest:?} of {width}");
    }
}

#[test]
fn a_title_cannot_drive_the_terminal() {
    let mut run = groups();
    run.title = "\x1b]0;owned\x07 https://a.test \u{202e}x".into();
    run.warnings = vec!["\x1b[2J".into()];
    let text = shown(&run, false, 88);
    assert!(text.starts_with("⟨U+001B⟩]0;owned⟨U+0007⟩ hxxps://a[.]test ⟨U+202E⟩x"));
    assert!(!text.contains('\x1b') && !text.contains('\u{202e}'));
}

#[test]
fn timing_without_a_group_is_no_group_and_not_nothing() {
    let mut run = nothing();
    run.corpus_p = 0.01;
    let text = shown(&run, false, 88);
    assert!(text.contains("no group beyond chance") && !text.contains("nothing beyond chance"), "{text}");
    assert!(text.contains("no two accounts so often that a group"), "{text}");
}
