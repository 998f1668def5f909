//! Ids take the type of what stands beside them: text beside text, a whole number beside whole numbers, digit
//! for digit. Types are known only to a frame, so until it is asked an id is a marked literal.

use super::super::mistake::Mistake;
use super::operand::name_of_type;
use polars::prelude::{AggExpr, AnyValue, DataType, Expr, LiteralValue, NamedFrom, Schema, Series, lit};
use std::sync::Arc;

/// The mark: a name that no column has.
const MARK: &str = "\u{0}id";

/// An id whose type is not known yet.
pub(super) fn id(digits: &str) -> Expr {
    lit(digits).alias(MARK)
}

/// Ids for `is_in`.
pub(super) fn ids(digits: &[String]) -> Series {
    Series::new(MARK.into(), digits)
}

/// The expression with every id in the type of its neighbour; without one it is text.
pub(in super::super) fn resolve(expr: Expr, schema: &Schema) -> Result<Expr, Mistake> {
    if !expr.into_iter().any(is_marked) {
        return Ok(expr);
    }
    let mut wrong = None;
    let typed = expr.map_expr(|mut node| {
        if let Err(mistake) = beside_each_other(&mut node, schema) {
            wrong.get_or_insert(mistake);
        }
        node
    });
    wrong.map_or_else(|| Ok(typed.map_expr(unmarked)), Err)
}

fn is_marked(expr: &Expr) -> bool {
    match expr {
        Expr::Alias(_, name) => *name == MARK,
        Expr::Agg(AggExpr::Implode { input, .. }) => is_marked(input),
        Expr::Literal(LiteralValue::Series(series)) => *series.name() == MARK,
        _ => false,
    }
}

fn unmarked(expr: Expr) -> Expr {
    match expr {
        Expr::Alias(inner, name) if name == MARK => Arc::unwrap_or_clone(inner),
        other => other,
    }
}

/// What stands beside each other in an expression and is of one type.
fn parts(node: &mut Expr) -> Vec<&mut Expr> {
    match node {
        Expr::BinaryExpr { left, right, .. } => vec![Arc::make_mut(left), Arc::make_mut(right)],
        Expr::Ternary { truthy, falsy, .. } => vec![Arc::make_mut(truthy), Arc::make_mut(falsy)],
        Expr::Function { input, .. } => input.iter_mut().collect(),
        _ => Vec::new(),
    }
}

fn beside_each_other(node: &mut Expr, schema: &Schema) -> Result<(), Mistake> {
    let parts = parts(node);
    if !parts.iter().any(|part| is_marked(part)) {
        return Ok(());
    }
    let dtype = parts.iter().filter(|part| !is_marked(part)).find_map(|part| {
        let dtype = part.to_field(schema).ok()?.dtype().clone();
        (!dtype.is_null()).then_some(dtype)
    });
    let Some(dtype) = dtype else { return Ok(()) };
    for part in parts.into_iter().filter(|part| is_marked(part)) {
        *part = of_type(part, &dtype)?;
    }
    Ok(())
}

/// A marked literal in a type.
fn of_type(marked: &Expr, dtype: &DataType) -> Result<Expr, Mistake> {
    match marked {
        Expr::Alias(inner, _) => {
            let Expr::Literal(value) = &**inner else { return Ok(marked.clone()) };
            let digits = value.to_any_value().map(|value| text(&value)).unwrap_or_default();
            match column(&[digits], dtype)?.get(0)? {
                AnyValue::Int64(whole) => Ok(lit(whole)),
                AnyValue::UInt64(whole) => Ok(lit(whole)),
                other => Ok(lit(text(&other))),
            }
        }
        Expr::Agg(AggExpr::Implode { input, maintain_order }) => {
            let Expr::Literal(LiteralValue::Series(series)) = &**input else { return Ok(marked.clone()) };
            let digits: Vec<String> = series.iter().map(|value| text(&value)).collect();
            Ok(polars::prelude::Literal::lit(column(&digits, dtype)?).implode(*maintain_order))
        }
        other => Ok(other.clone()),
    }
}

fn text(value: &AnyValue) -> String {
    value.get_str().unwrap_or_default().to_owned()
}

/// Digits in a type.
fn column(digits: &[String], dtype: &DataType) -> Result<Series, Mistake> {
    let name = polars::prelude::PlSmallStr::EMPTY;
    let wrong = |id: &String| Mistake::IdBeside { id: id.clone(), kind: name_of_type(dtype) };
    match dtype {
        DataType::List(item) => column(digits, item),
        DataType::UInt64 => {
            let whole = digits.iter().map(|id| id.parse::<u64>().map_err(|_| wrong(id)));
            Ok(Series::new(name, whole.collect::<Result<Vec<_>, _>>()?))
        }
        _ if dtype.is_integer() => {
            let whole = digits.iter().map(|id| id.parse::<i64>().map_err(|_| wrong(id)));
            Ok(Series::new(name, whole.collect::<Result<Vec<_>, _>>()?))
        }
        DataType::String | DataType::Categorical(..) | DataType::Enum(..) => Ok(Series::new(name, digits)),
        _ => Err(digits.first().map_or_else(|| wrong(&String::new()), wrong)),
    }
}
