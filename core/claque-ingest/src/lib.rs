//! Files in, `Activity` out, and tables to disk. Adapters know formats, `normalize` knows how one thing is
//! written in many ways; nothing here knows signals, coordination or scores.
//!
//! Files are read into memory as a whole. Compressed files and archives are refused with a hint.

mod adapters;
mod detect;
mod document;
mod error;
mod four_columns;
mod import;
mod key_order;
mod logical_hash;
mod messages;
mod normalize;
mod records;
mod report;
mod store;
mod table_file;
mod tables;
mod typed;
mod user_tables;

pub use document::sha256_file;
pub use error::IngestError;
pub use four_columns::{
    FourColumns, Share, SharesAsIs, read_four_columns, read_shares, read_shares_as_is, visit_four_columns,
};
pub use import::{ImportOptions, Imported, import};
pub use logical_hash::logical_hash;
pub use messages::{Messages, read_messages};
pub use normalize::url::{CanonicalUrl, canonical_url, registrable_domain};
pub use report::{FileReport, ImportReport, Problem};
pub use store::{is_activity_folder, read_activity, write_activity};
pub use table_file::{read_table, write_table, write_table_in_parts, write_table_of};
pub use user_tables::{read_groups, read_user_table};
