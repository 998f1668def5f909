//! The layer `text`: near-duplicate texts, identical ones among them. What counts as one is decided in
//! `near_duplicates`.

use super::{as_traces, own_records, polars_fault, text_column};
use crate::near_duplicates::{NearDuplicateSettings, families};
use claque_model::{Fault, Given, ParamValue};
use polars::prelude::{DataFrame, IntoLazy, NamedFrom, Series, col, lit};

/// Own texts that were not cut off: object = digest of the leading text of the near-duplicates, in 16 hexadecimal
/// digits. A text that nobody copied is an object of its own, as a link is that nobody else shared.
pub(super) fn near_duplicates(given: &Given) -> Result<DataFrame, Fault> {
    let own = col("kind").neq(lit("repost")).and(col("text_truncated").fill_null(false).not());
    let mut posts = own_records(given)?.filter(own).collect().map_err(polars_fault)?;
    let texts: Vec<Option<&str>> = text_column(&posts, "text")?.iter().collect();
    let families = families(&texts, &settings(given));
    let names: Vec<String> = families.leaders.iter().map(|digest| format!("{digest:016x}")).collect();
    let objects = families.of.iter().map(|family| family.map(|family| names[family as usize].as_str()));
    let objects = Series::new("object".into(), objects.collect::<Vec<Option<&str>>>());
    posts.with_column(objects.into()).map_err(polars_fault)?;
    as_traces(posts.lazy(), col("object"))
}

fn settings(given: &Given) -> NearDuplicateSettings {
    let default = NearDuplicateSettings::default();
    let number = |name: &str, default: f64| match given.params.get(name) {
        Some(ParamValue::Float(value)) => *value,
        Some(ParamValue::Int(value)) => *value as f64,
        _ => default,
    };
    NearDuplicateSettings {
        min_chars: number("min_chars", default.min_chars as f64) as usize,
        jaccard: number("jaccard", default.jaccard),
        ratio: number("ratio", default.ratio),
        ratio_alone: number("ratio_alone", default.ratio_alone),
    }
}
