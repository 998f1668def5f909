//! A row group of a Parquet file, encoded and compressed before it is written. polars alone compresses while it
//! writes, one page after the other; here row groups are made in parallel. Which rows they hold is not decided here.

use polars::prelude::{ArrowSchema, CompatLevel, DataFrame, PolarsResult, Schema, SchemaExt};
use polars_io::parquet::write::get_encodings;
use polars_parquet::write::{
    CompressedPage, CompressionOptions, Encoding, ParquetType, StatisticsOptions, Version, WriteOptions,
    array_to_columns, compress, to_parquet_schema,
};

/// What all row groups of a file have in common.
pub(super) struct Layout {
    fields: Vec<ParquetType>,
    encodings: Vec<Vec<Encoding>>,
    options: WriteOptions,
}

impl Layout {
    /// With full statistics, and with zstd at its own default, which is 3.
    pub(super) fn new(schema: &Schema) -> PolarsResult<Self> {
        let schema: ArrowSchema = schema.to_arrow(CompatLevel::newest());
        let options = WriteOptions {
            statistics: StatisticsOptions::full(),
            compression: CompressionOptions::Zstd(None),
            version: Version::V1,
            data_page_size: None,
        };
        let fields = to_parquet_schema(&schema)?.fields().to_vec();
        Ok(Self { fields, encodings: get_encodings(&schema).to_vec(), options })
    }

    /// Pages of every leaf column of a frame with this schema. O(cells).
    pub(super) fn row_group(&self, frame: &DataFrame) -> PolarsResult<Vec<Vec<CompressedPage>>> {
        let mut leaves = Vec::with_capacity(self.fields.len());
        let mut frame = frame.clone();
        frame.rechunk_mut();
        for batch in frame.iter_chunks(CompatLevel::newest(), false) {
            for ((array, field), encoding) in batch.columns().iter().zip(&self.fields).zip(&self.encodings) {
                for pages in array_to_columns(array, field.clone(), self.options, encoding)? {
                    let pages = pages.map(|page| Ok(compress(page?, Vec::new(), self.options.compression)?));
                    leaves.push(pages.collect::<PolarsResult<Vec<_>>>()?);
                }
            }
        }
        Ok(leaves)
    }
}
