//! SIGNAL.md as an executable specification: its headings, the tables of its example, and what must come out.
//! Prose is not judged. The same tables and comparison serve golden files, which lie beside it.

mod compare;
mod section;
mod sheet;

pub(crate) use compare::{compare, csv_of};
pub use section::section;
pub(crate) use sheet::Sheet;

use crate::contract;
use crate::declare::{nearest, param_value};
use claque_model::{
    CANONICAL, Declaration, Fault, Given, MissingReason, NeededColumn, ParamError, ParamValue, Params, Services,
    Signal, USER, Unwatched, schema_of,
};
use polars::prelude::DataFrame;
use std::collections::BTreeMap;
use std::time::Duration;
use thiserror::Error;

/// Headings that every SIGNAL.md has.
const HEADINGS: [&str; 7] =
    ["What it measures", "Why it may matter", "Innocent explanations", "Needs", "Parameters", "Example", "Expected"];
/// Time for one example.
const LIMIT: Duration = Duration::from_secs(10);

/// A parsed SIGNAL.md.
#[derive(Clone, Debug)]
pub struct Spec {
    pub(crate) inputs: Inputs,
    expected: BTreeMap<String, Sheet>,
}

/// Small tables, and parameters by signal.
#[derive(Clone, Debug, Default)]
pub(crate) struct Inputs {
    pub(crate) tables: BTreeMap<String, Sheet>,
    pub(crate) params: BTreeMap<String, serde_json::Value>,
}

/// What is wrong with a SIGNAL.md.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum SpecError {
    /// A heading that must be there.
    #[error("the heading `## {0}` is missing")]
    MissingHeading(&'static str),
    /// A code block without its end.
    #[error("line {line}: the code block has no end")]
    OpenBlock { line: usize },
    /// A table or parameters that come twice.
    #[error("line {line}: `{name}` is there twice")]
    Twice { line: usize, name: String },
    /// No input, or nothing that must come out.
    #[error("below `## {heading}` there is no block ```{block}```")]
    NoBlock { heading: &'static str, block: &'static str },
    /// A table that is not known.
    #[error("line {line}: there is no table `{name}`{}", hint(nearest.as_ref()))]
    UnknownTable { line: usize, name: String, nearest: Option<String> },
    /// Rows that are no table.
    #[error("line {line}: {message}")]
    Csv { line: usize, message: String },
    /// Parameters that are no TOML.
    #[error("line {line}: {message}")]
    Toml { line: usize, message: String },
}

