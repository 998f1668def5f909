//! The commands of a session, each a colon and a word.

use super::super::context;
use super::super::sample::time_text;
use super::super::script::{LuauSignal, Script};
use super::show;
use super::{Answer, Session};
use crate::declare::{nearest, param_value};
use claque_model::{Declaration, ParamDeclaration, ParamKind, ParamValue, Params, Services, Signal, format_duration};
use mlua::{Function, Value};
use polars::prelude::DataFrame;
use std::collections::BTreeMap;
use std::path::Path;

/// Word, argument and meaning; the order of `:help`.
pub(super) const ALL: [(&str, &str, &str); 8] = [
    ("schema", "[EXPRESSION]", "columns and types of a frame; alone: of all tables"),
    ("plan", "EXPRESSION", "what a frame will do when it is collected"),
    ("t", "EXPRESSION", "the type of a value"),
    ("params", "[NAME VALUE]", "the parameters in ctx.params; with a value: set one"),
    ("load", "SCRIPT", "read a script or its folder: `ctx` and the tables as it declares them, `score` as a global"),
    ("reload", "", "read the script again"),
    ("help", "", "this list"),
    ("quit", "", "leave; Ctrl-D does the same"),
];

pub(super) fn run(session: &mut Session, command: &str, services: &dyn Services) -> Answer {
    let (word, argument) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
    let argument = argument.trim();
    let needs = |what: &str| Answer::Wrong(format!(":{word} needs {what}. hint: :help lists the commands"));
    match word {
        "schema" if argument.is_empty() => Answer::Shown(tables(session)),
        "plan" | "t" if argument.is_empty() => needs("an expression, such as posts:head(3)"),
        "schema" => session.evaluate(argument, services, show::schema),
        "plan" => session.evaluate(argument, services, show::plan),
        "t" => session.evaluate(argument, services, show::type_of),
        "params" => params(session, argument),
        "load" if argument.is_empty() => needs("the path of a script"),
        "load" => load(session, argument, services),
        "reload" => match session.script.clone() {
            Some(path) => load(session, &path, services),
            None => Answer::Wrong("no script was loaded. hint: :load SCRIPT".to_owned()),
        },
        "help" | "h" => Answer::Shown(help()),
        "quit" | "q" => Answer::Over,
        _ => {
            let near = nearest(word, ALL.iter().map(|command| command.0));
            let hint =
                near.map_or_else(|| ":help lists the commands".to_owned(), |near| format!("did you mean :{near}?"));
            Answer::Wrong(format!("unknown command :{word}. hint: {hint}"))
        }
    }
}

fn help() -> String {
    let command =
        |(word, argument, meaning): &(&str, &str, &str)| format!("{:<22}{meaning}", format!(":{word} {argument}"));
    let lines = ["posts:head(3)         an expression: its value is shown, of a frame the head".to_owned()];
    lines.into_iter().chain(ALL.iter().map(command)).collect::<Vec<_>>().join("\n")
}

fn tables(session: &Session) -> String {
    let tables = super::all_tables(&session.activity, &session.user);
    let one = |(name, rows): (&String, &DataFrame)| {
        format!("{name}  {} rows\n{}", rows.height(), show::columns(rows.schema(), "  "))
    };
    tables.iter().map(one).collect::<Vec<_>>().join("\n")
}

/// Reads a script as a run would, and puts the session into its place: its tables, parameters and `score`.
fn load(session: &mut Session, path: &str, services: &dyn Services) -> Answer {
    let main = Path::new(path).join("main.luau");
    let path = if main.is_file() { &*main.to_string_lossy() } else { path };
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => return Answer::Wrong(format!("{path}: {error}")),
    };
    let folder = Path::new(path).parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let signals = match Script::load(path, &text, Some(folder)) {
        Ok(signals) => signals,
        Err(error) => return Answer::Wrong(error.to_string()),
    };
    let Some(signal) = signals.first() else { return Answer::Wrong(format!("{path}: no signal")) };
    let declaration = signal.declaration().clone();
    let params = match declaration.resolve_params(&BTreeMap::new()) {
        Ok(params) => params,
        Err(error) => return Answer::Wrong(format!("{path}: {error}")),
    };
    session.sources = signal.shared_sources();
    session.script = Some(path.to_owned());
    let shown = format!("{} {} · {}\n=score(ctx) runs it", declaration.id, declaration.version, declaration.title);
    session.loaded = Some((declaration, params));
    match session.restart().and_then(|()| take_score(session, signal, services)) {
        Ok(()) => Answer::Shown(shown),
        Err(why) => Answer::Wrong(why),
    }
}

