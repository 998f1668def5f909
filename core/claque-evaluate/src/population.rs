//! Every account of a study, as its posts show it: where it posts, in which language, and how much.

use crate::error::EvaluateError;
use crate::truth::texts;
use polars::prelude::{BooleanChunked, DataFrame, StringChunked};
use std::collections::{BTreeMap, HashMap};

/// Accounts by id.
pub(crate) type Population = BTreeMap<String, Profile>;

/// One account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Profile {
    pub(crate) posts: u64,
    /// The commonest among its posts, the first by name among equals.
    pub(crate) platform: String,
    /// The same, over posts whose language is known.
    pub(crate) language: Option<String>,
}

#[derive(Default)]
struct Counts<'a> {
    posts: u64,
    platforms: Vec<(&'a str, u64)>,
    languages: Vec<(&'a str, u64)>,
}

fn count<'a>(counts: &mut Vec<(&'a str, u64)>, word: &'a str) {
    match counts.iter_mut().find(|(known, _)| *known == word) {
        Some((_, n)) => *n += 1,
        None => counts.push((word, 1)),
    }
}

fn commonest(counts: &[(&str, u64)]) -> Option<String> {
    counts.iter().max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(a.0))).map(|(word, _)| (*word).to_owned())
}

/// Reads a canonical table of posts (`account_id`, `platform`, `embedded`, `lang`). Posts without an account are left out, and
/// those that were only seen inside another record, as in the scores; without a column `lang` no language is known. O(n).
pub(crate) fn read(posts: &DataFrame) -> Result<Population, EvaluateError> {
    let unusable = EvaluateError::UnusableColumn { table: "posts", column: "account_id", expected: "text" };
    let accounts = posts.column("account_id").ok().and_then(|c| c.str().ok()).ok_or(unusable)?;
    let platforms = texts(posts, "posts", "platform")?;
    let embedded: Option<&BooleanChunked> = posts.column("embedded").ok().and_then(|c| c.bool().ok());
    // a column that is all null may have lost its type
    let languages: Option<&StringChunked> = posts.column("lang").ok().and_then(|c| c.str().ok());
    let mut found: HashMap<&str, Counts> = HashMap::new();
    for row in 0..posts.height() {
        let is_embedded = embedded.is_some_and(|e| e.get(row) == Some(true));
        let (Some(account), false) = (accounts.get(row), is_embedded) else { continue };
        let counts = found.entry(account).or_default();
        counts.posts += 1;
        count(&mut counts.platforms, platforms.get(row).unwrap_or_default());
        if let Some(language) = languages.and_then(|l| l.get(row)).filter(|l| !l.is_empty()) {
            count(&mut counts.languages, language);
        }
    }
    let profile = |(account, counts): (&str, Counts)| {
        let platform = commonest(&counts.platforms).unwrap_or_default();
        (account.to_owned(), Profile { posts: counts.posts, platform, language: commonest(&counts.languages) })
    };
    Ok(found.into_iter().map(profile).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use polars::prelude::{NamedFrom, Series};

    #[test]
    fn an_account_is_where_and_in_what_it_posts_most() {
        let rows = [
            (Some("a"), "x", Some("de")),
            (Some("a"), "x", Some("fr")),
            (Some("a"), "web", Some("fr")),
            (Some("b"), "web", None),
            (Some("b"), "x", Some("pl")),
            (Some("b"), "x", Some("de")),
            (None, "x", Some("de")),
        ];
        let posts = DataFrame::new(
            rows.len(),
            vec![
                Series::new("account_id".into(), rows.iter().map(|r| r.0).collect::<Vec<_>>()).into(),
                Series::new("platform".into(), rows.iter().map(|r| r.1).collect::<Vec<_>>()).into(),
                Series::new("lang".into(), rows.iter().map(|r| r.2).collect::<Vec<_>>()).into(),
            ],
        );
        let found = read(&posts.expect("columns of one height")).expect("a table of posts");
        let profile = |language: &str| Profile { posts: 3, platform: "x".into(), language: Some(language.into()) };
        // b posts once in each of two languages: the first by name
        assert_eq!(found, Population::from([("a".into(), profile("fr")), ("b".into(), profile("de"))]));
    }
}
