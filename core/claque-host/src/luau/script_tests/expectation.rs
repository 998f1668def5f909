//! `t:expect(x)`: what a value must be. Frames are compared without regard to the order of rows, floats to
//! nine significant digits.

use super::super::frame::Frame;
use super::super::mistake::Mistake;
use super::super::sample;
use mlua::{MetaMethod, UserData, UserDataFields, UserDataMethods, UserDataRef, Value, Variadic};
use polars::prelude::DataFrame;

/// A value under test.
#[derive(Clone)]
pub(super) struct Expectation(pub(super) Value);

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

impl UserData for Expectation {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        fields.add_meta_field(MetaMethod::Type, "Expectation");
    }

    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        methods.add_method("has_columns", |_, this, wanted: Variadic<String>| {
            let frame = this.frame()?;
            let found: Vec<&str> = frame.names().collect();
            if found != wanted.iter().map(String::as_str).collect::<Vec<_>>() {
                return Err(unmet(format!("expected columns {}, got {}", wanted.join(", "), found.join(", "))));
            }
            Ok(this.clone())
        });
        methods.add_method("has_rows", |lua, this, wanted: usize| {
            let found = this.frame()?.collect(lua)?.height();
            if found != wanted {
                return Err(unmet(format!("expected {wanted} rows, got {found}")));
            }
            Ok(this.clone())
        });
        methods.add_method("equals", |lua, this, text: String| {
            equals(&this.frame()?.collect(lua)?, &text)?;
            Ok(this.clone())
        });
        methods.add_method("is", |_, this, wanted: Value| {
            if !same(&this.0, &wanted)? {
                return Err(unmet(format!("expected {}, got {}", shown(&wanted)?, shown(&this.0)?)));
            }
            Ok(this.clone())
        });
        methods.add_method("near", |_, this, (wanted, tolerance): (f64, f64)| {
            let found = this.number()?;
            // a NaN is near nothing
            if (found - wanted).abs() <= tolerance {
                return Ok(this.clone());
            }
            Err(unmet(format!("expected {wanted} ± {tolerance}, got {found}")))
        });
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
