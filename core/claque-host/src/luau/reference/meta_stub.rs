//! Types for LuaLS (lua-language-server): a file with `---@meta`.

use super::super::verb::{ApiType, Argument, Kind, Need, Verb, script_api};
use super::declaration::FIELDS;
use super::definitions::tables;
use std::fmt::Write as _;

const HEAD: &str = "\
---@meta
-- Claque script API 1: types for editors with LuaLS.
-- Generated from the verb table of claque-host, which a test compares: do not edit.

---@alias Literal number|string|boolean|Duration|Datetime|Id
---@alias Operand Expr|Literal
---@alias Column { data: buffer, width: number, valid: buffer?, values: string[]? }
---@alias Param table
";

/// The stub of the whole script API.
pub fn meta_stub() -> String {
    let api = script_api();
    let mut text = HEAD.to_owned();
    text.push_str("\n---@class Signal\n");
    for declared in FIELDS {
        let optional = if declared.field.need == Need::Optional { "?" } else { "" };
        _ = writeln!(text, "---@field {}{optional} {} {}", declared.field.name, lua(declared.field.kind), declared.doc);
    }
    for kind in &api.types {
        text.push_str(&class(kind));
    }
    for constant in &api.constants {
        _ = writeln!(text, "\n---{}\n---@type {}\n{} = nil", constant.doc, lua(constant.kind), constant.name);
    }
    for verb in api.functions().filter(|verb| !verb.name.contains('.')) {
        text.push_str(&function(verb, verb.name));
    }
    for (table, verbs) in tables() {
        _ = writeln!(text, "\n{table} = {{}}");
        for verb in verbs {
            text.push_str(&function(verb, verb.name));
        }
    }
    text
}

fn class(kind: &ApiType) -> String {
    let mut text = format!("\n---{}\n---@class {}\n", kind.doc, kind.name);
    for field in &kind.fields {
        _ = writeln!(text, "---@field {} {} {}", field.name, lua(field.kind), field.doc);
    }
    for verb in kind.verbs() {
        if let Some(operator) = verb.name.strip_prefix("__").filter(|name| OPERATORS.contains(name)) {
            let takes = verb.takes.first().map(|argument| format!("({})", lua(argument.kind))).unwrap_or_default();
            _ = writeln!(text, "---@operator {operator}{takes}: {}", lua(verb.gives));
        }
    }
    _ = writeln!(text, "local {} = {{}}", kind.name);
    for verb in kind.verbs().filter(|verb| !verb.name.starts_with("__")) {
        text.push_str(&function(verb, &format!("{}:{}", kind.name, verb.name)));
    }
    text
}

/// The metamethods that LuaLS knows as operators.
const OPERATORS: [&str; 8] = ["add", "sub", "mul", "div", "idiv", "mod", "pow", "unm"];

fn function(verb: &Verb, name: &str) -> String {
    let mut text = format!("\n---{}\n", verb.doc);
    for argument in verb.takes {
        let optional = if argument.need == Need::Optional { "?" } else { "" };
        _ = writeln!(text, "---@param {}{optional} {}", parameter(argument), lua(argument.kind));
    }
    if !matches!(verb.gives, Kind::Nothing) {
        _ = writeln!(text, "---@return {}", lua(verb.gives));
    }
    let names: Vec<&str> = verb.takes.iter().map(parameter).collect();
    _ = writeln!(text, "function {name}({}) end", names.join(", "));
    text
}

fn parameter(argument: &Argument) -> &'static str {
    if argument.need == Need::Rest { "..." } else { argument.name }
}

/// A type as LuaLS writes it; what only Luau can say is less exact here.
fn lua(kind: Kind) -> String {
    let plain = |text: &'static str, other: &str| {
        if text.chars().all(char::is_alphanumeric) { text.to_owned() } else { other.to_owned() }
    };
    match kind {
        Kind::Luau(text) => plain(text, "any"),
        Kind::Table(text) => plain(text, "table"),
        Kind::Function(text) => plain(text, "function"),
        Kind::List(item) => match lua(*item) {
            item if item.contains('|') => format!("({item})[]"),
            item => format!("{item}[]"),
        },
        Kind::Columns => "string|string[]".to_owned(),
        Kind::Options(options) => {
            let field = |option: &Argument| {
                let optional = if option.need == Need::Optional { "?" } else { "" };
                format!("{}{optional}: {}", option.name, lua(option.kind))
            };
            format!("{{ {} }}", options.iter().map(field).collect::<Vec<_>>().join(", "))
        }
        other => other.luau().replace(" | ", "|"),
    }
}
