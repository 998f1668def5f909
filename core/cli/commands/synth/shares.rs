//! `claque synth shares`: a table of shares of any size, for `coordinate` and for comparisons of speed.

use super::beside;
use crate::args;
use crate::diagnosis::Failure;
use crate::interrupt::{self, interrupted, while_writing};
use crate::terminal::{Exit, Terminal};
use claque_ingest::{write_table, write_table_in_parts};
use claque_study::publish;
use claque_synth::{ShareSettings, ShareTable};
use serde_json::json;
use std::path::Path;

pub(super) const NAME: &str = "shares";
const DEFAULT_ROWS: u64 = 1_000_000;

pub(super) fn run(options: &args::Synth, out: &Terminal) -> Result<Exit, Failure> {
    let is_world =
        options.accounts.is_some() || options.posts.is_some() || options.days.is_some() || options.twin.is_some();
    if options.scenarios.len() > 1 || is_world {
        return Err(Failure::new(format!("`{NAME}` is a table, not part of a world"))
            .with_hint("it stands alone, with --rows, --hot and --seed"));
    }
    let settings = ShareSettings { rows: options.rows.unwrap_or(DEFAULT_ROWS), hot: options.hot, seed: options.seed };
    let table = ShareTable::new(settings)
        .map_err(|error| Failure::new(error.to_string()).with_hint("such as --rows 1000000"))?;
    let target = &options.output;
    while_writing(|| write(&table, target))?;
    out.say(&format!("generated {} shares into {}", table.rows(), target.display()));
    out.say(&format!("the planted truth lies apart, in {}", target.join("truth").display()));
    out.say(&format!("next: claque coordinate {} -o edges.parquet", target.join("shares.parquet").display()));
    out.object(&json!({ "folder": target.display().to_string(), "rows": table.rows(), "seed": options.seed }));
    Ok(Exit::Done)
}

fn write(table: &ShareTable, target: &Path) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::new(format!("cannot write `{}`: {error}", target.display()));
    let temporary = beside(target).map_err(failed)?;
    let inside = temporary.path();
    let written = write_table_in_parts(table.batches(&interrupted), &inside.join("shares.parquet"));
    if interrupted() {
        let mut failure = Failure::new("interrupted");
        failure.code = interrupt::CODE;
        return Err(failure);
    }
    written?;
    std::fs::create_dir(inside.join("truth")).map_err(failed)?;
    let labels = table.labels().map_err(|error| Failure::new(error.to_string()))?;
    write_table(&labels, &inside.join("truth").join("labels.csv"), &[])?;
    publish(temporary, target).map_err(failed)
}
