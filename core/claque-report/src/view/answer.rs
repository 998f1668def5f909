//! The first thing that is said: is there any group at all?

use crate::input::ReportInput;
use crate::number::{counted, p_value};
use crate::view::ClusterView;
use claque_model::Verdict;
use serde::Serialize;

/// Largest corpus-level p at which the answer is a plain yes.
const CLEAR: f64 = 0.05;

/// What was found, on the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Found {
    /// Groups, and the corpus as a whole exceeds chance.
    Groups,
    /// Groups, though permuted data give as strong ones too often, or were not asked.
    Doubtful,
    /// Tested, and nothing exceeds chance.
    Nothing,
    /// Nothing could be tested.
    NotAssessed,
}

/// The answer in numbers and in words.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Answer {
    pub(crate) found: Found,
    /// One line.
    pub(crate) headline: String,
    /// What stands behind it, and what it means.
    pub(crate) sentences: Vec<String>,
    pub(crate) p: f64,
    pub(crate) draws: u32,
    pub(crate) n_groups: usize,
    pub(crate) n_candidates: usize,
    /// Pairs tested, summed over layers and windows.
    pub(crate) tests: u64,
    /// Those beyond chance.
    pub(crate) tests_kept: u64,
}

pub(super) fn answer(input: &ReportInput, clusters: &[ClusterView], small: usize) -> Answer {
    let tested = input.network.layers.iter().map(|l| l.tested).sum();
    let kept = input.network.n_edges() as u64;
    let (n, p, draws) = (clusters.len(), input.corpus_p, input.corpus_draws);
    let is_clear = draws > 0 && p <= CLEAR;
    let found = match n {
        0 if input.network.layers.is_empty() => Found::NotAssessed,
        0 => Found::Nothing,
        _ if is_clear => Found::Groups,
        _ => Found::Doubtful,
    };
    let mut sentences = vec![permutations(found, p, draws)];
    match found {
        Found::Groups | Found::Doubtful => sentences.push(verdicts(clusters)),
        Found::Nothing => {
            if is_clear {
                sentences.push(
                    "times are closer than chance here and there, but no two accounts so often that a group could be named"
                        .to_owned(),
                );
            }
            sentences.extend(nothing(input, tested, kept));
        }
        Found::NotAssessed => sentences.push(
            "nothing was found because nothing could be looked at; this says nothing about the accounts".to_owned(),
        ),
    }
    if small > 0 {
        let groups = counted(small as u64, "group of fewer than 5 accounts is", "groups of fewer than 5 accounts are");
        sentences.push(format!("{groups} not shown: a statement about so few is one about persons"));
    }
    Answer {
        found,
        headline: headline(found, is_clear, clusters, input),
        sentences: sentences.into_iter().filter(|s| !s.is_empty()).collect(),
        p,
        draws,
        n_groups: n,
        n_candidates: with_verdict(clusters, Verdict::CibCandidate),
        tests: tested,
        tests_kept: kept,
    }
}

fn with_verdict(clusters: &[ClusterView], verdict: Verdict) -> usize {
    clusters.iter().filter(|c| c.verdict == verdict.name()).count()
}

fn headline(found: Found, is_clear: bool, clusters: &[ClusterView], input: &ReportInput) -> String {
    let firm = with_verdict(clusters, Verdict::CibCandidate)
        + with_verdict(clusters, Verdict::CoordinatedAuthenticityUndetermined);
    match found {
        Found::NotAssessed => "not assessed: no layer of this data could be tested".to_owned(),
        Found::Nothing if is_clear => "no group beyond chance".to_owned(),
        Found::Nothing => "nothing beyond chance".to_owned(),
        Found::Groups if firm == 0 => "some coordination beyond chance, no group with a firm verdict".to_owned(),
        Found::Groups if firm == 1 => "1 group acts together more than chance allows".to_owned(),
        Found::Groups => format!("{firm} groups act together more than chance allows"),
        Found::Doubtful => {
            let groups = counted(clusters.len() as u64, "group", "groups");
            let why = if input.corpus_draws == 0 {
                "the data as a whole were not tested"
            } else {
                "the data as a whole do not clearly exceed chance"
            };
            let how = if input.groups_given { "given" } else { "found" };
            format!("{groups} {how}, but {why}")
        }
    }
}

fn permutations(found: Found, p: f64, draws: u32) -> String {
    match (found, draws) {
        (Found::NotAssessed, _) => String::new(),
        (_, 0) => "the test of the whole data against permuted times was not run".to_owned(),
        (Found::Nothing, _) => {
            format!(
                "{} with all times jittered, searched the same way, held a pair as strong as the strongest here with p = {}",
                counted(draws.into(), "copy of the data", "copies of the data"),
                p_value(p)
            )
        }
        _ => format!(
            "{} with all times jittered, searched the same way, gave a group as strong as the strongest here with p = {}",
            counted(draws.into(), "copy of the data", "copies of the data"),
            p_value(p)
        ),
    }
}

fn verdicts(clusters: &[ClusterView]) -> String {
    let of = |verdict: Verdict| with_verdict(clusters, verdict);
    let words = [
        (
            of(Verdict::CibCandidate),
            "CIB candidate: coordination and concealment",
            "CIB candidates: coordination and concealment",
        ),
        (
            of(Verdict::CoordinatedAuthenticityUndetermined),
            "coordinated, authenticity undetermined",
            "coordinated, authenticity undetermined",
        ),
        (of(Verdict::Exploratory), "exploratory, unconfirmed", "exploratory, unconfirmed"),
        (of(Verdict::Abstained), "without a verdict", "without a verdict"),
    ];
    let parts: Vec<String> =
        words.into_iter().filter(|(n, ..)| *n > 0).map(|(n, one, many)| counted(n as u64, one, many)).collect();
    parts.join("; ")
}

fn nothing(input: &ReportInput, tested: u64, kept: u64) -> Vec<String> {
    let mut layers: Vec<&str> = input.network.layers.iter().map(|l| l.layer.as_str()).collect();
    layers.dedup();
    let mut windows: Vec<_> = input.network.layers.iter().map(|l| l.window).collect();
    windows.sort_unstable();
    windows.dedup();
    let windows: Vec<String> = windows.iter().map(ToString::to_string).collect();
    let tests = format!(
        "{} of pairs of accounts that shared something, on {} ({}), within {}",
        counted(tested, "test", "tests"),
        counted(layers.len() as u64, "layer", "layers"),
        layers.iter().map(|l| crate::foreign::visible(l, crate::foreign::MAX_ID)).collect::<Vec<_>>().join(", "),
        windows.join(" and "),
    );
    let pairs = match kept {
        0 => "no pair of accounts acted together more often than its own habits and the rhythm of the day explain"
            .to_owned(),
        _ => format!(
            "{} beyond chance on {} own, but the pairs form no group of at least 5 accounts",
            counted(kept, "of these is", "of these are"),
            if kept == 1 { "its" } else { "their" },
        ),
    };
    vec![tests, pairs, "this is a result, and a common one".to_owned()]
}
