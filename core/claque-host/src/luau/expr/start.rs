//! The globals that start an expression, and `when(…):then_(…):otherwise(…)`.

use super::super::mistake::Mistake;
use super::super::sample::micros;
use super::super::verb::{
    self, Argument, Arguments, Field, Globals, Group, Kind, Method, Property, Scripted, one, optional, rest,
};
use super::{EXPR, Id, Instant, Node, Span, operand, wide};
use mlua::{UserData, UserDataFields, UserDataMethods, Value};
use polars::lazy::dsl::{max_horizontal, min_horizontal};
use polars::prelude::{DataType, Expr, coalesce, col, concat_str, len, when};

/// Conditions and values of one `when`.
const MOST_BRANCHES: usize = 200;

const VALUES: &[Argument] = &[rest("values", Kind::Operand)];

pub(in super::super) static GROUP: Group<Globals> = Group {
    title: "Expressions",
    doc: "What an expression starts with.",
    methods: &[
        Method::new("col", &[one("name", Kind::Column)], EXPR, "a column by its one exact name", |_, given| {
            let name: String = given.take()?;
            given.give(Node::leaf(column(&name)?))
        })
        .example(r#"col("n")"#, "int: 1 / -7 / 3 / 4"),
        Method::new("lit", &[one("value", Kind::Operand)], EXPR, "a value as an expression", |_, given| {
            let value: Node = given.take()?;
            given.give(value)
        })
        .example("lit(1.5)", "float: 1.5"),
        Method::new("count", &[], EXPR, "how many rows", |_, given| given.give(Node::leaf(wide(len()))))
            .example("count()", "int: 4"),
        Method::new(
            "when",
            &[one("condition", Kind::Condition)],
            Kind::Object("When"),
            "one value or another by a condition: when(c):then_(v):otherwise(w)",
            |_, given| {
                let when = When::after(Vec::new(), given.take()?)?;
                given.give(when)
            },
        )
        .example(r#"when(col("n"):gt(2)):then_("big"):otherwise("small")"#, "string: small / small / big / big"),
        Method::new("coalesce", VALUES, EXPR, "the first that is not null", |_, given| {
            fold(given, |parts| Ok(coalesce(&parts)))
        })
        .example(r#"coalesce(col("lang"), col("text"), "?")"#, "string: en / de / en / alpha beta"),
        Method::new("min_of", VALUES, EXPR, "the smallest of several in a row; nulls do not count", |_, given| {
            fold(given, min_horizontal)
        })
        .example(r#"min_of(col("n"), col("w"), 2)"#, "float: 0.5 / -7 / 2 / -1.5"),
        Method::new("max_of", VALUES, EXPR, "the largest of several in a row; nulls do not count", |_, given| {
            fold(given, max_horizontal)
        })
        .example(r#"max_of(col("n"), col("w"), 2)"#, "float: 2 / 2.5 / 3 / 4"),
        Method::new(
            "concat_str",
            &[one("parts", Kind::List(&Kind::Selection)), optional("separator", Kind::Text)],
            EXPR,
            "several as one string, null if one of them is; a string among the parts is a column's name",
            |_, given| {
                let parts: Vec<Value> = given.take()?;
                let separator = given.take::<Option<String>>()?.unwrap_or_default();
                let parts = parts.iter().map(text_part).collect::<mlua::Result<Vec<Node>>>()?;
                given.give(Node::fold(at_least_one(parts)?, |parts| concat_str(parts, &separator, false)))
            },
        )
        .example(r#"concat_str({ "post_id", col("lang"):fill_null("-") }, "/")"#, "string: a/en / b/de / c/en / d/-"),
        Method::new(
            "id",
            &[one("digits", Kind::Text)],
            Kind::Object("Id"),
            "an id, exact where a Luau number is not; it takes the type of the column beside it",
            |_, given| {
                let id = Id(given.take()?);
                given.give(id)
            },
        )
        .example(r#"col("n"):eq(id"-7")"#, "bool: false / true / false / false"),
        Method::new(
            "duration",
            &[one("text", Kind::Span)],
            Kind::Object("Duration"),
            "a length of time, such as 60s, 5min, 12h, 7d",
            |_, given| {
                let span: Span = given.take()?;
                given.give(span)
            },
        )
        .example(
            r#"col("at") + duration"60s""#,
            "datetime: 2024-06-03T09:01:00Z / 2024-06-04T00:00:59.500Z / null / 2024-06-09T10:31:00Z",
        ),
        Method::new(
            "datetime",
            &[one("text", Kind::Text)],
            Kind::Object("Datetime"),
            "a moment: a day, or a time in RFC 3339",
            |_, given| {
                let text: String = given.take()?;
                let instant = Instant(micros(&text).ok_or(Mistake::Time(text))?);
                given.give(instant)
            },
        )
        .example(r#"col("at"):ge(datetime"2024-06-04")"#, "bool: false / false / null / true"),
    ],
};

/// `null` in lists, where `nil` would be a hole.
pub(in super::super) const NULL: Field<Globals> = Field {
    property: Property { name: "null", kind: Kind::Luau("any"), doc: "a missing value inside a list" },
    get: |_, _| Ok(Value::NULL),
};

/// A column by its one exact name: polars would read `*` and `^…$` as selectors.
pub(in super::super) fn column(name: &str) -> Result<Expr, Mistake> {
    if name == "*" || (name.starts_with('^') && name.ends_with('$')) {
        return Err(Mistake::Selector(name.to_owned()));
    }
    Ok(col(name))
}

/// polars takes functions of nothing and panics when it describes them.
fn at_least_one(parts: Vec<Node>) -> Result<Vec<Node>, Mistake> {
    if parts.is_empty() {
        return Err(Mistake::Expected { expected: "at least one value", found: "none".to_owned() });
    }
    Ok(parts)
}

fn fold(
    given: &mut Arguments,
    f: impl FnOnce(Vec<Expr>) -> polars::prelude::PolarsResult<Expr>,
) -> mlua::Result<Value> {
    let parts = at_least_one(given.rest()?)?;
    let mut failed = None;
    let node = Node::fold(parts, |parts| {
        f(parts).unwrap_or_else(|error| {
            failed = Some(error);
            len()
        })
    });
    match failed {
        Some(error) => Err(Mistake::from(error).into()),
        None => given.give(node),
    }
}

/// A part of `concat_str`: a string names a column there.
fn text_part(value: &Value) -> mlua::Result<Node> {
    let node = match value {
        Value::String(name) => Node::leaf(column(&name.to_str()?)?),
        other => operand(other)?,
    };
    Ok(node.map(|e| e.cast(DataType::String)))
}

/// `when(c)`: waits for its value.
#[derive(Clone)]
pub(in super::super) struct When {
    earlier: Vec<(Node, Node)>,
    condition: Node,
}

impl When {
    fn after(earlier: Vec<(Node, Node)>, condition: Node) -> Result<Self, Mistake> {
        if earlier.len() >= MOST_BRANCHES {
            return Err(Mistake::TooLarge);
        }
        Ok(Self { earlier, condition })
    }
}

impl Scripted for When {
    const NAME: &'static str = "When";
    const DOC: &'static str = "A condition that waits for its value.";
    const GROUPS: &'static [&'static Group<Self>] = &[&Group {
        title: "",
        doc: "",
        methods: &[Method::new(
            "then_",
            &[one("value", Kind::Operand)],
            Kind::Object("Then"),
            "the value where the condition holds",
            |when, given| {
                let mut branches = when.earlier.clone();
                branches.push((when.condition.clone(), given.take()?));
                given.give(Then { branches })
            },
        )],
    }];
}

impl UserData for When {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        verb::register_fields(fields);
    }

    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        verb::register(methods);
    }
}

/// `when(c):then_(v)`: conditions with their values; waits for another condition or the last value.
#[derive(Clone)]
pub(in super::super) struct Then {
    branches: Vec<(Node, Node)>,
}

impl Scripted for Then {
    const NAME: &'static str = "Then";
    const DOC: &'static str = "Conditions with their values, which wait for another condition or the last value.";
    const GROUPS: &'static [&'static Group<Self>] = &[&Group {
        title: "",
        doc: "",
        methods: &[
            Method::new(
                "when",
                &[one("condition", Kind::Condition)],
                Kind::Object("When"),
                "another condition, for rows where none held before",
                |then, given| {
                    let when = When::after(then.branches.clone(), given.take()?)?;
                    given.give(when)
                },
            ),
            Method::new(
                "otherwise",
                &[one("value", Kind::Operand)],
                EXPR,
                "the value where no condition holds",
                |then: &Self, given| {
                    let last: Node = given.take()?;
                    let branches = then.branches.iter().rev().cloned();
                    given.give(branches.fold(last, |otherwise, (condition, value)| {
                        Node::join([condition, value, otherwise], |[c, v, w]| when(c).then(v).otherwise(w))
                    }))
                },
            )
            .example(
                r#"when(col("n"):gt(2)):then_("big"):when(col("n"):gt(0)):then_("small"):otherwise("none")"#,
                "string: small / none / big / big",
            ),
        ],
    }];
}

impl UserData for Then {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        verb::register_fields(fields);
    }

    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        verb::register(methods);
    }
}
