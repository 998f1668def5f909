//! Tables that the rest of Claque accepts.

use super::{groups, quickstart, small, strings};
use crate::{Scenario, SynthError, WorldSettings, generate};
use claque_model::{Activity, ColumnType, schema_of};
use polars::prelude::{AnyValue, DataFrame, PlSmallStr};
use polars_io::parquet::write::{ParquetCompression, ParquetWriter};
use std::collections::BTreeSet;

#[test]
fn canonical_tables_are_activity() {
    let tables = quickstart().tables.iter().map(|(name, frame)| ((*name).to_owned(), frame.clone()));
    let activity = Activity::try_new(tables).expect("valid tables");
    assert!(
        ["posts", "accounts", "links", "interactions", "media", "sources"]
            .iter()
            .all(|t| { activity.table(t).is_some_and(|t| t.height() > 0) })
    );
}

#[test]
fn columns_are_those_of_the_schema_and_words_are_known() {
    let world = quickstart();
    for (name, frame) in world.tables.iter().chain(&world.user_tables) {
        let schema = schema_of(name).expect("a known table");
        let expected: Vec<&str> = schema.columns.iter().map(|c| c.name).collect();
        let found: Vec<&str> = frame.get_column_names().into_iter().map(PlSmallStr::as_str).collect();
        assert_eq!(found, expected, "{name}");
        for column in schema.columns {
            let series = frame.column(column.name).expect("a column");
            assert_eq!(*series.dtype(), column.kind.dtype(), "{name}.{}", column.name);
            assert!(column.nullable || series.null_count() == 0, "{name}.{}", column.name);
            if let ColumnType::Enum(words) = column.kind {
                let unknown = strings(frame, column.name).iter().flatten().find(|w| !words.contains(w));
                assert_eq!(unknown, None, "{name}.{}", column.name);
            }
        }
    }
}

fn key(frame: &DataFrame, columns: &[&str], row: usize) -> Vec<String> {
    let cell = |name: &&str| match frame.column(name).and_then(|c| c.get(row)).expect("a cell") {
        AnyValue::UInt16(n) => format!("{n:05}"),
        AnyValue::UInt64(n) => format!("{n:020}"),
        AnyValue::String(s) => s.to_owned(),
        other => other.to_string(),
    };
    columns.iter().map(cell).collect()
}

#[test]
fn keys_are_unique_and_rows_sorted_by_them() {
    let world = quickstart();
    for (name, frame) in world.tables.iter().chain(&world.user_tables) {
        let schema = schema_of(name).expect("a known table");
        let keys: Vec<Vec<String>> = (0..frame.height()).map(|row| key(frame, schema.key, row)).collect();
        assert!(keys.windows(2).all(|pair| pair[0] < pair[1]), "{name}");
    }
}

#[test]
fn references_lead_to_rows_and_back_in_time() {
    let world = quickstart();
    let (posts, accounts) = (&world.tables["posts"], &world.tables["accounts"]);
    let known: BTreeSet<&str> = strings(accounts, "account_id").iter().flatten().collect();
    let ids: std::collections::BTreeMap<&str, i64> = strings(posts, "post_id")
        .iter()
        .flatten()
        .zip(super::seconds(posts, "created_at").into_iter().flatten())
        .collect();
    assert!(strings(posts, "account_id").iter().flatten().all(|a| known.contains(a)));
    assert!(strings(&world.tables["links"], "post_id").iter().flatten().all(|p| ids.contains_key(p)));
    assert!(strings(&world.labels, "account_id").iter().flatten().all(|a| known.contains(a)));
    for column in ["reply_to_id", "repost_of_id", "quote_of_id"] {
        let pairs = strings(posts, "post_id").iter().zip(strings(posts, column).iter());
        let mut n = 0;
        for (post, target) in pairs {
            if let (Some(post), Some(target)) = (post, target) {
                assert!(ids[target] < ids[post], "{column} of {post}");
                n += 1;
            }
        }
        assert!(n > 1000, "{column}: {n}");
    }
}

