//! Widening that needs to know the types of columns. What the type of the operation itself tells is widened
//! where the expression is built.

use polars::prelude::{AggExpr, DataType, Expr, FunctionExpr, Schema};
use std::sync::Arc;

/// Sums of booleans are counts, which polars keeps in u32: `sum - 5` would wrap around.
pub(super) fn widen_flags(expr: Expr, schema: &Schema) -> Expr {
    let flag = |e: &Expr| e.to_field(schema).is_ok_and(|field| *field.dtype() == DataType::Boolean);
    expr.map_expr(|node| match node {
        Expr::Agg(AggExpr::Sum(input)) if flag(&input) => {
            Expr::Agg(AggExpr::Sum(Arc::new(Arc::unwrap_or_clone(input).cast(DataType::Int64))))
        }
        Expr::Function { mut input, function: function @ FunctionExpr::CumSum { .. } } if input.iter().all(flag) => {
            input = input.into_iter().map(|e| e.cast(DataType::Int64)).collect();
            Expr::Function { input, function }
        }
        other => other,
    })
}
