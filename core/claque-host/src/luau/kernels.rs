//! The way from a VM to the kernels of other stages, which a script may or may not have been given.

use super::mistake::Mistake;
use crate::kernels::Kernels;
use mlua::Lua;
use std::sync::Arc;

/// What the VM was given, in its app data.
struct Given(Option<Arc<dyn Kernels>>);

/// Puts the kernels, or that there are none, into a VM.
pub(super) fn install(lua: &Lua, kernels: Option<Arc<dyn Kernels>>) {
    lua.set_app_data(Given(kernels));
}

/// The kernels, for that verb.
pub(super) fn kernels(lua: &Lua, verb: &'static str) -> Result<Arc<dyn Kernels>, Mistake> {
    let given = lua.app_data_ref::<Given>().and_then(|given| given.0.clone());
    given.ok_or(Mistake::NoKernels(verb))
}
