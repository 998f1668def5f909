//! `list_…`: lists, as `list`, `str_split` and `str_extract_all` make them. Positions count from 1.

use super::super::mistake::Mistake;
use super::super::verb::{Group, Kind, one};
use super::{LuauExpr, Node, verb, wide};
use polars::prelude::{SortOptions, element, lit};

pub(super) static GROUP: Group<LuauExpr> = Group {
    title: "Lists",
    doc: "As list, str_split and str_extract_all make them. Positions count from 1.",
    methods: &[
        verb("list_len", &[], "how many items", |e, given| e.map(given, |e| wide(e.list().len())))
            .example(r#"col("text"):str_split(" "):list_len()"#, "int: 3 / 4 / null / 2"),
        verb("list_get", &[one("position", Kind::Whole)], "one item; beyond the end null", |e, given| {
            let position: i64 = given.take()?;
            if position < 1 {
                return Err(Mistake::FromOne(position).into());
            }
            e.map(given, |e| e.list().get(lit(position - 1), true))
        })
        .example(r#"col("text"):str_split(" "):list_get(3)"#, "string: 12 / and / null / null"),
        verb("list_head", &[one("n", Kind::Count)], "the first n items", |e, given| {
            let n: u32 = given.take()?;
            e.map(given, |e| e.list().head(lit(n)))
        })
        .example(
            r#"col("text"):str_split(" "):list_head(2)"#,
            "list of string: [Hello, World] / [ẞtraße, 7] / null / [alpha, beta]",
        ),
        verb("list_contains", &[one("value", Kind::Operand)], "is it one of the items?", |e, given| {
            let value: Node = given.take()?;
            given.give(e.take().zip(value, |e, value| e.list().contains(value, false)))
        })
        .example(r#"col("text"):str_split(" "):list_contains("and")"#, "bool: false / true / null / false"),
        verb("list_unique", &[], "each item once, in the order of their first", |e, given| {
            e.map(given, |e| e.list().eval(element().unique_stable()))
        })
        .example(r#"col("text"):str_extract_all("[al]"):list_unique()"#, "list of string: [l] / [a] / null / [a, l]"),
        verb("list_sort", &[], "the items in ascending order", |e, given| {
            e.map(given, |e| e.list().sort(SortOptions::default()))
        })
        .example(
            r#"col("text"):str_split(" "):list_sort()"#,
            "list of string: [12, Hello, World] / [7, 8, and, ẞtraße] / null / [alpha, beta]",
        ),
        verb("list_join", &[one("separator", Kind::Text)], "strings as one string; nulls are left out", |e, given| {
            let separator: String = given.take()?;
            e.map(given, |e| e.list().join(lit(separator), true))
        })
        .example(
            r#"col("text"):str_split(" "):list_join("|")"#,
            "string: Hello|World|12 / ẞtraße|7|and|8 / null / alpha|beta",
        ),
    ],
};
