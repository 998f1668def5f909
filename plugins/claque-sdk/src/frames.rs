//! Tables as polars frames and back, without a copy: feature `polars`, for polars 0.55. The frames are of the
//! library's own polars, which has nothing to do with that of the program; only Arrow's structs cross the border.
//!
//! ```
//! use claque_sdk::polars::prelude::{IntoLazy, col, lit, when};
//! use claque_sdk::{Call, Error, Framed, Marks, Signal};
//!
//! struct Questions;
//!
//! impl Signal for Questions {
//!     const ID: &'static str = "org.example.questions";
//!     type Output = Framed<Marks>;
//!
//!     fn score(call: &Call) -> Result<Framed<Marks>, Error> {
//!         let posts = call.table("posts")?.into_frame()?;
//!         call.on_frames(|| {
//!             let value = when(col("text").eq(lit("really?"))).then(lit(1.0)).otherwise(lit(0.0));
//!             Framed::new(posts.lazy().select([col("post_id"), value.alias("value")]).collect()?)
//!         })
//!     }
//! }
//! # use claque_sdk::testing::{Input, Trial};
//! # let posts = Input::new().texts("post_id", ["x:1", "x:2"]).texts("text", ["really?", "no"]);
//! # assert_eq!(Trial::new().table("posts", posts).run::<Questions>().unwrap().floats("value"), [1.0, 0.0]);
//! ```

mod alone;

use crate::error::Error;
use crate::guard;
use crate::output::{Columns, Output, Parts, Rows};
use crate::produce::{Column, Values};
use crate::table::{Array, Batch, Table};
use crate::{Call, abi};
use polars::prelude::{CompatLevel, DataFrame, DataType, PolarsError, Series, TimeUnit};
use polars_arrow::array::StructArray;
use polars_arrow::datatypes::{ArrowDataType, Field};
use polars_arrow::ffi;
use std::borrow::Cow;
use std::ffi::{CStr, CString};
use std::marker::PhantomData;
use std::mem;
use std::ptr;
use std::sync::Once;

type Chunk = Box<dyn polars_arrow::array::Array>;

impl From<PolarsError> for Error {
    fn from(error: PolarsError) -> Self {
        if is_missing_column(&error) { Self::Schema(error.to_string()) } else { Self::runtime(error) }
    }
}

fn is_missing_column(error: &PolarsError) -> bool {
    match error {
        PolarsError::ColumnNotFound(_) => true,
        PolarsError::Context { error, .. } => is_missing_column(error),
        _ => false,
    }
}

impl Call<'_> {
    /// Runs work on frames with no more threads than this call may use. The pool of polars is as large as the host
    /// made it when the program or the child started (`POLARS_MAX_THREADS`), and is made at its first use; where
    /// that is more than [`Call::max_threads`], the work is done on one thread while this one waits.
    pub fn on_frames<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        // warnings of polars would go to stderr, which belongs to the program
        static WARNINGS: Once = Once::new();
        WARNINGS.call_once(|| polars::error::set_warning_function(|text, _| guard::warn(text)));
        if polars_config::config().max_threads() > self.max_threads() { alone::run(work) } else { work() }
    }
}

/// The type of a table, a struct of its columns.
fn type_of(schema: &abi::ArrowSchema) -> Result<Vec<Field>, Error> {
    // SAFETY: both types are the published layout, and the schema lives during the call
    let field = unsafe { ffi::import_field_from_c(&*ptr::from_ref(schema).cast::<ffi::ArrowSchema>()) }?;
    match field.dtype {
        ArrowDataType::Struct(fields) => Ok(fields),
        other => Err(Error::Schema(format!("a table of the type {other:?}"))),
    }
}

fn chunks(mut batch: Batch, dtype: &ArrowDataType) -> Result<Vec<Chunk>, Error> {
    if batch.was_taken_from() {
        return Err(Error::Schema("a column was taken before the batch became a frame".into()));
    }
    batch.count_no_nulls();
    let raw = mem::replace(&mut batch.array_mut().0, abi::ArrowArray::empty());
    // SAFETY: both types are the published layout; the array is ours, and moves into its new owner
    let array =
        unsafe { ffi::import_array_from_c(mem::transmute::<abi::ArrowArray, ffi::ArrowArray>(raw), dtype.clone()) }?;
    let table = array.as_any().downcast_ref::<StructArray>();
    Ok(table.ok_or_else(|| Error::runtime("a batch that is no struct"))?.values().to_vec())
}

