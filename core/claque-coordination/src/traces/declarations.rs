//! What the built-in layers state about themselves.

use claque_model::{
    Declaration, Dimension, Direction, Disarm, EffectFloor, LogicalType, NeededColumn, NeededTable, ParamDeclaration,
    ParamKind, ParamValue, Shape,
};

const FEED_ROBOTS: &str = "Feed robots and cross-posting tools post the same link at once.";
const MANY_GROUPS: &str = "One person administers many groups or pages: true coordination, not inauthentic.";
const ALERT: &str = "A push alert, a match or a debate makes strangers act within seconds.";
const ROUNDED: &str = "The source rounds its timestamps.";
const HYPERACTIVE: &str = "A hyperactive account meets everybody.";

pub(super) fn url() -> Declaration {
    Declaration {
        requires: vec![
            posts(&[]),
            needed(
                "links",
                &[
                    must("post_id", LogicalType::Id),
                    must("kind", LogicalType::Category),
                    must("target", LogicalType::String),
                    may("final_url", LogicalType::String),
                ],
            ),
        ],
        innocent: sentences(&[FEED_ROBOTS, MANY_GROUPS, ALERT, ROUNDED, HYPERACTIVE]),
        ..layer(
            "coord.url",
            "same link in a time window",
            "Accounts that link the same page within seconds of each other, again and again.",
            &["T0118", "T0049"],
        )
    }
}

pub(super) fn repost() -> Declaration {
    Declaration {
        requires: vec![posts(&[must("repost_of_id", LogicalType::Id)])],
        innocent: sentences(&[ALERT, MANY_GROUPS, ROUNDED, HYPERACTIVE]),
        ..layer(
            "coord.repost",
            "same post reposted in a time window",
            "Accounts that repost the same posts within seconds of each other.",
            &["T0118", "T0049"],
        )
    }
}

pub(super) fn quote() -> Declaration {
    Declaration {
        requires: vec![posts(&[must("quote_of_id", LogicalType::Id)])],
        innocent: sentences(&[ALERT, MANY_GROUPS, ROUNDED, HYPERACTIVE]),
        ..layer(
            "coord.quote",
            "same post quoted in a time window",
            "Accounts that quote the same posts within seconds of each other.",
            &["T0118", "T0049"],
        )
    }
}

pub(super) fn reply() -> Declaration {
    Declaration {
        requires: vec![posts(&[must("reply_to_id", LogicalType::Id)])],
        innocent: sentences(&[ALERT, "Followers of one account answer it as soon as it posts.", ROUNDED, HYPERACTIVE]),
        ..layer(
            "coord.reply",
            "same post answered in a time window",
            "Accounts that answer the same posts within seconds of each other.",
            &["T0118", "T0049", "T0049.005", "T0116.001"],
        )
    }
}

pub(super) fn hashtag_sequence() -> Declaration {
    Declaration {
        layer: Some("hashtag_sequence".into()),
        requires: vec![
            posts(&[must("kind", LogicalType::Category)]),
            needed(
                "links",
                &[
                    must("post_id", LogicalType::Id),
                    must("kind", LogicalType::Category),
                    must("target", LogicalType::String),
                    must("position", LogicalType::Int),
                ],
            ),
        ],
        params: vec![
            ParamDeclaration {
                name: "mode".into(),
                kind: ParamKind::Choice { of: vec!["post".into(), "day".into()] },
                default: ParamValue::Text("post".into()),
                unit: None,
                doc: "the tags of one post, or of an account's day with at least 5 posts".into(),
            },
            ParamDeclaration {
                name: "min_tags".into(),
                kind: ParamKind::Int { min: 2, max: 50 },
                default: ParamValue::Int(5),
                unit: Some("tags".into()),
                doc: "least number of hashtags; in mode `day`, of different ones".into(),
            },
        ],
        cap: 1.6,
        innocent: sentences(&[
            "An app or feed sets a fixed list of tags.",
            "A campaign kit gives tags to copy.",
            "Tags are written in alphabetical order.",
            "The sequence is short.",
        ]),
        cite: Some("10.1609/icwsm.v15i1.18075".into()),
        disarm: Disarm { observed: vec!["T0015.001".into()], inferred: vec!["T0049.002".into(), "T0015.002".into()] },
        ..layer(
            "coord.hashtag_seq",
            "same ordered hashtags",
            "Accounts that write the same hashtags in the same order, five or more of them.",
            &[],
        )
    }
}

