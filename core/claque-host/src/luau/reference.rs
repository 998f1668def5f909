//! The verb table as files: types for luau-lsp, types for LuaLS, and the pages of the reference. All are pure
//! functions of the table; a test holds the files in `scripts/` against them.

mod declaration;
mod definitions;
mod meta_stub;
mod pages;
mod samples;

pub use definitions::definitions;
pub use meta_stub::meta_stub;
pub use pages::pages;
#[cfg(test)]
pub(super) use {
    declaration::FIELDS,
    samples::{OTHER, POSTS},
};
