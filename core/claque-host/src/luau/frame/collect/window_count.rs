//! How many windows a `group_by_time` would make. polars sets memory aside for all windows between the first time
//! and the last one before it looks which of them have rows: one post with a wrong year can ask for gigabytes.

use polars::prelude::{
    DataFrame, DataType, DynamicGroupOptions, Expr, IntoLazy, LazyFrame, PolarsResult, TimeUnit, col, lit, polars_bail,
};

/// Two numbers of 32 bits for each window, once on their way and once in the result.
const BYTES: f64 = 16.0;

/// Lets rows pass if their windows fit.
pub(super) struct WindowCount {
    pub(super) windows: DynamicGroupOptions,
    pub(super) keys: Vec<Expr>,
    /// Bytes that the windows may take.
    pub(super) limit: usize,
}

impl WindowCount {
    /// # Errors
    /// There would be more windows than fit.
    pub(super) fn check(&self, rows: DataFrame) -> PolarsResult<DataFrame> {
        let windows = self.count(&rows)?;
        if windows * BYTES <= self.limit as f64 {
            return Ok(rows);
        }
        let megabytes = |bytes: f64| (bytes / f64::from(1 << 20)).ceil();
        polars_bail!(ComputeError:
            "these would be {windows:.0} windows, {} MB; the limit is {} MB. hint: take longer windows, or filter out \
             times that are far from all others",
            megabytes(windows * BYTES), megabytes(self.limit as f64)
        )
    }

    fn count(&self, rows: &DataFrame) -> PolarsResult<f64> {
        let every = self.windows.every.duration_us().max(1) as f64;
        let time = col(self.windows.index_column.clone()).cast(DataType::Datetime(TimeUnit::Microseconds, None));
        let time = time.cast(DataType::Int64).cast(DataType::Float64);
        let span = (time.clone().max() - time.min()).alias("span");
        let spans: LazyFrame = if self.keys.is_empty() {
            rows.clone().lazy().select([span])
        } else {
            rows.clone().lazy().group_by(&self.keys).agg([span])
        };
        let period = self.windows.period.duration_us().max(0) as f64;
        let windows = (col("span") + lit(period)) / lit(every) + lit(2.0);
        let counted = spans.select([windows.sum().alias("windows")]).collect()?;
        Ok(counted.column("windows")?.f64()?.get(0).unwrap_or(0.0))
    }
}
