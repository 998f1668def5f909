//! The same input gives the same bytes: seeds, native code, chunks.

use super::super::vm::{self, Options};
use super::{given, script, signal};
use claque_model::{Signal, Unwatched};
use polars::prelude::DataFrame;

fn random(seed: u32) -> f64 {
    let lua = vm::fresh(Options::new(seed), |_| Ok(())).expect("a VM");
    vm::compile(&lua, "r", "return math.random()").and_then(|f| f.call::<f64>(())).expect("it runs")
}

#[test]
fn one_seed_is_one_stream_in_two_vms() {
    assert_eq!(random(42).to_bits(), random(42).to_bits());
    assert_ne!(random(42).to_bits(), random(43).to_bits());
}

#[test]
fn the_seed_of_a_run_decides_and_nothing_else() {
    let signal =
        signal(&script("return posts:select('post_id', lit(math.random() / 2 + ctx.seed / 2^32):alias 'value')"));
    let run = |seed: u64| {
        let mut given = given();
        given.seed = seed;
        super::rows(&signal.score(&given, &Unwatched).expect("it runs"))
    };
    assert_eq!(run(7), run(7));
    assert_ne!(run(7), run(8));
    // the high half of a seed counts too
    assert_ne!(run(7), run(7 + (1 << 32)));
}

#[test]
fn native_code_changes_no_result() {
    let source = script(
        "local s, x = 0, ctx.seed\n\
         for i = 1, 20000 do x = (x * 1103515245 + 12345) % 2^31 s += math.sin(x) / (i + 0.5) end\n\
         local t = {} for i = 1, 100 do t[string.format('%x', i * 7919 % 100)] = i end\n\
         for k, v in pairs(t) do s += #k / v end\n\
         return posts:select('post_id', (col('n_like') * 1e-3 + math.abs(s) % 0.5):alias 'value')",
    );
    let signal = signal(&source);
    let run = |jit: bool| {
        let options = Options { jit, ..Options::new(7) };
        signal.score_with(options, &given(), &Unwatched).expect("it runs")
    };
    assert!(run(true).equals_missing(&run(false)));
}

#[test]
fn chunks_of_the_input_change_no_sum() {
    let mut whole = given();
    let mut parts = given();
    let posts = &whole.tables["posts"];
    let mut long = posts.clone();
    for _ in 0..12 {
        long = long.vstack(&long).expect("the same columns");
    }
    let mut chunked = long.slice(0, 1);
    for start in (1..long.height()).step_by(97) {
        chunked = chunked.vstack(&long.slice(start as i64, 97)).expect("the same columns");
    }
    long.rechunk_mut();
    whole.tables.insert("posts".into(), long);
    parts.tables.insert("posts".into(), chunked);
    let signal = signal(&script(
        "return posts:with_columns((col('n_like') / 7):log():alias 'x'):group_by('post_id')\
         :agg((col('x'):sum() / 1e6):alias 'value')",
    ));
    let bits = |rows: &DataFrame| -> Vec<u64> {
        let values = rows.column("value").expect("a column").f64().expect("floats").clone();
        values.iter().map(|v| v.expect("no null").to_bits()).collect()
    };
    let (a, b) = (signal.score(&whole, &Unwatched).expect("runs"), signal.score(&parts, &Unwatched).expect("runs"));
    assert_eq!(bits(&a), bits(&b));
}

#[test]
fn sorted_pairs_has_one_order() {
    let lua = super::machine("", |_| Ok(())).0;
    let code = "local s = '' for k, v in sorted_pairs { b = 1, a = 2, [3] = 'x', [1] = 'y' } do s ..= k .. v .. ' ' end \
                return s";
    let text = vm::compile(&lua, "t", code).and_then(|f| f.call::<String>(())).expect("it runs");
    assert_eq!(text, "1y 3x a2 b1 ");
}
