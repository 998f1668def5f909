//! The fields of the table that a script gives to `plugin`, as the type files and the reference show them. What
//! they mean for the engine, and the strict reading, is the declaration's.

use super::super::verb::{Argument, Kind, one, optional};
use claque_model::Dimension;

/// A field and what it says.
pub(in super::super) struct Declared {
    pub(in super::super) field: Argument,
    pub(in super::super) doc: &'static str,
}

const fn field(field: Argument, doc: &'static str) -> Declared {
    Declared { field, doc }
}

const fn dimensions() -> [&'static str; Dimension::ALL.len()] {
    let mut names = [""; Dimension::ALL.len()];
    let mut i = 0;
    while i < names.len() {
        names[i] = Dimension::ALL[i].name();
        i += 1;
    }
    names
}

const TEXTS: Kind = Kind::List(&Kind::Text);
const DIMENSION: Kind = Kind::Word(&dimensions());

pub(in super::super) const FIELDS: &[Declared] = &[
    field(one("id", Kind::Text), "lower case letters, digits and ._-, such as my.long_words"),
    field(one("version", Kind::Text), "as in semantic versioning, such as 1.0.0"),
    field(one("api", Kind::Text), "the contract that it is written for: 1"),
    field(one("title", Kind::Text), "one line for people"),
    field(optional("doc", Kind::Text), "what it measures"),
    field(optional("cite", Kind::Text), "the publication behind it"),
    field(optional("license", Kind::Text), "of this script"),
    field(one("dimension", DIMENSION), "the statement that it feeds"),
    field(optional("also", Kind::List(&DIMENSION)), "further statements"),
    field(one("family", Kind::Text), "signals of one family share inputs, and their evidence is averaged"),
    field(one("emits", Kind::Word(&["traces", "marks", "rates", "statistics"])), "the shape of its output"),
    field(optional("layer", Kind::Text), "the name of a trace layer"),
    field(optional("cap", Kind::Number), "the most evidence in nats"),
    field(
        optional(
            "effect_floor",
            Kind::Options(&[
                optional("ratio", Kind::Number),
                optional("difference", Kind::Number),
                optional("value", Kind::Number),
            ]),
        ),
        "the least effect that counts",
    ),
    field(optional("direction", Kind::Word(&["higher", "lower"])), "which tail is suspicious"),
    field(
        one("requires", Kind::Table("{ [string]: { [string]: string } }")),
        "table, column, type; a type with ? at its end may be absent and then arrives all null",
    ),
    field(optional("params", Kind::Table("{ [string]: Param }")), "what a study may set, by p.int and the like"),
    field(one("innocent", TEXTS), "innocent explanations, printed with each finding"),
    field(
        optional("disarm", Kind::Options(&[optional("observed", TEXTS), optional("inferred", TEXTS)])),
        "techniques of DISARM",
    ),
    field(one("score", Kind::Function("(ctx: Context) -> Frame")), "from the tables to the output"),
    field(optional("tests", Kind::Table("{ [string]: (t: Test) -> () }")), "tests by name"),
];
