//! Errors as a person reads them: the message, then file, line and column, the source line with a caret, and
//! the script's own frames. Luau knows lines, not columns: the caret goes under the first quoted word of the
//! message that the line holds, else under the whole line.

use super::mistake::{Mistake, NO_COMPARISON, did_you_mean};
use super::modules::Sources;
use super::verb::{ApiType, script_api};
use crate::declare::nearest;
use std::fmt;

/// An error with its place in a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnosis {
    /// What is wrong.
    pub message: String,
    /// Where, if the script was on the stack.
    pub place: Option<Place>,
    /// The script's functions on the stack, innermost first.
    pub frames: Vec<String>,
}

/// A place in a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// File as named when it was loaded.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column of the caret in characters, from 1.
    pub column: usize,
    /// Characters under the caret.
    pub width: usize,
    /// The line's text.
    pub code: String,
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if let Some(place) = &self.place {
            let before = place.code.chars().take(place.column - 1);
            let indent: String = before.map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
            write!(f, "\n  {}:{}:{}", place.file, place.line, place.column)?;
            write!(f, "\n  {:>4} | {}", place.line, place.code)?;
            write!(f, "\n       | {indent}{}", "^".repeat(place.width))?;
        }
        self.frames.iter().try_for_each(|frame| write!(f, "\n  in function '{frame}'"))
    }
}

/// Finds message and place of an error that came out of a VM.
pub(super) fn explain(error: &mlua::Error, sources: &Sources) -> Diagnosis {
    let chunks = sources.chunks();
    let (text, trace) = message_and_trace(error);
    let from_message = position(&text, &chunks);
    let found = from_message.clone().or_else(|| trace.lines().find_map(|line| position(line, &chunks)));
    let mut message = match &from_message {
        Some((file, line)) => text.replacen(&format!("{file}:{line}: "), "", 1),
        None => text,
    };
    // a comparator of ours, in the place of the library's
    message = with_advice(message.replacen("library:0: ", "", 1));
    let place = found.and_then(|(file, line)| {
        let text = sources.text_of(&file)?;
        let code = text.lines().nth(line.checked_sub(1)?)?.to_owned();
        if message == "attempt to call a nil value"
            && let Some((word, near)) = misspelt_global(&code)
        {
            message = format!("{message}; did you mean \"{near}\"?");
            return Some(marked(file, line, &code, code.find(word).map(|from| (from, word.len()))));
        }
        let caret = caret(&code, &message);
        Some(marked(file, line, &code, caret))
    });
    let frames = trace.lines().filter(|l| position(l, &chunks).is_some()).filter_map(function_name).collect();
    Diagnosis { message, place, frames }
}

/// The root's message, and the innermost trace.
fn message_and_trace(error: &mlua::Error) -> (String, String) {
    let mut trace = String::new();
    let mut root = error;
    loop {
        match root {
            mlua::Error::CallbackError { traceback, cause } => {
                trace.clone_from(traceback);
                root = cause;
            }
            mlua::Error::WithContext { cause, .. } => root = cause,
            // our own sentences need no "bad argument #1"
            mlua::Error::BadArgument { cause, .. } if mistake(cause).is_some() => root = cause,
            _ => break,
        }
    }
    let text = match root {
        mlua::Error::RuntimeError(text) | mlua::Error::MemoryError(text) => text.clone(),
        mlua::Error::SyntaxError { message, .. } => message.clone(),
        other => other.to_string(),
    };
    match text.split_once("\nstack traceback:") {
        Some((message, inner)) => (message.trim().to_owned(), inner.to_owned()),
        None => (text.trim().to_owned(), trace),
    }
}

/// `file:line` of a script in a text.
fn position(text: &str, chunks: &[String]) -> Option<(String, usize)> {
    chunks.iter().find_map(|chunk| {
        let (_, rest) = text.split_once(&format!("{chunk}:"))?;
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        Some((chunk.clone(), digits.parse().ok()?))
    })
}

fn function_name(line: &str) -> Option<String> {
    let (_, rest) = line.split_once("function '")?;
    Some(rest.split('\'').next()?.to_owned())
}

/// Adds what the message itself cannot know.
fn with_advice(message: String) -> String {
    if message.starts_with("attempt to compare") && message.contains("Expr") {
        return format!("{message}. {NO_COMPARISON}");
    }
    if let Some((_, rest)) = message.split_once("attempt to call missing method '")
        && let Some((method, kind)) = rest.split_once("' of ")
    {
        let known = script_api().type_named(kind.trim());
        let hint = did_you_mean(method, known.into_iter().flat_map(ApiType::methods));
        return format!("{message}{hint}");
    }
    if let Some((_, rest)) = message.split_once("bad argument `self` to `")
        && let Some((kind, method)) = rest.split('`').next().and_then(|name| name.split_once('.'))
    {
        return format!("{method} is a method of {kind}: call it with a colon, as in x:{method}(…)");
    }
    message
}

/// A word of the line that is called like a function of the API, and nearly is one.
fn misspelt_global(code: &str) -> Option<(&str, &'static str)> {
    let known: Vec<&'static str> = script_api().functions().map(|verb| verb.name).collect();
    let words = code.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '.' && c != ':');
    words.filter(|word| !word.is_empty() && !known.contains(word)).find_map(|word| {
        let rest = code.split_once(word)?.1.trim_start();
        let called = rest.starts_with(['(', '"', '\'', '{']);
        if called { Some((word, nearest(word, known.iter().copied())?)) } else { None }
    })
}

/// A place with its caret under those bytes of the line, or under all of it.
fn marked(file: String, line: usize, code: &str, range: Option<(usize, usize)>) -> Place {
    let (from, length) = range.unwrap_or_else(|| (code.len() - code.trim_start().len(), code.trim().len()));
    let column = code[..from].chars().count() + 1;
    let width = code[from..from + length].chars().count().max(1);
    Place { file, line, column, width, code: code.to_owned() }
}

/// Byte range of the word of the message that the line holds.
fn caret(code: &str, message: &str) -> Option<(usize, usize)> {
    const OPERATORS: [&str; 7] = ["==", "~=", ">=", "<=", ">", "<", "not "];
    let quoted = message.split(['"', '\'', '`']).skip(1).step_by(2);
    let mut candidates: Vec<&str> = if message.contains(NO_COMPARISON) { OPERATORS.to_vec() } else { quoted.collect() };
    candidates.retain(|word| !word.trim().is_empty());
    candidates.iter().find_map(|word| Some((code.find(word)?, word.trim_end().len())))
}

/// Is there one of our own mistakes at the root?
pub(super) fn mistake(error: &mlua::Error) -> Option<&Mistake> {
    error.downcast_ref::<Mistake>()
}
