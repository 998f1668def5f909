//! `t:expect(x)`: what a value must be. Frames are compared without regard to the order of rows, floats to
//! nine significant digits.

use super::super::frame::Frame;
use super::super::mistake::Mistake;
use super::super::sample;
use super::super::verb::{self, Argument, Body, Group, Kind, Method, Scripted, one, rest};
use mlua::{UserData, UserDataFields, UserDataMethods, UserDataRef, Value};
use polars::prelude::DataFrame;

/// A value under test.
#[derive(Clone)]
pub(in super::super) struct Expectation(pub(super) Value);

impl Expectation {
    fn frame(&self) -> mlua::Result<UserDataRef<Frame>> {
        let data = self.0.as_userdata().filter(|data| data.is::<Frame>());
        data.ok_or_else(|| Mistake::expected("a Frame", &self.0))?.borrow::<Frame>()
    }

    fn number(&self) -> Result<f64, Mistake> {
        match &self.0 {
            Value::Integer(whole) => Ok(*whole as f64),
            Value::Number(real) => Ok(*real),
            other => Err(Mistake::expected("a number", other)),
        }
    }
}

fn unmet(text: String) -> mlua::Error {
    Mistake::Unmet(text).into()
}

static GROUP: Group<Expectation> = Group {
    title: "",
    doc: "",
    methods: &[
        claim("has_columns", &[rest("names", Kind::Column)], "a frame of these columns, in this order", |it, given| {
            let wanted: Vec<String> = given.rest()?;
            let frame = it.frame()?;
            let found: Vec<&str> = frame.names().collect();
            if found != wanted {
                return Err(unmet(format!("expected columns {}, got {}", wanted.join(", "), found.join(", "))));
            }
            given.give(it.clone())
        }),
        claim("has_rows", &[one("n", Kind::Count)], "a frame of so many rows", |it, given| {
            let wanted: usize = given.take()?;
            let found = it.frame()?.collect(given.lua())?.height();
            if found != wanted {
                return Err(unmet(format!("expected {wanted} rows, got {found}")));
            }
            given.give(it.clone())
        }),
        claim(
            "equals",
            &[one("csv", Kind::Text)],
            "a frame whose columns named in the csv hold these rows, in any order; floats to nine digits, lists as a|b",
            |it, given| {
                let text: String = given.take()?;
                equals(&it.frame()?.collect(given.lua())?, &text)?;
                given.give(it.clone())
            },
        ),
        claim("is", &[one("value", Kind::Luau("any"))], "an equal value, or a list of equal values", |it, given| {
            let wanted: Value = given.take()?;
            if !same(&it.0, &wanted)? {
                return Err(unmet(format!("expected {}, got {}", shown(&wanted)?, shown(&it.0)?)));
            }
            given.give(it.clone())
        }),
        claim(
            "near",
            &[one("value", Kind::Number), one("tolerance", Kind::Number)],
            "a number this close to that one",
            |it, given| {
                let (wanted, tolerance): (f64, f64) = (given.take()?, given.take()?);
                let found = it.number()?;
                // a NaN is near nothing
                if (found - wanted).abs() <= tolerance {
                    return given.give(it.clone());
                }
                Err(unmet(format!("expected {wanted} ± {tolerance}, got {found}")))
            },
        ),
    ],
};

/// A claim gives itself, so that another may follow.
const fn claim(
    name: &'static str,
    takes: &'static [Argument],
    doc: &'static str,
    call: Body<Expectation>,
) -> Method<Expectation> {
    Method::new(name, takes, Kind::Object("Expectation"), doc, call)
}

impl Scripted for Expectation {
    const NAME: &'static str = "Expectation";
    const DOC: &'static str = "A value under test: each claim that does not hold fails the test.";
    const GROUPS: &'static [&'static Group<Self>] = &[&GROUP];
}

impl UserData for Expectation {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        verb::register_fields(fields);
    }

    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        verb::register(methods);
    }
}

/// Equal values; lists of equal values.
fn same(a: &Value, b: &Value) -> mlua::Result<bool> {
    match (a, b) {
        (Value::Table(a), Value::Table(b)) => {
            let items = |t: &mlua::Table| t.sequence_values::<Value>().collect::<mlua::Result<Vec<_>>>();
            let (a, b) = (items(a)?, items(b)?);
            let mut equal = a.len() == b.len();
            for (a, b) in a.iter().zip(&b) {
                equal = equal && same(a, b)?;
            }
            Ok(equal)
        }
        (Value::Integer(_) | Value::Number(_), Value::Integer(_) | Value::Number(_)) => {
            let (a, b) = (Expectation(a.clone()).number()?, Expectation(b.clone()).number()?);
            Ok((a - b).abs() == 0.0)
        }
        (a, b) => a.equals(b),
    }
}

fn shown(value: &Value) -> mlua::Result<String> {
    match value {
        Value::String(text) => Ok(format!("\"{}\"", text.to_str()?)),
        Value::Table(list) => {
            let items = list.sequence_values::<Value>().map(|item| shown(&item?));
            Ok(format!("{{{}}}", items.collect::<mlua::Result<Vec<_>>>()?.join(", ")))
        }
        other => other.to_string(),
    }
}

/// Compares the columns of a CSV text with a frame, and says which rows differ.
fn equals(found: &DataFrame, text: &str) -> Result<(), Mistake> {
    let sheet = sample::read(text)?;
    for name in &sheet.header {
        if found.column(name).is_err() {
            let names = found.get_column_names();
            return Err(Mistake::unknown("column", name, names.iter().map(|n| n.as_str())));
        }
    }
    let mut columns = Vec::with_capacity(sheet.header.len());
    for (position, name) in sheet.header.iter().enumerate() {
        columns.push(sample::typed(&sheet, position, found.column(name)?.dtype())?);
    }
    let wanted = DataFrame::new(sheet.rows.len(), columns)?;
    let (mut found, mut wanted) = (sample::texts(found, &sheet.header)?, sample::texts(&wanted, &sheet.header)?);
    found.sort();
    wanted.sort();
    if found == wanted {
        return Ok(());
    }
    let mut lines = vec!["frames differ (- wanted, + got)".to_owned(), format!("    {}", sheet.header.join(","))];
    lines.extend(without(&wanted, &found).iter().map(|row| format!("  - {}", row.join(","))));
    lines.extend(without(&found, &wanted).iter().map(|row| format!("  + {}", row.join(","))));
    Err(Mistake::Unmet(lines.join("\n")))
}

/// The rows that the other frame does not have, each as often as it is too many.
fn without<'a>(these: &'a [Vec<String>], those: &[Vec<String>]) -> Vec<&'a Vec<String>> {
    let mut rest: Vec<&Vec<String>> = those.iter().collect();
    let mut missing = Vec::new();
    for row in these {
        match rest.iter().position(|other| *other == row) {
            Some(index) => drop(rest.swap_remove(index)),
            None => missing.push(row),
        }
    }
    missing
}
