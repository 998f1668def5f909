//! What a shift keeps, what it calls chance, and what it finds.

use super::*;
use claque_graph::Counter;

const SECOND: i64 = 1_000_000;
const HOUR: i64 = 3600 * SECOND;
const HALF_HOUR: i64 = 1800 * SECOND;
/// A Monday in 2026.
const START: i64 = 1_767_571_200 * SECOND;

fn whole_days(seed: u64) -> ShiftSettings {
    ShiftSettings { shift: Shift::WholeDays, ..ShiftSettings::new(seed) }
}

/// `n` events over so many days, each at an hour of `hours`.
fn busy(random: &mut Counter, n: usize, days: usize, hours: std::ops::Range<i64>) -> Vec<i64> {
    let width = ((hours.end - hours.start) * 3600) as usize;
    let at =
        |random: &mut Counter| (random.below(days) as i64) * 86_400 + hours.start * 3600 + random.below(width) as i64;
    (0..n).map(|_| START + at(random) * SECOND).collect()
}

/// How close the events of all others are to those of the first: continuous, so that ties are rare.
fn closeness(series: &[Vec<i64>]) -> f64 {
    let near = |at: i64, other: &[i64]| {
        let next = other.partition_point(|t| *t < at);
        let gap = |index: usize| other.get(index).map_or(f64::INFINITY, |t| (t - at).abs() as f64);
        let gap = gap(next).min(next.checked_sub(1).map_or(f64::INFINITY, gap));
        (-gap / (600.0 * SECOND as f64)).exp()
    };
    series[1..].iter().map(|other| series[0].iter().map(|&at| near(at, other)).sum::<f64>()).sum()
}

fn cosine(a: &[BinCount], b: &[BinCount]) -> f64 {
    let dot: f64 = a
        .iter()
        .filter_map(|x| b.iter().find(|y| y.bin == x.bin).map(|y| f64::from(x.count) * f64::from(y.count)))
        .sum();
    let norm = |bins: &[BinCount]| bins.iter().map(|x| f64::from(x.count).powi(2)).sum::<f64>().sqrt();
    dot / (norm(a) * norm(b))
}

/// Kolmogorov–Smirnov distance of p-values from uniform.
fn distance_from_uniform(mut p: Vec<f64>) -> f64 {
    p.sort_by(f64::total_cmp);
    let n = p.len() as f64;
    let gap = |(rank, p): (usize, &f64)| (p - rank as f64 / n).abs().max((p - (rank + 1) as f64 / n).abs());
    p.iter().enumerate().map(gap).fold(0.0, f64::max)
}

#[test]
fn a_shift_keeps_every_accounts_count_and_its_gaps_around_the_circle() {
    let mut random = Counter::new(1);
    let activity = Activity::new(vec![busy(&mut random, 60, 9, 0..24), busy(&mut random, 7, 9, 8..10), Vec::new()]);
    let length = activity.end - activity.start + activity.grid;
    let gaps = |times: &[i64]| -> Vec<i64> {
        let around = times.first().zip(times.last()).map(|(first, last)| first + length - last);
        times.windows(2).map(|pair| pair[1] - pair[0]).chain(around).collect()
    };
    let settings = ShiftSettings::new(5);
    let mut moved = 0;
    for (draw, account) in (0..40).flat_map(|draw| (0..3).map(move |account| (draw, account))) {
        let (before, after) = (activity.times(account), activity.shifted(account, draw, &settings));
        assert!(after.is_sorted() && after.len() == before.len());
        assert!(after.iter().all(|at| (activity.start..=activity.end).contains(at) && at % SECOND == 0));
        // the same gaps, begun elsewhere
        let (before, after) = (gaps(before), gaps(&after));
        let turned = (0..before.len()).any(|turn| [&before[turn..], &before[..turn]].concat() == after);
        assert!(before.is_empty() || turned, "account {account}, draw {draw}");
        moved += usize::from(activity.shifted(account, draw, &settings) != activity.times(account));
    }
    assert!(moved >= 78, "{moved} of 80");
}

#[test]
fn no_event_moves_further_than_the_shift_but_around_the_end() {
    let activity = Activity::new(vec![vec![START], vec![START + 90 * HOUR, START, START + 50 * HOUR]]);
    let mut least = (i64::MAX, i64::MIN);
    for draw in 0..2000 {
        let after = activity.shifted(1, draw, &ShiftSettings::new(2));
        let middle = after.iter().map(|at| at - START - 50 * HOUR).min_by_key(|moved| moved.abs()).expect("three");
        least = (least.0.min(middle), least.1.max(middle));
    }
    assert!((-3 * HOUR..-3 * HOUR + 600 * SECOND).contains(&least.0), "{least:?}");
    assert!((3 * HOUR - 600 * SECOND..=3 * HOUR).contains(&least.1), "{least:?}");
}

#[test]
fn whole_days_keep_the_time_of_day_and_reach_every_day() {
    let mut random = Counter::new(2);
    let activity = Activity::new(vec![busy(&mut random, 50, 12, 9..17), vec![START - 5 * DAY]]);
    let clock = |times: &[i64]| {
        let mut clock: Vec<i64> = times.iter().map(|at| at.rem_euclid(DAY)).collect();
        clock.sort_unstable();
        clock
    };
    let mut days = std::collections::BTreeSet::new();
    for draw in 0..300 {
        let after = activity.shifted(0, draw, &whole_days(1));
        assert_eq!(clock(&after), clock(activity.times(0)));
        days.insert(activity.shifted(1, draw, &whole_days(1))[0].div_euclid(DAY) - START.div_euclid(DAY));
    }
    assert_eq!(days.into_iter().collect::<Vec<_>>(), (-5..12).collect::<Vec<_>>());
}

