//! One row per post, whatever was collected how often: content of the first sighting, counts and status of
//! the last. Files come in the order of their hashes, so the order in which they were given is not seen.

use crate::adapters::output::Output;
use crate::error::IngestError;
use crate::key_order::sort_by_key;
use crate::report::grouped;
use claque_model::schema_of;
use polars::prelude::{
    BooleanChunked, Column, DataFrame, IdxCa, Int64Chunked, IntoColumn, NewChunkedArray, StringChunked,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The tables, sorted by key.
pub(crate) struct Merged {
    pub(crate) posts: DataFrame,
    pub(crate) accounts: DataFrame,
    pub(crate) links: DataFrame,
    pub(crate) interactions: DataFrame,
}

/// Merges sightings, gives reposts the text of their originals, and corrects claims of precision.
pub(crate) fn merge(out: Output, said: &mut Vec<String>) -> Result<Merged, IngestError> {
    let posts = out.posts.finish();
    let (mut links, mut interactions) = (out.links.finish(), out.interactions.finish());
    let sightings = Sightings::of(&posts)?;
    let mut posts = posts;
    if sightings.repeated > 0 {
        said.push(format!(
            "{} records repeat a post; content is that of the first, counts and status are those of the last",
            grouped(sightings.repeated)
        ));
        links = links.filter(&sightings.kept(&out.post_of_link))?;
        interactions = interactions.filter(&sightings.kept(&out.post_of_interaction))?;
        posts = sightings.merged(&posts)?;
    }
    let posts = texts_of_originals(posts)?;
    let minute_sources = minute_sources(&posts, said)?;
    let posts = coarser(posts, &minute_sources, "created_at_precision")?;
    let interactions = coarser(first_of_each(&interactions)?, &minute_sources, "at_precision")?;
    Ok(Merged {
        posts: sorted("posts", &posts)?,
        accounts: sorted("accounts", &out.accounts.finish())?,
        links: sorted("links", &links)?,
        interactions: sorted("interactions", &interactions)?,
    })
}

/// The table in the order of its key.
pub(crate) fn sorted(name: &str, frame: &DataFrame) -> Result<DataFrame, IngestError> {
    sort_by_key(frame, schema_of(name).map_or(&[][..], |schema| schema.key))
}

fn texts<'a>(frame: &'a DataFrame, column: &str) -> Result<&'a StringChunked, IngestError> {
    Ok(frame.column(column)?.str()?)
}

/// All rows of each post, first sighting first.
struct Sightings {
    /// Empty when no post is there twice.
    groups: Vec<Vec<u32>>,
    is_first: Vec<bool>,
    repeated: u64,
}

impl Sightings {
    fn of(posts: &DataFrame) -> Result<Self, IngestError> {
        let ids = texts(posts, "post_id")?;
        let mut group_of: HashMap<&str, u32> = HashMap::with_capacity(ids.len());
        let mut group_of_row = Vec::with_capacity(ids.len());
        for id in ids.iter() {
            let next = group_of.len() as u32;
            group_of_row.push(*group_of.entry(id.unwrap_or_default()).or_insert(next));
        }
        let repeated = (ids.len() - group_of.len()) as u64;
        let mut groups = vec![Vec::new(); if repeated > 0 { group_of.len() } else { 0 }];
        let mut is_first = vec![repeated == 0; ids.len()];
        if repeated > 0 {
            let times = |column: &str| -> Result<Int64Chunked, IngestError> {
                Ok(posts.column(column)?.to_physical_repr().i64()?.clone())
            };
            let (collected, metrics) = (times("collected_at")?, times("metrics_at")?);
            for (row, group) in group_of_row.iter().enumerate() {
                groups[*group as usize].push(row as u32);
            }
            // rows stand in the order of source_id and source_row already
            for group in &mut groups {
                group.sort_by_key(|row| (collected.get(*row as usize), metrics.get(*row as usize), *row));
                is_first[group[0] as usize] = true;
            }
        }
        Ok(Self { groups, is_first, repeated })
    }

    fn kept(&self, post_of: &[u32]) -> BooleanChunked {
        post_of.iter().map(|post| Some(self.is_first[*post as usize])).collect()
    }

