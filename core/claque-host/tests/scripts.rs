//! Every scripted signal of the repository keeps its own tests and its SIGNAL.md; random scripts harm nothing.

#[path = "random_programs/tests.rs"]
mod random_program_tests;
#[path = "random_programs/run.rs"]
mod random_programs;

use claque_host::{SearchPath, check_plugin};
use std::path::{Path, PathBuf};

fn folders() -> Vec<PathBuf> {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts");
    let entries = std::fs::read_dir(scripts).expect("the folder of the scripts");
    let mut folders: Vec<PathBuf> =
        entries.map(|e| e.expect("an entry").path()).filter(|p| p.join("main.luau").is_file()).collect();
    folders.sort();
    folders
}

#[test]
fn every_script_passes_its_tests_and_its_example() {
    let cache = tempfile::tempdir().expect("a temporary folder");
    let search = SearchPath { cache: cache.path().to_owned(), ..SearchPath::default() };
    let mut failures = Vec::new();
    let mut checked = 0;
    for folder in folders() {
        let name = folder.file_name().expect("a name").to_string_lossy().into_owned();
        match check_plugin(&folder, &search) {
            Ok(steps) => {
                checked += steps.len();
                for step in steps {
                    if let Err(why) = step.outcome {
                        failures.push(format!("{name}: {}\n{why}", step.name));
                    }
                }
            }
            Err(broken) => failures.push(broken.to_string()),
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n\n"));
    assert!(checked > 30, "only {checked} checks");
}
