//! The two tables over which every example of the reference runs: small, with a trap of each kind.

/// One of the tables.
pub(in super::super) struct Sample {
    /// The global that examples find it under.
    pub(in super::super) name: &'static str,
    /// Types of its columns.
    pub(in super::super) types: &'static [&'static str],
    /// Its rows; an empty cell is null.
    pub(in super::super) csv: &'static str,
}

/// Nulls, a capital sharp s, a negative number, halves, the last second of a day.
pub(in super::super) const POSTS: Sample = Sample {
    name: "posts",
    types: &["id", "string", "string", "int", "float", "bool", "datetime"],
    csv: "post_id,text,lang,n,w,ok,at
a,Hello World 12,en,1,0.5,true,2024-06-03T09:00:00Z
b,ẞtraße 7 and 8,de,-7,2.5,false,2024-06-03T23:59:59.5Z
c,,en,3,,true,
d,alpha beta,,4,-1.5,,2024-06-09T10:30:00Z
",
};

/// One id twice, one that the other table does not have.
pub(in super::super) const OTHER: Sample =
    Sample { name: "other", types: &["id", "int"], csv: "post_id,v\na,10\na,11\nc,12\nz,13\n" };

impl Sample {
    /// The table in Markdown.
    pub(super) fn markdown(&self) -> String {
        let mut lines = self.csv.lines().map(|line| {
            let cells = line.split(',').map(|cell| if cell.is_empty() { "null" } else { cell });
            format!("| {} |", cells.collect::<Vec<_>>().join(" | "))
        });
        let header = lines.next().unwrap_or_default();
        let rule = "|---".repeat(self.types.len());
        let rows: Vec<String> = lines.collect();
        format!("`{}`\n\n{header}\n{rule}|\n{}\n", self.name, rows.join("\n"))
    }
}
