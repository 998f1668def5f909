//! Why a file was refused or a table could not be written. Records that cannot be used are no errors:
//! they are counted in the report.

use claque_model::ActivityError;
use polars::prelude::PolarsError;
use std::path::PathBuf;
use thiserror::Error;

/// What stopped a file. Nothing was written.
#[derive(Debug, Error)]
pub enum IngestError {
    /// There is no such file.
    #[error("`{}`: no such file", .0.display())]
    NoSuchFile(PathBuf),
    /// It cannot be opened or read.
    #[error("`{}`: cannot be read: {source}", path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
    /// It has no bytes.
    #[error("`{}` is empty", .0.display())]
    Empty(PathBuf),
    /// It has a header or brackets, and no record.
    #[error("`{}` holds no records", .0.display())]
    NoRecords(PathBuf),
    /// A folder without a file in it.
    #[error("`{}`: the folder holds no files", .0.display())]
    EmptyFolder(PathBuf),
    /// Bytes that are no text in any encoding known here.
    #[error("`{}`: is not text ({found})", path.display())]
    NotText { path: PathBuf, found: &'static str },
    /// A compressed file or an archive.
    #[error("`{}`: is compressed ({method}), which import does not read yet", path.display())]
    Compressed { path: PathBuf, method: &'static str },
    /// Nobody knows this layout.
    #[error("`{}`: no adapter recognises this file ({kind}: {})", path.display(), names.join(", "))]
    NoAdapter { path: PathBuf, kind: &'static str, names: Vec<String> },
    /// Two adapters explain it equally well.
    #[error("`{}` fits two formats: {} ({} of {of} records), {} ({} of {of} records)", path.display(), best.0, best.1, next.0, next.1)]
    TwoFormats { path: PathBuf, best: (&'static str, usize), next: (&'static str, usize), of: usize },
    /// No adapter of that name.
    #[error("unknown adapter `{name}` (have: {})", known.join(", "))]
    UnknownAdapter { name: String, known: Vec<&'static str> },
    /// The adapter reads another layout.
    #[error("`{}`: {adapter} reads {expected}, this is {found}", path.display())]
    WrongLayout { path: PathBuf, adapter: &'static str, expected: &'static str, found: &'static str },
    /// Ids went through a spreadsheet.
    #[error("`{}`: `{column}` holds ids in scientific notation (record {record}: \"{value}\"); their last digits are lost", path.display())]
    ScientificIds { path: PathBuf, column: String, record: u64, value: String },
    /// A column without which the format cannot be read.
    #[error("`{}`: column `{column}` is missing ({expected} expected for {format}, {found} found{})", path.display(), nearest.as_ref().map_or_else(String::new, |n| format!("; nearest: \"{n}\"")))]
    MissingColumn {
        path: PathBuf,
        column: String,
        format: &'static str,
        expected: u32,
        found: u32,
        nearest: Option<String>,
        /// The column for which `nearest` could be mapped by hand.
        target: Option<&'static str>,
    },
    /// Every record was rejected.
    #[error("`{}`: none of its {records} records can be used; first: record {record}, {code}{}: {message}", path.display(), field.as_ref().map_or_else(String::new, |f| format!(" in `{f}`")))]
    NothingUsable {
        path: PathBuf,
        records: u64,
        record: u64,
        code: &'static str,
        field: Option<String>,
        message: String,
    },
    /// The adapter `map` was asked for without a mapping.
    #[error("`{}`: the adapter map needs to know which column is what", path.display())]
    NeedsMapping {
        path: PathBuf,
        /// Column, source and up to three values.
        proposal: Vec<(&'static str, String, Vec<String>)>,
    },
    /// `--map COLUMN=…` with a column that is none.
    #[error("`--map {column}={source_name}`: unknown column `{column}`{}", nearest.map_or_else(String::new, |n| format!(" (nearest: `{n}`)")))]
    UnknownMapColumn { column: String, source_name: String, nearest: Option<&'static str> },
    /// `--map …=SOURCE` with a source that the file does not have.
    #[error("`{}`: `--map {column}={source_name}`: there is no `{source_name}`{}", path.display(), nearest.as_ref().map_or_else(String::new, |n| format!(" (nearest: \"{n}\")")))]
    UnknownMapSource { path: PathBuf, column: String, source_name: String, nearest: Option<String> },
    /// The mapping lacks what a post needs.
    #[error("the mapping has no `{0}`")]
    MapLacks(&'static str),
    /// Not a platform of the schema.
    #[error("unknown platform `{name}` (have: {})", known.join(", "))]
    UnknownPlatform { name: String, known: Vec<&'static str> },
    /// Not an IANA zone.
    #[error("unknown time zone `{0}`")]
    UnknownZone(String),
    /// A cell of a canonical or user table is not of its type.
    #[error("`{}`: record {record}: `{column}` is \"{value}\", must be {expected}", path.display())]
    BadCell { path: PathBuf, record: u64, column: String, value: String, expected: String },
    /// An obligatory cell is empty.
    #[error("`{}`: record {record}: `{column}` is empty", path.display())]
    EmptyCell { path: PathBuf, record: u64, column: String },
    /// A record of a canonical or user table cannot be read at all.
    #[error("`{}`: record {record}: {message}", path.display())]
    BadRecord { path: PathBuf, record: u64, message: String },
    /// A column of a Parquet file has another type than the schema.
    #[error("`{}`: column `{column}` is {found}, must be {expected}", path.display())]
    WrongType { path: PathBuf, column: String, found: String, expected: String },
    /// No table of the schema in that folder.
    #[error("`{}`: no canonical table in this folder", .0.display())]
    NoTables(PathBuf),
    /// The same table twice.
    #[error("`{}`: table `{table}` is there twice", path.display())]
    TableTwice { path: PathBuf, table: String },
    /// Not a table that users bring.
    #[error("unknown table `{name}` (have: {})", known.join(", "))]
    UnknownTable { name: String, known: Vec<&'static str> },
    /// Written by a later major version.
    #[error("`{}`: written by activity schema {found}, this claque reads 1", path.display())]
    NewerSchema { path: PathBuf, found: String },
    /// Parquet that cannot be decoded.
    #[error("`{}`: cannot be read as Parquet: {source}", path.display())]
    Parquet { path: PathBuf, source: PolarsError },
    /// The tables do not fit the schema.
    #[error(transparent)]
    Activity(#[from] ActivityError),
    /// Two rows with one key.
    #[error("table `{table}`: key ({key}) is not unique: {value}")]
    DuplicateKey { table: String, key: String, value: String },
    /// A reference to nothing.
    #[error("table `{table}`: row {row}: `{column}` \"{value}\" is not in `{target}`")]
    Dangling { table: &'static str, row: usize, column: &'static str, value: String, target: &'static str },
    /// A value outside what the schema permits.
    #[error("table `{table}`: row {row}: `{column}` is {value}, must be {expected}")]
    OutOfRange { table: String, row: usize, column: String, value: String, expected: String },
    /// The folder to write is there already.
    #[error("`{}` exists already", .0.display())]
    Exists(PathBuf),
    /// It cannot be written.
    #[error("cannot write `{}`: {source}", path.display())]
    Write { path: PathBuf, source: std::io::Error },
    /// Parquet could not be encoded.
    #[error("cannot write `{}`: {source}", path.display())]
    WriteParquet { path: PathBuf, source: PolarsError },
    /// Neither `.csv` nor `.parquet`.
    #[error("`{}`: the ending must be .csv or .parquet", .0.display())]
    UnknownEnding(PathBuf),
    /// A type without a flat form.
    #[error("column `{column}` is {found}, which has no flat form")]
    NotFlat { column: String, found: String },
    /// A table operation failed: a defect of claque.
    #[error("internal table operation failed: {0}")]
    Table(#[from] PolarsError),
}

impl IngestError {
    /// What a person can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoSuchFile(_) => "the path is relative to the folder in which claque was started".into(),
            Self::Empty(_) | Self::NoRecords(_) => {
                "an export that broke off often leaves an empty file; fetch it again".into()
            }
            Self::NotText { .. } => "import reads CSV, NDJSON and JSON; export the data again as one of these".into(),
            Self::Compressed { path, method } => {
                format!("unpack it first: {}", unpack(method, &path.display().to_string()))
            }
            Self::NoAdapter { path, .. } => {
                let path = path.display();
                format!("name the format with --as, or map the columns: claque import {path} --as map")
            }
            Self::TwoFormats { best, next, .. } => format!("choose one with --as {} or --as {}", best.0, next.0),
            Self::ScientificIds { .. } => {
                "export again with ids as text; a spreadsheet that saved the file has rounded them".into()
            }
            Self::MissingColumn { nearest: Some(nearest), target: Some(target), .. } => {
                format!("rename it, or use --as map --map {target}={} …", quoted(nearest))
            }
            Self::MissingColumn { format: "messages", .. } => {
                "the header must name message_id, user_id, repost_id, reply_id, message, timestamp and urls, in any order".into()
            }
            Self::MissingColumn { column, .. } => format!("the header must have a column named {column}"),
            Self::NothingUsable { .. } => "look at that record; a wrong --as or --map is the usual reason".into(),
            Self::NeedsMapping { path, proposal } => proposed(&path.display().to_string(), proposal),
            Self::UnknownMapSource { path, .. } => {
                format!("see the columns and a proposal: claque import {} -o activity --as map", path.display())
            }
            Self::MapLacks(column) => format!("add --map {column}=SOURCE"),
            Self::UnknownZone(_) => "give an IANA name, such as --tz Europe/Berlin".into(),
            Self::BadCell { .. } | Self::EmptyCell { .. } | Self::BadRecord { .. } => {
                "records are counted from 1, without the header".into()
            }
            Self::WrongType { column, .. } => format!("write the file again with another type for {column}"),
            Self::NewerSchema { .. } => "update claque".into(),
            Self::NoTables(_) => "a folder of canonical tables holds posts.parquet or posts.csv".into(),
            Self::Exists(_) => "name another folder".into(),
            Self::DuplicateKey { .. } | Self::Dangling { .. } | Self::OutOfRange { .. } => {
                "canonical tables are checked before they are written".into()
            }
            _ => return None,
        })
    }
}

fn unpack(method: &str, path: &str) -> String {
    match method {
        "gzip" => format!("gzip -dk {path}"),
        "zstd" => format!("zstd -d --long=31 {path}"),
        _ => format!("unzip {path}"),
    }
}

/// A name as a shell takes it.
fn quoted(name: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "_-.".contains(c);
    if name.chars().all(plain) { name.to_owned() } else { format!("\"{name}\"") }
}

fn proposed(path: &str, proposal: &[(&'static str, String, Vec<String>)]) -> String {
    if proposal.is_empty() {
        return format!(
            "no column looks familiar: claque import {path} -o activity --map account_id=… --map created_at=…"
        );
    }
    let pairs = proposal.iter().map(|(column, source, _)| format!(" --map {column}={}", quoted(source)));
    let examples = proposal
        .iter()
        .map(|(column, source, values)| format!("\n  {column} from \"{source}\": {}", values.join(" · ")));
    let (pairs, examples): (String, String) = (pairs.collect(), examples.collect());
    format!("check this proposal and run it: claque import {path} -o activity{pairs}{examples}")
}
