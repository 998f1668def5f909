//! The layer `text`: identical text after cleaning. Near-duplicates are not found yet.

use super::{as_traces, own_records, polars_fault, text_column};
use claque_model::{Fault, Given, ParamValue};
use polars::prelude::{DataFrame, IntoLazy, NamedFrom, Series, col, lit};
use unicode_normalization::UnicodeNormalization;

pub(super) fn duplicates(given: &Given) -> Result<DataFrame, Fault> {
    let min_chars = match given.params.get("min_chars") {
        Some(ParamValue::Int(least)) => *least as usize,
        _ => 30,
    };
    let own = col("kind").neq(lit("repost")).and(col("text_truncated").fill_null(false).not());
    let mut posts = own_records(given)?.filter(own).collect().map_err(polars_fault)?;
    let names = text_column(&posts, "text")?.iter().map(|text| text.and_then(|text| name(text, min_chars)));
    let names = Series::new("object".into(), names.collect::<Vec<Option<String>>>());
    posts.with_column(names.into()).map_err(polars_fault)?;
    as_traces(posts.lazy(), col("object"))
}

/// A short stable digest of the cleaned text; none for a text that is too short.
fn name(text: &str, min_chars: usize) -> Option<String> {
    let cleaned = clean(text);
    (cleaned.chars().count() >= min_chars).then(|| blake3::hash(cleaned.as_bytes()).to_hex()[..16].to_owned())
}

/// NFKC, lower case; URLs, mentions and emoji dropped, white space folded. Works without word boundaries, for
/// languages that have no spaces.
fn clean(text: &str) -> String {
    let normal: String = text.nfkc().collect::<String>().to_lowercase();
    let mut cleaned = String::with_capacity(normal.len());
    let mut rest = normal.as_str();
    let mut before = ' ';
    while let Some(next) = rest.chars().next() {
        let skipped = url_length(rest, before).or_else(|| mention_length(rest, before));
        if let Some(skipped) = skipped {
            rest = &rest[skipped..];
            before = ' ';
            continue;
        }
        if next.is_whitespace() {
            if !cleaned.is_empty() && !cleaned.ends_with(' ') {
                cleaned.push(' ');
            }
        } else if !is_emoji(next) {
            cleaned.push(next);
        }
        before = next;
        rest = &rest[next.len_utf8()..];
    }
    cleaned.truncate(cleaned.trim_end().len());
    cleaned
}

fn url_length(rest: &str, before: char) -> Option<usize> {
    let scheme = rest.starts_with("http://") || rest.starts_with("https://");
    if scheme || (rest.starts_with("www.") && !before.is_alphanumeric()) {
        return Some(rest.find(char::is_whitespace).unwrap_or(rest.len()));
    }
    None
}

/// A mention with an optional host, `@name` or `@name@host`; an address such as `a@b` is none.
fn mention_length(rest: &str, before: char) -> Option<usize> {
    let part = |text: &str| text.find(|c: char| !(c.is_alphanumeric() || "_.-".contains(c))).unwrap_or(text.len());
    let after = rest.strip_prefix('@').filter(|_| !before.is_alphanumeric())?;
    let name = part(after);
    if name == 0 {
        return None;
    }
    let host = after[name..].strip_prefix('@').map_or(0, |host| part(host) + usize::from(part(host) > 0));
    // a full stop or hyphen that ends the mention belongs to the sentence
    Some(1 + after[..name + host].trim_end_matches(['.', '-']).len())
}

fn is_emoji(c: char) -> bool {
    matches!(u32::from(c),
        0x1F000..=0x1FAFF | 0x2600..=0x27BF | 0x2B05..=0x2B55 | 0x231A..=0x23FF | 0x2934..=0x2935
        | 0xFE00..=0xFE0F | 0x200D | 0x20E3 | 0x3030 | 0x303D | 0xE0020..=0xE007F)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_mentions_emoji_case_and_width_do_not_matter() {
        let plain = "the ferry to quayham is free today";
        for variant in [
            "The ferry to Quayham is FREE today https://harbourpost.example/x?y=1",
            "@reader_1 the  ferry to Quayham is free today 🚢⚓️",
            "ｔｈｅ ferry to Quayham\nis free today www.harbourpost.example",
            "@reader@social.example the ferry to Quayham is free today",
        ] {
            assert_eq!(clean(variant), plain, "{variant}");
        }
    }

    #[test]
    fn an_address_is_no_mention_and_a_sentence_keeps_its_stop() {
        assert_eq!(clean("write to a@b.example"), "write to a@b.example");
        assert_eq!(clean("ask @harbour. Now"), "ask . now");
        assert_eq!(clean("noon @ the quay"), "noon @ the quay");
    }

    #[test]
    fn a_link_inside_text_without_spaces_is_dropped() {
        assert_eq!(clean("见https://harbourpost.example/x 港口"), "见 港口");
    }

    #[test]
    fn short_texts_have_no_name_and_names_are_stable() {
        assert_eq!(name("Closed doors.", 30), None);
        let long = "They are counting the ballots behind closed doors";
        assert_eq!(name(long, 30).map(|name| name.len()), Some(16));
        assert_eq!(name(long, 30), name(&long.to_uppercase(), 30));
    }
}
