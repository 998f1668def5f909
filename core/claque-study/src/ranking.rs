//! The signals that give a statistic per group: each is shown the groups among decoys, and again among more of them
//! until its tails are resolved.

use crate::error::StudyError;
use crate::scoring::absent;
use crate::signals::{Chosen, Given, run_one};
use claque_host::{Limits, Tables};
use claque_model::{MissingReason, Services};
use claque_score::{Assessed, Decoys, Group, MatchedSets, Part, Population, Ranks, decoys};

const TABLE: &str = "clusters";

/// Groups and their decoys.
pub(crate) struct Ranking<'s> {
    population: &'s Population,
    groups: &'s [Group],
    sets: MatchedSets,
    first: Decoys,
    seed: u64,
}

/// How a signal is run.
pub(crate) struct Running<'s> {
    pub(crate) limits: &'s Limits,
    pub(crate) services: &'s dyn Services,
}

impl<'s> Ranking<'s> {
    /// With so many decoys of each group at first.
    pub(crate) fn new(population: &'s Population, groups: &'s [Group], draws: u32, seed: u64) -> Self {
        let sets = MatchedSets::draw(population, groups, None, draws, seed);
        let first = decoys(population, groups, &sets, &sets.first(), seed);
        Self { population, groups, sets, first, seed }
    }

    /// What a signal gave of the real groups, and the findings. It is shown the table `clusters`.
    pub(crate) fn run(
        &self,
        chosen: &Chosen,
        tables: &mut Tables,
        running: &Running,
    ) -> Result<(Given, Vec<Assessed>), StudyError> {
        tables.insert(TABLE.to_owned(), self.first.clusters.clone());
        let given = match self.sets.unmatched() {
            _ if self.groups.is_empty() => run_empty(chosen, tables, MissingReason::NotMeasured),
            Some(reason) => run_empty(chosen, tables, reason.clone()),
            None => self.call(chosen, tables, running),
        };
        let Given::Output(values) = given else {
            let found = absent(chosen, &given, self.groups);
            return Ok((given, found));
        };
        let mut ranks = Ranks::new(&chosen.declaration, self.groups, &self.sets);
        ranks.add(&values, &self.first)?;
        self.resolve(&mut ranks, chosen, tables, running)?;
        Ok((Given::Output(self.first.real_only(&values)?), ranks.findings()))
    }

    /// Calls it again, on further decoys, as long as that resolves anything.
    fn resolve(
        &self,
        ranks: &mut Ranks,
        chosen: &Chosen,
        tables: &mut Tables,
        running: &Running,
    ) -> Result<(), StudyError> {
        loop {
            let calls: Vec<Vec<Part>> = ranks.further();
            if calls.is_empty() {
                return Ok(());
            }
            for parts in calls {
                if running.services.cancelled() {
                    return Err(StudyError::Interrupted);
                }
                let decoys = decoys(self.population, self.groups, &self.sets, &parts, self.seed);
                tables.insert(TABLE.to_owned(), decoys.clusters.clone());
                match self.call(chosen, tables, running) {
                    Given::Output(values) => ranks.add(&values, &decoys)?,
                    broken => {
                        ranks.break_off(broken.missing().map_or_else(String::new, |reason| reason.sentence()));
                        return Ok(());
                    }
                }
            }
        }
    }

    fn call(&self, chosen: &Chosen, tables: &mut Tables, running: &Running) -> Given {
        run_one(chosen, tables, self.seed, running.limits, running.services)
    }
}

/// Without a cluster that has decoys a statistic has nothing to measure; what else it lacks is said all the same.
fn run_empty(chosen: &Chosen, tables: &Tables, reason: MissingReason) -> Given {
    match claque_host::prepare(&chosen.declaration, tables) {
        Err(lack) if !matches!(&lack, MissingReason::NoTable(table) if table == TABLE) => Given::Missing(lack),
        _ => Given::Missing(reason),
    }
}
