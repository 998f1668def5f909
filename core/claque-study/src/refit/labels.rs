//! `LABELS.csv` as rows. Knows no run.

use super::fault::RefitFault;
use claque_ingest::IngestError;
use claque_model::Dimension;
use std::path::{Path, PathBuf};

const COLUMNS: [&str; 5] = ["run", "cluster_id", "campaign", "dimension", "positive"];

/// One cluster and whether one statement holds for it.
pub(super) struct Label {
    /// From 1, without the header.
    pub(super) record: u64,
    /// As written.
    pub(super) run: PathBuf,
    pub(super) cluster_id: String,
    pub(super) campaign: String,
    pub(super) dimension: Dimension,
    pub(super) positive: bool,
}

/// The bytes of the file, and its labels in order. Further columns are left alone.
pub(super) fn read(path: &Path) -> Result<(Vec<u8>, Vec<Label>), RefitFault> {
    let bytes = std::fs::read(path).map_err(|source| match source.kind() {
        std::io::ErrorKind::NotFound => wrong(IngestError::NoSuchFile(path.to_owned())),
        _ => wrong(IngestError::Unreadable { path: path.to_owned(), source }),
    })?;
    if bytes.is_empty() {
        return Err(wrong(IngestError::Empty(path.to_owned())));
    }
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes.as_slice());
    let header = reader.headers().map_err(|error| broken(path, 0, &error))?.clone();
    let at = positions(path, &header)?;
    let mut labels = Vec::new();
    for (record, cells) in (1..).zip(reader.records()) {
        let cells = cells.map_err(|error| broken(path, record, &error))?;
        labels.push(label(path, record, at.map(|at| cells.get(at).unwrap_or_default()))?);
    }
    if labels.is_empty() {
        return Err(wrong(IngestError::NoRecords(path.to_owned())));
    }
    Ok((bytes, labels))
}

fn wrong(error: IngestError) -> RefitFault {
    RefitFault::Labels(Box::new(error))
}

fn positions(path: &Path, header: &csv::StringRecord) -> Result<[usize; 5], RefitFault> {
    let mut at = [0; 5];
    for (at, column) in at.iter_mut().zip(COLUMNS) {
        *at = header.iter().position(|name| name == column).ok_or_else(|| {
            wrong(IngestError::MissingColumn {
                path: path.to_owned(),
                column: column.to_owned(),
                format: "labels",
                expected: COLUMNS.len() as u32,
                found: header.iter().filter(|name| COLUMNS.contains(name)).count() as u32,
                nearest: None,
                target: None,
            })
        })?;
    }
    Ok(at)
}

fn label(path: &Path, record: u64, cells: [&str; 5]) -> Result<Label, RefitFault> {
    if let Some((column, _)) = COLUMNS.into_iter().zip(cells).find(|(_, cell)| cell.is_empty()) {
        return Err(wrong(IngestError::EmptyCell { path: path.to_owned(), record, column: column.to_owned() }));
    }
    let [run, cluster_id, campaign, dimension, positive] = cells;
    let dimension = Dimension::parse(dimension).ok_or_else(|| {
        let word = dimension.chars().take(80).collect();
        RefitFault::UnknownDimension { path: path.to_owned(), record, word }
    })?;
    let positive = match positive {
        "true" => true,
        "false" => false,
        other => {
            let (column, expected) = ("positive".to_owned(), "`true` or `false`".to_owned());
            let value = other.chars().take(80).collect();
            return Err(wrong(IngestError::BadCell { path: path.to_owned(), record, column, value, expected }));
        }
    };
    let (cluster_id, campaign) = (cluster_id.to_owned(), campaign.to_owned());
    Ok(Label { record, run: run.into(), cluster_id, campaign, dimension, positive })
}

/// A record that is none. The parser counts the header as one.
fn broken(path: &Path, record: u64, error: &csv::Error) -> RefitFault {
    let message = match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("it has {len} fields, the header has {expected_len}")
        }
        csv::ErrorKind::Utf8 { .. } => "it is not UTF-8 text".to_owned(),
        _ => error.to_string(),
    };
    wrong(IngestError::BadRecord { path: path.to_owned(), record, message })
}
