//! Signal `org.example.quick_succession`, the example that uses polars inside: frames come from the host's memory and
//! go back without a copy, and the pool keeps to the threads of the call.

use claque_sdk::polars::prelude::{DataType, IntoLazy, SortMultipleOptions, SortOptions, col, len, lit};
use claque_sdk::{Call, Error, Framed, Rates, Signal};

/// Posts that a row names.
const SHOWN: usize = 1_000;

/// Of the posts of an account, those that follow its post before within a short time.
pub struct QuickSuccession;

impl Signal for QuickSuccession {
    const ID: &'static str = "org.example.quick_succession";
    type Output = Framed<Rates>;

    fn score(call: &Call) -> Result<Self::Output, Error> {
        let (gap, min_posts) = (call.int("gap")?, call.int("min_posts")?);
        let posts = call.table("posts")?.into_frame()?;
        call.on_frames(|| {
            let is_quick = || col("since").lt_eq(lit(gap)).fill_null(lit(false));
            let at = || col("created_at").cast(DataType::Int64);
            let since = (at() - at().shift(lit(1))).over([col("account_id")])?;
            let rates = posts
                .lazy()
                .filter(col("account_id").is_not_null().and(col("created_at").is_not_null()))
                .sort(["account_id", "created_at", "post_id"], SortMultipleOptions::default())
                .with_column(since.alias("since"))
                .group_by([col("account_id")])
                .agg([
                    is_quick().sum().alias("hits"),
                    len().alias("total"),
                    col("post_id").filter(is_quick()).sort(SortOptions::default()).head(Some(SHOWN)).alias("post_ids"),
                ])
                .filter(col("total").gt_eq(lit(min_posts)))
                .collect()?;
            Framed::new(rates)
        })
    }
}

claque_sdk::export_signals!(QuickSuccession);