    fn merged(&self, posts: &DataFrame) -> Result<DataFrame, IngestError> {
        let firsts: Vec<u32> = self.groups.iter().map(|group| group[0]).collect();
        let mut merged = posts.take(&IdxCa::from_slice("first".into(), &firsts))?;
        let latest = ["n_like", "n_repost", "n_reply", "n_quote", "n_reaction", "n_view", "metrics_at", "status"];
        for column in latest {
            let cells = posts.column(column)?;
            let known = cells.is_not_null();
            // the last sighting that knows it: null is unknown, and does not undo a measurement
            let last = |group: &Vec<u32>| {
                let with_value = group.iter().rev().find(|row| known.get(**row as usize) == Some(true));
                *with_value.unwrap_or(&group[0])
            };
            let rows: Vec<u32> = self.groups.iter().map(last).collect();
            merged.replace(column, cells.take(&IdxCa::from_slice("last".into(), &rows))?)?;
        }
        Ok(merged)
    }
}

/// The text of a repost is the original's, when that is in the data (rule 8 of the schema, a12).
fn texts_of_originals(mut posts: DataFrame) -> Result<DataFrame, IngestError> {
    if posts.column("repost_of_id")?.null_count() == posts.height() {
        return Ok(posts);
    }
    let (ids, kinds, originals) = (texts(&posts, "post_id")?, texts(&posts, "kind")?, texts(&posts, "repost_of_id")?);
    let (written, cut) = (texts(&posts, "text")?, posts.column("text_truncated")?.bool()?);
    let row_of: HashMap<&str, usize> = ids
        .iter()
        .enumerate()
        .filter(|(row, _)| kinds.get(*row) != Some("repost"))
        .filter_map(|(row, id)| Some((id?, row)))
        .collect();
    let source = |row: usize| {
        let original = (kinds.get(row) == Some("repost")).then(|| originals.get(row)).flatten();
        let whole = original.and_then(|id| row_of.get(id)).filter(|at| written.get(**at).is_some());
        whole.copied().unwrap_or(row)
    };
    let sources: Vec<u32> = (0..posts.height()).map(|row| source(row) as u32).collect();
    let sources = IdxCa::from_slice("source".into(), &sources);
    let (text, cut) = (posts.column("text")?.take(&sources)?, Column::take(&cut.clone().into_column(), &sources)?);
    posts.replace("text", text)?;
    posts.replace("text_truncated", cut)?;
    Ok(posts)
}

/// Sources that claim seconds and write minutes: most of at least 100 times lie on second 00.
fn minute_sources(posts: &DataFrame, said: &mut Vec<String>) -> Result<BTreeSet<String>, IngestError> {
    let (sources, precisions) = (texts(posts, "source_id")?, texts(posts, "created_at_precision")?);
    let times = posts.column("created_at")?.to_physical_repr();
    let mut counts: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for ((source, precision), at) in sources.iter().zip(precisions.iter()).zip(times.i64()?.iter()) {
        if let (Some(source), Some("us" | "ms" | "s"), Some(at)) = (source, precision, at) {
            let (all, on_minute) = counts.entry(source).or_default();
            *all += 1;
            *on_minute += u64::from(at % 60_000_000 == 0);
        }
    }
    let coarse: BTreeSet<String> = counts
        .iter()
        .filter(|(_, (all, on))| *all >= 100 && on * 2 > *all)
        .map(|(source, _)| (*source).to_owned())
        .collect();
    if !coarse.is_empty() {
        let (all, on) = counts
            .iter()
            .filter(|(source, _)| coarse.contains(**source))
            .fold((0, 0), |sum, (_, n)| (sum.0 + n.0, sum.1 + n.1));
        said.push(format!(
            "{} of {} times lie on second 00: their precision is written down as minutes",
            grouped(on),
            grouped(all)
        ));
    }
    Ok(coarse)
}

fn coarser(mut frame: DataFrame, sources: &BTreeSet<String>, column: &str) -> Result<DataFrame, IngestError> {
    if sources.is_empty() {
        return Ok(frame);
    }
    let corrected: StringChunked = texts(&frame, column)?
        .iter()
        .zip(texts(&frame, "source_id")?.iter())
        .map(|(precision, source)| match precision {
            Some("us" | "ms" | "s") if source.is_some_and(|source| sources.contains(source)) => Some("min"),
            other => other,
        })
        .collect();
    frame.replace(column, corrected.with_name(column.into()).into_column())?;
    Ok(frame)
}

/// The same act recorded twice is one interaction.
fn first_of_each(interactions: &DataFrame) -> Result<DataFrame, IngestError> {
    let ids = texts(interactions, "interaction_id")?;
    let mut seen = std::collections::HashSet::with_capacity(ids.len());
    let keep: BooleanChunked = ids.iter().map(|id| Some(seen.insert(id))).collect();
    Ok(interactions.filter(&keep)?)
}
