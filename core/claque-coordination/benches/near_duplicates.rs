//! Seconds to group a million generated posts: eight scripts, one post in ten a copy with up to 10 % of its words or
//! characters edited, the others unrelated. `cargo bench -p claque-coordination --bench near_duplicates -- 1000000`

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use claque_coordination::{NearDuplicateSettings, near_duplicates};
use claque_graph::Counter;
use std::time::Instant;

#[path = "../src/near_duplicates/tests/texts.rs"]
mod texts;

/// Copies of one text.
const COPIES: usize = 20;

fn main() {
    let n = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(1_000_000);
    let posts = posts(n);
    let posts: Vec<&str> = posts.iter().map(String::as_str).collect();
    let before = (peak_memory(), processor_seconds());
    let start = Instant::now();
    let found = near_duplicates(&posts, &NearDuplicateSettings::default());
    let seconds = start.elapsed().as_secs_f64();
    let joined = found.groups.iter().flatten().count();
    println!(
        "{n} posts, {} groups with {joined} posts: {seconds:.1} s, {:.1} s of processors, peak memory {} MB before, {} MB after",
        found.leaders.len(),
        processor_seconds() - before.1,
        before.0 / 1024,
        peak_memory() / 1024
    );
}

fn posts(n: usize) -> Vec<String> {
    let mut posts = Vec::with_capacity(n);
    let mut random = Counter::new(1);
    while posts.len() < n {
        let script = random.below(texts::N_SCRIPTS);
        // every second text is about one of some topics, so that unrelated ones share words
        let text = match posts.len() % 2 {
            0 => texts::Text::new(script, [10, 36], &mut random),
            _ => texts::Text::on_topic(script, posts.len() as u64 % 97, [10, 36], &mut random),
        };
        posts.push(text.written());
        // one post in ten is a copy: of 200, one text has 20
        if random.below(180) == 0 {
            for copy in 0..COPIES {
                let share = random.uniform() * 0.1;
                posts.push(match copy % 3 {
                    0 => text.written(),
                    1 => text.with_words_edited(share, &mut random),
                    _ => text.with_characters_edited(share, &mut random),
                });
            }
        }
    }
    random.shuffle(&mut posts);
    posts.truncate(n);
    posts
}

/// Kilobytes, by the kernel's account; 0 where it gives none.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse().unwrap_or(0)
}

/// Processor time of all threads so far, user and system: beside it, the wall time says how busy the machine is.
fn processor_seconds() -> f64 {
    let status = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = status.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: f64 = fields.skip(11).take(2).filter_map(|field| field.parse::<f64>().ok()).sum();
    ticks / 100.0
}
