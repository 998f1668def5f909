//! One reader for every arrangement of JSON values: one per line, an array, one after the other (q10).

use super::{Row, Step, Unreadable};
use crate::document::windows_1252;
use serde_json::Value;
use std::borrow::Cow;

/// How the values are arranged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A record is a line; empty lines count.
    Lines,
    /// A record is a value, with or without commas and brackets between.
    Values,
}

impl Shape {
    /// Lines, if the first line with something on it is a whole object.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let first =
            bytes.split(|b| *b == b'\n').find(|line| !line.iter().all(u8::is_ascii_whitespace)).unwrap_or_default();
        let is_whole =
            first.trim_ascii_start().starts_with(b"{") && parse(String::from_utf8_lossy(first).as_bytes()).is_ok();
        if is_whole { Self::Lines } else { Self::Values }
    }
}

/// The values of a document.
pub(crate) struct JsonRecords<'a> {
    bytes: &'a [u8],
    shape: Shape,
    at: usize,
    number: u64,
    value: Value,
    pub(crate) recoded: u64,
}

impl<'a> JsonRecords<'a> {
    pub(crate) fn new(bytes: &'a [u8], shape: Shape) -> Self {
        Self { bytes, shape, at: 0, number: 0, value: Value::Null, recoded: 0 }
    }

    pub(crate) fn advance(&mut self) -> Option<Step<'_>> {
        match self.shape {
            Shape::Lines => self.line(),
            Shape::Values => self.one_value(),
        }
    }

    fn line(&mut self) -> Option<Step<'_>> {
        let rest = &self.bytes[self.at..];
        if rest.is_empty() {
            return None;
        }
        let length = rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len());
        self.at += (length + 1).min(rest.len());
        self.number += 1;
        let line = rest[..length].trim_ascii();
        let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
        let line = line.strip_suffix(b",").unwrap_or(line);
        if line.is_empty() || line == b"[" || line == b"]" {
            return Some(Step::Skipped);
        }
        Some(match self.decoded(line).and_then(|text| parse(text.as_bytes())) {
            Ok(value) => self.record(value),
            Err(why) => Step::Rejected(self.number, why),
        })
    }

    fn one_value(&mut self) -> Option<Step<'_>> {
        let between = |b: &u8| b.is_ascii_whitespace() || matches!(b, b',' | b'[' | b']');
        self.at += self.bytes[self.at..].iter().take_while(|b| between(b)).count();
        let rest = &self.bytes[self.at..];
        if rest.is_empty() {
            return None;
        }
        self.number += 1;
        let mut values = serde_json::Deserializer::from_slice(rest).into_iter::<Value>();
        match values.next() {
            Some(Ok(value)) => {
                self.at += values.byte_offset();
                Some(self.record(value))
            }
            Some(Err(error)) => {
                // behind a broken value, the next object that begins a line
                let behind = rest.windows(2).skip(1).position(|pair| pair == b"\n{").map_or(rest.len(), |at| at + 2);
                self.at += behind;
                Some(Step::Rejected(self.number, unreadable(&error)))
            }
            None => None,
        }
    }

    fn record(&mut self, value: Value) -> Step<'_> {
        self.value = value;
        if self.value.is_object() {
            return Step::Record(self.number, Row::Value(&self.value));
        }
        Step::Rejected(self.number, Unreadable { code: "wrong_shape", message: "not a JSON object".to_owned() })
    }

    fn decoded<'b>(&mut self, line: &'b [u8]) -> Result<Cow<'b, str>, Unreadable> {
        if let Ok(text) = std::str::from_utf8(line) {
            return Ok(Cow::Borrowed(text));
        }
        self.recoded += 1;
        let message = "bytes are neither UTF-8 nor Windows-1252".to_owned();
        windows_1252(line).map(Cow::Owned).ok_or(Unreadable { code: "bad_encoding", message })
    }
}

fn parse(bytes: &[u8]) -> Result<Value, Unreadable> {
    serde_json::from_slice(bytes).map_err(|error| unreadable(&error))
}

fn unreadable(error: &serde_json::Error) -> Unreadable {
    let message = error.to_string();
    // serde_json stops at 128 levels
    let code = if message.contains("recursion limit") { "too_deep" } else { "bad_json" };
    Unreadable { code, message: format!("not JSON: {message}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::{Locator, at_path};

    fn read(bytes: &[u8]) -> Vec<String> {
        let mut records = JsonRecords::new(bytes, Shape::of(bytes));
        let mut out = Vec::new();
        while let Some(step) = records.advance() {
            out.push(match step {
                Step::Record(number, row) => {
                    let id = row.text(&Locator::Path(vec!["id".into()])).unwrap_or_default();
                    format!("{number}:{id}")
                }
                Step::Skipped => "skipped".to_owned(),
                Step::Rejected(number, why) => format!("{number}!{}", why.code),
            });
        }
        out
    }

    #[test]
    fn q10_lines_arrays_and_printed_objects_are_one_thing() {
        assert_eq!(read(b"{\"id\":1}\n\n{\"id\":2}"), ["1:1", "skipped", "3:2"]);
        assert_eq!(read(b"[{\"id\":1},\n {\"id\":2}]\n"), ["1:1", "2:2"]);
        assert_eq!(read(b"{\n \"id\": 1\n}\n{\n \"id\": 2\n}\n"), ["1:1", "2:2"]);
    }

    #[test]
    fn q4_large_numbers_keep_their_digits() {
        assert_eq!(read(b"{\"id\":800000000000000001}"), ["1:800000000000000001"]);
        assert_eq!(read(b"{\"id\":18446744073709551615}"), ["1:18446744073709551615"]);
    }

    #[test]
    fn q13_a_cut_last_line_is_one_lost_record() {
        assert_eq!(read(b"{\"id\":1}\n{\"id\":"), ["1:1", "2!bad_json"]);
        assert_eq!(read(b"[{\"id\":1},{\"id\":"), ["1:1", "2!bad_json"]);
    }

    #[test]
    fn a_broken_value_does_not_take_the_next_one_with_it() {
        assert_eq!(read(b"{\"id\":1}\nnonsense\n[1]\n{\"id\":4}"), ["1:1", "2!bad_json", "3!wrong_shape", "4:4"]);
        let deep = format!("{}{}", "[".repeat(100_000), "{\"id\":1}");
        assert_eq!(read(deep.as_bytes()), ["1:1"]);
        let nested = format!("{{\"id\":1}}\n{}\n{{\"id\":3}}", "{\"a\":".repeat(10_000));
        assert_eq!(read(nested.as_bytes()), ["1:1", "2!too_deep", "3:3"]);
    }

    #[test]
    fn q9_a_line_in_windows_1252_is_read() {
        assert_eq!(read(b"{\"id\":\"caf\xe9\"}"), ["1:café"]);
        assert_eq!(read(b"{\"id\":1}\n{\"id\":\"\x81\"}"), ["1:1", "2!bad_encoding"]);
    }

    #[test]
    fn paths_reach_into_objects_and_lists() {
        let value = serde_json::json!({"user": {"ids": [7, 8]}});
        let path: Vec<String> = ["user", "ids", "1"].map(String::from).into();
        assert_eq!(at_path(&value, &path), Some(&serde_json::json!(8)));
    }
}
