//! Plugins that are part of the program: the build script lists the folders of `scripts/` and `plugins/`.
//! Nothing here knows one by name.

use claque_host::{SearchPath, ShippedPlugin};
use std::path::PathBuf;

include!(concat!(env!("OUT_DIR"), "/shipped.rs"));

/// Everything that was embedded.
pub(crate) fn plugins() -> &'static [ShippedPlugin] {
    SHIPPED
}

/// Where further plugins may lie, in the order of the documents: given, study (added by the run), environment,
/// user. Never the current folder by itself.
pub(crate) fn search(given: Option<PathBuf>) -> SearchPath {
    let home = |variable: &str, below: &str| {
        let base = std::env::var_os(variable).filter(|v| !v.is_empty()).map(PathBuf::from);
        base.or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(below)))
            .map(|dir| dir.join("claque"))
    };
    let env = std::env::var_os("CLAQUE_PLUGIN_PATH").map(|paths| std::env::split_paths(&paths).collect());
    SearchPath {
        given,
        study: None,
        env: env.unwrap_or_default(),
        user: home("XDG_DATA_HOME", ".local/share").map(|dir| dir.join("plugins")),
        cache: home("XDG_CACHE_HOME", ".cache").unwrap_or_else(|| std::env::temp_dir().join("claque")),
        kernels: Some(claque_study::kernels()),
    }
}
