//! What may stand beside a column: expressions, numbers, texts, booleans, ids, durations and times; and the
//! names of types. Numbers that Luau cannot hold exactly are refused.

use super::super::mistake::Mistake;
use super::super::verb::{self, Field, Group, Kind, Method, Property, Scripted};
use super::{LuauExpr, Node, beside};
use claque_model::{ColumnType, LogicalType, parse_duration};
use mlua::{FromLua, IntoLua, Lua, UserData, UserDataFields, UserDataMethods, Value};
use polars::prelude::{DataType, Duration, NamedFrom, PlSmallStr, Series, TimeUnit, lit};

/// 2^53: from here on, a Luau number may stand for another integer than the one written.
const INEXACT: u64 = 1 << 53;

/// `id"…"`: digits that no number could hold.
#[derive(Clone)]
pub(in super::super) struct Id(pub(in super::super) String);

impl Scripted for Id {
    const NAME: &'static str = "Id";
    const DOC: &'static str = "An id that keeps its digits. Beside a column it takes that column's type.";
    const GROUPS: &'static [&'static Group<Self>] = &[&Group {
        title: "",
        doc: "",
        methods: &[Method::new("__tostring", &[], Kind::Text, "the digits", |id: &Self, given| {
            given.give(id.0.as_str())
        })
        .example(r#"tostring(id"1767225600123456789")"#, "1767225600123456789")],
    }];
}

impl UserData for Id {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        verb::register_fields(fields);
    }

    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        verb::register(methods);
    }
}

/// A duration in microseconds.
#[derive(Clone, Copy)]
pub(in super::super) struct Span(pub(in super::super) i64);

impl Span {
    /// A window of that length; polars counts in nanoseconds, of which i64 holds 292 years.
    pub(in super::super) fn window(self) -> Result<Duration, Mistake> {
        const CENTURY: i64 = 36_525 * 86_400 * 1_000_000;
        if self.0 <= 0 || self.0 > CENTURY {
            return Err(Mistake::NoWindow);
        }
        Ok(Duration::parse(&format!("{}us", self.0)))
    }
}

impl Scripted for Span {
    const NAME: &'static str = "Duration";
    const DOC: &'static str = "A length of time: an operand, and a window wherever one is wanted.";
    const FIELDS: &'static [Field<Self>] = &[Field {
        property: Property { name: "seconds", kind: Kind::Number, doc: "its length in seconds" },
        get: |lua, span| (span.0 as f64 / 1e6).into_lua(lua),
    }];
    const GROUPS: &'static [&'static Group<Self>] = &[&Group {
        title: "",
        doc: "",
        methods: &[Method::new("__tostring", &[], Kind::Text, "as it is written", |span: &Self, given| {
            given.give(claque_model::format_duration(span.0))
        })
        .example(r#"tostring(duration"90s")"#, "90s")],
    }];
}

impl UserData for Span {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        verb::register_fields(fields);
    }

    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        verb::register(methods);
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

impl Scripted for Instant {
    const NAME: &'static str = "Datetime";
    const DOC: &'static str = "A moment: an operand beside time columns.";
    const FIELDS: &'static [Field<Self>] = &[Field {
        property: Property { name: "seconds", kind: Kind::Number, doc: "seconds since 1970, UTC" },
        get: |lua, instant| (instant.0 as f64 / 1e6).into_lua(lua),
    }];
    const GROUPS: &'static [&'static Group<Self>] = &[&Group {
        title: "",
        doc: "",
        methods: &[Method::new("__tostring", &[], Kind::Text, "in RFC 3339, UTC", |instant: &Self, given| {
            given.give(super::super::sample::time_text(instant.0))
        })
        .example(r#"tostring(datetime"2024-06-04")"#, "2024-06-04T00:00:00Z")],
    }];
}

impl UserData for Instant {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        verb::register_fields(fields);
    }

    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        verb::register(methods);
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
                Node::leaf(beside::id(&id.0))
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

/// The values of an `is_in` as a series; ids take the type of the column beside them.
pub(super) fn series(values: &[Value]) -> mlua::Result<Series> {
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
        return Ok(number_series(name, &numbers));
    }
    if !truths.is_empty() {
        return Ok(Series::new(name, truths));
    }
    Ok(if ids > 0 { beside::ids(&texts) } else { Series::new(name, texts) })
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

/// The names of all types, for `cast` and `requires`.
pub(in super::super) const TYPES: [&str; 9] =
    ["id", "string", "category", "int", "float", "bool", "datetime", "duration", "date"];

/// The polars type of a name.
pub(in super::super) fn type_named(name: &str) -> Result<DataType, Mistake> {
    match name {
        "duration" => Ok(DataType::Duration(TimeUnit::Microseconds)),
        "date" => Ok(DataType::Date),
        _ => LogicalType::parse(name).map(LogicalType::dtype).ok_or_else(|| Mistake::unknown("type", name, TYPES)),
    }
}

/// The name of a polars type, as scripts read it.
pub(in super::super) fn name_of_type(dtype: &DataType) -> String {
    match dtype {
        DataType::String => "string".to_owned(),
        DataType::Categorical(..) | DataType::Enum(..) => "category".to_owned(),
        DataType::Boolean => "bool".to_owned(),
        DataType::Datetime(..) => "datetime".to_owned(),
        DataType::Duration(..) => "duration".to_owned(),
        DataType::Date => "date".to_owned(),
        DataType::List(item) => format!("list of {}", name_of_type(item)),
        _ if dtype.is_integer() => "int".to_owned(),
        _ if dtype.is_float() => "float".to_owned(),
        other => other.to_string(),
    }
}
