//! `t:file(table, path)`: a table of a test from a CSV or Parquet file in the plugin's own folder. No other file
//! can be read: the path is relative, has no `..`, and links are resolved before it is compared with the folder.

use super::super::mistake::Mistake;
use super::given;
use claque_model::Declaration;
use polars::prelude::{Column, DataFrame, PlSmallStr};
use polars_io::SerReader;
use polars_io::parquet::read::ParquetReader;
use std::fs::File;
use std::path::{Component, Path, PathBuf};

/// Bytes of a file; a test is no place for more.
const LARGEST: u64 = 64 << 20;

/// The declared columns of a table, from a file; columns that `requires` does not name are left out.
pub(super) fn read(
    declaration: &Declaration,
    folder: Option<&Path>,
    table: &str,
    path: &str,
) -> Result<DataFrame, Mistake> {
    let declared = given::columns(declaration, table)?;
    let refuse = |reason: &str| Mistake::Unmet(format!("file \"{path}\": {reason}"));
    let folder = folder.ok_or_else(|| refuse("this script has no folder"))?;
    let file = inside(folder, path).map_err(refuse)?;
    let ending = file.extension().map(|e| e.to_string_lossy().to_lowercase());
    match ending.as_deref() {
        Some("csv") => {
            let text = std::fs::read_to_string(&file).map_err(|_| refuse("it is no UTF-8 text"))?;
            given::typed(&declared, &text, false)
        }
        Some("parquet") => {
            let frame = parquet(&file).map_err(|reason| refuse(&reason))?;
            of_declared_types(&declared, &frame)
        }
        _ => Err(refuse("only `.csv` and `.parquet` are read")),
    }
}

/// The file, if it is one and lies in the folder.
fn inside(folder: &Path, path: &str) -> Result<PathBuf, &'static str> {
    let relative = Path::new(path);
    let is_below = |part: Component| matches!(part, Component::Normal(_) | Component::CurDir);
    if path.is_empty() || !relative.components().all(is_below) {
        return Err("give a path below the script's folder, such as \"tests/posts.csv\"");
    }
    let folder = folder.canonicalize().map_err(|_| "the script's folder cannot be read")?;
    let file = folder.join(relative).canonicalize().map_err(|_| "there is no such file")?;
    if !file.starts_with(&folder) {
        return Err("the link leaves the script's folder");
    }
    let meta = std::fs::metadata(&file).map_err(|_| "the file cannot be read")?;
    if !meta.is_file() || meta.len() > LARGEST {
        return Err("only files up to 64 MB are read in a test");
    }
    Ok(file)
}

fn parquet(path: &Path) -> Result<DataFrame, String> {
    let file = File::open(path).map_err(|error| error.to_string())?;
    ParquetReader::new(file).finish().map_err(|error| format!("it is no Parquet file that can be read: {error}"))
}

fn of_declared_types(declared: &given::Columns, frame: &DataFrame) -> Result<DataFrame, Mistake> {
    let mut columns: Vec<Column> = Vec::new();
    for (name, dtype) in declared {
        if let Ok(found) = frame.column(name) {
            columns.push(found.strict_cast(dtype)?.with_name(PlSmallStr::from_str(name)));
        }
    }
    Ok(DataFrame::new(frame.height(), columns)?)
}
