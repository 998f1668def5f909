//! SIGNAL.md files that are right, and one mistake each.

use super::*;
use crate::Script;

const SCRIPT: &str = r#"return plugin {
  id = "my.long", version = "1.0.0", api = "1", title = "Long texts",
  dimension = "disinformation", family = "length", emits = "marks",
  requires = { posts = { post_id = "id", text = "string" } },
  params = { least = p.int { default = 100, min = 1, max = 1000, doc = "fewest characters" } },
  innocent = { "Some people write long." },
  score = function(ctx)
    return ctx:table("posts"):filter(col("text"):str_len():ge(ctx.params.least))
      :select("post_id", (col("text"):str_len() / 10):clip(0, 1):alias("value"))
  end,
}"#;

const GOOD: &str = r"# my.long

## What it measures
Length.
## Why it may matter
It does not.
## Innocent explanations
Many.
## Needs
Posts.
## Parameters
One.
## Example
```csv posts
post_id,text,lang
x:1,abc,en
x:2,abcdefgh,en
```
```toml params my.long
least = 4
```
## Expected
```csv my.long
post_id,value
x:2,0.8
```
";

fn outcome(text: &str) -> String {
    let signals = Script::load("main.luau", SCRIPT, None).expect("a script");
    match parse_spec(text) {
        Ok(spec) => run_spec(&spec, &signals[0]).map_or_else(|e| e.to_string(), |()| "kept".to_owned()),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_kept_example_passes() {
    assert_eq!(outcome(GOOD), "kept");
    assert_eq!(parse_spec(GOOD).expect("right").signals().collect::<Vec<_>>(), ["my.long"]);
}

#[test]
fn each_mistake_is_named() {
    let cases = [
        ("## Needs", "## Need", "the heading `## Needs` is missing"),
        ("csv posts", "csv post", "there is no table `post`; did you mean `posts`?"),
        ("post_id,text,lang", "post_id,text,langg", "no column `langg`; did you mean `lang`?"),
        ("csv my.long", "csv my.short", "SIGNAL.md says nothing about `my.long`"),
        ("least = 4", "lest = 4", "unknown parameter `lest`"),
        ("least = 4", "least = 0", "must be a whole number from 1 to 1000"),
        ("least = 4", "least =", "line 19:"),
        ("x:1,abc,en", "x:1,abc", "line 16:"),
        ("## Expected\n```csv my.long\n", "## Expected\n```\n", "below `## Expected` there is no block"),
        ("x:2,0.8\n```\n", "x:2,0.8\n", "the code block has no end"),
        ("post_id,value\nx:2,0.8", "value\n0.8", "must have the column `post_id`, its key"),
        ("post_id,value\n", "post_id,values\n", "gives no column `values`"),
        ("post_id,text,lang", "post_id,lang,text", "- x:2,0.8"),
    ];
    for (old, new, words) in cases {
        let said = outcome(&GOOD.replacen(old, new, 1));
        assert!(said.contains(words), "{said}");
    }
}

#[test]
fn differing_rows_are_shown_side_by_side() {
    let said = outcome(&GOOD.replace("x:2,0.8", "x:2,0.7\nx:1,1"));
    assert!(said.contains("- x:1,1") && said.contains("- x:2,0.7") && said.contains("+ x:2,0.8"), "{said}");
    let said = outcome(&GOOD.replace("x:2,0.8\n", ""));
    assert!(said.contains("+ x:2,0.8"), "{said}");
}

#[test]
fn a_stated_tolerance_is_allowed_and_no_more() {
    let with = |head: &str| outcome(&GOOD.replace("post_id,value", head).replace("x:2,0.8\n```\n", "x:2,0.79\n```\n"));
    assert_eq!(with("post_id,value~0.02"), "kept");
    assert!(with("post_id,value~0.005").contains("+ x:2,0.8"));
    assert!(with("post_id,value").contains("+ x:2,0.8"));
}
