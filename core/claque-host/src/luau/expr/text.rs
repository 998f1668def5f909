//! `str_…`: texts. Regular expressions are Rust's (linear time, no look-around) and are compiled when the
//! method is called, so that a bad one is reported with its line.

use super::super::mistake::Mistake;
use super::super::options::Options;
use super::{LuauExpr, unary, wide, with};
use aho_corasick::AhoCorasick;
use mlua::{Table, UserDataMethods};
use polars::prelude::{
    BooleanChunked, Column, DataType, Expr, Field, IntoColumn, IntoSeries, NULL, PolarsResult, Schema, StringChunked,
    UnicodeForm, lit,
};
use regex::Regex;

/// The automaton of the words takes the square of their number to build, which no clock can stop: 0.3 s for these,
/// half a minute for ten times as many (measured).
const MOST_WORDS: usize = 10_000;

pub(super) fn add<M: UserDataMethods<LuauExpr>>(methods: &mut M) {
    unary(methods, "str_to_lower", |e| e.str().to_lowercase());
    unary(methods, "str_to_upper", |e| e.str().to_uppercase());
    unary(methods, "str_len", |e| wide(e.str().len_chars()));
    unary(methods, "str_digest", digest);
    with(methods, "str_normalize", |e, form: String| Ok(e.str().normalize(unicode_form(&form)?)));
    with(methods, "str_starts_with", |e, prefix: String| Ok(e.str().starts_with(lit(prefix))));
    with(methods, "str_ends_with", |e, suffix: String| Ok(e.str().ends_with(lit(suffix))));
    with(methods, "str_split", |e, separator: String| Ok(e.str().split(lit(separator))));
    with(methods, "str_strip", |e, characters: Option<String>| {
        Ok(e.str().strip_chars(characters.map_or_else(|| lit(NULL), lit)))
    });
    patterns(methods);
    methods.add_method("str_contains_any", |lua, this, (words, options): (Vec<String>, Option<Table>)| {
        let mut options = Options::of(options);
        let ignore_case = options.take::<bool>("ignore_case")?.unwrap_or(false);
        options.finish()?;
        if words.len() > MOST_WORDS {
            return Err(Mistake::Plan(format!(
                "str_contains_any takes at most {MOST_WORDS} words, got {}. hint: split the texts and join them with a \
                 table of the words",
                words.len()
            ))
            .into());
        }
        let words: Vec<String> = if ignore_case { words.iter().map(|w| w.to_lowercase()).collect() } else { words };
        let finder = AhoCorasick::new(words).map_err(|e| Mistake::Pattern(e.to_string()))?;
        let node = this.take().map(|e| {
            let text = if ignore_case { e.str().to_lowercase() } else { e };
            contains_any(text, finder)
        });
        LuauExpr::finish(lua, node)
    });
}

fn patterns<M: UserDataMethods<LuauExpr>>(methods: &mut M) {
    with(methods, "str_contains", |e, pattern: String| {
        compile(&pattern)?;
        Ok(e.str().contains(lit(pattern), true))
    });
    with(methods, "str_extract_all", |e, pattern: String| {
        compile(&pattern)?;
        Ok(e.str().extract_all(lit(pattern)))
    });
    with(methods, "str_count", |e, pattern: String| {
        compile(&pattern)?;
        Ok(wide(e.str().count_matches(lit(pattern), false)))
    });
    methods.add_method("str_extract", |lua, this, (pattern, group): (String, Option<usize>)| {
        let group = group.unwrap_or(1);
        if compile(&pattern)?.captures_len() <= group {
            return Err(Mistake::NoGroup { pattern, group }.into());
        }
        LuauExpr::finish(lua, this.take().map(|e| e.str().extract(lit(pattern), group)))
    });
    methods.add_method("str_replace", |lua, this, (pattern, with): (String, String)| {
        compile(&pattern)?;
        LuauExpr::finish(lua, this.take().map(|e| e.str().replace_all(lit(pattern), lit(with), false)))
    });
}

fn compile(pattern: &str) -> Result<Regex, Mistake> {
    Regex::new(pattern).map_err(|e| Mistake::Pattern(e.to_string()))
}

fn unicode_form(name: &str) -> Result<UnicodeForm, Mistake> {
    Ok(match name {
        "NFC" => UnicodeForm::NFC,
        "NFKC" => UnicodeForm::NFKC,
        "NFD" => UnicodeForm::NFD,
        "NFKD" => UnicodeForm::NFKD,
        other => return Err(Mistake::unknown("form", other, ["NFC", "NFKC", "NFD", "NFKD"])),
    })
}

/// Does any of the words occur? Any number of words in one pass; null stays null.
fn contains_any(expr: Expr, finder: AhoCorasick) -> Expr {
    let find = move |column: Column| -> PolarsResult<Column> {
        let texts = column.as_materialized_series().str()?;
        let found: BooleanChunked = texts.iter().map(|text| text.map(|text| finder.is_match(text))).collect();
        Ok(found.with_name(column.name().clone()).into_series().into_column())
    };
    expr.map(find, |_: &Schema, field: &Field| Ok(Field::new(field.name().clone(), DataType::Boolean)))
}

/// The first 16 hexadecimal digits of BLAKE3: the same for ever, so it can name an object.
fn digest(expr: Expr) -> Expr {
    let hash = |column: Column| -> PolarsResult<Column> {
        let texts = column.as_materialized_series().str()?;
        let hashed: StringChunked = texts
            .iter()
            .map(|text| text.map(|text| blake3::hash(text.as_bytes()).to_hex().as_str()[..16].to_owned()))
            .collect();
        Ok(hashed.with_name(column.name().clone()).into_series().into_column())
    };
    expr.map(hash, |_: &Schema, field: &Field| Ok(Field::new(field.name().clone(), DataType::String)))
}
