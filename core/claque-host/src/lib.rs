//! Hosts for signals: finding plugins, giving them exactly what they declared, checking what comes back,
//! and the two foreign homes, Luau scripts and compiled libraries. Nobody outside this crate knows of
//! Luau or of loading libraries. What a result means is not decided here.

mod contract;
mod declare;
mod kernels;
mod luau;
mod manifest;
mod native;
mod registry;
mod spec;

pub use contract::{CycleError, Limits, RunFault, Tables, check_output, order, prepare, run};
pub use declare::{DeclareError, declaration_from_json, nearest};
pub use kernels::{CoActions, CoActivity, CoActivityRule, CopyRule, KernelError, Kernels, Similarity, WebAddress};
pub use luau::{
    Answer, Api, ApiType, Argument, Coverage, Diagnosis, Example, Kind, LuauSignal, Need, Place, Property, Script,
    ScriptError, ScriptTest, Section, Session, TestOptions, Verb, definitions, meta_stub, pages, script_api,
};
pub use manifest::{ExpectedLimits, Manifest, ManifestError, NativeManifest, PluginKind};
pub use native::{
    AbiVersion, Caps, Forms, Ids, IsolatedSignal, Isolation, Library, NativeError, NativeSignal, RUNNER, Refusal,
    Runner, StoredLibrary, Strings, read_shared, read_stream, serve_as_child,
};
pub use registry::{
    BrokenPlugin, Case, CaseKind, CaseRun, CheckStep, CheckTools, Compiled, LibraryCheck, NewGolden, PlaceReason,
    Placement, Placing, Plan, Registered, Registry, RunsIn, SearchPath, Shadowed, ShippedPlugin, Suite, Trust,
    TrustError, check_in_full, check_library, check_plugin, compiled_of, fingerprint, is_library, library_checks,
    open_plugin, page, serve_check,
};
pub use spec::{Spec, SpecError, SpecFailure, parse_spec, run_spec, section};
