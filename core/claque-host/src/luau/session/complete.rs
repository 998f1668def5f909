//! What may stand where the cursor is: commands, globals, methods behind a colon, columns and tables in quotes.

use super::super::verb::{ApiType, script_api};
use super::{Session, commands};
use mlua::Value;
use std::collections::BTreeSet;

/// Types that exist only inside tests. Which of the others stands before a colon is known only when the line runs.
const OF_TESTS: [&str; 2] = ["Test", "Expectation"];
const KEYWORDS: [&str; 12] =
    ["and", "do", "else", "elseif", "end", "for", "function", "if", "local", "not", "return", "then"];

/// Where the word begins that ends at byte `at`, and the names that begin like it, sorted.
pub(super) fn at(session: &Session, line: &str, at: usize) -> (usize, Vec<String>) {
    let before = line.get(..at).unwrap_or(line);
    let part_of_word = |c: char| c.is_alphanumeric() || c == '_';
    let from =
        before.char_indices().rev().take_while(|(_, c)| part_of_word(*c)).last().map_or(before.len(), |(i, _)| i);
    let (head, word) = before.split_at(from);
    let names = match head.chars().last() {
        Some(':') if head.trim() == ":" => commands::ALL.iter().map(|command| command.0.to_owned()).collect(),
        Some(':') => methods(),
        Some('"' | '\'') => quoted(session),
        Some('.') => in_table(head.trim_end_matches('.')),
        _ => free(session),
    };
    let fitting: BTreeSet<String> =
        names.into_iter().filter(|name| name.starts_with(word) && !name.starts_with("__")).collect();
    (from, fitting.into_iter().collect())
}

fn methods() -> Vec<String> {
    let types = script_api().types.iter().filter(|one| !OF_TESTS.contains(&one.name));
    types.flat_map(ApiType::methods).map(str::to_owned).collect()
}

/// Functions of a table of the API, such as `graph`.
fn in_table(before: &str) -> Vec<String> {
    let functions = script_api().functions().filter_map(|verb| verb.name.split_once('.'));
    functions.filter(|(table, _)| before.ends_with(table)).map(|(_, name)| name.to_owned()).collect()
}

/// Columns of every table, and the tables.
fn quoted(session: &Session) -> Vec<String> {
    let tables = super::all_tables(&session.activity, &session.user);
    let columns = tables.values().flat_map(|rows| rows.get_column_names().into_iter().map(ToString::to_string));
    columns.chain(tables.keys().cloned()).collect()
}

/// Words that stand alone: of the API, of the session, of Luau.
fn free(session: &Session) -> Vec<String> {
    let tables = super::all_tables(&session.activity, &session.user);
    let written = session.lua.globals();
    let written = written.pairs::<String, Value>().filter_map(|pair| pair.ok().map(|pair| pair.0));
    let functions = script_api().functions().map(|verb| verb.name.split('.').next().unwrap_or(verb.name));
    let known = functions.chain(KEYWORDS).chain(["ctx"]).map(str::to_owned);
    known.chain(written).chain(tables.into_keys()).collect()
}
