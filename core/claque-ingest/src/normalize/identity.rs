//! Ids: always text, always with the platform in front, never through a float.

use super::text;
use claque_model::{ColumnType, schema_of};
use std::borrow::Cow;

/// Ids lose their last digits when a spreadsheet writes them like `7.02874E+17` (q3).
pub(crate) fn is_scientific(text: &str) -> bool {
    let Some((number, exponent)) = text.trim().split_once(['e', 'E']) else { return false };
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let (whole, fraction) = number.split_once(['.', ',']).unwrap_or((number, "0"));
    // hexadecimal ids hold an `e` too: an exponent has a sign, or the number has a fraction
    let signed = exponent.strip_prefix('+');
    digits(whole.trim_start_matches('-'))
        && digits(fraction)
        && digits(signed.unwrap_or(exponent))
        && (signed.is_some() || number.contains(['.', ',']))
}

/// The id without the `.0` that a float column put behind it (q5), and whether there was one.
pub(crate) fn without_fraction(text: &str) -> (&str, bool) {
    match text.strip_suffix(".0") {
        Some(digits) if !digits.is_empty() && digits.trim_start_matches('-').bytes().all(|b| b.is_ascii_digit()) => {
            (digits, true)
        }
        _ => (text, false),
    }
}

/// What an author column says when there is no author any more (q25): the status of the post.
pub(crate) fn missing_author(text: &str) -> Option<&'static str> {
    match text.trim().to_ascii_lowercase().as_str() {
        "[deleted]" | "deleted" => Some("deleted"),
        "[removed]" => Some("removed"),
        "anonymous" | "null" | "none" | "nan" | "n/a" | "" => Some("unknown"),
        _ => None,
    }
}

/// `prefix:native`; a handle (with `@`) is folded.
pub(crate) fn prefixed(prefix: &str, native: &str) -> String {
    match native.strip_prefix('@') {
        Some(written) => format!("{prefix}:@{}", text::handle(written)),
        None => format!("{prefix}:{native}"),
    }
}

/// Cleaned like all text, trimmed.
pub(crate) fn native(text: &str) -> Cow<'_, str> {
    text::clean(text.trim()).0
}

/// The platforms of the schema.
pub(crate) fn platforms() -> &'static [&'static str] {
    match schema_of("posts").and_then(|posts| posts.column("platform")).map(|column| column.kind) {
        Some(ColumnType::Enum(words)) => words,
        _ => &[],
    }
}

/// The platform's word of the schema, if it is one.
pub(crate) fn platform(name: &str) -> Option<&'static str> {
    platforms().iter().find(|known| **known == name).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn q3_scientific_ids_are_told_from_hexadecimal_ones() {
        for id in ["7.02874E+17", "7E+17", "7,02874E+17", "1.0e17"] {
            assert!(is_scientific(id), "{id}");
        }
        for id in ["702874", "1e5a", "12e34567", "deadbeef", "E+17", "", "a1.5e3"] {
            assert!(!is_scientific(id), "{id}");
        }
    }

    #[test]
    fn q5_the_digits_of_an_id_with_a_fraction_are_kept() {
        assert_eq!(without_fraction("800000000000000001.0"), ("800000000000000001", true));
        assert_eq!(without_fraction("v1.0"), ("v1.0", false));
        assert_eq!(without_fraction("12"), ("12", false));
    }

    #[test]
    fn q25_a_deleted_author_is_no_account() {
        assert_eq!(missing_author("[deleted]"), Some("deleted"));
        assert_eq!(missing_author("[removed]"), Some("removed"));
        assert_eq!(missing_author(""), Some("unknown"));
        assert_eq!(missing_author("someone"), None);
    }

    #[test]
    fn handles_are_folded_in_ids_and_numbers_are_kept() {
        assert_eq!(prefixed("x", "@Some_One"), "x:@some_one");
        assert_eq!(prefixed("x", "0042"), "x:0042");
    }
}
