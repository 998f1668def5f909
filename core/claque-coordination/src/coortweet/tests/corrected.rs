//! The right numbers, by hand for the examples of CooRTweet's errors and by brute force for any table.

use super::*;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// t03: amy shares 2 posts, zed 6; CooRTweet says 4 and 4, symmetric.
#[test]
fn a_hyperactive_account_shows_in_the_corrected_symmetry() {
    let table = Table::read(&Path::new(DATA).join("toys/t03_hyperactive_account_symmetry.csv"));
    let network = plain(&table.groups(60.0, 1));
    let [edge] = &network.edges[..] else { panic!("one edge") };
    assert_eq!((edge.from, edge.to), ("amy", "zed"));
    assert_eq!((edge.full.n_content_id, edge.full.n_content_id_y), (4, 4));
    let right = edge.full.corrected;
    assert_eq!((right.n_content_from, right.n_content_to, right.n_objects), (2, 6, 2));
    assert!((right.edge_symmetry_score - 1.0 / 3.0).abs() < 1e-15);
    assert_eq!((edge.full.weight, edge.full.edge_symmetry_score.to_bits()), (6, 1.0_f64.to_bits()));
}

/// t07: u1 is shared by a, b, c and u2 by d, e; CooRTweet counts 2 and 1.
#[test]
fn all_participants_of_an_object_are_counted() {
    let table = Table::read(&Path::new(DATA).join("toys/t07_group_stats_one_side.csv"));
    let network = plain(&table.groups(60.0, 1));
    let counts = |stats: Vec<GroupStats<'_>>| -> BTreeMap<String, u32> {
        stats.into_iter().map(|object| (object.object_id.to_owned(), object.num_accounts)).collect()
    };
    let right = counts(corrected_group_stats(&network, StatsLevel::All));
    assert_eq!((right["u1"], right["u2"]), (3, 2));
    let theirs = counts(group_stats(&network, StatsLevel::All));
    assert_eq!((theirs["u1"], theirs["u2"]), (2, 1));
}

/// t08: the same three rows in reverse order give the tool another number.
#[test]
fn corrected_participants_do_not_depend_on_the_order_of_rows() {
    let count = |file: &str| {
        let table = Table::read(&Path::new(DATA).join("toys").join(file));
        let network = plain(&table.groups(60.0, 1));
        let one = |stats: Vec<GroupStats<'_>>| stats[0].num_accounts;
        let (theirs, right) =
            (group_stats(&network, StatsLevel::All), corrected_group_stats(&network, StatsLevel::All));
        (one(theirs), one(right))
    };
    assert_eq!(count("t08_group_stats_row_order.csv"), (2, 3));
    assert_eq!(count("t08_group_stats_row_order.reversed.csv"), (1, 3));
}

/// t16: CooRTweet counts an object that nobody shared and gives another one too many accounts.
#[test]
fn an_object_id_with_a_comma_stays_whole() {
    let table = Table::read(&Path::new(DATA).join("toys/t16_comma_in_object_id.csv"));
    let network = plain(&table.groups(60.0, 1));
    let right = corrected_group_stats(&network, StatsLevel::All);
    let right: Vec<(&str, u32)> = right.iter().map(|object| (object.object_id, object.num_accounts)).collect();
    assert_eq!(right, [("http://x.example/a,b", 2), ("plain", 2), ("http://x.example/a", 2)]);
    assert!(group_stats(&network, StatsLevel::All).iter().any(|object| object.object_id == "b"));
}

/// t25: edges with mean delta 10, 10 and 40; CooRTweet says 25.
#[test]
fn a_mean_over_edges_counts_equal_edges() {
    let table = Table::read(&Path::new(DATA).join("toys/t25_account_stats_collapse.csv"));
    let groups = table.groups(60.0, 1);
    let stats = account_stats(&plain(&groups), &groups, StatsLevel::All);
    let a = stats.iter().find(|account| account.account_id == "a").expect("a has edges");
    assert_eq!(
        (a.full.avg_time_delta.to_bits(), a.full.corrected.avg_time_delta.to_bits()),
        (25_f64.to_bits(), 20_f64.to_bits())
    );
}

/// A control: one object, one post per account, ids without commas, edges that differ. Nothing to correct but the
/// one-sided count.
#[test]
fn where_nothing_can_go_wrong_the_corrected_numbers_are_the_same() {
    let table = Table::of(&[("o", "a", 0.0), ("o", "b", 7.0), ("o", "c", 20.0)]);
    let groups = table.groups(60.0, 1);
    let network = plain(&groups);
    for edge in &network.edges {
        let right = edge.full.corrected;
        assert_eq!((right.n_content_from, right.n_content_to), (edge.full.n_content_id, edge.full.n_content_id_y));
        assert_eq!(right.edge_symmetry_score.to_bits(), edge.full.edge_symmetry_score.to_bits());
        assert_eq!(right.n_objects, edge.full.weight);
    }
    for account in account_stats(&network, &groups, StatsLevel::All) {
        assert_eq!(account.full.avg_time_delta.to_bits(), account.full.corrected.avg_time_delta.to_bits());
    }
}

type Row = (u8, u8, u8, u8);
/// Object, and (account, content) twice.
type Pair = (u8, (u8, u8), (u8, u8));

