//! A plan of polars' SQL like one of our own verbs: groups, joins and sorting keep a defined order for any number
//! of threads, and counts and lengths are wide integers before anything is computed from them.

use polars::prelude::{
    AggExpr, DataType, DslPlan, Expr, JoinOptions, LazyFrame, MaintainOrderJoin, Operator, PolarsResult, Schema,
    UniqueKeepStrategy,
};
use std::sync::Arc;

/// The plan, settled.
pub(super) fn settled(frame: LazyFrame) -> PolarsResult<LazyFrame> {
    Ok(LazyFrame::from(plan(frame.logical_plan)?))
}

fn inner(input: Arc<DslPlan>) -> PolarsResult<Arc<DslPlan>> {
    Ok(Arc::new(plan(Arc::unwrap_or_clone(input))?))
}

fn inners(inputs: Vec<DslPlan>) -> PolarsResult<Vec<DslPlan>> {
    inputs.into_iter().map(plan).collect()
}

/// Expressions over an input, wide.
fn wide_over(exprs: Vec<Expr>, input: &Arc<DslPlan>) -> PolarsResult<Vec<Expr>> {
    let schema = LazyFrame::from(input.as_ref().clone()).collect_schema()?;
    Ok(exprs.into_iter().map(|expr| wide(expr, &schema)).collect())
}

fn plan(found: DslPlan) -> PolarsResult<DslPlan> {
    Ok(match found {
        DslPlan::GroupBy { input, keys, predicates, aggs, options, apply, .. } => {
            let input = inner(input)?;
            let (keys, aggs) = (wide_over(keys, &input)?, wide_over(aggs, &input)?);
            let predicates = wide_over(predicates, &input)?;
            DslPlan::GroupBy { input, keys, predicates, aggs, maintain_order: true, options, apply }
        }
        DslPlan::Distinct { input, mut options } => {
            options.maintain_order = true;
            options.keep_strategy = match options.keep_strategy {
                UniqueKeepStrategy::Any => UniqueKeepStrategy::First,
                other => other,
            };
            DslPlan::Distinct { input: inner(input)?, options }
        }
        DslPlan::Join { input_left, input_right, left_on, right_on, predicates, options } => {
            let (input_left, input_right) = (inner(input_left)?, inner(input_right)?);
            let mut options: JoinOptions = Arc::unwrap_or_clone(options);
            options.args.maintain_order = MaintainOrderJoin::LeftRight;
            DslPlan::Join { input_left, input_right, left_on, right_on, predicates, options: Arc::new(options) }
        }
        DslPlan::Sort { input, by_column, slice, mut sort_options } => {
            let input = inner(input)?;
            sort_options.maintain_order = true;
            DslPlan::Sort { by_column: wide_over(by_column, &input)?, input, slice, sort_options }
        }
        DslPlan::Union { inputs, mut args } => {
            args.maintain_order = true;
            DslPlan::Union { inputs: inners(inputs)?, args }
        }
        DslPlan::Select { expr, input, options } => {
            let input = inner(input)?;
            DslPlan::Select { expr: wide_over(expr, &input)?, input, options }
        }
        DslPlan::HStack { input, exprs, options } => {
            let input = inner(input)?;
            DslPlan::HStack { exprs: wide_over(exprs, &input)?, input, options }
        }
        DslPlan::Filter { input, predicate } => {
            let input = inner(input)?;
            let mut predicates = wide_over(vec![predicate], &input)?;
            match predicates.pop() {
                Some(predicate) => DslPlan::Filter { input, predicate },
                None => input.as_ref().clone(),
            }
        }
        DslPlan::Slice { input, offset, len } => DslPlan::Slice { input: inner(input)?, offset, len },
        DslPlan::MapFunction { input, function } => DslPlan::MapFunction { input: inner(input)?, function },
        DslPlan::HConcat { inputs, options } => DslPlan::HConcat { inputs: inners(inputs)?, options },
        DslPlan::Cache { input, id } => DslPlan::Cache { input: inner(input)?, id },
        other => other,
    })
}

/// Counts and lengths are u32 in polars, parts of times i8: `count(*) - 5` would wrap around. Whatever is whole
/// and narrower than 64 bits becomes int64 where it is computed with, and at the end.
pub(in super::super) fn wide(expr: Expr, schema: &Schema) -> Expr {
    let narrow = |expr: &Expr| {
        let dtype = expr.to_field(schema).map(|field| field.dtype().clone());
        dtype.is_ok_and(|dtype| dtype.is_integer() && !matches!(dtype, DataType::Int64 | DataType::UInt64))
    };
    let widened = |expr: Arc<Expr>| {
        if narrow(&expr) { Arc::new(Arc::unwrap_or_clone(expr).cast(DataType::Int64)) } else { expr }
    };
    let expr = expr.map_expr(|node| match node {
        Expr::BinaryExpr { left, op, right } if is_arithmetic(op) => {
            Expr::BinaryExpr { left: widened(left), op, right: widened(right) }
        }
        Expr::Agg(AggExpr::Sum(input)) => Expr::Agg(AggExpr::Sum(widened(input))),
        other => other,
    });
    if narrow(&expr) { expr.cast(DataType::Int64) } else { expr }
}

fn is_arithmetic(op: Operator) -> bool {
    use Operator as Op;
    matches!(op, Op::Plus | Op::Minus | Op::Multiply | Op::RustDivide | Op::TrueDivide | Op::FloorDivide | Op::Modulus)
}
