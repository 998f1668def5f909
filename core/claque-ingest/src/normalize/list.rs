//! Lists inside one cell: Python-like, JSON, or separated.

/// How the items of a cell are separated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ListForm {
    Space,
    Comma,
    Python,
    Json,
}

impl ListForm {
    pub(crate) fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "space" => Self::Space,
            "comma" => Self::Comma,
            "python" => Self::Python,
            "json" => Self::Json,
            _ => return None,
        })
    }

    /// The items; a list that is none gives no items.
    pub(crate) fn items(self, cell: &str) -> Vec<String> {
        let cell = cell.trim();
        match self {
            Self::Space => cell.split_whitespace().map(str::to_owned).collect(),
            Self::Comma => separated(cell),
            Self::Python => python(cell),
            Self::Json => serde_json::from_str::<Vec<serde_json::Value>>(cell)
                .unwrap_or_default()
                .iter()
                .filter_map(|item| {
                    item.as_str().map(str::to_owned).or_else(|| item.is_number().then(|| item.to_string()))
                })
                .collect(),
        }
    }
}

/// `['a', 'b']`, `[a, b]`, `[]`, or nothing.
fn python(cell: &str) -> Vec<String> {
    let inner = cell.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(cell).trim();
    if inner.starts_with(['\'', '"']) { quoted(inner) } else { separated(inner) }
}

fn quoted(inner: &str) -> Vec<String> {
    let (mut items, mut item, mut quote) = (Vec::new(), String::new(), None);
    let mut letters = inner.chars();
    while let Some(c) = letters.next() {
        match quote {
            None if c == '\'' || c == '"' => quote = Some(c),
            None => {}
            Some(_) if c == '\\' => item.extend(letters.next()),
            Some(open) if c == open => {
                items.push(std::mem::take(&mut item));
                quote = None;
            }
            Some(_) => item.push(c),
        }
    }
    items.retain(|item| !item.is_empty());
    items
}

/// Split at commas; in a list of addresses only before the next address, because addresses hold commas too.
fn separated(inner: &str) -> Vec<String> {
    let is_address = |piece: &str| piece.trim_start().starts_with("http");
    let are_addresses = is_address(inner);
    let mut items: Vec<String> = Vec::new();
    for piece in inner.split(',') {
        match items.last_mut() {
            Some(last) if are_addresses && !is_address(piece) => {
                last.push(',');
                last.push_str(piece);
            }
            _ => items.push(piece.to_owned()),
        }
    }
    items.iter().map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a5_python_lists_with_and_without_quotes() {
        let items = |cell| ListForm::Python.items(cell);
        assert_eq!(items("['a', 'b']"), ["a", "b"]);
        assert_eq!(items("[\"it's\", 'say \\'x\\'']"), ["it's", "say 'x'"]);
        assert_eq!(items("[a, b]"), ["a", "b"]);
        assert_eq!(items("[http://a.example/x,y, http://b.example/]"), ["http://a.example/x,y", "http://b.example/"]);
        assert_eq!(items("['http://a.example/x,y']"), ["http://a.example/x,y"]);
        for empty in ["[]", "", "['']", "[ ]"] {
            assert!(items(empty).is_empty(), "{empty}");
        }
    }

    #[test]
    fn other_lists() {
        assert_eq!(ListForm::Space.items(" a  b "), ["a", "b"]);
        assert_eq!(ListForm::Comma.items("a, b,,"), ["a", "b"]);
        assert_eq!(ListForm::Json.items("[\"a\", 7, null]"), ["a", "7"]);
        assert!(ListForm::Json.items("no list").is_empty());
    }
}
