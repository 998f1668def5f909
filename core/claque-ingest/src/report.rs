//! What an import did, for people: counts per file, rejected records, and what is worth a look.

use claque_model::TimePrecision;
use std::path::PathBuf;

/// The account of an import.
#[derive(Clone, Debug, Default)]
pub struct ImportReport {
    /// One per distinct file, in the order given.
    pub files: Vec<FileReport>,
    /// Rows of the tables, in the order of the schema.
    pub rows: Vec<(&'static str, u64)>,
    /// First and last `created_at` of posts, microseconds since 1970.
    pub span: Option<(i64, i64)>,
    /// The coarsest precision that at least 1 % of the posts have.
    pub precision: Option<TimePrecision>,
    /// Share of rows in which a column is known, by its words for people.
    pub known: Vec<(&'static str, f64)>,
    /// Oddities that a person should know of.
    pub worth_a_look: Vec<String>,
}

/// The account of one file.
#[derive(Clone, Debug)]
pub struct FileReport {
    /// As given.
    pub path: PathBuf,
    /// Of its bytes.
    pub sha256: String,
    /// Its size.
    pub bytes: u64,
    /// Name of the adapter.
    pub adapter: &'static str,
    /// Why this adapter.
    pub because: Vec<String>,
    /// Records seen: kept, skipped and rejected.
    pub rows_read: u64,
    /// Records that gave at least one row.
    pub rows_kept: u64,
    /// Records that are no activity.
    pub rows_skipped: u64,
    /// Records that could not be used.
    pub rows_rejected: u64,
    /// Rejected records, by code and field.
    pub rejects: Vec<Problem>,
    /// Fields that became null because they could not be used, by code and field.
    pub nulled: Vec<Problem>,
}

/// One sort of problem in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// `bad_time`, `no_id`, …
    pub code: &'static str,
    /// The column or field.
    pub field: Option<String>,
    /// How often.
    pub count: u64,
    /// Number of the first record that has it.
    pub first_record: u64,
    /// What stood there, or what is wrong.
    pub value: String,
}

impl ImportReport {
    /// The text for a terminal, without colors.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let sum = |of: fn(&FileReport) -> u64| self.files.iter().map(of).sum::<u64>();
        let rows = |name: &str| self.rows.iter().find(|(table, _)| *table == name).map_or(0, |(_, rows)| *rows);
        let imported =
            ["posts", "accounts", "links"].map(|table| format!("{} {table}", grouped(rows(table)))).join(", ");
        let files = if self.files.len() == 1 { "1 file".to_owned() } else { format!("{} files", self.files.len()) };
        let mut lines = vec![
            format!("imported {imported} from {files}"),
            format!(
                "  {} records read, {} kept, {} skipped, {} rejected",
                grouped(sum(|f| f.rows_read)),
                grouped(sum(|f| f.rows_kept)),
                grouped(sum(|f| f.rows_skipped)),
                grouped(sum(|f| f.rows_rejected))
            ),
        ];
        for file in &self.files {
            lines.push(format!("  {}: {}, because {}", file.path.display(), file.adapter, file.because.join(", ")));
        }
        self.problems(&mut lines, "rejected", |file| &file.rejects);
        self.problems(&mut lines, "fields left unknown", |file| &file.nulled);
        lines.extend(self.time());
        if !self.known.is_empty() {
            let known: Vec<String> =
                self.known.iter().map(|(what, share)| format!("{what} {:.0} %", (share * 100.0).floor())).collect();
            lines.push(format!("  known for: {}", known.join(", ")));
        }
        if !self.worth_a_look.is_empty() {
            lines.push("  worth a look:".to_owned());
            lines.extend(self.worth_a_look.iter().map(|line| format!("    {line}")));
        }
        lines
    }

    fn problems(&self, lines: &mut Vec<String>, title: &str, of: fn(&FileReport) -> &Vec<Problem>) {
        if self.files.iter().all(|file| of(file).is_empty()) {
            return;
        }
        lines.push(format!("  {title}:"));
        for file in &self.files {
            for problem in of(file) {
                let field = problem.field.as_ref().map_or_else(String::new, |field| format!("`{field}`"));
                lines.push(format!(
                    "    {:<14}{:>9}  {field:<14}  first: {} record {}: {}",
                    problem.code,
                    grouped(problem.count),
                    file.path.display(),
                    grouped(problem.first_record),
                    problem.value
                ));
            }
        }
    }

    fn time(&self) -> Option<String> {
        let (first, last) = self.span?;
        let day =
            |micros| chrono::DateTime::from_timestamp_micros(micros).map(|time| time.format("%Y-%m-%d").to_string());
        let precision =
            self.precision.map_or_else(String::new, |precision| format!(", precision {}", precision.name()));
        let coarse = self.precision.filter(|precision| *precision > TimePrecision::S);
        let untestable = coarse.map_or_else(String::new, |precision| {
            format!(" (windows below {} s cannot be tested)", grouped(precision.unit_micros() as u64 / 500_000))
        });
        Some(format!("  time: {} to {}{precision}{untestable}", day(first)?, day(last)?))
    }
}

/// A number with commas between thousands.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (2_417_904, "2,417,904")] {
            assert_eq!(grouped(number), text);
        }
    }

    #[test]
    fn the_text_says_what_was_read_and_what_was_not() {
        let problem = |code, field: &str, count, first_record, value: &str| Problem {
            code,
            field: (!field.is_empty()).then(|| field.to_owned()),
            count,
            first_record,
            value: value.to_owned(),
        };
        let file = FileReport {
            path: PathBuf::from("tweets_2.csv"),
            sha256: String::new(),
            bytes: 0,
            adapter: "x-io",
            because: vec!["it has the columns `tweetid` and `tweet_client_name`".to_owned()],
            rows_read: 2_418_310,
            rows_kept: 2_417_904,
            rows_skipped: 12,
            rows_rejected: 394,
            rejects: vec![
                problem("bad_time", "tweet_time", 391, 18_402, "\"absent\""),
                problem("bad_csv", "", 3, 700_113, "29 cells, the header has 31"),
            ],
            nulled: Vec::new(),
        };
        let report = ImportReport {
            files: vec![file],
            rows: vec![("posts", 2_417_904), ("accounts", 88_120), ("links", 1_020_777)],
            span: Some((1_456_790_400_000_000, 1_527_724_800_000_000)),
            precision: Some(TimePrecision::Min),
            known: vec![("text", 1.0), ("lang", 0.979)],
            worth_a_look: vec!["an oddity".to_owned()],
        };
        let expected = [
            "imported 2,417,904 posts, 88,120 accounts, 1,020,777 links from 1 file",
            "  2,418,310 records read, 2,417,904 kept, 12 skipped, 394 rejected",
            "  tweets_2.csv: x-io, because it has the columns `tweetid` and `tweet_client_name`",
            "  rejected:",
            "    bad_time            391  `tweet_time`    first: tweets_2.csv record 18,402: \"absent\"",
            "    bad_csv               3                  first: tweets_2.csv record 700,113: 29 cells, the header has 31",
            "  time: 2016-03-01 to 2018-05-31, precision min (windows below 120 s cannot be tested)",
            "  known for: text 100 %, lang 97 %",
            "  worth a look:",
            "    an oddity",
        ];
        assert_eq!(report.lines(), expected);
    }
}
