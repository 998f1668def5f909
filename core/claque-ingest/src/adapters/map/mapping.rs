//! The mapping itself: which column of the tables comes from where.

use super::super::OpenFile;
use crate::error::IngestError;
use crate::normalize::list::ListForm;
use crate::records::{Layout, Locator, Row, at_path, nearest, sample};

macro_rules! targets {
    ($($variant:ident = $name:literal),+ $(,)?) => {
        /// What a mapping can fill, in the order of `NAMES`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Target { $($variant),+ }

        impl Target {
            const ALL: &'static [Self] = &[$(Self::$variant),+];
            pub(super) const NAMES: &'static [&'static str] = &[$($name),+];
        }
    };
}

targets! {
    PostId = "post_id", AccountId = "account_id", CreatedAt = "created_at", Text = "text", Title = "title", Lang = "lang",
    Kind = "kind", Status = "status", Platform = "platform", Url = "url", Client = "client", ReplyToId = "reply_to_id",
    RepostOfId = "repost_of_id", QuoteOfId = "quote_of_id", ReplyToAccount = "reply_to_account",
    RepostOfAccount = "repost_of_account", QuoteOfAccount = "quote_of_account", ThreadId = "thread_id",
    CommunityId = "community_id", NLike = "n_like", NRepost = "n_repost", NReply = "n_reply", NQuote = "n_quote",
    NReaction = "n_reaction", NView = "n_view", MetricsAt = "metrics_at", CollectedAt = "collected_at",
    PlaceCountry = "place_country", Lat = "lat", Lon = "lon", Links = "links", Hashtags = "hashtags",
    Mentions = "mentions", Handle = "handle", DisplayName = "display_name", Description = "description",
    LocationClaimed = "location_claimed", AccountUrl = "account_url", AccountCreatedAt = "account_created_at",
    NFollower = "n_follower", NFollowing = "n_following", NPost = "n_post", Verified = "verified",
}

impl Target {
    pub(super) fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    fn is_list(self) -> bool {
        matches!(self, Self::Links | Self::Hashtags | Self::Mentions)
    }
}

/// Where each target comes from in one file.
pub(super) struct Mapping {
    sources: Vec<Option<(Locator, ListForm)>>,
}

impl Mapping {
    /// Finds the sources in a file.
    pub(super) fn bind(pairs: &[(String, String)], file: &OpenFile<'_>) -> Result<Self, IngestError> {
        let mut sources = vec![None; Target::NAMES.len()];
        for (column, source) in pairs {
            let target = Target::ALL.iter().find(|target| target.name() == column).copied();
            let target = target.ok_or_else(|| IngestError::UnknownMapColumn {
                column: column.clone(),
                source_name: source.clone(),
                nearest: nearest(column, Target::NAMES.iter().copied()),
            })?;
            let (name, form) = if target.is_list() { with_form(source) } else { (source.as_str(), None) };
            let locator = locate(column, name, file)?;
            // lists of JSON come as JSON text; a single value is a list of one
            let usual = if matches!(file.layout, Layout::Json(_)) { ListForm::Json } else { ListForm::Python };
            sources[target as usize] = Some((locator, form.unwrap_or(usual)));
        }
        let mapping = Self { sources };
        if mapping.at(Target::AccountId).is_none() {
            return Err(IngestError::MapLacks("account_id"));
        }
        Ok(mapping)
    }

    pub(super) fn at(&self, target: Target) -> Option<&Locator> {
        self.sources[target as usize].as_ref().map(|(locator, _)| locator)
    }

    pub(super) fn form(&self, target: Target) -> ListForm {
        self.sources[target as usize].as_ref().map_or(ListForm::Python, |(_, form)| *form)
    }

    /// The columns that hold ids.
    pub(super) fn ids(&self) -> Vec<(String, Locator)> {
        let ids = [
            Target::PostId,
            Target::AccountId,
            Target::ReplyToId,
            Target::RepostOfId,
            Target::QuoteOfId,
            Target::ReplyToAccount,
            Target::RepostOfAccount,
            Target::QuoteOfAccount,
        ];
        ids.into_iter().filter_map(|target| Some((target.name().to_owned(), self.at(target)?.clone()))).collect()
    }
}

fn with_form(source: &str) -> (&str, Option<ListForm>) {
    match source.rsplit_once('|').map(|(name, word)| (name, ListForm::parse(word))) {
        Some((name, Some(form))) => (name, Some(form)),
        _ => (source, None),
    }
}

/// A literal in quotes, a column, or a path.
fn locate(column: &str, source: &str, file: &OpenFile<'_>) -> Result<Locator, IngestError> {
    for quote in ['"', '\''] {
        if let Some(text) = source.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)) {
            return Ok(Locator::Literal(text.to_owned()));
        }
    }
    let unknown = |names: &[String]| IngestError::UnknownMapSource {
        path: file.document.path.clone(),
        column: column.to_owned(),
        source_name: source.to_owned(),
        nearest: nearest(source, names.iter().map(String::as_str)).map(str::to_owned),
    };
    match file.layout {
        Layout::Csv(dialect) => dialect.column(source).map(Locator::Column).ok_or_else(|| unknown(&dialect.header)),
        Layout::Json(_) => {
            let whole = Locator::Path(vec![source.to_owned()]);
            let path = Locator::Path(source.split('.').map(str::to_owned).collect());
            let found = [whole, path].into_iter().find(|locator| occurs(locator, file));
            found.ok_or_else(|| unknown(&crate::detect::names(file.document, file.layout)))
        }
    }
}

/// Does any of the first records have it, be it as null?
fn occurs(locator: &Locator, file: &OpenFile<'_>) -> bool {
    let Locator::Path(path) = locator else { return true };
    let mut found = false;
    sample(file.document, file.layout, |_, row| {
        found |= matches!(row, Some(Row::Value(value)) if at_path(value, path).is_some());
    });
    found
}
