//! Ids as numbers for plugins that ask for them, and back: one space of codes per kind of id (post, account, cluster,
//! or else the column's own), dense from 0 in the order in which the ids of a call are first seen.

use claque_model::Fault;
use polars::prelude::{
    Column, DataFrame, DataType, IntoColumn, IntoSeries, ListChunked, NewChunkedArray, PlSmallStr, Series,
    StringChunked, UInt32Chunked,
};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// The ids behind the codes of one call.
#[derive(Debug, Default)]
pub(super) struct Codes(BTreeMap<String, StringChunked>);

/// What ids of an output are.
#[derive(Clone, Debug)]
pub(super) enum IdsAs {
    /// Texts.
    Texts,
    /// Texts, or codes of these ids; without any, codes stay numbers for another process to read.
    Codes(Option<Arc<Codes>>),
}

/// Columns of one kind share their codes.
fn kind(column: &str) -> &str {
    match column {
        "post_id" | "post_ids" | "reply_to_id" | "repost_of_id" | "quote_of_id" | "thread_id" | "target_post_id" => {
            "post"
        }
        "account_id" | "actor_id" | "target_account_id" => "account",
        "cluster_id" => "cluster",
        other => other,
    }
}

/// Ids that were seen, and their codes.
#[derive(Default)]
struct Space<'t> {
    codes: HashMap<&'t str, u32>,
    ids: Vec<&'t str>,
}

impl<'t> Space<'t> {
    fn code(&mut self, id: &'t str) -> Result<u32, Fault> {
        if let Some(&code) = self.codes.get(id) {
            return Ok(code);
        }
        let code =
            u32::try_from(self.ids.len()).map_err(|_| Fault::Raised("there are too many ids for codes".into()))?;
        self.codes.insert(id, code);
        self.ids.push(id);
        Ok(code)
    }
}

/// The tables with codes in the named columns, which hold strings, and what the codes mean. O(rows).
pub(super) fn encode(tables: &[(&DataFrame, Vec<&str>)]) -> Result<(Vec<DataFrame>, Codes), Fault> {
    let mut spaces: BTreeMap<&str, Space> = BTreeMap::new();
    let mut encoded = Vec::with_capacity(tables.len());
    for (table, ids) in tables {
        let mut coded: DataFrame = (*table).clone();
        for &name in ids {
            let column = column_of(table, name)?;
            let space = spaces.entry(kind(name)).or_default();
            let codes = column.iter().map(|id| id.map(|id| space.code(id)).transpose());
            let codes: Vec<Option<u32>> = codes.collect::<Result<_, _>>()?;
            let codes = UInt32Chunked::from_iter(codes).with_name(name.into());
            coded.with_column(codes.into_column()).map_err(|error| Fault::Raised(error.to_string()))?;
        }
        encoded.push(coded);
    }
    let meaning =
        |(kind, space): (&str, Space)| (kind.to_owned(), StringChunked::from_slice(PlSmallStr::EMPTY, &space.ids));
    Ok((encoded, Codes(spaces.into_iter().map(meaning).collect())))
}

fn column_of<'t>(table: &'t DataFrame, name: &str) -> Result<&'t StringChunked, Fault> {
    let column = table.column(name).map_err(|error| Fault::Raised(error.to_string()))?;
    column.str().map_err(|error| Fault::Raised(error.to_string()))
}

impl Codes {
    /// A column of an output with ids again; one that holds no codes as it is.
    pub(super) fn decode(&self, column: Column) -> Result<Column, Fault> {
        let name = column.name().clone();
        let bad = |why: String| Fault::BadOutput(format!("the column `{name}` {why}"));
        let nothing = StringChunked::from_slice(PlSmallStr::EMPTY, &[] as &[&str]);
        let ids = self.0.get(kind(&name)).unwrap_or(&nothing);
        match column.dtype() {
            DataType::UInt32 => {
                let codes = column.u32().map_err(|error| bad(error.to_string()))?;
                Ok(of_codes(codes, ids).map_err(bad)?.with_name(name).into())
            }
            DataType::List(item) if **item == DataType::UInt32 => {
                let lists = column.list().map_err(|error| bad(error.to_string()))?;
                Ok(of_lists(lists, ids).map_err(bad)?.with_name(name).into())
            }
            _ => Ok(column),
        }
    }
}

fn of_codes(codes: &UInt32Chunked, ids: &StringChunked) -> Result<Series, String> {
    if let Some(row) = codes.iter().position(|code| code.is_some_and(|code| code as usize >= ids.len())) {
        return Err(unknown(codes.get(row).unwrap_or_default(), row, ids));
    }
    ids.clone().into_series().take(codes).map_err(|error| error.to_string())
}

