//! `claque plugin`: tools for authors and owners.

mod check;
mod doc;
mod install;
mod metadata;
mod new;
mod trust;
mod types;
mod why;

use crate::args::Plugin;
use crate::diagnosis::Failure;
use crate::shipped;
use crate::terminal::{Exit, Terminal};
use claque_host::Registry;

pub(crate) use check::serve as serve_check;

pub(crate) fn run(options: &Plugin, out: &Terminal) -> Result<Exit, Failure> {
    match options {
        Plugin::Check(options) => check::run(options, out),
        Plugin::New { name, lang, emits, output, sdk } => {
            new::run(&new::Wish { name, lang: *lang, emits: *emits, output, sdk: sdk.as_deref() }, out)
        }
        Plugin::Metadata { path } => metadata::run(path, out),
        Plugin::Doc { path, output } => doc::run(path, output.as_deref(), out),
        Plugin::List { plugins } => Ok(list(plugins.clone(), out)),
        Plugin::Install { path, yes, trust } => install::run(path, *yes, *trust, out),
        Plugin::Trust { plugin, revoke, plugins } => trust::run(plugin, *revoke, plugins.clone(), out),
        Plugin::Why { id, plugins } => why::run(id, plugins.clone(), out),
        Plugin::Types { server } => Ok(types::run(*server, out)),
    }
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
