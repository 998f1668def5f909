//! Plugins that are part of the program: the build script lists the folders of `scripts/` and `plugins/`.
//! Nothing here knows one by name.

use claque_host::{Placing, SearchPath, ShippedPlugin, Trust};
use std::path::PathBuf;

include!(concat!(env!("OUT_DIR"), "/shipped.rs"));

/// Everything that was embedded.
pub(crate) fn plugins() -> &'static [ShippedPlugin] {
    SHIPPED
}

/// Where further plugins may lie, in the order of the documents: given, study (added by the run), environment,
/// user. Never the current folder by itself.
pub(crate) fn search(given: Option<PathBuf>) -> SearchPath {
    let env = std::env::var_os("CLAQUE_PLUGIN_PATH").map(|paths| std::env::split_paths(&paths).collect());
    SearchPath {
        given,
        study: None,
        env: env.unwrap_or_default(),
        user: user_plugins(),
        cache: home("XDG_CACHE_HOME", ".cache").unwrap_or_else(|| std::env::temp_dir().join("claque")),
        kernels: Some(claque_study::kernels()),
        placing: Placing {
            trust: trust_file().map_or_else(Trust::default, |file| Trust::read(&file)),
            ..Placing::default()
        },
    }
}

/// Where the user's own plugins lie.
pub(crate) fn user_plugins() -> Option<PathBuf> {
    home("XDG_DATA_HOME", ".local/share").map(|dir| dir.join("plugins"))
}

/// Where the user says which libraries may run inside the program.
pub(crate) fn trust_file() -> Option<PathBuf> {
    home("XDG_CONFIG_HOME", ".config").map(|dir| dir.join("trust.toml"))
}

/// Our folder in a place of the user. What is not absolute counts as not set, as the XDG base directory specification has
/// it: it would name a place in the current folder, and a study that was downloaded could say whom its user trusts.
fn home(variable: &str, below: &str) -> Option<PathBuf> {
    let absolute = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    absolute(variable).or_else(|| absolute("HOME").map(|home| home.join(below))).map(|dir| dir.join("claque"))
}
