//! The schemas of the canonical tables and of the tables that users bring (activity schema, version 1).
//! Enumerations are strings in memory; their permitted values stand here and are checked on import.

use polars::prelude::{DataFrame, DataType, PlSmallStr, Series, TimeUnit, TimeZone};

/// Type of a column of a canonical table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnType {
    /// UTF-8 text.
    String,
    /// One of these words, as a string.
    Enum(&'static [&'static str]),
    /// An instant: microseconds since 1970, UTC.
    Time,
    /// True or false.
    Bool,
    /// Signed 64-bit count.
    Int64,
    /// Unsigned 64-bit number, for record numbers and sizes.
    UInt64,
    /// Unsigned 16-bit position.
    UInt16,
    /// 64-bit float, never NaN.
    Float64,
}

impl ColumnType {
    /// The polars type that holds this column in memory.
    #[must_use]
    pub fn dtype(self) -> DataType {
        match self {
            Self::String | Self::Enum(_) => DataType::String,
            Self::Time => DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC)),
            Self::Bool => DataType::Boolean,
            Self::Int64 => DataType::Int64,
            Self::UInt64 => DataType::UInt64,
            Self::UInt16 => DataType::UInt16,
            Self::Float64 => DataType::Float64,
        }
    }
}

/// Type that a signal may declare for a column it needs. Absent optional columns arrive as all null.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogicalType {
    /// A string id of the canonical tables.
    Id,
    /// Text.
    String,
    /// Text from a small set of words.
    Category,
    /// 64-bit integer.
    Int,
    /// 64-bit float.
    Float,
    /// Boolean.
    Bool,
    /// Microseconds since 1970, UTC.
    Datetime,
}

impl LogicalType {
    /// Reads the name used in declarations, without a trailing `?`.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "id" => Self::Id,
            "string" => Self::String,
            "category" => Self::Category,
            "int" => Self::Int,
            "float" => Self::Float,
            "bool" => Self::Bool,
            "datetime" => Self::Datetime,
            _ => return None,
        })
    }

    /// The name used in declarations.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::String => "string",
            Self::Category => "category",
            Self::Int => "int",
            Self::Float => "float",
            Self::Bool => "bool",
            Self::Datetime => "datetime",
        }
    }

    /// The polars type in which the column is handed to a signal.
    #[must_use]
    pub fn dtype(self) -> DataType {
        match self {
            Self::Id | Self::String | Self::Category => DataType::String,
            Self::Int => DataType::Int64,
            Self::Float => DataType::Float64,
            Self::Bool => DataType::Boolean,
            Self::Datetime => ColumnType::Time.dtype(),
        }
    }
}

/// One column of a table.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Name in tables, files and declarations.
    pub name: &'static str,
    /// Type.
    pub kind: ColumnType,
    /// May it hold null (unknown)?
    pub nullable: bool,
}

/// A table: its columns in order, and the columns of its key.
#[derive(Clone, Copy, Debug)]
pub struct TableSchema {
    /// Name of the table and of its file.
    pub name: &'static str,
    /// Columns in canonical order.
    pub columns: &'static [Column],
    /// Key columns: the sort order, ascending, null first.
    pub key: &'static [&'static str],
}

impl TableSchema {
    /// The column of that name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&'static Column> {
        self.columns.iter().find(|c| c.name == name)
    }

    /// A table without rows.
    #[must_use]
    pub fn empty(&self) -> DataFrame {
        let columns =
            self.columns.iter().map(|c| Series::new_empty(PlSmallStr::from_static(c.name), &c.kind.dtype()).into());
        DataFrame::new(0, columns.collect()).expect("empty columns of one length")
    }
}

const fn must(name: &'static str, kind: ColumnType) -> Column {
    Column { name, kind, nullable: false }
}
const fn may(name: &'static str, kind: ColumnType) -> Column {
    Column { name, kind, nullable: true }
}

use ColumnType::{Bool, Enum, Float64, Int64, String as Text, Time, UInt16, UInt64};

/// Platforms that canonical ids may start with.
const PLATFORM: ColumnType = Enum(&[
    "x",
    "facebook",
    "instagram",
    "threads",
    "tiktok",
    "telegram",
    "youtube",
    "bluesky",
    "mastodon",
    "reddit",
    "vk",
    "gab",
    "truth",
    "parler",
    "tumblr",
    "web",
    "ads",
    "other",
]);
const PRECISION: ColumnType = Enum(&["us", "ms", "s", "min", "hour", "day"]);

