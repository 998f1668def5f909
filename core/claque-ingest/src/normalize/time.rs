//! Instants out of the many ways in which times are written, with the precision that the text carries.
//! Local time exists only here.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};
use chrono_tz::Tz;
use claque_model::TimePrecision;

/// An instant of the activity tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Instant {
    pub(crate) micros: i64,
    pub(crate) precision: TimePrecision,
    /// Did the text lack a zone?
    pub(crate) zone_assumed: bool,
}

/// Unit of numeric times, decided once per column (q21).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EpochUnit {
    Seconds,
    Millis,
    Micros,
}

impl EpochUnit {
    /// The unit in which this number is a time of our days.
    pub(crate) fn of_magnitude(value: f64) -> Self {
        match value.abs() {
            value if value < 1e11 => Self::Seconds,
            value if value < 1e14 => Self::Millis,
            _ => Self::Micros,
        }
    }

    /// Whether this number can be in a column of this unit: one column has one unit, and 0 is 0 in each.
    pub(crate) fn is_of(self, value: f64) -> bool {
        value == 0.0 || Self::of_magnitude(value) == self
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Seconds => "seconds",
            Self::Millis => "milliseconds",
            Self::Micros => "microseconds",
        }
    }

    pub(crate) fn micros(self) -> i64 {
        match self {
            Self::Seconds => 1_000_000,
            Self::Millis => 1_000,
            Self::Micros => 1,
        }
    }

    fn precision(self) -> TimePrecision {
        match self {
            Self::Seconds => TimePrecision::S,
            Self::Millis => TimePrecision::Ms,
            Self::Micros => TimePrecision::Us,
        }
    }
}

/// First microsecond of 1990 and of 2101: times outside are errors of the source.
const RANGE: std::ops::Range<i64> = 631_152_000_000_000..4_133_980_800_000_000;

/// Is the time in the range of the schema?
pub(crate) fn in_range(micros: i64) -> bool {
    RANGE.contains(&micros)
}

/// A number of seconds, milliseconds or microseconds since 1970, exact to the microsecond.
pub(crate) fn epoch(text: &str, unit: EpochUnit) -> Option<(i64, TimePrecision)> {
    let text = text.trim();
    if text.contains(['e', 'E']) {
        let value: f64 = text.parse().ok()?;
        let micros = value * unit.micros() as f64;
        return (micros.abs() < 9e18).then(|| (micros.round() as i64, unit.precision()));
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let is_negative = whole.starts_with('-');
    let whole: i64 = whole.parse().ok()?;
    let scale = unit.micros();
    let digits = scale.ilog10() as usize;
    let mut part = 0_i64;
    for at in 0..digits {
        part = part * 10 + fraction.as_bytes().get(at).map_or(0, |b| i64::from(b - b'0'));
    }
    let micros = whole.checked_mul(scale)?.checked_add(if is_negative { -part } else { part })?;
    let significant = fraction.trim_end_matches('0').len();
    let precision = match (unit, significant) {
        (_, 0) => unit.precision(),
        (EpochUnit::Seconds, 1..=3) => TimePrecision::Ms,
        _ => TimePrecision::Us,
    };
    Some((micros, precision))
}

/// A written date and time; those without a zone are read in `zone`.
pub(crate) fn written(text: &str, zone: Tz) -> Option<Instant> {
    let text = text.trim();
    if text.len() > 64 {
        return None;
    }
    iso(text, zone).or_else(|| with_month_name(text))
}

fn iso(text: &str, zone: Tz) -> Option<Instant> {
    let (date, rest) = leading_date(text)?;
    let rest = rest.trim_start_matches([' ', 'T', 't', ',']);
    if rest.is_empty() {
        let micros = zone.from_local_datetime(&date.and_time(NaiveTime::MIN)).earliest()?.timestamp_micros();
        return Some(Instant { micros, precision: TimePrecision::Day, zone_assumed: true });
    }
    let end = rest.find(|c: char| !(c.is_ascii_digit() || matches!(c, ':' | '.' | ','))).unwrap_or(rest.len());
    let (time, offset) = rest.split_at(end);
    let (time, precision) = clock(time)?;
    let local = date.and_time(time);
    let (micros, zone_assumed) = match offset.trim() {
        "" => (in_zone(local, zone)?, true),
        offset => (local.and_utc().timestamp_micros() - offset_micros(offset)?, false),
    };
    Some(Instant { micros, precision, zone_assumed })
}

/// `YYYY-MM-DD`, `YYYY/MM/DD`, `DD.MM.YYYY`; days and months with slashes in front are ambiguous.
fn leading_date(text: &str) -> Option<(NaiveDate, &str)> {
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '-' | '/' | '.'))).unwrap_or(text.len());
    let (date, rest) = text.split_at(end);
    let separator = date.chars().find(|c| !c.is_ascii_digit())?;
    let mut parts = date.split(separator);
    let (a, b, c) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let (year, month, day) = match separator {
        '-' | '/' if a.len() == 4 => (a, b, c),
        '.' if c.len() == 4 => (c, b, a),
        _ => return None,
    };
    Some((NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)?, rest))
}

