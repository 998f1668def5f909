//! All globals of the script API, put together: `plugin`, `p`, `sorted_pairs`, `print`, `require`, and what
//! starts an expression.

use super::modules::{self, Sources};
use super::params;
use super::verb::{self, Field, Globals, Group, Kind, Method, Property, Scripted, one};
use super::watchdog::Outbox;
use super::{expr, graph, kernels, mistake::Mistake};
use claque_model::LogLevel;
use mlua::{Lua, MetaMethod, Table, UserData, UserDataFields, Value, Variadic};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Lines that one run may log.
const LINES: usize = 1000;

/// What `plugin { … }` gives: the table of a signal, which nothing can change any more.
pub(super) struct Plugin(pub(super) Table);

impl UserData for Plugin {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        fields.add_meta_field(MetaMethod::Type, "Signal");
    }
}

impl Scripted for Globals {
    const NAME: &'static str = "";
    const DOC: &'static str = "What needs nothing before it.";
    const FIELDS: &'static [Field<Self>] = &[expr::NULL, CLAQUE];
    const GROUPS: &'static [&'static Group<Self>] = &[&GROUP, &params::GROUP, &expr::START, &graph::BUILD];
}

/// What scripts can ask about the program.
const CLAQUE: Field<Globals> = Field {
    property: Property {
        name: "claque",
        kind: Kind::Luau("{ api: string }"),
        doc: "claque.api is the version of this script API",
    },
    get: |lua, _| {
        let table = lua.create_table_from([("api", "1.0")])?;
        table.set_readonly(true);
        Ok(Value::Table(table))
    },
};

static GROUP: Group<Globals> = Group {
    title: "A script",
    doc: "",
    methods: &[
        Method::new(
            "plugin",
            &[one("signal", Kind::Table("Signal"))],
            Kind::Luau("any"),
            "what a script returns: a signal, or a list of several",
            |_, given| {
                let table: Table = given.take()?;
                table.set_readonly(true);
                given.give(Plugin(table))
            },
        ),
        Method::new(
            "require",
            &[one("path", Kind::Text)],
            Kind::Luau("any"),
            "what a file beside the script returns, as \"./name\"; it runs once",
            |_, given| {
                let path: String = given.take()?;
                modules::require(given.lua(), &path)
            },
        ),
        Method::new(
            "sorted_pairs",
            &[one("table", Kind::Table("{ [any]: any }"))],
            Kind::Luau("() -> (any, any)"),
            "like pairs, in the order of the keys, numbers first: the same in every run",
            |_, given| {
                let pairs = sorted_pairs(given.lua(), &given.take()?)?;
                given.give(pairs)
            },
        )
        .example(
            r#"(function() local all = "" for k in sorted_pairs { b = 1, a = 2 } do all ..= k end return all end)()"#,
            "ab",
        ),
    ],
};

/// Lines logged so far.
struct Logged(AtomicUsize);

/// Puts everything into a VM that is not yet frozen.
pub(super) fn install(lua: &Lua, sources: &Arc<Sources>) -> mlua::Result<()> {
    lua.set_app_data(Logged(AtomicUsize::new(0)));
    kernels::install(lua, sources.kernels.clone());
    lua.set_app_data(expr::Origins::default());
    modules::install(lua, Arc::clone(sources))?;
    verb::install_globals(lua)?;
    // of Luau, with another end
    lua.globals().set(
        "print",
        lua.create_function(|lua, values: Variadic<Value>| {
            let words = values.iter().map(Value::to_string).collect::<mlua::Result<Vec<_>>>()?;
            log(lua, LogLevel::Info, words.join("\t"));
            Ok(())
        })?,
    )
}

/// Sends a line to the host's log, up to the limit.
pub(super) fn log(lua: &Lua, level: LogLevel, text: String) {
    let Some(outbox) = lua.app_data_ref::<Outbox>().map(|o| o.clone()) else { return };
    let before = lua.app_data_ref::<Logged>().map_or(0, |logged| logged.0.fetch_add(1, Ordering::Relaxed));
    match before {
        0..LINES => outbox.log(level, text),
        LINES => outbox.log(LogLevel::Warn, format!("more than {LINES} lines; the rest is left out")),
        _ => {}
    }
}

/// A key that has an order of its own.
#[derive(PartialEq)]
enum Key {
    Number(f64),
    Text(Vec<u8>),
}

impl Key {
    fn of(value: &Value) -> Result<Self, Mistake> {
        match value {
            Value::Integer(whole) => Ok(Self::Number(*whole as f64)),
            Value::Number(real) => Ok(Self::Number(*real)),
            Value::String(text) => Ok(Self::Text(text.as_bytes().to_vec())),
            other => Err(Mistake::expected("keys that are numbers or strings", other)),
        }
    }

    fn compare(&self, other: &Self) -> std::cmp::Ordering {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => a.total_cmp(b),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            (Self::Number(_), Self::Text(_)) => std::cmp::Ordering::Less,
            (Self::Text(_), Self::Number(_)) => std::cmp::Ordering::Greater,
        }
    }
}

/// `for k, v in sorted_pairs(t)`: numbers first, then texts; the same in every run.
fn sorted_pairs(lua: &Lua, table: &Table) -> mlua::Result<mlua::Function> {
    let mut entries = Vec::new();
    for pair in table.pairs::<Value, Value>() {
        let (key, value) = pair?;
        entries.push((Key::of(&key)?, key, value));
    }
    entries.sort_by(|a, b| a.0.compare(&b.0));
    let mut rest = entries.into_iter();
    lua.create_function_mut(move |_, ()| {
        Ok(rest.next().map_or((Value::Nil, Value::Nil), |(_, key, value)| (key, value)))
    })
}
