//! Which signals there are: built in, shipped, and in the folders of the search path. The first one of an id
//! wins. A plugin that cannot be used is reported and left out; it never stops the others.

mod broken;
mod check;
mod files;
mod golden;
mod load;
mod page;
mod place;
mod suite;
mod trust;

pub use broken::BrokenPlugin;
pub use check::{
    CheckStep, CheckTools, LibraryCheck, Plan, check_in_full, check_library, check_plugin, fingerprint, is_library,
    library_checks, serve_check,
};
pub use golden::NewGolden;
pub use load::{Compiled, compiled_of, open_plugin};
pub use page::page;
pub use place::{PlaceReason, Placement, Placing, RunsIn};
pub use suite::{Case, CaseKind, CaseRun, Suite};
pub use trust::{Trust, TrustError};

use crate::kernels::Kernels;
use crate::manifest::ExpectedLimits;
use claque_model::{Shape, Signal};
use files::Files;
use load::{Loaded, Look};
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A plugin that is part of the program.
#[derive(Clone, Copy, Debug)]
pub struct ShippedPlugin {
    /// Its folder in the sources, as shown to people.
    pub folder: &'static str,
    /// Relative paths and contents: `main.luau` or `plugin.toml` and the library, and `SIGNAL.md`.
    pub files: &'static [(&'static str, &'static [u8])],
}

/// Where plugins are looked for, in this order; what is built in or shipped comes last.
#[derive(Clone, Debug, Default)]
pub struct SearchPath {
    /// Given on the command line: a folder of plugin folders.
    pub given: Option<PathBuf>,
    /// A study; its `plugins/` and `scripts/` are folders of plugin folders.
    pub study: Option<PathBuf>,
    /// From the environment.
    pub env: Vec<PathBuf>,
    /// The user's own.
    pub user: Option<PathBuf>,
    /// Where private copies of libraries are kept.
    pub cache: PathBuf,
    /// What scripts may ask of other stages.
    pub kernels: Option<Arc<dyn Kernels>>,
    /// Where compiled plugins run.
    pub placing: Placing,
}

/// A signal and where it comes from.
pub struct Registered {
    /// The signal.
    pub signal: Arc<dyn Signal>,
    /// `built in`, `shipped`, or the plugin's folder (of a study: relative to it).
    pub home: String,
    /// SHA-256 over the folder's sorted files; none for what is built in.
    pub sha256: Option<String>,
    /// Its library, where it has one.
    pub compiled: Option<Compiled>,
    /// What its author expects it to take.
    pub expected: ExpectedLimits,
    rank: Rank,
}

/// How near a signal is to the program.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    BuiltIn,
    Shipped,
    ThirdParty,
}

impl Registered {
    /// Does it come from neither the program nor what is shipped with it?
    #[must_use]
    pub fn is_third_party(&self) -> bool {
        self.rank == Rank::ThirdParty
    }
}

/// A signal that another one of its id hides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shadowed {
    /// The id of both.
    pub id: String,
    /// Where the hidden one lives.
    pub home: String,
    /// Where the one that is used lives.
    pub by: String,
}

impl fmt::Display for Shadowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "signal `{}` of `{}` is hidden by the one of `{}`", self.id, self.home, self.by)
    }
}

/// Every signal that can be used here.
pub struct Registry {
    signals: Vec<Registered>,
    broken: Vec<BrokenPlugin>,
    shadowed: Vec<Shadowed>,
}

impl Registry {
    /// Looks through the search path, then adds what is shipped and built in. A library is loaded only after
    /// its manifest was read and found right.
    #[must_use]
    pub fn discover(builtin: Vec<Box<dyn Signal>>, shipped: &[ShippedPlugin], path: &SearchPath) -> Self {
        let mut found = Found::default();
        for entry in entries(path) {
            found.entry(&entry, path);
        }
        for plugin in shipped {
            let files = Files::Shipped(plugin.files);
            match load::load(&files, plugin.folder, path, Look::Found) {
                Ok(loaded) => found.add(loaded, "shipped", Rank::Shipped),
                Err(broken) => found.broken.push(broken),
            }
        }
        for signal in builtin {
            found.register(Registered {
                signal: Arc::from(signal),
                home: "built in".into(),
                sha256: None,
                compiled: None,
                expected: ExpectedLimits::default(),
                rank: Rank::BuiltIn,
            });
        }
        found.drop_twin_layers();
        Self { signals: found.signals.into_values().collect(), broken: found.broken, shadowed: found.shadowed }
    }

    /// All signals, by id.
    #[must_use]
    pub fn signals(&self) -> &[Registered] {
        &self.signals
    }

