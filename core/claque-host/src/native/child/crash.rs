//! The end of a child that gave no answer, as a sentence.

use super::contain::{AT_MEMORY_LIMIT, WROTE_TO_INPUT};
use super::process::End;
use claque_model::Fault;

/// Longest part of what a child printed, in a sentence.
const LONGEST: usize = 300;
/// What languages print when memory cannot be had.
const NO_MEMORY: [&str; 3] = ["memory allocation of ", "bad_alloc", AT_MEMORY_LIMIT];

/// What an end means; `printed` is the end of what the child printed, `memory` its limit in bytes.
pub(super) fn fault(end: &End, printed: &str, memory: usize) -> Fault {
    let says = |text: &str| printed.contains(text);
    let sentence = match end {
        End::Signal(libc::SIGSEGV | libc::SIGBUS) if says(WROTE_TO_INPUT) => {
            return Fault::Crashed("it wrote to a table that it was given, which is read-only".into());
        }
        End::Signal(libc::SIGSEGV | libc::SIGBUS | libc::SIGABRT) if NO_MEMORY.iter().any(|text| says(text)) => {
            return Fault::OutOfMemory((memory / 1_000_000) as u64);
        }
        End::Signal(libc::SIGABRT) if says("has overflowed its stack") => "its stack overflowed".to_owned(),
        End::Signal(libc::SIGXFSZ) => {
            return Fault::Crashed(format!(
                "it wrote more than {} MB to a file",
                super::file_limit(memory) / 1_000_000
            ));
        }
        End::Signal(libc::SIGKILL) => {
            return Fault::Crashed(
                "its process was killed from outside (signal 9): by somebody, or by a system without memory".into(),
            );
        }
        End::Signal(signal) => format!("{} (signal {signal})", name(*signal)),
        End::Exit(code) => format!("it left its process with exit code {code}, without a result"),
    };
    match last_line(printed) {
        Some(line) => Fault::Crashed(format!("{sentence}; its last words: {line}")),
        None => Fault::Crashed(sentence),
    }
}

/// What a signal of the system means.
pub(crate) fn name(signal: i32) -> &'static str {
    match signal {
        libc::SIGSEGV => "segmentation fault",
        libc::SIGABRT => "it aborted",
        libc::SIGBUS => "bus error",
        libc::SIGILL => "illegal instruction",
        libc::SIGFPE => "arithmetic exception, such as a whole number divided by zero",
        libc::SIGTRAP => "trap",
        libc::SIGSYS => "bad system call",
        libc::SIGPIPE => "it wrote to a closed pipe",
        libc::SIGTERM | libc::SIGINT | libc::SIGHUP => "its process was ended from outside",
        _ => "its process was ended",
    }
}

/// The last line that the plugin printed, cut.
pub(super) fn last_line(printed: &str) -> Option<&str> {
    let line = printed.lines().map(str::trim).rfind(|line| !line.is_empty() && !line.starts_with("claque: "))?;
    Some(&line[..line.floor_char_boundary(LONGEST)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(end: &End, printed: &str, expected: &str) {
        assert_eq!(fault(end, printed, 512_000_000).to_string(), expected);
    }

    #[test]
    fn every_end_is_a_sentence() {
        let signal = End::Signal;
        check(&signal(11), "", "crashed: segmentation fault (signal 11)");
        check(&signal(6), "", "crashed: it aborted (signal 6)");
        check(
            &signal(6),
            "a.c:7: score: Assertion `n > 0' failed.\n\n",
            "crashed: it aborted (signal 6); its last words: a.c:7: score: Assertion `n > 0' failed.",
        );
        check(
            &signal(11),
            "\nclaque: a write to an input table\n",
            "crashed: it wrote to a table that it was given, which is read-only",
        );
        let limit = "stopped at its memory limit of 512 MB";
        check(&signal(6), "memory allocation of 67108864 bytes failed\n", limit);
        check(&signal(6), "terminate called after throwing an instance of 'std::bad_alloc'\n", limit);
        check(&signal(11), "\nclaque: at the memory limit\n", limit);
        check(
            &signal(6),
            "\nthread 'x' has overflowed its stack\nfatal runtime error: stack overflow\n",
            "crashed: its stack overflowed; its last words: fatal runtime error: stack overflow",
        );
        check(&End::Exit(0), "", "crashed: it left its process with exit code 0, without a result");
        check(&signal(8), "", "crashed: arithmetic exception, such as a whole number divided by zero (signal 8)");
        check(&signal(64), "", "crashed: its process was ended (signal 64)");
        check(&signal(25), "", "crashed: it wrote more than 1088 MB to a file");
        let outside =
            "crashed: its process was killed from outside (signal 9): by somebody, or by a system without memory";
        check(&signal(9), "claque: at the memory limit", outside);
    }

    #[test]
    fn last_words_are_cut_at_a_character() {
        let long = "\u{e9}".repeat(400);
        assert_eq!(last_line(&long).map(str::len), Some(300));
    }
}
