//! The layer `url`: the same link.

use super::{as_traces, own_records, polars_fault, table};
use claque_model::{Fault, Given};
use polars::prelude::{DataFrame, IntoLazy, JoinArgs, JoinType, UniqueKeepStrategy, coalesce, col, lit};

/// Where a link leads as far as the source says, otherwise as it was written (canonical form). A link that
/// stands twice in a post is one trace.
pub(super) fn url(given: &Given) -> Result<DataFrame, Fault> {
    let links = table(given, "links")?.clone().lazy().filter(col("kind").eq(lit("url")));
    let links = links.select([col("post_id"), coalesce(&[col("final_url"), col("target")]).alias("object")]);
    let on = [col("post_id")];
    let shared = links.join(own_records(given)?, on.clone(), on, JoinArgs::new(JoinType::Inner));
    let traces = as_traces(shared, col("object"))?;
    traces.unique_stable(None, UniqueKeepStrategy::First, None).map_err(polars_fault)
}
