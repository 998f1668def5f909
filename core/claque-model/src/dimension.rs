//! The statements that evidence can support: coordination, concealment, and the four dimensions of the
//! European Commission's letter on the 2024 elections.

use std::fmt;

/// What a signal is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// K: acting together more than chance allows.
    Coordination,
    /// I: hiding who acts.
    Concealment,
    /// D1.
    Disinformation,
    /// D2.
    ForeignInterference,
    /// D3.
    AiUse,
    /// D4.
    Cybercrime,
}

/// A statement is fed by signals of its dimension and by those that declare it in `also`.
pub type Statement = Dimension;

impl Dimension {
    /// All six, in the order of the scorecard.
    pub const ALL: [Self; 6] = [
        Self::Coordination,
        Self::Concealment,
        Self::Disinformation,
        Self::ForeignInterference,
        Self::AiUse,
        Self::Cybercrime,
    ];

    /// The four dimensions of interference.
    pub const INTERFERENCE: [Self; 4] =
        [Self::Disinformation, Self::ForeignInterference, Self::AiUse, Self::Cybercrime];

    /// The word used in declarations and tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Coordination => "coordination",
            Self::Concealment => "concealment",
            Self::Disinformation => "disinformation",
            Self::ForeignInterference => "foreign_interference",
            Self::AiUse => "ai_use",
            Self::Cybercrime => "cybercrime",
        }
    }

    /// The words for people.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Coordination => "coordination",
            Self::Concealment => "concealment",
            Self::Disinformation => "disinformation",
            Self::ForeignInterference => "foreign interference",
            Self::AiUse => "use of AI",
            Self::Cybercrime => "cybercrime",
        }
    }

    /// Reads the word used in declarations.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|d| d.name() == word)
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
