//! Texts made to confuse: empty, endless, monotonous, invisible, all from one pattern.

use crate::near_duplicates::{NearDuplicateSettings, NearDuplicates, near_duplicates};
use std::time::Instant;

fn found(texts: &[&str]) -> NearDuplicates {
    near_duplicates(texts, &NearDuplicateSettings::default())
}

#[test]
fn empty_and_short_texts_are_in_no_group() {
    let texts = [
        "",
        "",
        " \n\t ",
        "🙂🙂🙂",
        "https://harbourpost.example/a-very-long-path-that-is-dropped",
        "@a @b",
        "ok",
        "ok",
        "\u{200B}",
    ];
    assert_eq!(found(&texts), NearDuplicates { groups: vec![None; texts.len()], leaders: Vec::new() });
    let all = NearDuplicateSettings { min_chars: 0, ..NearDuplicateSettings::default() };
    let groups = near_duplicates(&texts, &all).groups;
    assert_eq!(groups, [None, None, None, None, None, None, Some(0), Some(0), None], "empty texts never meet");
    assert_eq!(found(&[]).groups, []);
    assert_eq!(found(&["They are counting the ballots behind closed doors"]).groups, [None]);
}

#[test]
fn one_character_over_and_over_joins_only_like_lengths() {
    let of = |c: char, n: usize| std::iter::repeat_n(c, n).collect::<String>();
    let texts = [of('a', 40), of('a', 44), of('a', 400), of('b', 40), of('笑', 40), of('a', 39), of('笑', 43)];
    let groups = found(&texts.iter().map(String::as_str).collect::<Vec<_>>()).groups;
    assert_eq!(groups[0], groups[1]);
    assert_eq!(groups[0], groups[5]);
    assert!(groups[0].is_some() && groups[4].is_some() && groups[4] == groups[6] && groups[0] != groups[4]);
    assert_eq!((groups[2], groups[3]), (None, None));
}

#[test]
fn laughter_of_every_length_is_many_groups() {
    // one bucket in every band, 2 shingles, 300 lengths: the ratio to the leader still decides
    let texts: Vec<String> = (15..315).map(|n| "ha".repeat(n)).collect();
    let groups = found(&texts.iter().map(String::as_str).collect::<Vec<_>>()).groups;
    let of = |n: usize| groups[n - 15];
    assert_ne!(of(20), of(300));
    for (at, group) in groups.iter().enumerate() {
        let like = groups.iter().enumerate().filter(|(_, other)| group.is_some() && *other == group);
        let (least, most) = like.fold((usize::MAX, 0), |(least, most), (n, _)| (least.min(n + 15), most.max(n + 15)));
        assert!(group.is_none() || least as f64 / most as f64 > 0.48, "{} with {least} and {most}", at + 15);
    }
}

#[test]
fn endless_texts_cost_what_ten_thousand_characters_cost() {
    let long = |seed: usize, n: usize| {
        (0..n).map(|at| char::from(b'a' + (claque_graph::mix((at * 31 + seed) as u64) % 20) as u8)).collect::<String>()
    };
    let a = long(1, 100_000);
    let tail = format!("{}{}", &a[..95_000], long(2, 5_000));
    let other_tail = format!("{}{}", &a[..20_000], long(3, 80_000));
    let stranger = long(4, 100_000);
    let start = Instant::now();
    let groups = found(&[&a, &tail, &other_tail, &stranger]).groups;
    assert_eq!(groups, [Some(0), Some(0), None, None], "what follows the front counts too");
    assert!(start.elapsed().as_secs_f64() < 5.0);
}

#[test]
fn a_pattern_with_thousands_of_variants_costs_no_square() {
    let texts: Vec<String> = (0..20_000)
        .map(|n| format!("Good morning number {n:05} from all of us at the harbour office, have a fine day"))
        .collect();
    let start = Instant::now();
    let groups = found(&texts.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(groups.leaders.len(), 1, "the number alone keeps nobody apart");
    assert!(groups.groups.iter().all(Option::is_some));
    // all pairs would be 200 million
    assert!(start.elapsed().as_secs_f64() < 5.0, "{:?}", start.elapsed());
}

#[test]
fn invisible_marks_and_styled_letters_do_not_defeat_matching() {
    let plain = "they are counting the ballots behind closed doors";
    let zero_width: String = plain.chars().flat_map(|c| [c, '\u{200B}']).collect();
    let right_to_left: String =
        plain.split(' ').map(|word| format!("\u{202A}{word}\u{202C}")).collect::<Vec<_>>().join(" ");
    let bold: String = plain
        .chars()
        .map(|c| if c == ' ' { c } else { char::from_u32(0x1D41A + u32::from(c) - 0x61).expect("a letter") })
        .collect();
    let joined = "\u{2066}they are 🏳️‍🌈 counting the ballots behind closed doors\u{2069}👍🏿";
    let texts = [plain, zero_width.as_str(), right_to_left.as_str(), bold.as_str(), joined];
    let found = found(&texts);
    assert_eq!(found.groups, [Some(0); 5]);
}

#[test]
fn unassigned_code_points_and_broken_sequences_are_text_like_any_other() {
    let odd = "\u{FFFD}\u{E000}\u{378}\u{1F1E6}\u{301}\u{10FFFD}x".repeat(12);
    assert_eq!(found(&[&odd, &odd, "\u{301}\u{302}\u{303}"]).groups, [Some(0), Some(0), None]);
}
