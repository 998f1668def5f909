//! What an argument of a verb may be, how it is checked when it is given, and how it is written as a type.

use super::super::mistake::{Mistake, described};
use super::{Argument, Need, Verb};
use mlua::{Table, Value};

/// From here on a Luau number may stand for another integer than the one written.
const INEXACT: f64 = (1_u64 << 53) as f64;

/// A kind of value.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// An object of the script API, by the name of its type.
    Object(&'static str),
    /// What may stand beside a column: an expression, number, string, boolean, duration, time or id.
    Operand,
    /// A value without columns.
    Literal,
    /// An expression that is true or false.
    Condition,
    /// A condition, or its text in SQL.
    Predicate,
    /// An expression, or a column's name.
    Selection,
    /// A column's name.
    Column,
    /// A column's name, or a list of them.
    Columns,
    /// A string.
    Text,
    /// A number; a whole one below 2^53.
    Number,
    /// A whole number.
    Whole,
    /// A whole number from 0.
    Count,
    /// A boolean.
    Truth,
    /// A duration, or its text such as `60s`.
    Span,
    /// One of these strings.
    Word(&'static [&'static str]),
    /// A list of values of that kind.
    List(&'static Kind),
    /// A table of options, each by its name.
    Options(&'static [Argument]),
    /// A table, with its type as Luau writes it.
    Table(&'static str),
    /// A function, with its type as Luau writes it.
    Function(&'static str),
    /// Any value, with its type as Luau writes it.
    Luau(&'static str),
    /// No value.
    Nothing,
}

impl Kind {
    /// The type as Luau writes it.
    pub fn luau(self) -> String {
        match self {
            Self::Object(name) | Self::Luau(name) | Self::Table(name) | Self::Function(name) => name.to_owned(),
            Self::Operand => "Operand".to_owned(),
            Self::Literal => "Literal".to_owned(),
            Self::Condition => "Expr".to_owned(),
            Self::Predicate | Self::Selection => "Expr | string".to_owned(),
            Self::Column | Self::Text => "string".to_owned(),
            Self::Columns => "string | { string }".to_owned(),
            Self::Number | Self::Whole | Self::Count => "number".to_owned(),
            Self::Truth => "boolean".to_owned(),
            Self::Span => "Duration | string".to_owned(),
            Self::Word(words) => words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(" | "),
            Self::List(item) => format!("{{ {} }}", item.luau()),
            Self::Options(options) => {
                let fields: Vec<String> = options.iter().map(Self::luau_field).collect();
                format!("{{ {} }}", fields.join(", "))
            }
            Self::Nothing => "()".to_owned(),
        }
    }

    fn luau_field(option: &Argument) -> String {
        let kind = option.kind.luau();
        match option.need {
            Need::Optional if kind.contains('|') => format!("{}: ({kind})?", option.name),
            Need::Optional => format!("{}: {kind}?", option.name),
            _ => format!("{}: {kind}", option.name),
        }
    }

    /// The type in few words, for signatures in errors.
    pub(super) fn short(self) -> String {
        match self {
            Self::Options(options) => {
                let names: Vec<&str> = options.iter().map(|option| option.name).collect();
                format!("{{ {} }}", names.join(", "))
            }
            Self::Operand => "expression or value".to_owned(),
            Self::Condition => "condition".to_owned(),
            Self::Predicate => "condition or SQL".to_owned(),
            Self::Selection => "expression or column".to_owned(),
            Self::Column => "column".to_owned(),
            Self::Columns => "column or { column }".to_owned(),
            Self::Span => "duration".to_owned(),
            Self::Function(_) => "function".to_owned(),
            Self::Word(_) => "string".to_owned(),
            Self::List(item) => format!("{{ {} }}", item.short()),
            other => other.luau(),
        }
    }

    /// What is wanted, after "must be".
    fn wanted(self) -> String {
        match self {
            Self::Object(name) => {
                let article = if name.starts_with(['A', 'E', 'I', 'O']) { "an" } else { "a" };
                format!("{article} {name}")
            }
            Self::Operand => "an expression, number, string or boolean".to_owned(),
            Self::Literal => "a number, string, boolean, duration, time or id".to_owned(),
            Self::Condition => "an expression such as col(\"n\"):gt(3)".to_owned(),
            Self::Predicate => "an expression such as col(\"n\"):gt(3), or SQL such as \"n > 3\"".to_owned(),
            Self::Selection => "an expression or the name of a column".to_owned(),
            Self::Column => "the name of a column".to_owned(),
            Self::Columns => "the name of a column or a list of names".to_owned(),
            Self::Text | Self::Word(_) => "a string".to_owned(),
            Self::Number => "a number".to_owned(),
            Self::Whole => "a whole number".to_owned(),
            Self::Count => "a whole number from 0".to_owned(),
            Self::Truth => "true or false".to_owned(),
            Self::Span => "a duration such as \"60s\"".to_owned(),
            Self::List(item) => format!("a list, of which each is {}", item.wanted()),
            Self::Options(options) => format!("a table of options: {}", Self::Options(options).short()),
            Self::Table(text) => format!("a table: {text}"),
            Self::Function(text) => format!("a function: {text}"),
            Self::Luau(text) => text.to_owned(),
            Self::Nothing => "nothing".to_owned(),
        }
    }

    /// Refuses a value of another kind, in the words of the verb that got it.
    pub(super) fn check(self, verb: &Verb, name: &'static str, value: &Value) -> Result<(), Mistake> {
        match (self, value) {
            // a comparison operator became a plain boolean
            (Self::Condition | Self::Predicate | Self::Selection, Value::Boolean(value)) => {
                return Err(Mistake::PlainBoolean { verb: verb.name, value: *value });
            }
            (Self::Operand | Self::Literal | Self::Number | Self::Whole | Self::Count, _) if inexact(value) => {
                return Err(Mistake::Inexact(described(value)));
            }
            (Self::Word(words), Value::String(text)) => {
                let text = text.to_string_lossy();
                if !words.contains(&text.as_str()) {
                    return Err(Mistake::unknown(name, &text, words.iter().copied()));
                }
            }
            (Self::Options(options), Value::Table(table)) => return check_options(options, verb, table),
            (Self::List(item), Value::Table(list)) => {
                for value in list.sequence_values::<Value>() {
                    item.check(verb, name, &value.unwrap_or(Value::Nil))?;
                }
            }
            _ => {}
        }
        if self.accepts(value) { Ok(()) } else { Err(refusal(self, verb, name, described(value))) }
    }

    fn accepts(self, value: &Value) -> bool {
        let objects = |names: &[&str]| object_name(value).is_some_and(|found| names.contains(&found.as_str()));
        match self {
            Self::Object(name) => objects(&[name]),
            Self::Operand => {
                number(value).is_some()
                    || matches!(value, Value::String(_) | Value::Boolean(_))
                    || objects(&["Expr", "Duration", "Datetime", "Id"])
            }
            Self::Literal => {
                number(value).is_some()
                    || matches!(value, Value::String(_) | Value::Boolean(_))
                    || objects(&["Duration", "Datetime", "Id"])
            }
            Self::Condition => objects(&["Expr"]),
            Self::Predicate | Self::Selection => value.is_string() || objects(&["Expr"]),
            Self::Column | Self::Text | Self::Word(_) => value.is_string(),
            Self::Columns => value.is_string() || is_list(value),
            Self::Number => number(value).is_some(),
            Self::Whole => number(value).is_some_and(|n| n.fract() == 0.0),
            Self::Count => number(value).is_some_and(|n| n.fract() == 0.0 && n >= 0.0),
            Self::Truth => value.is_boolean(),
            Self::Span => value.is_string() || objects(&["Duration"]),
            Self::List(_) => is_list(value),
            Self::Options(_) | Self::Table(_) => value.is_table(),
            Self::Function(_) => value.is_function(),
            Self::Luau(_) => true,
            Self::Nothing => value.is_nil(),
        }
    }
}

/// A table without names, in which nothing would be overlooked.
fn is_list(value: &Value) -> bool {
    value.as_table().is_some_and(|table| {
        let items = table.raw_len();
        table.pairs::<Value, Value>().count() == items
    })
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Integer(whole) => Some(*whole as f64),
        Value::Number(real) => Some(*real),
        _ => None,
    }
}

/// A whole number that Luau cannot hold for certain.
fn inexact(value: &Value) -> bool {
    number(value).is_some_and(|n| n.fract() == 0.0 && n.abs() >= INEXACT)
}

/// The type's name of an object of the script API.
fn object_name(value: &Value) -> Option<String> {
    Some(value.as_userdata()?.type_name().ok()?.to_string_lossy())
}

fn refusal(kind: Kind, verb: &Verb, name: &'static str, found: String) -> Mistake {
    Mistake::Argument { verb: verb.name, signature: verb.signature(), name, wanted: kind.wanted(), found }
}

/// Each option that there is, and no other.
fn check_options(options: &'static [Argument], verb: &Verb, table: &Table) -> Result<(), Mistake> {
    for pair in table.pairs::<Value, Value>() {
        let (key, _) = pair.map_err(|e| Mistake::Plan(e.to_string()))?;
        let key = if let Value::String(name) = &key { name.to_string_lossy() } else { described(&key) };
        if !options.iter().any(|option| option.name == key) {
            return Err(Mistake::unknown("option", &key, options.iter().map(|option| option.name)));
        }
    }
    for option in options {
        let value = table.raw_get::<Value>(option.name).unwrap_or(Value::Nil);
        check_one(option, verb, &value)?;
    }
    Ok(())
}

/// One argument or option, which may be left out if it is optional.
pub(super) fn check_one(argument: &Argument, verb: &Verb, value: &Value) -> Result<(), Mistake> {
    match argument.need {
        Need::Optional if value.is_nil() => Ok(()),
        _ => argument.kind.check(verb, argument.name, value),
    }
}
