//! From trace tables to dense codes and sorted rows.

use super::{Corpus, Layer, LayerInput, Row};
use crate::dictionary::{Dictionary, Sorted};
use crate::error::CoordinationError;
use polars::prelude::{Column, DataFrame, PolarsResult, StringChunked, TimeUnit, polars_bail};
use std::sync::Arc;

const NULL: u32 = u32::MAX;

/// Borrowed columns of one trace table.
struct Columns<'a> {
    account: &'a StringChunked,
    object: &'a StringChunked,
    post: &'a StringChunked,
    at: Vec<i64>,
}

/// Codes of one trace table, before the dictionaries are sorted.
struct Coded {
    account: Vec<u32>,
    object: Vec<u32>,
    post: Vec<u32>,
}

pub(super) fn encode(inputs: &[LayerInput], also: &[&str]) -> Result<Corpus, CoordinationError> {
    let mut inputs: Vec<&LayerInput> = inputs.iter().collect();
    inputs.sort_by(|a, b| a.name.cmp(&b.name));
    if let Some(pair) = inputs.windows(2).find(|pair| pair[0].name == pair[1].name) {
        return Err(CoordinationError::DuplicateLayer(pair[0].name.clone()));
    }
    let columns: Vec<Columns<'_>> = inputs.iter().map(|input| Columns::of(input)).collect::<Result<_, _>>()?;
    let (mut accounts, mut posts) = (Dictionary::default(), Dictionary::default());
    let mut objects = Vec::with_capacity(inputs.len());
    let mut coded = Vec::with_capacity(inputs.len());
    for table in &columns {
        let mut own = Dictionary::default();
        coded.push(Coded {
            account: codes(table.account, &mut accounts),
            object: codes(table.object, &mut own),
            post: codes(table.post, &mut posts),
        });
        objects.push(own.sorted());
    }
    for account in also {
        accounts.code(account);
    }
    let (accounts, posts) = (accounts.sorted(), posts.sorted());
    let layers = inputs.iter().zip(columns).zip(coded).zip(objects);
    let layers =
        layers.map(|(((input, table), codes), objects)| layer(input, &table.at, &codes, &accounts, &posts, objects));
    let layers = layers.collect();
    Ok(Corpus { accounts: accounts.names, posts: posts.names, layers })
}

fn layer(input: &LayerInput, at: &[i64], codes: &Coded, accounts: &Sorted, posts: &Sorted, objects: Sorted) -> Layer {
    let rows = (0..at.len()).map(|row| {
        let action = Row {
            at: at[row],
            account: accounts.rank[codes.account[row] as usize],
            post: posts.rank[codes.post[row] as usize],
        };
        (objects.rank[codes.object[row] as usize], action)
    });
    let (starts, mut rows) = group_by_object(objects.names.len(), rows);
    let starts = drop_repeats(&starts, &mut rows);
    Layer {
        name: input.name.clone(),
        fusion_weight: input.fusion_weight,
        precision: input.precision,
        objects: objects.names,
        hashes: Arc::new(objects.hashes),
        starts: Arc::new(starts),
        rows: Arc::new(rows),
    }
}

/// One row per (object, account, post, time): a link that stands twice in a post is one action.
fn drop_repeats(starts: &[u32], rows: &mut Vec<Row>) -> Vec<u32> {
    let mut kept = 0;
    let mut new_starts = Vec::with_capacity(starts.len());
    for object in starts.windows(2) {
        new_starts.push(kept as u32);
        let first = kept;
        for row in object[0] as usize..object[1] as usize {
            if kept == first || rows[kept - 1] != rows[row] {
                rows[kept] = rows[row];
                kept += 1;
            }
        }
    }
    new_starts.push(kept as u32);
    rows.truncate(kept);
    new_starts
}

impl<'a> Columns<'a> {
    fn of(input: &'a LayerInput) -> Result<Self, CoordinationError> {
        let rows = input.traces.height();
        if rows >= NULL as usize {
            return Err(CoordinationError::TooManyRows(rows));
        }
        let at = column(input, "at", "a datetime in microseconds", |c| {
            let at = c.datetime()?;
            if at.time_unit() != TimeUnit::Microseconds {
                polars_bail!(SchemaMismatch: "its unit is {}", at.time_unit());
            }
            Ok(at.physical())
        })?;
        let text = |name| column(input, name, "a string", |c| c.str());
        let columns = Self {
            account: text("account_id")?,
            object: text("object")?,
            post: text("post_id")?,
            at: at.iter().flatten().collect(),
        };
        Ok(columns)
    }
}

fn column<'a, T>(
    input: &'a LayerInput,
    name: &'static str,
    expected: &'static str,
    read: impl Fn(&'a Column) -> PolarsResult<T>,
) -> Result<T, CoordinationError> {
    let table: &DataFrame = &input.traces;
    let fail = |source| CoordinationError::TraceColumn { layer: input.name.clone(), column: name, expected, source };
    let found = table.column(name).map_err(fail)?;
    let typed = read(found).map_err(fail)?;
    if found.null_count() > 0 {
        let row = found.is_null().first_true_idx().map_or(0, |row| row + 1);
        return Err(CoordinationError::NullTrace { layer: input.name.clone(), column: name, row });
    }
    Ok(typed)
}

fn codes<'a>(column: &'a StringChunked, dictionary: &mut Dictionary<'a>) -> Vec<u32> {
    let mut codes = Vec::with_capacity(column.len());
    for chunk in column.downcast_iter() {
        codes.extend(chunk.values_iter().map(|key| dictionary.code(key)));
    }
    codes
}

/// Scatters rows to their objects and sorts each object's rows. Returns where each object starts, and the rows.
fn group_by_object(n_objects: usize, rows: impl Iterator<Item = (u32, Row)> + Clone) -> (Vec<u32>, Vec<Row>) {
    let mut starts = vec![0u32; n_objects + 1];
    for (object, _) in rows.clone() {
        starts[object as usize + 1] += 1;
    }
    for object in 0..n_objects {
        starts[object + 1] += starts[object];
    }
    let mut next = starts.clone();
    let mut grouped = vec![Row { at: 0, account: 0, post: 0 }; starts[n_objects] as usize];
    for (object, row) in rows {
        let slot = &mut next[object as usize];
        grouped[*slot as usize] = row;
        *slot += 1;
    }
    sort_groups(&starts, &mut grouped);
    (starts, grouped)
}

/// Sorts the rows of each object, halves of the objects in parallel.
fn sort_groups(starts: &[u32], rows: &mut [Row]) {
    let n = starts.len() - 1;
    if n <= 1 || rows.len() < 1 << 14 {
        let offset = starts[0];
        for object in starts.windows(2) {
            rows[(object[0] - offset) as usize..(object[1] - offset) as usize].sort_unstable();
        }
        return;
    }
    let (left, right) = rows.split_at_mut((starts[n / 2] - starts[0]) as usize);
    rayon::join(|| sort_groups(&starts[..=n / 2], left), || sort_groups(&starts[n / 2..], right));
}
