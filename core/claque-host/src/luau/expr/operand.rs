//! What may stand beside a column: expressions, numbers, texts, booleans, ids, durations and times; and the
//! names of types. Numbers that Luau cannot hold exactly are refused.

use super::super::mistake::Mistake;
use super::{LuauExpr, Node};
use claque_model::{ColumnType, LogicalType, parse_duration};
use mlua::{FromLua, Lua, MetaMethod, UserData, UserDataFields, UserDataMethods, Value};
use polars::prelude::{DataType, NamedFrom, PlSmallStr, Series, TimeUnit, lit};

/// 2^53: from here on, a Luau number may stand for another integer than the one written.
const INEXACT: u64 = 1 << 53;

/// `id"…"`: digits that no number could hold.
#[derive(Clone)]
pub(in super::super) struct Id(pub(in super::super) String);

impl UserData for Id {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        fields.add_meta_field(MetaMethod::Type, "Id");
    }

    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        methods.add_meta_method(MetaMethod::ToString, |_, this, ()| Ok(this.0.clone()));
    }
}

/// A duration in microseconds.
#[derive(Clone, Copy)]
pub(in super::super) struct Span(pub(in super::super) i64);

impl Span {
    /// As polars writes durations.
    pub(super) fn polars(self) -> String {
        format!("{}us", self.0)
    }
}

impl UserData for Span {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        fields.add_meta_field(MetaMethod::Type, "Duration");
        fields.add_field_method_get("seconds", |_, this| Ok(this.0 as f64 / 1e6));
    }

    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        methods.add_meta_method(MetaMethod::ToString, |_, this, ()| Ok(claque_model::format_duration(this.0)));
    }
}

/// A duration or its text, wherever a window is wanted.
impl FromLua for Span {
    fn from_lua(value: Value, _: &Lua) -> mlua::Result<Self> {
        match &value {
            Value::String(text) => Ok(Self(parse_duration(&text.to_str()?).map_err(Mistake::from)?)),
            Value::UserData(data) if data.is::<Self>() => Ok(*data.borrow::<Self>()?),
            other => Err(Mistake::expected("a duration such as \"60s\"", other).into()),
        }
    }
}

/// A time in microseconds since 1970, UTC.
#[derive(Clone, Copy)]
pub(in super::super) struct Instant(pub(in super::super) i64);

impl UserData for Instant {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        fields.add_meta_field(MetaMethod::Type, "Datetime");
        fields.add_field_method_get("seconds", |_, this| Ok(this.0 as f64 / 1e6));
    }

    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        methods.add_meta_method(MetaMethod::ToString, |_, this, ()| Ok(super::super::sample::time_text(this.0)));
    }
}

/// Anything that may stand beside a column.
pub(in super::super) fn operand(value: &Value) -> mlua::Result<Node> {
    const EXPECTED: &str = "an expression, number, string or boolean";
    Ok(match value {
        Value::UserData(data) => {
            if let Ok(expr) = data.borrow::<LuauExpr>() {
                expr.take()
            } else if let Ok(id) = data.borrow::<Id>() {
                Node::leaf(lit(id.0.clone()))
            } else if let Ok(span) = data.borrow::<Span>() {
                Node::leaf(lit(span.0).cast(DataType::Duration(TimeUnit::Microseconds)))
            } else if let Ok(instant) = data.borrow::<Instant>() {
                Node::leaf(lit(instant.0).cast(ColumnType::Time.dtype()))
            } else {
                return Err(Mistake::expected(EXPECTED, value).into());
            }
        }
        Value::Integer(_) | Value::Number(_) => match exact(value)? {
            Number::Whole(whole) => Node::leaf(lit(whole)),
            Number::Real(real) => Node::leaf(lit(real)),
        },
        Value::String(text) => Node::leaf(lit(text.to_str()?.to_owned())),
        Value::Boolean(truth) => Node::leaf(lit(*truth)),
        other => return Err(Mistake::expected(EXPECTED, other).into()),
    })
}

/// A number of a script.
enum Number {
    Whole(i64),
    Real(f64),
}

/// Luau's numbers are floats; a whole one counts as an integer, and one beyond 2^53 is not exact.
fn exact(value: &Value) -> Result<Number, Mistake> {
    match value {
        Value::Integer(whole) if whole.unsigned_abs() >= INEXACT => Err(Mistake::Inexact(whole.to_string())),
        Value::Integer(whole) => Ok(Number::Whole(*whole)),
        Value::Number(real) if real.fract() == 0.0 && real.abs() >= INEXACT as f64 => {
            Err(Mistake::Inexact(format!("{real:.0}")))
        }
        Value::Number(real) => Ok(Number::Real(*real)),
        other => Err(Mistake::expected("a number", other)),
    }
}

/// The values of an `is_in` as a series; `true` when they are ids, which are compared as text.
pub(super) fn series(values: &[Value]) -> mlua::Result<(Series, bool)> {
    let name = PlSmallStr::EMPTY;
    let mut texts = Vec::new();
    let mut numbers = Vec::new();
    let mut truths = Vec::new();
    let mut ids = 0;
    for value in values {
        match value {
            Value::String(text) => texts.push(text.to_str()?.to_owned()),
            Value::UserData(data) if data.is::<Id>() => {
                texts.push(data.borrow::<Id>()?.0.clone());
                ids += 1;
            }
            Value::Boolean(truth) => truths.push(*truth),
            Value::Integer(_) | Value::Number(_) => numbers.push(exact(value)?),
            other => return Err(Mistake::expected("a number, string, id or boolean in the list", other).into()),
        }
    }
    let kinds = [texts.len(), numbers.len(), truths.len()].iter().filter(|n| **n > 0).count();
    if kinds > 1 {
        return Err(Mistake::MixedList.into());
    }
    if !numbers.is_empty() {
        return Ok((number_series(name, &numbers), false));
    }
    if !truths.is_empty() {
        return Ok((Series::new(name, truths), false));
    }
    Ok((Series::new(name, texts), ids > 0))
}

fn number_series(name: PlSmallStr, numbers: &[Number]) -> Series {
    let whole: Option<Vec<i64>> =
        numbers.iter().map(|n| if let Number::Whole(whole) = n { Some(*whole) } else { None }).collect();
    if let Some(whole) = whole {
        return Series::new(name, whole);
    }
    let real: Vec<f64> = numbers
        .iter()
        .map(|n| match n {
            Number::Whole(whole) => *whole as f64,
            Number::Real(real) => *real,
        })
        .collect();
    Series::new(name, real)
}

/// The polars type of a name used in `cast` and `requires`.
pub(in super::super) fn type_named(name: &str) -> Result<DataType, Mistake> {
    const NAMES: [&str; 9] = ["id", "string", "category", "int", "float", "bool", "datetime", "duration", "date"];
    match name {
        "duration" => Ok(DataType::Duration(TimeUnit::Microseconds)),
        "date" => Ok(DataType::Date),
        _ => LogicalType::parse(name).map(LogicalType::dtype).ok_or_else(|| Mistake::unknown("type", name, NAMES)),
    }
}
