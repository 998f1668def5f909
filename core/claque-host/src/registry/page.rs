//! `claque plugin doc`: the page of a plugin in Markdown, from what it declares and from the prose and example of its
//! SIGNAL.md. Each fact comes from one place, so that a page cannot contradict its plugin.

use super::SearchPath;
use super::broken::BrokenPlugin;
use super::load;
use crate::spec::section;
use claque_model::{Declaration, Dimension, EffectFloor, ParamDeclaration, ParamValue, Shape, Signal, format_duration};
use std::path::Path;

/// The page of a plugin: a part for each signal, then what its SIGNAL.md says for all of them.
///
/// # Errors
/// It cannot be loaded.
pub fn page(path: &Path, search: &SearchPath) -> Result<String, BrokenPlugin> {
    let loaded = load::open(path, search)?;
    let mut parts: Vec<String> = loaded.signals.iter().map(|signal| part(signal.as_ref())).collect();
    let prose = loaded.spec.as_deref().unwrap_or_default();
    let said = ["What it measures", "Why it may matter", "Needs", "Parameters", "Example", "Expected"];
    for heading in said {
        if let Some(text) = section(prose, heading).filter(|text| !text.is_empty()) {
            let heading = match heading {
                "Needs" => "More on what it needs",
                "Parameters" => "More on its parameters",
                "Expected" => "What comes out of the example",
                other => other,
            };
            parts.push(format!("## {heading}\n\n{text}"));
        }
    }
    if let Some(text) = section(prose, "Innocent explanations").filter(|text| !text.is_empty()) {
        parts.insert(loaded.signals.len(), format!("## Innocent explanations\n\n{text}"));
    }
    Ok(parts.join("\n\n") + "\n")
}

fn part(signal: &dyn Signal) -> String {
    let d = signal.declaration();
    let mut text = vec![format!("# {}", d.title), format!("`{}` {} ({})", d.id, d.version, signal.origin().name())];
    text.extend((!d.doc.is_empty()).then(|| d.doc.clone()));
    text.push(facts(d));
    text.push(format!("## Columns of `{}`\n\n{}", d.id, needs(d)));
    if !d.params.is_empty() {
        text.push(format!("## Parameters of `{}`\n\n{}", d.id, params(&d.params)));
    }
    if !d.innocent.is_empty() {
        let list: Vec<String> = d.innocent.iter().map(|sentence| format!("- {sentence}")).collect();
        text.push(format!("## Printed with each finding of `{}`\n\n{}", d.id, list.join("\n")));
    }
    text.join("\n\n")
}

fn facts(d: &Declaration) -> String {
    let statements: Vec<&str> = d.statements().map(Dimension::name).collect();
    let floor = match d.effect_floor {
        EffectFloor::Ratio(least) => format!("ratio {least}"),
        EffectFloor::Difference(least) => format!("difference {least}"),
        EffectFloor::Value(least) => format!("value {least}"),
    };
    let mut rows = vec![
        ("speaks about", statements.join(", ")),
        ("family", d.family.clone()),
        ("gives", format!("{}: {}", d.emits.name(), meaning(d.emits))),
        ("counts from", floor),
        ("at most", format!("{} nats of evidence", d.cap)),
    ];
    if d.emits == Shape::Traces {
        rows.push(("layer", format!("`{}`", d.layer_name())));
    }
    let techniques = d.disarm.observed.iter().map(|id| format!("{id} (seen)"));
    let techniques: Vec<String> =
        techniques.chain(d.disarm.inferred.iter().map(|id| format!("{id} (concluded)"))).collect();
    if !techniques.is_empty() {
        rows.push(("DISARM", techniques.join(", ")));
    }
    rows.extend(d.cite.iter().map(|cite| ("cite", cite.clone())));
    rows.extend(d.license.iter().map(|license| ("license", license.clone())));
    table(&["", ""], rows.into_iter().map(|(name, value)| vec![name.to_owned(), value]))
}

fn meaning(shape: Shape) -> &'static str {
    match shape {
        Shape::Traces => "this account did this very thing then",
        Shape::Marks => "this post shows it",
        Shape::Rates => "so many of so many, for this account",
        Shape::Statistics => "this group scores so much",
    }
}

fn needs(d: &Declaration) -> String {
    let rows = d.requires.iter().flat_map(|table| {
        table.columns.iter().map(|column| {
            let may_lack = if column.optional { "no" } else { "yes" };
            vec![
                format!("`{}`", table.name),
                format!("`{}`", column.name),
                column.kind.name().to_owned(),
                may_lack.to_owned(),
            ]
        })
    });
    table(&["table", "column", "type", "required"], rows)
}

fn params(params: &[ParamDeclaration]) -> String {
    let rows = params.iter().map(|p| {
        let unit = p.unit.as_ref().map(|unit| format!(" ({unit})")).unwrap_or_default();
        vec![format!("`{}`", p.name), shown(&p.default), p.kind.expected(), format!("{}{unit}", p.doc)]
    });
    table(&["name", "default", "must be", "meaning"], rows)
}

fn shown(value: &ParamValue) -> String {
    match value {
        ParamValue::Int(whole) => whole.to_string(),
        ParamValue::Float(real) => real.to_string(),
        ParamValue::Bool(truth) => truth.to_string(),
        ParamValue::Text(text) => format!("`{text}`"),
        ParamValue::Texts(texts) => texts.iter().map(|text| format!("`{text}`")).collect::<Vec<_>>().join(", "),
        ParamValue::Duration(micros) => format_duration(*micros),
        ParamValue::Datetime(micros) => chrono::DateTime::from_timestamp_micros(*micros)
            .map_or_else(|| format!("{micros} µs"), |time| time.format("%Y-%m-%d %H:%M:%S UTC").to_string()),
    }
}

fn table(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let line = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
    let mut lines = vec![line(head.iter().map(|h| (*h).to_owned()).collect())];
    lines.push(format!("|{}", "---|".repeat(head.len())));
    // a bar inside a cell would end it, a line break the table
    lines.extend(
        rows.map(|row| line(row.into_iter().map(|cell| cell.replace('|', "\\|").replace('\n', " ")).collect())),
    );
    lines.join("\n")
}