impl Table {
    /// All rows as a frame, a chunk per batch, in the memory in which the host has them.
    ///
    /// # Errors
    /// The input failed.
    pub fn into_frame(self) -> Result<DataFrame, Error> {
        let fields = type_of(self.schema())?;
        let dtype = ArrowDataType::Struct(fields.clone());
        let mut columns: Vec<Vec<Chunk>> = fields.iter().map(|_| Vec::new()).collect();
        let mut rows = 0;
        for batch in self {
            let batch = batch?;
            rows += batch.len();
            for (column, chunk) in columns.iter_mut().zip(chunks(batch, &dtype)?) {
                column.push(chunk);
            }
        }
        let columns = fields.iter().zip(columns).map(|(field, chunks)| {
            if chunks.is_empty() {
                return Ok(Series::new_empty(field.name.clone(), &DataType::from_arrow_field(field)).into());
            }
            Ok(Series::try_from((field.name.clone(), chunks))?.into())
        });
        Ok(DataFrame::new(rows, columns.collect::<Result<_, PolarsError>>()?)?)
    }
}

/// A frame as an output of the shape `R`: its columns by their names, in the memory in which they are; only lists of
/// posts are copied. Whole numbers become floats, times microseconds.
pub struct Framed<R> {
    frame: DataFrame,
    shape: PhantomData<fn() -> R>,
}

impl<R: Rows> Framed<R> {
    /// Takes a frame with the columns of the shape; optional ones may be absent.
    ///
    /// # Errors
    /// A required column is absent, or one has a type that no shape has.
    pub fn new(mut frame: DataFrame) -> Result<Self, Error> {
        for (name, _) in R::default().into_columns().types() {
            let name = name.to_string_lossy();
            if frame.column(&name).is_err() {
                return Err(Error::Runtime(format!("the frame has no column `{name}`, which its shape needs")));
            }
        }
        for name in frame.get_column_names_owned() {
            let dtype = frame.column(&name)?.dtype().clone();
            let wanted = match &dtype {
                DataType::String | DataType::Float64 | DataType::Datetime(TimeUnit::Microseconds, Some(_)) => continue,
                DataType::List(item) if **item == DataType::String => continue,
                DataType::Datetime(_, zone @ Some(_)) => DataType::Datetime(TimeUnit::Microseconds, zone.clone()),
                number if number.is_primitive_numeric() => DataType::Float64,
                other => {
                    return Err(Error::Runtime(format!(
                        "the column `{name}` has the type {other}, which no shape has"
                    )));
                }
            };
            frame.try_apply(&name, |column| column.strict_cast(&wanted))?;
        }
        frame.align_chunks_par();
        Ok(Self { frame, shape: PhantomData })
    }
}

impl<R: Rows> Output for Framed<R> {
    type Rows = R;

    fn into_source(self) -> Parts {
        let chunks = if self.frame.height() == 0 { 0 } else { self.frame.first_col_n_chunks() };
        let mut parts = 0..chunks;
        Parts(Box::new(move || {
            let Some(chunk) = parts.next() else { return Ok(None) };
            let columns = self.frame.columns().iter();
            let columns = columns.map(|column| exported(column.as_materialized_series(), chunk));
            Ok(Some(Columns(columns.collect::<Result<_, _>>()?)))
        }))
    }
}

/// One chunk of a column, shared with whoever gets it.
fn exported(series: &Series, chunk: usize) -> Result<Column, Error> {
    // lists go out with the layout of the SDK's own
    let is_list = matches!(series.dtype(), DataType::List(_));
    let array = series.to_arrow(chunk, if is_list { CompatLevel::oldest() } else { CompatLevel::newest() });
    let name = CString::new(series.name().as_str()).map_err(|_| Error::runtime("a column name has a NUL"))?;
    let schema = ffi::export_field_to_c(&Field::new(series.name().clone(), array.dtype().clone(), true));
    // SAFETY: both types are the published layout; the format is a string that lives as long as the schema
    let format = unsafe { CStr::from_ptr((*ptr::from_ref(&schema).cast::<abi::ArrowSchema>()).format) }.to_owned();
    // SAFETY: both types are the published layout, and the array moves into its new owner
    let raw = unsafe { mem::transmute::<ffi::ArrowArray, abi::ArrowArray>(ffi::export_array_to_c(array)) };
    Ok(Column { name: Cow::Owned(name), values: Values::Handed(Array(raw), format) })
}
