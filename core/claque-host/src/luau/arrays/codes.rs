//! Texts as codes: from 1 in the order of their first rows, 0 for null, and back.

use super::super::frame::within_limit;
use super::super::mistake::{ArrayMistake, Mistake};
use super::outputs::Output;
use mlua::{Lua, Table};
use polars::prelude::{Column, IntoColumn, PlHashMap, StringChunked};
use polars_arrow::bitmap::Bitmap;

/// The code of each row, and the text of each code.
pub(super) fn of(texts: &StringChunked) -> (Vec<u32>, Vec<&str>) {
    let mut known: PlHashMap<&str, u32> = PlHashMap::default();
    let mut words = Vec::new();
    let mut code = |text| {
        *known.entry(text).or_insert_with(|| {
            words.push(text);
            words.len() as u32
        })
    };
    let codes = texts.iter().map(|text| text.map_or(0, &mut code)).collect();
    (codes, words)
}

/// The texts behind the codes that a script gave.
pub(super) fn texts(
    lua: &Lua,
    output: &Output,
    codes: &[u32],
    words: &Table,
    valid: Option<&Bitmap>,
) -> Result<Column, Mistake> {
    let wanted = "a list of strings in `values`";
    let refused = |_| ArrayMistake::Output { output: output.name.clone(), wanted, found: "other values".to_owned() };
    let words: Vec<String> = words.sequence_values().collect::<mlua::Result<_>>().map_err(refused)?;
    let mut texts: Vec<Option<&str>> = Vec::with_capacity(codes.len());
    let mut bytes = 0_usize;
    for (row, &code) in codes.iter().enumerate() {
        let known = code > 0 && valid.is_none_or(|valid| valid.get_bit(row));
        texts.push(match words.get((code as usize).wrapping_sub(1)) {
            _ if !known => None,
            Some(word) => Some(word.as_str()),
            None => {
                let (output, values) = (output.name.clone(), words.len());
                return Err(ArrayMistake::Code { output, code, row: row + 1, values }.into());
            }
        });
        // one long text may stand behind every code
        bytes = bytes.saturating_add(texts[row].map_or(0, str::len));
    }
    within_limit(lua, bytes)?;
    Ok(texts.into_iter().collect::<StringChunked>().with_name(output.name.as_str().into()).into_column())
}
