//! Check 1: what can be read without running anything: plugin.toml, where the library lies and whether it is the
//! one that was pinned, SIGNAL.md; and whether its example gives what it says.

use super::CheckStep;
use super::subject::{Subject, with_hint};
use crate::manifest::Manifest;
use crate::native::{NativeError, sha256};
use crate::registry::broken::BrokenPlugin;
use crate::spec::{Spec, run_spec_with};
use claque_model::{Signal, Unwatched};
use std::path::Path;

const CHECK: &str = "manifest";

pub(super) fn run(subject: &Subject) -> Vec<CheckStep> {
    let (Some(folder), Some(manifest)) = (&subject.folder, &subject.manifest) else {
        return vec![CheckStep::skipped(CHECK, CHECK, "a library without a plugin.toml")];
    };
    let manifest = match manifest {
        Ok(manifest) => manifest,
        Err(error) => {
            let broken = BrokenPlugin::manifest("", error);
            return vec![CheckStep::new(CHECK, "plugin.toml", Err(with_hint(&broken.reason, broken.hint)))];
        }
    };
    let about = format!("{} {}", manifest.id, manifest.version);
    let mut steps = vec![CheckStep::new(CHECK, "plugin.toml", Ok(about)), library(subject, manifest)];
    steps.extend(specification(subject, folder));
    steps
}

fn library(subject: &Subject, manifest: &Manifest) -> CheckStep {
    let pinned = manifest.native.as_ref().and_then(|native| native.sha256.as_ref());
    let outcome = subject.file.clone().and_then(|path| {
        let bytes = std::fs::read(&path).map_err(|source| NativeError::Unreadable { path: path.clone(), source });
        let found = sha256(&bytes.map_err(|error| with_hint(&error.to_string(), error.hint()))?);
        match pinned {
            Some(expected) if !expected.eq_ignore_ascii_case(&found) => {
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                let error = NativeError::HashDiffers { name, expected: expected.clone(), found };
                Err(with_hint(&error.to_string(), error.hint()))
            }
            _ => Ok(format!("SHA-256 {found}")),
        }
    });
    let notes = match pinned {
        None => vec!["plugin.toml pins no `sha256` for this platform: add it when you hand the plugin on".to_owned()],
        Some(_) => Vec::new(),
    };
    CheckStep::new(CHECK, "library file", outcome).with_notes(notes)
}

fn specification(subject: &Subject, folder: &Path) -> Vec<CheckStep> {
    let name = "SIGNAL.md";
    match &subject.spec {
        None if folder.join(name).exists() => vec![CheckStep::new(CHECK, name, Err("it cannot be read".into()))],
        None => vec![CheckStep::new(CHECK, name, Err("the file is missing".into()))],
        Some(Err(error)) => vec![CheckStep::new(CHECK, name, Err(error.to_string()))],
        Some(Ok(spec)) => {
            let mut steps = vec![CheckStep::new(CHECK, name, Ok("all headings are there".into()))];
            steps.extend(examples(subject, spec));
            steps
        }
    }
}

fn examples(subject: &Subject, spec: &Spec) -> Vec<CheckStep> {
    if subject.library().is_err() {
        return Vec::new();
    }
    subject.each_signal(CHECK, |signal, _| {
        let id = &signal.declaration().id;
        subject.about_to(&format!("the example of {id}"));
        let outcome = run_spec_with(spec, signal, &Unwatched).map(|()| "as SIGNAL.md says".to_owned());
        CheckStep::new(CHECK, format!("example of {id}"), outcome.map_err(|failure| failure.to_string()))
    })
}
