//! The pages of the reference, in Markdown: one entry per verb with what it takes, gives and does, and an example
//! with its result.

use super::super::verb::{ApiType, Example, Property, Section, Verb, script_api};
use super::declaration::FIELDS;
use super::definitions::arguments;
use super::samples::{OTHER, POSTS};
use std::fmt::Write as _;

/// Types that share a page.
struct Page {
    file: &'static str,
    title: &'static str,
    types: &'static [&'static str],
}

const PAGES: &[Page] = &[
    Page { file: "frame.md", title: "Frames", types: &["Frame", "GroupBy"] },
    Page { file: "expr.md", title: "Expressions", types: &["Expr", "When", "Then"] },
    Page { file: "graph.md", title: "Graphs", types: &["Graph"] },
    Page { file: "values.md", title: "Durations, times, ids", types: &["Duration", "Datetime", "Id"] },
    Page { file: "context.md", title: "The context of a run", types: &["Context"] },
    Page { file: "tests.md", title: "Tests in a script", types: &["Test", "Expectation"] },
];

/// File names and texts.
pub fn pages() -> Vec<(&'static str, String)> {
    let mut pages = vec![("README.md", index()), ("globals.md", globals())];
    pages.extend(PAGES.iter().map(|page| (page.file, of_types(page))));
    pages
}

fn index() -> String {
    let mut text = "# Reference of the script API\n\n".to_owned();
    text.push_str(
        "All verbs that a script can use, from the one table in the program that also makes the type files \
         [`claque.d.luau`](../claque.d.luau) and [`claque.meta.lua`](../claque.meta.lua). How scripts work is in \
         [`scripts/README.md`](../README.md).\n\n",
    );
    text.push_str("- [Globals](globals.md): what a script, a parameter or an expression starts with\n");
    for page in PAGES {
        _ = writeln!(text, "- [{}]({}): {}", page.title, page.file, page.types.join(", "));
    }
    text.push_str(
        "\nEvery example is run by a test, over these two tables. The result of an expression is its type and its \
         values row by row, that of a frame its columns and its rows.\n\n",
    );
    _ = write!(text, "{}\n{}", POSTS.markdown(), OTHER.markdown());
    text.push_str("\n## The table of a signal\n\nWhat `plugin { … }` takes; an unknown field is an error.\n\n");
    text.push_str("| field | type | |\n|---|---|---|\n");
    for declared in FIELDS {
        let kind = declared.field.kind.luau().replace('|', "\\|");
        _ = writeln!(text, "| `{}` | `{kind}` | {} |", declared.field.name, declared.doc);
    }
    text
}

fn globals() -> String {
    let api = script_api();
    let mut text = "# Globals\n".to_owned();
    text.push_str(&properties(&api.constants));
    for section in &api.globals {
        text.push_str(&verbs(section, "", "##"));
    }
    text
}

fn of_types(page: &Page) -> String {
    let mut text = format!("# {}\n", page.title);
    for kind in page.types.iter().filter_map(|name| script_api().type_named(name)) {
        text.push_str(&of_type(kind));
    }
    text
}

fn of_type(kind: &ApiType) -> String {
    let mut text = format!("\n## {}\n\n{}\n", kind.name, kind.doc);
    text.push_str(&properties(&kind.fields));
    for section in &kind.sections {
        text.push_str(&verbs(section, ":", "###"));
    }
    text
}

fn properties(properties: &[Property]) -> String {
    let line = |p: &Property| format!("- `{}: {}`: {}\n", p.name, p.kind.luau(), p.doc);
    if properties.is_empty() { String::new() } else { format!("\n{}", properties.iter().map(line).collect::<String>()) }
}

/// A section under a heading of that level, its verbs one below.
fn verbs(section: &Section, colon: &str, level: &str) -> String {
    let mut text = String::new();
    if !section.title.is_empty() {
        _ = write!(text, "\n{level} {}\n", section.title);
    }
    if !section.doc.is_empty() {
        _ = write!(text, "\n{}\n", section.doc);
    }
    for verb in &section.verbs {
        let colon = if verb.name.starts_with("__") { "" } else { colon };
        let (name, call, doc) = (verb.name, signature(verb), sentence(verb.doc));
        _ = write!(text, "\n{level}# {name}\n\n`{colon}{call}`\n\n{doc}\n");
        if let Some(Example { code, gives }) = verb.example {
            _ = write!(text, "\n```luau\n{code}\n--> {gives}\n```\n");
        }
    }
    text
}

fn signature(verb: &Verb) -> String {
    format!("{}({}) → {}", verb.name, arguments(verb.takes), verb.gives.luau())
}

fn sentence(doc: &str) -> String {
    let mut letters = doc.chars();
    let end = if doc.ends_with(['.', '?']) { "" } else { "." };
    let text: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    format!("{text}{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_has_its_page() {
        let paged: Vec<&str> = PAGES.iter().flat_map(|page| page.types.iter().copied()).collect();
        let without: Vec<&str> =
            script_api().types.iter().map(|kind| kind.name).filter(|name| !paged.contains(name)).collect();
        assert!(without.is_empty(), "{without:?}");
    }
}
