//! Plugins whose manifest asks for codes instead of ids, and for large strings: the same rows as a script gives that
//! reads texts, in the process and in a child; and the checks, which give what was asked for.

use crate::library_checks::compile;
use crate::plugins::{state, study};
use crate::support::{Desk, repository};
use claque_ingest::read_table;
use polars::prelude::{DataFrame, SortMultipleOptions};
use serde_json::Value;

const MANIFEST: &str = r#"manifest_version = 1
[plugin]
id = "test.pictures"
version = "1.0.0"
kind = "native"
api = "1"
[native]
abi = "1.0"
runtime = "c"
strings = "large_utf8"
ids = "codes"
[native.linux_amd64]
path = "lib/libpictures.so"
[native.linux_arm64]
path = "lib/libpictures.so"
[[signal]]
id = "test.pictures"
title = "Pictures"
doc = "For tests."
dimension = "disinformation"
family = "test"
emits = "rates"
cap = 0.3
innocent = ["It is a test."]
disarm = {}
requires = { posts = { account_id = "id", text = "string" } }
"#;

const SPECIFICATION: &str = "# Pictures

## What it measures
Posts with a picture of a name.
## Why it may matter
It does not.
## Innocent explanations
- It is a test.
## Needs
- `posts`: `account_id`, `text`.
## Parameters
None.
## Example
```csv posts
post_id,account_id,text
p1,an account with a long name,look img1
p2,b,img1 and a text that is longer than twelve bytes
p3,b,img2
p4,,img1
p5,c,
```
## Expected
```csv test.pictures
account_id,hits,total
an account with a long name,1,1
b,1,2
c,0,1
```
";

const SCRIPT: &str = r#"return plugin {
  id = "test.pictures_in_a_script", version = "1.0.0", api = "1", title = "Pictures",
  dimension = "disinformation", family = "test", emits = "rates",
  requires = { posts = { account_id = "id", text = "string" } },
  innocent = { "It is a test." },
  score = function(ctx)
    return ctx:table("posts")
      :filter(col("account_id"):is_not_null())
      :group_by("account_id")
      :agg(col("text"):str_contains("img1"):sum():alias("hits"), col("account_id"):count():alias("total"))
  end,
}
"#;

/// The plugin in a folder on the desk.
fn folder(desk: &Desk, below: &str, options: &[&str]) {
    desk.write(&format!("{below}/plugin.toml"), MANIFEST);
    desk.write(&format!("{below}/SIGNAL.md"), SPECIFICATION);
    let library = desk.write(&format!("{below}/lib/libpictures.so"), "");
    compile(&repository().join("tests/asked_forms/pictures.c"), &library, options);
}

fn checked(desk: &Desk, path: &str, options: &[&str]) -> (i32, Value) {
    let outcome = desk.claque(&[&["--json", "plugin", "check", path], options].concat());
    (outcome.code, serde_json::from_str(&outcome.stdout).unwrap_or_else(|e| panic!("{e}: {}", outcome.stderr)))
}

#[test]
fn all_checks_give_codes_and_large_strings_to_who_asked_for_them() {
    let desk = Desk::new();
    folder(&desk, "plugin", &[]);
    let (code, said) = checked(&desk, "plugin", &[]);
    assert_eq!(code, 0, "{said:#}");
    // the library alone says nothing of forms: it gets texts, and refuses them
    let (code, said) = checked(&desk, "plugin/lib/libpictures.so", &["--check", "output"]);
    assert_eq!(code, 1, "{said:#}");
    assert!(said.to_string().contains("need posts(account_id as codes, text as large strings)"), "{said:#}");
}

#[test]
fn a_code_that_was_not_given_is_no_output() {
    let desk = Desk::new();
    folder(&desk, "plugin", &["-DINVENTS"]);
    let (code, said) = checked(&desk, "plugin", &["--check", "output"]);
    assert_eq!(code, 1, "{said:#}");
    assert!(said.to_string().contains("the column `account_id` has the code 1000 in row 1"), "{said:#}");
}

fn rates(desk: &Desk, run: &str, id: &str) -> DataFrame {
    let table = read_table(&desk.path(run).join(format!("tables/rates/{id}.parquet"))).expect("rates");
    let table = table.select(["account_id", "hits", "total"]).expect("columns");
    table.sort(["account_id"], SortMultipleOptions::default()).expect("sorted")
}

#[test]
fn codes_mean_the_same_accounts_in_the_process_and_in_a_child() {
    let desk = Desk::new();
    study(&desk);
    folder(&desk, "study/plugins/pictures", &[]);
    desk.write("study/scripts/pictures/main.luau", SCRIPT);
    for (run, option) in [("here", "--in-process"), ("apart", "--isolate")] {
        desk.done(&["run", "study", "-o", run, option]);
        assert_eq!(state(&desk, run, "test.pictures"), ("ran".into(), "126 rows".into()));
        let expected = rates(&desk, run, "test.pictures_in_a_script");
        let hits = expected.column("hits").and_then(|hits| hits.f64()).expect("numbers");
        assert!(hits.iter().flatten().sum::<f64>() > 99.0, "{expected}");
        assert_eq!(rates(&desk, run, "test.pictures"), expected, "{run}");
    }
}