const POSTS: TableSchema = TableSchema {
    name: "posts",
    columns: &[
        must("post_id", Text),
        must("platform", PLATFORM),
        must("native_id", Text),
        may("account_id", Text),
        must("kind", Enum(&["post", "repost", "reply", "quote", "comment", "message", "video", "article", "ad"])),
        must("embedded", Bool),
        may("created_at", Time),
        may("created_at_precision", PRECISION),
        may("created_at_source", Enum(&["platform", "client", "collector", "assumed_tz"])),
        may("text", Text),
        must("text_truncated", Bool),
        may("title", Text),
        may("lang", Text),
        may("reply_to_id", Text),
        may("repost_of_id", Text),
        may("quote_of_id", Text),
        may("thread_id", Text),
        may("community_id", Text),
        may("url", Text),
        may("client", Text),
        may("n_like", Int64),
        may("n_repost", Int64),
        may("n_reply", Int64),
        may("n_quote", Int64),
        may("n_reaction", Int64),
        may("n_view", Int64),
        may("metrics_at", Time),
        must("status", Enum(&["visible", "edited", "deleted", "removed", "withheld", "unknown"])),
        may("sponsor", Text),
        may("place_country", Text),
        may("lat", Float64),
        may("lon", Float64),
        may("collected_at", Time),
        must("source_id", Text),
        must("source_row", UInt64),
        may("extra", Text),
    ],
    key: &["post_id"],
};

const ACCOUNTS: TableSchema = TableSchema {
    name: "accounts",
    columns: &[
        must("account_id", Text),
        must("platform", PLATFORM),
        must("native_id", Text),
        may("handle", Text),
        may("display_name", Text),
        must("kind", Enum(&["user", "page", "group", "channel", "feed", "domain", "unknown"])),
        may("created_at", Time),
        may("created_at_precision", PRECISION),
        may("description", Text),
        may("location_claimed", Text),
        may("url", Text),
        may("n_follower", Int64),
        may("n_following", Int64),
        may("n_post", Int64),
        may("verified", Bool),
        may("verified_type", Text),
        may("declared_bot", Bool),
        may("admin_countries", Text),
        may("avatar_media_id", Text),
        must("status", Enum(&["active", "suspended", "deleted", "private", "unknown"])),
        must("is_hashed", Bool),
        may("observed_at", Time),
        must("source_id", Text),
        must("source_row", UInt64),
        may("extra", Text),
    ],
    key: &["account_id", "observed_at", "source_id", "source_row"],
};

const LINKS: TableSchema = TableSchema {
    name: "links",
    columns: &[
        must("post_id", Text),
        must("position", UInt16),
        must("kind", Enum(&["url", "hashtag", "mention", "cashtag", "domain", "email", "phone", "wallet", "invite"])),
        must("raw", Text),
        must("target", Text),
        may("host", Text),
        may("domain", Text),
        may("final_url", Text),
        may("http_status", UInt16),
        must("found_in", Enum(&["entity", "text", "embed", "card"])),
        must("normaliser", Text),
    ],
    key: &["post_id", "position"],
};

const INTERACTIONS: TableSchema = TableSchema {
    name: "interactions",
    columns: &[
        must("interaction_id", Text),
        must(
            "kind",
            Enum(&["repost", "reply", "quote", "mention", "forward", "like", "follow", "block", "react", "crosspost"]),
        ),
        must("actor_id", Text),
        may("target_account_id", Text),
        may("post_id", Text),
        may("target_post_id", Text),
        may("at", Time),
        may("at_precision", PRECISION),
        must("source_id", Text),
        must("source_row", UInt64),
    ],
    key: &["interaction_id"],
};

const MEDIA: TableSchema = TableSchema {
    name: "media",
    columns: &[
        must("media_id", Text),
        may("native_id", Text),
        may("post_id", Text),
        may("account_id", Text),
        must("kind", Enum(&["image", "video", "audio", "document", "avatar"])),
        may("url", Text),
        may("sha256", Text),
        may("phash", Text),
        may("phash_algo", Text),
        may("alt_text", Text),
        may("ai_label", Text),
        may("source_type", Text),
        may("software", Text),
        may("c2pa", Text),
        must("source_id", Text),
    ],
    key: &["media_id"],
};

