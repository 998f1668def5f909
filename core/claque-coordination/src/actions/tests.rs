//! Encoding: what is left out, and that neither cuts nor threads can be seen in the result.

use super::*;
use proptest::prelude::*;

#[test]
fn rows_without_an_object_or_an_account_are_left_out_and_counted() {
    let object = StringChunked::from_iter([Some("o"), None, Some(""), Some("o"), Some("")]);
    let account = StringChunked::from_iter([Some("b"), Some("a"), None, None, Some("a")]);
    let actions =
        encode_actions(&ActionTable { object: &object, account: &account, at_micros: &[3, 1, 2, 4, 5], rows: None })
            .expect("columns of one length");
    assert_eq!(actions.left_out(), LeftOut { null_object: 1, empty_object: 2, without_account: 1 });
    assert_eq!(actions.rows.as_slice(), [Row { at: 3, account: 1, post: 0 }]);
}

#[test]
fn columns_of_different_lengths_are_refused() {
    let short = StringChunked::from_iter([Some("o")]);
    let error = encode_actions(&ActionTable { object: &short, account: &short, at_micros: &[1, 2], rows: None });
    assert!(matches!(error, Err(CoordinationError::Lengths { column: "object", found: 1, expected: 2 })));
}

type Rows = Vec<(Option<u8>, Option<u8>, i64)>;

fn columns(rows: &[(Option<u8>, Option<u8>, i64)]) -> (StringChunked, StringChunked, Vec<i64>) {
    // long ids that differ late, and 0 stands for the empty string
    let id = |n: u8| if n == 0 { String::new() } else { format!("https://example.test/a/{n:03}") };
    let object = rows.iter().map(|row| row.0.map(id)).collect();
    let account = rows.iter().map(|row| row.1.map(id)).collect();
    (object, account, rows.iter().map(|row| row.2).collect())
}

/// By account name, time and post, what every object was shared by; objects as a set.
fn by_hand(rows: &Rows) -> Vec<Vec<(String, i64, u32)>> {
    let mut objects = std::collections::BTreeMap::<u8, Vec<(String, i64, u32)>>::new();
    for (post, row) in rows.iter().enumerate() {
        if let (Some(object @ 1..), Some(account @ 1..), at) = *row {
            let account = format!("https://example.test/a/{account:03}");
            objects.entry(object).or_default().push((account, at, post as u32));
        }
    }
    let mut objects: Vec<_> = objects.into_values().collect();
    for rows in &mut objects {
        rows.sort_by(|x, y| (x.1, &x.0, x.2).cmp(&(y.1, &y.0, y.2)));
    }
    objects.sort();
    objects
}

/// The same, as it was encoded. An object that only rows without an account name has a code and no rows.
fn by_object(actions: &Actions) -> Vec<Vec<(String, i64, u32)>> {
    let named = |object: &[u32]| {
        let rows = actions.rows[object[0] as usize..object[1] as usize].iter();
        rows.map(|row| (actions.accounts().get(row.account).to_owned(), row.at, row.post)).collect()
    };
    let mut objects: Vec<Vec<_>> =
        actions.starts.windows(2).map(named).filter(|rows: &Vec<_>| !rows.is_empty()).collect();
    objects.sort();
    objects
}

proptest! {
    #[test]
    fn every_row_is_found_under_its_object_in_order_of_time_however_the_table_is_cut(
        rows in prop::collection::vec((prop::option::of(0u8..40), prop::option::of(0u8..40), -5i64..5), 0..120),
        cuts in prop::collection::vec(0usize..120, 0..4),
    ) {
        let (object, account, at) = columns(&rows);
        let whole = encode_actions(&ActionTable { object: &object, account: &account, at_micros: &at, rows: None })
            .expect("columns of one length");
        prop_assert_eq!(by_object(&whole), by_hand(&rows));

        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(rows.len())).chain([0, rows.len()]).collect();
        cuts.sort_unstable();
        let encoder = ActionEncoder::default();
        // the last part first: another thread may be faster
        let parts = cuts.windows(2).rev().map(|cut| {
            let (object, account, at) = columns(&rows[cut[0]..cut[1]]);
            let table = ActionTable { object: &object, account: &account, at_micros: &at, rows: None };
            encoder.encode(&table, cut[0]).expect("columns of one length")
        });
        let parts = parts.collect();
        let cut = encoder.finish(parts).expect("few rows");
        prop_assert_eq!(&cut.rows, &whole.rows);
        prop_assert_eq!(&cut.starts, &whole.starts);
        prop_assert_eq!(&cut.hashes, &whole.hashes);
        prop_assert_eq!(cut.left_out(), whole.left_out());
        prop_assert!(cut.accounts().iter().eq(whole.accounts().iter()));
    }
}

#[test]
fn one_and_four_threads_give_the_same_codes() {
    let rows: Rows = (0..200_000)
        .map(|i: i64| {
            let mixed = (i as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
            (Some((mixed % 251) as u8), Some((mixed / 251 % 241) as u8), i64::from(mixed as u32 % 977))
        })
        .collect();
    let (object, account, at) = columns(&rows);
    let encoded = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        let table = ActionTable { object: &object, account: &account, at_micros: &at, rows: None };
        pool.install(|| encode_actions(&table)).expect("columns of one length")
    };
    let (one, four) = (encoded(1), encoded(4));
    assert_eq!(by_object(&one), by_hand(&rows));
    assert_eq!(one.rows, four.rows);
    assert_eq!(one.starts, four.starts);
    assert!(one.accounts().iter().eq(four.accounts().iter()));
}
