//! The ten minutes of `scripts/README.md`, to the letter: its files are written and its commands run in their order, on
//! a table of posts as a reader might have one.

use crate::plugins::state;
use crate::support::{Desk, Outcome, repository};
use std::fmt::Write;

const SCRIPT: &str = "my-study/scripts/night-posts";

/// The fenced blocks of a text: what follows the opening fence, and the body. A block inside a longer fence belongs to
/// that one.
fn blocks(text: &str) -> Vec<(String, String)> {
    let mut lines = text.lines();
    let mut found = Vec::new();
    while let Some(line) = lines.next() {
        let fence = &line[..line.len() - line.trim_start_matches('`').len()];
        if fence.len() >= 3 {
            let body: Vec<&str> = lines.by_ref().take_while(|line| *line != fence).collect();
            found.push((line[fence.len()..].to_owned(), body.join("\n") + "\n"));
        }
    }
    found
}

/// The blocks of the README between two headings.
fn blocks_between(heading: &str, next: &str) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(repository().join("scripts/README.md")).expect("the README");
    let section = text.split(&format!("\n## {heading}\n")).nth(1).expect("a section");
    let (section, _) = section.split_once(&format!("\n## {next}\n")).expect("another section");
    blocks(section)
}

fn ten_minutes() -> Vec<(String, String)> {
    blocks_between("Ten minutes", "Five examples")
}

fn five_examples() -> Vec<(String, String)> {
    blocks_between("Five examples", "What a script says about itself")
}

/// 40 people who write by day, and 8 accounts that pass on the same pages within seconds, at night.
fn posts() -> String {
    let mut csv = String::from("user,date,body\n");
    for row in 0..800_usize {
        let (day, hour, minute) = (1 + row * 7 % 20, 7 + row * 5 % 14, row * 31 % 60);
        writeln!(
            csv,
            "reader{},2024-05-{day:02}T{hour:02}:{minute:02}:{:02}Z,good morning from here",
            row % 40,
            row % 59
        )
        .expect("a string");
    }
    for page in 0..20_usize {
        for member in 0..8_usize {
            let (day, second) = (1 + page, member * 3 + page % 7);
            writeln!(csv, "crew{member},2024-05-{day:02}T01:10:{second:02}Z,read https://tide.example/{page}")
                .expect("a string");
        }
    }
    csv
}

/// Runs a line of the README.
fn typed(desk: &Desk, line: &str) -> Outcome {
    let words: Vec<&str> = line.split_whitespace().collect();
    assert_eq!(words[0], "claque", "{line}");
    // what waits for a save would wait for ever
    let once: &[&str] = if words[1] == "watch" { &["--once"] } else { &[] };
    desk.done(&[&words[1..], once].concat())
}

/// Does what a block of the section asks for; the words that the commands print.
fn follow(desk: &Desk, language: &str, body: &str) -> String {
    match language {
        "toml" if body.starts_with("# my-study/study.toml") => {
            desk.write("my-study/study.toml", body);
        }
        "toml" => {
            let path = desk.path("my-study/study.toml");
            desk.write("my-study/study.toml", std::fs::read_to_string(path).expect("written") + "\n" + body);
        }
        "lua" => {
            desk.write(&format!("{SCRIPT}/main.luau"), body);
        }
        "markdown" => {
            desk.write(&format!("{SCRIPT}/SIGNAL.md"), body);
            std::fs::remove_dir_all(desk.path(&format!("{SCRIPT}/tests"))).expect("the template has golden files");
        }
        "" if body.starts_with("claque ") => {
            return body
                .lines()
                .map(|line| format!("$ {line}\n{}", typed(desk, line).stdout))
                .collect::<Vec<_>>()
                .concat();
        }
        "" if body.contains("did you mean") => {}
        "" => {
            let outcome = desk.claque_with(body, &["repl", "my-study"]);
            assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""), "{}", outcome.stdout);
            return outcome.stdout;
        }
        other => panic!("nobody knows what to do with a block of `{other}`"),
    }
    String::new()
}

