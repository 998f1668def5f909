//! Twins of a world: the same accounts and posts with something taken from them, to see what a method still finds, or
//! that it finds nothing. Works on drafts; ids are given afterwards, so that they betray nothing.

use crate::draft::{Draft, Platform, PostRef};

/// What is taken from a world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Twin {
    /// Fine timing: every time is moved by up to an hour. Nothing planted is left.
    Jittered,
    /// Who did what: authors are dealt out anew over the posts of their platform. Nothing planted is left.
    Shuffled,
    /// Half of what members of operations posted, drawn at random.
    Diluted,
    /// Seconds: times are cut to whole minutes.
    Rounded,
}

const JITTER: i64 = 3_600;
const DILUTED: f64 = 0.5;
const ROUNDED: i64 = 60;

impl Twin {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Jittered, Self::Shuffled, Self::Diluted, Self::Rounded];

    /// The word used on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Jittered => "jittered",
            Self::Shuffled => "shuffled",
            Self::Diluted => "diluted",
            Self::Rounded => "rounded",
        }
    }

    /// Reads that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|twin| twin.name() == word)
    }

    /// Is nothing left that a method may call an operation?
    #[must_use]
    pub fn is_null(self) -> bool {
        matches!(self, Self::Jittered | Self::Shuffled)
    }

    /// Changes a finished draft. Null twins lose their labels.
    pub(crate) fn apply(self, draft: &mut Draft) {
        match self {
            Self::Jittered => jitter(draft),
            Self::Shuffled => shuffle(draft),
            Self::Diluted => dilute(draft),
            Self::Rounded => draft.posts.iter_mut().for_each(|post| post.at -= post.at.rem_euclid(ROUNDED)),
        }
        if self.is_null() {
            draft.labels.clear();
        }
    }
}

fn jitter(draft: &mut Draft) {
    for at in 0..draft.posts.len() {
        let moved = draft.stream("jitter", at as u64).between(-JITTER, JITTER);
        draft.posts[at].at += moved;
    }
}

/// Fisher and Yates, platform by platform.
fn shuffle(draft: &mut Draft) {
    for platform in [Platform::X, Platform::Web] {
        let posts: Vec<PostRef> =
            (0..draft.posts.len()).filter(|p| draft.accounts[draft.posts[*p].account].platform == platform).collect();
        let mut stream = draft.stream("shuffle", platform as u64);
        for last in (1..posts.len()).rev() {
            let (a, b) = (posts[last], posts[stream.below(last + 1)]);
            let (first, second) = (draft.posts[a].account, draft.posts[b].account);
            draft.posts[a].account = second;
            draft.posts[b].account = first;
        }
    }
}

/// Posts that others act upon stay: without them, their reposts and replies would point nowhere.
fn dilute(draft: &mut Draft) {
    let mut is_member = vec![false; draft.accounts.len()];
    draft.labels.iter().filter(|l| l.scenario.is_planted()).for_each(|l| is_member[l.account] = true);
    let mut is_target = vec![false; draft.posts.len()];
    draft.posts.iter().filter_map(|post| post.act.target()).for_each(|target| is_target[target] = true);
    let is_kept = |at: PostRef| {
        is_target[at] || !is_member[draft.posts[at].account] || !draft.stream("dilute", at as u64).chance(DILUTED)
    };
    let kept: Vec<bool> = (0..draft.posts.len()).map(is_kept).collect();
    draft.keep_posts(&kept);
}

#[cfg(test)]
mod tests;
