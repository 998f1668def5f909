//! Lines of a terminal: wrapping, bars, and color where it was asked for.

use super::TerminalOptions;

/// What a line is, for those who see color.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Paint {
    Plain,
    Strong,
    Faint,
    Warning,
}

impl Paint {
    fn code(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Strong => "1",
            Self::Faint => "2",
            Self::Warning => "1;33",
        }
    }
}

/// Text under way to a terminal.
pub(super) struct Canvas {
    out: String,
    color: bool,
    width: usize,
}

impl Canvas {
    pub(super) fn new(options: &TerminalOptions) -> Self {
        Self { out: String::new(), color: options.color, width: options.width.clamp(40, 120) }
    }

    pub(super) fn finish(&self) -> &str {
        self.out.trim_end_matches('\n')
    }

    pub(super) fn gap(&mut self) {
        self.out.push('\n');
    }

    /// A paragraph, wrapped at words.
    pub(super) fn text(&mut self, indent: usize, text: &str, paint: Paint) {
        for line in wrap(text, self.width - indent) {
            self.line(indent, &line, paint);
        }
    }

    /// A paragraph with a dash before it.
    pub(super) fn item(&mut self, indent: usize, text: &str, paint: Paint) {
        for (at, line) in wrap(text, self.width - indent - 2).into_iter().enumerate() {
            let mark = if at == 0 { "- " } else { "  " };
            self.line(indent, &format!("{mark}{line}"), paint);
        }
    }

    /// The heading of a group: its id, and the verdict in its color.
    pub(super) fn heading(&mut self, id: &str, words: &str, verdict: &str) {
        let code = match verdict {
            "cib_candidate" => "1;31",
            "coordinated_authenticity_undetermined" => "1;33",
            "exploratory" => "1;36",
            _ => "1;2",
        };
        let (id, words) = (self.painted(id, "1"), self.painted(words, code));
        self.out.extend([&id, "  ", &words, "\n"]);
    }

    /// A named bar: full blocks to the lower bound, shaded ones to the score; hatched when there is none.
    pub(super) fn bar(&mut self, name: &str, values: Option<(f64, f64)>, after: &str) {
        let cells = self.width.saturating_sub(66).clamp(8, 24);
        let filled = |share: f64| (share.clamp(0.0, 1.0) * cells as f64).round() as usize;
        let bar = match values {
            None => "╱".repeat(cells),
            Some((score, bound)) => {
                let (score, bound) = (filled(score), filled(bound).min(filled(score)));
                format!("{}{}{}", "█".repeat(bound), "▒".repeat(score - bound), "·".repeat(cells - score))
            }
        };
        let indent = 4 + name.chars().count() + 1 + cells + 2;
        let mut lines = wrap(after, self.width.saturating_sub(indent).max(12)).into_iter();
        let first = lines.next().unwrap_or_default();
        let bar = if values.is_none() { self.painted(&bar, "2") } else { self.painted(&bar, "36") };
        self.out.extend(["    ", name, " ", &bar, "  ", &first, "\n"]);
        for line in lines {
            self.line(indent, &line, Paint::Plain);
        }
    }

    fn line(&mut self, indent: usize, line: &str, paint: Paint) {
        let line = self.painted(line, paint.code());
        self.out.push_str(&" ".repeat(indent));
        self.out.push_str(&line);
        self.out.push('\n');
    }

    fn painted(&self, text: &str, code: &str) -> String {
        if self.color && !code.is_empty() { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// Lines of at most `width` characters, broken at spaces; a longer word is broken where it must be.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split_whitespace() {
        let mut word: Vec<char> = word.chars().collect();
        if used > 0 && used + 1 + word.len() > width {
            lines.push(String::new());
            used = 0;
        }
        let line = lines.last_mut().expect("there is always a line");
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        while word.len() > width {
            let rest = word.split_off(width);
            lines.last_mut().expect("there is always a line").extend(word);
            lines.push(String::new());
            word = rest;
        }
        used += word.len();
        lines.last_mut().expect("there is always a line").extend(word);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_words_and_never_exceed_the_width() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefghij kl", 4), ["abcd", "efgh", "ij", "kl"]);
        assert_eq!(wrap("", 7), [""]);
    }
}