#[test]
fn from_nothing_to_a_finding_as_the_readme_says() {
    let desk = Desk::new();
    desk.write("posts.csv", posts());
    let steps = ten_minutes();
    let said: String = steps.iter().map(|(language, body)| follow(&desk, language, body)).collect();
    for words in [
        "$ claque import posts.csv",
        "$ claque plugin new night-posts",
        "other:map:posts-801",
        "2 passed, 0 failed",
        "score     my.night_posts: posts 960 in, 48 out",
        // the highest first
        "account_id       hits  total\n          other:map:crew0  20    20\n",
        "ok      processes",
        "12 passed, 0 failed",
        "report: runs/",
    ] {
        assert!(said.contains(words), "`{words}` is missing in\n{said}");
    }
    assert!(!said.contains("needs table `clusters`"), "nobody can bring that table\n{said}");
    // the study names the script alone
    desk.done(&["run", "my-study", "-o", "last"]);
    assert_eq!(state(&desk, "last", "my.night_posts").0, "ran");
}

#[test]
fn the_error_that_the_readme_shows_is_what_claque_test_prints() {
    let desk = Desk::new();
    let steps = ten_minutes();
    let script = &steps.iter().find(|(language, _)| language == "lua").expect("a script").1;
    let misspelt = script.replace("col(\"created_at\"):is_not", "col(\"created_att\"):is_not");
    assert_ne!(&misspelt, script);
    desk.write("my-study/scripts/night-posts/main.luau", misspelt);
    let outcome = desk.claque(&["test", SCRIPT]);
    assert_eq!(outcome.code, 1);
    let shown = &steps.iter().find(|(_, body)| body.contains("did you mean")).expect("an error").1;
    let indented = shown.lines().map(|line| format!("          {line}\n")).collect::<Vec<_>>().concat();
    assert!(outcome.stdout.contains(&indented), "{indented}\nis not in\n{}", outcome.stdout);
}

#[test]
fn the_list_that_the_readme_shows_is_found_and_joined() {
    let desk = Desk::new();
    desk.write("posts.csv", posts());
    let examples = five_examples();
    let list = &examples.iter().find(|(language, _)| language == "csv").expect("a list").1;
    desk.write("my-study/tables/lists.csv", list);
    let script = examples.iter().find(|(language, body)| language == "lua" && body.contains("my.listed_links"));
    desk.write("my-study/scripts/listed-links/main.luau", &script.expect("the join").1);
    for (language, body) in ten_minutes().iter().take(2) {
        follow(&desk, language, body);
    }
    let text = desk.done(&["watch", "my-study/scripts/listed-links", "my-study", "--once"]).stdout;
    assert!(text.contains("160 out") && text.contains("own research"), "{text}");
    // the same rows under the label that does not count
    desk.write("my-study/tables/lists.csv", list.replace("fabricated", "satire"));
    let text = desk.done(&["watch", "my-study/scripts/listed-links", "my-study", "--once"]).stdout;
    assert!(text.contains("0 out") && !text.contains("own research"), "{text}");
}

#[test]
fn every_example_passes_the_check_as_a_file() {
    let desk = Desk::new();
    let scripts: Vec<(String, String)> =
        five_examples().into_iter().filter(|(language, _)| language == "lua").collect();
    assert_eq!(scripts.len(), 5);
    for (number, (_, script)) in scripts.iter().enumerate() {
        let name = format!("example{number}.luau");
        desk.write(&name, script);
        desk.done(&["plugin", "check", &name]);
    }
}

#[test]
fn what_is_said_not_to_be_there_is_not_there() {
    let desk = Desk::new();
    let types = desk.done(&["plugin", "types"]).stdout;
    assert!(!types.contains("join_asof"));
    let examples = five_examples();
    let script = &examples.iter().find(|(language, _)| language == "lua").expect("a script").1;
    for absent in ["duration", "date"] {
        desk.write("one.luau", script.replace("text = \"string\"", &format!("text = \"{absent}\"")));
        let outcome = desk.claque(&["test", "one.luau"]);
        assert!(outcome.code != 0 && outcome.stdout.contains(absent), "{}\n{}", outcome.stdout, outcome.stderr);
    }
}
