//! The prose of a SIGNAL.md, section by section, for pages made out of it.

/// The text below `## heading`, up to the next heading of that level; none if the heading is absent. Headings
/// inside code blocks do not count.
#[must_use]
pub fn section<'t>(text: &'t str, heading: &str) -> Option<&'t str> {
    let mut in_block = false;
    let mut start = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let end = at + line.len();
        if line.starts_with("```") {
            in_block = !in_block;
        } else if !in_block && let Some(name) = line.strip_prefix("## ") {
            match start {
                Some(from) => return Some(text[from..at].trim()),
                None if name.trim() == heading => start = Some(end),
                None => {}
            }
        }
        at = end;
    }
    start.map(|from| text[from..].trim())
}
