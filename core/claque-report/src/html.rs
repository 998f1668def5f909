//! The page: one file that opens offline, works without its script, and loads nothing. What it says is
//! decided in `view`; pictures are drawn in `svg`.

pub(crate) mod policy;

use crate::foreign::{defang, defang_target, with_code};
use crate::number;
use crate::svg;
use crate::view::View;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{Environment, context, escape_formatter};
use thiserror::Error;

const PAGE: &str = include_str!("../templates/page.html");
const CARD: &str = include_str!("../templates/card.html");
const EVIDENCE: &str = include_str!("../templates/evidence.html");
const TESTS: &str = include_str!("../templates/tests.html");
const READING: &str = include_str!("../templates/reading.html");
const EVALUATION: &str = include_str!("../templates/evaluation.html");
const STYLE: &str = include_str!("../templates/style.css");
const SCRIPT: &str = include_str!("../templates/script.js");

/// Why a report could not be made.
#[derive(Debug, Error)]
pub enum ReportError {
    /// The page's template does not fit the view: a bug of this crate.
    #[error("cannot render the report page: {0}")]
    Template(#[from] minijinja::Error),
}

/// The report as one HTML file.
///
/// # Errors
/// Only if template and view disagree, which would be a bug.
pub fn html(view: &View) -> Result<String, ReportError> {
    let environment = environment()?;
    let drawings: Vec<Value> = view
        .clusters
        .iter()
        .map(|cluster| {
            let bars: Vec<Value> = cluster.scores.iter().map(|score| safe(svg::bar(score))).collect();
            context! {
                bars,
                timeline => safe(svg::timeline(cluster)),
                busiest => svg::busiest(cluster),
                extent => safe(svg::extent(cluster)),
            }
        })
        .collect();
    let page = environment.get_template("page.html")?.render(context! {
        view => Value::from(Serde(view)),
        drawings,
        network => svg::network(view).map(safe),
        layers => &view.picture.layers,
        drawn_nodes => view.picture.nodes.len(),
        all_nodes => view.picture.nodes_in_all,
        drawn_lines => view.picture.lines.len(),
        all_lines => view.picture.lines_in_all,
        lone => view.picture.nodes.iter().any(|n| n.cluster.is_none()),
        ticks => svg::ticks(view),
        verdicts => verdicts(view),
        style => safe(STYLE.to_owned()),
        script => safe(SCRIPT.to_owned()),
        policy => safe(policy::content(SCRIPT)),
    })?;
    Ok(page)
}

/// The verdicts that occur, in the order of the scorecard, with their words.
fn verdicts(view: &View) -> Vec<Value> {
    let mut found: Vec<(&str, &str)> = view.clusters.iter().map(|c| (c.verdict, c.verdict_words)).collect();
    found.dedup();
    found.into_iter().map(|(verdict, words)| Value::from(vec![verdict, words])).collect()
}

fn capitalized(sentence: &str) -> String {
    let mut characters = sentence.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

pub(crate) fn safe(own: String) -> Value {
    Value::from_safe_string(own)
}

/// Every string that is not our own markup is defanged and escaped on its way out, whatever a template
/// forgets.
pub(crate) fn environment() -> Result<Environment<'static>, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    environment.set_formatter(|out, state, value| match value.as_str() {
        Some(text) if !value.is_safe() => escape_formatter(out, state, &Value::from(defang(text))),
        _ => escape_formatter(out, state, value),
    });
    environment.add_filter("count", number::count);
    environment.add_filter("p", number::p_value);
    environment.add_filter("nats", number::nats);
    environment.add_filter("score", number::score);
    environment.add_filter("percent", number::percent);
    environment.add_filter("quantity", number::quantity);
    environment.add_filter("decimals", number::decimals);
    environment.add_filter("fine_percent", number::fine_percent);
    environment.add_filter("time", number::time);
    environment.add_filter("day", number::day);
    environment.add_filter("capitalized", capitalized);
    environment.add_filter("code", |text: String| safe(with_code(&text)));
    environment.add_function("group_class", svg::group_class);
    environment.add_filter("target", |text: String| defang_target(&text));
    for (name, source) in [
        ("page.html", PAGE),
        ("card.html", CARD),
        ("evidence.html", EVIDENCE),
        ("tests.html", TESTS),
        ("reading.html", READING),
        ("evaluation.html", EVALUATION),
    ] {
        environment.add_template(name, source)?;
    }
    Ok(environment)
}

#[cfg(test)]
mod tests;
