//! `near_duplicates`: which texts of a frame are copies of each other up to small edits. What a copy is, is decided
//! in another stage.

use super::expr::name_of_type;
use super::frame::{FRAME, Frame};
use super::kernels::kernels;
use super::mistake::{GraphMistake, Mistake};
use super::verb::{Arguments, Group, Kind, Method, one, optional};
use crate::kernels::CopyRule;
use mlua::Value;
use polars::prelude::{Column, DataType, NamedFrom, Series};

pub(super) static GROUP: Group<Frame> = Group {
    title: "Near-duplicate texts",
    doc: "",
    methods: &[Method::new(
        "near_duplicates",
        &[one(
            "options",
            Kind::Options(&[
                one("text", Kind::Column),
                optional("min_chars", Kind::Count),
                optional("jaccard", Kind::Number),
                optional("ratio", Kind::Number),
                optional("group", Kind::Text),
            ]),
        )],
        FRAME,
        "the frame with the number of each text's group of copies as the column group, null for a text that is alone or \
         shorter than `min_chars` (30). Case, links, mentions and emoji do not matter. Texts are copies with a \
         Levenshtein ratio above `ratio` (0.693) and a Jaccard index of their shingles of at least `jaccard` (0.6); \
         from a ratio of 0.85 the index is not asked for. A group depends on all texts of the frame. It runs the plan",
        near_duplicates,
    )
    .example(
        r#"posts:concat(posts:head(2)):near_duplicates({ text = "text", min_chars = 5 }):select("post_id", "group")"#,
        "post_id, group: a, 1 / b, 2 / c, null / d, null / a, 1 / b, 2",
    )],
};

fn near_duplicates(frame: &Frame, given: &mut Arguments) -> mlua::Result<Value> {
    let kernels = kernels(given.lua(), "near_duplicates")?;
    let options = given.options()?;
    let text: String = options.take("text")?.unwrap_or_default();
    let rule = CopyRule {
        min_chars: options.take("min_chars")?,
        jaccard: share("jaccard", options.take("jaccard")?)?,
        ratio: share("ratio", options.take("ratio")?)?,
    };
    let name: String = options.take("group")?.unwrap_or_else(|| "group".to_owned());
    frame.know(&text)?;
    let mut rows = frame.collect(given.lua())?;
    let groups = {
        let texts = texts(rows.column(&text).map_err(Mistake::from)?)?;
        let texts = texts.str().map_err(Mistake::from)?;
        kernels.near_duplicates(&texts.iter().collect::<Vec<_>>(), &rule)
    };
    let groups: Vec<Option<i64>> = groups.into_iter().map(|group| group.map(|group| i64::from(group) + 1)).collect();
    rows.with_column(Series::new(name.as_str().into(), groups).into()).map_err(Mistake::from)?;
    given.give(Frame::of(rows))
}

fn texts(column: &Column) -> Result<Column, Mistake> {
    if column.dtype().is_string() || column.dtype().is_categorical() || column.dtype().is_null() {
        return Ok(column.cast(&DataType::String)?);
    }
    let found = format!("`{}` of type {}", column.name(), name_of_type(column.dtype()));
    Err(Mistake::Expected { expected: "a column of texts", found })
}

fn share(name: &'static str, value: Option<f64>) -> Result<Option<f64>, Mistake> {
    match value {
        Some(found) if !(0.0..=1.0).contains(&found) => {
            Err(GraphMistake::Bounds { name, found, bounds: "between 0 and 1" }.into())
        }
        other => Ok(other),
    }
}
