//! `claque evaluate`: a run against the planted truth.

use crate::args;
use crate::diagnosis::Failure;
use crate::terminal::{Exit, Terminal};
use claque_ingest::read_table;
use claque_synth::{evaluate, read_labels};
use polars::prelude::DataFrame;
use serde_json::json;

pub(crate) fn run(options: &args::Evaluate, out: &Terminal) -> Result<Exit, Failure> {
    let table = |name: &str| read_table(&options.run.join("tables").join(format!("{name}.parquet")));
    let (members, clusters, scores) = (table("members")?, table("clusters")?, table("scores")?);
    let verdicts = verdicts(&clusters, &scores)?;
    let text = std::fs::read_to_string(&options.labels)
        .map_err(|error| Failure::new(format!("cannot read `{}`: {error}", options.labels.display())))?;
    let labels = read_labels(&text).map_err(|error| {
        Failure::new(format!("`{}`: {error}", options.labels.display())).with_hint("`claque synth` writes such a file as truth/labels.csv")
    })?;
    let evaluation = evaluate(&members, &verdicts, &labels).map_err(|error| Failure::new(error.to_string()))?;
    out.say(&evaluation.table());
    out.object(&json!({ "scenarios": evaluation.rows().into_iter().map(|row| json!(row)).collect::<Vec<_>>() }));
    Ok(if evaluation.as_planted() { Exit::Done } else { Exit::Incomplete })
}

/// Cluster, verdict, and the dimension with the highest headline among those scored.
fn verdicts(clusters: &DataFrame, scores: &DataFrame) -> Result<Vec<(String, String, Option<String>)>, Failure> {
    let broken = |error: polars::prelude::PolarsError| Failure::new(format!("the run's tables are not complete: {error}"));
    let text = |frame: &DataFrame, name: &str| -> Result<Vec<String>, Failure> {
        let column = frame.column(name).and_then(|c| c.str().cloned()).map_err(broken)?;
        Ok(column.iter().map(|value| value.unwrap_or_default().to_owned()).collect())
    };
    let numbers = scores.column("score").and_then(|c| c.f64().cloned()).map_err(broken)?;
    let abstained = scores.column("abstained").and_then(|c| c.bool().cloned()).map_err(broken)?;
    let (of, dimension) = (text(scores, "cluster_id")?, text(scores, "dimension")?);
    let best = |cluster: &str| {
        let mut best: Option<(f64, &str)> = None;
        for (row, (of, dimension)) in of.iter().zip(&dimension).enumerate() {
            let interference = !matches!(dimension.as_str(), "coordination" | "concealment");
            if let (true, true, Some(score), Some(false)) = (of == cluster, interference, numbers.get(row), abstained.get(row))
                && best.is_none_or(|(highest, _)| score > highest)
            {
                best = Some((score, dimension));
            }
        }
        best.map(|(_, dimension)| dimension.to_owned())
    };
    let ids = text(clusters, "cluster_id")?;
    Ok(ids.into_iter().zip(text(clusters, "verdict")?).map(|(id, verdict)| { let top = best(&id); (id, verdict, top) }).collect())
}