fn unknown(code: u32, row: usize, ids: &StringChunked) -> String {
    format!("has the code {code} in row {}, and there are {} ids", row + 1, ids.len())
}

fn of_lists(lists: &ListChunked, ids: &StringChunked) -> Result<Series, String> {
    for (row, items) in lists.amortized_iter().enumerate() {
        let Some(items) = items else { continue };
        let codes = items.as_ref().u32().map_err(|error| error.to_string())?;
        if let Some(code) = codes.iter().flatten().find(|&code| code as usize >= ids.len()) {
            return Err(unknown(code, row, ids));
        }
    }
    let decoded = |items: Series| {
        let codes = items.u32()?;
        of_codes(codes, ids).map_err(|why| polars::error::PolarsError::ComputeError(why.into()))
    };
    lists.apply_to_inner(&decoded).map(IntoSeries::into_series).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use polars::prelude::{NamedFrom, df};

    fn tables() -> [DataFrame; 2] {
        [
            df!("post_id" => [Some("x:2"), None, Some("x:1")], "reply_to_id" => [None, Some("x:1"), Some("x:9")],
                "account_id" => ["x:a", "x:b", "x:a"], "text" => ["x:1", "x:2", "x:3"])
            .expect("columns"),
            df!("actor_id" => ["x:b", "x:c"], "post_id" => ["x:9", "x:3"]).expect("columns"),
        ]
    }

    fn encoded() -> (Vec<DataFrame>, Codes) {
        let [posts, interactions] = tables();
        encode(&[(&posts, vec!["post_id", "reply_to_id", "account_id"]), (&interactions, vec!["actor_id", "post_id"])])
            .expect("codes")
    }

    #[test]
    fn codes_are_dense_and_the_same_in_all_columns_of_a_kind() {
        let (coded, _) = encoded();
        let codes = |table: usize, name: &str| -> Vec<Option<u32>> {
            coded[table].column(name).expect("there").u32().expect("codes").iter().collect()
        };
        assert_eq!(codes(0, "post_id"), [Some(0), None, Some(1)]);
        assert_eq!(codes(0, "reply_to_id"), [None, Some(1), Some(2)]);
        assert_eq!(codes(0, "account_id"), [Some(0), Some(1), Some(0)]);
        assert_eq!(codes(1, "actor_id"), [Some(1), Some(2)]);
        assert_eq!(codes(1, "post_id"), [Some(2), Some(3)]);
        assert_eq!(coded[0].get_column_names(), ["post_id", "reply_to_id", "account_id", "text"]);
        assert_eq!(coded[0].column("text").expect("there").dtype(), &DataType::String);
    }

    #[test]
    fn what_comes_back_means_what_was_given() {
        let (coded, codes) = encoded();
        for (coded, table) in coded.iter().zip(tables()) {
            for (column, original) in coded.columns().iter().zip(table.columns()) {
                assert!(codes.decode(column.clone()).expect("known codes").equals_missing(original), "{original:?}");
            }
        }
        let lists =
            df!("post_ids" => [Series::new("".into(), [3_u32, 0]), Series::new_empty("".into(), &DataType::UInt32)])
                .expect("lists");
        let back = codes.decode(lists.column("post_ids").expect("there").clone()).expect("known codes");
        let first = back.list().expect("lists").get_as_series(0).expect("a list");
        assert_eq!(first.str().expect("texts").iter().flatten().collect::<Vec<_>>(), ["x:3", "x:2"]);
    }

    #[test]
    fn a_code_of_nothing_in_a_list_is_named_with_the_row_of_the_list() {
        let (_, codes) = encoded();
        let lists = [vec![0_u32, 1, 2], vec![], vec![3, 9]].map(|codes| Series::new("".into(), codes));
        let column = Column::new("post_ids".into(), lists.as_slice());
        let refused = codes.decode(column).expect_err("no such code").to_string();
        assert_eq!(refused, "bad output: the column `post_ids` has the code 9 in row 3, and there are 4 ids");
    }

    #[test]
    fn a_code_of_nothing_is_named_with_its_row() {
        let (_, codes) = encoded();
        let column = |name: &str| Column::new(name.into(), [0_u32, 4]);
        let refused = |name: &str| codes.decode(column(name)).expect_err("no such code").to_string();
        assert_eq!(refused("post_id"), "bad output: the column `post_id` has the code 4 in row 2, and there are 4 ids");
        assert!(
            refused("cluster_id").ends_with("has the code 0 in row 1, and there are 0 ids"),
            "{}",
            refused("cluster_id")
        );
    }
}
