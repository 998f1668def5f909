//! The optional type check. What `luau-lsp` finds is its own business: here a stand-in on PATH says what it would
//! say, and shows what it was given.

use crate::support::{Desk, Outcome};
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

/// Runs the program with a PATH that holds only a stand-in for `luau-lsp`, or nothing.
fn claque(desk: &Desk, stand_in: Option<&str>, arguments: &[&str]) -> Outcome {
    let tools = desk.path("tools");
    std::fs::create_dir_all(&tools).expect("a folder");
    if let Some(body) = stand_in {
        let program = desk.write("tools/luau-lsp", format!("#!/bin/sh\n{body}\n"));
        std::fs::set_permissions(program, std::fs::Permissions::from_mode(0o755)).expect("may be run");
    }
    let output = Command::new(env!("CARGO_BIN_EXE_claque"))
        .args(arguments)
        .current_dir(desk.path(""))
        .env("PATH", &tools)
        .env("XDG_CACHE_HOME", desk.path(".cache"))
        .output()
        .expect("the program starts");
    Outcome {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).expect("UTF-8 on stdout"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8 on stderr"),
    }
}

fn desk() -> Desk {
    let desk = Desk::new();
    desk.done(&["plugin", "new", "mine", "--emits", "marks"]);
    desk
}

const CANARY: &str = "echo \"claque-canary.luau(1,7): TypeError: Type 'Expr' could not be converted into 'number'\"";

#[test]
fn without_the_program_it_is_said_and_nothing_fails() {
    let desk = desk();
    for command in [&["test", "mine"][..], &["plugin", "check", "mine"]] {
        let outcome = claque(&desk, None, command);
        assert_eq!(outcome.code, 0, "{}", outcome.stdout);
        assert!(outcome.stdout.contains("types: not checked, because `luau-lsp` is not on PATH"), "{}", outcome.stdout);
    }
}

#[test]
fn a_type_error_fails_with_the_file_as_the_author_knows_it() {
    let desk = desk();
    let body = format!("{CANARY}\necho \"main.luau(31,4): TypeError: Key 'fliter' not found\"\nexit 1");
    for command in [&["test", "mine"][..], &["plugin", "check", "mine"]] {
        let outcome = claque(&desk, Some(&body), command);
        assert_eq!(outcome.code, 1, "{}", outcome.stdout);
        assert!(
            outcome.stdout.contains("mine/main.luau(31,4): TypeError: Key 'fliter' not found"),
            "{}",
            outcome.stdout
        );
        assert!(!outcome.stdout.contains("canary"), "{}", outcome.stdout);
    }
}

#[test]
fn it_is_given_the_definitions_in_strict_mode_and_every_script() {
    let desk = desk();
    desk.write("mine/words.luau", "return {}\n");
    let body = format!(
        "{CANARY}\nprintf '%s\\n' \"$@\" > \"{0}/seen\"\nread -r rc < .luaurc\necho \"$rc\" >> \"{0}/seen\"\nexit 1",
        desk.path("").display()
    );
    let outcome = claque(&desk, Some(&body), &["test", "mine"]);
    assert_eq!(outcome.code, 0, "{}", outcome.stdout);
    let seen = std::fs::read_to_string(desk.path("seen")).expect("what it was given");
    let lines: Vec<&str> = seen.lines().collect();
    assert_eq!(lines[0], "analyze");
    assert!(lines[1].starts_with("--defs=") && lines[1].ends_with("claque.d.luau"), "{seen}");
    assert_eq!(lines[2..5], ["claque-canary.luau", "main.luau", "words.luau"]);
    assert_eq!(lines[5], "{ \"languageMode\": \"strict\" }");
}

#[test]
fn definitions_that_were_not_understood_prove_nothing() {
    let desk = desk();
    let unknown = "echo \"claque-canary.luau(1,20): TypeError: Unknown global 'col'\"\nexit 1";
    for body in ["exit 0", "exit 1", unknown] {
        let outcome = claque(&desk, Some(body), &["test", "mine"]);
        assert_eq!(outcome.code, 0, "{}", outcome.stdout);
        assert!(outcome.stdout.contains("types: `luau-lsp` did not understand the definitions"), "{}", outcome.stdout);
    }
}
