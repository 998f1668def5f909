//! The kernels of other stages, for scripts: translation only. What they compute is decided in those stages.

use claque_coordination::{
    ActionTable, NearDuplicateSettings, TextSimilarity, encode_actions, near_duplicates, pairs_in_time, plain,
};
use claque_host::{CoActions, CoActivity, CoActivityRule, CopyRule, KernelError, Kernels, Similarity, WebAddress};
use claque_model::TimeWindow;
use polars::prelude::StringChunked;
use std::sync::Arc;

/// Coordination and ingest, as scripts may ask them.
#[must_use]
pub fn kernels() -> Arc<dyn Kernels> {
    Arc::new(Stages)
}

#[derive(Debug)]
struct Stages;

impl Kernels for Stages {
    fn co_activity(&self, actions: &CoActions<'_>, rule: &CoActivityRule) -> Result<CoActivity, KernelError> {
        let refused = |why: String| KernelError::Refused(why);
        let window = TimeWindow::from_micros(rule.window_micros).map_err(|error| refused(error.to_string()))?;
        let &CoActions { object, account, at_micros } = actions;
        let table = ActionTable { object, account, at_micros, rows: None };
        let encoded = encode_actions(&table).map_err(|error| refused(error.to_string()))?;
        let pairs = pairs_in_time(&encoded, window, rule.min_participation);
        if pairs > rule.max_pairs {
            return Err(KernelError::TooManyPairs(pairs));
        }
        let counted = plain(&encoded, &[window], rule.min_participation, rule.min_weight);
        let edges: Vec<(u32, u32, f64)> =
            counted.into_iter().flat_map(|(_, edges)| edges).map(|e| (e.a, e.b, f64::from(e.weight))).collect();
        let (codes, edges) = dense(encoded.accounts().len(), edges);
        let accounts = codes.into_iter().map(|code| encoded.accounts().get(code).to_owned()).collect();
        Ok(CoActivity { accounts, edges, cut_to_minutes: encoded.cut_to_minutes() })
    }

    fn near_duplicates(&self, texts: &[Option<&str>], rule: &CopyRule) -> Vec<Option<u32>> {
        let default = NearDuplicateSettings::default();
        let settings = NearDuplicateSettings {
            min_chars: rule.min_chars.unwrap_or(default.min_chars),
            jaccard: rule.jaccard.unwrap_or(default.jaccard),
            ratio: rule.ratio.unwrap_or(default.ratio),
            ratio_alone: default.ratio_alone,
        };
        let given: Vec<&str> = texts.iter().copied().flatten().collect();
        let mut groups = near_duplicates(&given, &settings).groups.into_iter();
        texts.iter().map(|text| text.and_then(|_| groups.next().flatten())).collect()
    }

    fn similarity(&self, a: &StringChunked, b: &StringChunked, measure: Similarity) -> Vec<Option<f64>> {
        let mut scratch = TextSimilarity::default();
        let mut of = |a: &str, b: &str| match measure {
            Similarity::Levenshtein => scratch.levenshtein(a, b),
            Similarity::Jaccard => TextSimilarity::jaccard(a, b),
        };
        a.iter().zip(b.iter()).map(|(a, b)| Some(of(a?, b?))).collect()
    }

    fn canonical_url(&self, text: &str) -> Option<WebAddress> {
        let url = claque_ingest::canonical_url(text)?;
        Some(WebAddress { target: url.target, host: url.host, domain: url.domain })
    }

    fn registrable_domain(&self, host: &str) -> Option<String> {
        claque_ingest::registrable_domain(host)
    }
}

/// The codes that have an edge, ascending, and the edges by positions among them.
fn dense(n_codes: usize, mut edges: Vec<(u32, u32, f64)>) -> (Vec<u32>, Vec<(u32, u32, f64)>) {
    let mut number = vec![u32::MAX; n_codes];
    for &(a, b, _) in &edges {
        number[a as usize] = 0;
        number[b as usize] = 0;
    }
    let codes: Vec<u32> = (0..n_codes as u32).filter(|&code| number[code as usize] == 0).collect();
    for (position, &code) in codes.iter().enumerate() {
        number[code as usize] = position as u32;
    }
    for (a, b, _) in &mut edges {
        *a = number[*a as usize];
        *b = number[*b as usize];
    }
    (codes, edges)
}

#[cfg(test)]
mod tests;
