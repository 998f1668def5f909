//! `claque import`: platform files to canonical tables.

use crate::args;
use crate::diagnosis::Failure;
use crate::interrupt::while_writing;
use crate::terminal::{Exit, Terminal};
use claque_ingest::{ImportOptions, import, write_activity};
use serde_json::json;

pub(crate) fn run(options: &args::Import, out: &Terminal) -> Result<Exit, Failure> {
    if options.output.exists() {
        let message = format!("`{}` exists already", options.output.display());
        return Err(Failure::new(message).with_hint("name another folder with -o"));
    }
    let map = options.map.iter().map(|entry| {
        let (column, source) = entry.split_once('=').ok_or_else(|| {
            Failure::new(format!("--map `{entry}` has no `=`"))
                .with_hint("write --map COLUMN=SOURCE, such as --map text=body")
        })?;
        Ok((column.trim().to_owned(), source.trim().to_owned()))
    });
    let settings = ImportOptions {
        adapter: options.adapter.clone(),
        map: map.collect::<Result<_, Failure>>()?,
        tz: options.tz.clone(),
        platform: options.platform.clone(),
    };
    let imported = import(&options.files, &settings)?;
    while_writing(|| write_activity(&imported.activity, &options.output))?;
    for line in imported.report.lines() {
        out.say(&line);
    }
    out.say(&format!("written to {}", options.output.display()));
    let rows: serde_json::Map<_, _> =
        imported.activity.tables().map(|(name, t)| (name.to_owned(), json!(t.height()))).collect();
    out.object(
        &json!({ "folder": options.output.display().to_string(), "rows": rows, "report": imported.report.lines() }),
    );
    let rejected = imported.report.files.iter().any(|file| file.rows_rejected > 0);
    Ok(if rejected { Exit::Incomplete } else { Exit::Done })
}