    /// The signal of that id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&Registered> {
        self.signals.iter().find(|r| r.signal.declaration().id == id)
    }

    /// Plugins that were left out, in the order of the search.
    #[must_use]
    pub fn broken(&self) -> &[BrokenPlugin] {
        &self.broken
    }

    /// Signals that are hidden by another one of their id.
    #[must_use]
    pub fn shadowed(&self) -> &[Shadowed] {
        &self.shadowed
    }
}

/// A folder of plugin folders.
struct Entry {
    path: PathBuf,
    /// Left away where plugins are named.
    root: Option<PathBuf>,
    /// Somebody named this very folder, so it must be there.
    must_exist: bool,
}

fn entries(path: &SearchPath) -> Vec<Entry> {
    let named = |path: &PathBuf| Entry { path: path.clone(), root: None, must_exist: true };
    let study = path.study.iter().flat_map(|root| ["plugins", "scripts"].map(|below| (root, below)));
    let mut entries: Vec<Entry> = path.given.iter().map(named).collect();
    entries.extend(study.map(|(root, below)| Entry {
        path: root.join(below),
        root: Some(root.clone()),
        must_exist: false,
    }));
    entries.extend(path.env.iter().map(named));
    entries.extend(path.user.iter().map(|path| Entry { must_exist: false, ..named(path) }));
    entries
}

#[derive(Default)]
struct Found {
    signals: BTreeMap<String, Registered>,
    broken: Vec<BrokenPlugin>,
    shadowed: Vec<Shadowed>,
}

impl Found {
    /// All plugins of one folder, by name.
    fn entry(&mut self, entry: &Entry, search: &SearchPath) {
        let shown = entry.path.display().to_string();
        let listed = std::fs::read_dir(&entry.path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let mut below = match listed {
            Ok(listed) => listed.into_iter().map(|e| e.path()).collect::<Vec<_>>(),
            Err(_) if !entry.must_exist && !entry.path.exists() => return,
            Err(error) => {
                self.broken.push(BrokenPlugin::new(&shown, format!("cannot read the plugin folder: {error}")));
                return;
            }
        };
        below.sort();
        for path in below {
            let name = path.strip_prefix(entry.root.as_deref().unwrap_or(Path::new(""))).unwrap_or(&path);
            let name = name.display().to_string();
            match load::kind_of(&path) {
                load::Kind::Plugin => match load::load(&Files::Folder(&path), &name, search, Look::Found) {
                    Ok(loaded) => self.add(loaded, &name, Rank::ThirdParty),
                    Err(broken) => self.broken.push(broken),
                },
                load::Kind::Stray(hint) => {
                    let broken = BrokenPlugin::new(&name, "a plugin is a folder of its own".into());
                    self.broken.push(broken.with_hint(hint));
                }
                load::Kind::Other => {}
            }
        }
    }

    fn add(&mut self, loaded: Loaded, home: &str, rank: Rank) {
        for signal in loaded.signals {
            let (sha256, compiled) = (Some(loaded.sha256.clone()), loaded.compiled.clone());
            let expected = loaded.expected;
            self.register(Registered { signal, home: home.to_owned(), sha256, compiled, expected, rank });
        }
    }

    fn register(&mut self, new: Registered) {
        let id = new.signal.declaration().id.clone();
        match self.signals.get(&id) {
            Some(first) => self.shadowed.push(Shadowed { id, home: new.home, by: first.home.clone() }),
            None => drop(self.signals.insert(id, new)),
        }
    }

    /// A layer has one signal: a second one under another id would overwrite its traces. The program's own stay.
    fn drop_twin_layers(&mut self) {
        let mut owners: BTreeMap<String, (Rank, String)> = BTreeMap::new();
        let mut order: Vec<&Registered> =
            self.signals.values().filter(|r| r.signal.declaration().emits == Shape::Traces).collect();
        order.sort_by_key(|r| r.rank);
        let mut twins = Vec::new();
        for registered in order {
            let declaration = registered.signal.declaration();
            let layer = declaration.layer_name().to_owned();
            match owners.get(&layer) {
                None => drop(owners.insert(layer, (registered.rank, declaration.id.clone()))),
                Some((_, owner)) => {
                    let reason =
                        format!("signal `{}`: its layer `{layer}` is already that of `{owner}`", declaration.id);
                    let broken = BrokenPlugin::new(&registered.home, reason);
                    twins.push((declaration.id.clone(), broken.with_hint("give it a `layer` of its own")));
                }
            }
        }
        for (id, broken) in twins {
            self.signals.remove(&id);
            self.broken.push(broken);
        }
    }
}

#[cfg(test)]
mod tests;
