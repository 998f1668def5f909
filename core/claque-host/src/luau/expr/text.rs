//! `str_…`: texts. Regular expressions are Rust's (linear time, no look-around) and are compiled when the
//! method is called, so that a bad one is reported with its line.

use super::super::mistake::Mistake;
use super::super::verb::{Argument, Arguments, Group, Kind, one, optional, words};
use super::{LuauExpr, verb, wide};
use aho_corasick::AhoCorasick;
use polars::prelude::{
    BooleanChunked, Column, DataType, Expr, Field, IntoColumn, IntoSeries, NULL, PolarsResult, Schema, StringChunked,
    UnicodeForm, lit,
};
use regex::Regex;

const REGEX: Argument = one("regex", Kind::Text);
/// The automaton of the words takes the square of their number to build, which no clock can stop: 0.3 s for these,
/// half a minute for ten times as many (measured).
const MOST_WORDS: usize = 10_000;

const FORMS: [(&str, UnicodeForm); 4] =
    [("NFC", UnicodeForm::NFC), ("NFKC", UnicodeForm::NFKC), ("NFD", UnicodeForm::NFD), ("NFKD", UnicodeForm::NFKD)];

pub(super) static GROUP: Group<LuauExpr> = Group {
    title: "Strings",
    doc: "Regular expressions are Rust's: linear time, no look-around, no back-references; they are not Lua's \
          patterns. Everything else is literal.",
    methods: &[
        verb("str_to_lower", &[], "lower case", |e, given| e.map(given, |e| e.str().to_lowercase()))
            .example(r#"col("text"):str_to_lower()"#, "string: hello world 12 / ßtraße 7 and 8 / null / alpha beta"),
        verb("str_to_upper", &[], "upper case", |e, given| e.map(given, |e| e.str().to_uppercase()))
            .example(r#"col("text"):str_to_upper()"#, "string: HELLO WORLD 12 / ẞTRASSE 7 AND 8 / null / ALPHA BETA"),
        verb(
            "str_normalize",
            &[one("form", Kind::Word(&words(&FORMS)))],
            "a Unicode normal form; NFKC and NFKD also unite look-alike forms such as full width",
            |e, given| {
                let form = given.word(&FORMS)?.unwrap_or(UnicodeForm::NFC);
                e.map(given, |e| e.str().normalize(form))
            },
        )
        .example(r#"lit("ﬁve ①"):str_normalize("NFKC")"#, "string: five 1"),
        verb("str_len", &[], "how many characters", |e, given| e.map(given, |e| wide(e.str().len_chars())))
            .example(r#"col("text"):str_len()"#, "int: 14 / 14 / null / 10"),
        verb("str_len_bytes", &[], "how many bytes in UTF-8", |e, given| e.map(given, |e| wide(e.str().len_bytes())))
            .example(r#"col("text"):str_len_bytes()"#, "int: 14 / 17 / null / 10"),
        verb(
            "str_slice",
            &[one("start", Kind::Whole), optional("length", Kind::Count)],
            "the characters from start on, or so many of them; a negative start counts from the end",
            |e, given| {
                let (start, length): (i64, Option<u64>) = (given.take()?, given.take()?);
                let start = match start {
                    0 => return Err(Mistake::FromOne(0).into()),
                    from_one @ 1.. => from_one - 1,
                    from_end => from_end,
                };
                let length = length.map_or_else(|| lit(NULL), lit);
                e.map(given, |e| e.str().slice(lit(start), length))
            },
        )
        .example(r#"col("text"):str_slice(1, 5)"#, "string: Hello / ẞtraß / null / alpha"),
        verb("str_contains", &[REGEX], "does the regular expression match anywhere?", |e, given| {
            let pattern = pattern(given)?;
            e.map(given, |e| e.str().contains(lit(pattern), true))
        })
        .example(r#"col("text"):str_contains("[0-9]+")"#, "bool: true / true / null / false"),
        verb(
            "str_contains_any",
            &[
                one("words", Kind::List(&Kind::Text)),
                optional("options", Kind::Options(&[optional("ignore_case", Kind::Truth)])),
            ],
            "does any of these texts occur? Up to 10,000 of them in one pass",
            contains_any,
        )
        .example(r#"col("text"):str_contains_any { "WORLD", "alpha" }"#, "bool: false / false / null / true"),
        verb("str_starts_with", &[one("prefix", Kind::Text)], "does it begin so?", |e, given| {
            let prefix: String = given.take()?;
            e.map(given, |e| e.str().starts_with(lit(prefix)))
        })
        .example(r#"col("text"):str_starts_with("Hel")"#, "bool: true / false / null / false"),
        verb("str_ends_with", &[one("suffix", Kind::Text)], "does it end so?", |e, given| {
            let suffix: String = given.take()?;
            e.map(given, |e| e.str().ends_with(lit(suffix)))
        })
        .example(r#"col("text"):str_ends_with("beta")"#, "bool: false / false / null / true"),
        verb(
            "str_extract",
            &[REGEX, optional("group", Kind::Count)],
            "group 1 of the first match, or another group; 0 is the whole match",
            |e, given| {
                let (pattern, group) = (given.take::<String>()?, given.take::<Option<usize>>()?.unwrap_or(1));
                if compile(&pattern)?.captures_len() <= group {
                    return Err(Mistake::NoGroup { pattern, group }.into());
                }
                e.map(given, |e| e.str().extract(lit(pattern), group))
            },
        )
        .example(r#"col("text"):str_extract("([0-9]+)")"#, "string: 12 / 7 / null / null"),
        verb("str_extract_all", &[REGEX], "all whole matches as a list", |e, given| {
            let pattern = pattern(given)?;
            e.map(given, |e| e.str().extract_all(lit(pattern)))
        })
        .example(r#"col("text"):str_extract_all("[0-9]+")"#, "list of string: [12] / [7, 8] / null / []"),
        verb("str_count", &[REGEX], "how many matches that do not overlap", |e, given| {
            let pattern = pattern(given)?;
            e.map(given, |e| wide(e.str().count_matches(lit(pattern), false)))
        })
        .example(r#"col("text"):str_count("[0-9]")"#, "int: 2 / 2 / null / 0"),
        verb(
            "str_replace",
            &[REGEX, one("with", Kind::Text)],
            "replaces all matches; $1 in the new text is group 1",
            |e, given| {
                let (pattern, with) = (pattern(given)?, given.take::<String>()?);
                e.map(given, |e| e.str().replace_all(lit(pattern), lit(with), false))
            },
        )
        .example(
            r#"col("text"):str_replace("([0-9])", "<$1>")"#,
            "string: Hello World <1><2> / ẞtraße <7> and <8> / null / alpha beta",
        ),
        verb("str_split", &[one("separator", Kind::Text)], "the parts between separators as a list", |e, given| {
            let separator: String = given.take()?;
            e.map(given, |e| e.str().split(lit(separator)))
        })
        .example(
            r#"col("text"):str_split(" ")"#,
            "list of string: [Hello, World, 12] / [ẞtraße, 7, and, 8] / null / [alpha, beta]",
        ),
        verb(
            "str_strip",
            &[optional("characters", Kind::Text)],
            "without these characters at both ends; white space by default",
            |e, given| {
                let characters: Option<String> = given.take()?;
                e.map(given, |e| e.str().strip_chars(characters.map_or_else(|| lit(NULL), lit)))
            },
        )
        .example(r#"col("text"):str_strip("Hab")"#, "string: ello World 12 / ẞtraße 7 and 8 / null / lpha bet"),
        verb("str_digest", &[], "16 hexadecimal digits of BLAKE3, the same for ever", |e, given| e.map(given, digest))
            .example(r#"lit("abc"):str_digest()"#, "string: 6437b3ac38465133"),
    ],
};

/// The next argument, a regular expression that compiles.
fn pattern(given: &mut Arguments) -> mlua::Result<String> {
    let pattern: String = given.take()?;
    compile(&pattern)?;
    Ok(pattern)
}

fn compile(pattern: &str) -> Result<Regex, Mistake> {
    Regex::new(pattern).map_err(|e| Mistake::Pattern(e.to_string()))
}

/// Any number of words in one pass; null stays null.
fn contains_any(e: &LuauExpr, given: &mut Arguments) -> mlua::Result<mlua::Value> {
    let mut words: Vec<String> = given.take()?;
    let ignore_case = given.options()?.take("ignore_case")?.unwrap_or(false);
    if words.len() > MOST_WORDS {
        return Err(Mistake::Plan(format!(
            "str_contains_any takes at most {MOST_WORDS} words, got {}. hint: split the texts and join them with a table \
             of the words",
            words.len()
        ))
        .into());
    }
    if ignore_case {
        words = words.iter().map(|word| word.to_lowercase()).collect();
    }
    let finder = AhoCorasick::new(words).map_err(|e| Mistake::Pattern(e.to_string()))?;
    let find = move |column: Column| -> PolarsResult<Column> {
        let texts = column.as_materialized_series().str()?;
        let found: BooleanChunked = texts.iter().map(|text| text.map(|text| finder.is_match(text))).collect();
        Ok(found.with_name(column.name().clone()).into_series().into_column())
    };
    e.map(given, |e| {
        let text = if ignore_case { e.str().to_lowercase() } else { e };
        text.map(find, |_: &Schema, field: &Field| Ok(Field::new(field.name().clone(), DataType::Boolean)))
    })
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
