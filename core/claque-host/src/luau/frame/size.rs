//! The memory that frames and what is made from them may take.

use super::super::mistake::Mistake;
use super::FrameLimit;
use mlua::Lua;

/// Refuses what would take more memory than a frame may.
pub(in super::super) fn within_limit(lua: &Lua, bytes: usize) -> Result<(), Mistake> {
    let limit = lua.app_data_ref::<FrameLimit>().map_or(usize::MAX, |limit| limit.0);
    if bytes > limit { Err(Mistake::LargeFrame { needed: bytes >> 20, limit: limit >> 20 }) } else { Ok(()) }
}
