//! Where a compiled plugin runs: inside the program, or in a process of its own. Loading is execution, so this is
//! decided before anything is loaded.

use super::trust::{Trust, Verdict};
use crate::native::Isolation;
use std::fmt;

/// Where its code runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunsIn {
    /// In this process: fastest, and a crash ends the program.
    Process,
    /// In a child process: a crash is a failed signal.
    Child,
}

impl RunsIn {
    /// The words used in records and lists.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Process => "in the process",
            Self::Child => "in a child process",
        }
    }
}

/// What the user decides about all compiled plugins.
#[derive(Clone, Debug, Default)]
pub struct Placing {
    /// Files that may run in the process.
    pub trust: Trust,
    /// For this run, whatever else is said.
    pub forced: Option<RunsIn>,
    /// How children are started.
    pub isolation: Isolation,
}

/// Where a plugin runs, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    /// Where.
    pub place: RunsIn,
    /// Why.
    pub reason: PlaceReason,
}

/// Why a plugin runs where it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlaceReason {
    /// Its runtime cannot share a process.
    Go,
    /// `--isolate` or `--in-process`.
    AskedFor,
    /// Came with the program.
    Shipped,
    /// `isolation = "process"` in its manifest.
    ManifestAsks,
    /// The user trusts this file.
    Trusted,
    /// The user trusts another file of its id and version, with this SHA-256.
    OtherFileTrusted(String),
    /// The user does not trust it.
    NotTrusted,
    /// What the user trusts is not known, because of this.
    TrustUnusable(String),
    /// Only a manifest says what a library is called.
    NoManifest,
}

impl fmt::Display for PlaceReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Go => f.write_str("the runtime of Go cannot share a process"),
            Self::AskedFor => f.write_str("asked for on the command line"),
            Self::Shipped => f.write_str("it came with the program"),
            Self::ManifestAsks => f.write_str("its manifest asks for it"),
            Self::Trusted => f.write_str("its file is in trust.toml"),
            Self::OtherFileTrusted(hash) => {
                write!(f, "trust.toml names another file of this version, with the SHA-256 {hash}")
            }
            Self::NotTrusted => f.write_str("it is not in trust.toml"),
            Self::TrustUnusable(problem) => write!(f, "trust.toml cannot be used: {problem}"),
            Self::NoManifest => f.write_str("it has no manifest"),
        }
    }
}

/// What is known of a library before it is loaded.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts<'f> {
    pub(super) id: &'f str,
    pub(super) version: &'f str,
    pub(super) sha256: &'f str,
    pub(super) is_shipped: bool,
    pub(super) is_go: bool,
    pub(super) asks_for_child: bool,
}

impl Placing {
    /// Decides.
    pub(super) fn place(&self, facts: Facts) -> Placement {
        let at = |place, reason| Placement { place, reason };
        if facts.is_go {
            return at(RunsIn::Child, PlaceReason::Go);
        }
        if let Some(place) = self.forced {
            return at(place, PlaceReason::AskedFor);
        }
        if facts.is_shipped {
            return at(RunsIn::Process, PlaceReason::Shipped);
        }
        if facts.asks_for_child {
            return at(RunsIn::Child, PlaceReason::ManifestAsks);
        }
        match self.trust.verdict(facts.id, facts.version, facts.sha256) {
            Verdict::Trusted => at(RunsIn::Process, PlaceReason::Trusted),
            Verdict::OtherFile(hash) => at(RunsIn::Child, PlaceReason::OtherFileTrusted(hash)),
            Verdict::Unknown => at(RunsIn::Child, PlaceReason::NotTrusted),
            Verdict::Unusable(problem) => at(RunsIn::Child, PlaceReason::TrustUnusable(problem)),
        }
    }

    /// The same for a library without a manifest.
    pub(super) fn place_alone(&self) -> Placement {
        match self.forced {
            Some(place) => Placement { place, reason: PlaceReason::AskedFor },
            None => Placement { place: RunsIn::Child, reason: PlaceReason::NoManifest },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_came_along_or_is_trusted_runs_in_the_process() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("trust.toml");
        let hash = |digit: &str| digit.repeat(64);
        Trust::add(&path, "a", "1.0.0", &hash("a")).expect("written");
        let (one, other) = (hash("a"), hash("b"));
        let unknown =
            Facts { id: "b", version: "1.0.0", sha256: &other, is_shipped: false, is_go: false, asks_for_child: false };
        let trusted = Facts { id: "a", sha256: &one, ..unknown };
        let check = |facts, forced, place, reason| {
            let placing = Placing { trust: Trust::read(&path), forced, ..Placing::default() };
            assert_eq!(placing.place(facts), Placement { place, reason });
        };
        let (here, child) = (RunsIn::Process, RunsIn::Child);
        check(unknown, None, child, PlaceReason::NotTrusted);
        check(trusted, None, here, PlaceReason::Trusted);
        check(Facts { sha256: &other, ..trusted }, None, child, PlaceReason::OtherFileTrusted(one.clone()));
        check(Facts { asks_for_child: true, ..trusted }, None, child, PlaceReason::ManifestAsks);
        check(Facts { is_shipped: true, ..unknown }, None, here, PlaceReason::Shipped);
        check(Facts { is_shipped: true, ..unknown }, Some(child), child, PlaceReason::AskedFor);
        check(unknown, Some(here), here, PlaceReason::AskedFor);
        check(Facts { is_go: true, ..trusted }, None, child, PlaceReason::Go);
        check(Facts { is_go: true, ..trusted }, Some(here), child, PlaceReason::Go);
        std::fs::write(&path, "[").expect("written");
        let Placement { place, reason: PlaceReason::TrustUnusable(_) } =
            Placing { trust: Trust::read(&path), ..Placing::default() }.place(trusted)
        else {
            panic!("a file that cannot be read trusts nothing")
        };
        assert_eq!(place, child);
    }
}
