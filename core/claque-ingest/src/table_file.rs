//! One table in one file: Parquet both ways, CSV out. Written under a temporary name and renamed, so that
//! a broken write leaves nothing. What a table means is not known here.

use crate::document::unreadable;
use crate::error::IngestError;
use polars::prelude::{DataFrame, PolarsResult, Schema};
use polars_io::SerReader;
use polars_io::parquet::read::ParquetReader;
use polars_io::parquet::write::{KeyValueMetadata, ParquetCompression, ParquetWriter, StatisticsOptions};
use rayon::prelude::*;
use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};

mod arrow_schema;
mod csv_twin;
mod row_group;

use row_group::Layout;

/// Rows of a row group.
const ROW_GROUP: usize = 128 * 1024;

/// Writes a table: CSV or Parquet by the ending, with key-value metadata in Parquet.
///
/// # Errors
/// Another ending, a column without a flat form (CSV), or a file that cannot be written; nothing is left.
pub fn write_table(frame: &DataFrame, path: &Path, meta: &[(&str, &str)]) -> Result<(), IngestError> {
    // one chunk: row groups must not depend on how the frame came about
    let mut frame = frame.clone();
    frame.rechunk_mut();
    write_table_of(frame.height(), |rows| Ok(frame.slice(rows.start as i64, rows.len())), path, meta)
}

/// Writes a table whose rows are made when they are written: a Parquet file never needs more than some row groups of
/// them. `rows` is called from several threads and gives the same columns for every range, also for an empty one.
///
/// # Errors
/// As [`write_table`], or rows that cannot be made.
pub fn write_table_of(
    height: usize,
    rows: impl Fn(Range<usize>) -> PolarsResult<DataFrame> + Sync,
    path: &Path,
    meta: &[(&str, &str)],
) -> Result<(), IngestError> {
    let failed = |source| IngestError::Write { path: path.to_owned(), source };
    let is_csv = match ending(path).as_deref() {
        Some("csv") => true,
        Some("parquet") => false,
        _ => return Err(IngestError::UnknownEnding(path.to_owned())),
    };
    let parent = parent_of(path);
    // a folder of its own, and not a temporary file, because those are readable by their owner only
    let temporary = tempfile::Builder::new().prefix(".claque-write-").tempdir_in(&parent).map_err(failed)?;
    let inside = temporary.path().join("table");
    let mut file = File::create_new(&inside).map_err(failed)?;
    if is_csv {
        let frame = rows(0..height)?;
        csv_twin::write(&frame, &mut file)?.map_err(failed)?;
    } else {
        write_parquet(height, rows, &mut file, meta)
            .map_err(|source| IngestError::WriteParquet { path: path.to_owned(), source })?;
    }
    drop(file);
    std::fs::rename(&inside, path).map_err(failed)
}

/// Writes a table that comes in parts, each a row group or more of one Parquet file; no more than one is held. All
/// parts have the columns of the first, and there is one.
///
/// # Errors
/// A part is an error, or the file cannot be written; nothing is left.
pub fn write_table_in_parts(
    parts: impl IntoIterator<Item = PolarsResult<DataFrame>>,
    path: &Path,
) -> Result<(), IngestError> {
    let failed = |source| IngestError::Write { path: path.to_owned(), source };
    let wrong = |source| IngestError::WriteParquet { path: path.to_owned(), source };
    let temporary = tempfile::Builder::new().prefix(".claque-write-").tempdir_in(parent_of(path)).map_err(failed)?;
    let inside = temporary.path().join("table");
    let file = File::create_new(&inside).map_err(failed)?;
    let mut writer = None;
    for part in parts {
        let part = part?;
        let writer = match &mut writer {
            Some(writer) => writer,
            none => none.insert(
                ParquetWriter::new(std::io::BufWriter::new(&file))
                    .with_compression(ParquetCompression::Zstd(None))
                    .with_statistics(StatisticsOptions::full())
                    .with_key_value_metadata(Some(pairs(part.schema(), &[])))
                    .batched(part.schema())
                    .map_err(wrong)?,
            ),
        };
        for first in (0..part.height()).step_by(ROW_GROUP) {
            let mut group = part.slice(first as i64, ROW_GROUP);
            group.rechunk_mut();
            writer.write_batch(&group).map_err(wrong)?;
        }
    }
    let Some(writer) = writer else { return Err(IngestError::NoRecords(path.to_owned())) };
    writer.finish().map_err(wrong)?;
    drop(writer);
    std::fs::rename(&inside, path).map_err(failed)
}