const LABELS: TableSchema = TableSchema {
    name: "labels",
    columns: &[
        must("subject_kind", Enum(&["account", "post", "domain", "url", "media", "cluster"])),
        must("subject_id", Text),
        must("label", Text),
        may("value", Text),
        may("confidence", Float64),
        must("origin", Text),
        may("at", Time),
    ],
    key: &["subject_kind", "subject_id", "label", "origin", "at"],
};

const SOURCES: TableSchema = TableSchema {
    name: "sources",
    columns: &[
        must("source_id", Text),
        must("path", Text),
        must("bytes", UInt64),
        must("adapter", Text),
        must("adapter_version", Text),
        may("tz_assumed", Text),
        must("encoding", Text),
        must("rows_read", UInt64),
        must("rows_kept", UInt64),
        must("rows_skipped", UInt64),
        must("rows_rejected", UInt64),
    ],
    key: &["source_id"],
};

const REJECTS: TableSchema = TableSchema {
    name: "rejects",
    columns: &[
        must("source_id", Text),
        must("source_row", UInt64),
        must("code", Text),
        may("field", Text),
        must("message", Text),
        may("sample", Text),
    ],
    key: &["source_id", "source_row", "code"],
};

/// The canonical tables, in the order in which they are listed to people.
pub const CANONICAL: [&TableSchema; 8] =
    [&POSTS, &ACCOUNTS, &LINKS, &INTERACTIONS, &MEDIA, &LABELS, &SOURCES, &REJECTS];

const LISTS: TableSchema = TableSchema {
    name: "lists",
    columns: &[
        must("list_id", Text),
        must("key_type", Enum(&["domain", "host", "url", "phrase", "account", "hash", "ip_range"])),
        must("key", Text),
        must("label", Text),
        must("source", Text),
        may("valid_from", Time),
        may("valid_to", Time),
        may("reliability", Float64),
        may("country", Text),
        may("lang", Text),
    ],
    key: &["list_id", "key_type", "key", "label"],
};

const BRANDS: TableSchema = TableSchema {
    name: "brands",
    columns: &[
        must("brand", Text),
        must("official_domain", Text),
        may("sector", Text),
        may("country", Text),
        may("handle", Text),
    ],
    key: &["brand", "official_domain"],
};

const FACTPACK: TableSchema = TableSchema {
    name: "factpack",
    columns: &[
        must("country", Text),
        must("election", Text),
        must("fact", Text),
        must("value", Text),
        may("lang", Text),
        must("source", Text),
        may("valid_from", Time),
        may("valid_to", Time),
    ],
    key: &["country", "election", "fact", "value"],
};

const DOMAINS: TableSchema = TableSchema {
    name: "domains",
    columns: &[
        must("domain", Text),
        may("registered_at", Time),
        may("registrar", Text),
        may("ip", Text),
        may("asn", Int64),
        may("ns", Text),
        may("tls_sha256", Text),
        may("san", Text),
        may("ga_id", Text),
        may("adsense_id", Text),
        may("pixel_id", Text),
        may("verification_id", Text),
        may("favicon_mmh3", Int64),
        may("html_hash", Text),
        may("asset_hash", Text),
        may("cms", Text),
        may("observed_at", Time),
        may("source", Text),
    ],
    key: &["domain"],
};

const FEEDS: TableSchema = TableSchema {
    name: "feeds",
    columns: &[
        must("feed", Text),
        must("kind", Enum(&["url", "host", "domain", "sha256"])),
        must("key", Text),
        may("threat", Text),
        must("added_at", Time),
        may("last_seen_at", Time),
        may("verified", Bool),
        may("reporter", Text),
        may("reference", Text),
    ],
    key: &["feed", "kind", "key"],
};

/// Tables that users bring: lists, brands, facts of a vote, registrations, threat feeds.
pub const USER: [&TableSchema; 5] = [&LISTS, &BRANDS, &FACTPACK, &DOMAINS, &FEEDS];

/// The user's own groups of accounts, named by a study; not a table that signals read.
pub const GROUPS: TableSchema = TableSchema {
    name: "groups",
    columns: &[must("account_id", Text), must("group", Text)],
    key: &["group", "account_id"],
};

/// The schema of a canonical or user table.
#[must_use]
pub fn schema_of(name: &str) -> Option<&'static TableSchema> {
    CANONICAL.iter().chain(&USER).find(|t| t.name == name).copied()
}