fn clock(text: &str) -> Option<(NaiveTime, TimePrecision)> {
    let mut parts = text.split(':');
    let hour: u32 = parts.next()?.parse().ok()?;
    let minute: u32 = parts.next()?.parse().ok()?;
    let Some(seconds) = parts.next() else {
        return Some((NaiveTime::from_hms_opt(hour, minute, 0)?, TimePrecision::Min));
    };
    if parts.next().is_some() {
        return None;
    }
    let (whole, fraction) = seconds.split_once(['.', ',']).unwrap_or((seconds, ""));
    let micros = (0..6)
        .try_fold(0_u32, |sum, at| Some(sum * 10 + fraction.chars().nth(at).map_or(Some(0), |c| c.to_digit(10))?))?;
    let second: u32 = whole.parse().ok()?;
    // `.000` on every row carries no more than seconds; the importer cannot know less per row
    let precision = match fraction.trim_end_matches('0').len() {
        0 => TimePrecision::S,
        1..=3 => TimePrecision::Ms,
        _ => TimePrecision::Us,
    };
    Some((NaiveTime::from_hms_micro_opt(hour, minute, second.min(59), micros)?, precision))
}

/// The earlier of two instants that share a local time; none when the clocks skipped it.
fn in_zone(local: NaiveDateTime, zone: Tz) -> Option<i64> {
    zone.from_local_datetime(&local).earliest().map(|time| time.timestamp_micros())
}

fn offset_micros(text: &str) -> Option<i64> {
    if text.eq_ignore_ascii_case("z") || text.eq_ignore_ascii_case("utc") || text.eq_ignore_ascii_case("gmt") {
        return Some(0);
    }
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits: String = text[1..].chars().filter(char::is_ascii_digit).collect();
    if digits.len() + text.matches(':').count() + 1 != text.len() {
        return None;
    }
    let (hours, minutes) = match digits.len() {
        2 => (digits.parse::<i64>().ok()?, 0),
        4 => (digits[..2].parse().ok()?, digits[2..].parse().ok()?),
        _ => return None,
    };
    (hours <= 18 && minutes < 60).then_some(sign * (hours * 60 + minutes) * 60_000_000)
}

/// `Wed Aug 27 13:08:45 +0000 2008` and RFC 2822.
fn with_month_name(text: &str) -> Option<Instant> {
    let time = DateTime::parse_from_str(text, "%a %b %d %H:%M:%S %z %Y")
        .or_else(|_| DateTime::parse_from_rfc2822(text))
        .ok()?;
    Some(Instant { micros: time.timestamp_micros(), precision: TimePrecision::S, zone_assumed: false })
}

