//! A world while it is being written: accounts, posts and rows of user tables as plain structures that refer to each
//! other by index. Ids and frames are made in `tables`; what is written stands in `background` and `scenarios`.

use crate::background::Press;
use crate::calendar::Period;
use crate::random::Stream;
use crate::scenarios::Scenario;
use crate::words::Lang;

/// Index into [`Draft::accounts`].
pub(crate) type AccountRef = usize;
/// Index into [`Draft::posts`].
pub(crate) type PostRef = usize;

/// Where an account lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Platform {
    /// A social platform: users.
    X,
    /// Sites that publish articles.
    Web,
}

impl Platform {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::X => "x",
            Self::Web => "web",
        }
    }
}

/// One account.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) platform: Platform,
    pub(crate) handle: String,
    pub(crate) display_name: String,
    pub(crate) lang: Lang,
    pub(crate) created_at: i64,
    /// Does the data tell `created_at`?
    pub(crate) created_known: bool,
    pub(crate) description: Option<String>,
    pub(crate) n_follower: Option<i64>,
    pub(crate) n_following: Option<i64>,
    pub(crate) declared_bot: Option<bool>,
    pub(crate) client: Option<&'static str>,
}

/// What a post does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    Post,
    Article,
    Repost(PostRef),
    Reply(PostRef),
    Quote(PostRef),
}

impl Act {
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Self::Post => "post",
            Self::Article => "article",
            Self::Repost(_) => "repost",
            Self::Reply(_) => "reply",
            Self::Quote(_) => "quote",
        }
    }

    /// The same act upon another post.
    fn with_target(self, target: impl Fn(PostRef) -> PostRef) -> Self {
        match self {
            Self::Post | Self::Article => self,
            Self::Repost(post) => Self::Repost(target(post)),
            Self::Reply(post) => Self::Reply(target(post)),
            Self::Quote(post) => Self::Quote(target(post)),
        }
    }

    /// The post that it acts upon.
    pub(crate) fn target(self) -> Option<PostRef> {
        match self {
            Self::Post | Self::Article => None,
            Self::Repost(target) | Self::Reply(target) | Self::Quote(target) => Some(target),
        }
    }
}

/// What a post points to.
#[derive(Clone, Debug)]
pub(crate) enum Pointer {
    /// A page, as written and in canonical form.
    Page { raw: String, target: String, final_url: Option<String> },
    /// A tag without `#`, as written.
    Hashtag(String),
    /// Another account.
    Mention(AccountRef),
}

impl Pointer {
    /// A link written in its canonical form.
    pub(crate) fn page(url: &str) -> Self {
        Self::Page { raw: url.to_owned(), target: url.to_owned(), final_url: None }
    }
}

/// A picture.
#[derive(Clone, Debug)]
pub(crate) struct Picture {
    pub(crate) phash: String,
    pub(crate) source_type: Option<&'static str>,
    pub(crate) software: Option<&'static str>,
    pub(crate) c2pa: Option<&'static str>,
}

/// One act of publishing.
#[derive(Clone, Debug)]
pub(crate) struct Post {
    pub(crate) account: AccountRef,
    pub(crate) at: i64,
    pub(crate) act: Act,
    pub(crate) title: Option<String>,
    pub(crate) text: String,
    pub(crate) lang: Option<Lang>,
    pub(crate) client: Option<&'static str>,
    pub(crate) pointers: Vec<Pointer>,
    pub(crate) picture: Option<Picture>,
    pub(crate) n_like: Option<i64>,
    pub(crate) n_repost: Option<i64>,
}

/// A row of `lists`.
#[derive(Clone, Debug)]
pub(crate) struct ListRow {
    pub(crate) list: &'static str,
    pub(crate) key_type: &'static str,
    pub(crate) key: String,
    pub(crate) label: &'static str,
    pub(crate) valid_from: Option<i64>,
    pub(crate) reliability: Option<f64>,
}

/// A row of `brands`.
#[derive(Clone, Debug)]
pub(crate) struct BrandRow {
    pub(crate) brand: &'static str,
    pub(crate) official_domain: &'static str,
    pub(crate) sector: &'static str,
}

