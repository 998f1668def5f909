//! The escape hatches: a script's own function over whole columns (`map_columns`, buffers) or over rows (`map_rows`).
//! Both run the plan first and call the function outside of polars, on the script's own thread, never one inside the
//! other: so the watchdog stops a function that loops, and no data is locked while it runs.

mod codes;
mod columns;
mod inputs;
mod outputs;
mod rows;

use super::frame::{FRAME, Frame, within_limit};
use super::mistake::{ArrayMistake, Mistake};
use super::verb::{Argument, Arguments, Group, Kind, Method, one};
use mlua::{Function, Lua, Table};
use outputs::Output;
use polars::prelude::{Column, DataFrame};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const INPUTS: Argument = one("inputs", Kind::List(&Kind::Column));
const OUTPUTS: Argument = one("outputs", Kind::Table("{ [string]: string } | { { [string]: string } }"));

pub(super) static GROUP: Group<Frame> = Group {
    title: "Own functions",
    doc: "For what expressions cannot say; they run the plan. `outputs` is { x = \"float\" }, or for several a list in \
          the order of the returned values: { { x = \"float\" }, { y = \"int\" } }. Types are float, int, bool, \
          string, id, category, datetime, duration and date. The new columns stand beside the old ones.",
    methods: &[
        Method::new(
            "map_columns",
            &[INPUTS, OUTPUTS, one("f", Kind::Function("(columns: { Column }, length: number) -> ...(buffer | Column)"))],
            FRAME,
            "calls the function once with a table per column: `data`, a buffer of `width` bytes per row; `valid`, a \
             bit per row, if there are nulls; `values`, for strings and ids, whose data are codes from 1, 0 for null. \
             Numbers are f64, times microseconds as f64, booleans u8, codes u32. It returns a buffer or such a table \
             per output",
            columns::map,
        )
        .example(
            r#"posts:map_columns({ "n" }, { twice = "float" }, function(columns, length) local twice = buffer.create(8 * length) for row = 0, length - 1 do buffer.writef64(twice, 8 * row, 2 * buffer.readf64(columns[1].data, 8 * row)) end return twice end):select("post_id", "twice")"#,
            "post_id, twice: a, 2 / b, -14 / c, 6 / d, 8",
        ),
        Method::new(
            "map_rows",
            &[INPUTS, OUTPUTS, one("f", Kind::Function("(...any) -> ...any"))],
            FRAME,
            "calls the function for every row with its values and takes what it returns; null is nil. About 0.2 µs per \
             row and more: above a million rows it warns, and map_columns is ten times as fast",
            rows::map,
        )
        .example(
            r#"posts:map_rows({ "n", "w" }, { sum = "float" }, function(n, w) return w and n + w end):select("post_id", "sum")"#,
            "post_id, sum: a, 1.5 / b, -4.5 / c, null / d, 2.5",
        ),
    ],
};

/// What both are given, once it is known to fit together.
struct Call {
    verb: &'static str,
    rows: DataFrame,
    inputs: Vec<String>,
    outputs: Vec<Output>,
    function: Function,
}

impl Call {
    fn of(verb: &'static str, frame: &Frame, given: &mut Arguments) -> mlua::Result<Self> {
        let inputs: Vec<String> = given.take()?;
        let outputs = outputs::read(verb, &given.take::<Table>()?)?;
        let function: Function = given.take()?;
        for name in &inputs {
            frame.know(name)?;
        }
        Ok(Self { verb, rows: frame.collect(given.lua())?, inputs, outputs, function })
    }

    fn column(&self, name: &str) -> Result<&Column, Mistake> {
        Ok(self.rows.column(name)?)
    }

    /// As many values as outputs.
    fn expect(&self, found: usize) -> Result<(), Mistake> {
        let (verb, wanted) = (self.verb, self.outputs.len());
        if found == wanted { Ok(()) } else { Err(ArrayMistake::Returned { verb, found, wanted }.into()) }
    }

    /// The frame with the new columns.
    fn with(mut self, lua: &Lua, columns: Vec<Column>) -> Result<Frame, Mistake> {
        for column in columns {
            self.rows.with_column(column)?;
        }
        within_limit(lua, self.rows.estimated_size())?;
        Ok(Frame::of(self.rows))
    }
}

/// Whether a function of a map runs in this VM, in its app data.
#[derive(Clone, Default)]
struct Running(Arc<AtomicBool>);

/// Keeps other maps out until it is dropped.
struct Alone(Running);

impl Alone {
    fn claim(lua: &Lua, verb: &'static str) -> Result<Self, Mistake> {
        let known = lua.app_data_ref::<Running>().map(|running| running.clone());
        let running = known.unwrap_or_else(|| {
            let new = Running::default();
            lua.set_app_data(new.clone());
            new
        });
        if running.0.swap(true, Ordering::Relaxed) {
            return Err(ArrayMistake::Nested(verb).into());
        }
        Ok(Self(running))
    }
}

impl Drop for Alone {
    fn drop(&mut self) {
        self.0.0.store(false, Ordering::Relaxed);
    }
}