/// RFC 3339 with `Z`, with as many digits as the precision says, or as the value needs.
pub(crate) fn rfc3339(micros: i64, precision: Option<TimePrecision>) -> Option<String> {
    let digits = match precision {
        Some(TimePrecision::Us) => 6,
        Some(TimePrecision::Ms) if micros % 1_000 == 0 => 3,
        Some(_) | None if micros % 1_000_000 == 0 => 0,
        _ if micros % 1_000 == 0 => 3,
        _ => 6,
    };
    let format = match digits {
        0 => "%Y-%m-%dT%H:%M:%SZ",
        3 => "%Y-%m-%dT%H:%M:%S%.3fZ",
        _ => "%Y-%m-%dT%H:%M:%S%.6fZ",
    };
    DateTime::from_timestamp_micros(micros).map(|time| time.format(format).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    // 2024-05-01T12:00:00Z
    const NOON: i64 = 1_714_564_800_000_000;

    fn check(text: &str, micros: i64, precision: TimePrecision, zone_assumed: bool) {
        assert_eq!(written(text, Tz::UTC), Some(Instant { micros, precision, zone_assumed }), "{text}");
    }

    #[test]
    fn written_times_carry_their_precision() {
        check("2024-05-01T12:00:00Z", NOON, TimePrecision::S, false);
        check("2024-05-01T14:00:00+02:00", NOON, TimePrecision::S, false);
        check("2024-05-01 07:00:00.250-0500", NOON + 250_000, TimePrecision::Ms, false);
        check("2024-05-01T12:00:00.000Z", NOON, TimePrecision::S, false);
        check("2024-05-01 12:00:00.000001", NOON + 1, TimePrecision::Us, true);
        check("2024-05-01 12:00", NOON, TimePrecision::Min, true);
        check("01.05.2024 12:00", NOON, TimePrecision::Min, true);
        check("2024-05-01", NOON - 43_200_000_000, TimePrecision::Day, true);
        check("Wed May 01 12:00:00 +0000 2024", NOON, TimePrecision::S, false);
        check("Wed, 01 May 2024 12:00:00 GMT", NOON, TimePrecision::S, false);
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "absent",
            "2024-13-02",
            "2024-05-01 25:00",
            "05/01/2024",
            "yesterday",
            "2024-05-01 12:00 EDT",
            "ä",
            "1-2-3-4",
        ] {
            assert_eq!(written(text, Tz::UTC), None, "{text}");
        }
    }

    #[test]
    fn q19_naive_times_are_read_in_the_zone_given() {
        let berlin = |text| written(text, Tz::Europe__Berlin).map(|time| time.micros);
        assert_eq!(berlin("2024-05-01 14:00:00"), Some(NOON));
        // the hour that the clocks skipped in spring, and the one that came twice in autumn
        assert_eq!(berlin("2024-03-31 02:30:00"), None);
        assert_eq!(berlin("2024-10-27 02:30:00"), written("2024-10-27T00:30:00Z", Tz::UTC).map(|time| time.micros));
    }

    #[test]
    fn q21_epoch_numbers_are_exact_in_their_unit() {
        assert_eq!(epoch("1714564800", EpochUnit::Seconds), Some((NOON, TimePrecision::S)));
        assert_eq!(epoch("1714564800.0", EpochUnit::Seconds), Some((NOON, TimePrecision::S)));
        assert_eq!(epoch("1714564800.1234567", EpochUnit::Seconds), Some((NOON + 123_456, TimePrecision::Us)));
        assert_eq!(epoch("-0.5", EpochUnit::Seconds), Some((-500_000, TimePrecision::Ms)));
        assert_eq!(epoch("1714564800001", EpochUnit::Millis), Some((NOON + 1_000, TimePrecision::Ms)));
        assert_eq!(epoch("yesterday", EpochUnit::Seconds), None);
        assert_eq!(epoch("99999999999999999999", EpochUnit::Seconds), None);
        assert_eq!(EpochUnit::of_magnitude(1_714_564_800_000.0), EpochUnit::Millis);
        assert_eq!(EpochUnit::of_magnitude(1.7e15), EpochUnit::Micros);
        assert_eq!(EpochUnit::of_magnitude(60.0), EpochUnit::Seconds);
    }

    #[test]
    fn times_are_written_with_the_digits_of_their_precision() {
        assert_eq!(rfc3339(NOON, Some(TimePrecision::Us)).as_deref(), Some("2024-05-01T12:00:00.000000Z"));
        assert_eq!(rfc3339(NOON, Some(TimePrecision::Min)).as_deref(), Some("2024-05-01T12:00:00Z"));
        assert_eq!(rfc3339(NOON + 1, None).as_deref(), Some("2024-05-01T12:00:00.000001Z"));
        assert_eq!(rfc3339(NOON + 1_000, None).as_deref(), Some("2024-05-01T12:00:00.001Z"));
    }

    #[test]
    fn the_range_of_years_is_1990_to_2100() {
        let at = |text| written(text, Tz::UTC).expect("a time").micros;
        assert!(!in_range(at("1989-12-31T23:59:59Z")));
        assert!(in_range(at("1990-01-01T00:00:00Z")));
        assert!(in_range(at("2100-12-31T23:59:59Z")));
        assert!(!in_range(at("2101-01-01T00:00:00Z")));
    }
}
