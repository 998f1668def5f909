//! `claque evaluate`: a run against labels. Reading is in `evaluate/reading`, what becomes of the numbers in
//! `evaluate/telling`; the numbers are made in `claque-evaluate` and told by `claque-report`.

mod reading;
mod telling;

use crate::args;
use crate::diagnosis::Failure;
use crate::terminal::{Exit, Terminal};
use claque_evaluate::{Evaluation, GroupOutcome, evaluate};
use claque_report::{evaluation_html, evaluation_json, evaluation_terminal};
use polars::prelude::DataFrame;
use reading::{Run, read_labels, read_posts};
use std::path::Path;
use telling::tell;

pub(crate) fn run(options: &args::Evaluate, out: &Terminal) -> Result<Exit, Failure> {
    if let Some(page) = options.html.as_deref().filter(|page| page.exists()) {
        let message = format!("`{}` exists already", page.display());
        return Err(Failure::new(message).with_hint("name another file with --html"));
    }
    let run = Run::read(&options.run)?;
    let labels = read_labels(&options.labels)?;
    let posts = options.posts.as_deref().map(read_posts).transpose()?;
    let evaluation = measure(&run, &labels, posts.as_ref(), &options.labels)?;
    let other = options.against.as_deref().map(Run::read).transpose()?;
    // accounts and fairness are not compared: the other run may be of other posts
    let before = other.as_ref().map(|other| measure(other, &labels, None, &options.labels)).transpose()?;
    let view = tell(&evaluation, &run, &options.labels, before.as_ref().zip(other.as_ref()));
    out.say(&evaluation_terminal(&view));
    if let Some(page) = &options.html {
        let text = evaluation_html(&view).map_err(|e| Failure::new(e.to_string()))?;
        write_new(page, &text)?;
        out.say(&format!("page: {}", page.display()));
    }
    out.object(&evaluation_json(&view));
    let all = evaluation.planted.iter().chain(&evaluation.benign).all(GroupOutcome::as_expected);
    Ok(if all && evaluation.false_candidates.is_empty() { Exit::Done } else { Exit::Incomplete })
}

fn measure(run: &Run, labels: &DataFrame, posts: Option<&DataFrame>, path: &Path) -> Result<Evaluation, Failure> {
    evaluate(&run.tables(), labels, posts).map_err(|error| {
        Failure::new(format!("cannot compare `{}` with `{}`: {error}", run.folder.display(), path.display()))
    })
}

/// Complete or not at all, and never over another file.
fn write_new(path: &Path, text: &str) -> Result<(), Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::new(format!("cannot write `{}`: {error}", path.display()));
    let parent = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(parent).map_err(|e| failed(&e))?;
    // a folder of its own, and not a temporary file, because those are readable by their owner only
    let temporary = tempfile::Builder::new().prefix(".claque-evaluate-").tempdir_in(parent).map_err(|e| failed(&e))?;
    let inside = temporary.path().join("page.html");
    std::fs::write(&inside, text).map_err(|e| failed(&e))?;
    std::fs::rename(&inside, path).map_err(|e| failed(&e))
}
