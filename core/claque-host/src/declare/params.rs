//! The parameters of a declaration: types, bounds, defaults.

use super::{DeclareError, known_keys, optional_text, texts, wrong};
use claque_model::{ParamDeclaration, ParamKind, ParamValue, parse_duration};
use serde_json::{Map, Value};

const TYPES: [&str; 8] = ["int", "float", "bool", "string", "choice", "strings", "duration", "datetime"];

pub(super) fn read(object: &Map<String, Value>) -> Result<Vec<ParamDeclaration>, DeclareError> {
    let Some(value) = object.get("params").filter(|v| !v.is_null() && v.as_array().is_none_or(|a| !a.is_empty()))
    else {
        return Ok(Vec::new());
    };
    let params = value.as_object().ok_or_else(|| DeclareError::NotAnObject("params".into()))?;
    params.iter().map(|(name, declared)| one(name, declared)).collect()
}

fn one(name: &str, declared: &Value) -> Result<ParamDeclaration, DeclareError> {
    let place = format!("params.{name}");
    let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if !name.starts_with(|c: char| c.is_ascii_lowercase()) || !name.chars().all(letters) {
        return Err(wrong("params", "named with a-z, 0-9 and `_`", name, &[]));
    }
    let object = declared.as_object().ok_or_else(|| DeclareError::NotAnObject(place.clone()))?;
    let kind = optional_text(object, "type")?.ok_or_else(|| DeclareError::Missing(format!("{place}.type")))?;
    known_keys(&place, object, keys_of(&kind))?;
    let kind = read_kind(&kind, object, &place)?;
    let default = object.get("default").ok_or_else(|| DeclareError::Missing(format!("{place}.default")))?;
    let mut param = ParamDeclaration {
        name: name.into(),
        default: ParamValue::Bool(false),
        unit: optional_text(object, "unit")?,
        doc: optional_text(object, "doc")?.unwrap_or_default(),
        kind,
    };
    let key = format!("{place}.default");
    let refused = |found: &Value| wrong(&key, &param.kind.expected(), &found.to_string(), &[]);
    let value = value_of(&param.kind, default).ok_or_else(|| refused(default))?;
    let checked = param.check(value).map_err(|_| refused(default))?;
    param.default = checked;
    Ok(param)
}

/// Keys of a parameter of that type.
fn keys_of(kind: &str) -> &'static [&'static str] {
    match kind {
        "int" | "float" | "duration" => &["type", "default", "doc", "unit", "min", "max"],
        "string" => &["type", "default", "doc", "unit", "max_length"],
        "strings" => &["type", "default", "doc", "unit", "max_items"],
        "choice" => &["type", "default", "doc", "unit", "of"],
        _ => &["type", "default", "doc", "unit"],
    }
}

fn read_kind(kind: &str, object: &Map<String, Value>, place: &str) -> Result<ParamKind, DeclareError> {
    let whole = |key: &str, open: i64| bound(object, place, key, open, Value::as_i64);
    let duration = |key: &str, open: i64| bound(object, place, key, open, |v| parse_duration(v.as_str()?).ok());
    let size = |key: &str, open: i64| whole(key, open).map(|n| usize::try_from(n).unwrap_or(0));
    Ok(match kind {
        "int" => ParamKind::Int { min: whole("min", i64::MIN)?, max: whole("max", i64::MAX)? },
        "float" => ParamKind::Float {
            min: bound(object, place, "min", f64::MIN, Value::as_f64)?,
            max: bound(object, place, "max", f64::MAX, Value::as_f64)?,
        },
        "bool" => ParamKind::Bool,
        "string" => ParamKind::Text { max_length: size("max_length", 1_000)? },
        "choice" => {
            let of = object.get("of").ok_or_else(|| DeclareError::Missing(format!("{place}.of")))?;
            ParamKind::Choice { of: texts(of, &format!("{place}.of"))? }
        }
        "strings" => ParamKind::Texts { max_items: size("max_items", 1_000)? },
        "duration" => ParamKind::Duration { min: duration("min", 0)?, max: duration("max", i64::MAX)? },
        "datetime" => ParamKind::Datetime,
        other => return Err(wrong(&format!("{place}.type"), &format!("one of {}", TYPES.join(", ")), other, &TYPES)),
    })
}

fn bound<T>(
    object: &Map<String, Value>,
    place: &str,
    key: &str,
    open: T,
    read: impl Fn(&Value) -> Option<T>,
) -> Result<T, DeclareError> {
    match object.get(key).filter(|v| !v.is_null()) {
        None => Ok(open),
        Some(value) => {
            // Luau has one number type: 3.0 is a whole number too
            let whole = value.as_f64().filter(|v| v.fract() == 0.0 && v.abs() < 9e15).map(|v| Value::from(v as i64));
            let found = read(value).or_else(|| read(&whole?));
            found.ok_or_else(|| wrong(&format!("{place}.{key}"), "a bound of its type", &value.to_string(), &[]))
        }
    }
}

/// A JSON value as a parameter of that kind; bounds are checked by the caller.
pub(crate) fn value_of(kind: &ParamKind, value: &Value) -> Option<ParamValue> {
    Some(match kind {
        // Luau has one number type: 3.0 is a whole number too
        ParamKind::Int { .. } => {
            let whole = || value.as_f64().filter(|v| v.fract() == 0.0 && v.abs() < 9e15).map(|v| v as i64);
            ParamValue::Int(value.as_i64().or_else(whole)?)
        }
        ParamKind::Float { .. } => ParamValue::Float(value.as_f64()?),
        ParamKind::Bool => ParamValue::Bool(value.as_bool()?),
        ParamKind::Text { .. } | ParamKind::Choice { .. } | ParamKind::Duration { .. } => {
            ParamValue::Text(value.as_str()?.to_owned())
        }
        ParamKind::Texts { .. } => ParamValue::Texts(texts(value, "").ok()?),
        ParamKind::Datetime => {
            let text = value.as_str()?;
            let full = chrono::DateTime::parse_from_rfc3339(text).map(|t| t.timestamp_micros()).ok();
            let date = || text.parse::<chrono::NaiveDate>().ok()?.and_hms_opt(0, 0, 0);
            ParamValue::Datetime(full.or_else(|| date().map(|t| t.and_utc().timestamp_micros()))?)
        }
    })
}