/// A row of `factpack`; country and election are the world's.
#[derive(Clone, Debug)]
pub(crate) struct FactRow {
    pub(crate) fact: &'static str,
    pub(crate) value: &'static str,
    pub(crate) lang: Option<&'static str>,
}

/// A row of `domains`.
#[derive(Clone, Debug, Default)]
pub(crate) struct DomainRow {
    pub(crate) domain: String,
    pub(crate) registered_at: Option<i64>,
    pub(crate) registrar: Option<&'static str>,
    pub(crate) ip: Option<String>,
    pub(crate) asn: Option<i64>,
    pub(crate) ns: Option<String>,
    pub(crate) ga_id: Option<String>,
    pub(crate) asset_hash: Option<String>,
    pub(crate) cms: Option<&'static str>,
}

/// A row of `feeds`.
#[derive(Clone, Debug)]
pub(crate) struct FeedRow {
    pub(crate) feed: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) key: String,
    pub(crate) threat: &'static str,
    pub(crate) added_at: i64,
}

/// Which account belongs to which group.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Label {
    pub(crate) account: AccountRef,
    pub(crate) scenario: Scenario,
}

/// Everything written so far.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) seed: u64,
    pub(crate) period: Period,
    pub(crate) accounts: Vec<Account>,
    pub(crate) posts: Vec<Post>,
    pub(crate) lists: Vec<ListRow>,
    pub(crate) brands: Vec<BrandRow>,
    pub(crate) facts: Vec<FactRow>,
    pub(crate) domains: Vec<DomainRow>,
    pub(crate) feeds: Vec<FeedRow>,
    pub(crate) labels: Vec<Label>,
    /// Pages that everybody may link.
    pub(crate) press: Press,
    /// Posts that many react to, per language, by time.
    pub(crate) popular: [Vec<(i64, PostRef)>; Lang::COUNT],
    /// Background users per language.
    pub(crate) strangers: [Vec<AccountRef>; Lang::COUNT],
}

impl Draft {
    pub(crate) fn new(seed: u64, period: Period, press: Press) -> Self {
        Self {
            seed,
            period,
            accounts: Vec::new(),
            posts: Vec::new(),
            lists: Vec::new(),
            brands: Vec::new(),
            facts: Vec::new(),
            domains: Vec::new(),
            feeds: Vec::new(),
            labels: Vec::new(),
            press,
            popular: Default::default(),
            strangers: Default::default(),
        }
    }

    /// The random numbers of one purpose in this world.
    pub(crate) fn stream(&self, purpose: &str, index: u64) -> Stream {
        Stream::new(self.seed, purpose, index)
    }

    pub(crate) fn add_account(&mut self, account: Account) -> AccountRef {
        self.accounts.push(account);
        self.accounts.len() - 1
    }

    pub(crate) fn label(&mut self, account: AccountRef, scenario: Scenario) {
        self.labels.push(Label { account, scenario });
    }

    pub(crate) fn add_post(&mut self, post: Post) -> PostRef {
        self.posts.push(post);
        self.posts.len() - 1
    }

    /// Leaves the posts that are marked, by position; those that are acted upon must be. References follow.
    pub(crate) fn keep_posts(&mut self, kept: &[bool]) {
        let mut moved = Vec::with_capacity(kept.len());
        let mut next = 0;
        for &is_kept in kept {
            moved.push(next);
            next += usize::from(is_kept);
        }
        let mut at = 0;
        self.posts.retain(|_| {
            at += 1;
            kept[at - 1]
        });
        for post in &mut self.posts {
            post.act = post.act.with_target(|target| moved[target]);
        }
        for (_, post) in self.popular.iter_mut().flatten() {
            *post = moved[*post];
        }
    }

    /// A post that people react to, not older than `age` seconds at `at`; recent ones less often than
    /// the established ones. None when there is none yet.
    pub(crate) fn popular_post(&self, stream: &mut Stream, lang: Lang, at: i64, age: i64) -> Option<PostRef> {
        let list = &self.popular[lang.index()];
        let from = list.partition_point(|(born, _)| *born < at - age);
        let to = list.partition_point(|(born, _)| *born < at);
        (from < to).then(|| list[from + stream.skewed(to - from)].1)
    }
}
