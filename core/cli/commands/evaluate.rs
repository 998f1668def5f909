//! `claque evaluate`: a run against the planted truth.

use crate::args;
use crate::diagnosis::Failure;
use crate::terminal::{Exit, Terminal};
use claque_ingest::read_table;
use claque_model::{Dimension, Verdict};
use claque_synth::{Evaluation, GroupOutcome, evaluate};
use polars::prelude::{BooleanChunked, Column, DataFrame, IntoColumn, NewChunkedArray, PolarsError, StringChunked};
use serde_json::{Value, json};
use std::path::Path;

/// A cluster, its verdict, and the dimension with the highest headline.
type Judged = (String, Verdict, Option<Dimension>);

pub(crate) fn run(options: &args::Evaluate, out: &Terminal) -> Result<Exit, Failure> {
    let table = |name: &str| read_table(&options.run.join("tables").join(format!("{name}.parquet")));
    let (members, clusters, scores) = (table("members")?, table("clusters")?, table("scores")?);
    let verdicts =
        verdicts(&clusters, &scores).map_err(|e| Failure::new(format!("the run's tables are not complete: {e}")))?;
    let labels = read_labels(&options.labels)?;
    let evaluation = evaluate(&members, &verdicts, &labels)
        .map_err(|e| Failure::new(format!("`{}`: {e}", options.labels.display())))?;
    for line in lines(&evaluation) {
        out.say(&line);
    }
    let rows: Vec<Value> = evaluation.planted.iter().chain(&evaluation.benign).map(object).collect();
    out.object(&json!({
        "scenarios": rows,
        "b_cubed": { "precision": evaluation.b_cubed.precision, "recall": evaluation.b_cubed.recall, "f1": evaluation.b_cubed.f1 },
        "innocent_in_clusters": evaluation.innocent_in_clusters,
        "innocent_in_candidates": evaluation.innocent_in_candidates,
        "false_candidates": evaluation.false_candidates,
    }));
    let all = evaluation.planted.iter().chain(&evaluation.benign).all(GroupOutcome::as_expected);
    Ok(if all && evaluation.false_candidates.is_empty() { Exit::Done } else { Exit::Incomplete })
}

fn lines(evaluation: &Evaluation) -> Vec<String> {
    let mut lines = vec![format!(
        "{:<20}{:<9}{:>9}{:>11}{:>8}{:>7}  {:<42}{:<22}as it must",
        "group", "planted", "accounts", "precision", "recall", "f1", "verdict", "top dimension"
    )];
    for outcome in evaluation.planted.iter().chain(&evaluation.benign) {
        lines.push(format!(
            "{:<20}{:<9}{:>9}{:>11.2}{:>8.2}{:>7.2}  {:<42}{:<22}{}",
            outcome.group,
            if outcome.planted { "yes" } else { "no" },
            outcome.n_accounts,
            outcome.precision,
            outcome.recall,
            outcome.f1,
            outcome.verdict.map_or("not clustered", Verdict::title),
            outcome.top_dimension.map_or("-", Dimension::title),
            if outcome.as_expected() { "yes" } else { "NO" },
        ));
    }
    lines.push(format!(
        "B-cubed precision {:.2}, recall {:.2}; {} innocent accounts in clusters, {} of them in candidates; {} false candidates",
        evaluation.b_cubed.precision,
        evaluation.b_cubed.recall,
        evaluation.innocent_in_clusters,
        evaluation.innocent_in_candidates,
        evaluation.false_candidates.len()
    ));
    lines
}

fn object(outcome: &GroupOutcome) -> Value {
    json!({
        "group": outcome.group, "scenario": outcome.scenario, "planted": outcome.planted, "n_accounts": outcome.n_accounts,
        "cluster": outcome.cluster, "precision": outcome.precision, "recall": outcome.recall, "f1": outcome.f1,
        "verdict": outcome.verdict.map(Verdict::name), "top_dimension": outcome.top_dimension.map(Dimension::name),
        "expected_dimension": outcome.expected.map(Dimension::name), "as_expected": outcome.as_expected(),
    })
}

fn verdicts(clusters: &DataFrame, scores: &DataFrame) -> Result<Vec<Judged>, PolarsError> {
    let (ids, words) = (clusters.column("cluster_id")?.str()?, clusters.column("verdict")?.str()?);
    let mut judged = Vec::with_capacity(ids.len());
    for (id, word) in ids.iter().zip(words.iter()) {
        if let (Some(id), Some(verdict)) = (id, word.and_then(Verdict::parse)) {
            judged.push((id.to_owned(), verdict, top_dimension(id, scores)?));
        }
    }
    Ok(judged)
}

/// The interference dimension with the highest headline among those scored.
fn top_dimension(cluster: &str, scores: &DataFrame) -> Result<Option<Dimension>, PolarsError> {
    let (of, dimensions) = (scores.column("cluster_id")?.str()?, scores.column("dimension")?.str()?);
    let (numbers, abstained) = (scores.column("score")?.f64()?, scores.column("abstained")?.bool()?);
    let mut best: Option<(f64, Dimension)> = None;
    for row in (0..of.len()).filter(|row| of.get(*row) == Some(cluster) && abstained.get(*row) == Some(false)) {
        let dimension = dimensions.get(row).and_then(Dimension::parse).filter(|d| Dimension::INTERFERENCE.contains(d));
        if let (Some(dimension), Some(score)) = (dimension, numbers.get(row))
            && best.is_none_or(|(highest, _)| score > highest)
        {
            best = Some((score, dimension));
        }
    }
    Ok(best.map(|(_, dimension)| dimension))
}

/// `account_id, group, scenario, planted, dimension`, as `claque synth` writes it.
fn read_labels(path: &Path) -> Result<DataFrame, Failure> {
    let hint = "`claque synth` writes such a file as truth/labels.csv";
    let failed = |error: &dyn std::fmt::Display| Failure::new(format!("`{}`: {error}", path.display())).with_hint(hint);
    let mut reader = csv::Reader::from_path(path).map_err(|e| failed(&e))?;
    let header = reader.headers().map_err(|e| failed(&e))?.clone();
    let records = reader.records().collect::<Result<Vec<_>, _>>().map_err(|e| failed(&e))?;
    let cells = |name: &str| -> Result<Vec<Option<&str>>, Failure> {
        let at = header.iter().position(|h| h == name).ok_or_else(|| failed(&format!("column `{name}` is missing")))?;
        Ok(records.iter().map(|r| r.get(at).filter(|cell| !cell.is_empty())).collect())
    };
    let mut columns: Vec<Column> = Vec::new();
    for name in ["account_id", "group", "scenario", "dimension"] {
        columns.push(StringChunked::from_iter_options(name.into(), cells(name)?.into_iter()).into_column());
    }
    let planted = cells("planted")?.into_iter().map(|cell| cell.map(|word| word == "true"));
    columns.push(BooleanChunked::from_iter_options("planted".into(), planted).into_column());
    DataFrame::new(records.len(), columns).map_err(|e| failed(&e))
}
