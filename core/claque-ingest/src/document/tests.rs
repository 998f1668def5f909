//! Encodings, what is refused as no text, hashes of files. Records are tested beside their readers.

use super::*;

fn opened(bytes: &[u8]) -> Result<Document, IngestError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file.csv");
    std::fs::write(&path, bytes).unwrap();
    Document::open(&path)
}

#[test]
fn q1_a_byte_order_mark_is_no_text() {
    assert_eq!(opened(b"\xef\xbb\xbfa,b\n").unwrap().bytes, b"a,b\n");
}

#[test]
fn q2_utf_16_with_and_without_mark_is_read() {
    let units: Vec<u8> = "id;täg\n1;ü\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked: Vec<u8> = "\u{feff}id;täg\n1;ü\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
    for (bytes, encoding) in [(units, "utf-16le"), (marked, "utf-16be")] {
        let document = opened(&bytes).unwrap();
        assert_eq!(String::from_utf8(document.bytes).unwrap(), "id;täg\n1;ü\n");
        assert_eq!(document.encoding, encoding);
    }
}

#[test]
fn what_is_no_text_is_refused_with_its_name() {
    assert!(matches!(opened(b""), Err(IngestError::Empty(_))));
    assert!(matches!(opened(b" \n\n"), Err(IngestError::Empty(_))));
    assert!(matches!(opened(b"\x1f\x8b\x08\0"), Err(IngestError::Compressed { method: "gzip", .. })));
    assert!(matches!(opened(b"%PDF-1.7 text"), Err(IngestError::NotText { found: "a PDF file", .. })));
    assert!(matches!(opened(&[0, 1, 2, 3, 4, 200, 201]), Err(IngestError::NotText { .. })));
    assert!(opened(b"a,b\n1,caf\xe9 with one stray letter and one \0 among much text\n").is_ok());
}

#[test]
fn hashes_are_those_of_the_bytes_as_given() {
    // printf abc | sha256sum
    let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("abc"), b"abc").unwrap();
    assert_eq!(sha256_file(&folder.path().join("abc")).unwrap(), expected);
}

#[test]
fn windows_1252_has_letters_where_latin_1_has_controls() {
    assert_eq!(windows_1252(b"caf\xe9 \x80 5").as_deref(), Some("café € 5"));
    assert_eq!(windows_1252(b"\x81"), None);
}
