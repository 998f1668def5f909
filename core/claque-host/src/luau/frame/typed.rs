//! Widening that needs to know the types of columns. What the type of the operation itself tells is widened
//! where the expression is built.

use polars::prelude::{
    AggExpr, Column, DataType, Expr, Field, FunctionExpr, Int64Chunked, IntoColumn, PolarsError, PolarsResult, Schema,
};
use std::sync::Arc;

/// Sums of booleans are counts, which polars keeps in u32: `sum - 5` would wrap around. Running sums of whole
/// numbers end where 64 bits do.
pub(super) fn widen_sums(expr: Expr, schema: &Schema) -> Expr {
    let has = |e: &Expr, dtype: &DataType| e.to_field(schema).is_ok_and(|field| field.dtype() == dtype);
    expr.map_expr(|node| match node {
        Expr::Agg(AggExpr::Sum(input)) if has(&input, &DataType::Boolean) => {
            Expr::Agg(AggExpr::Sum(Arc::new(Arc::unwrap_or_clone(input).cast(DataType::Int64))))
        }
        Expr::Function { mut input, function: FunctionExpr::CumSum { reverse } }
            if input.len() == 1 && [DataType::Boolean, DataType::Int64].iter().any(|dtype| has(&input[0], dtype)) =>
        {
            let whole = input.remove(0).cast(DataType::Int64);
            whole.apply(move |column| running_sum(&column, reverse), |_, field: &Field| Ok(field.clone()))
        }
        other => other,
    })
}

/// Like polars' own, which panics or wraps around beyond 64 bits, as the build has it.
fn running_sum(column: &Column, reverse: bool) -> PolarsResult<Column> {
    let whole = column.i64()?;
    let sums = if reverse {
        sums_of(whole.iter().rev())?.iter().rev().collect::<Int64Chunked>()
    } else {
        sums_of(whole.iter())?
    };
    Ok(sums.with_name(column.name().clone()).into_column())
}

fn sums_of(values: impl Iterator<Item = Option<i64>>) -> PolarsResult<Int64Chunked> {
    let mut sum = 0_i64;
    let mut up_to_here = |value: Option<i64>| -> PolarsResult<Option<i64>> {
        let Some(value) = value else { return Ok(None) };
        sum = sum.checked_add(value).ok_or_else(beyond)?;
        Ok(Some(sum))
    };
    values.map(&mut up_to_here).collect()
}

fn beyond() -> PolarsError {
    PolarsError::ComputeError("the running sum leaves 64 bits: cast the column to \"float\" first".into())
}