/// p of 400 sets of three independent accounts with the same hours.
fn p_of_independent_accounts(hours: std::ops::Range<i64>, shift: Shift) -> Vec<f64> {
    let one = |seed: u64| {
        let mut random = Counter::new(mix(seed));
        let series = (0..3).map(|_| busy(&mut random, 30, 14, hours.clone())).collect();
        Activity::new(series).test(&ShiftSettings { shift, draws: 199, seed }, closeness).p
    };
    (0..400).into_par_iter().map(one).collect()
}

#[test]
fn p_is_uniform_when_accounts_are_independent() {
    // Kolmogorov–Smirnov: the 1 % point at n = 400 is 1.63 ÷ √400 = 0.0815
    for (hours, shift) in [(0..24, Shift::Within(3 * HOUR)), (0..24, Shift::WholeDays), (9..17, Shift::WholeDays)] {
        let distance = distance_from_uniform(p_of_independent_accounts(hours.clone(), shift));
        assert!(distance < 0.0815, "{hours:?} {shift:?}: {distance}");
    }
}

#[test]
fn common_office_hours_pass_for_step_under_a_shift_of_hours_and_not_of_days() {
    // what the shift by hours cannot tell: 9 to 5 is an edge that ±3 h blurs. 20 of 400 are due
    let small = |shift| p_of_independent_accounts(9..17, shift).iter().filter(|p| **p <= 0.05).count();
    assert!(small(Shift::Within(3 * HOUR)) > 40);
    assert!(small(Shift::WholeDays) <= 28, "the 95 % point of 20 ± 4.4");
}

#[test]
fn accounts_that_start_together_are_found_by_either_shift() {
    let mut random = Counter::new(7);
    let together = busy(&mut random, 12, 14, 9..17);
    let mut series: Vec<Vec<i64>> = (0..5).map(|_| busy(&mut random, 20, 14, 9..17)).collect();
    let alone = Activity::new(series.clone());
    for times in &mut series {
        times.extend(together.iter().map(|at| at + random.below(120) as i64 * SECOND));
    }
    let planted = Activity::new(series);
    for settings in [ShiftSettings::new(3), whole_days(3)] {
        let found = planted.test(&settings, closeness);
        assert!((found.p - 1.0 / 200.0).abs() < 1e-12 && found.observed > found.null_q95, "{found:?}");
    }
    let nothing = alone.test(&whole_days(3), closeness);
    assert!(nothing.p > 0.05, "{nothing:?}");
}

#[test]
fn the_first_table_of_activity_in_step_is_tested_by_pair() {
    // signals.md, C6: posts in half-hours; a and b alike, c between them
    let at = |bins: std::ops::Range<i64>| bins.step_by(2).map(|bin| START + bin * HALF_HOUR).collect::<Vec<_>>();
    let activity = Activity::new(vec![at(1..17), at(1..17), at(2..18)]);
    let settings = ShiftSettings::new(1);
    let found = activity.test_pairs(&[(0, 1), (0, 2)], HALF_HOUR, &settings, cosine);
    assert!((found[0].observed - 1.0).abs() < 1e-12 && found[1].observed.abs() < 1e-12, "{found:?}");
    assert!(found[0].p < found[1].p && (found[1].p - 1.0).abs() < 1e-12, "{found:?}");
    let set = activity.test_binned(HALF_HOUR, &settings, |series| cosine(&series[0], &series[1]));
    assert_eq!(set.observed.to_bits(), found[0].observed.to_bits());
    assert_eq!(set.p.to_bits(), found[0].p.to_bits(), "an account is shifted alike wherever it is tested");
}

#[test]
fn a_statistic_that_is_no_number_finds_nothing() {
    let activity = Activity::new(vec![Vec::new(), vec![START]]);
    let empty = activity.test_pairs(&[(0, 1), (0, 9)], HALF_HOUR, &ShiftSettings::new(1), cosine);
    assert!(empty.iter().all(|answer| (answer.p - 1.0).abs() < 1e-12), "{empty:?}");
}

#[test]
fn times_before_1970_and_at_the_ends_of_time_are_shifted_without_overflow() {
    let activity = Activity::new(vec![vec![-7 * DAY, -3, 4], vec![i64::MIN, i64::MAX]]);
    for settings in [ShiftSettings::new(1), whole_days(1)] {
        assert_eq!(activity.shifted(0, 0, &settings).len(), 3);
        assert_eq!(activity.shifted(1, 0, &settings).len(), 2);
    }
}

#[test]
fn one_thread_and_three_give_the_same_shifts() {
    let mut random = Counter::new(4);
    let activity = Activity::new((0..6).map(|_| busy(&mut random, 40, 10, 0..24)).collect());
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| {
            let pairs = activity.test_pairs(&[(0, 1), (2, 5)], HALF_HOUR, &ShiftSettings::new(9), cosine);
            (activity.test(&whole_days(9), closeness), pairs)
        })
    };
    assert_eq!(run(1), run(3));
}
