//! The verbs of the script API, read from its type file (`scripts/claque.d.luau`): names, the kinds of their
//! arguments, what they give. Enough of Luau's type syntax for that file, and no more.

/// One function or method.
#[derive(Debug)]
pub(crate) struct Verb {
    /// The type whose method it is; empty for a global function.
    pub(crate) owner: String,
    pub(crate) name: String,
    pub(crate) takes: Vec<Taken>,
    /// The type that it gives, as written.
    pub(crate) gives: String,
}

/// One argument, or one field of a table of options.
#[derive(Clone, Debug)]
pub(crate) struct Taken {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) optional: bool,
    pub(crate) rest: bool,
}

/// What an argument may be.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// A type by its name.
    Named(String),
    /// One exact word.
    Word(String),
    List(Box<Kind>),
    /// A table from names to values.
    Names(Box<Kind>),
    Fields(Vec<Taken>),
    Function,
    Either(Vec<Kind>),
}

/// All verbs of a type file, in its order.
pub(crate) fn verbs(types: &str) -> Vec<Verb> {
    let mut owner = String::new();
    let mut found = Vec::new();
    for line in types.lines() {
        let line = line.split(" -- ").next().unwrap_or_default().trim();
        if let Some(name) = line.strip_prefix("declare extern type ") {
            name.trim_end_matches("with").trim().clone_into(&mut owner);
        } else if line == "end" {
            owner.clear();
        } else if let Some(text) = line.strip_prefix("declare function ").or_else(|| line.strip_prefix("function ")) {
            found.extend(verb(&owner, text));
        }
    }
    found
}

fn verb(owner: &str, text: &str) -> Option<Verb> {
    let (name, rest) = text.split_once('(')?;
    let end = closing(rest)?;
    let takes = pieces(&rest[..end], ',').into_iter().filter(|piece| piece != "self" && !piece.is_empty());
    let gives = rest[end + 1..].trim().trim_start_matches(':').trim().to_owned();
    let name = name.split('<').next().unwrap_or(name).to_owned();
    Some(Verb { owner: owner.to_owned(), name, takes: takes.map(|piece| taken(&piece)).collect(), gives })
}

fn taken(text: &str) -> Taken {
    let (name, kind) = text.split_once(':').unwrap_or(("", text));
    let optional = kind.trim().ends_with('?');
    Taken { name: name.trim().to_owned(), kind: parse(kind), optional, rest: name.trim() == "..." }
}

fn parse(text: &str) -> Kind {
    let text = text.trim().trim_end_matches('?').trim();
    let parts = pieces(text, '|');
    if parts.len() > 1 {
        return Kind::Either(parts.iter().map(|part| parse(part)).collect());
    }
    if text.contains("->") {
        return Kind::Function;
    }
    if let Some(inner) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        return parse(inner);
    }
    if let Some(word) = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        return Kind::Word(word.to_owned());
    }
    match text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        Some(inner) => table(inner.trim()),
        None => Kind::Named(text.to_owned()),
    }
}

fn table(inner: &str) -> Kind {
    if let Some(value) = inner.strip_prefix("[string]:") {
        return Kind::Names(Box::new(parse(value)));
    }
    let fields = pieces(inner, ',');
    if fields.iter().all(|field| pieces(field, ':').len() > 1) {
        return Kind::Fields(fields.iter().map(|field| taken(field)).collect());
    }
    Kind::List(Box::new(parse(inner)))
}

/// Where the bracket closes that was open before `text`.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_i32;
    text.char_indices().find_map(|(at, c)| {
        depth += bracket(c);
        (depth < 0).then_some(at)
    })
}

/// The parts between separators that are inside no brackets.
fn pieces(text: &str, separator: char) -> Vec<String> {
    let (mut parts, mut depth) = (vec![String::new()], 0_i32);
    for c in text.chars() {
        depth += bracket(c);
        match parts.last_mut() {
            Some(_) if c == separator && depth == 0 => parts.push(String::new()),
            Some(last) => last.push(c),
            None => {}
        }
    }
    parts.into_iter().map(|part| part.trim().to_owned()).collect()
}

fn bracket(c: char) -> i32 {
    match c {
        '(' | '{' => 1,
        ')' | '}' => -1,
        _ => 0,
    }
}
