//! Text that others wrote, made safe to look at: control and direction characters become visible, links
//! lose what makes them work, markup loses its meaning.

use std::fmt::Write;

/// Longest id that is printed.
pub(crate) const MAX_ID: usize = 200;
/// Longest text that is printed.
pub(crate) const MAX_TEXT: usize = 400;

/// The text with invisible characters written out, cut after `max` characters.
///
/// Control characters could drive a terminal, direction overrides could make a text read differently from
/// what it says; whoever judges a post must see them. Line breaks become spaces.
pub(crate) fn visible(text: &str, max: usize) -> String {
    let mut out = String::with_capacity(text.len().min(4 * max));
    let mut characters = text.trim().chars();
    for c in characters.by_ref().take(max) {
        match c {
            '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => out.push(' '),
            c if is_hidden(c) => {
                write!(out, "⟨U+{:04X}⟩", c as u32).expect("writing to a string cannot fail");
            }
            c => out.push(c),
        }
    }
    if characters.next().is_some() {
        out.push('…');
    }
    out
}

fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{061C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}')
        || matches!(c, '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}')
}

/// Every address with a scheme, written so that nothing can follow it: `hxxps://news[.]example/a`.
pub(crate) fn defang(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = (&rest[..at], &rest[at + 3..]);
        let scheme = scheme_at_end(before);
        let end = after.find(ends_host).unwrap_or(after.len());
        // what looks like a host may be the scheme of a next address
        let next = after.find("://").map_or(end, |at| at - scheme_at_end(&after[..at]).len());
        let host = &after[..end.min(next)];
        out.push_str(&before[..before.len() - scheme.len()]);
        out.push_str(&disarmed(scheme));
        out.push_str("://");
        out.push_str(&without_dots(host));
        rest = &after[host.len()..];
    }
    out.push_str(rest);
    without_code_schemes(&out)
}

fn scheme_at_end(text: &str) -> &str {
    text.rfind(|c: char| !c.is_ascii_alphanumeric() && c != '+').map_or(text, |cut| {
        let width = text[cut..].chars().next().map_or(1, char::len_utf8);
        &text[cut + width..]
    })
}

/// A link target, which may lack its scheme: `news.example/a` becomes `news[.]example/a`.
pub(crate) fn defang_target(target: &str) -> String {
    let target = defang(target);
    let host = &target[..target.find(ends_host).unwrap_or(target.len())];
    let looks_like_host = host
        .rsplit_once('.')
        .is_some_and(|(name, top)| !name.is_empty() && top.len() >= 2 && top.chars().all(char::is_alphabetic));
    if looks_like_host { format!("{}{}", without_dots(host), &target[host.len()..]) } else { target }
}

/// What is defanged stays as it is, so that passing through twice does no harm.
fn without_dots(host: &str) -> String {
    host.replace("[.]", ".").replace('.', "[.]")
}

/// Defanged text for an element or a quoted attribute of HTML and SVG.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in defang(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// Escaped text whose pairs of backticks have become code.
pub(crate) fn with_code(text: &str) -> String {
    let escaped = escape(text);
    let parts: Vec<&str> = escaped.split('`').collect();
    let mut out = String::with_capacity(escaped.len() + 16);
    for (at, part) in parts.iter().enumerate() {
        match (at % 2 == 1, at + 1 < parts.len()) {
            (false, _) => out.push_str(part),
            (true, true) => out.extend(["<code>", part, "</code>"]),
            (true, false) => out.extend(["`", part]),
        }
    }
    out
}

fn ends_host(c: char) -> bool {
    c.is_whitespace() || matches!(c, '/' | '?' | '#' | '"' | '\'' | '<' | '>' | ')' | '⟨')
}

fn disarmed(scheme: &str) -> String {
    match scheme.to_ascii_lowercase().as_str() {
        "http" => "hxxp".to_owned(),
        "https" => "hxxps".to_owned(),
        "" | "hxxp" | "hxxps" => scheme.to_owned(),
        _ => format!("{scheme}[:]"),
    }
}

fn without_code_schemes(text: &str) -> String {
    let mut out = text.to_owned();
    for scheme in ["javascript:", "vbscript:", "data:"] {
        let mut from = 0;
        while let Some(at) = out[from..].to_ascii_lowercase().find(scheme) {
            let colon = from + at + scheme.len() - 1;
            out.replace_range(colon..=colon, "[:]");
            from = colon + 3;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_written_out() {
        assert_eq!(visible("pay\u{202e}fdp.exe", 99), "pay⟨U+202E⟩fdp.exe");
        assert_eq!(visible("a\0b\x1b[31m", 99), "a⟨U+0000⟩b⟨U+001B⟩[31m");
        assert_eq!(visible("two\r\nlines ", 99), "two  lines");
    }

    #[test]
    fn joiners_that_scripts_and_emoji_need_stay() {
        assert_eq!(visible("می\u{200c}خواهم 👩\u{200d}🌾", 99), "می\u{200c}خواهم 👩\u{200d}🌾");
    }

    #[test]
    fn a_long_text_is_cut_and_says_so() {
        assert_eq!(visible("äöüß", 3), "äöü…");
        assert_eq!(visible("äöü", 3), "äöü");
    }

    #[test]
    fn addresses_lose_scheme_and_dots() {
        assert_eq!(defang("see https://a.example.test/x.html now"), "see hxxps://a[.]example[.]test/x.html now");
        assert_eq!(defang("HTTP://A.TEST"), "hxxp://A[.]TEST");
        assert_eq!(defang("(éhttps://a.test)https://b.test"), "(éhxxps://a[.]test)hxxps://b[.]test");
        assert_eq!(defang("ftp://a.test/"), "ftp[:]://a[.]test/");
        assert_eq!(defang("web:https://a.test/1"), "web:hxxps://a[.]test/1");
        assert_eq!(defang("no address. at: all"), "no address. at: all");
        assert_eq!(defang("://"), "://");
        assert_eq!(defang("://http://a.test"), "://hxxp://a[.]test");
        assert_eq!(defang("https://https://a.test"), "hxxps://hxxps://a[.]test");
    }

    proptest::proptest! {
        #[test]
        fn no_address_survives_and_twice_is_once(text in r"(https?|ftp|data|javascript|a|é|:|//|/|\.| |\[|\]|x|test){0,14}") {
            let once = defang(&text);
            proptest::prop_assert!(!once.contains("http://") && !once.contains("https://"), "{once}");
            proptest::prop_assert!(!once.contains("javascript:") && !once.contains("data:"), "{once}");
            proptest::prop_assert_eq!(defang(&once), once);
        }
    }

    #[test]
    fn backticks_become_code_and_markup_stays_text() {
        assert_eq!(with_code("needs `a<b>` and `c"), "needs <code>a&lt;b&gt;</code> and `c");
        assert_eq!(escape(r#""><img onerror='x'>&"#), "&quot;&gt;&lt;img onerror=&#39;x&#39;&gt;&amp;");
    }

    #[test]
    fn code_in_an_address_is_taken_apart() {
        assert_eq!(defang("JavaScript:alert(1) data:text/html"), "JavaScript[:]alert(1) data[:]text/html");
    }

    #[test]
    fn a_target_without_scheme_loses_its_dots() {
        assert_eq!(defang_target("news.example.test/a.html"), "news[.]example[.]test/a.html");
        assert_eq!(defang_target("#vote > #now"), "#vote > #now");
        assert_eq!(defang_target("x:1234"), "x:1234");
        assert_eq!(defang_target("version 1.5"), "version 1.5");
    }
}
