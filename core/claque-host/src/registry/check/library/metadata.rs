//! Check 4: the declaration in the library and the one in plugin.toml are the same, so that neither can be edited
//! or lost alone.

use super::CheckStep;
use super::subject::{Subject, with_hint};

const CHECK: &str = "metadata";

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
    let signals = library.signals().len();
    let Some(Ok(manifest)) = &subject.manifest else {
        let detail = format!("{signals} declared in the library, no plugin.toml beside it");
        return vec![CheckStep::new(CHECK, CHECK, Ok(detail))];
    };
    let compared = library.check_manifest(&manifest.signals);
    let outcome = compared.map(|()| format!("{signals} declared, as in plugin.toml"));
    vec![CheckStep::new(CHECK, CHECK, outcome.map_err(|error| with_hint(&error.to_string(), error.hint())))]
}
