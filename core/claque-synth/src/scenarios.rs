//! The scenarios: planted operations after documented cases, and benign look-alikes beside them. One file each,
//! with its knobs as constants at the top; the order of generation and what they share stands elsewhere.

mod cloned_media;
pub(crate) mod false_procedure;
mod laundered_story;
mod party_day;
mod petition;
mod portal_network;
mod syndication;

use crate::draft::Draft;
use claque_model::Dimension;
use std::fmt;

/// A group that can be written into a world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scenario {
    /// Throw-away accounts push look-alike pages of known media.
    ClonedMedia,
    /// One template of sites in many countries.
    PortalNetwork,
    /// False rules of a vote.
    FalseProcedure,
    /// Machine-rewritten stories and their amplifiers.
    LaunderedStory,
    /// Benign: a party and its volunteers.
    PartyDay,
    /// Benign: a newsroom and its sister editions.
    Syndication,
    /// Benign: petitions with a share button.
    Petition,
}

/// Size of a group, for the plan of a world.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    pub(crate) users: usize,
    pub(crate) sites: usize,
    /// Posts of the common work, on average.
    pub(crate) posts: usize,
}

impl Scenario {
    /// All, planted ones first.
    pub const ALL: [Self; 7] = [
        Self::ClonedMedia,
        Self::PortalNetwork,
        Self::FalseProcedure,
        Self::LaunderedStory,
        Self::PartyDay,
        Self::Syndication,
        Self::Petition,
    ];

    /// The word used on the command line and in labels.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ClonedMedia => "cloned-media",
            Self::PortalNetwork => "portal-network",
            Self::FalseProcedure => "false-procedure",
            Self::LaunderedStory => "laundered-story",
            Self::PartyDay => "party-day",
            Self::Syndication => "syndication",
            Self::Petition => "petition",
        }
    }

    /// Reads that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.name() == word)
    }

    /// Is it an operation, and not a benign look-alike?
    #[must_use]
    pub fn is_planted(self) -> bool {
        self.dimension().is_some()
    }

    /// The dimension that must have the highest score; none for benign look-alikes.
    #[must_use]
    pub fn dimension(self) -> Option<Dimension> {
        match self {
            Self::ClonedMedia => Some(Dimension::Cybercrime),
            Self::PortalNetwork => Some(Dimension::ForeignInterference),
            Self::FalseProcedure => Some(Dimension::Disinformation),
            Self::LaunderedStory => Some(Dimension::AiUse),
            Self::PartyDay | Self::Syndication | Self::Petition => None,
        }
    }

    /// One sentence for people.
    #[must_use]
    pub fn doc(self) -> &'static str {
        match self {
            Self::ClonedMedia => {
                "accounts registered in three waves push look-alike pages of known media in replies and quotes"
            }
            Self::PortalNetwork => "sites of one template in many countries publish the same article within seconds",
            Self::FalseProcedure => "accounts created in one wave spread five false rules of a vote in three languages",
            Self::LaunderedStory => {
                "amplifiers created in one month push rewritten stories, some with the rewriting line left in"
            }
            Self::PartyDay => "benign: a party and its volunteers repost and link the same things at announced hours",
            Self::Syndication => {
                "benign: a newsroom and its sister editions post their own pages through one scheduler"
            }
            Self::Petition => "benign: organisers and hundreds of strangers use the share button of petitions",
        }
    }

    pub(crate) fn size(self) -> Size {
        match self {
            Self::ClonedMedia => cloned_media::SIZE,
            Self::PortalNetwork => portal_network::SIZE,
            Self::FalseProcedure => false_procedure::SIZE,
            Self::LaunderedStory => laundered_story::SIZE,
            Self::PartyDay => party_day::SIZE,
            Self::Syndication => syndication::SIZE,
            Self::Petition => petition::SIZE,
        }
    }

    /// Writes the group into the draft, after the background.
    pub(crate) fn plant(self, draft: &mut Draft) {
        match self {
            Self::ClonedMedia => cloned_media::plant(draft),
            Self::PortalNetwork => portal_network::plant(draft),
            Self::FalseProcedure => false_procedure::plant(draft),
            Self::LaunderedStory => laundered_story::plant(draft),
            Self::PartyDay => party_day::plant(draft),
            Self::Syndication => syndication::plant(draft),
            Self::Petition => petition::plant(draft),
        }
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
