//! `claque plugin why`: where a signal comes from, what it hides, where it runs, and why.

use crate::diagnosis::Failure;
use crate::shipped;
use crate::terminal::{Exit, Terminal};
use claque_host::{Registered, Registry, nearest};
use serde_json::{Value, json};
use std::path::PathBuf;

pub(super) fn run(id: &str, plugins: Option<PathBuf>, out: &Terminal) -> Result<Exit, Failure> {
    let registry = registry(plugins);
    let found = of(&registry, id)?;
    for registered in &found {
        out.say(&page(registered, &registry).join("\n"));
    }
    let objects: Vec<Value> = found.iter().map(|registered| object(registered, &registry)).collect();
    out.object(&json!({ "signals": objects }));
    Ok(Exit::Done)
}

/// Everything that is found here.
pub(super) fn registry(plugins: Option<PathBuf>) -> Registry {
    Registry::discover(claque_coordination::trace_signals(), shipped::plugins(), &shipped::search(plugins))
}

/// The signal of that id, or all signals of the plugin of that id.
pub(super) fn of<'r>(registry: &'r Registry, id: &str) -> Result<Vec<&'r Registered>, Failure> {
    let plugin_of = |registered: &'r Registered| registered.compiled.as_ref().map(|c| c.plugin.as_str());
    let mut found: Vec<&Registered> = registry.find(id).into_iter().collect();
    if found.is_empty() {
        found.extend(registry.signals().iter().filter(|registered| plugin_of(registered) == Some(id)));
    }
    if !found.is_empty() {
        return Ok(found);
    }
    // a plugin that was left out has no signals to be known by
    if let Some(broken) = registry.broken().iter().find(|broken| broken.name.contains(id)) {
        return Err(broken.clone().into());
    }
    let known = registry.signals().iter().map(|registered| registered.signal.declaration().id.as_str());
    let hint = nearest(id, known).map_or_else(
        || "`claque plugin list` lists all; --plugins my-study/plugins adds those of a study".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    Err(Failure::new(format!("unknown signal or plugin `{id}`")).with_hint(hint))
}

fn page(registered: &Registered, registry: &Registry) -> Vec<String> {
    let declaration = registered.signal.declaration();
    let mut lines = vec![format!("{} {} · {}", declaration.id, declaration.version, declaration.title)];
    lines.push(format!("home         {} ({})", registered.home, registered.signal.origin().name()));
    if let Some(compiled) = &registered.compiled {
        lines.push(format!("plugin       {} {}", compiled.plugin, compiled.version));
        lines.push(format!("library      {}", compiled.file.display()));
        lines.push(format!("its SHA-256  {}", compiled.sha256));
    }
    lines.extend(registered.sha256.iter().map(|hash| format!("all files    {hash}")));
    let (runs, why) = runs(registered);
    lines.push(format!("runs         {runs}: {why}"));
    lines.extend(hidden(registered, registry).map(|home| format!("hides        the one of {home}")));
    lines
}

fn runs(registered: &Registered) -> (&'static str, String) {
    match &registered.compiled {
        Some(compiled) => (compiled.placement.place.name(), compiled.placement.reason.to_string()),
        None if registered.sha256.is_some() => ("in the process", "scripts can reach nothing but their tables".into()),
        None => ("in the process", "it is part of the program".into()),
    }
}

fn hidden<'r>(registered: &'r Registered, registry: &'r Registry) -> impl Iterator<Item = &'r str> {
    let id = &registered.signal.declaration().id;
    registry.shadowed().iter().filter(move |shadowed| shadowed.id == *id).map(|shadowed| shadowed.home.as_str())
}

fn object(registered: &Registered, registry: &Registry) -> Value {
    let declaration = registered.signal.declaration();
    let (runs, why) = runs(registered);
    let compiled = registered.compiled.as_ref();
    json!({
        "id": declaration.id, "version": declaration.version, "home": registered.home,
        "kind": registered.signal.origin().name(), "sha256": registered.sha256,
        "plugin": compiled.map(|c| &c.plugin), "library": compiled.map(|c| c.file.display().to_string()),
        "library_sha256": compiled.map(|c| &c.sha256), "runs": runs, "why": why,
        "hides": hidden(registered, registry).collect::<Vec<_>>(),
    })
}
