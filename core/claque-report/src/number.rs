//! Numbers and times as people read them.

use chrono::{DateTime, Utc};

/// What stands where a number is not known.
const UNKNOWN: &str = "–";

/// `12,345`.
pub(crate) fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 group`, `2 groups`.
pub(crate) fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(n), if n == 1 { one } else { many })
}

/// A p-value: `0.42`, `0.003`, `1e-7`. Tails under 1e-15 are not told apart.
pub(crate) fn p_value(p: f64) -> String {
    match p {
        p if !p.is_finite() => UNKNOWN.to_owned(),
        p if p < 1e-15 => "<1e-15".to_owned(),
        p if p < 0.000_95 => format!("{p:.0e}"),
        p if p < 0.095 => format!("{p:.3}").trim_end_matches('0').to_owned(),
        p => format!("{p:.2}"),
    }
}

/// Evidence in nats, with its sign.
pub(crate) fn nats(nats: f64) -> String {
    match nats {
        n if !n.is_finite() => UNKNOWN.to_owned(),
        n if n.abs() < 0.05 => "0.0".to_owned(),
        n if n < 0.0 => format!("−{:.1}", -n),
        n => format!("+{n:.1}"),
    }
}

/// A score: two decimals.
pub(crate) fn score(score: f64) -> String {
    if score.is_finite() { format!("{:.2}", score.max(0.0)) } else { UNKNOWN.to_owned() }
}

/// A share as whole percent; what is there but under one half percent is not called 0.
pub(crate) fn percent(share: f64) -> String {
    match share {
        s if !s.is_finite() => UNKNOWN.to_owned(),
        s if s > 0.0 && s < 0.005 => "<1 %".to_owned(),
        s if s < 1.0 && s > 0.995 => ">99 %".to_owned(),
        // adding zero takes the sign off a negative zero
        s => format!("{:.0} %", s * 100.0 + 0.0),
    }
}

/// A share as percent to the tenth, for ends of intervals.
pub(crate) fn fine_percent(share: f64) -> String {
    // adding zero takes the sign off a negative zero
    if share.is_finite() { format!("{:.1} %", share * 100.0 + 0.0) } else { UNKNOWN.to_owned() }
}

/// A measure: three decimals.
pub(crate) fn decimals(value: f64) -> String {
    if value.is_finite() { format!("{:.3}", value + 0.0) } else { UNKNOWN.to_owned() }
}

/// A statistic of unknown size: three significant digits.
pub(crate) fn quantity(value: f64) -> String {
    let size = value.abs();
    let sign = if value < 0.0 { "−" } else { "" };
    match size {
        s if !s.is_finite() => UNKNOWN.to_owned(),
        0.0 => "0".to_owned(),
        s if !(1e-3..1e9).contains(&s) => format!("{sign}{s:.1e}"),
        s if s >= 99.5 || (s.fract() == 0.0 && s >= 1.0) => format!("{sign}{}", count(s.round() as u64)),
        s if s >= 9.95 => format!("{sign}{s:.1}"),
        s if s >= 0.995 => format!("{sign}{s:.2}"),
        s => format!("{sign}{s:.3}"),
    }
}

fn utc(micros: i64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_micros(micros)
}

/// `2024-06-03 14:05:07`, UTC.
pub(crate) fn time(micros: i64) -> String {
    utc(micros).map_or_else(|| UNKNOWN.to_owned(), |t| t.format("%Y-%m-%d %H:%M:%S").to_string())
}

/// `3 Jun 2024`, UTC.
pub(crate) fn day(micros: i64) -> String {
    utc(micros).map_or_else(|| UNKNOWN.to_owned(), |t| t.format("%-d %b %Y").to_string())
}

/// A tick of an axis that spans so many microseconds.
pub(crate) fn tick(micros: i64, span: i64) -> String {
    let format = match span / 86_400_000_000 {
        0..=3 => "%-d %b %H:%M",
        4..=300 => "%-d %b",
        _ => "%b %Y",
    };
    utc(micros).map_or_else(|| UNKNOWN.to_owned(), |t| t.format(format).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped_by_thousands() {
        let written: Vec<String> = [0, 999, 1000, 12_345, 1_234_567].into_iter().map(count).collect();
        assert_eq!(written, ["0", "999", "1,000", "12,345", "1,234,567"]);
        assert_eq!(counted(1, "group", "groups"), "1 group");
    }

    #[test]
    fn p_values_keep_their_order_of_magnitude() {
        let written: Vec<String> =
            [1.0, 0.42, 0.05, 0.003, 0.001, 0.0009, 1.2e-7, 3e-16, 0.0, f64::NAN].into_iter().map(p_value).collect();
        assert_eq!(written, ["1.00", "0.42", "0.05", "0.003", "0.001", "9e-4", "1e-7", "<1e-15", "<1e-15", "–"]);
    }

    #[test]
    fn nats_have_one_decimal_and_a_sign() {
        let written: Vec<String> = [2.34, -0.7, 0.01, -0.01].into_iter().map(nats).collect();
        assert_eq!(written, ["+2.3", "−0.7", "0.0", "0.0"]);
    }

    #[test]
    fn shares_never_round_to_none_or_all() {
        let written: Vec<String> = [0.0, -0.0, 0.004, 0.5, 0.999, 1.0].into_iter().map(percent).collect();
        assert_eq!(written, ["0 %", "0 %", "<1 %", "50 %", ">99 %", "100 %"]);
    }

    #[test]
    fn quantities_have_three_digits() {
        let written: Vec<String> =
            [0.0, 34.0, 2.149, 12.34, 0.0812, 1234.5, 4.2e-5, -3.0, 2e12].into_iter().map(quantity).collect();
        assert_eq!(written, ["0", "34", "2.15", "12.3", "0.081", "1,235", "4.2e-5", "−3", "2.0e12"]);
    }

    #[test]
    fn times_are_utc() {
        assert_eq!(time(1_717_423_507_000_000), "2024-06-03 14:05:07");
        assert_eq!(day(1_717_423_507_000_000), "3 Jun 2024");
        assert_eq!(tick(1_717_423_507_000_000, 86_400_000_000), "3 Jun 14:05");
        assert_eq!(time(i64::MAX), "–");
    }
}