pub(super) fn text() -> Declaration {
    Declaration {
        family: "text".into(),
        layer: Some("text".into()),
        requires: vec![posts(&[
            must("kind", LogicalType::Category),
            must("text", LogicalType::String),
            must("text_truncated", LogicalType::Bool),
        ])],
        params: vec![
            ParamDeclaration {
                name: "min_chars".into(),
                kind: ParamKind::Int { min: 10, max: 500 },
                default: ParamValue::Int(30),
                unit: Some("characters".into()),
                doc: "shorter texts, after cleaning, are left out; in scripts that say more with a character, such as \
                      Chinese, 15 may do"
                    .into(),
            },
            similarity("jaccard", 0.6, "least Jaccard index of the sets of 5-character shingles"),
            similarity("ratio", 0.693, "1 - edit distance / longer length, without spaces, must be above this"),
            similarity(
                "ratio_alone",
                0.8,
                "from this ratio on the Jaccard index does not matter; 1: for equal letters",
            ),
        ],
        cap: 2.3,
        innocent: sentences(&[
            "The text of a share button.",
            "A quoted headline.",
            "Chants, prayers and slogans.",
            "Petition and complaint forms.",
        ]),
        cite: Some("arXiv:2312.17338".into()),
        disarm: Disarm { observed: vec!["T0084.001".into()], inferred: vec!["T0049".into()] },
        version: "1.1.0".into(),
        ..layer(
            "coord.text_dup",
            "near-duplicate text in a time window",
            "Accounts that post the same text within seconds of each other, up to small edits; case, links, mentions, \
             emoji and invisible characters do not matter. Reworded and translated copies are not found.",
            &[],
        )
    }
}

fn similarity(name: &str, default: f64, doc: &str) -> ParamDeclaration {
    let kind = ParamKind::Float { min: 0.5, max: 1.0 };
    ParamDeclaration { name: name.into(), kind, default: ParamValue::Float(default), unit: None, doc: doc.into() }
}

/// What all layers of C1 have in common.
fn layer(id: &str, title: &str, doc: &str, inferred: &[&str]) -> Declaration {
    Declaration {
        id: id.into(),
        version: "1.0.0".into(),
        api: "1".into(),
        title: title.into(),
        doc: doc.into(),
        cite: Some("10.1080/1369118X.2020.1739732".into()),
        license: Some("MIT".into()),
        dimension: Dimension::Coordination,
        also: Vec::new(),
        family: "trace".into(),
        emits: Shape::Traces,
        layer: None,
        requires: Vec::new(),
        params: Vec::new(),
        cap: 4.0,
        effect_floor: EffectFloor::Value(2.0),
        direction: Direction::Higher,
        innocent: Vec::new(),
        disarm: Disarm { observed: Vec::new(), inferred: sentences(inferred) },
    }
}

fn sentences(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

fn posts(further: &[NeededColumn]) -> NeededTable {
    let mut columns = vec![
        must("post_id", LogicalType::Id),
        must("account_id", LogicalType::Id),
        must("created_at", LogicalType::Datetime),
        may("embedded", LogicalType::Bool),
    ];
    columns.extend_from_slice(further);
    needed("posts", &columns)
}

fn needed(table: &str, columns: &[NeededColumn]) -> NeededTable {
    NeededTable { name: table.into(), columns: columns.to_vec() }
}

fn must(name: &str, kind: LogicalType) -> NeededColumn {
    NeededColumn { name: name.into(), kind, optional: false }
}

fn may(name: &str, kind: LogicalType) -> NeededColumn {
    NeededColumn { name: name.into(), kind, optional: true }
}
