//! Clean text, and what stands in it: addresses, hashtags and mentions.

use std::borrow::Cow;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// NFC with `\n` for line breaks and without control characters; the number of those removed (q8).
pub(crate) fn clean(text: &str) -> (Cow<'_, str>, u64) {
    let is_control = |c: char| c.is_control() && c != '\n' && c != '\t';
    let mut removed = 0;
    let mut out = Cow::Borrowed(text);
    if text.contains(is_control) {
        let unified = text.replace("\r\n", "\n").replace('\r', "\n");
        let kept: String = unified.chars().filter(|c| !is_control(*c)).collect();
        removed = (unified.chars().count() - kept.chars().count()) as u64;
        out = Cow::Owned(kept);
    }
    if is_nfc_quick(out.chars()) != IsNormalized::Yes {
        out = Cow::Owned(out.nfc().collect());
    }
    (out, removed)
}

/// A hashtag as it is compared: NFKC, case-folded, without `#` and invisible characters (q28).
pub(crate) fn tag(written: &str) -> String {
    let bare = written.trim().trim_start_matches(['#', '＃']);
    bare.nfkc().filter(|c| !is_invisible(*c)).flat_map(fold).nfkc().collect()
}

/// A handle as it stands in ids: folded, without `@` and invisible characters.
pub(crate) fn handle(written: &str) -> String {
    written.trim().trim_start_matches('@').chars().filter(|c| !is_invisible(*c)).flat_map(fold).collect()
}

/// Zero-width characters, direction marks and soft hyphens.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Full case folding by way of the upper case, which knows `ß` and the final sigma.
fn fold(c: char) -> impl Iterator<Item = char> {
    // the dotless i has no other case in folding
    let is_fixed = c == 'ı';
    let plain = is_fixed.then_some(c);
    plain.into_iter().chain((!is_fixed).then(|| c.to_uppercase().flat_map(char::to_lowercase)).into_iter().flatten())
}

/// A value as it is shown to people: cut, on one line, without anything that a terminal would obey.
pub(crate) fn shown(value: &str, most: usize) -> String {
    value.chars().take(most).map(|c| if c.is_control() || is_invisible(c) { '·' } else { c }).collect()
}

/// What a scan of a text finds, in order of appearance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found<'a> {
    Url(&'a str),
    Hashtag(&'a str),
    Mention(&'a str),
}

/// Addresses, hashtags and mentions of a text. One pass, no allocation.
pub(crate) fn scan(text: &str) -> impl Iterator<Item = Found<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < text.len() {
            let c = text[at..].chars().next()?;
            let here = at;
            at += c.len_utf8();
            let starts_word = text[..here].chars().next_back().is_none_or(|before| !is_word(before));
            let found = match c {
                'h' | 'H' | 'w' | 'W' if starts_word => address(&text[here..]).map(|url| (url.len(), Found::Url(url))),
                '#' | '＃' if starts_word && !text[..here].ends_with('&') => word(&text[at..])
                    .filter(|w| !w.chars().all(char::is_numeric))
                    .map(|w| (c.len_utf8() + w.len(), Found::Hashtag(&text[here..at + w.len()]))),
                '@' if starts_word && !text[..here].ends_with(['.', '-', '+']) => {
                    handle_at(&text[at..]).map(|w| (1 + w.len(), Found::Mention(&text[here..at + w.len()])))
                }
                _ => None,
            };
            if let Some((length, found)) = found {
                at = here + length;
                return Some(found);
            }
        }
        None
    })
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '/'
}

fn word(text: &str) -> Option<&str> {
    let is_mark = |c: char| unicode_normalization::char::is_combining_mark(c) || matches!(c, '\u{200c}' | '\u{200d}');
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_' || is_mark(c))).unwrap_or(text.len());
    (end > 0).then_some(&text[..end])
}

fn handle_at(text: &str) -> Option<&str> {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len());
    (end > 0 && end <= 64).then_some(&text[..end])
}

/// The address at the start of the text, without the punctuation of the sentence around it.
fn address(text: &str) -> Option<&str> {
    if !super::url::looks_like_url(text) {
        return None;
    }
    let end = text.find(|c: char| {
        c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | '“' | '”' | '«' | '»' | '…')
    });
    let mut url = &text[..end.unwrap_or(text.len())];
    let count = |bracket: char| url.matches(bracket).count();
    let mut surplus =
        [(')', '('), (']', '['), ('}', '{')].map(|(close, open)| (close, count(close).saturating_sub(count(open))));
    while let Some(last) = url.chars().next_back() {
        let is_outside = match surplus.iter_mut().find(|(close, _)| *close == last) {
            Some((_, 0)) => false,
            Some((_, left)) => {
                *left -= 1;
                true
            }
            None => matches!(last, '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '’' | '*' | '_' | '`'),
        };
        if !is_outside {
            break;
        }
        url = &url[..url.len() - last.len_utf8()];
    }
    // `http://…` cut off after the scheme is no address
    super::url::looks_like_url(url).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn q8_control_characters_go_and_line_breaks_stay() {
        assert_eq!(clean("a\0b\tc\r\nd\re"), ("ab\tc\nd\ne".into(), 1));
        assert_eq!(clean("e\u{301}"), ("é".into(), 0));
        assert!(matches!(clean("plain"), (Cow::Borrowed("plain"), 0)));
    }

    #[test]
    fn tags_and_handles_are_compared_without_case_and_invisible_characters() {
        assert_eq!(tag("#Straße"), "strasse");
        assert_eq!(tag("＃ＷＡＨＬ\u{200b}24"), "wahl24");
        assert_eq!(tag("ΟΔΟΣ"), tag("οδος"));
        assert_eq!(handle("@Some_\u{202e}One"), "some_one");
    }

    #[test]
    fn hostile_values_are_shown_harmless() {
        assert_eq!(shown("\u{1b}[31mred\nline\u{202e}x", 12), "·[31mred·lin");
    }

    fn found(text: &str) -> Vec<Found<'_>> {
        scan(text).collect()
    }

    #[test]
    fn a_scan_finds_addresses_tags_and_mentions_in_order() {
        use Found::{Hashtag, Mention, Url};
        assert_eq!(
            found("RT @One: see (https://a.example/b_(c)), #Vote2024 and www.b.example! #été"),
            [
                Mention("@One"),
                Url("https://a.example/b_(c)"),
                Hashtag("#Vote2024"),
                Url("www.b.example"),
                Hashtag("#été")
            ]
        );
    }

    #[test]
    fn numbers_entities_mail_and_fragments_are_no_finds() {
        assert_eq!(found("#1 &#39;x a@b.example first.last@c.example a#b http://… @ #"), []);
        assert_eq!(found("https://a.example/#top/@x"), [Found::Url("https://a.example/#top/@x")]);
    }
}
