//! Which lines of a script ran in its tests: those of `score` and of what it calls in the same file, not those
//! of the tests themselves nor of the top level, which always runs.

use mlua::Function;
use mlua::function::CoverageInfo;
use std::collections::{BTreeMap, BTreeSet};

/// Lines of a script's functions, and how many of them ran.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Lines with code, from 1, and whether each ran.
    lines: BTreeMap<usize, bool>,
}

impl Coverage {
    /// Reads the counters of a compiled file; `tests` are the names of its tests.
    pub(super) fn of(chunk: &Function, tests: &[String]) -> Self {
        let tests: BTreeSet<&str> = tests.iter().map(String::as_str).collect();
        let mut functions = Vec::new();
        chunk.coverage(|info| functions.push(info));
        let mut coverage = Self::default();
        // functions come before those inside them; what lies deeper than a test belongs to it
        let mut test_at: Option<i32> = None;
        for function in &functions {
            if test_at.is_some_and(|depth| function.depth <= depth) {
                test_at = None;
            }
            if test_at.is_none() && function.function.as_deref().is_some_and(|name| tests.contains(name)) {
                test_at = Some(function.depth);
            }
            if function.depth > 0 && test_at.is_none() {
                coverage.add(function);
            }
        }
        coverage
    }

    fn add(&mut self, function: &CoverageInfo) {
        for (line, hits) in function.hits.iter().enumerate().filter(|(_, hits)| **hits >= 0) {
            *self.lines.entry(line).or_default() |= *hits > 0;
        }
    }

    /// A line ran if it ran in either.
    pub fn merge(&mut self, other: &Self) {
        for (line, ran) in &other.lines {
            *self.lines.entry(*line).or_default() |= ran;
        }
    }

    /// Lines with code.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Are there none?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Lines that never ran, ascending.
    #[must_use]
    pub fn missed(&self) -> Vec<usize> {
        self.lines.iter().filter(|(_, ran)| !**ran).map(|(line, _)| *line).collect()
    }
}
