//! JUnit XML, which every CI system reads: groups of cases with their outcome, time and output.

use crate::diagnosis::Failure;
use crate::interrupt::while_writing;
use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

/// Cases that belong together, such as those of one plugin.
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) cases: Vec<Case>,
}

/// One case.
pub(crate) struct Case {
    /// What it is a case of.
    pub(crate) class: String,
    pub(crate) name: String,
    pub(crate) took: Duration,
    pub(crate) outcome: Outcome,
    /// What it printed.
    pub(crate) printed: Vec<String>,
}

/// How it went.
pub(crate) enum Outcome {
    Passed,
    Failed(String),
    /// It could not be run here.
    Skipped(String),
}

/// Writes the file.
pub(crate) fn write(path: &Path, groups: &[Group]) -> Result<(), Failure> {
    let written = while_writing(|| std::fs::write(path, document(groups)));
    written.map_err(|error| {
        Failure::new(format!("cannot write `{}`: {error}", path.display())).with_hint("name another file with --junit")
    })
}

fn document(groups: &[Group]) -> String {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let all = || groups.iter().flat_map(|g| &g.cases);
    line(&mut xml, format_args!("<testsuites name=\"claque\"{}>", counts(all())));
    for group in groups {
        line(&mut xml, format_args!("  <testsuite name=\"{}\"{}>", text(&group.name), counts(group.cases.iter())));
        for case in &group.cases {
            one(&mut xml, case);
        }
        line(&mut xml, format_args!("  </testsuite>"));
    }
    line(&mut xml, format_args!("</testsuites>"));
    xml
}

fn counts<'c>(cases: impl Iterator<Item = &'c Case>) -> String {
    let (mut tests, mut failures, mut skipped, mut took) = (0, 0, 0, Duration::ZERO);
    for case in cases {
        tests += 1;
        took += case.took;
        match case.outcome {
            Outcome::Passed => {}
            Outcome::Failed(_) => failures += 1,
            Outcome::Skipped(_) => skipped += 1,
        }
    }
    let seconds = took.as_secs_f64();
    format!(" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\" time=\"{seconds:.3}\"")
}

fn one(xml: &mut String, case: &Case) {
    let (class, name, seconds) = (text(&case.class), text(&case.name), case.took.as_secs_f64());
    line(xml, format_args!("    <testcase classname=\"{class}\" name=\"{name}\" time=\"{seconds:.3}\">"));
    match &case.outcome {
        Outcome::Passed => {}
        Outcome::Failed(why) => {
            let first = why.lines().next().unwrap_or_default();
            line(xml, format_args!("      <failure message=\"{}\">{}</failure>", text(first), text(why)));
        }
        Outcome::Skipped(why) => line(xml, format_args!("      <skipped message=\"{}\"/>", text(why))),
    }
    if !case.printed.is_empty() {
        line(xml, format_args!("      <system-out>{}</system-out>", text(&case.printed.join("\n"))));
    }
    line(xml, format_args!("    </testcase>"));
}

fn line(xml: &mut String, content: std::fmt::Arguments) {
    // writing to a string cannot fail
    let _always = writeln!(xml, "{content}");
}

/// Text as XML: the five signs escaped, characters that XML 1.0 does not have replaced.
fn text(plain: &str) -> String {
    let mut escaped = String::with_capacity(plain.len());
    for c in plain.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            '\t' | '\n' | '\r' => escaped.push(c),
            c if c < ' ' || matches!(c, '\u{fffe}' | '\u{ffff}') => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_are_escaped_and_control_characters_replaced() {
        assert_eq!(text("a<b> & \"c'\u{1b}[0m\n"), "a&lt;b&gt; &amp; &quot;c&apos;\u{fffd}[0m\n");
    }

    #[test]
    fn groups_count_their_own_cases_and_the_document_all() {
        let case = |outcome| Case {
            class: "my.signal".into(),
            name: "one".into(),
            took: Duration::from_millis(1_500),
            outcome,
            printed: vec![],
        };
        let groups = [
            Group { name: "a".into(), cases: vec![case(Outcome::Passed), case(Outcome::Failed("x < y\nmore".into()))] },
            Group { name: "b".into(), cases: vec![case(Outcome::Skipped("absent".into()))] },
        ];
        let xml = document(&groups);
        assert!(
            xml.contains(
                "<testsuites name=\"claque\" tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"1\" time=\"4.500\">"
            ),
            "{xml}"
        );
        assert!(
            xml.contains("<testsuite name=\"a\" tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"0\" time=\"3.000\">"),
            "{xml}"
        );
        assert!(xml.contains("<failure message=\"x &lt; y\">x &lt; y\nmore</failure>"), "{xml}");
        assert!(xml.contains("<skipped message=\"absent\"/>"), "{xml}");
    }
}