#[test]
fn every_domain_is_reserved_for_examples() {
    let world = quickstart();
    let reserved = |domain: &str| [".example", ".test", ".invalid"].iter().any(|s| domain.ends_with(s));
    let linked = strings(&world.tables["links"], "domain").iter().flatten();
    let listed = strings(&world.user_tables["domains"], "domain").iter().flatten();
    assert_eq!(linked.chain(listed).find(|d| !reserved(d)), None);
}

#[test]
fn the_quickstart_is_small() {
    let world = quickstart();
    let mut bytes = 0;
    for frame in world.tables.values().chain(world.user_tables.values()).chain([&world.labels]) {
        let mut file = Vec::new();
        let writer = ParquetWriter::new(&mut file).with_compression(ParquetCompression::Zstd(None));
        writer.finish(&mut frame.clone()).expect("a parquet file");
        bytes += file.len();
    }
    assert!(bytes <= 5_000_000, "{bytes} bytes");
    let settings = WorldSettings::default();
    assert_eq!(world.tables["accounts"].height(), settings.accounts);
    let posts = world.tables["posts"].height() as f64;
    assert!((posts / settings.posts as f64 - 1.0).abs() < 0.03, "{posts} posts");
}

#[test]
fn a_world_depends_on_its_settings_only() {
    let scenarios = [Scenario::ClonedMedia, Scenario::PartyDay];
    let (first, again) = (small(&scenarios), small(&[scenarios[1], scenarios[0]]));
    for (name, frame) in &first.tables {
        assert!(frame.equals_missing(&again.tables[name]), "{name}");
    }
    for (name, frame) in &first.user_tables {
        assert!(frame.equals_missing(&again.user_tables[name]), "{name}");
    }
    assert!(first.labels.equals_missing(&again.labels));
    let settings = WorldSettings { seed: 2, ..small_settings(&scenarios) };
    let other = generate(&settings).expect("room for few groups");
    assert!(!first.tables["posts"].equals_missing(&other.tables["posts"]));
}

fn small_settings(scenarios: &[Scenario]) -> WorldSettings {
    WorldSettings { scenarios: scenarios.to_vec(), accounts: 1_500, posts: 12_000, ..WorldSettings::default() }
}

#[test]
fn a_benign_world_holds_no_trace_of_an_operation() {
    let benign: Vec<Scenario> = Scenario::ALL.into_iter().filter(|s| !s.is_planted()).collect();
    let world = small(&benign);
    assert_eq!(groups(&world).len(), benign.len());
    assert_eq!(world.labels.column("planted").and_then(|c| c.bool()).expect("flags").sum(), Some(0));
    assert_eq!(world.labels.column("dimension").expect("a column").null_count(), world.labels.height());
    let recent = super::seconds(&world.user_tables["domains"], "registered_at");
    let start = super::seconds(&world.tables["posts"], "created_at").into_iter().flatten().min().expect("posts");
    assert!(recent.into_iter().flatten().all(|t| t < start - 150 * 86_400));
    let background = small(&[]);
    assert_eq!(background.labels.height(), 0);
}

#[test]
fn settings_without_room_are_refused() {
    let with = |change: fn(&mut WorldSettings)| {
        let mut settings = WorldSettings::default();
        change(&mut settings);
        generate(&settings).expect_err("no room").to_string()
    };
    assert_eq!(with(|s| s.days = 30), "a world of 30 days is not possible, must be 7 to 29 days");
    assert_eq!(with(|s| s.scenarios.push(Scenario::Petition)), "scenario `petition` is asked for twice");
    assert!(with(|s| s.posts = 20_000).starts_with("20000 posts are too few"));
    let mut settings = WorldSettings { accounts: 400, ..WorldSettings::default() };
    let Err(SynthError::TooFewAccounts { needed, .. }) = generate(&settings) else {
        panic!("400 accounts hold no seven groups");
    };
    settings.accounts = needed;
    settings.posts = 30_000;
    assert!(generate(&settings).is_ok());
}

#[test]
fn scenarios_read_back_by_name() {
    for scenario in Scenario::ALL {
        assert_eq!(Scenario::parse(scenario.name()), Some(scenario));
        assert_eq!(scenario.is_planted(), !scenario.doc().starts_with("benign"));
    }
    assert_eq!(Scenario::parse("other"), None);
}
