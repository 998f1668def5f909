//! The bytes of one input file: encoding, hash, and whether they are text at all. What the text means is
//! not known here. Files are held in memory as a whole.

use crate::error::IngestError;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// A file that was read and found to be text.
pub(crate) struct Document {
    /// As given.
    pub(crate) path: PathBuf,
    /// Size of the file.
    pub(crate) size: u64,
    pub(crate) encoding: &'static str,
    /// Its text, not yet known to be valid everywhere.
    pub(crate) bytes: Vec<u8>,
}

impl Document {
    /// Reads and decodes.
    pub(crate) fn open(path: &Path) -> Result<Self, IngestError> {
        let raw = read(path)?;
        if raw.is_empty() {
            return Err(IngestError::Empty(path.to_owned()));
        }
        let size = raw.len() as u64;
        let (encoding, bytes) = decode(raw);
        refuse_binary(path, &bytes)?;
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Err(IngestError::Empty(path.to_owned()));
        }
        Ok(Self { path: path.to_owned(), size, encoding, bytes })
    }
}

fn read(path: &Path) -> Result<Vec<u8>, IngestError> {
    std::fs::read(path).map_err(|source| unreadable(path, source))
}

/// The error for a file that cannot be opened.
pub(crate) fn unreadable(path: &Path, source: std::io::Error) -> IngestError {
    match source.kind() {
        std::io::ErrorKind::NotFound => IngestError::NoSuchFile(path.to_owned()),
        _ => IngestError::Unreadable { path: path.to_owned(), source },
    }
}

/// SHA-256 of a file's bytes, in lower-case hexadecimal.
///
/// # Errors
/// The file cannot be read.
pub fn sha256_file(path: &Path) -> Result<String, IngestError> {
    let mut file = File::open(path).map_err(|source| unreadable(path, source))?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let n = file.read(&mut buffer).map_err(|source| unreadable(path, source))?;
        if n == 0 {
            return Ok(hex(&hash.finalize()));
        }
        hash.update(&buffer[..n]);
    }
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes all text");
        text
    })
}

/// UTF-8 without its mark (q1), or UTF-16 (q2) rewritten as UTF-8.
fn decode(mut raw: Vec<u8>) -> (&'static str, Vec<u8>) {
    if raw.starts_with(b"\xef\xbb\xbf") {
        raw.drain(..3);
        return ("utf-8", raw);
    }
    let zeros = |offset: usize| raw.iter().take(1024).skip(offset).step_by(2).filter(|b| **b == 0).count();
    let pairs = raw.len().min(1024) / 2;
    let (little, skip) = match raw.as_slice() {
        [0xff, 0xfe, ..] => (true, 2),
        [0xfe, 0xff, ..] => (false, 2),
        _ if pairs > 1 && zeros(1) * 10 > pairs * 7 && zeros(0) * 10 < pairs => (true, 0),
        _ if pairs > 1 && zeros(0) * 10 > pairs * 7 && zeros(1) * 10 < pairs => (false, 0),
        _ => return ("utf-8", raw),
    };
    let units = raw[skip..].chunks_exact(2).map(|pair| {
        let pair = [pair[0], pair[1]];
        if little { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) }
    });
    let text: String = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    (if little { "utf-16le" } else { "utf-16be" }, text.into_bytes())
}

/// Compressed files, and files that are no text.
fn refuse_binary(path: &Path, bytes: &[u8]) -> Result<(), IngestError> {
    let path = || path.to_owned();
    let method = match bytes {
        [0x1f, 0x8b, ..] => Some("gzip"),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Some("zstd"),
        [b'P', b'K', 3 | 5, 4 | 6, ..] => Some("zip"),
        _ => None,
    };
    if let Some(method) = method {
        return Err(IngestError::Compressed { path: path(), method });
    }
    let found = match bytes {
        [b'P', b'A', b'R', b'1', ..] => Some("a Parquet file"),
        [b'%', b'P', b'D', b'F', ..] => Some("a PDF file"),
        [0x89, b'P', b'N', b'G', ..] | [0xff, 0xd8, 0xff, ..] => Some("a picture"),
        [b'S', b'Q', b'L', b'i', b't', b'e', ..] => Some("an SQLite database"),
        _ => None,
    };
    let head = &bytes[..bytes.len().min(1 << 16)];
    let controls = head.iter().filter(|b| **b < 0x20 && !matches!(**b, b'\t' | b'\n' | b'\r') || **b == 0x7f).count();
    let broken = head.utf8_chunks().map(|chunk| chunk.invalid().len()).sum::<usize>();
    // real text has a stray NUL or a Windows-1252 letter here and there, not every few bytes
    match found {
        Some(found) => Err(IngestError::NotText { path: path(), found }),
        None if controls * 20 > head.len() => {
            Err(IngestError::NotText { path: path(), found: "control characters all over" })
        }
        None if broken * 4 > head.len() => {
            Err(IngestError::NotText { path: path(), found: "neither UTF-8 nor UTF-16" })
        }
        None => Ok(()),
    }
}

/// The upper half of Windows-1252 where it is not that of Latin-1; NUL marks what is undefined.
const WINDOWS_1252: [char; 32] = [
    '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0', '‘', '’', '“', '”', '•',
    '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
];

/// Bytes read as Windows-1252; nothing when that gives no printable text (q9).
pub(crate) fn windows_1252(bytes: &[u8]) -> Option<String> {
    let letter = |byte: u8| match byte {
        0x80..=0x9f => Some(WINDOWS_1252[usize::from(byte - 0x80)]).filter(|c| *c != '\0'),
        _ => Some(char::from(byte)),
    };
    bytes.iter().map(|byte| letter(*byte)).collect()
}

#[cfg(test)]
mod tests;
