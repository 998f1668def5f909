//! One form for things that sources write in many: addresses, times, numbers, ids and text.
//! Nothing here knows a file format.

pub(crate) mod identity;
pub(crate) mod list;
pub(crate) mod number;
pub(crate) mod text;
pub(crate) mod time;
pub(crate) mod url;
