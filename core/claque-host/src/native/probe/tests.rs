//! What the odd calls are made of.

use super::buffers;
use super::feed::{Feed, Form};
use super::ledger::Ledger;
use super::memory::{Block, Region};
use crate::native::forms::Strings;
use polars::prelude::{DataFrame, df};

fn posts() -> DataFrame {
    df!(
        "post_id" => ["x:1", "x:2", "x:3"],
        "text" => [Some("short"), None, Some("caf\u{e9} and more than twelve bytes")],
        "value" => [Some(0.5), Some(1.0), None],
        "seen" => [Some(true), None, Some(false)],
    )
    .expect("a table")
}

#[test]
fn a_table_is_cut_into_pieces_of_about_one_size() {
    let heights =
        |pieces| -> Vec<usize> { Feed::of("posts", &posts(), pieces).batches.iter().map(DataFrame::height).collect() };
    assert_eq!(heights(1), [3]);
    assert_eq!(heights(2), [2, 1]);
    assert_eq!(heights(usize::MAX), [1, 1, 1]);
    assert!(Feed::of("posts", &posts().clear(), 3).batches.is_empty());
}

#[test]
fn every_release_is_counted_by_name() {
    let ledger = Ledger::default();
    let posts = posts();
    let columns = posts
        .columns()
        .iter()
        .map(|c| buffers::array(c, Form::default(), Strings::View, &ledger, c.name().to_string()));
    let columns: Vec<_> = columns.collect();
    let mut batch = buffers::batch(columns, 3, &ledger, "the batch".into());
    assert_eq!(ledger.unbalanced().len(), 5);
    // SAFETY: two columns that are moved out, each by its copy
    let mut moved = unsafe { [std::ptr::read(*batch.children), std::ptr::read(*batch.children.add(1))] };
    // SAFETY: the batch is ours
    unsafe {
        (**batch.children).release = None;
        (**batch.children.add(1)).release = None;
        (batch.release.expect("a callback"))(&raw mut batch);
    }
    assert!(batch.release.is_none(), "marked as released");
    assert_eq!(ledger.unbalanced(), ["post_id was never released", "text was never released"]);
    let release = moved[0].release.expect("a callback");
    for _ in 0..2 {
        // SAFETY: once too often, which must be counted and harm nobody
        unsafe { release(&raw mut moved[0]) };
    }
    assert_eq!(ledger.unbalanced(), ["post_id was released 2 times", "text was never released"]);
}

#[test]
fn a_block_ends_where_its_region_faults() {
    let bytes = [7_u8; 24];
    let block = Block::with(Region::Input, &bytes, 8).expect("room");
    // SAFETY: 24 readable bytes
    assert_eq!(unsafe { std::slice::from_raw_parts(block.data(), 24) }, bytes);
    let end = block.data() as usize + 24;
    assert_eq!(end % 4096, 0, "the next byte is another page");
    assert_eq!(Region::of(end), Some(Region::Input));
    assert_eq!(Region::of(block.data() as usize), Some(Region::Input));
    assert_eq!(Region::of(bytes.as_ptr() as usize), None);
    assert!(Block::with(Region::Structs, &vec![0; 16 << 20], 8).is_none(), "larger than the region");
}
