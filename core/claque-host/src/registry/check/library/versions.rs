//! Check 3: hosts of other versions, and a host whose structs end at a page that faults: nothing may be read past
//! the size that a struct states.

use super::CheckStep;
use super::base::Base;
use super::subject::Subject;
use crate::native::probe::HostKind;
use crate::native::{AbiVersion, Library, NativeSignal};

const CHECK: &str = "versions";

pub(super) fn run(subject: &Subject) -> Vec<CheckStep> {
    let library = match subject.library() {
        Ok(library) => library,
        Err(why) => {
            return vec![match why.words_for(CHECK) {
                Some(words) => CheckStep::new(CHECK, CHECK, Err(words)),
                None => CheckStep::skipped(CHECK, CHECK, format!("there is no library, see `{}`", why.told_by())),
            }];
        }
    };
    let mut steps = vec![CheckStep::new(CHECK, CHECK, answers(subject, library))];
    steps.extend(subject.each(CHECK, |signal, base| calls(subject, signal, base)));
    steps
}

/// What the entry answers to other hosts.
fn answers(subject: &Subject, library: &Library) -> Result<String, String> {
    let own = AbiVersion::HOST;
    let next = AbiVersion { major: own.major + 1, minor: 0 };
    subject.about_to(&format!("a host of ABI {next}"));
    if let Some(other) = library.answers(next).filter(|version| version.major != own.major) {
        return Err(format!(
            "asked by a host of ABI {next}, `claque_library_v{}` gives structs of ABI {other}: it must give NULL, or its \
             own of ABI {}",
            own.major, own.major
        ));
    }
    for minor in [1, 7] {
        let later = AbiVersion { minor: own.minor + minor, ..own };
        subject.about_to(&format!("a host of ABI {later}"));
        if library.answers(later).is_none() {
            return Err(format!(
                "it refuses a host of ABI {later}, although minor versions only add: compare the major version alone"
            ));
        }
    }
    Ok(format!("hosts of ABI {next} and of later minor versions are answered"))
}

fn calls(subject: &Subject, signal: &NativeSignal, base: &Base) -> Result<String, String> {
    for (host, name) in [
        (HostKind::NextMinor, "a host of the next minor version, with larger structs"),
        (HostKind::AtEdge, "structs that end at a page that faults"),
    ] {
        subject.about_to(name);
        let mut ask = base.ask(signal, 2)?;
        ask.host = host;
        base.same(signal, &ask).map_err(|why| format!("{name}: {why}"))?;
    }
    Ok("larger structs, and structs that end where they say".into())
}
