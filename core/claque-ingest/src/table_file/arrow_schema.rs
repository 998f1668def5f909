//! The Arrow schema that Parquet files carry for Arrow readers. Those look for key-value metadata in it and
//! not in the file, so ours must stand in both.

use polars::prelude::{CompatLevel, DataFrame, DataType, SchemaExt};
use polars_arrow::io::ipc::write::{default_ipc_fields, schema_to_bytes};

/// The metadata entry; none for nested columns, whose schema polars writes in its own way.
pub(super) fn entry(frame: &DataFrame, meta: &[(&str, &str)]) -> Option<(String, String)> {
    if frame.dtypes().iter().any(DataType::is_nested) {
        return None;
    }
    let schema = frame.schema().to_arrow(CompatLevel::newest());
    let custom = meta.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect();
    let message = schema_to_bytes(&schema, &default_ipc_fields(schema.iter_values()), Some(&custom));
    // the framing of an IPC stream: a continuation mark and the length
    let mut framed = vec![0xff; 4];
    framed.extend_from_slice(&(message.len() as u32).to_le_bytes());
    framed.extend_from_slice(&message);
    Some(("ARROW:schema".to_owned(), base64(&framed)))
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
    use super::base64;

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
