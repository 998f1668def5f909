//! The forms in which a plugin wants texts and ids: `strings` and `ids` of `[native]` in its manifest.

use serde::{Deserialize, Serialize};

/// What a manifest may ask for besides the usual.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Forms {
    /// How texts lie in memory, ids among them unless they are codes.
    pub strings: Strings,
    /// What ids are.
    pub ids: Ids,
}

/// How texts lie in memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strings {
    /// As the engine has them (`vu`), without a copy.
    #[default]
    View,
    /// Offsets and one buffer (`U`): a copy of every text.
    LargeUtf8,
}

/// What ids are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ids {
    /// The texts of the canonical tables.
    #[default]
    String,
    /// Numbers (`I`) from 0 on without gaps, one space per kind of id, the same in all tables of one call.
    Codes,
}
