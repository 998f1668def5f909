//! Two frames into one: `join` and `concat`. Rows come in the order of the left, then of the right table; null
//! keys match nothing. No cross join.

use super::super::mistake::Mistake;
use super::super::verb::{Arguments, Group, Kind, one, optional, words};
use super::{FRAME, Frame, names, verb};
use mlua::Value;
use polars::prelude::{Expr, JoinArgs, JoinCoalesce, JoinType, MaintainOrderJoin, UnionArgs, col, concat};

/// A kind of join; polars' own type is no constant.
#[derive(Clone, Copy)]
enum How {
    Inner,
    Left,
    Full,
    Semi,
    Anti,
}

const HOW: [(&str, How); 5] =
    [("inner", How::Inner), ("left", How::Left), ("full", How::Full), ("semi", How::Semi), ("anti", How::Anti)];

pub(super) static GROUP: Group<Frame> = Group {
    title: "Two frames",
    doc: "Rows come in the order of the left, then of the right frame. Null matches nothing.",
    methods: &[
        verb(
            "join",
            &[
                one("other", FRAME),
                one(
                    "options",
                    Kind::Options(&[
                        optional("on", Kind::Columns),
                        optional("left_on", Kind::Columns),
                        optional("right_on", Kind::Columns),
                        optional("how", Kind::Word(&words(&HOW))),
                        optional("suffix", Kind::Text),
                    ]),
                ),
            ],
            "rows that agree in these columns, side by side: those with a partner (inner), all of the left (left), all \
             of both (full); semi and anti give rows of the left with or without one",
            join,
        )
        .example(
            r#"posts:select("post_id", "n"):join(other, { on = "post_id", how = "left" })"#,
            "post_id, n, v: a, 1, 10 / a, 1, 11 / b, -7, null / c, 3, 12 / d, 4, null",
        ),
        verb("concat", &[one("other", FRAME)], "the other's rows below; the same columns, in any order", below)
            .example(
                r#"other:head(1):concat(other:filter("v = 13"):select("v", "post_id"))"#,
                "post_id, v: a, 10 / z, 13",
            ),
    ],
};

fn join(left: &Frame, given: &mut Arguments) -> mlua::Result<Value> {
    let right: Frame = given.object()?;
    let options = given.options()?;
    let on = options.take::<Value>("on")?;
    let left_on = options.take::<Value>("left_on")?.or_else(|| on.clone());
    let right_on = options.take::<Value>("right_on")?.or(on);
    let (Some(left_on), Some(right_on)) = (left_on, right_on) else { return Err(Mistake::JoinColumns.into()) };
    let (left_on, right_on) = (names(&left_on)?, names(&right_on)?);
    if left_on.is_empty() || left_on.len() != right_on.len() {
        return Err(Mistake::JoinColumns.into());
    }
    left.know_all(&left_on)?;
    right.know_all(&right_on)?;
    let mut args = JoinArgs::new(match options.word("how", &HOW)?.unwrap_or(How::Inner) {
        How::Inner => JoinType::Inner,
        How::Left => JoinType::Left,
        How::Full => JoinType::Full,
        How::Semi => JoinType::Semi,
        How::Anti => JoinType::Anti,
    });
    args.maintain_order = MaintainOrderJoin::LeftRight;
    args.coalesce = JoinCoalesce::CoalesceColumns;
    args.suffix = options.take::<String>("suffix")?.map(Into::into);
    let columns = |names: Vec<String>| names.iter().map(|n| col(n.as_str())).collect::<Vec<Expr>>();
    let (left_on, right_on) = (columns(left_on), columns(right_on));
    given.give(left.with(&right, |left, right| Ok(left.join(right, &left_on, &right_on, args.clone())))?)
}

fn below(above: &Frame, given: &mut Arguments) -> mlua::Result<Value> {
    let other: Frame = given.object()?;
    let mine: Vec<Expr> = above.names().map(col).collect();
    let missing: Vec<&str> = above.names().filter(|n| !other.schema().contains(n)).collect();
    let extra: Vec<&str> = other.names().filter(|n| !above.schema().contains(n)).collect();
    if !missing.is_empty() || !extra.is_empty() {
        return Err(Mistake::Concat(difference(&missing, &extra)).into());
    }
    given.give(above.with(&other, |above, below| concat([above, below.select(&mine)], UnionArgs::default()))?)
}

fn difference(missing: &[&str], extra: &[&str]) -> String {
    let side = |names: &[&str], which: &str| {
        if names.is_empty() { None } else { Some(format!("{} only in the {which} frame", names.join(", "))) }
    };
    let sides: Vec<String> = [side(missing, "first"), side(extra, "second")].into_iter().flatten().collect();
    sides.join("; ")
}
