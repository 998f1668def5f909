//! Durations as people write them, time windows, and the precision of times.

use std::fmt;
use thiserror::Error;

/// A time window for co-action: |Δt| ≤ width, both directions, inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeWindow(i64);

/// What is wrong with a written duration.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum WindowError {
    /// Not a number with a unit.
    #[error("`{0}` is not a duration (write `10s`, `5m`, `1h`, `30d`)")]
    NotADuration(String),
    /// Outside 1 second to 30 days.
    #[error("window `{0}` must be between 1s and 30d")]
    OutOfRange(String),
}

impl TimeWindow {
    /// A window of this many microseconds.
    ///
    /// # Errors
    /// Outside 1 second to 30 days.
    pub fn from_micros(micros: i64) -> Result<Self, WindowError> {
        if (1_000_000..=30 * 86_400 * 1_000_000).contains(&micros) {
            Ok(Self(micros))
        } else {
            Err(WindowError::OutOfRange(format_duration(micros)))
        }
    }

    /// Reads `10s`, `5m`, `1h`, `2d`.
    ///
    /// # Errors
    /// Not a duration, or outside 1 second to 30 days.
    pub fn parse(text: &str) -> Result<Self, WindowError> {
        Self::from_micros(parse_duration(text)?)
    }

    /// Width in microseconds.
    #[must_use]
    pub fn micros(self) -> i64 {
        self.0
    }

    /// Width in seconds.
    #[must_use]
    pub fn seconds(self) -> f64 {
        self.0 as f64 / 1e6
    }
}

impl fmt::Display for TimeWindow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&format_duration(self.0))
    }
}

/// Reads a duration (`500ms`, `10s`, `5m`, `1.5h`, `2d`) into microseconds.
///
/// # Errors
/// No number, no known unit, or not finite.
pub fn parse_duration(text: &str) -> Result<i64, WindowError> {
    let wrong = || WindowError::NotADuration(text.to_owned());
    let trimmed = text.trim();
    let split = trimmed.find(|c: char| c.is_ascii_alphabetic()).ok_or_else(wrong)?;
    let (number, unit) = trimmed.split_at(split);
    let factor = match unit {
        "us" => 1.0,
        "ms" => 1e3,
        "s" => 1e6,
        "m" | "min" => 60e6,
        "h" => 3600e6,
        "d" => 86_400e6,
        _ => return Err(wrong()),
    };
    let value: f64 = number.trim().parse().map_err(|_| wrong())?;
    let micros = value * factor;
    if value < 0.0 || !micros.is_finite() || micros > 1e17 {
        return Err(wrong());
    }
    Ok(micros.round() as i64)
}

/// Writes microseconds with the largest unit that divides them; below two minutes in seconds, as windows are
/// spoken of.
#[must_use]
pub fn format_duration(micros: i64) -> String {
    if micros > 0 && micros < 120_000_000 && micros % 1_000_000 == 0 {
        return format!("{}s", micros / 1_000_000);
    }
    for (unit, factor) in
        [("d", 86_400_000_000), ("h", 3_600_000_000), ("m", 60_000_000), ("s", 1_000_000), ("ms", 1000)]
    {
        if micros != 0 && micros % factor == 0 {
            return format!("{}{unit}", micros / factor);
        }
    }
    format!("{micros}us")
}

/// How finely a source writes times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TimePrecision {
    /// Microseconds.
    Us,
    /// Milliseconds.
    Ms,
    /// Seconds.
    S,
    /// Minutes.
    Min,
    /// Hours.
    Hour,
    /// Days.
    Day,
}

impl TimePrecision {
    /// Reads the word used in `created_at_precision`.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "us" => Self::Us,
            "ms" => Self::Ms,
            "s" => Self::S,
            "min" => Self::Min,
            "hour" => Self::Hour,
            "day" => Self::Day,
            _ => return None,
        })
    }

    /// The word used in `created_at_precision`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Us => "us",
            Self::Ms => "ms",
            Self::S => "s",
            Self::Min => "min",
            Self::Hour => "hour",
            Self::Day => "day",
        }
    }

    /// Unit in microseconds.
    #[must_use]
    pub fn unit_micros(self) -> i64 {
        match self {
            Self::Us => 1,
            Self::Ms => 1_000,
            Self::S => 1_000_000,
            Self::Min => 60_000_000,
            Self::Hour => 3_600_000_000,
            Self::Day => 86_400_000_000,
        }
    }

    /// A test with window W needs a unit of at most W/2.
    #[must_use]
    pub fn allows(self, window: TimeWindow) -> bool {
        self.unit_micros() * 2 <= window.micros()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_as_people_write_them() {
        assert_eq!(parse_duration("10s"), Ok(10_000_000));
        assert_eq!(parse_duration("1.5h"), Ok(5_400_000_000));
        assert_eq!(parse_duration("2 d"), Ok(172_800_000_000));
        assert!(parse_duration("10").is_err());
        assert!(parse_duration("-1s").is_err());
        assert!(parse_duration("infs").is_err());
    }

    #[test]
    fn a_written_duration_reads_back() {
        for micros in [1, 1_000, 10_000_000, 90_000_000, 3_600_000_000, 86_400_000_000] {
            assert_eq!(parse_duration(&format_duration(micros)), Ok(micros));
        }
    }

    #[test]
    fn minute_data_allow_no_window_below_two_minutes() {
        let window = |text| TimeWindow::parse(text).expect("a window");
        assert!(!TimePrecision::Min.allows(window("60s")));
        assert!(TimePrecision::Min.allows(window("120s")));
        assert!(TimePrecision::S.allows(window("10s")));
    }
}
