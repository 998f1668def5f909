//! Step 2: the code itself: globals written by accident and expressions that nothing uses, found by running
//! `score`; `pairs` over tables whose order may differ, found in the text. Types are checked by `luau-lsp`, which
//! only the command line starts.

use super::{CheckStep, trial};
use crate::luau::LuauSignal;
use claque_model::Signal;

const STEP: &str = "code";

pub(super) fn step(script: &LuauSignal) -> CheckStep {
    let notes = script.texts().iter().flat_map(|(file, text)| unordered(file, text)).collect();
    let given = trial::made_up(script.declaration(), trial::SMALL);
    let outcome = match given {
        Ok(given) => script.probe(&given).map(|()| "no leaked global, no lost expression".to_owned()),
        Err(reason) => Ok(format!("not run: {}", reason.sentence())),
    };
    // whatever else `score` may raise is the business of step 6
    let outcome = match outcome {
        Err(why) if !why.contains("was written: missing `local`") && !why.contains("built and never used") => {
            Ok("`score` did not end".to_owned())
        }
        other => other,
    };
    CheckStep::new(STEP, format!("{STEP} of {}", script.declaration().id), outcome).with_notes(notes)
}

/// Places where `pairs` walks something else than a table written on the spot.
fn unordered(file: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (index, line) in code_only(text).lines().enumerate() {
        for (at, _) in line.match_indices("pairs") {
            let before = line[..at].chars().next_back();
            let is_part = before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | ':'));
            let after = line[at + "pairs".len()..].trim_start();
            let argument = after.strip_prefix('(').map(str::trim_start);
            if !is_part && argument.is_some_and(|argument| !argument.starts_with('{')) {
                found.push(format!(
                    "{file}:{}: `pairs` has no fixed order unless all keys are strings: `sorted_pairs` has one",
                    index + 1
                ));
            }
        }
    }
    found
}

/// The text with comments and strings blanked out, line by line as before.
fn code_only(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = skipped(rest);
        if length == 0 {
            code.push(first);
            rest = &rest[first.len_utf8()..];
        } else {
            code.extend(rest[..length].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
            rest = &rest[length..];
        }
    }
    code
}

/// Bytes of a comment or string that begins here; 0 if none does.
fn skipped(text: &str) -> usize {
    if let Some(comment) = text.strip_prefix("--") {
        let long = long_bracket(comment);
        return if long > 0 { 2 + long } else { text.find('\n').unwrap_or(text.len()) };
    }
    match text.as_bytes().first() {
        Some(b'[') => long_bracket(text),
        Some(quote @ (b'"' | b'\'' | b'`')) => quoted(text, *quote),
        _ => 0,
    }
}

/// Bytes of `[[ … ]]` or `[==[ … ]==]`; 0 if there is none.
fn long_bracket(text: &str) -> usize {
    let Some(rest) = text.strip_prefix('[') else { return 0 };
    let level = rest.bytes().take_while(|b| *b == b'=').count();
    if rest.as_bytes().get(level) != Some(&b'[') {
        return 0;
    }
    let close = format!("]{}]", "=".repeat(level));
    rest.find(&close).map_or(text.len(), |at| 1 + at + close.len())
}

fn quoted(text: &str, quote: u8) -> usize {
    let bytes = text.as_bytes();
    let mut at = 1;
    while at < bytes.len() && bytes[at] != quote && (bytes[at] != b'\n' || quote == b'`') {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    // never inside a character
    let mut end = (at + 1).min(text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_over_a_variable_is_named_with_its_line() {
        let text = "local t = {}\nfor k, v in pairs(t) do end\nfor k in pairs({ a = 1 }) do end\n\
                    for k in sorted_pairs(t) do end\nfor i in ipairs(t) do end\n-- pairs(t)\nlocal s = \"pairs(t)\"\n\
                    --[[ pairs(t)\npairs(t) ]] local x = pairs (t)\nlocal y = [=[ pairs(t) ]] ]=]\n";
        let found = unordered("a/main.luau", text);
        let lines: Vec<&str> = found.iter().map(|note| note.split(": ").next().unwrap_or_default()).collect();
        assert_eq!(lines, ["a/main.luau:2", "a/main.luau:9"]);
    }

    #[test]
    fn strings_with_escapes_and_wide_characters_end_where_they_end() {
        assert_eq!(code_only("x = 'a\\'é' y"), format!("x = {:6} y", ""));
        assert_eq!(code_only("x = \"é"), "x =   ");
        assert_eq!(code_only("x = 'open\ny"), "x =      \ny");
    }
}
