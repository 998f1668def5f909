//! `claque signals`: every signal, or one in full.

use crate::args::{self, SignalsAction};
use crate::diagnosis::Failure;
use crate::shipped;
use crate::terminal::{Exit, Terminal};
use claque_host::{Registered, Registry, nearest};
use claque_model::{Declaration, EffectFloor};
use serde_json::json;

pub(crate) fn run(options: &args::Signals, out: &Terminal) -> Result<Exit, Failure> {
    let search = shipped::search(options.plugins.clone());
    let registry = Registry::discover(claque_coordination::trace_signals(), shipped::plugins(), &search);
    match &options.action {
        None => list(&registry, out),
        Some(SignalsAction::Show { id }) => show(&registry, id, out)?,
    }
    for broken in registry.broken() {
        out.warn(&format!("plugin `{}` was left out: {}", broken.name, broken.reason));
    }
    Ok(if registry.broken().is_empty() { Exit::Done } else { Exit::Incomplete })
}

fn list(registry: &Registry, out: &Terminal) {
    out.say(&format!("{:<36}{:<22}{:<12}{:<10}title", "id", "dimension", "emits", "kind"));
    for registered in registry.signals() {
        let d = registered.signal.declaration();
        let kind = registered.signal.origin().name();
        out.say(&format!("{:<36}{:<22}{:<12}{kind:<10}{}", d.id, d.dimension.name(), d.emits.name(), d.title));
    }
    let rows: Vec<_> = registry.signals().iter().map(object).collect();
    out.object(&json!({ "signals": rows }));
}

fn show(registry: &Registry, id: &str, out: &Terminal) -> Result<(), Failure> {
    let Some(registered) = registry.find(id) else {
        let known = registry.signals().iter().map(|r| r.signal.declaration().id.as_str());
        let hint = nearest(id, known).map_or_else(
            || "`claque signals` lists all; --plugins my-study/scripts adds those of a study".to_owned(),
            |n| format!("did you mean `{n}`?"),
        );
        return Err(Failure::new(format!("unknown signal `{id}`")).with_hint(hint));
    };
    out.say(&page(registered));
    out.object(&object(registered));
    Ok(())
}

fn page(registered: &Registered) -> String {
    let d = registered.signal.declaration();
    let mut lines = vec![format!("{} {} · {}", d.id, d.version, d.title)];
    if !d.doc.is_empty() {
        lines.push(d.doc.clone());
    }
    lines.push(format!("home         {} ({})", registered.home, registered.signal.origin().name()));
    let also: Vec<&str> = d.statements().skip(1).map(claque_model::Dimension::name).collect();
    let also = if also.is_empty() { String::new() } else { format!(", also {}", also.join(", ")) };
    lines.push(format!("dimension    {}{also}; family {}", d.dimension.name(), d.family));
    lines.push(format!("emits        {}; cap {} nats; floor {}", d.emits.name(), d.cap, floor(d)));
    for table in &d.requires {
        let columns: Vec<String> = table
            .columns
            .iter()
            .map(|c| format!("{}: {}{}", c.name, c.kind.name(), if c.optional { "?" } else { "" }))
            .collect();
        lines.push(format!("needs        {} ({})", table.name, columns.join(", ")));
    }
    for p in &d.params {
        lines.push(format!("parameter    {}: {}; {}", p.name, p.kind.expected(), p.doc));
    }
    lines.extend(d.innocent.iter().map(|sentence| format!("innocent     {sentence}")));
    lines.extend(d.cite.iter().map(|cite| format!("cite         {cite}")));
    lines.join("\n")
}

fn floor(d: &Declaration) -> String {
    match d.effect_floor {
        EffectFloor::Ratio(r) => format!("ratio {r}"),
        EffectFloor::Difference(x) => format!("difference {x}"),
        EffectFloor::Value(v) => format!("value {v}"),
    }
}

fn object(registered: &Registered) -> serde_json::Value {
    let d = registered.signal.declaration();
    json!({
        "id": d.id, "version": d.version, "title": d.title, "doc": d.doc, "dimension": d.dimension.name(),
        "also": d.statements().skip(1).map(claque_model::Dimension::name).collect::<Vec<_>>(),
        "family": d.family, "emits": d.emits.name(), "cap": d.cap, "home": registered.home,
        "kind": registered.signal.origin().name(), "sha256": registered.sha256, "innocent": d.innocent,
        "disarm": { "observed": d.disarm.observed, "inferred": d.disarm.inferred },
    })
}
