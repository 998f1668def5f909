//! Counts, fractions and truth values as people and spreadsheets write them.

/// Words that stand for "unknown" (q17).
#[must_use]
pub(crate) fn is_unknown(text: &str) -> bool {
    text.is_empty()
        || text == "-"
        || ["n/a", "na", "none", "nan", "null", "absent"].iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// A count, and whether it was an abbreviation such as `1.2K`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) value: i64,
    pub(crate) is_rounded: bool,
}

/// Reads a count; `Ok(None)` is unknown, -1 among it (q17, q18, a6).
pub(crate) fn count(text: &str, decimal_comma: bool) -> Result<Option<Count>, ()> {
    let text = text.trim();
    if is_unknown(text) {
        return Ok(None);
    }
    let (digits, factor) = match text.char_indices().next_back() {
        Some((at, 'k' | 'K')) => (&text[..at], 1e3),
        Some((at, 'm' | 'M')) => (&text[..at], 1e6),
        Some((at, 'b' | 'B')) => (&text[..at], 1e9),
        _ => (text, 1.0),
    };
    let is_rounded = factor > 1.0;
    if let (false, Ok(value)) = (is_rounded, digits.parse::<i64>()) {
        return known(value, false);
    }
    let plain = plain_number(digits.trim_end(), decimal_comma).ok_or(())?;
    let value = plain.parse::<f64>().map_err(|_| ())? * factor;
    // a count has no fraction unless it was abbreviated; 2^53 is where floats lose units
    if !value.is_finite() || value.abs() > 9e15 || (value.fract() != 0.0 && !is_rounded) {
        return Err(());
    }
    known(value.round() as i64, is_rounded)
}

fn known(value: i64, is_rounded: bool) -> Result<Option<Count>, ()> {
    match value {
        -1 => Ok(None),
        value if value < 0 => Err(()),
        value => Ok(Some(Count { value, is_rounded })),
    }
}

/// Reads a number with a fraction; `Ok(None)` is unknown (a7, q6).
pub(crate) fn fraction(text: &str, decimal_comma: bool) -> Result<Option<f64>, ()> {
    let text = text.trim();
    if is_unknown(text) {
        return Ok(None);
    }
    let plain = plain_number(text, decimal_comma).ok_or(())?;
    plain.parse().ok().filter(|value: &f64| value.is_finite()).map(Some).ok_or(())
}

/// Without thousands separators, with a point for the fraction.
fn plain_number(text: &str, decimal_comma: bool) -> Option<String> {
    let (thousands, point) = if decimal_comma { ('.', ',') } else { (',', '.') };
    let (whole, fraction) = text.split_once(point).unwrap_or((text, ""));
    let spaces = |c: char| matches!(c, ' ' | '\'' | '\u{a0}' | '\u{202f}');
    let separated = |c: char| c == thousands || spaces(c);
    if whole.contains(separated) {
        let mut groups = whole.trim_start_matches('-').split(separated);
        let first = groups.next()?;
        if first.is_empty() || first.len() > 3 || groups.any(|group| group.len() != 3) {
            return None;
        }
    }
    let whole: String = whole.chars().filter(|c| !separated(*c)).collect();
    Some(if fraction.is_empty() { whole } else { format!("{whole}.{fraction}") })
}

/// Reads a truth value; `Ok(None)` is unknown (q26).
pub(crate) fn truth(text: &str) -> Result<Option<bool>, ()> {
    let text = text.trim();
    if is_unknown(text) {
        return Ok(None);
    }
    let is = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is(&["true", "t", "yes", "y", "1", "1.0"]) {
        Ok(Some(true))
    } else if is(&["false", "f", "no", "n", "0", "0.0"]) {
        Ok(Some(false))
    } else {
        Err(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Result<Option<i64>, ()> {
        count(text, false).map(|count| count.map(|c| c.value))
    }

    #[test]
    fn q17_words_for_unknown_are_null_and_zero_is_a_measurement() {
        for word in ["", "N/A", "-", "None", "nan", "absent", "NULL", "-1"] {
            assert_eq!(value(word), Ok(None), "{word}");
        }
        assert_eq!(value("0"), Ok(Some(0)));
        assert_eq!(value("-2"), Err(()));
        assert_eq!(value("many"), Err(()));
    }

    #[test]
    fn q18_separated_and_abbreviated_counts_are_read() {
        assert_eq!(value("1,234,567"), Ok(Some(1_234_567)));
        assert_eq!(value("1 234"), Ok(Some(1234)));
        assert_eq!(count("1.2K", false), Ok(Some(Count { value: 1200, is_rounded: true })));
        assert_eq!(count("3M", false), Ok(Some(Count { value: 3_000_000, is_rounded: true })));
        assert_eq!(value("12,34"), Err(()));
        assert_eq!(value("0.5"), Err(()));
    }

    #[test]
    fn a6_counts_written_as_floats_are_whole() {
        assert_eq!(value("2.0"), Ok(Some(2)));
        assert_eq!(value("9007199254740993"), Ok(Some(9_007_199_254_740_993)));
    }

    #[test]
    fn q6_decimal_comma() {
        assert_eq!(fraction("51,5", true), Ok(Some(51.5)));
        assert_eq!(fraction("1.051,5", true), Ok(Some(1051.5)));
        assert_eq!(fraction("51.5", false), Ok(Some(51.5)));
        assert_eq!(fraction("inf", false), Err(()));
    }

    #[test]
    fn q26_truth_values() {
        for word in ["True", "TRUE", "1", "t", "yes"] {
            assert_eq!(truth(word), Ok(Some(true)), "{word}");
        }
        for word in ["False", "0", "no"] {
            assert_eq!(truth(word), Ok(Some(false)), "{word}");
        }
        assert_eq!(truth("perhaps"), Err(()));
        assert_eq!(truth(""), Ok(None));
    }
}
