//! The summary that a person reads in a terminal, from the answer down to what was not assessed.

mod canvas;

use crate::foreign::defang;
use crate::number::{count, counted, day, percent, quantity, score};
use crate::view::{ClusterView, EvidenceView, ScoreView, View};
use canvas::{Canvas, Paint};

/// Groups told in full; the rest stands in the page.
const MAX_BLOCKS: usize = 12;
/// Warnings told; the rest stands in the page.
const MAX_WARNINGS: usize = 8;

/// How the summary is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TerminalOptions {
    /// May it hold color codes?
    pub color: bool,
    /// Columns.
    pub width: usize,
}

/// The summary of a run, ending without a line break.
#[must_use]
pub fn terminal(view: &View, options: &TerminalOptions) -> String {
    let mut canvas = Canvas::new(options);
    head(view, &mut canvas);
    answer(view, &mut canvas);
    for cluster in view.clusters.iter().take(MAX_BLOCKS) {
        block(cluster, &mut canvas);
    }
    if view.clusters.len() > MAX_BLOCKS {
        let more = counted((view.clusters.len() - MAX_BLOCKS) as u64, "further group stands", "further groups stand");
        canvas.text(0, &format!("{more} in the report"), Paint::Plain);
        canvas.gap();
    }
    gaps(view, &mut canvas);
    warnings(view, &mut canvas);
    canvas.text(0, "read with care", Paint::Strong);
    for limit in &view.limits {
        canvas.item(2, limit, Paint::Faint);
    }
    // links lose what makes a terminal open them
    defang(canvas.finish())
}

fn head(view: &View, canvas: &mut Canvas) {
    canvas.text(0, &view.title, Paint::Strong);
    if let Some(question) = &view.question {
        canvas.text(0, question, Paint::Plain);
    }
    let corpus = &view.corpus;
    let mut facts = vec![format!(
        "{} by {}",
        counted(corpus.posts, "post", "posts"),
        counted(corpus.accounts, "account", "accounts")
    )];
    if let (Some(first), Some(last)) = (corpus.first_at, corpus.last_at) {
        facts.push(format!("{} to {} UTC", day(first), day(last)));
    }
    facts.push(corpus.precision.clone());
    if !corpus.languages.is_empty() {
        let languages = corpus.languages.iter().take(8).cloned().collect::<Vec<_>>().join(", ");
        facts.push(if corpus.languages.len() > 8 { format!("{languages} …") } else { languages });
    }
    canvas.text(0, &facts.join(" · "), Paint::Faint);
    canvas.text(
        0,
        &format!("study {} · run {} · claque {}", view.study_id, view.run_id, view.claque_version),
        Paint::Faint,
    );
    canvas.gap();
}

fn answer(view: &View, canvas: &mut Canvas) {
    canvas.text(0, "is there any group at all?", Paint::Faint);
    canvas.text(0, &view.answer.headline, Paint::Strong);
    for sentence in &view.answer.sentences {
        canvas.text(2, sentence, Paint::Plain);
    }
    canvas.gap();
}

fn block(cluster: &ClusterView, canvas: &mut Canvas) {
    canvas.heading(&cluster.id, cluster.verdict_words, cluster.verdict);
    let mut facts = vec![counted(cluster.accounts as u64, "account", "accounts")];
    facts.extend(cluster.posts.map(|n| counted(n, "post", "posts")));
    if !cluster.layers.is_empty() {
        facts.push(cluster.layers.join(", "));
    }
    canvas.text(4, &facts.join(" · "), Paint::Plain);
    canvas.text(4, cluster.verdict_means, Paint::Faint);
    for note in [&cluster.confirmation_note, &cluster.limit_note, &cluster.concealment_note].into_iter().flatten() {
        canvas.text(4, note, Paint::Faint);
    }
    match cluster.silent {
        Some(reason) => canvas.text(4, &format!("no score is stated: {reason}"), Paint::Plain),
        None => scores(&cluster.scores, canvas),
    }
    for at in &cluster.strongest {
        canvas.item(4, &in_words(&cluster.evidence[*at]), Paint::Plain);
    }
    if let Some(innocent) = &cluster.innocent {
        canvas.text(4, &format!("innocent explanation to rule out first: {innocent}"), Paint::Plain);
    }
    canvas.gap();
}

fn scores(scores: &[ScoreView], canvas: &mut Canvas) {
    for one in scores {
        let name = format!("{:<2} {:<21}", one.letter, one.title);
        let numbers = format!(
            "{} ({}–{}) coverage {}",
            score(one.score),
            score(one.ci_low),
            score(one.ci_high),
            percent(one.coverage)
        );
        match one.reason {
            Some(reason) => canvas.bar(&name, None, &format!("not stated: {reason}")),
            None => canvas.bar(&name, Some((one.score, one.lower_bound)), &numbers),
        }
    }
}

/// One piece of evidence as a sentence.
fn in_words(item: &EvidenceView) -> String {
    let posts =
        if item.n_support > 0 { format!(", {}", counted(item.n_support, "post", "posts")) } else { String::new() };
    format!(
        "{}: {} {} against {} by chance, {} for {}{posts}",
        item.title,
        item.unit,
        quantity(item.statistic),
        quantity(item.null_mean),
        item.verbal,
        item.dimension
    )
}

fn gaps(view: &View, canvas: &mut Canvas) {
    if !view.skipped.is_empty() {
        canvas.text(0, "layers not tested as asked", Paint::Strong);
        for skipped in &view.skipped {
            let instead = skipped.widened_to.as_ref().map_or_else(String::new, |w| format!(", tested at {w} instead"));
            canvas.item(
                2,
                &format!("{} at {}: {}{instead}", skipped.layer, skipped.window, skipped.reason),
                Paint::Plain,
            );
        }
        canvas.gap();
    }
    if !view.not_assessed.is_empty() {
        canvas.text(0, "not assessed", Paint::Strong);
        for group in &view.not_assessed {
            canvas.item(2, &format!("{}: {}", group.reason, group.signals.join(", ")), Paint::Plain);
        }
        canvas.gap();
    }
    if !view.failed.is_empty() {
        canvas.text(0, "failed, and missing from the scores", Paint::Warning);
        for failed in &view.failed {
            canvas.item(2, &format!("{}: {}", failed.id, failed.reason), Paint::Plain);
        }
        canvas.gap();
    }
}

fn warnings(view: &View, canvas: &mut Canvas) {
    if view.warnings.is_empty() {
        return;
    }
    canvas.text(0, "warnings", Paint::Warning);
    for warning in view.warnings.iter().take(MAX_WARNINGS) {
        canvas.item(2, warning, Paint::Plain);
    }
    let more = view.warnings.len().saturating_sub(MAX_WARNINGS) + view.warnings_omitted;
    if more > 0 {
        canvas.item(2, &format!("{} more in the report and in run.json", count(more as u64)), Paint::Faint);
    }
    canvas.gap();
}

#[cfg(test)]
mod tests;
