//! Running the program in a folder of its own, and finding the reference data that lies beside the
//! repository on the project's machines.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What a run of the program left.
pub(crate) struct Outcome {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A temporary folder in which the program runs, with caches of its own.
pub(crate) struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    pub(crate) fn write(&self, below: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(below);
        std::fs::create_dir_all(path.parent().expect("inside the folder")).expect("a folder");
        std::fs::write(&path, content).expect("a file");
        path
    }

    /// Runs `claque` here.
    pub(crate) fn claque(&self, arguments: &[&str]) -> Outcome {
        self.claque_with("", arguments)
    }

    /// Runs `claque` here with a text on its stdin.
    pub(crate) fn claque_with(&self, input: &str, arguments: &[&str]) -> Outcome {
        let stdin = self.write(".stdin", input);
        let output = Command::new(env!("CARGO_BIN_EXE_claque"))
            .args(arguments)
            .stdin(std::fs::File::open(stdin).expect("the file just written"))
            .current_dir(self.folder.path())
            .env("XDG_CACHE_HOME", self.path(".cache"))
            .env("XDG_DATA_HOME", self.path(".data"))
            .env("XDG_CONFIG_HOME", self.path(".config"))
            .env_remove("CLAQUE_PLUGIN_PATH")
            .env_remove("RAYON_NUM_THREADS")
            .env_remove("POLARS_MAX_THREADS")
            .output()
            .expect("the program starts");
        Outcome {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).expect("UTF-8 on stdout"),
            stderr: String::from_utf8(output.stderr).expect("UTF-8 on stderr"),
        }
    }

    /// Runs `claque` here and asks for exit code 0.
    #[track_caller]
    pub(crate) fn done(&self, arguments: &[&str]) -> Outcome {
        let outcome = self.claque(arguments);
        assert_eq!(outcome.code, 0, "claque {}\n{}\n{}", arguments.join(" "), outcome.stdout, outcome.stderr);
        outcome
    }

    /// Names in the folder, without the caches and what is read from stdin.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).expect("a folder");
        let mut names: Vec<String> =
            entries.map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        names.retain(|name| ![".cache", ".config", ".data", ".stdin"].contains(&name.as_str()));
        names.sort();
        names
    }
}

/// The repository.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A file of the reference data beside the repository. Without it the test is skipped with a printed reason;
/// in CI it must be there.
pub(crate) fn reference(below: &str) -> Option<PathBuf> {
    let path = repository().join("../shared").join(below);
    if path.exists() {
        return Some(path);
    }
    assert!(std::env::var("CI").is_err(), "reference data `{below}` must be there in CI");
    // written past the capture of passing tests, so that it is seen
    let line = format!("skipped: reference data `{below}` is not beside this checkout\n");
    std::io::stderr().write_all(line.as_bytes()).expect("stderr");
    None
}

/// A path as an argument.
pub(crate) fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// All files below a folder, sorted, with their bytes.
pub(crate) fn contents(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("below").to_string_lossy().into_owned();
                found.push((name, std::fs::read(&path).expect("a file")));
            }
        }
    }
    found.sort();
    found
}