/// How a signal misses its SIGNAL.md.
#[derive(Debug, Error, PartialEq)]
pub enum SpecFailure {
    /// Nothing is expected of this signal.
    #[error("SIGNAL.md says nothing about `{0}`: add a block ```csv {0}``` below `## Expected`")]
    NotCovered(String),
    /// A column that the table does not have.
    #[error("the table `{table}` has no column `{column}`{}", hint(nearest.as_ref()))]
    UnknownColumn { table: String, column: String, nearest: Option<String> },
    /// A cell of another type.
    #[error("`{cell}` in row {row} of `{table}.{column}` is no {kind}")]
    Cell { table: String, column: String, row: usize, cell: String, kind: &'static str },
    /// A parameter of another type or outside its bounds.
    #[error("{0}")]
    Params(#[from] ParamError),
    /// The example lacks what the signal needs.
    #[error("the tables given are not enough: {}", .0.sentence())]
    Missing(MissingReason),
    /// It failed.
    #[error("{0}")]
    Fault(#[from] Fault),
    /// Other rows than expected; the text shows them.
    #[error("{0}")]
    Differs(String),
}

fn hint(nearest: Option<&String>) -> String {
    nearest.map_or_else(String::new, |n| format!("; did you mean `{n}`?"))
}

/// A fenced block and where it stands.
struct Block<'t> {
    heading: &'t str,
    info: &'t str,
    body: String,
    line: usize,
}

/// Reads a SIGNAL.md.
///
/// # Errors
/// A missing heading or block, or a table that cannot be read.
pub fn parse_spec(text: &str) -> Result<Spec, SpecError> {
    let (headings, blocks) = blocks(text)?;
    if let Some(missing) = HEADINGS.iter().find(|h| !headings.contains(h)) {
        return Err(SpecError::MissingHeading(missing));
    }
    let mut spec = Spec { inputs: Inputs::default(), expected: BTreeMap::new() };
    for block in &blocks {
        spec.add(block)?;
    }
    if spec.inputs.tables.is_empty() {
        return Err(SpecError::NoBlock { heading: "Example", block: "csv <table>" });
    }
    if spec.expected.is_empty() {
        return Err(SpecError::NoBlock { heading: "Expected", block: "csv <signal id>" });
    }
    Ok(spec)
}

/// Headings of the second level, and the fenced blocks below each.
fn blocks(text: &str) -> Result<(Vec<&str>, Vec<Block<'_>>), SpecError> {
    let (mut headings, mut blocks) = (Vec::new(), Vec::new());
    let mut open: Option<Block> = None;
    for (number, line) in text.lines().enumerate() {
        match &mut open {
            Some(block) if line.trim_end() == "```" => {
                debug_assert!(number >= block.line, "a block ends below its start");
                blocks.extend(open.take());
            }
            Some(block) => {
                block.body.push_str(line);
                block.body.push('\n');
            }
            None => {
                if let Some(info) = line.strip_prefix("```") {
                    let heading = headings.last().copied().unwrap_or_default();
                    open = Some(Block { heading, info: info.trim(), body: String::new(), line: number + 1 });
                } else if let Some(heading) = line.strip_prefix("## ") {
                    headings.push(heading.trim());
                }
            }
        }
    }
    match open {
        Some(block) => Err(SpecError::OpenBlock { line: block.line }),
        None => Ok((headings, blocks)),
    }
}

fn once<T>(into: &mut BTreeMap<String, T>, name: &str, value: T, line: usize) -> Result<(), SpecError> {
    match into.insert(name.to_owned(), value) {
        None => Ok(()),
        Some(_) => Err(SpecError::Twice { line, name: name.to_owned() }),
    }
}

pub(crate) fn is_derived(table: &str) -> bool {
    table == "clusters" || table.starts_with("trace.") || table.starts_with("marks.")
}

pub(crate) fn known_table(name: &str, line: usize) -> Result<(), SpecError> {
    if schema_of(name).is_some() || is_derived(name) {
        return Ok(());
    }
    let known = CANONICAL.iter().chain(&USER).map(|t| t.name).chain(["clusters"]);
    Err(SpecError::UnknownTable { line, name: name.into(), nearest: nearest(name, known).map(str::to_owned) })
}

impl Spec {
    fn add(&mut self, block: &Block) -> Result<(), SpecError> {
        let line = block.line;
        let words: Vec<&str> = block.info.split_whitespace().collect();
        match (block.heading, words.as_slice()) {
            ("Example", ["csv", table]) => {
                known_table(table, line)?;
                once(&mut self.inputs.tables, table, Sheet::read(&block.body, line)?, line)
            }
            ("Example", ["toml", "params", id]) => {
                let wrong = |message: String| SpecError::Toml { line, message };
                let values: toml::Table = block.body.parse().map_err(|e: toml::de::Error| wrong(e.to_string()))?;
                let values = serde_json::to_value(values).map_err(|e| wrong(e.to_string()))?;
                once(&mut self.inputs.params, id, values, line)
            }
            ("Expected", ["csv", id]) => once(&mut self.expected, id, Sheet::read(&block.body, line)?, line),
            _ => Ok(()),
        }
    }

    /// Ids of the signals whose output is given.
    pub fn signals(&self) -> impl Iterator<Item = &str> {
        self.expected.keys().map(String::as_str)
    }
}

/// Runs a signal on the example and compares: columns named below `## Expected`, rows in any order, numbers
/// to 1e-6 of their size unless the head says `value~0.01`.
///
/// # Errors
/// The signal fails, is missing, or gives other rows.
pub fn run_spec(spec: &Spec, signal: &dyn Signal) -> Result<(), SpecFailure> {
    run_spec_with(spec, signal, &Unwatched)
}

/// The same, with services that can interrupt it and hear what it says.
///
/// # Errors
/// As [`run_spec`].
pub(crate) fn run_spec_with(spec: &Spec, signal: &dyn Signal, services: &dyn Services) -> Result<(), SpecFailure> {
    let declaration = signal.declaration();
    let expected = spec.expected.get(&declaration.id).ok_or_else(|| SpecFailure::NotCovered(declaration.id.clone()))?;
    let given = spec.inputs.given(declaration)?;
    let output = contract::score(signal, &given, true, services)?;
    compare(declaration, expected, &output, "SIGNAL.md").map_err(SpecFailure::Differs)
}

impl Inputs {
    /// What a signal is given of them.
    pub(crate) fn given(&self, declaration: &Declaration) -> Result<Given, SpecFailure> {
        let mut frames = BTreeMap::new();
        for (name, sheet) in &self.tables {
            frames.insert(name.as_str(), frame(declaration, name, sheet)?);
        }
        let tables = contract::prepare_from(declaration, |name| frames.get(name)).map_err(SpecFailure::Missing)?;
        Ok(Given {
            tables,
            params: params(declaration, self.params.get(&declaration.id))?,
            seed: 1,
            time_limit: LIMIT,
            memory_limit: contract::Limits::default().memory,
            max_threads: 1,
        })
    }
}

/// The columns of an example's table that a signal declared; the others may serve another signal of the folder.
fn frame(declaration: &Declaration, table: &str, sheet: &Sheet) -> Result<DataFrame, SpecFailure> {
    let needed = declaration.requires.iter().find(|t| t.name == table);
    let known = |column: &str| match schema_of(table) {
        Some(schema) => schema.column(column).is_some(),
        None => is_derived(table),
    };
    let clusters = contract::clusters();
    let needed = needed.or((table == "clusters").then_some(&clusters));
    let mut columns = Vec::new();
    for (position, name) in sheet.header.iter().enumerate() {
        let column: Option<&NeededColumn> = needed.and_then(|t| t.columns.iter().find(|c| c.name == *name));
        match column {
            Some(column) => columns.push(sheet.typed(position, table, column.kind)?),
            None if known(name) => {}
            None => {
                let names = schema_of(table).map(|s| s.columns.iter().map(|c| c.name).collect::<Vec<_>>());
                let nearest = names.and_then(|names| nearest(name, names).map(str::to_owned));
                return Err(SpecFailure::UnknownColumn { table: table.into(), column: name.clone(), nearest });
            }
        }
    }
    Ok(DataFrame::new(sheet.rows.len(), columns).expect("every row of a sheet has every cell"))
}

fn params(declaration: &Declaration, given: Option<&serde_json::Value>) -> Result<Params, ParamError> {
    let mut values: BTreeMap<String, ParamValue> = BTreeMap::new();
    for (name, value) in given.and_then(serde_json::Value::as_object).into_iter().flatten() {
        let declared = declaration.params.iter().find(|p| p.name == *name);
        let wrong = |expected: String| ParamError::WrongType { name: name.clone(), expected };
        let value = match declared {
            Some(p) => param_value(&p.kind, value).ok_or_else(|| wrong(p.kind.expected()))?,
            None => ParamValue::Text(value.to_string()), // refused by name below
        };
        values.insert(name.clone(), value);
    }
    declaration.resolve_params(&values)
}

#[cfg(test)]
mod tests;
