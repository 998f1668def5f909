//! What is asked for and what comes out: settings, worlds, and the order of generation.

use crate::background::{self, Press, Quotas, reference};
use crate::calendar::{MAX_DAYS, MIN_DAYS, Period};
use crate::draft::Draft;
use crate::scenarios::Scenario;
use crate::shares::ROWS;
use crate::tables::{self, Ids};
use crate::twin::Twin;
use polars::prelude::{DataFrame, NamedFrom, Series};
use std::collections::{BTreeMap, BTreeSet};
use thiserror::Error;

/// Where the search for enough accounts ends; all groups together need a few thousand.
const MOST_ACCOUNTS: usize = 1_000_000;

/// What a world should hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorldSettings {
    /// Groups beside the background, each at most once; none is allowed.
    pub scenarios: Vec<Scenario>,
    /// Accounts in total, groups included.
    pub accounts: usize,
    /// Posts in total, about (within 3 %).
    pub posts: usize,
    /// Length of the period, 7 to 29 days inside May 2024.
    pub days: u32,
    /// Two worlds with the same settings and seed are the same.
    pub seed: u64,
    /// What is taken from it when all is written; nothing for the world itself.
    pub twin: Option<Twin>,
}

impl Default for WorldSettings {
    fn default() -> Self {
        Self { scenarios: Scenario::ALL.to_vec(), accounts: 7_500, posts: 48_000, days: 28, seed: 1, twin: None }
    }
}

/// Activity with planted truth.
#[derive(Clone, Debug)]
pub struct World {
    /// Canonical tables by name, with all columns of the schema, sorted by key.
    pub tables: BTreeMap<&'static str, DataFrame>,
    /// Tables that a user would bring: `lists`, `brands`, `factpack`, `domains`, `feeds`.
    pub user_tables: BTreeMap<&'static str, DataFrame>,
    /// Members of groups: `account_id`, `group`, `scenario`, `planted`, `dimension` (null for benign groups),
    /// sorted by group and account.
    pub labels: DataFrame,
}

/// Why a world cannot be made.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum SynthError {
    /// Events need room, and all must lie in one month.
    #[error("a world of {0} days is not possible, must be {MIN_DAYS} to {MAX_DAYS} days")]
    DaysOutOfRange(u32),
    /// A share table holds its planted groups, and its rows are counted in 32 bits.
    #[error("a table of {0} shares is not possible, must be {least} to {most} rows", least = ROWS.start, most = ROWS.end - 1)]
    RowsOutOfRange(u64),
    /// The same scenario twice.
    #[error("scenario `{0}` is asked for twice")]
    RepeatedScenario(&'static str),
    /// No room for the groups and their surroundings.
    #[error("{given} accounts are too few for these scenarios, at least {needed} are needed")]
    TooFewAccounts { given: usize, needed: usize },
    /// Not even one post per account.
    #[error("{given} posts are too few for these scenarios and accounts, at least {needed} are needed")]
    TooFewPosts { given: usize, needed: usize },
}

/// Makes a world. Deterministic in the settings; one thread.
///
/// # Errors
/// Settings that leave no room: see [`SynthError`].
pub fn generate(settings: &WorldSettings) -> Result<World, SynthError> {
    let quotas = check(settings)?;
    let period = Period::new(settings.days);
    let mut draft = Draft::new(settings.seed, period, Press::new(settings.seed, period, settings.posts));
    background::populate(&mut draft, &quotas);
    reference::write(&mut draft);
    for scenario in sorted(&settings.scenarios) {
        scenario.plant(&mut draft);
    }
    if let Some(twin) = settings.twin {
        twin.apply(&mut draft);
    }
    let ids = Ids::new(&draft);
    Ok(World {
        tables: tables::canonical(&draft, &ids),
        user_tables: tables::user(&draft),
        labels: labels(&draft, &ids),
    })
}

/// The order in which a user names scenarios changes nothing.
fn sorted(scenarios: &[Scenario]) -> BTreeSet<Scenario> {
    scenarios.iter().copied().collect()
}

fn check(settings: &WorldSettings) -> Result<Quotas, SynthError> {
    if !(MIN_DAYS..=MAX_DAYS).contains(&settings.days) {
        return Err(SynthError::DaysOutOfRange(settings.days));
    }
    let mut seen = BTreeSet::new();
    if let Some(again) = settings.scenarios.iter().find(|s| !seen.insert(**s)) {
        return Err(SynthError::RepeatedScenario(again.name()));
    }
    let sizes: Vec<_> = settings.scenarios.iter().map(|s| s.size()).collect();
    let members = (sizes.iter().map(|s| s.users).sum(), sizes.iter().map(|s| s.sites).sum());
    let member_posts: usize = sizes.iter().map(|s| s.posts).sum();
    let quotas = |accounts, posts| Quotas::new(accounts, posts, members, member_posts);
    let Some(found) = quotas(settings.accounts, settings.posts) else {
        let enough = |accounts: &usize| quotas(*accounts, settings.posts).is_some();
        let needed = (settings.accounts..MOST_ACCOUNTS).find(enough).unwrap_or(MOST_ACCOUNTS);
        return Err(SynthError::TooFewAccounts { given: settings.accounts, needed });
    };
    if found.rest_mean < 1.0 {
        let missing = (1.0 - found.rest_mean) * (found.users[2] + found.sites[2]) as f64;
        let needed = settings.posts + missing.ceil() as usize;
        return Err(SynthError::TooFewPosts { given: settings.posts, needed });
    }
    Ok(found)
}

fn labels(draft: &Draft, ids: &Ids) -> DataFrame {
    let mut rows: Vec<(Scenario, String)> =
        draft.labels.iter().map(|l| (l.scenario, ids.account(draft, l.account))).collect();
    rows.sort();
    let names: Vec<&str> = rows.iter().map(|(s, _)| s.name()).collect();
    let columns = vec![
        Series::new("account_id".into(), rows.iter().map(|(_, id)| id.as_str()).collect::<Vec<_>>()).into(),
        Series::new("group".into(), names.clone()).into(),
        Series::new("scenario".into(), names).into(),
        Series::new("planted".into(), rows.iter().map(|(s, _)| s.is_planted()).collect::<Vec<_>>()).into(),
        Series::new(
            "dimension".into(),
            rows.iter().map(|(s, _)| s.dimension().map(claque_model::Dimension::name)).collect::<Vec<_>>(),
        )
        .into(),
    ];
    DataFrame::new(rows.len(), columns).expect("columns of one height")
}

#[cfg(test)]
mod tests;
