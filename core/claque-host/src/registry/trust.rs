//! Which libraries the user lets run inside the program: `trust.toml` in the user's configuration folder, id →
//! version → SHA-256. A lock says which file a study means; only this says that a file may run here.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use thiserror::Error;

/// What stands above the entries.
const HEAD: &str = "# Libraries that may run inside claque, with all that you may do: id, version, SHA-256 of the file.\n\
                    # Written by `claque plugin trust`.\n\n";

/// What the user trusts. A file that cannot be used trusts nothing, and says why.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    entries: Entries,
    problem: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(transparent)]
struct Entries(BTreeMap<String, BTreeMap<String, String>>);

/// What is said of one library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Trusted,
    /// Of this id and version, but another file.
    OtherFile(String),
    Unknown,
    /// The file cannot be used.
    Unusable(String),
}

/// Why `trust.toml` was not written.
#[derive(Debug, Error)]
pub enum TrustError {
    /// What is there cannot be kept.
    #[error("`{}` cannot be used: {problem}", path.display())]
    Unusable { path: PathBuf, problem: String },
    /// The file or its folder.
    #[error("cannot write `{}`: {source}", path.display())]
    Write { path: PathBuf, source: io::Error },
}

impl Trust {
    /// Reads the file; without one nothing is trusted.
    #[must_use]
    pub fn read(path: &Path) -> Self {
        match entries(path) {
            Ok(entries) => Self { entries, problem: None },
            Err(problem) => Self { entries: Entries::default(), problem: Some(problem) },
        }
    }

    /// Why the file cannot be used, if so.
    #[must_use]
    pub fn problem(&self) -> Option<&str> {
        self.problem.as_deref()
    }

    pub(super) fn verdict(&self, id: &str, version: &str, sha256: &str) -> Verdict {
        if let Some(problem) = &self.problem {
            return Verdict::Unusable(problem.clone());
        }
        match self.entries.0.get(id).and_then(|versions| versions.get(version)) {
            Some(pinned) if pinned.eq_ignore_ascii_case(sha256) => Verdict::Trusted,
            Some(pinned) => Verdict::OtherFile(pinned.clone()),
            None => Verdict::Unknown,
        }
    }

    /// Trusts one file, in the place of another one of the same id and version.
    ///
    /// # Errors
    /// The file cannot be read or written; then it stays as it was.
    pub fn add(path: &Path, id: &str, version: &str, sha256: &str) -> Result<(), TrustError> {
        let mut entries = to_change(path)?;
        entries.0.entry(id.to_owned()).or_default().insert(version.to_owned(), sha256.to_owned());
        write(path, &entries)
    }

    /// Trusts no version of this id any more; false if none was trusted.
    ///
    /// # Errors
    /// As [`Trust::add`].
    pub fn remove(path: &Path, id: &str) -> Result<bool, TrustError> {
        let mut entries = to_change(path)?;
        if entries.0.remove(id).is_none() {
            return Ok(false);
        }
        write(path, &entries)?;
        Ok(true)
    }
}

fn entries(path: &Path) -> Result<Entries, String> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Entries::default()),
        Err(error) => return Err(error.to_string()),
    };
    if super::load::others_may_write(path) {
        return Err("everybody may write it".into());
    }
    let entries: Entries = toml::from_str(&text).map_err(|e| e.message().to_owned())?;
    for (id, versions) in &entries.0 {
        for (version, hash) in versions {
            if hash.len() != 64 || !hash.bytes().all(|b| b.is_ascii_hexdigit()) {
                return Err(format!("`{hash}` of `{id}` {version} is not 64 hex digits"));
            }
        }
    }
    Ok(entries)
}

fn to_change(path: &Path) -> Result<Entries, TrustError> {
    entries(path).map_err(|problem| TrustError::Unusable { path: path.to_owned(), problem })
}

fn write(path: &Path, entries: &Entries) -> Result<(), TrustError> {
    let written = || {
        let text = toml::to_string(&entries.0).map_err(io::Error::other)?;
        let folder = path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder)?;
        // readable by its owner only, and whole or not there
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(HEAD.as_bytes())?;
        file.write_all(text.as_bytes())?;
        file.persist(path)?;
        Ok(())
    };
    written().map_err(|source| TrustError::Write { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    fn hash(digit: &str) -> String {
        digit.repeat(64)
    }

    #[test]
    fn one_file_of_each_version_is_trusted_until_it_is_taken_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("claque/trust.toml");
        assert_eq!(Trust::read(&path).verdict("org.example.a", "1.0.0", &hash("a")), Verdict::Unknown);
        Trust::add(&path, "org.example.a", "1.0.0", &hash("a")).expect("written");
        Trust::add(&path, "org.example.a", "1.1.0", &hash("b")).expect("written");
        Trust::add(&path, "other", "1.0.0", &hash("c")).expect("written");
        let trust = Trust::read(&path);
        assert_eq!(trust.verdict("org.example.a", "1.0.0", &hash("A")), Verdict::Trusted, "hex digits of either case");
        assert_eq!(trust.verdict("org.example.a", "1.0.0", &hash("b")), Verdict::OtherFile(hash("a")));
        assert_eq!(trust.verdict("org.example.a", "2.0.0", &hash("a")), Verdict::Unknown, "another version");
        Trust::add(&path, "org.example.a", "1.0.0", &hash("d")).expect("written");
        assert_eq!(Trust::read(&path).verdict("org.example.a", "1.0.0", &hash("a")), Verdict::OtherFile(hash("d")));
        assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o600);

        assert!(Trust::remove(&path, "org.example.a").expect("written"));
        assert!(!Trust::remove(&path, "org.example.a").expect("nothing to do"));
        let trust = Trust::read(&path);
        assert_eq!(trust.verdict("org.example.a", "1.0.0", &hash("d")), Verdict::Unknown);
        assert_eq!(trust.verdict("other", "1.0.0", &hash("c")), Verdict::Trusted, "others stay");
    }

    #[test]
    fn a_file_that_cannot_be_used_trusts_nothing_and_is_not_overwritten() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("trust.toml");
        let good = format!("[a]\n\"1.0.0\" = \"{}\"\n", hash("a"));
        for (text, mode, expected) in [
            ("[a\n", 0o600, "unclosed table, expected `]`"),
            ("[a]\n\"1.0.0\" = 7\n", 0o600, "invalid type: integer `7`, expected a string"),
            ("[a]\n\"1.0.0\" = \"abc\"\n", 0o600, "`abc` of `a` 1.0.0 is not 64 hex digits"),
            (good.as_str(), 0o666, "everybody may write it"),
        ] {
            fs::write(&path, text).expect("written");
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("ours");
            let trust = Trust::read(&path);
            let problem = trust.problem().expect("a problem");
            assert!(problem.contains(expected), "{problem}");
            assert_eq!(trust.verdict("a", "1.0.0", &hash("a")), Verdict::Unusable(problem.to_owned()));
            let error = Trust::add(&path, "b", "1.0.0", &hash("b")).expect_err("kept");
            assert!(error.to_string().contains(expected), "{error}");
            assert_eq!(fs::read_to_string(&path).expect("there"), text);
        }
    }
}
