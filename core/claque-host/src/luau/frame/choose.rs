//! Which rows and which columns: `filter select with_columns drop rename sort head unique`.

use super::super::verb::{Arguments, Group, Kind, one, optional, rest};
use super::{Frame, names, selector, verb};
use mlua::{Table, Value};
use polars::prelude::{SortMultipleOptions, UniqueKeepStrategy};

pub(super) static GROUP: Group<Frame> = Group {
    title: "Rows and columns",
    doc: "",
    methods: &[
        verb(
            "filter",
            &[rest("conditions", Kind::Predicate)],
            "the rows where all conditions hold, as expressions or in SQL; null does not hold",
            filter,
        )
        .example(r#"posts:filter(col("n"):gt(0), "lang = 'en'"):select("post_id")"#, "post_id: a / c"),
        verb("select", &[rest("columns", Kind::Selection)], "these columns and no others", |frame, given| {
            let exprs = frame.expressions(&given.rest::<Value>()?)?;
            given.give(frame.then(|plan| plan.select(&exprs))?)
        })
        .example(r#"posts:select("post_id", (col("n") + 1):alias("m"))"#, "post_id, m: a, 2 / b, -6 / c, 4 / d, 5"),
        verb(
            "with_columns",
            &[rest("columns", Kind::Selection)],
            "adds these columns, or puts them in the place of those of the same name",
            |frame, given| {
                let exprs = frame.expressions(&given.rest::<Value>()?)?;
                given.give(frame.then(|plan| plan.with_columns(&exprs))?)
            },
        )
        .example(r#"other:with_columns((col("v") * 2):alias("v"))"#, "post_id, v: a, 20 / a, 22 / c, 24 / z, 26"),
        verb("drop", &[rest("names", Kind::Column)], "without these columns", |frame, given| {
            let names: Vec<String> = given.rest()?;
            frame.know_all(&names)?;
            given.give(frame.then(|plan| plan.drop(selector(&names)))?)
        })
        .example(r#"other:drop("v")"#, "post_id: a / a / c / z"),
        verb(
            "rename",
            &[one("names", Kind::Table("{ [string]: string }"))],
            "new names for columns: { old = \"new\" }",
            rename,
        )
        .example(r#"other:rename { v = "points" }"#, "post_id, points: a, 10 / a, 11 / c, 12 / z, 13"),
        verb(
            "sort",
            &[one("by", Kind::Columns), optional("options", Kind::Options(&[optional("descending", Kind::Truth)]))],
            "in the order of these columns, nulls first; equal rows stay as they are",
            |frame, given| {
                let by = names(&given.take()?)?;
                frame.know_all(&by)?;
                let descending = given.options()?.take("descending")?.unwrap_or(false);
                let order = SortMultipleOptions::default().with_maintain_order(true).with_order_descending(descending);
                given.give(frame.then(|plan| plan.sort(by.as_slice(), order.clone()))?)
            },
        )
        .example(r#"other:sort("v", { descending = true })"#, "post_id, v: z, 13 / c, 12 / a, 11 / a, 10"),
        verb("head", &[one("n", Kind::Count)], "the first n rows", |frame, given| {
            let n: u32 = given.take()?;
            given.give(frame.then(|plan| plan.limit(n))?)
        })
        .example("other:head(2)", "post_id, v: a, 10 / a, 11"),
        verb(
            "unique",
            &[rest("names", Kind::Column)],
            "the first row of each combination in these columns, or in all",
            |frame, given| {
                let names: Vec<String> = given.rest()?;
                frame.know_all(&names)?;
                let subset = if names.is_empty() { None } else { Some(selector(&names)) };
                given.give(frame.then(|plan| plan.unique_stable(subset.clone(), UniqueKeepStrategy::First))?)
            },
        )
        .example(r#"other:unique("post_id")"#, "post_id, v: a, 10 / c, 12 / z, 13"),
    ],
};

fn filter(frame: &Frame, given: &mut Arguments) -> mlua::Result<Value> {
    let predicates: Vec<Value> = given.rest()?;
    let all = predicates.iter().map(|p| frame.predicate(p)).collect::<mlua::Result<Vec<_>>>()?;
    given.give(frame.then(|plan| all.iter().fold(plan, |plan, predicate| plan.filter(predicate.clone())))?)
}

fn rename(frame: &Frame, given: &mut Arguments) -> mlua::Result<Value> {
    let mut pairs = given.take::<Table>()?.pairs::<String, String>().collect::<mlua::Result<Vec<_>>>()?;
    pairs.sort();
    let (old, new): (Vec<String>, Vec<String>) = pairs.into_iter().unzip();
    frame.know_all(&old)?;
    given.give(frame.then(|plan| plan.rename(&old, &new, true))?)
}
