//! Which adapter reads a file: by its content, with reasons, never by its name.

use crate::adapters::{FORMATS, Format, OpenFile, format, format_names, map};
use crate::document::Document;
use crate::error::IngestError;
use crate::import::Settings;
use crate::normalize::text::shown;
use crate::records::{Layout, Locator, Row, nearest, sample};

/// The adapter for a file, and why.
pub(crate) struct Choice {
    pub(crate) format: &'static Format,
    pub(crate) because: Vec<String>,
}

/// Decides, or says what would have to be given.
pub(crate) fn choose(document: &Document, layout: &Layout, settings: &Settings) -> Result<Choice, IngestError> {
    let choice = match (&settings.adapter, settings.map.is_empty()) {
        (Some(name), _) => Choice { format: named(name)?, because: vec!["--as says so".to_owned()] },
        (None, false) => Choice { format: named("map")?, because: vec!["--map says which column is what".to_owned()] },
        (None, true) => recognized(document, layout)?,
    };
    let format = choice.format;
    if format.name == "map" && settings.map.is_empty() {
        let (path, proposal) = (document.path.clone(), map::propose::propose(document, layout));
        return Err(IngestError::NeedsMapping { path, proposal });
    }
    if !format.layouts.contains(&layout.name()) {
        let (path, found, adapter) = (document.path.clone(), layout.name(), format.name);
        return Err(IngestError::WrongLayout { path, adapter, expected: format.layouts[0], found });
    }
    let names = names(document, layout);
    missing_column(format, &names, document).map_or(Ok(choice), Err)
}

fn named(name: &str) -> Result<&'static Format, IngestError> {
    format(name).ok_or_else(|| IngestError::UnknownAdapter { name: name.to_owned(), known: format_names() })
}

/// The format that explains the file best: at least 80 % of its first records, 10 points ahead of the next.
fn recognized(document: &Document, layout: &Layout) -> Result<Choice, IngestError> {
    let names = names(document, layout);
    let mut candidates: Vec<(usize, &'static Format, Vec<String>)> = Vec::new();
    let mut seen = 0;
    for known in FORMATS.iter().filter_map(|known| format(known.name)) {
        if let (Some(found), true) = ((known.recognize)(&names), known.layouts.contains(&layout.name())) {
            let (explained, all) = explained(document, layout, (known.columns)(&names).required);
            seen = all;
            candidates.push((explained, known, found.reasons));
        }
    }
    candidates.sort_by_key(|(explained, ..)| std::cmp::Reverse(*explained));
    let mut ranked = candidates.into_iter();
    let Some((explained, format, mut because)) = ranked.next() else {
        return Err(unrecognized(&names, document, layout));
    };
    if seen > 0 && explained * 10 < seen * 8 {
        return Err(unrecognized(&names, document, layout));
    }
    if let Some((next, other, _)) = ranked.next().filter(|(next, ..)| (explained - next) * 10 < seen.max(1)) {
        let path = document.path.clone();
        return Err(IngestError::TwoFormats {
            path,
            best: (format.name, explained),
            next: (other.name, next),
            of: seen,
        });
    }
    because.push(format!("{explained} of {seen} records fit"));
    Ok(Choice { format, because })
}

/// How many of the first records have a value in every required column, and how many there are.
fn explained(document: &Document, layout: &Layout, required: &[(&str, &str)]) -> (usize, usize) {
    let file = OpenFile { document, layout, source_id: "", name: "" };
    let locators: Vec<Locator> = required.iter().filter_map(|(name, _)| file.locate(name)).collect();
    let (mut explained, mut seen) = (0, 0);
    sample(document, layout, |_, row| {
        seen += 1;
        // an empty cell is a matter of the record, an absent key is one of the format
        explained += usize::from(row.is_some_and(|row| locators.iter().all(|at| row.text(at).is_some())));
    });
    (explained, seen)
}

fn unrecognized(names: &[String], document: &Document, layout: &Layout) -> IngestError {
    // a file with nearly all columns of a format lacks one, rather than being of another format
    let mut near = FORMATS.iter().filter(|format| {
        let all = (format.columns)(names).all;
        all.len() >= 8 && known_among(all, names) * 10 >= all.len() * 8
    });
    let missing = near.find_map(|format| missing_column(format, names, document));
    missing.unwrap_or_else(|| {
        let kind = if matches!(layout, Layout::Json(_)) { "keys" } else { "columns" };
        IngestError::NoAdapter {
            path: document.path.clone(),
            kind,
            names: names.iter().take(40).map(|name| shown(name, 40)).collect(),
        }
    })
}

fn known_among(all: &[&str], names: &[String]) -> usize {
    all.iter().filter(|column| names.iter().any(|name| name == *column)).count()
}

fn missing_column(format: &Format, names: &[String], document: &Document) -> Option<IngestError> {
    let expected = (format.columns)(names);
    let is_missing = |column: &str| names.iter().all(|name| name != column);
    let (column, target) = expected.required.iter().find(|(column, _)| is_missing(column))?;
    let others = names.iter().map(String::as_str).filter(|name| !expected.all.contains(name));
    Some(IngestError::MissingColumn {
        path: document.path.clone(),
        column: (*column).to_owned(),
        format: format.name,
        expected: expected.all.len() as u32,
        found: known_among(expected.all, names) as u32,
        nearest: nearest(column, others).map(str::to_owned),
        target: Some(target),
    })
}

/// Names of the columns, or all keys of the first records in order of appearance.
pub(crate) fn names(document: &Document, layout: &Layout) -> Vec<String> {
    if let Layout::Csv(dialect) = layout {
        return dialect.header.clone();
    }
    let mut names: Vec<String> = Vec::new();
    sample(document, layout, |_, row| {
        let Some(Row::Value(value)) = row else { return };
        for key in value.as_object().into_iter().flat_map(serde_json::Map::keys) {
            if names.len() < 200 && !names.contains(key) {
                names.push(key.clone());
            }
        }
    });
    names
}
