//! What is left of a post when everything that varies between copies is dropped: case, width, links, mentions,
//! emoji, invisible characters. No comparison here.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

/// Stands where an emoji was until mentions are found: `tide🚢@name` holds a mention, `tide@name` an address.
const WAS_EMOJI: char = '\u{FFFC}';

/// NFKC, lower case; URLs, mentions, emoji and invisible characters dropped, white space folded to single spaces.
///
/// Emoji go before NFKC, which would spell some of them out. Works without word boundaries, for languages that
/// have no spaces. O(length).
pub(crate) fn clean(text: &str) -> String {
    if text.is_ascii() {
        return without_names(&text.to_ascii_lowercase());
    }
    let seen = text.chars().filter(|&c| !is_invisible(c)).map(|c| if is_emoji(c) { WAS_EMOJI } else { c });
    let normal: String = match is_nfkc_quick(seen.clone()) {
        IsNormalized::Yes => seen.collect(),
        IsNormalized::No | IsNormalized::Maybe => seen.nfkc().collect(),
    };
    without_names(&normal.to_lowercase())
}

fn without_names(normal: &str) -> String {
    let mut cleaned = String::with_capacity(normal.len());
    let mut rest = normal;
    let mut before = ' ';
    while let Some(next) = rest.chars().next() {
        if let Some(skipped) = url_length(rest, before).or_else(|| mention_length(rest, before)) {
            rest = &rest[skipped..];
            before = ' ';
            continue;
        }
        if is_blank(next) {
            if !cleaned.is_empty() && !cleaned.ends_with(' ') {
                cleaned.push(' ');
            }
        } else if next != WAS_EMOJI && !next.is_control() {
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

/// White space, and the empty Braille cell that stands in for it.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{2800}'
}

/// Emoji and pictograms in the blocks that hold them, with arrows, boxes and shapes as D3lta drops them. Letters in
/// squares (U+1F100 to U+1F16F) are letters: NFKC spells them.
fn is_emoji(c: char) -> bool {
    matches!(u32::from(c),
        0xA9 | 0xAE | 0x203C | 0x2049 | 0x20E3 | 0x2122 | 0x2139 | 0x2190..=0x21FF | 0x2300..=0x23FF
        | 0x24C2 | 0x2500..=0x27BF | 0x2900..=0x297F | 0x2B00..=0x2BFF | 0x3030 | 0x303D | 0x3297 | 0x3299
        | 0x1F000..=0x1F0FF | 0x1F170..=0x1FAFF)
}

/// What shows nothing and only keeps equal texts apart: Default_Ignorable_Code_Point of Unicode 16 (joiners, zero
/// width spaces, marks of direction, variation selectors, tags, fillers), the Arabic stretch, noncharacters.
fn is_invisible(c: char) -> bool {
    let code = u32::from(c);
    matches!(code,
        0xAD | 0x034F | 0x061C | 0x0640 | 0x115F | 0x1160 | 0x17B4 | 0x17B5 | 0x180B..=0x180F | 0x200B..=0x200F
        | 0x202A..=0x202E | 0x2060..=0x206F | 0x3164 | 0xFDD0..=0xFDEF | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0
        | 0xFFF0..=0xFFFB | 0x1BCA0..=0x1BCA3 | 0x1D173..=0x1D17A | 0xE0000..=0xE0FFF)
        || code & 0xFFFE == 0xFFFE
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
            "𝐓𝐡𝐞 𝘧𝘦𝘳𝘳𝘺 to Quayham is free today 👩🏽‍🚀👨‍👩‍👧🇧🇪🏴\u{E0067}\u{E0062}\u{E007F}❤️",
            "the ferry🚢@reader to Quayham is free today",
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
    fn marks_that_show_nothing_do_not_keep_copies_apart() {
        for (hidden, plain) in [
            ("the bal\u{200B}lots\u{FEFF} are cou\u{AD}nted\u{2060}", "the ballots are counted"),
            ("\u{202B}النتائج\u{200F} مز\u{640}\u{640}ورة\u{202C}", "النتائج مزورة"),
            ("\u{2067}תוצאות\u{2069} הבחירות", "תוצאות הבחירות"),
            ("می\u{200C}خواهم", "میخواهم"),
            ("投\u{180E}票\u{3164}結果", "投票結果"),
            ("ten\u{2800}ships\u{7}\u{FFFF}\u{10FFFF}", "ten ships"),
        ] {
            assert_eq!(clean(hidden), plain);
        }
    }

    #[test]
    fn letters_of_every_script_and_unassigned_code_points_stay() {
        for text in ["งานเลี้ยง", "हिन्दी में", "ক্ষমতা", "한국어", "ꙮ", "\u{2FE0}\u{EFFFD}a", "\u{1F150}"]
        {
            assert!(!clean(text).is_empty(), "{text:?}");
        }
        assert_eq!(clean(" \u{200D}🙂\n"), "");
    }
}