fn write_parquet(
    height: usize,
    rows: impl Fn(Range<usize>) -> PolarsResult<DataFrame> + Sync,
    file: &mut File,
    meta: &[(&str, &str)],
) -> PolarsResult<()> {
    let none = rows(0..0)?;
    let layout = Layout::new(none.schema())?;
    let mut writer = ParquetWriter::new(std::io::BufWriter::new(file))
        .with_key_value_metadata(Some(pairs(none.schema(), meta)))
        .batched(none.schema())?;
    let starts: Vec<usize> = (0..height).step_by(ROW_GROUP).collect();
    for starts in starts.chunks(2 * rayon::current_num_threads()) {
        let make = |&start: &usize| {
            let rows = rows(start..height.min(start + ROW_GROUP))?;
            Ok((rows.height() as u64, layout.row_group(&rows)?))
        };
        for (n_rows, pages) in starts.par_iter().map(make).collect::<PolarsResult<Vec<_>>>()? {
            writer.write_row_group(n_rows, &pages)?;
        }
    }
    writer.finish()?;
    Ok(())
}

/// What a file says beside its rows.
fn pairs(schema: &Schema, meta: &[(&str, &str)]) -> KeyValueMetadata {
    let ours = meta.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    KeyValueMetadata::from_static(ours.chain([arrow_schema::entry(schema, meta)]).collect())
}

/// Reads a Parquet file as it is.
///
/// # Errors
/// The file cannot be read, or is no Parquet.
pub fn read_table(path: &Path) -> Result<DataFrame, IngestError> {
    let (frame, _) = read_parquet(path, <[String]>::to_vec)?;
    Ok(frame)
}

/// Reads the columns that `choose` picks from the names there are, and the file's metadata.
pub(crate) fn read_parquet(
    path: &Path,
    choose: impl FnOnce(&[String]) -> Vec<String>,
) -> Result<(DataFrame, Vec<(String, String)>), IngestError> {
    let wrong = |source| IngestError::Parquet { path: path.to_owned(), source };
    let (mut reader, _) = open_parquet(path)?;
    let names: Vec<String> = reader.schema().map_err(wrong)?.iter_names().map(ToString::to_string).collect();
    let metadata = reader.get_metadata().map_err(wrong)?.key_value_metadata().clone().unwrap_or_default();
    let metadata = metadata.into_iter().filter_map(|pair| Some((pair.key, pair.value?))).collect();
    let frame = reader.with_columns(Some(choose(&names))).set_rechunk(true).finish().map_err(wrong)?;
    Ok((frame, metadata))
}

/// A reader that has read nothing yet, and its file.
pub(crate) fn open_parquet(path: &Path) -> Result<(ParquetReader<File>, File), IngestError> {
    let file = File::open(path).map_err(|source| unreadable(path, source))?;
    let size = file.metadata().map_err(|source| unreadable(path, source))?.len();
    if size == 0 {
        return Err(IngestError::Empty(path.to_owned()));
    }
    let again = file.try_clone().map_err(|source| unreadable(path, source))?;
    Ok((ParquetReader::new(file), again))
}

/// Lower-case ending of a file's name.
pub(crate) fn ending(path: &Path) -> Option<String> {
    path.extension().map(|ending| ending.to_string_lossy().to_lowercase())
}

/// Folder in which a path stands.
pub(crate) fn parent_of(path: &Path) -> PathBuf {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned()
}

#[cfg(test)]
mod tests;
