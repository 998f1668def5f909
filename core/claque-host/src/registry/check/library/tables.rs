//! Check 5: the same rows in every legal form, which must change nothing; few and unknown values, which must not
//! break it; and a table or column that is not there, which is refused with the status for it.

use super::CheckStep;
use super::base::{Base, rows};
use super::subject::Subject;
use super::variants::{CHUNKS, all_unknown, holes, may_be_unknown, reversed_columns, with_one_more};
use crate::native::NativeSignal;
use crate::native::probe::{Ask, Feed, Form};
use claque_model::{Declaration, Given, Signal};
use polars::prelude::DataFrame;

const CHECK: &str = "tables";

pub(super) fn run(subject: &Subject) -> Vec<CheckStep> {
    subject.each(CHECK, |signal, base| {
        let trial = Trying { subject, signal, base };
        let mut wrong = Vec::new();
        let mut ran = trial.forms(&mut wrong);
        ran += trial.contents(&mut wrong);
        ran += trial.missing(&mut wrong);
        if wrong.is_empty() { Ok(format!("{ran} variants")) } else { Err(wrong.join("\n")) }
    })
}

/// The same rows otherwise.
fn forms() -> Vec<(&'static str, usize, Form)> {
    let form = Form::default();
    vec![
        ("sliced out of longer tables", 1, Form { offset: 5, ..form }),
        ("in 7 chunks of longer tables", CHUNKS, Form { offset: 13, ..form }),
        ("with bitmaps where nothing is unknown", 1, Form { bitmaps: true, ..form }),
        ("with a null_count of -1", 2, Form { nulls_untold: true, ..form }),
        ("with a null_count of -1 and bitmaps", 2, Form { nulls_untold: true, bitmaps: true, offset: 3, ..form }),
        ("with batches without rows in between", 3, Form { empty_batches: true, ..form }),
        ("without the number of rows", 1, Form { rows_untold: true, ..form }),
    ]
}

struct Trying<'t> {
    subject: &'t Subject<'t>,
    signal: &'t NativeSignal,
    base: &'t Base,
}

impl Trying<'_> {
    fn note(&self, wrong: &mut Vec<String>, name: &str, outcome: Result<(), String>) {
        wrong.extend(outcome.err().map(|why| format!("{}, {name}: {why}", self.base.name)));
    }

    /// Other forms of the same rows give the same output.
    fn forms(&self, wrong: &mut Vec<String>) -> usize {
        let mut ran = 0;
        let mut same = |name: &str, ask: Result<Ask, String>| {
            self.subject.about_to(name);
            ran += 1;
            self.note(wrong, name, ask.and_then(|ask| self.base.same(self.signal, &ask)));
        };
        for (name, pieces, form) in forms() {
            same(name, self.each_feed(pieces, |feed| Feed { form, ..feed.clone() }));
        }
        same("columns in another order", self.each_feed(1, |feed| feed.map(&reversed_columns)));
        same("a column too many", self.each_feed(1, |feed| feed.map(&with_one_more)));
        ran
    }

    fn each_feed(&self, pieces: usize, change: impl Fn(&Feed) -> Feed) -> Result<Ask, String> {
        let mut ask = self.base.ask(self.signal, pieces)?;
        ask.feeds = ask.feeds.iter().map(change).collect();
        Ok(ask)
    }

    /// Other contents give some output that is right.
    fn contents(&self, wrong: &mut Vec<String>) -> usize {
        let mut ran = 0;
        let mut bears = |name: &str, given: Given| {
            self.subject.about_to(name);
            ran += 1;
            let ask = self.signal.usual_ask(&given, 1);
            let outcome = ask.and_then(|ask| rows(self.signal, &ask, &given)).map(drop);
            self.note(wrong, name, outcome.map_err(|fault| fault.to_string()));
        };
        let with = |change: &dyn Fn(&DataFrame) -> DataFrame| {
            let tables = self.base.given.tables.iter().map(|(name, rows)| (name.clone(), change(rows))).collect();
            Given { tables, ..self.base.given.clone() }
        };
        bears("one row", with(&|rows| rows.head(Some(1))));
        bears("without rows", with(&DataFrame::clear));
        for (table, column) in unknowable(self.signal.declaration()) {
            let Some(rows) = self.base.given.tables.get(table) else { continue };
            let with = |rows: DataFrame| {
                let mut given = self.base.given.clone();
                given.tables.insert(table.to_owned(), rows);
                given
            };
            bears(&format!("every second `{column}` of `{table}` unknown"), with(holes(rows, column)));
            bears(&format!("no `{column}` of `{table}` known"), with(all_unknown(rows, column)));
        }
        ran
    }

    /// What was declared and is not there is refused.
    fn missing(&self, wrong: &mut Vec<String>) -> usize {
        let mut ran = 0;
        let mut refuses = |name: &str, ask: Result<Ask, String>| {
            self.subject.about_to(name);
            ran += 1;
            self.note(wrong, name, ask.and_then(|ask| self.refuses(&ask)));
        };
        for table in self.signal.declaration().requires.iter().filter(|table| !table.is_optional()) {
            let without = self.base.ask(self.signal, 1).map(|mut ask| {
                ask.feeds.retain(|feed| feed.name != table.name);
                ask
            });
            refuses(&format!("without `{}`", table.name), without);
            for column in table.columns.iter().filter(|column| !column.optional) {
                let drop = |rows: &DataFrame| rows.drop(&column.name).unwrap_or_else(|_| rows.clone());
                let ask =
                    self.each_feed(1, |feed| if feed.name == table.name { feed.map(&drop) } else { feed.clone() });
                refuses(&format!("`{}` without `{}`", table.name, column.name), ask);
            }
        }
        ran
    }

    fn refuses(&self, ask: &Ask) -> Result<(), String> {
        let mut answer = self.signal.ask(ask);
        let status = answer.status;
        answer.pump(usize::MAX);
        if status == claque_abi::ERR_SCHEMA {
            return Ok(());
        }
        let (wanted, said) = (claque_abi::ERR_SCHEMA, answer.said());
        Err(format!("status {status} (\"{said}\"), must be CLAQUE_ERR_SCHEMA ({wanted})"))
    }
}

/// Columns whose values may be unknown.
fn unknowable(declaration: &Declaration) -> Vec<(&str, &str)> {
    declaration
        .requires
        .iter()
        .flat_map(|table| {
            let unknown = move |name: &str, optional: bool| optional || may_be_unknown(&table.name, name);
            let columns = table.columns.iter().filter(move |column| unknown(&column.name, column.optional));
            columns.map(|column| (table.name.as_str(), column.name.as_str()))
        })
        .collect()
}