/// Runs the script in the session's VM and keeps its `score` as a global.
fn take_score(session: &mut Session, signal: &LuauSignal, services: &dyn Services) -> Result<(), String> {
    let lua = session.lua.clone();
    let ran = super::guarded(&lua, super::NO_LIMIT, services, || {
        let score: Function = signal.table(&lua)?.raw_get("score")?;
        lua.globals().set("score", Value::Function(score))
    });
    ran.map_err(|stop| session.stopped(stop))
}

/// Shows the parameters, or sets one: `:params min_chars 20`.
fn params(session: &mut Session, argument: &str) -> Answer {
    let Some((declaration, params)) = &session.loaded else {
        return Answer::Wrong("no script was loaded, so there are no parameters. hint: :load SCRIPT".to_owned());
    };
    if argument.is_empty() {
        return Answer::Shown(listed(declaration, params));
    }
    let (name, value) = argument.split_once(|c: char| c.is_whitespace() || c == '=').unwrap_or((argument, ""));
    match set(declaration, params, name.trim(), value.trim_start_matches(['=', ' ']).trim()) {
        Err(why) => Answer::Wrong(why),
        Ok(params) => {
            let declaration = declaration.clone();
            let shown = listed(&declaration, &params);
            let ctx = session.prepared(&declaration).and_then(|tables| {
                let renewed = context::of(&session.lua, &super::given(&tables, &params));
                renewed.and_then(|ctx| session.lua.globals().set("ctx", ctx)).map_err(|error| error.to_string())
            });
            session.loaded = Some((declaration, params));
            ctx.map_or_else(Answer::Wrong, |()| Answer::Shown(shown))
        }
    }
}

fn listed(declaration: &Declaration, params: &Params) -> String {
    if declaration.params.is_empty() {
        return format!("{} has no parameters", declaration.id);
    }
    let one = |p: &ParamDeclaration| {
        let value = params.get(&p.name).map(shown).unwrap_or_default();
        format!("{} = {value}  ({})  {}", p.name, p.kind.expected(), p.doc)
    };
    declaration.params.iter().map(one).collect::<Vec<_>>().join("\n")
}

fn shown(value: &ParamValue) -> String {
    match value {
        ParamValue::Int(whole) => whole.to_string(),
        ParamValue::Float(real) => real.to_string(),
        ParamValue::Bool(truth) => truth.to_string(),
        ParamValue::Text(text) => format!("\"{text}\""),
        ParamValue::Texts(texts) => format!("{texts:?}"),
        ParamValue::Duration(micros) => format_duration(*micros),
        ParamValue::Datetime(micros) => time_text(*micros),
    }
}

fn set(declaration: &Declaration, params: &Params, name: &str, text: &str) -> Result<Params, String> {
    let declared = declaration.params.iter().find(|p| p.name == name).ok_or_else(|| {
        let near = nearest(name, declaration.params.iter().map(|p| p.name.as_str()));
        let hint = near.map(|near| format!(". hint: did you mean {near}?")).unwrap_or_default();
        format!("unknown parameter {name}{hint}")
    })?;
    let value = read(&declared.kind, text)
        .ok_or_else(|| format!("{name}: expected {}, got `{text}`", declared.kind.expected()))?;
    let mut params = params.clone();
    params.insert(name.to_owned(), declared.check(value).map_err(|error| error.to_string())?);
    Ok(params)
}

/// A value as it is typed after `:params NAME`: as in JSON, or plain text.
fn read(kind: &ParamKind, text: &str) -> Option<ParamValue> {
    let as_json = serde_json::from_str(text).ok().and_then(|value| param_value(kind, &value));
    as_json.or_else(|| param_value(kind, &serde_json::Value::String(text.to_owned())))
}
