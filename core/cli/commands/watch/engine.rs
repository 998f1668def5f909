//! What the engine would make of a signal's output, short of a run: how much is marked, or which pairs of accounts
//! exceed chance. No clusters, no scores: those need the other signals.

use claque_coordination::{Corpus, Half, LayerInput, NullSettings, fusion_weight, link};
use claque_model::{Activity, Declaration, Shape, TimeWindow};
use claque_study::precision_of;
use polars::prelude::{Column, DataFrame, NamedFrom, Series};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// Accounts of a made-up group.
const GROUP: usize = 10;

/// A sentence and the same as an object.
pub(super) fn view(
    declaration: &Declaration,
    activity: &Activity,
    output: &DataFrame,
    window: TimeWindow,
) -> Result<(String, Value), String> {
    match declaration.emits {
        Shape::Marks => marks(activity, output),
        Shape::Rates => rates(output),
        Shape::Statistics => statistics(output),
        Shape::Traces => traces(declaration, activity, output, window),
    }
}

fn texts<'t>(table: &'t DataFrame, name: &str) -> Result<Vec<Option<&'t str>>, String> {
    let column = table.column(name).and_then(|column| column.str()).map_err(|error| error.to_string())?;
    Ok(column.iter().collect())
}

fn numbers(table: &DataFrame, name: &str) -> Result<Vec<f64>, String> {
    let column = table.column(name).and_then(|column| column.f64()).map_err(|error| error.to_string())?;
    Ok(column.iter().flatten().collect())
}

fn marks(activity: &Activity, output: &DataFrame) -> Result<(String, Value), String> {
    let values = numbers(output, "value")?;
    let marked: HashSet<&str> = texts(output, "post_id")?
        .into_iter()
        .flatten()
        .zip(&values)
        .filter(|(_, v)| **v > 0.0)
        .map(|(id, _)| id)
        .collect();
    let posts = activity.table("posts").ok_or("there are no posts")?;
    let (ids, accounts) = (texts(posts, "post_id")?, texts(posts, "account_id")?);
    let of_marked: BTreeSet<&str> = ids
        .iter()
        .zip(&accounts)
        .filter(|(id, _)| id.is_some_and(|id| marked.contains(id)))
        .filter_map(|(_, account)| *account)
        .collect();
    let all: BTreeSet<&str> = accounts.iter().copied().flatten().collect();
    let (n, of, from, among) = (marked.len(), posts.height(), of_marked.len(), all.len());
    Ok((
        format!("{n} of {of} posts marked, by {from} of {among} accounts"),
        json!({ "posts_marked": n, "posts": of, "accounts_marked": from, "accounts": among }),
    ))
}

fn rates(output: &DataFrame) -> Result<(String, Value), String> {
    let (hits, totals) = (numbers(output, "hits")?, numbers(output, "total")?);
    let shares: Vec<f64> = hits.iter().zip(&totals).filter(|(_, t)| **t > 0.0).map(|(h, t)| h / t).collect();
    let with = hits.iter().filter(|h| **h > 0.0).count();
    let mean = if shares.is_empty() { 0.0 } else { shares.iter().sum::<f64>() / shares.len() as f64 };
    Ok((
        format!("{} accounts could have shown it, {with} did; mean rate {mean:.3}", hits.len()),
        json!({ "accounts": hits.len(), "accounts_with_hits": with, "mean_rate": mean }),
    ))
}

fn statistics(output: &DataFrame) -> Result<(String, Value), String> {
    let mut values = numbers(output, "value")?;
    values.sort_by(f64::total_cmp);
    let (Some(least), Some(most)) = (values.first(), values.last()) else {
        return Ok(("no group has a value".to_owned(), json!({ "groups": 0 })));
    };
    let median = values[values.len() / 2];
    Ok((
        format!(
            "{} made-up groups of {GROUP} accounts have a value, {least:.3} to {most:.3}, median {median:.3}; a run \
             ranks real groups among decoys",
            values.len()
        ),
        json!({ "groups": values.len(), "least": least, "median": median, "most": most }),
    ))
}

fn traces(
    declaration: &Declaration,
    activity: &Activity,
    output: &DataFrame,
    window: TimeWindow,
) -> Result<(String, Value), String> {
    let mut sharers: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (object, account) in texts(output, "object")?.into_iter().zip(texts(output, "account_id")?) {
        if let (Some(object), Some(account)) = (object, account) {
            sharers.entry(object).or_default().insert(account);
        }
    }
    let shared = sharers.values().filter(|accounts| accounts.len() > 1).count();
    let name = declaration.layer_name().to_owned();
    let layer = LayerInput {
        fusion_weight: fusion_weight(&name),
        name,
        traces: output.clone(),
        precision: precision_of(activity, output).map_err(|error| error.to_string())?,
    };
    let corpus = Corpus::encode(&[layer]).map_err(|error| error.to_string())?;
    let network = link(&corpus, &NullSettings::new(vec![window], 1), Half::Whole);
    let tested: u64 = network.layers.iter().map(|layer| layer.tested).sum();
    let edges = network.n_edges();
    let skipped = network.skipped.iter().map(|s| format!("; not tested at {} ({})", s.window, s.reason));
    Ok((
        format!(
            "{} objects, {shared} shared by two accounts or more; {tested} pairs in time tested at {window}, {edges} \
             edges exceed chance{}",
            sharers.len(),
            skipped.collect::<String>()
        ),
        json!({ "objects": sharers.len(), "shared": shared, "pairs_tested": tested, "edges": edges }),
    ))
}

/// Groups of ten accounts in the order of their ids, for a script that needs groups before there are any.
pub(super) fn made_up_groups(activity: &Activity) -> Option<DataFrame> {
    let posts = activity.table("posts")?;
    let accounts: BTreeSet<&str> = posts.column("account_id").ok()?.str().ok()?.iter().flatten().collect();
    let groups: Vec<String> = (0..accounts.len()).map(|position| format!("k{}", position / GROUP)).collect();
    let members: Vec<&str> = accounts.into_iter().collect();
    let columns: Vec<Column> =
        vec![Series::new("cluster_id".into(), groups).into(), Series::new("account_id".into(), members).into()];
    DataFrame::new(columns[0].len(), columns).ok()
}
