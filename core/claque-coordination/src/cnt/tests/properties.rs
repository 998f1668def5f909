//! All types against the definition itself: every message with every other.

use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

type Pairs = BTreeMap<(String, String), (u64, Option<u32>, u32, u32)>;

struct Item<'a> {
    id: &'a str,
    user: &'a str,
    at: f64,
    key: String,
    words: BTreeSet<String>,
    /// Does it count in the corrected numbers?
    is_sound: bool,
}

/// The messages of one type, as the loading rules are written down.
fn items(rows: &[Vec<String>], kind: CntType, loader: CntLoader) -> Vec<Item<'_>> {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut taken: BTreeSet<(String, String)> = BTreeSet::new();
    let mut items = Vec::new();
    for row in rows {
        let [id, user, repost, reply, text, at, urls] = row.as_slice() else { panic!("seven cells") };
        let is_first = seen.insert(id);
        let is_repost = !repost.is_empty();
        let mut push = |key: String, words: BTreeSet<String>, is_sound: bool| {
            items.push(Item { id, user, at: at.parse().expect("a number"), key, words, is_sound });
        };
        let none = BTreeSet::new;
        match kind {
            CntType::CoLink if !is_repost => {
                let urls: Vec<&str> = match loader {
                    CntLoader::Csv => urls.split(' ').collect(),
                    CntLoader::Api => urls.split_whitespace().collect(),
                };
                for url in urls {
                    if taken.insert((id.clone(), url.to_owned())) {
                        push(url.to_owned(), none(), is_first && !url.is_empty());
                    }
                }
            }
            CntType::CoRetweet if is_first && is_repost => push(repost.clone(), none(), true),
            CntType::CoReply if is_first && !is_repost && !reply.is_empty() => push(reply.clone(), none(), true),
            CntType::CoTweet if is_first && !is_repost => {
                let text = texts::transformed(text);
                let is_sound = !text.is_empty();
                push(text, none(), is_sound);
            }
            CntType::CoSimilarTweet if is_first && !is_repost => {
                let words: BTreeSet<String> =
                    texts::tokens(&texts::without_mentions(text)).map(str::to_owned).collect();
                let is_sound = !words.is_empty();
                push(String::new(), words, is_sound);
            }
            CntType::CoPost if is_first => push(String::new(), none(), true),
            _ => {}
        }
    }
    items
}

fn are_alike(x: &Item<'_>, y: &Item<'_>, kind: CntType, settings: &CntSettings) -> bool {
    if kind != CntType::CoSimilarTweet {
        return x.key == y.key;
    }
    let least = settings.min_tokens as usize;
    let common = x.words.intersection(&y.words).count() as f64;
    let all = x.words.union(&y.words).count() as f64;
    x.words.len() >= least && y.words.len() >= least && common / all >= settings.similarity_threshold
}

/// Weight and corrected counts of every pair of users.
fn by_definition(items: &[Item<'_>], kind: CntType, settings: &CntSettings) -> Pairs {
    #[derive(Default)]
    struct Pair<'a> {
        messages: BTreeSet<&'a str>,
        corrected: [BTreeSet<&'a str>; 2],
        objects: [BTreeSet<(String, Vec<String>)>; 2],
    }
    let window = settings.time_window;
    let mut pairs: BTreeMap<(&str, &str), Pair<'_>> = BTreeMap::new();
    for x in items {
        for y in items {
            if !are_alike(x, y, kind, settings) {
                continue;
            }
            let is_in = |x: &Item<'_>, y: &Item<'_>| y.at >= x.at - window && y.at <= x.at + window;
            let pair = pairs.entry((x.user, y.user)).or_default();
            if is_in(x, y) {
                pair.messages.insert(x.id);
            }
            if (is_in(x, y) || is_in(y, x)) && x.is_sound && y.is_sound && x.id != y.id {
                for (side, item) in [x, y].into_iter().enumerate() {
                    pair.corrected[side].insert(item.id);
                    pair.objects[side].insert((item.key.clone(), item.words.iter().cloned().collect()));
                }
            }
        }
    }
    let mut found = Pairs::new();
    for ((x, y), pair) in pairs {
        let weight = pair.messages.len() as u64;
        if weight > 0 && weight >= u64::from(settings.min_edge_weight) {
            let n_objects = pair.objects[0].len().min(pair.objects[1].len()) as u32;
            let n_objects = (kind != CntType::CoPost).then_some(n_objects);
            let [own, others] = pair.corrected.map(|ids| ids.len() as u32);
            found.insert((x.to_owned(), y.to_owned()), (weight, n_objects, own, others));
        }
    }
    found
}

fn found(rows: &[Vec<String>], kind: CntType, settings: &CntSettings, loader: CntLoader) -> Pairs {
    let rows: Vec<[&str; 7]> = rows.iter().map(|row| std::array::from_fn(|at| row[at].as_str())).collect();
    let table = Table::of(&rows);
    let messages = table.load(loader);
    let keyed = KeyedMessages::new(&messages, kind);
    let edges = keyed.edges(settings).expect("a least number of tokens is set");
    assert!(edges.is_sorted(), "by user and other user");
    let corrected = keyed.corrected(settings, &edges);
    rows_of(&messages, &edges)
        .into_iter()
        .zip(corrected)
        .map(|((x, y, weight), c)| ((x, y), (weight, c.n_objects, c.n_messages, c.n_messages_y)))
        .collect()
}

fn one_of(values: &'static [&'static str]) -> impl Strategy<Value = String> {
    proptest::sample::select(values).prop_map(str::to_owned)
}

