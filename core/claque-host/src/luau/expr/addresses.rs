//! `url_…`: the canonical form of web addresses and its parts. The rules are those of the canonical tables and come
//! from another stage; nothing is resolved or fetched.

use super::super::kernels::kernels;
use super::super::verb::{Arguments, Group};
use super::{LuauExpr, verb};
use crate::kernels::{Kernels, WebAddress};
use mlua::Value;
use polars::prelude::{Column, DataType, Field, IntoColumn, PlHashMap, PolarsResult, Schema, StringChunked};

/// A part of an address.
type Part = fn(&dyn Kernels, &str) -> Option<String>;

pub(super) static GROUP: Group<LuauExpr> = Group {
    title: "Web addresses",
    doc: "Of texts that begin with http://, https:// or www.; null for others. Every part is that of the canonical \
          form, which is what links.target holds: https, no www., no tracking parameters, the page behind an AMP cache.",
    methods: &[
        verb("url_canonical", &[], "the whole address in canonical form", |e, given| {
            part(e, given, "url_canonical", |kernels, text| Some(kernels.canonical_url(text)?.target))
        })
        .example(
            r#"lit("http://www.example.org/a/?utm_source=x&b=2"):url_canonical()"#,
            "string: https://example.org/a?b=2",
        ),
        verb("url_host", &[], "the host", |e, given| {
            part(e, given, "url_host", |kernels, text| Some(kernels.canonical_url(text)?.host))
        })
        .example(r#"lit("https://News.Example.co.uk:8080/a"):url_host()"#, "string: news.example.co.uk"),
        verb(
            "url_domain",
            &[],
            "the registrable domain of an address or of a bare host name, by the Public Suffix List",
            |e, given| part(e, given, "url_domain", domain),
        )
        .example(r#"lit("https://news.example.co.uk/a"):url_domain()"#, "string: example.co.uk"),
        verb("url_path", &[], "the path, / at least, without parameters", |e, given| {
            part(e, given, "url_path", |kernels, text| path(&kernels.canonical_url(text)?))
        })
        .example(r#"lit("https://example.org/a/b?c=1"):url_path()"#, "string: /a/b"),
    ],
};

/// Each different text is looked at once.
fn part(e: &LuauExpr, given: &mut Arguments, name: &'static str, part: Part) -> mlua::Result<Value> {
    let kernels = kernels(given.lua(), name)?;
    let run = move |column: Column| -> PolarsResult<Column> {
        let texts = column.as_materialized_series().str()?;
        let mut known: PlHashMap<&str, Option<String>> = PlHashMap::default();
        for text in texts.iter().flatten() {
            known.entry(text).or_insert_with(|| part(kernels.as_ref(), text));
        }
        let parts: StringChunked = texts.iter().map(|text| known.get(text?)?.as_deref()).collect();
        Ok(parts.with_name(column.name().clone()).into_column())
    };
    e.map(given, |e| e.map(run, |_: &Schema, field: &Field| Ok(Field::new(field.name().clone(), DataType::String))))
}

fn domain(kernels: &dyn Kernels, text: &str) -> Option<String> {
    if let Some(url) = kernels.canonical_url(text) {
        return url.domain;
    }
    let host = text.trim().trim_end_matches('.').to_lowercase();
    let named = |c: char| c.is_alphanumeric() || c == '.' || c == '-';
    // an address of a machine has no domain, and no top-level domain is a number
    let machine = host.rsplit('.').next().is_none_or(|last| last.chars().all(|c| c.is_ascii_digit()));
    if machine || !host.chars().all(named) { None } else { kernels.registrable_domain(&host) }
}

fn path(url: &WebAddress) -> Option<String> {
    let after = url.target.split_once("://")?.1;
    let path = after.find('/').map_or("/", |from| &after[from..]);
    Some(path.split(['?', '#']).next().unwrap_or(path).to_owned())
}
