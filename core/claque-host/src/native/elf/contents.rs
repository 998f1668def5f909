//! What a library says to the system's loader: symbols that it exports and asks for, other libraries, paths.

use object::elf::{
    DF_TEXTREL, DT_FLAGS, DT_NEEDED, DT_RPATH, DT_RUNPATH, DT_TEXTREL, FileHeader64, PF_X, PT_GNU_STACK,
};
use object::elf::{SHN_UNDEF, SHT_DYNSYM, STB_LOCAL, STV_DEFAULT, STV_PROTECTED};
use object::read::elf::{Dyn as _, FileHeader as _, ProgramHeader as _, Sym as _};
use object::{Endianness, StringTable};

type Header = FileHeader64<Endianness>;

/// What stands in the dynamic section and its tables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Contents {
    /// Symbols that others can see.
    pub(crate) exported: Vec<String>,
    /// Symbols that others must have.
    pub(crate) imported: Vec<String>,
    /// Libraries that it needs.
    pub(crate) needed: Vec<String>,
    /// Folders in which it wants them looked for.
    pub(crate) run_paths: Vec<String>,
    /// Does the loader have to change its code?
    pub(crate) has_text_relocations: bool,
    /// Does it ask for a stack that can be executed?
    pub(crate) has_executable_stack: bool,
}

/// Reads them.
///
/// # Errors
/// The tables of the file are broken.
pub(crate) fn contents(bytes: &[u8]) -> Result<Contents, String> {
    read(bytes).map_err(|error| error.to_string())
}

fn read(bytes: &[u8]) -> object::read::Result<Contents> {
    let header = Header::parse(bytes)?;
    let endian = header.endian()?;
    let sections = header.sections(endian, bytes)?;
    let mut contents = Contents::default();
    let symbols = sections.symbols(endian, bytes, SHT_DYNSYM)?;
    for symbol in symbols.iter() {
        let name = text(symbol.name(endian, symbols.strings())?);
        if name.is_empty() || symbol.st_bind() == STB_LOCAL {
            continue;
        }
        if symbol.st_shndx(endian) == SHN_UNDEF {
            contents.imported.push(name);
        } else if matches!(symbol.st_visibility(), STV_DEFAULT | STV_PROTECTED) {
            contents.exported.push(name);
        }
    }
    if let Some((entries, strings)) = sections.dynamic(endian, bytes)? {
        let strings = sections.strings(endian, bytes, strings)?;
        for entry in entries {
            contents.add(entry.d_tag(endian), entry.d_val(endian), strings);
        }
    }
    for segment in header.program_headers(endian, bytes)? {
        if segment.p_type(endian) == PT_GNU_STACK && segment.p_flags(endian) & PF_X != 0 {
            contents.has_executable_stack = true;
        }
    }
    contents.exported.sort();
    contents.imported.sort();
    Ok(contents)
}

impl Contents {
    fn add(&mut self, tag: i64, value: u64, strings: StringTable) {
        let name = || u32::try_from(value).ok().and_then(|at| strings.get(at).ok()).map_or_else(String::new, text);
        match tag {
            DT_NEEDED => self.needed.push(name()),
            DT_RPATH | DT_RUNPATH => self.run_paths.push(name()),
            DT_TEXTREL => self.has_text_relocations = true,
            DT_FLAGS => self.has_text_relocations |= value & u64::from(DF_TEXTREL) != 0,
            _ => {}
        }
    }
}

fn text(name: &[u8]) -> String {
    String::from_utf8_lossy(name).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_of_this_test_needs_the_c_library_and_nothing_odd() {
        let bytes = std::fs::read(std::env::current_exe().expect("a path")).expect("readable");
        let found = contents(&bytes).expect("a program that runs");
        assert!(found.needed.iter().any(|name| name.starts_with("libc.so")), "{:?}", found.needed);
        assert!(found.imported.iter().any(|name| name == "mmap" || name == "mmap64"));
        assert!(!found.has_text_relocations && !found.has_executable_stack && found.run_paths.is_empty());
    }

    #[test]
    fn a_cut_or_foreign_file_is_an_error_and_no_panic() {
        let bytes = std::fs::read(std::env::current_exe().expect("a path")).expect("readable");
        for length in [0, 3, 63, 64, 200, bytes.len() / 2] {
            // a file cut behind its tables may still be read; what matters is that nothing panics
            drop(contents(&bytes[..length]));
        }
        assert!(contents(b"this is not a library").is_err());
    }
}
