//! How many rows a join will have, told from its keys before it runs. A key that is frequent on both sides
//! multiplies, and polars makes all of these rows at once.

use polars::prelude::{
    DataFrame, DataType, Expr, IntoLazy, JoinArgs, JoinType, LazyFrame, PolarsResult, col, len, polars_bail,
};
use std::sync::{Mutex, PoisonError};

/// The scales for one join: whichever side comes second is weighed with the first.
pub(super) struct JoinSize {
    /// Keys of the left and of the right side.
    keys: [Vec<Expr>; 2],
    /// Which sides keep rows that match nothing.
    keeps: [bool; 2],
    /// Bytes that the rows of the join may take.
    limit: usize,
    waiting: Mutex<Option<DataFrame>>,
}

impl JoinSize {
    /// Nothing for a join that gives no more rows than its left side has.
    pub(super) fn of(how: &JoinType, keys: [Vec<Expr>; 2], limit: usize) -> Option<Self> {
        let keeps = match how {
            JoinType::Inner => [false, false],
            JoinType::Left => [true, false],
            JoinType::Right => [false, true],
            JoinType::Full => [true, true],
            _ => return None,
        };
        Some(Self { keys, keeps, limit, waiting: Mutex::default() })
    }

    /// Takes one side's rows: 0 is left, 1 is right.
    ///
    /// # Errors
    /// The join would take more than the limit.
    pub(super) fn weigh(&self, side: usize, rows: &DataFrame) -> PolarsResult<()> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(first) = waiting.take() else {
            *waiting = Some(rows.clone());
            return Ok(());
        };
        drop(waiting);
        if side == 1 { self.check([&first, rows]) } else { self.check([rows, &first]) }
    }

    /// The cheap bounds come first: only a join that may be too large has its keys counted, which takes as
    /// long as a `group_by` of them.
    fn check(&self, sides: [&DataFrame; 2]) -> PolarsResult<()> {
        let heights = sides.map(|side| side.height() as f64);
        let width = sides.iter().map(|side| row_bytes(side)).sum::<usize>().max(1);
        let unmatched: f64 = heights.iter().zip(self.keeps).map(|(rows, kept)| if kept { *rows } else { 0.0 }).sum();
        let allowed = (self.limit / width) as f64;
        if heights[0] * heights[1] + unmatched <= allowed {
            return Ok(());
        }
        let small = usize::from(heights[1] < heights[0]);
        let counted = counts(sides[small], &self.keys[small]).collect()?;
        let most = counted.column("n")?.f64()?.clone().iter().flatten().fold(0.0, f64::max);
        if most * heights[1 - small] + unmatched <= allowed {
            return Ok(());
        }
        let rows = matches(counted, counts(sides[1 - small], &self.keys[1 - small]), self.keys[0].len())?;
        if rows + unmatched <= allowed { Ok(()) } else { self.refuse(rows, width) }
    }

    fn refuse(&self, rows: f64, width: usize) -> PolarsResult<()> {
        let megabytes = |bytes: f64| (bytes / f64::from(1 << 20)).ceil();
        polars_bail!(ComputeError:
            "this join would give {rows:.0} rows, {} MB; the limit is {} MB. hint: a key that is frequent on both \
             sides multiplies: filter, unique or group_by before the join",
            megabytes(rows * width as f64), megabytes(self.limit as f64)
        )
    }
}

/// Each key and how often it occurs, as `k0, k1, …, n`; a null matches nothing and is left out.
fn counts(rows: &DataFrame, keys: &[Expr]) -> LazyFrame {
    let named = keys.iter().enumerate().map(|(i, key)| key.clone().alias(format!("k{i}")));
    let keys = names(keys.len());
    let known = keys.iter().map(|key| key.clone().is_not_null());
    let selected = rows.clone().lazy().select(named.collect::<Vec<_>>());
    let selected = known.fold(selected, LazyFrame::filter);
    selected.group_by(keys).agg([len().cast(DataType::Float64).alias("n")])
}

fn names(count: usize) -> Vec<Expr> {
    (0..count).map(|i| col(format!("k{i}"))).collect()
}

/// The pairs of rows with equal keys.
fn matches(small: DataFrame, large: LazyFrame, keys: usize) -> PolarsResult<f64> {
    let (left, right) = (names(keys), names(keys));
    let both = large.join(small.lazy(), left, right, JoinArgs::new(JoinType::Inner));
    let total = both.select([(col("n") * col("n_right")).sum().alias("n")]).collect()?;
    Ok(total.column("n")?.f64()?.get(0).unwrap_or(0.0))
}

/// Bytes that a copy of one row takes. Texts are shared between copies; only their views are copied.
pub(super) fn row_bytes(rows: &DataFrame) -> usize {
    let column = |column: &polars::prelude::Column| match column.dtype() {
        DataType::String | DataType::Binary => 16,
        DataType::Boolean | DataType::Null => 1,
        _ => column.as_materialized_series().estimated_size() / rows.height().max(1),
    };
    rows.columns().iter().map(column).sum()
}
