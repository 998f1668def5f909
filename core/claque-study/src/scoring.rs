//! The scoring stage of a study: every signal's output against its null, then the scorecard.

use crate::config::StudyFile;
use crate::coordinate::Coordinated;
use crate::error::StudyError;
use crate::ranking::{Ranking, Running};
use crate::signals::{Chosen, Given};
use claque_host::{Limits, Tables};
use claque_model::{Activity, Dimension, Scorecard, Services, Shape};
use claque_score::{
    Assessed, Group, GroupEdges, Population, Refit, ScoreSettings, assess_coordination, assess_marks, assess_rates,
    fuse, missing,
};
use polars::prelude::DataFrame;
use std::collections::{BTreeMap, BTreeSet};

/// What the stage hands on.
pub(crate) struct Scored<'a> {
    pub(crate) groups: Vec<Group>,
    pub(crate) n_posts: Vec<u64>,
    pub(crate) scorecard: Scorecard,
    /// All signals with what they gave; for statistics, the real clusters only.
    pub(crate) ran: Vec<(Chosen<'a>, Given)>,
}

/// Assesses all signals on all clusters.
#[expect(clippy::too_many_arguments, reason = "the one place where signals, clusters and nulls meet")]
pub(crate) fn score<'a>(
    file: &StudyFile,
    activity: &Activity,
    coordinated: &Coordinated,
    mut ran: Vec<(Chosen<'a>, Given)>,
    late: Vec<Chosen<'a>>,
    tables: &mut Tables,
    refits: &BTreeMap<Dimension, Refit>,
    seed: u64,
    limits: &Limits,
    services: &dyn Services,
) -> Result<Scored<'a>, StudyError> {
    let posts = activity.table("posts").ok_or(StudyError::NoPosts("the inputs are empty"))?;
    let population = Population::from_posts(posts)?;
    let groups = groups(coordinated);
    let mut findings = Vec::new();
    for (chosen, given) in &ran {
        findings.extend(assess(chosen, given, posts, &population, &groups, coordinated, file, seed)?);
    }
    let ranking = Ranking::new(&population, &groups, file.null_model.draws, seed);
    for (step, chosen) in late.into_iter().enumerate() {
        services.progress(0.7 + 0.02 * step.min(10) as f64, &chosen.declaration.id);
        if services.cancelled() {
            return Err(StudyError::Interrupted);
        }
        let (given, found) = ranking.run(&chosen, tables, &Running { limits, services })?;
        findings.extend(found);
        ran.push((chosen, given));
    }
    let settings = ScoreSettings {
        prior: file.scores.prior,
        prior_coordination: file.scores.prior_coordination,
        candidate_k: file.scores.candidate_k,
        candidate_i: file.scores.candidate_i,
        seed,
        ..ScoreSettings::default()
    };
    let edges = edges(coordinated);
    let scorecard = fuse(&groups, &coordinated.confirmations, &edges, &population, findings, &settings, refits);
    let n_posts = groups
        .iter()
        .map(|group| population.n_posts_of(&group.accounts.iter().map(String::as_str).collect::<Vec<_>>()))
        .collect();
    Ok(Scored { groups, n_posts, scorecard, ran })
}

fn groups(coordinated: &Coordinated) -> Vec<Group> {
    let accounts = coordinated.corpus.accounts();
    coordinated
        .clusters
        .iter()
        .map(|cluster| Group {
            id: cluster.id.clone(),
            accounts: cluster.members.iter().map(|(code, _)| accounts[*code as usize].clone()).collect(),
        })
        .collect()
}

/// Layers and strongest pair inside each cluster, over all objects.
fn edges(coordinated: &Coordinated) -> Vec<GroupEdges> {
    let inside = |cluster: &claque_model::Cluster| {
        let members: BTreeSet<u32> = cluster.members.iter().map(|(code, _)| *code).collect();
        let edges = coordinated.network.layers.iter().flat_map(|layer| &layer.edges);
        let best = edges.filter(|e| members.contains(&e.a) && members.contains(&e.b)).map(|e| e.n_objects).max();
        GroupEdges { layers: cluster.measures.layers.len() as u32, best_pair_objects: best.unwrap_or(0) }
    };
    coordinated.clusters.iter().map(inside).collect()
}

#[expect(clippy::too_many_arguments, reason = "one row of the table of shapes")]
fn assess(
    chosen: &Chosen,
    given: &Given,
    posts: &DataFrame,
    population: &Population,
    groups: &[Group],
    coordinated: &Coordinated,
    file: &StudyFile,
    seed: u64,
) -> Result<Vec<Assessed>, StudyError> {
    let declaration = &chosen.declaration;
    let Some(output) = given.output() else { return Ok(absent(chosen, given, groups)) };
    let draws = file.null_model.draws;
    Ok(match declaration.emits {
        Shape::Traces => {
            let layer = declaration.layer_name();
            assess_coordination(declaration, layer, groups, &coordinated.confirmations, coordinated.corpus.posts())
        }
        Shape::Marks => assess_marks(declaration, output, posts, population, groups, draws, seed)?,
        Shape::Rates => assess_rates(declaration, output, population, groups, draws, seed)?,
        Shape::Statistics => Vec::new(),
    })
}

/// Why a signal gave no finding, on every group.
pub(crate) fn absent(chosen: &Chosen, given: &Given, groups: &[Group]) -> Vec<Assessed> {
    given.missing().map_or_else(Vec::new, |reason| missing(&chosen.declaration, &reason, groups))
}
