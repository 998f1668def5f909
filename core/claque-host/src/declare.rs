//! A signal's declaration out of JSON: the same fields whether they come from a script, a manifest, or the
//! metadata inside a library. Strict: an unknown key is an error. Checks form, not whether data has it.

mod params;
mod requires;

pub(crate) use params::value_of as param_value;

use claque_model::{Declaration, Dimension, Direction, Disarm, EffectFloor, Shape};
use serde_json::{Map, Value};
use thiserror::Error;

/// Keys of a declaration.
const KEYS: [&str; 19] = [
    "id",
    "version",
    "api",
    "title",
    "doc",
    "cite",
    "license",
    "dimension",
    "also",
    "family",
    "emits",
    "layer",
    "requires",
    "params",
    "cap",
    "effect_floor",
    "direction",
    "innocent",
    "disarm",
];
/// The contract version that this host speaks.
const API: &str = "1";

/// What is wrong with a declaration.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum DeclareError {
    /// Not an object where one is needed.
    #[error("`{0}` must be an object")]
    NotAnObject(String),
    /// A key that no declaration has.
    #[error("unknown key `{key}` in `{place}`{}", suggestion(nearest.as_ref()))]
    UnknownKey { place: String, key: String, nearest: Option<String> },
    /// A key that every declaration has.
    #[error("`{0}` is missing")]
    Missing(String),
    /// Another type or form.
    #[error("`{key}` must be {expected}, is `{found}`{}", suggestion(nearest.as_ref()))]
    Wrong { key: String, expected: String, found: String, nearest: Option<String> },
    /// Written for another contract.
    #[error("`api` is `{found}`, this program speaks contract `{API}`")]
    OtherContract { found: String },
}

fn suggestion(nearest: Option<&String>) -> String {
    nearest.map_or_else(String::new, |n| format!("; did you mean `{n}`?"))
}

/// The known word nearest to `word`, if it is near: at most 1 + a third of its length in edits.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let near = known.into_iter().map(|k| (strsim::damerau_levenshtein(word, k), k));
    near.filter(|(edits, k)| *edits <= 1 + k.chars().count() / 3).min().map(|(_, k)| k)
}

/// Reads a declaration: the fields of the plugin contract as one JSON object.
///
/// Tables, columns and parameters are kept in alphabetical order, which is the order in which columns are
/// handed over.
///
/// # Errors
/// The first key that is unknown, missing or wrong.
pub fn declaration_from_json(value: &Value) -> Result<Declaration, DeclareError> {
    let object = value.as_object().ok_or_else(|| DeclareError::NotAnObject("plugin".into()))?;
    known_keys("plugin", object, &KEYS)?;
    let api = text(object, "api")?;
    if api != API {
        return Err(DeclareError::OtherContract { found: api });
    }
    let emits = word(object, "emits", &["traces", "marks", "rates", "statistics"], Shape::parse)?;
    let dimension = word(object, "dimension", &Dimension::ALL.map(Dimension::name), Dimension::parse)?;
    let direction = match optional_text(object, "direction")?.as_deref() {
        None | Some("higher") => Direction::Higher,
        Some("lower") => Direction::Lower,
        Some(other) => return Err(wrong("direction", "`higher` or `lower`", other, &["higher", "lower"])),
    };
    Ok(Declaration {
        id: id(object)?,
        version: version(object)?,
        api,
        title: text(object, "title")?,
        doc: optional_text(object, "doc")?.unwrap_or_default(),
        cite: optional_text(object, "cite")?,
        license: optional_text(object, "license")?,
        dimension,
        also: also(object)?,
        family: text(object, "family")?,
        emits,
        layer: layer(object, emits)?,
        requires: requires::read(object)?,
        params: params::read(object)?,
        cap: cap(object)?,
        effect_floor: effect_floor(object)?,
        direction,
        innocent: innocent(object)?,
        disarm: disarm(object)?,
    })
}

pub(super) fn known_keys(place: &str, object: &Map<String, Value>, known: &[&str]) -> Result<(), DeclareError> {
    match object.keys().find(|key| !known.contains(&key.as_str())) {
        None => Ok(()),
        Some(key) => Err(DeclareError::UnknownKey {
            place: place.into(),
            key: key.clone(),
            nearest: nearest(key, known.iter().copied()).map(str::to_owned),
        }),
    }
}

pub(super) fn wrong(key: &str, expected: &str, found: &str, known: &[&str]) -> DeclareError {
    DeclareError::Wrong {
        key: key.into(),
        expected: expected.into(),
        found: found.into(),
        nearest: nearest(found, known.iter().copied()).map(str::to_owned),
    }
}

pub(super) fn optional_text(object: &Map<String, Value>, key: &str) -> Result<Option<String>, DeclareError> {
    match object.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(s)) => Ok(Some(s.clone())),
        Some(other) => Err(wrong(key, "a text", &other.to_string(), &[])),
    }
}

fn text(object: &Map<String, Value>, key: &str) -> Result<String, DeclareError> {
    let found = optional_text(object, key)?.ok_or_else(|| DeclareError::Missing(key.into()))?;
    if found.trim().is_empty() { Err(wrong(key, "not empty", &found, &[])) } else { Ok(found) }
}

fn word<T>(
    object: &Map<String, Value>,
    key: &str,
    words: &[&str],
    parse: impl Fn(&str) -> Option<T>,
) -> Result<T, DeclareError> {
    let found = text(object, key)?;
    parse(&found).ok_or_else(|| wrong(key, &format!("one of {}", words.join(", ")), &found, words))
}

