//! Column builders for the canonical tables that adapters fill: one row type and one builder per table,
//! so that a forgotten column is an error of the compiler. A test compares them with the schema.

use claque_model::ColumnType;
use polars::prelude::{
    BooleanChunked, BooleanChunkedBuilder, ChunkedBuilder, Column, DataFrame, Float64Type, Int64Type, IntoColumn,
    PlSmallStr, PrimitiveChunkedBuilder, StringChunkedBuilder, TimeUnit, TimeZone, UInt16Type, UInt64Type,
};

/// A column under construction.
pub(crate) trait Cells {
    type Cell<'a>: Copy;
    fn empty() -> Self;
    fn push(&mut self, cell: Self::Cell<'_>);
    fn finish(self, name: &'static str) -> Column;
}

pub(crate) struct Texts(StringChunkedBuilder);
pub(crate) struct Times(PrimitiveChunkedBuilder<Int64Type>);
pub(crate) struct Counts(PrimitiveChunkedBuilder<Int64Type>);
pub(crate) struct Numbers(PrimitiveChunkedBuilder<UInt64Type>);
pub(crate) struct Positions(PrimitiveChunkedBuilder<UInt16Type>);
pub(crate) struct Fractions(PrimitiveChunkedBuilder<Float64Type>);
pub(crate) struct Truths(BooleanChunkedBuilder);

impl Cells for Texts {
    type Cell<'a> = Option<&'a str>;
    fn empty() -> Self {
        Self(StringChunkedBuilder::new(PlSmallStr::EMPTY, 0))
    }
    fn push(&mut self, cell: Option<&str>) {
        self.0.append_option(cell);
    }
    fn finish(self, name: &'static str) -> Column {
        self.0.finish().with_name(name.into()).into_column()
    }
}

impl Cells for Times {
    type Cell<'a> = Option<i64>;
    fn empty() -> Self {
        Self(PrimitiveChunkedBuilder::new(PlSmallStr::EMPTY, 0))
    }
    fn push(&mut self, cell: Option<i64>) {
        self.0.append_option(cell);
    }
    fn finish(self, name: &'static str) -> Column {
        self.0.finish().with_name(name.into()).into_datetime(TimeUnit::Microseconds, Some(TimeZone::UTC)).into_column()
    }
}

impl Cells for Truths {
    type Cell<'a> = Option<bool>;
    fn empty() -> Self {
        Self(BooleanChunkedBuilder::new(PlSmallStr::EMPTY, 0))
    }
    fn push(&mut self, cell: Option<bool>) {
        self.0.append_option(cell);
    }
    fn finish(self, name: &'static str) -> Column {
        let finished: BooleanChunked = self.0.finish();
        finished.with_name(name.into()).into_column()
    }
}

macro_rules! numeric_cells {
    ($($builder:ident: $native:ty),+) => {$(
        impl Cells for $builder {
            type Cell<'a> = Option<$native>;
            fn empty() -> Self {
                Self(PrimitiveChunkedBuilder::new(PlSmallStr::EMPTY, 0))
            }
            fn push(&mut self, cell: Option<$native>) {
                self.0.append_option(cell);
            }
            fn finish(self, name: &'static str) -> Column {
                self.0.finish().with_name(name.into()).into_column()
            }
        }
    )+};
}
numeric_cells!(Counts: i64, Numbers: u64, Positions: u16, Fractions: f64);

macro_rules! table {
    ($row:ident, $builder:ident, { $($column:ident: $kind:ty),+ $(,)? }) => {
        /// One row; what is not set is null.
        #[derive(Clone, Copy, Default)]
        pub(crate) struct $row<'a> {
            $(pub(crate) $column: <$kind as Cells>::Cell<'a>),+
        }

        /// The table under construction.
        pub(crate) struct $builder {
            pub(crate) height: usize,
            $($column: $kind),+
        }

        impl $builder {
            pub(crate) fn new() -> Self {
                Self { height: 0, $($column: <$kind>::empty()),+ }
            }

            pub(crate) fn push(&mut self, row: &$row<'_>) {
                $(self.$column.push(row.$column);)+
                self.height += 1;
            }

            pub(crate) fn finish(self) -> DataFrame {
                let columns = vec![$(self.$column.finish(stringify!($column))),+];
                DataFrame::new(self.height, columns).expect("every push adds one cell to every column")
            }
        }
    };
}

table!(PostRow, Posts, {
    post_id: Texts, platform: Texts, native_id: Texts, account_id: Texts, kind: Texts, embedded: Truths,
    created_at: Times, created_at_precision: Texts, created_at_source: Texts, text: Texts, text_truncated: Truths,
    title: Texts, lang: Texts, reply_to_id: Texts, repost_of_id: Texts, quote_of_id: Texts, thread_id: Texts,
    community_id: Texts, url: Texts, client: Texts, n_like: Counts, n_repost: Counts, n_reply: Counts, n_quote: Counts,
    n_reaction: Counts, n_view: Counts, metrics_at: Times, status: Texts, sponsor: Texts, place_country: Texts,
    lat: Fractions, lon: Fractions, collected_at: Times, source_id: Texts, source_row: Numbers, extra: Texts,
});

table!(AccountRow, Accounts, {
    account_id: Texts, platform: Texts, native_id: Texts, handle: Texts, display_name: Texts, kind: Texts,
    created_at: Times, created_at_precision: Texts, description: Texts, location_claimed: Texts, url: Texts,
    n_follower: Counts, n_following: Counts, n_post: Counts, verified: Truths, verified_type: Texts,
    declared_bot: Truths, admin_countries: Texts, avatar_media_id: Texts, status: Texts, is_hashed: Truths,
    observed_at: Times, source_id: Texts, source_row: Numbers, extra: Texts,
});

table!(LinkRow, Links, {
    post_id: Texts, position: Positions, kind: Texts, raw: Texts, target: Texts, host: Texts, domain: Texts,
    final_url: Texts, http_status: Positions, found_in: Texts, normaliser: Texts,
});

table!(InteractionRow, Interactions, {
    interaction_id: Texts, kind: Texts, actor_id: Texts, target_account_id: Texts, post_id: Texts,
    target_post_id: Texts, at: Times, at_precision: Texts, source_id: Texts, source_row: Numbers,
});

table!(SourceRow, Sources, {
    source_id: Texts, path: Texts, bytes: Numbers, adapter: Texts, adapter_version: Texts, tz_assumed: Texts,
    encoding: Texts, rows_read: Numbers, rows_kept: Numbers, rows_skipped: Numbers, rows_rejected: Numbers,
});

table!(RejectRow, Rejects, {
    source_id: Texts, source_row: Numbers, code: Texts, field: Texts, message: Texts, sample: Texts,
});

/// A short description of a column's type for messages.
pub(crate) fn describe(kind: ColumnType) -> String {
    match kind {
        ColumnType::String => "text".into(),
        ColumnType::Enum(words) => format!("one of {}", words.join(", ")),
        ColumnType::Time => "a time such as 2024-05-31T18:00:00Z".into(),
        ColumnType::Bool => "true or false".into(),
        ColumnType::Int64 => "a whole number".into(),
        ColumnType::UInt64 => "a whole number, 0 or more".into(),
        ColumnType::UInt16 => "a whole number from 0 to 65535".into(),
        ColumnType::Float64 => "a number".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use claque_model::schema_of;

    #[test]
    fn builders_have_the_columns_and_types_of_the_schema() {
        let built = [
            ("posts", Posts::new().finish()),
            ("accounts", Accounts::new().finish()),
            ("links", Links::new().finish()),
            ("interactions", Interactions::new().finish()),
            ("sources", Sources::new().finish()),
            ("rejects", Rejects::new().finish()),
        ];
        for (name, frame) in built {
            let schema = schema_of(name).expect("a table of the schema");
            assert_eq!(frame.schema(), schema.empty().schema(), "{name}");
        }
    }
}
