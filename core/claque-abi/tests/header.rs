//! The header compiles without a warning as C11 and C++17, before and after Arrow's own, and its structs, functions
//! and numbers are those of the Rust types: a C file of assertions, written from the Rust types, compiles.
#![expect(clippy::print_stdout, reason = "a test that was skipped must say so")]

#[path = "header/c_types.rs"]
mod c_types;

use c_types::InC;
use claque_abi::{ArrowArray, ArrowArrayStream, ArrowSchema, ErrorBuffer, Host, Library, Plugin, Request, Table};
use std::fmt::Write;
use std::io::Write as _;
use std::mem::offset_of;
use std::process::{Command, Stdio};

const INCLUDE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/include");
const STRICT: [&str; 5] = ["-Wall", "-Wextra", "-pedantic", "-Werror", "-fsyntax-only"];

/// Compiles a text read from standard input; `None` when there is no such compiler and this is not CI.
fn compile(compiler: &str, language: &[&str], text: &str) -> Option<Result<(), String>> {
    compile_with(INCLUDE, compiler, language, text)
}

fn compile_with(include: &str, compiler: &str, language: &[&str], text: &str) -> Option<Result<(), String>> {
    let child = Command::new(compiler)
        .args(language)
        .args(STRICT)
        .args(["-I", include, "-"])
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

const C11: &[&str] = &["-std=c11", "-x", "c"];
const CXX17: &[&str] = &["-std=c++17", "-x", "c++"];
const COMPILERS: [(&str, &[&str]); 4] = [("gcc", C11), ("g++", CXX17), ("clang", C11), ("clang++", CXX17)];

/// Arrow's structs as other libraries bring them: the published text, with its guards.
const ARROW: &str = r"#include <stdint.h>
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE
#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4
struct ArrowSchema {
  const char* format;
  const char* name;
  const char* metadata;
  int64_t flags;
  int64_t n_children;
  struct ArrowSchema** children;
  struct ArrowSchema* dictionary;
  void (*release)(struct ArrowSchema*);
  void* private_data;
};
struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void** buffers;
  struct ArrowArray** children;
  struct ArrowArray* dictionary;
  void (*release)(struct ArrowArray*);
  void* private_data;
};
#endif
#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE
struct ArrowArrayStream {
  int (*get_schema)(struct ArrowArrayStream*, struct ArrowSchema* out);
  int (*get_next)(struct ArrowArrayStream*, struct ArrowArray* out);
  const char* (*get_last_error)(struct ArrowArrayStream*);
  void (*release)(struct ArrowArrayStream*);
  void* private_data;
};
#endif
";

const CLAQUE: &str = "#include \"claque.h\"\n";

/// Compiles a text with every compiler, as C and as C++, with the header before and after Arrow's own.
fn check_compiles(rest: &str) {
    let texts = [CLAQUE.to_owned(), format!("{CLAQUE}{ARROW}{CLAQUE}"), format!("{ARROW}{CLAQUE}")];
    for (compiler, language) in COMPILERS {
        for head in &texts {
            if let Some(result) = compile(compiler, language, &format!("{head}{rest}")) {
                assert_eq!(result, Ok(()), "{compiler}");
            }
        }
    }
}

#[test]
fn the_header_compiles_without_a_warning_as_c_and_as_cpp() {
    check_compiles("");
    for (compiler, language) in COMPILERS {
        if let Some(result) = compile(compiler, language, "#define CLAQUE_NO_HELPERS\n#include \"claque.h\"\n") {
            assert_eq!(result, Ok(()), "{compiler}");
        }
    }
}

/// The type in C of the field that a function projects, and its size.
fn field_type<T, F: InC>(_: fn(&T) -> &F) -> (String, usize) {
    (F::in_c(), size_of::<F>())
}

