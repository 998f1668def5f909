//! Hosts for signals: finding plugins, giving them exactly what they declared, checking what comes back,
//! and the two foreign homes, Luau scripts and compiled libraries. Nobody outside this crate knows of
//! Luau or of loading libraries. What a result means is not decided here.

mod contract;
mod declare;
mod luau;
mod manifest;
mod native;
mod registry;
mod spec;

pub use contract::{CycleError, Limits, RunFault, Tables, check_output, order, prepare, run};
pub use declare::{DeclareError, declaration_from_json, nearest};
pub use luau::{Answer, Diagnosis, LuauSignal, Place, Script, ScriptError, ScriptTest, Session};
pub use manifest::{Manifest, ManifestError, NativeManifest, PluginKind};
pub use native::{AbiVersion, Library, NativeError, NativeSignal};
pub use registry::{
    BrokenPlugin, CheckStep, Registered, Registry, SearchPath, Shadowed, ShippedPlugin, check_plugin, open_plugin,
};
pub use spec::{Spec, SpecError, SpecFailure, parse_spec, run_spec};
