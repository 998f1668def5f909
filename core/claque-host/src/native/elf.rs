//! A look at a file before the system's loader sees it, so that a text file, a library of another system
//! and a half-copied one are told apart, and a cut file cannot crash the loader.

mod contents;

pub(crate) use contents::{Contents, contents};

use super::error::NativeError;

const X86_64: u16 = 62;
const AARCH64: u16 = 183;
const HOST_MACHINE: u16 = if cfg!(target_arch = "aarch64") { AARCH64 } else { X86_64 };
const HOST_NAME: &str = if cfg!(target_arch = "aarch64") { "aarch64" } else { "x86_64" };

const HEADER: usize = 64;
const PROGRAM_HEADER: usize = 56;
const TYPE_SHARED: u16 = 3;
const SEGMENT_LOAD: u32 = 1;

/// Is this a complete 64-bit ELF shared library for this machine?
pub(crate) fn check(name: &str, bytes: &[u8]) -> Result<(), NativeError> {
    let not = |what: &str| NativeError::NotALibrary { name: name.to_owned(), what: what.to_owned() };
    if !bytes.starts_with(b"\x7fELF") {
        return Err(not(foreign(bytes)));
    }
    if bytes.len() < HEADER {
        return Err(not("an ELF file that ends within its header"));
    }
    if bytes[4] != 2 || bytes[5] != 1 {
        return Err(NativeError::WrongMachine {
            name: name.to_owned(),
            found: "a 32-bit or big-endian machine".into(),
            host: HOST_NAME,
        });
    }
    let machine = u16_at(bytes, 18);
    if machine != HOST_MACHINE {
        let found = match machine {
            X86_64 => "x86_64".into(),
            AARCH64 => "aarch64".into(),
            243 => "riscv64".into(),
            other => format!("machine {other}"),
        };
        return Err(NativeError::WrongMachine { name: name.to_owned(), found, host: HOST_NAME });
    }
    match u16_at(bytes, 16) {
        TYPE_SHARED => {}
        1 => return Err(not("an object file that was compiled but not linked (`-shared`)")),
        2 => return Err(not("a program")),
        _ => return Err(not("an ELF file of another kind")),
    }
    if !is_complete(bytes) {
        return Err(not("an ELF library that was cut off, as by an interrupted copy"));
    }
    Ok(())
}

/// What a file without the ELF mark is.
fn foreign(bytes: &[u8]) -> &'static str {
    match bytes {
        [] => "the file is empty",
        [b'M', b'Z', ..] => "a Windows library or program",
        [0xcf, 0xfa, 0xed, 0xfe, ..] | [0xca, 0xfe, 0xba, 0xbe, ..] => "a macOS library or program",
        [b'!', b'<', b'a', b'r', b'c', b'h', b'>', ..] => "a static archive (`.a`)",
        _ if std::str::from_utf8(&bytes[..bytes.len().min(4096)]).map_or_else(|e| e.valid_up_to() > 64, |_| true) => {
            "a text file"
        }
        _ => "unknown binary data",
    }
}

/// Does every loaded segment lie inside the file?
fn is_complete(bytes: &[u8]) -> bool {
    let start = u64_at(bytes, 32) as usize;
    let count = usize::from(u16_at(bytes, 56));
    usize::from(u16_at(bytes, 54)) == PROGRAM_HEADER
        && start.checked_add(count * PROGRAM_HEADER).is_some_and(|end| end <= bytes.len())
        && (0..count).map(|i| &bytes[start + i * PROGRAM_HEADER..][..PROGRAM_HEADER]).all(|segment| {
            let kind = u32::from_le_bytes([segment[0], segment[1], segment[2], segment[3]]);
            let end = u64_at(segment, 8).checked_add(u64_at(segment, 32));
            kind != SEGMENT_LOAD || end.is_some_and(|end| end <= bytes.len() as u64)
        })
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes[at..at + 8].iter().rev().fold(0, |word, &byte| (word << 8) | u64::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own_program() -> Vec<u8> {
        let mut bytes = std::fs::read(std::env::current_exe().expect("a path")).expect("readable");
        bytes[16..18].copy_from_slice(&TYPE_SHARED.to_le_bytes());
        bytes
    }

    #[track_caller]
    fn check_refused(bytes: &[u8], expected: &str) {
        let text = check("lib.so", bytes).expect_err("refused").to_string();
        assert!(text.contains(expected), "{text}");
    }

    #[test]
    fn a_complete_library_passes() {
        check("lib.so", &own_program()).expect("a program with the type of a library");
    }

    #[test]
    fn other_files_are_named_for_what_they_are() {
        check_refused(b"", "the file is empty");
        check_refused(b"this is not a library\n", "a text file");
        check_refused(b"!<arch>\nfoo.o", "static archive");
        check_refused(b"MZ\x90\x00", "Windows");
        check_refused(&[0xcf, 0xfa, 0xed, 0xfe, 7], "macOS");
        check_refused(&[0xff, 0xfe, 0x00, 0x01], "unknown binary data");
        check_refused(b"\x7fELF\x02\x01", "ends within its header");
    }

    #[test]
    fn a_library_that_was_cut_off_never_reaches_the_loader() {
        let bytes = own_program();
        check_refused(&bytes[..bytes.len() / 4], "cut off");
        check_refused(&bytes[..100], "cut off");
    }

    #[test]
    fn objects_programs_and_other_machines_are_told_apart() {
        let mut bytes = own_program();
        bytes[16] = 1;
        check_refused(&bytes, "not linked");
        bytes[16] = 2;
        check_refused(&bytes, "a program");
        bytes[18..20].copy_from_slice(&243_u16.to_le_bytes());
        check_refused(&bytes, "built for riscv64");
    }
}
