//! Parameters of a signal: declared types, bounds and defaults, and the checking of given values.

use crate::window::{format_duration, parse_duration};
use std::collections::BTreeMap;
use thiserror::Error;

/// A checked value.
#[derive(Clone, Debug, PartialEq)]
pub enum ParamValue {
    /// `int`.
    Int(i64),
    /// `float`.
    Float(f64),
    /// `bool`.
    Bool(bool),
    /// `string` and `choice`.
    Text(String),
    /// `strings`.
    Texts(Vec<String>),
    /// `duration`, microseconds.
    Duration(i64),
    /// `datetime`, microseconds since 1970 UTC.
    Datetime(i64),
}

/// Type and bounds of a parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum ParamKind {
    /// Whole number within bounds.
    Int { min: i64, max: i64 },
    /// Finite number within bounds.
    Float { min: f64, max: f64 },
    /// True or false.
    Bool,
    /// Text of at most so many characters.
    Text { max_length: usize },
    /// One of these words.
    Choice { of: Vec<String> },
    /// At most so many texts.
    Texts { max_items: usize },
    /// Microseconds within bounds.
    Duration { min: i64, max: i64 },
    /// Microseconds since 1970 UTC.
    Datetime,
}

/// One declared parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct ParamDeclaration {
    /// Name in studies and scripts.
    pub name: String,
    /// Type and bounds.
    pub kind: ParamKind,
    /// Value when a study gives none.
    pub default: ParamValue,
    /// Unit for people, if any.
    pub unit: Option<String>,
    /// One line for people.
    pub doc: String,
}

/// Every declared parameter with its value, by name.
pub type Params = BTreeMap<String, ParamValue>;

/// Why a value is not acceptable.
#[derive(Debug, Error, PartialEq)]
pub enum ParamError {
    /// Another type.
    #[error("parameter `{name}` must be {expected}")]
    WrongType { name: String, expected: String },
    /// Outside the declared bounds.
    #[error("parameter `{name}` is {value}, must be {expected}")]
    OutOfBounds { name: String, value: String, expected: String },
    /// Not declared.
    #[error("unknown parameter `{name}` (have: {known})")]
    Unknown { name: String, known: String },
}

impl ParamKind {
    /// What a value must be, in words.
    #[must_use]
    pub fn expected(&self) -> String {
        match self {
            Self::Int { min, max } => format!("a whole number from {min} to {max}"),
            Self::Float { min, max } => format!("a number from {min} to {max}"),
            Self::Bool => "true or false".into(),
            Self::Text { max_length } => format!("a text of at most {max_length} characters"),
            Self::Choice { of } => format!("one of {}", of.join(", ")),
            Self::Texts { max_items } => format!("a list of at most {max_items} texts"),
            Self::Duration { min, max } => {
                format!("a duration from {} to {}, such as \"60s\"", format_duration(*min), format_duration(*max))
            }
            Self::Datetime => "a time such as \"2024-06-09T00:00:00Z\"".into(),
        }
    }
}

impl ParamDeclaration {
    /// Checks a value against type and bounds; a text is read as a duration where one is declared, and a
    /// whole number serves as a float.
    ///
    /// # Errors
    /// A wrong type, or outside the bounds.
    pub fn check(&self, value: ParamValue) -> Result<ParamValue, ParamError> {
        let inside = |ok: bool, value: ParamValue, shown: String| {
            if ok {
                return Ok(value);
            }
            Err(ParamError::OutOfBounds { name: self.name.clone(), value: shown, expected: self.kind.expected() })
        };
        match (&self.kind, value) {
            (ParamKind::Int { min, max }, ParamValue::Int(v)) => {
                inside((*min..=*max).contains(&v), ParamValue::Int(v), v.to_string())
            }
            (ParamKind::Float { min, max }, ParamValue::Float(v)) => {
                inside((*min..=*max).contains(&v), ParamValue::Float(v), v.to_string())
            }
            (ParamKind::Float { .. }, ParamValue::Int(v)) => self.check(ParamValue::Float(v as f64)),
            (ParamKind::Bool, ParamValue::Bool(v)) => Ok(ParamValue::Bool(v)),
            (ParamKind::Text { max_length }, ParamValue::Text(v)) => {
                let shown = format!("{} characters long", v.chars().count());
                inside(v.chars().count() <= *max_length, ParamValue::Text(v), shown)
            }
            (ParamKind::Choice { of }, ParamValue::Text(v)) => {
                let shown = format!("\"{v}\"");
                inside(of.contains(&v), ParamValue::Text(v), shown)
            }
            (ParamKind::Texts { max_items }, ParamValue::Texts(v)) => {
                let shown = format!("{} texts", v.len());
                inside(v.len() <= *max_items, ParamValue::Texts(v), shown)
            }
            (ParamKind::Duration { min, max }, ParamValue::Duration(v)) => {
                inside((*min..=*max).contains(&v), ParamValue::Duration(v), format_duration(v))
            }
            (ParamKind::Duration { .. }, ParamValue::Text(v)) => match parse_duration(&v) {
                Ok(micros) => self.check(ParamValue::Duration(micros)),
                Err(_) => Err(self.wrong_type()),
            },
            (ParamKind::Datetime, ParamValue::Datetime(v)) => Ok(ParamValue::Datetime(v)),
            _ => Err(self.wrong_type()),
        }
    }

    fn wrong_type(&self) -> ParamError {
        ParamError::WrongType { name: self.name.clone(), expected: self.kind.expected() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn duration() -> ParamDeclaration {
        ParamDeclaration {
            name: "window".into(),
            kind: ParamKind::Duration { min: 1_000_000, max: 60_000_000 },
            default: ParamValue::Duration(10_000_000),
            unit: None,
            doc: String::new(),
        }
    }

    #[test]
    fn a_duration_may_be_written_as_text() {
        assert_eq!(duration().check(ParamValue::Text("60s".into())), Ok(ParamValue::Duration(60_000_000)));
    }

    #[test]
    fn bounds_are_inclusive_and_named_in_the_message() {
        let error = duration().check(ParamValue::Duration(60_000_001)).expect_err("one microsecond too long");
        assert!(error.to_string().contains("from 1s to 60s"), "{error}");
    }

    #[test]
    fn another_type_is_refused_with_what_is_expected() {
        let error = duration().check(ParamValue::Bool(true)).expect_err("not a duration");
        assert!(matches!(error, ParamError::WrongType { .. }));
    }
}