/// Few ids, users, objects and times, so that ties and repeats are common; times below zero and between the seconds.
fn row() -> impl Strategy<Value = Vec<String>> {
    (
        (0..30_u8).prop_map(|id| format!("m{id}")),
        one_of(&["a", "b", "c", "B", "é", ""]),
        one_of(&["", "", "r1", "r2"]),
        one_of(&["", "p1", "p2"]),
        proptest::collection::vec(one_of(&["one", "Two", "three", "@x", "!", "four", "'five", " "]), 0..6),
        (-12..12_i32, one_of(&["0.2", "1", "0.1", "60"])),
        one_of(&["", "u1", "u1 u2", "u2  u1 ", "u1 u1", " "]),
    )
        .prop_map(|(id, user, repost, reply, words, (step, unit), urls)| {
            let at = f64::from(step) * unit.parse::<f64>().expect("a number");
            vec![id, user, repost, reply, words.join(" "), at.to_string(), urls]
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_type_is_what_its_definition_says(
        rows in proptest::collection::vec(row(), 0..40),
        time_window in proptest::sample::select(&[0.0, 0.1, 0.2, 0.300_000_000_000_000_04, 1.0, 2.4, 60.0, 1e9][..]),
        min_edge_weight in 0..4_u32,
        similarity_threshold in proptest::sample::select(&[0.2, 0.5, 2.0 / 3.0, 0.8, 1.0][..]),
        min_tokens in 1..4_u32,
        clean in any::<bool>(),
    ) {
        let settings = CntSettings { time_window, min_edge_weight, similarity_threshold, min_tokens };
        let loader = if clean { CntLoader::Api } else { CntLoader::Csv };
        for kind in CntType::ALL {
            let expected = by_definition(&items(&rows, kind, loader), kind, &settings);
            prop_assert_eq!(found(&rows, kind, &settings, loader), expected, "{:?}", kind);
        }
    }

    #[test]
    fn the_filters_never_decide_against_the_jaccard_index(
        texts in proptest::collection::vec(proptest::collection::vec(0..300_u16, 0..60), 2..12),
        threshold in proptest::sample::select(&[0.0, 0.1, 1.0 / 3.0, 0.5, 0.6, 5.0 / 6.0, 0.9, 1.0][..]),
        shift in 0..290_u16,
    ) {
        let mut texts = texts;
        // the same words but the last few, so that high thresholds are met and missed
        let near: Vec<u16> = texts[0].iter().map(|&word| if word < shift { word } else { 299 - word }).collect();
        texts.push(near);
        let written: Vec<String> = texts
            .iter()
            .map(|words| words.iter().map(|word| format!("w{word}")).collect::<Vec<_>>().join(" "))
            .collect();
        let (sets, of_text) = texts::TokenSets::of(&written.iter().map(String::as_str).collect::<Vec<_>>());
        for (x, a) in texts.iter().zip(&of_text) {
            for (y, b) in texts.iter().zip(&of_text) {
                let (x, y): (BTreeSet<_>, BTreeSet<_>) = (x.iter().collect(), y.iter().collect());
                let all = x.union(&y).count();
                let expected = all > 0 && x.intersection(&y).count() as f64 / all as f64 >= threshold;
                prop_assert_eq!(sets.are_similar(*a, *b, threshold, 0), expected);
            }
        }
    }
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let table = Table::read(&Path::new(DATA).join("messages_4k.csv"));
    let settings = CntSettings { time_window: 60.0, min_edge_weight: 1, ..CntSettings::default() };
    let all = || {
        let messages = table.load(CntLoader::Csv);
        let mut out = Vec::new();
        for kind in CntType::ALL {
            let keyed = KeyedMessages::new(&messages, kind);
            let edges = keyed.edges(&settings).expect("no text lacks tokens");
            out.push((keyed.corrected(&settings, &edges), edges));
        }
        out
    };
    let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
    let one = pool(1).install(all);
    assert!(one == pool(7).install(all));
}