/// Few objects, accounts and contents, so that all of them repeat; whole and half seconds.
fn tables() -> impl Strategy<Value = Vec<Row>> {
    prop::collection::vec((0_u8..4, 0_u8..5, 0_u8..12, 0_u8..60), 0..24)
}

fn table_of(rows: &[Row]) -> Table {
    Table {
        object: rows.iter().map(|row| Some(format!("o{}", row.0))).collect(),
        account: rows.iter().map(|row| Some(format!("a{}", row.1))).collect(),
        content: rows.iter().map(|row| Some(format!("c{}", row.2))).collect(),
        at: rows.iter().map(|row| Some(f64::from(row.3) / 2.0)).collect(),
    }
}

/// Every pair of rows within the window, loops removed: (object, (account, content), (account, content)), sorted.
fn brute_force(rows: &[Row], window: f64) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for (at, x) in rows.iter().enumerate() {
        for y in &rows[at + 1..] {
            let is_near = (f64::from(x.3) - f64::from(y.3)).abs() / 2.0 <= window;
            if x.0 == y.0 && is_near && x.1 != y.1 && x.2 != y.2 {
                let (x, y) = ((x.1, x.2), (y.1, y.2));
                pairs.push((at as u8, x.min(y), x.max(y)));
            }
        }
    }
    // the object stands in the row; the row number was only carried along
    for pair in &mut pairs {
        pair.0 = rows[pair.0 as usize].0;
    }
    pairs.sort_unstable();
    pairs
}

fn digits(id: &str) -> u8 {
    id[1..].parse().expect("a number")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn groups_and_corrected_numbers_equal_brute_force(rows in tables(), window in 0_u8..12) {
        let window = f64::from(window) / 2.0;
        let table = table_of(&rows);
        let groups = table.groups(window, 1);
        let expected = brute_force(&rows, window);
        let code = |id: Option<&str>| digits(id.expect("nothing is missing"));
        let mut found: Vec<_> = groups.iter().map(|g| {
            let (x, y) = ((code(g.account_id), code(g.content_id)), (code(g.account_id_y), code(g.content_id_y)));
            (code(g.object_id), x.min(y), x.max(y))
        }).collect();
        found.sort_unstable();
        prop_assert_eq!(&found, &expected);

        let network = plain(&groups);
        let mut participants: BTreeMap<u8, BTreeSet<u8>> = BTreeMap::new();
        for (object, x, y) in &expected {
            participants.entry(*object).or_default().extend([x.0, y.0]);
        }
        let right = corrected_group_stats(&network, StatsLevel::All);
        let right: BTreeMap<u8, usize> = right.iter().map(|o| (digits(o.object_id), o.num_accounts as usize)).collect();
        let counted: BTreeMap<u8, usize> = participants.into_iter().map(|(o, accounts)| (o, accounts.len())).collect();
        prop_assert_eq!(right, counted);

        let mut weight = 0;
        for edge in &network.edges {
            let (from, to) = (digits(edge.from), digits(edge.to));
            let of_pair = || expected.iter().filter(|(_, x, y)| (x.0.min(y.0), x.0.max(y.0)) == (from.min(to), from.max(to)));
            let contents = |account: u8| {
                let sides = of_pair().flat_map(|(_, x, y)| [*x, *y]).filter(|side| side.0 == account);
                sides.map(|side| side.1).collect::<BTreeSet<u8>>().len() as u32
            };
            let right = edge.full.corrected;
            prop_assert_eq!((right.n_content_from, right.n_content_to), (contents(from), contents(to)));
            prop_assert_eq!(right.n_objects as usize, of_pair().map(|pair| pair.0).collect::<BTreeSet<u8>>().len());
            prop_assert_eq!(edge.full.weight as usize, of_pair().count());
            weight += edge.full.weight as usize;
        }
        prop_assert_eq!(weight, expected.len());
    }

    #[test]
    fn a_fast_network_has_the_weights_of_the_rows_that_are_flagged(rows in tables(), least in 0_u32..4) {
        let table = table_of(&rows);
        let groups = table.groups(6.0, least);
        let flagged = flag_speed_share(&table.borrow(), &groups, least, 2.0).expect("equal columns");
        prop_assert_eq!(flagged.len(), groups.len());
        // a fast row keeps its flag, whatever the flag spreads to
        let fast = |g: &CoorTweetGroup<'_>| g.fast == Some(true);
        let spread_only = flagged.iter().filter(fast).filter(|g| g.time_delta > 2.0);
        for slow in spread_only {
            let of_same = |g: &CoorTweetGroup<'_>| (g.content_id, g.content_id_y) == (slow.content_id, slow.content_id_y);
            prop_assert!(flagged.iter().any(|g| of_same(&g) && g.time_delta <= 2.0));
        }
        let settings = NetworkSettings { fast_net: true, ..NetworkSettings::default() };
        let network = generate_coordinated_network(&flagged, &settings).expect("flags are there");
        let n_fast = flagged.iter().filter(fast).count();
        let weight: u32 = network.edges.iter().filter_map(|edge| edge.fast.as_ref()).map(|fast| fast.weight).sum();
        prop_assert_eq!(weight as usize, n_fast);
        let full: u32 = network.edges.iter().map(|edge| edge.full.weight).sum();
        prop_assert_eq!(full as usize, if n_fast == 0 { 0 } else { flagged.len() });
    }
}
