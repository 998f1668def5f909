//! `map_rows`: a call per row. Slow by design, so it says so above a million rows.

use super::super::api;
use super::super::frame::{Frame, within_limit};
use super::super::mistake::{Mistake, described};
use super::super::verb::Arguments;
use super::super::watchdog::Outbox;
use super::inputs::Input;
use super::outputs::{Output, Values};
use super::{Alone, Call};
use claque_model::LogLevel;
use mlua::{Lua, MultiValue, Value};
use polars::prelude::{Column, IntoColumn, StringChunkedBuilder};
use polars_arrow::bitmap::Bitmap;

/// Rows above which a warning is worth it.
const MANY: usize = 1_000_000;
/// Rows after which it is asked whether the run was cancelled.
const BATCH: usize = 1 << 12;

pub(super) fn map(frame: &Frame, given: &mut Arguments) -> mlua::Result<Value> {
    const VERB: &str = "map_rows";
    let lua = given.lua();
    let alone = Alone::claim(lua, VERB)?;
    let call = Call::of(VERB, frame, given)?;
    let rows = call.rows.height();
    if rows > MANY {
        let text = format!("map_rows calls its function {rows} times; map_columns is about ten times as fast");
        api::log(lua, LogLevel::Warn, text);
    }
    let inputs = call.inputs.iter().map(|name| Input::of(call.column(name)?)).collect::<Result<Vec<_>, _>>()?;
    let mut outputs: Vec<Growing> = call.outputs.iter().map(|output| Growing::new(output, rows)).collect();
    for row in 0..rows {
        if row % BATCH == 0 {
            let cancelled = lua.app_data_ref::<Outbox>().is_some_and(|outbox| outbox.cancelled());
            if cancelled {
                return Err(Mistake::Run("the run was cancelled".to_owned()).into());
            }
            within_limit(lua, outputs.iter().map(|output| output.bytes).sum())?;
        }
        let values = inputs.iter().map(|input| input.value(lua, row)).collect::<mlua::Result<MultiValue>>()?;
        let returned: MultiValue = call.function.call(values)?;
        if returned.len() > outputs.len() {
            call.expect(returned.len())?;
        }
        let mut returned = returned.into_iter();
        for output in &mut outputs {
            // what is not returned is nil
            output.push(&returned.next().unwrap_or(Value::Nil), row)?;
        }
    }
    drop(alone);
    let columns = outputs.into_iter().map(Growing::finish).collect::<Result<Vec<Column>, Mistake>>()?;
    given.give(call.with(lua, columns)?)
}

impl Input {
    /// One value; null is nil.
    fn value(&self, lua: &Lua, row: usize) -> mlua::Result<Value> {
        Ok(match self {
            Self::Numbers(numbers) => numbers.get(row).map_or(Value::Nil, Value::Number),
            Self::Truths(truths) => truths.get(row).map_or(Value::Nil, Value::Boolean),
            Self::Texts(texts) => match texts.get(row) {
                Some(text) => Value::String(lua.create_string(text)?),
                None => Value::Nil,
            },
        })
    }
}

/// A column of which rows come one by one.
struct Growing<'a> {
    output: &'a Output,
    cells: Cells,
    /// Bytes so far.
    bytes: usize,
}

enum Cells {
    Numbers(Vec<f64>, Vec<bool>),
    Truths(Vec<Option<bool>>),
    Texts(StringChunkedBuilder),
}

impl<'a> Growing<'a> {
    fn new(output: &'a Output, rows: usize) -> Self {
        let cells = match output.values() {
            Values::Real | Values::Whole | Values::Micros => {
                Cells::Numbers(Vec::with_capacity(rows), Vec::with_capacity(rows))
            }
            Values::Truth => Cells::Truths(Vec::with_capacity(rows)),
            Values::Text => Cells::Texts(StringChunkedBuilder::new(output.name.as_str().into(), rows)),
        };
        Self { output, cells, bytes: 0 }
    }

    fn push(&mut self, value: &Value, row: usize) -> Result<(), Mistake> {
        let null = value.is_nil() || value.is_null();
        let refused = || self.output.refused(described(value), row);
        self.bytes += 16;
        match &mut self.cells {
            Cells::Numbers(numbers, known) => {
                let number = match value {
                    Value::Number(number) => *number,
                    Value::Integer(whole) => *whole as f64,
                    _ if null => 0.0,
                    _ => return Err(refused()),
                };
                numbers.push(number);
                known.push(!null);
            }
            Cells::Truths(truths) => truths.push(match value {
                Value::Boolean(truth) => Some(*truth),
                _ if null => None,
                _ => return Err(refused()),
            }),
            Cells::Texts(texts) => match value {
                Value::String(text) => {
                    let text = text.to_str().map_err(|_| refused())?;
                    self.bytes = self.bytes.saturating_add(text.len());
                    texts.append_value(&*text);
                }
                _ if null => texts.append_null(),
                _ => return Err(refused()),
            },
        }
        Ok(())
    }

    fn finish(self) -> Result<Column, Mistake> {
        match self.cells {
            Cells::Numbers(numbers, known) => {
                let valid = known.contains(&false).then(|| Bitmap::from_iter(known));
                self.output.numbers(numbers, valid)
            }
            Cells::Truths(truths) => Ok(self.output.truths(truths.into_iter())),
            Cells::Texts(texts) => Ok(texts.finish().into_column()),
        }
    }
}
