//! The Arrow schema that Parquet files carry for Arrow readers. Those look for key-value metadata in it and
//! not in the file, so ours must stand in both. And they make of a column what it says: texts are called large strings
//! here, which all of them know, where polars would say string views, which pandas refuses in lists.

use polars::prelude::{CompatLevel, Schema, SchemaExt};
use polars_arrow::io::ipc::write::{default_ipc_fields, schema_to_bytes};

/// The metadata entry, which says `meta` too. The pages of a file are the same for either kind of text.
pub(super) fn entry(schema: &Schema, meta: &[(&str, &str)]) -> (String, String) {
    ("ARROW:schema".to_owned(), base64(&framed(schema, meta)))
}

/// A schema message in the framing of an IPC stream: a continuation mark and the length.
fn framed(schema: &Schema, meta: &[(&str, &str)]) -> Vec<u8> {
    let schema = schema.to_arrow(CompatLevel::oldest());
    let custom = meta.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect();
    let message = schema_to_bytes(&schema, &default_ipc_fields(schema.iter_values()), Some(&custom));
    let mut framed = vec![0xff; 4];
    framed.extend_from_slice(&(message.len() as u32).to_le_bytes());
    framed.extend_from_slice(&message);
    framed
}

/// RFC 4648, with padding.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for at in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * at) & 63) as usize];
            out.push(if at > group.len() { '=' } else { char::from(letter) });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{base64, framed};
    use polars::prelude::{DataType, Field, Schema, TimeUnit, TimeZone};

    #[test]
    fn arrow_readers_see_types_that_all_of_them_know_and_what_the_table_is() {
        let time = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
        let types = [DataType::String, DataType::List(Box::new(DataType::String)), time, DataType::UInt64];
        let fields = types.into_iter().zip(["text", "post_ids", "at", "n"]);
        let schema: Schema = fields.map(|(dtype, name)| Field::new(name.into(), dtype)).collect();
        // read by another implementation
        let message = framed(&schema, &[("activity.table", "t")]);
        let seen = arrow_ipc::convert::try_schema_from_ipc_buffer(&message).expect("a schema");
        let types: Vec<String> = seen.fields().iter().map(|field| field.data_type().to_string()).collect();
        assert_eq!(types, ["LargeUtf8", "LargeList(LargeUtf8)", "Timestamp(µs, \"UTC\")", "UInt64"]);
        assert_eq!(seen.metadata()["activity.table"], "t");
    }

    #[test]
    fn base64_is_that_of_the_standard() {
        // RFC 4648, section 10
        for (bytes, text) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }
}
