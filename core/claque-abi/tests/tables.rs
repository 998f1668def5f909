//! `claque_tables.h`, tested by a program in C that is also C++: compiled by every compiler, without a warning, with
//! the sanitizers of addresses, leaks and undefined behavior.
#![expect(clippy::print_stdout, reason = "a test that was skipped must say so")]

use std::path::Path;
use std::process::Command;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Compiles and runs the program; what it says when something is wrong.
fn check_runs(compiler: &str, language: &[&str]) {
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("tables-{compiler}"));
    let built = Command::new(compiler)
        .args(language)
        .args(["-Wall", "-Wextra", "-pedantic", "-Werror", "-g", "-O1", "-fsanitize=address,undefined"])
        .args(["-fno-sanitize-recover=all", "-I"])
        .arg(format!("{ROOT}/include"))
        .arg(format!("{ROOT}/tests/tables.c"))
        .arg("-o")
        .arg(&program)
        .output();
    let built = match built {
        Ok(built) => built,
        Err(error) if std::env::var_os("CI").is_none() => {
            println!("skipped: `{compiler}` did not start ({error})");
            return;
        }
        Err(error) => panic!("`{compiler}` is needed in CI: {error}"),
    };
    assert!(built.status.success(), "{compiler}\n{}", String::from_utf8_lossy(&built.stderr));
    let output = Command::new(&program).output().expect("the program starts");
    let (said, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{compiler}\n{said}\n{errors}");
}

#[test]
fn parameters_names_tables_and_rows_are_what_the_header_says() {
    check_runs("gcc", &["-std=c11"]);
    check_runs("g++", &["-std=c++17", "-x", "c++"]);
}
