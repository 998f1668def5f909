//! Types for luau-lsp, in the syntax of Luau's definition files.

use super::super::verb::{ApiType, Argument, Kind, Need, Verb, script_api};
use super::declaration::FIELDS;
use std::collections::BTreeMap;
use std::fmt::Write as _;

const HEAD: &str = "\
-- Claque script API 1: types for editors (`luau-lsp analyze --defs claque.d.luau`).
-- Generated from the verb table of claque-host, which a test compares: do not edit.

export type Literal = number | string | boolean | Duration | Datetime | Id
export type Operand = Expr | Literal
export type Column = { data: buffer, width: number, valid: buffer?, values: { string }? }
export type Param = { type: string, default: any, doc: string? }
";

/// The definitions of the whole script API.
pub fn definitions() -> String {
    let api = script_api();
    let mut text = HEAD.to_owned();
    text.push_str(&signal());
    for kind in &api.types {
        text.push_str(&extern_type(kind));
    }
    text.push('\n');
    for constant in &api.constants {
        _ = writeln!(text, "declare {}: {} -- {}", constant.name, constant.kind.luau(), constant.doc);
    }
    for verb in api.functions().filter(|verb| !verb.name.contains('.')) {
        let (takes, gives) = (arguments(verb.takes), verb.gives.luau());
        _ = writeln!(text, "declare function {}({takes}): {gives} -- {}", verb.name, verb.doc);
    }
    for (table, verbs) in tables() {
        _ = writeln!(text, "\ndeclare {table}: {{");
        for verb in verbs {
            let name = verb.name.split_once('.').map_or(verb.name, |(_, name)| name);
            let (takes, gives) = (types(verb.takes), verb.gives.luau());
            _ = writeln!(text, "\t{name}: ({takes}) -> {gives}, -- {}", verb.doc);
        }
        text.push_str("}\n");
    }
    text
}

/// The functions in global tables.
pub(super) fn tables() -> BTreeMap<&'static str, Vec<&'static Verb>> {
    let mut tables: BTreeMap<&str, Vec<&Verb>> = BTreeMap::new();
    for verb in script_api().functions() {
        if let Some((table, _)) = verb.name.split_once('.') {
            tables.entry(table).or_default().push(verb);
        }
    }
    tables
}

fn signal() -> String {
    let mut text = "export type Signal = {\n".to_owned();
    for declared in FIELDS {
        _ = writeln!(text, "\t{}, -- {}", named(&declared.field), declared.doc);
    }
    text.push_str("}\n");
    text
}

fn extern_type(kind: &ApiType) -> String {
    let mut text = format!("\n-- {}\ndeclare extern type {} with\n", kind.doc, kind.name);
    for field in &kind.fields {
        _ = writeln!(text, "\t{}: {} -- {}", field.name, field.kind.luau(), field.doc);
    }
    for section in &kind.sections {
        if !section.title.is_empty() {
            _ = writeln!(text, "\t-- {}", section.title);
        }
        for verb in &section.verbs {
            let takes = arguments(verb.takes);
            let comma = if takes.is_empty() { "" } else { ", " };
            let gives = verb.gives.luau();
            _ = writeln!(text, "\tfunction {}(self{comma}{takes}): {gives} -- {}", verb.name, verb.doc);
        }
    }
    text.push_str("end\n");
    text
}

pub(super) fn arguments(takes: &[Argument]) -> String {
    takes.iter().map(named).collect::<Vec<_>>().join(", ")
}

/// `name: type`.
fn named(argument: &Argument) -> String {
    match argument.need {
        Need::Rest => format!("...: {}", argument.kind.luau()),
        _ => format!("{}: {}", argument.name, typed(argument)),
    }
}

/// Arguments of a function type.
fn types(takes: &[Argument]) -> String {
    let one = |argument: &Argument| match argument.need {
        Need::Rest => format!("...{}", bracketed(argument.kind)),
        _ => format!("{}: {}", argument.name, typed(argument)),
    };
    takes.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn typed(argument: &Argument) -> String {
    if argument.need == Need::Optional { format!("{}?", bracketed(argument.kind)) } else { argument.kind.luau() }
}

fn bracketed(kind: Kind) -> String {
    let text = kind.luau();
    if text.contains('|') && !text.starts_with('{') { format!("({text})") } else { text }
}
