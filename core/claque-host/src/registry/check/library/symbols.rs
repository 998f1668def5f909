//! Check 2: what the library says to the system's loader. Everything but the one symbol is private, since two
//! plugins share a process; a plugin is one file; and every symbol resolves when it is loaded.

use super::CheckStep;
use super::subject::Subject;
use crate::native::elf::{Contents, contents};

const CHECK: &str = "symbols";

/// The one symbol, without the major version of the ABI: a file may serve several.
const ENTRY: &str = "claque_library_v";

/// Libraries that every system has: those of C and C++.
const RUNTIMES: [&str; 13] = [
    "libc.so",
    "libm.so",
    "libdl.so",
    "librt.so",
    "libpthread.so",
    "libutil.so",
    "libgcc_s.so",
    "libstdc++.so",
    "libatomic.so",
    "libc++.so",
    "libc++abi.so",
    "libunwind.so",
    "ld-linux",
];

/// Functions that a plugin has no business with; they are named, not refused, since linking is not calling.
const FORBIDDEN: [&str; 24] = [
    "system",
    "popen",
    "fork",
    "vfork",
    "execl",
    "execle",
    "execlp",
    "execv",
    "execve",
    "execvp",
    "execvpe",
    "posix_spawn",
    "posix_spawnp",
    "socket",
    "connect",
    "bind",
    "listen",
    "accept",
    "getaddrinfo",
    "setlocale",
    "chdir",
    "putenv",
    "setenv",
    "signal",
];

pub(super) fn run(subject: &Subject) -> Vec<CheckStep> {
    let Ok(path) = &subject.file else {
        return vec![CheckStep::skipped(CHECK, CHECK, "there is no library, see `manifest`")];
    };
    let mut steps = vec![];
    if cfg!(target_os = "linux")
        && let Ok(bytes) = std::fs::read(path)
        && bytes.starts_with(b"\x7fELF")
    {
        steps.push(match contents(&bytes) {
            Err(why) => CheckStep::new(CHECK, CHECK, Err(format!("its tables cannot be read: {why}"))),
            Ok(found) => CheckStep::new(CHECK, CHECK, judged(&found)).with_notes(notes(&found)),
        });
    }
    let outcome = match subject.library() {
        Ok(_) => Ok("every symbol resolves".to_owned()),
        Err(why) => match why.words_for(CHECK) {
            Some(words) => Err(words),
            None => Ok(format!("it can be loaded; what else is wrong says `{}`", why.told_by())),
        },
    };
    steps.push(CheckStep::new(CHECK, "loading", outcome));
    steps
}

fn judged(found: &Contents) -> Result<String, String> {
    let mut wrong = Vec::new();
    let is_entry = |name: &str| {
        name.strip_prefix(ENTRY)
            .is_some_and(|version| !version.is_empty() && version.bytes().all(|b| b.is_ascii_digit()))
    };
    let others: Vec<&str> = found.exported.iter().map(String::as_str).filter(|name| !is_entry(name)).collect();
    if !others.is_empty() {
        wrong.push(format!(
            "it exports `{}` besides `{ENTRY}1`: build with `-fvisibility=hidden`, or make them `static`",
            few(&others)
        ));
    }
    if found.has_text_relocations {
        wrong.push("its code must be changed to be loaded (text relocations): build with `-fPIC`".into());
    }
    if found.has_executable_stack {
        wrong.push("it asks for a stack that can be executed: link with `-Wl,-z,noexecstack`".into());
    }
    for folder in &found.run_paths {
        wrong.push(format!(
            "it looks for libraries in `{folder}` (RPATH or RUNPATH): only its copy in a cache is loaded"
        ));
    }
    let is_runtime = |name: &str| RUNTIMES.iter().any(|runtime| name.starts_with(runtime));
    for foreign in found.needed.iter().filter(|name| !is_runtime(name)) {
        wrong.push(format!("it needs the library `{foreign}`: a plugin is one file, so link it statically"));
    }
    if wrong.is_empty() { Ok(format!("exports `{}`", found.exported.join(", "))) } else { Err(wrong.join("\n")) }
}

fn notes(found: &Contents) -> Vec<String> {
    let called: Vec<&str> = found.imported.iter().map(String::as_str).filter(|name| FORBIDDEN.contains(name)).collect();
    if called.is_empty() {
        return Vec::new();
    }
    vec![format!("it links `{}`, which a plugin must not call", called.join("`, `"))]
}

/// The first names of many.
fn few(names: &[&str]) -> String {
    let shown = names.iter().take(5).copied().collect::<Vec<_>>().join("`, `");
    if names.len() > 5 { format!("{shown}` and {} more, such as `{}", names.len() - 5, names[5]) } else { shown }
}
