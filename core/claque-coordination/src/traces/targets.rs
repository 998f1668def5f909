//! Layers whose object is the post that a post reposts, quotes or answers.

use super::{as_traces, own_records};
use claque_model::{Fault, Given};
use polars::prelude::{DataFrame, col};

pub(super) fn repost(given: &Given) -> Result<DataFrame, Fault> {
    as_traces(own_records(given)?, col("repost_of_id"))
}

pub(super) fn quote(given: &Given) -> Result<DataFrame, Fault> {
    as_traces(own_records(given)?, col("quote_of_id"))
}

pub(super) fn reply(given: &Given) -> Result<DataFrame, Fault> {
    as_traces(own_records(given)?, col("reply_to_id"))
}
