//! The private, content-addressed copy of a library. Only the copy is loaded: nobody can change the file
//! between the check and its use, nobody overwrites a mapped file, and a rebuilt library is another file,
//! where the system's loader would give back the old code.

use super::error::NativeError;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::fs::{self, DirBuilder, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// SHA-256 in lower-case hex digits.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string grows");
        text
    })
}

/// Path of the copy of these bytes in `<cache>/native/<sha256>/<name>`, written if it is not there.
pub(super) fn keep(name: &str, sha: &str, bytes: &[u8], cache: &Path) -> Result<PathBuf, NativeError> {
    let failed = |path: &Path, source| NativeError::Cache { name: name.to_owned(), path: path.to_owned(), source };
    // a child has another current folder, and the loader looks a name without a slash up in the system's folders
    let cache = std::path::absolute(cache).map_err(|source| failed(cache, source))?;
    let native = cache.join("native");
    let folder = native.join(sha);
    let file = folder.join(name);
    DirBuilder::new().recursive(true).mode(0o700).create(&folder).map_err(|source| failed(&folder, source))?;
    for folder in [&cache, &native, &folder] {
        make_private(folder).map_err(|source| failed(folder, source))?;
    }
    write_once(&folder, &file, sha, bytes).map_err(|source| failed(&folder, source))?;
    Ok(file)
}

/// Whoever may write to one of the folders could put another file into the place of the one that was checked.
fn make_private(folder: &Path) -> io::Result<()> {
    // SAFETY: asks only
    let own = unsafe { libc::geteuid() };
    let (link, there) = (fs::symlink_metadata(folder)?, fs::metadata(folder)?);
    if link.uid() != own || there.uid() != own {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "it belongs to another user"));
    }
    if there.permissions().mode() & 0o022 != 0 {
        fs::set_permissions(folder, Permissions::from_mode(0o700))
    } else {
        Ok(())
    }
}

fn write_once(folder: &Path, file: &Path, sha: &str, bytes: &[u8]) -> io::Result<()> {
    fs::set_permissions(folder, Permissions::from_mode(0o700))?;
    match fs::read(file) {
        Ok(present) if sha256(&present) == sha => return Ok(()),
        Ok(_) => {} // damaged or tampered with: replaced below
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let mut copy = tempfile::NamedTempFile::new_in(folder)?;
    copy.write_all(bytes)?;
    copy.as_file().set_permissions(Permissions::from_mode(0o500))?;
    copy.persist(file)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_abc_is_that_of_fips_180() {
        assert_eq!(sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn a_copy_is_private_and_a_damaged_one_is_replaced() {
        let cache = tempfile::tempdir().expect("a folder");
        let sha = sha256(b"abc");
        let file = keep("liba.so", &sha, b"abc", cache.path()).expect("kept");
        assert_eq!(file, cache.path().join("native").join(&sha).join("liba.so"));
        assert_eq!(fs::metadata(&file).expect("there").permissions().mode() & 0o777, 0o500);
        assert_eq!(fs::metadata(file.parent().expect("a folder")).expect("there").permissions().mode() & 0o777, 0o700);

        fs::set_permissions(&file, Permissions::from_mode(0o700)).expect("ours");
        fs::write(&file, b"abd").expect("writable now");
        keep("liba.so", &sha, b"abc", cache.path()).expect("kept again");
        assert_eq!(fs::read(&file).expect("readable"), b"abc");
    }

    #[test]
    fn folders_into_which_others_may_write_are_closed_to_them() {
        let place = tempfile::tempdir().expect("a folder");
        let cache = place.path().join("claque");
        fs::create_dir_all(cache.join("native")).expect("folders");
        for open in [cache.clone(), cache.join("native")] {
            fs::set_permissions(&open, Permissions::from_mode(0o777)).expect("ours");
        }
        keep("liba.so", &sha256(b"abc"), b"abc", &cache).expect("kept");
        for closed in [&cache, &cache.join("native")] {
            assert_eq!(fs::metadata(closed).expect("there").permissions().mode() & 0o777, 0o700);
        }
    }

    #[test]
    fn a_folder_of_somebody_else_is_refused() {
        // SAFETY: asks only
        if unsafe { libc::geteuid() } == 0 {
            let place = tempfile::tempdir().expect("a folder");
            let cache = place.path().join("claque");
            fs::create_dir(&cache).expect("a folder");
            std::os::unix::fs::chown(&cache, Some(65_534), None).expect("root may");
            let refused = keep("liba.so", &sha256(b"abc"), b"abc", &cache).expect_err("not ours").to_string();
            assert!(refused.contains("belongs to another user"), "{refused}");
        } else {
            // no one else can make a folder theirs; the root of the file system is
            let refused = make_private(Path::new("/")).expect_err("not ours").to_string();
            assert_eq!(refused, "it belongs to another user");
        }
    }
}
