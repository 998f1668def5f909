//! `claque plugin`: tools for authors and owners.

mod types;

use crate::args::Plugin;
use crate::diagnosis::Failure;
use crate::shipped;
use crate::terminal::{Exit, Terminal};
use claque_host::{Registry, check_plugin};
use serde_json::json;
use std::path::Path;

pub(crate) fn run(options: &Plugin, out: &Terminal) -> Result<Exit, Failure> {
    match options {
        Plugin::Check { path } => check(path, out),
        Plugin::List { plugins } => Ok(list(plugins.clone(), out)),
        Plugin::Types { server } => Ok(types::run(*server, out)),
    }
}

/// Loads it, runs its own tests and the example of its SIGNAL.md. One that cannot be loaded is exit 2.
fn check(path: &Path, out: &Terminal) -> Result<Exit, Failure> {
    let search = shipped::search(None);
    let steps = check_plugin(path, &search.cache, search.kernels.as_ref())?;
    for step in &steps {
        match &step.outcome {
            Ok(detail) => out.say(&format!(
                "ok      {}{}",
                step.name,
                if detail.is_empty() { String::new() } else { format!(": {detail}") }
            )),
            Err(why) => out.say(&format!("failed  {}\n{}", step.name, indent(why))),
        }
    }
    let failed = steps.iter().filter(|s| s.outcome.is_err()).count();
    out.say(&format!("{} passed, {failed} failed", steps.len() - failed));
    let rows: Vec<_> = steps
        .iter()
        .map(|s| json!({ "name": s.name, "ok": s.outcome.is_ok(), "detail": s.outcome.as_ref().unwrap_or_else(|e| e) }))
        .collect();
    out.object(&json!({ "checks": rows }));
    Ok(if failed == 0 { Exit::Done } else { Exit::Incomplete })
}

fn indent(text: &str) -> String {
    text.lines().map(|line| format!("        {line}")).collect::<Vec<_>>().join("\n")
}

fn list(plugins: Option<std::path::PathBuf>, out: &Terminal) -> Exit {
    let registry =
        Registry::discover(claque_coordination::trace_signals(), shipped::plugins(), &shipped::search(plugins));
    for registered in registry.signals() {
        let declaration = registered.signal.declaration();
        out.say(&format!(
            "{:<36}{:<10}{:<10}{}",
            declaration.id,
            declaration.version,
            registered.signal.origin().name(),
            registered.home
        ));
    }
    for shadowed in registry.shadowed() {
        out.warn(&shadowed.to_string());
    }
    for broken in registry.broken() {
        out.warn(&format!("plugin `{}` was left out: {}", broken.name, broken.reason));
    }
    if registry.broken().is_empty() { Exit::Done } else { Exit::Incomplete }
}