fn id(object: &Map<String, Value>) -> Result<String, DeclareError> {
    let id = text(object, "id")?;
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c);
    if id.len() <= 100 && id.chars().all(good) && !id.starts_with('.') && !id.ends_with('.') && !id.contains("..") {
        Ok(id)
    } else {
        Err(wrong("id", "of a-z, 0-9, `.`, `_` and `-`, such as `org.example.name`", &id, &[]))
    }
}

fn version(object: &Map<String, Value>) -> Result<String, DeclareError> {
    let version = text(object, "version")?;
    let numbers = version.split(['-', '+']).next().unwrap_or_default().split('.').collect::<Vec<_>>();
    if numbers.len() == 3 && numbers.iter().all(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit())) {
        Ok(version)
    } else {
        Err(wrong("version", "a semantic version such as `1.0.0`", &version, &[]))
    }
}

pub(super) fn texts(value: &Value, key: &str) -> Result<Vec<String>, DeclareError> {
    // an empty Luau table is an object in JSON
    if value.as_object().is_some_and(Map::is_empty) {
        return Ok(Vec::new());
    }
    let items = value.as_array().ok_or_else(|| wrong(key, "a list of texts", &value.to_string(), &[]))?;
    items
        .iter()
        .map(|item| {
            item.as_str().map(str::to_owned).ok_or_else(|| wrong(key, "a list of texts", &item.to_string(), &[]))
        })
        .collect()
}

fn also(object: &Map<String, Value>) -> Result<Vec<Dimension>, DeclareError> {
    // a finding that fed two dimensions would count twice in the headline
    let names = [Dimension::Coordination, Dimension::Concealment].map(Dimension::name);
    let words = match object.get("also") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::String(one)) => vec![one.clone()],
        Some(list) => texts(list, "also")?,
    };
    let parse = |w: &String| {
        let known = Dimension::parse(w).filter(|_| names.contains(&w.as_str()));
        known.ok_or_else(|| wrong("also", &format!("one of {}", names.join(", ")), w, &names))
    };
    words.iter().map(parse).collect()
}

fn layer(object: &Map<String, Value>, emits: Shape) -> Result<Option<String>, DeclareError> {
    let layer = optional_text(object, "layer")?;
    match &layer {
        Some(name) if emits != Shape::Traces => Err(wrong("layer", "left out unless `emits` is `traces`", name, &[])),
        Some(name) if !name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') => {
            Err(wrong("layer", "of a-z, 0-9 and `_`", name, &[]))
        }
        _ => Ok(layer),
    }
}

fn number(value: &Value, key: &str) -> Result<f64, DeclareError> {
    value.as_f64().filter(|v| v.is_finite()).ok_or_else(|| wrong(key, "a number", &value.to_string(), &[]))
}

fn cap(object: &Map<String, Value>) -> Result<f64, DeclareError> {
    let Some(value) = object.get("cap").filter(|v| !v.is_null()) else { return Ok(1.1) };
    let cap = number(value, "cap")?;
    if (0.0..=4.0).contains(&cap) { Ok(cap) } else { Err(wrong("cap", "from 0 to 4 nats", &cap.to_string(), &[])) }
}

fn effect_floor(object: &Map<String, Value>) -> Result<EffectFloor, DeclareError> {
    let Some(value) = object.get("effect_floor").filter(|v| !v.is_null()) else { return Ok(EffectFloor::Ratio(1.5)) };
    let expected = "{ ratio = … }, { difference = … } or { value = … }";
    let floor = value.as_object().ok_or_else(|| wrong("effect_floor", expected, &value.to_string(), &[]))?;
    known_keys("effect_floor", floor, &["ratio", "difference", "value"])?;
    match floor.iter().next() {
        Some((kind, least)) if floor.len() == 1 => {
            let least = number(least, "effect_floor")?;
            Ok(match kind.as_str() {
                "ratio" => EffectFloor::Ratio(least),
                "difference" => EffectFloor::Difference(least),
                _ => EffectFloor::Value(least),
            })
        }
        _ => Err(wrong("effect_floor", expected, &value.to_string(), &[])),
    }
}

fn innocent(object: &Map<String, Value>) -> Result<Vec<String>, DeclareError> {
    let value = object.get("innocent").ok_or_else(|| DeclareError::Missing("innocent".into()))?;
    let sentences = texts(value, "innocent")?;
    if sentences.iter().any(|s| !s.trim().is_empty()) {
        Ok(sentences)
    } else {
        Err(wrong("innocent", "at least one innocent explanation, as a sentence", "[]", &[]))
    }
}

fn disarm(object: &Map<String, Value>) -> Result<Disarm, DeclareError> {
    let Some(value) = object.get("disarm").filter(|v| !v.is_null() && v.as_array().is_none_or(|a| !a.is_empty()))
    else {
        return Ok(Disarm::default());
    };
    let parts = value.as_object().ok_or_else(|| DeclareError::NotAnObject("disarm".into()))?;
    known_keys("disarm", parts, &["observed", "inferred"])?;
    let ids = |key: &str| -> Result<Vec<String>, DeclareError> {
        let ids = parts.get(key).map_or_else(|| Ok(Vec::new()), |list| texts(list, &format!("disarm.{key}")))?;
        match ids.iter().find(|id| !is_technique(id)) {
            Some(id) => Err(wrong(&format!("disarm.{key}"), "technique ids such as `T0049.002`", id, &[])),
            None => Ok(ids),
        }
    };
    Ok(Disarm { observed: ids("observed")?, inferred: ids("inferred")? })
}

fn is_technique(id: &str) -> bool {
    let (main, sub) = id.split_once('.').unwrap_or((id, "000"));
    let digits = |s: &str, n: usize| s.len() == n && s.bytes().all(|b| b.is_ascii_digit());
    main.strip_prefix('T').is_some_and(|m| digits(m, 4)) && digits(sub, 3)
}

#[cfg(test)]
mod tests;
