//! The files of a plugin, in a folder or inside the program, and one hash over them.

use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::io;
use std::path::{Path, PathBuf};

/// Where a plugin's files are.
pub(super) enum Files<'f> {
    Folder(&'f Path),
    Shipped(&'f [(&'static str, &'static [u8])]),
}

impl Files<'_> {
    /// The content of a file, if it is there.
    pub(super) fn bytes(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        match self {
            Self::Shipped(files) => Ok(files.iter().find(|(n, _)| *n == name).map(|(_, content)| content.to_vec())),
            Self::Folder(folder) => match std::fs::read(folder.join(name)) {
                Ok(content) => Ok(Some(content)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(error),
            },
        }
    }

    /// The same as text.
    pub(super) fn text(&self, name: &str) -> io::Result<Option<String>> {
        let text = |bytes| String::from_utf8(bytes).map_err(|_| io::Error::other("it is no UTF-8 text"));
        self.bytes(name)?.map(text).transpose()
    }

    /// The folder, where there is one.
    pub(super) fn folder(&self) -> Option<&Path> {
        match self {
            Self::Folder(folder) => Some(folder),
            Self::Shipped(_) => None,
        }
    }

    /// SHA-256 over all files, sorted by path: for each its path, a zero byte, its length as 8 bytes little
    /// endian, its content. Names that begin with a dot are left out.
    pub(super) fn sha256(&self) -> io::Result<String> {
        let mut hash = Sha256::new();
        let mut add = |path: &str, content: &[u8]| {
            hash.update(path.as_bytes());
            hash.update([0]);
            hash.update((content.len() as u64).to_le_bytes());
            hash.update(content);
        };
        match self {
            Self::Shipped(files) => {
                let sorted: BTreeMap<&str, &[u8]> = files.iter().copied().collect();
                for (path, content) in sorted {
                    add(path, content);
                }
            }
            Self::Folder(folder) => {
                for (path, file) in below(folder)? {
                    add(&path, &std::fs::read(file)?);
                }
            }
        }
        Ok(hash.finalize().iter().fold(String::with_capacity(64), |mut text, byte| {
            write!(text, "{byte:02x}").expect("a string grows");
            text
        }))
    }
}

/// All files below a folder by relative path, with `/` on every system.
fn below(folder: &Path) -> io::Result<BTreeMap<String, PathBuf>> {
    let mut files = BTreeMap::new();
    let mut open = vec![(String::new(), folder.to_owned())];
    while let Some((prefix, next)) = open.pop() {
        for entry in std::fs::read_dir(next)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') {
                continue;
            }
            let path = format!("{prefix}{name}");
            // a link to a folder is not followed: it could lead in a circle
            let kind = entry.file_type()?;
            if kind.is_dir() {
                open.push((format!("{path}/"), entry.path()));
            } else if entry.path().is_file() {
                files.insert(path, entry.path());
            }
        }
    }
    Ok(files)
}
