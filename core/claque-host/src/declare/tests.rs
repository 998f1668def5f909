//! Declarations that are right, and one mistake each.

use super::*;
use claque_model::{ParamKind, ParamValue};
use serde_json::json;

fn good() -> Value {
    json!({
        "id": "org.example.shouting", "version": "1.0.0", "api": "1", "title": "Text in capitals",
        "dimension": "disinformation", "family": "tone", "emits": "marks", "cap": 0.3,
        "requires": { "posts": { "post_id": "id", "text": "string", "lang": "string?" } },
        "params": { "min_letters": { "type": "int", "default": 20, "min": 1, "max": 1000, "doc": "shortest text" },
                    "gap": { "type": "duration", "default": "60s", "min": "1s", "max": "1d", "doc": "" } },
        "innocent": ["Headlines are written in capitals."], "disarm": { "observed": ["T0049.002"] }
    })
}

#[test]
fn a_full_declaration_is_read() {
    let declaration = declaration_from_json(&good()).expect("right");
    assert_eq!(declaration.emits, Shape::Marks);
    assert_eq!(declaration.effect_floor, EffectFloor::Ratio(1.5));
    let columns: Vec<(&str, bool)> =
        declaration.requires[0].columns.iter().map(|c| (c.name.as_str(), c.optional)).collect();
    assert_eq!(columns, [("lang", true), ("post_id", false), ("text", false)]);
    assert_eq!(declaration.params[0].default, ParamValue::Duration(60_000_000));
    assert_eq!(declaration.params[1].kind, ParamKind::Int { min: 1, max: 1000 });
}

#[test]
fn each_mistake_is_named_with_its_key() {
    let cases: [(&str, Value, &str); 20] = [
        ("titel", json!("x"), "unknown key `titel` in `plugin`; did you mean `title`?"),
        ("emits", json!("mark"), "did you mean `marks`?"),
        ("dimension", json!("disinfo"), "`dimension` must be one of coordination"),
        ("id", json!("Org Example"), "`id` must be of a-z"),
        ("version", json!("1.0"), "`version` must be a semantic version"),
        ("api", json!("2"), "speaks contract `1`"),
        ("cap", json!(9), "`cap` must be from 0 to 4 nats"),
        ("innocent", json!([]), "at least one innocent explanation"),
        ("requires", json!({ "post": { "post_id": "id" } }), "did you mean `posts`?"),
        ("requires", json!({ "posts": { "txt": "string" } }), "did you mean `text`?"),
        ("requires", json!({ "posts": { "text": "text" } }), "`requires.posts.text` must be one of id"),
        ("requires", json!({ "posts": { "text": "int" } }), "must be declared as string or id or category"),
        ("requires", json!({ "posts": {} }), "`requires.posts` must be at least one column"),
        ("requires", json!({ "marks.x": { "post": "id" } }), "unknown key `post` in `requires.marks.x`"),
        ("also", json!(["ai_use"]), "`also` must be one of coordination, concealment"),
        ("params", json!({ "Min": { "type": "int", "default": 1 } }), "`params` must be named with a-z"),
        ("params", json!({ "on": { "type": "bool", "default": true, "min": 1 } }), "unknown key `min` in `params.on`"),
        (
            "params",
            json!({ "n": { "type": "int", "default": 9, "max": 3 } }),
            "`params.n.default` must be a whole number",
        ),
        ("effect_floor", json!({ "ratio": 1.5, "difference": 1 }), "`effect_floor` must be"),
        ("disarm", json!({ "observed": ["T49"] }), "technique ids"),
    ];
    for (key, value, words) in cases {
        let mut declared = good();
        declared[key] = value;
        let error = declaration_from_json(&declared).expect_err(key).to_string();
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn a_missing_key_is_named() {
    for key in ["id", "version", "api", "title", "dimension", "family", "emits", "requires", "innocent"] {
        let mut declared = good();
        declared.as_object_mut().expect("an object").remove(key);
        assert_eq!(declaration_from_json(&declared), Err(DeclareError::Missing(key.into())));
    }
}

#[test]
fn only_near_words_are_suggested() {
    assert_eq!(nearest("fliter", ["filter", "select"]), Some("filter"));
    assert_eq!(nearest("quantum", ["filter", "select"]), None);
}
