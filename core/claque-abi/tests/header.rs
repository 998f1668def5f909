//! The header compiles without a warning as C11 and C++17, and lays its structs out as the Rust types do.
#![expect(clippy::print_stdout, reason = "a test that was skipped must say so")]

use claque_abi::{ArrowArray, ArrowArrayStream, ArrowSchema, ErrorBuffer, Host, Library, Plugin, Request, Table};
use std::fmt::Write;
use std::io::Write as _;
use std::mem::offset_of;
use std::process::{Command, Stdio};

const INCLUDE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/include");
const STRICT: [&str; 5] = ["-Wall", "-Wextra", "-pedantic", "-Werror", "-fsyntax-only"];

/// Compiles a text read from standard input; `None` when there is no such compiler and this is not CI.
fn compile(compiler: &str, language: &[&str], text: &str) -> Option<Result<(), String>> {
    let child = Command::new(compiler)
        .args(language)
        .args(STRICT)
        .args(["-I", INCLUDE, "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(error) if std::env::var_os("CI").is_none() => {
            println!("skipped: `{compiler}` did not start ({error})");
            return None;
        }
        Err(error) => panic!("`{compiler}` is needed in CI: {error}"),
    };
    child.stdin.take().expect("piped").write_all(text.as_bytes()).expect("the compiler reads");
    let output = child.wait_with_output().expect("the compiler ends");
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    Some(if output.status.success() { Ok(()) } else { Err(errors) })
}

const C11: (&str, &[&str]) = ("gcc", &["-std=c11", "-x", "c"]);
const CXX17: (&str, &[&str]) = ("g++", &["-std=c++17", "-x", "c++"]);

#[test]
fn the_header_compiles_without_a_warning_as_c_and_as_cpp() {
    for (compiler, language) in [C11, CXX17] {
        for text in ["#include \"claque.h\"\n", "#define CLAQUE_NO_HELPERS\n#include \"claque.h\"\n"] {
            if let Some(result) = compile(compiler, language, text) {
                assert_eq!(result, Ok(()), "{compiler}");
            }
        }
    }
}

/// The size of the field that a function projects.
fn size_of_field<T, F>(_: fn(&T) -> &F) -> usize {
    size_of::<F>()
}

/// A line of C for the size of each type, and for the offset and size of each of its fields.
macro_rules! assertions {
    ($($rust:ident = $c:literal { $($field:ident)+ })+) => {{
        let mut out = String::from("#include \"claque.h\"\n");
        let mut line = |what: String, is: usize| {
            writeln!(out, "CLAQUE_STATIC_ASSERT({what} == {is}, \"{what} is not {is}\");").expect("a string grows");
        };
        $(
            line(format!("sizeof({})", $c), size_of::<$rust>());
            $(
                line(format!("offsetof({}, {})", $c, stringify!($field)), offset_of!($rust, $field));
                line(
                    format!("sizeof((({} *)0)->{})", $c, stringify!($field)),
                    size_of_field(|value: &$rust| &value.$field),
                );
            )+
        )+
        out
    }};
}

fn layout() -> String {
    assertions! {
        ArrowSchema = "struct ArrowSchema" {
            format name metadata flags n_children children dictionary release private_data
        }
        ArrowArray = "struct ArrowArray" {
            length null_count offset n_buffers n_children buffers children dictionary release private_data
        }
        ArrowArrayStream = "struct ArrowArrayStream" { get_schema get_next get_last_error release private_data }
        ErrorBuffer = "claque_error" { struct_size cap message }
        Host = "claque_host" { struct_size abi_version ctx log progress cancelled random_u64 get_extension }
        Table = "claque_table" { struct_size reserved name n_rows stream }
        Request = "claque_request" { struct_size n_tables tables params_json seed max_threads reserved }
        Plugin = "claque_plugin" { struct_size flags metadata_json score get_extension }
        Library = "claque_library" { struct_size abi_version n_plugins reserved plugins }
    }
}

fn constants() -> String {
    let mut out = String::new();
    for (name, is) in [
        ("CLAQUE_ABI_VERSION", i64::from(claque_abi::ABI_VERSION)),
        ("CLAQUE_OK", i64::from(claque_abi::OK)),
        ("CLAQUE_ERR_PARAMS", i64::from(claque_abi::ERR_PARAMS)),
        ("CLAQUE_ERR_SCHEMA", i64::from(claque_abi::ERR_SCHEMA)),
        ("CLAQUE_ERR_RUNTIME", i64::from(claque_abi::ERR_RUNTIME)),
        ("CLAQUE_ERR_CANCELLED", i64::from(claque_abi::ERR_CANCELLED)),
        ("CLAQUE_ERR_PANIC", i64::from(claque_abi::ERR_PANIC)),
        ("CLAQUE_ERR_UNSUPPORTED", i64::from(claque_abi::ERR_UNSUPPORTED)),
        ("CLAQUE_FLAG_THREAD_SAFE", i64::from(claque_abi::FLAG_THREAD_SAFE)),
        ("CLAQUE_FLAG_DETERMINISTIC", i64::from(claque_abi::FLAG_DETERMINISTIC)),
        ("ARROW_FLAG_NULLABLE", claque_abi::FLAG_NULLABLE),
    ] {
        writeln!(out, "CLAQUE_STATIC_ASSERT({name} == {is}, \"{name}\");").expect("a string grows");
    }
    out
}

#[test]
fn sizes_offsets_and_numbers_of_the_header_are_those_of_the_rust_types() {
    for (compiler, language) in [C11, CXX17] {
        if let Some(result) = compile(compiler, language, &(layout() + &constants())) {
            assert_eq!(result, Ok(()), "{compiler}");
        }
    }
}

#[test]
fn a_shifted_offset_would_be_noticed() {
    let shifted = layout().replace("offsetof(claque_request, seed) == 24", "offsetof(claque_request, seed) == 32");
    if let Some(result) = compile(C11.0, C11.1, &shifted) {
        assert!(result.expect_err("does not compile").contains("claque_request, seed"));
    }
}