/// How an assertion on a field's type is written in both languages.
const SAME_TYPE: &str = r#"
#ifdef __cplusplus
#include <type_traits>
#define SAME_TYPE(owner, field, type) \
  static_assert(std::is_same<decltype(owner::field), type>::value, #owner "." #field)
#else
#define SAME_TYPE(owner, field, type) \
  _Static_assert(_Generic(((owner *)0)->field, type: 1, default: 0), #owner "." #field)
#endif
"#;

/// Lines of C for the size of each type, and for the offset, size and type of each of its fields.
macro_rules! assertions {
    ($($rust:ident = $c:literal { $($field:ident)+ })+) => {{
        let mut out = String::from(SAME_TYPE);
        let mut line = |what: String, is: usize| {
            writeln!(out, "CLAQUE_STATIC_ASSERT({what} == {is}, \"{what} is not {is}\");").expect("a string grows");
        };
        $(
            line(format!("sizeof({})", $c), size_of::<$rust>());
            $(
                line(format!("offsetof({}, {})", $c, stringify!($field)), offset_of!($rust, $field));
                let (_, size) = field_type(|value: &$rust| &value.$field);
                line(format!("sizeof((({} *)0)->{})", $c, stringify!($field)), size);
            )+
        )+
        $($(
            let (type_in_c, _) = field_type(|value: &$rust| &value.$field);
            // in C++ a struct's name is a type, in C `struct X` is
            let (owner, field) = ($c.trim_start_matches("struct "), stringify!($field));
            writeln!(out, "typedef {};", declared(&type_in_c, &format!("{owner}_{field}"))).expect("a string grows");
            let name = format!("{owner}_{field}_owner");
            writeln!(out, "typedef {} {name};\nSAME_TYPE({name}, {field}, {owner}_{field});", $c).expect("a string grows");
        )+)+
        out
    }};
}

/// `int32_t (*)(void *)` with a name → `int32_t (*name)(void *)`.
fn declared(type_in_c: &str, name: &str) -> String {
    match type_in_c.split_once("(*)") {
        Some((result, arguments)) => format!("{result}(*{name}){arguments}"),
        None => format!("{type_in_c} {name}"),
    }
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

const CONSTANTS: [(&str, i64); 12] = [
    ("CLAQUE_ABI_MAJOR", claque_abi::ABI_MAJOR as i64),
    ("CLAQUE_ABI_MINOR", claque_abi::ABI_MINOR as i64),
    ("CLAQUE_ABI_VERSION", claque_abi::ABI_VERSION as i64),
    ("CLAQUE_OK", claque_abi::OK as i64),
    ("CLAQUE_ERR_PARAMS", claque_abi::ERR_PARAMS as i64),
    ("CLAQUE_ERR_SCHEMA", claque_abi::ERR_SCHEMA as i64),
    ("CLAQUE_ERR_RUNTIME", claque_abi::ERR_RUNTIME as i64),
    ("CLAQUE_ERR_CANCELLED", claque_abi::ERR_CANCELLED as i64),
    ("CLAQUE_ERR_PANIC", claque_abi::ERR_PANIC as i64),
    ("CLAQUE_ERR_UNSUPPORTED", claque_abi::ERR_UNSUPPORTED as i64),
    ("CLAQUE_FLAG_THREAD_SAFE", claque_abi::FLAG_THREAD_SAFE as i64),
    ("CLAQUE_FLAG_DETERMINISTIC", claque_abi::FLAG_DETERMINISTIC as i64),
];

fn constants() -> String {
    let mut out =
        format!("CLAQUE_STATIC_ASSERT(ARROW_FLAG_NULLABLE == {}, \"nullable\");\n", claque_abi::FLAG_NULLABLE);
    for (name, is) in CONSTANTS {
        writeln!(out, "CLAQUE_STATIC_ASSERT({name} == {is}, \"{name}\");").expect("a string grows");
    }
    // the exported function has the type and the name that the host looks up
    let entry = claque_abi::ENTRY.to_str().expect("ASCII");
    writeln!(
        out,
        "static {} = {entry};\nvoid *used(void);\nvoid *used(void) {{ return (void *)&looked_up; }}",
        declared(&<claque_abi::EntryFn as InC>::in_c(), "looked_up")
    )
    .expect("a string grows");
    out
}

#[test]
fn sizes_offsets_types_and_numbers_of_the_header_are_those_of_the_rust_types() {
    check_compiles(&(layout() + &constants()));
}

#[test]
fn every_number_and_struct_of_the_header_was_compared() {
    let header = std::fs::read_to_string(format!("{INCLUDE}/claque.h")).expect("the header");
    let words = header.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let mut numbers: Vec<&str> =
        words.filter(|w| ["CLAQUE_OK", "CLAQUE_ERR_", "CLAQUE_FLAG_"].iter().any(|p| w.starts_with(p))).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let mut compared: Vec<&str> = CONSTANTS.iter().map(|(name, _)| *name).filter(|n| !n.contains("_ABI_")).collect();
    compared.sort_unstable();
    assert_eq!(numbers, compared);
    let layout = layout();
    for part in header.split("typedef struct ").skip(1) {
        let (name, body) = part.split_once(" {").expect("a body");
        let body = body.split_once(&format!("}} {name};")).expect("its end").0;
        if name == "claque_str" {
            continue; // a helper inside the library, which never crosses the border
        }
        for field in fields(body) {
            assert!(layout.contains(&format!("offsetof({name}, {field})")), "{name}.{field} was not compared");
        }
    }
}

/// Names of the fields in the body of a struct.
fn fields(body: &str) -> Vec<String> {
    let mut code = String::new();
    for (i, part) in body.split("/*").enumerate() {
        code += if i == 0 { part } else { part.split_once("*/").expect("the comment ends").1 };
    }
    let name = |field: &str| {
        let pointed = field.split_once("(*").map(|(_, rest)| rest.split(')').next().unwrap_or_default());
        let plain = field.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '_').next();
        pointed.or(plain).unwrap_or_default().to_owned()
    };
    code.split(';').map(str::trim).filter(|field| !field.is_empty()).map(name).collect()
}

/// The header as it was when version 1.0 was complete.
const FROZEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../claque-host/tests/frozen");

#[test]
fn structs_begin_and_numbers_are_as_they_were_in_version_1_0() {
    let header = std::fs::read_to_string(format!("{FROZEN}/claque.h")).expect("the frozen header");
    // what was added since is not there, and stands behind it
    let was_there = |line: &&str| {
        let place = line.strip_prefix("CLAQUE_STATIC_ASSERT(offsetof(").and_then(|rest| rest.split_once(')'));
        place.and_then(|(place, _)| place.split_once(", ")).is_some_and(|(_, field)| header.contains(field))
    };
    let layout = layout();
    let old: Vec<&str> = layout.lines().filter(was_there).collect();
    assert!(old.len() >= 57, "{}", old.len());
    let mut numbers = String::new();
    for (name, is) in CONSTANTS.iter().filter(|(name, _)| !name.contains("_MINOR") && !name.contains("_VERSION")) {
        if header.contains(name) {
            writeln!(numbers, "CLAQUE_STATIC_ASSERT({name} == {is}, \"{name}\");").expect("a string grows");
        }
    }
    for (compiler, language) in COMPILERS {
        let text = format!("{CLAQUE}{}\n{numbers}", old.join("\n"));
        if let Some(result) = compile_with(FROZEN, compiler, language, &text) {
            assert_eq!(result, Ok(()), "{compiler}");
        }
    }
}

/// A wrong line must not compile, whatever the compiler.
#[track_caller]
fn check_noticed(right: &str, wrong: &str, named: &str) {
    let text = layout();
    assert!(text.contains(right), "{right}");
    for (compiler, language) in COMPILERS {
        if let Some(result) = compile(compiler, language, &format!("{CLAQUE}{}", text.replace(right, wrong))) {
            assert!(result.expect_err("does not compile").contains(named), "{compiler}");
        }
    }
}

#[test]
fn a_shifted_offset_or_another_type_would_be_noticed() {
    check_noticed(
        "offsetof(claque_request, seed) == 24",
        "offsetof(claque_request, seed) == 32",
        "claque_request, seed",
    );
    check_noticed(
        "typedef uint64_t claque_request_seed;",
        "typedef int64_t claque_request_seed;",
        "claque_request_seed_owner",
    );
    check_noticed(
        "(*claque_host_random_u64)(void *, uint64_t, uint64_t)",
        "(*claque_host_random_u64)(void *, uint64_t, uint32_t)",
        "claque_host_random_u64_owner",
    );
}
