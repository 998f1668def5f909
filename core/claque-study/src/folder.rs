//! The run folder: tables, `run.json`, `log.ndjson` and `report.html`, written under a temporary name and
//! renamed when complete, so that an interrupted run is never mistaken for a finished one.

use crate::error::StudyError;
use crate::run::Finished;
use claque_ingest::write_table;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Writes a finished run to `target`, which must not exist; returns it.
///
/// # Errors
/// The folder exists or cannot be written. Nothing is left behind.
pub fn write(finished: &Finished, record: &Value, log: &[Value], target: &Path) -> Result<PathBuf, StudyError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| StudyError::Write { path, source }
    };
    if target.exists() {
        let source = std::io::Error::new(std::io::ErrorKind::AlreadyExists, "it exists already");
        return Err(StudyError::Write { path: target.to_owned(), source });
    }
    let parent = target.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(parent).map_err(failed(parent))?;
    let temporary = tempfile::Builder::new().prefix(".claque-run-").tempdir_in(parent).map_err(failed(parent))?;
    let inside = temporary.path();
    for table in &finished.tables {
        let path = inside.join(format!("{}.parquet", table.name));
        let folder = path.parent().unwrap_or(inside);
        std::fs::create_dir_all(folder).map_err(failed(folder))?;
        let key = table.key.join(",");
        let meta = [("activity.schema", "1"), ("activity.table", table.table.as_str()), ("activity.key", key.as_str())];
        write_table(&table.frame, &path, &meta)?;
    }
    let text = |name: &str, content: String| {
        let path = inside.join(name);
        std::fs::write(&path, content).map_err(failed(&path))
    };
    text("report.html", claque_report::html(&finished.view)?)?;
    text("run.json", format!("{record:#}\n"))?;
    text("log.ndjson", log.iter().flat_map(|event| [event.to_string(), "\n".to_owned()]).collect())?;
    publish(temporary, target).map_err(failed(target))?;
    Ok(target.to_owned())
}

/// Gives a finished temporary folder its name, readable like any other folder.
///
/// # Errors
/// The name is taken or cannot be given; the folder is then taken back.
pub fn publish(temporary: tempfile::TempDir, target: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(temporary.path(), std::fs::Permissions::from_mode(0o755))?;
    std::fs::rename(temporary.path(), target)?;
    // it has another name now: nothing is left to remove
    let _old_name = temporary.keep();
    Ok(())
}
