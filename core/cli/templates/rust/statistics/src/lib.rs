//! TITLE. `clusters` holds the real groups and decoys under meaningless ids; the engine ranks the ones among the
//! others. Reduce to one value per account BEFORE reading `clusters`: decoys make that table a thousand times longer.

use claque_sdk::{Call, Error, Signal, Statistics};
use std::collections::{BTreeMap, HashMap};

const DAY: i64 = 86_400_000_000; // times are microseconds since 1970, UTC

/// Share of a group's accounts that were made on the group's most common day.
pub struct OneDay;

impl Signal for OneDay {
    const ID: &'static str = "my.example_statistics";
    type Output = Statistics;

    fn score(call: &Call) -> Result<Statistics, Error> {
        let min_known = call.int("min_known")?;
        let mut days: HashMap<String, i64> = HashMap::new();
        for batch in call.table("accounts")?.read()? {
            for (account, at) in batch.strings("account_id")?.iter().zip(batch.times("created_at")?.iter()) {
                let (Some(account), Some(at)) = (account, at) else { continue };
                let day = days.entry(account.to_owned()).or_insert(i64::MAX); // may be described more than once
                *day = (*day).min(at.div_euclid(DAY));
            }
        }
        let mut groups: BTreeMap<String, HashMap<i64, i64>> = BTreeMap::new();
        for batch in call.table("clusters")?.read()? {
            call.host().check_cancelled()?;
            for (cluster, account) in batch.strings("cluster_id")?.iter().zip(batch.strings("account_id")?.iter()) {
                let (Some(cluster), Some(day)) = (cluster, account.and_then(|a| days.get(a))) else { continue };
                *groups.entry(cluster.to_owned()).or_default().entry(*day).or_default() += 1;
            }
        }
        let mut statistics = Statistics::new();
        for (cluster, per_day) in groups {
            let (most, known) = (per_day.values().max().unwrap_or(&0), per_day.values().sum::<i64>());
            if known >= min_known {
                statistics.push(&cluster, *most as f64 / known as f64);
            } // left out is missing, never zero
        }
        Ok(statistics)
    }
}

claque_sdk::export_signals!(OneDay);

#[cfg(test)]
mod tests {
    use super::*;
    use claque_sdk::testing::{Input, Trial};

    #[test]
    fn one_day_is_one_different_days_are_less_and_unknown_is_missing() {
        let accounts = Input::new()
            .texts("account_id", ["x:a", "x:b", "x:c", "x:d"])
            .times("created_at", [Some(0), Some(DAY - 1), Some(DAY), None]);
        let clusters = Input::new()
            .texts("cluster_id", ["k1", "k1", "k2", "k2", "k3", "k3"])
            .texts("account_id", ["x:a", "x:b", "x:a", "x:c", "x:a", "x:d"]);
        let trial = Trial::new().table("accounts", accounts).table("clusters", clusters).param("min_known", 2);
        let rows = trial.run::<OneDay>().unwrap();
        assert_eq!(rows.texts("cluster_id"), ["k1", "k2"]);
        assert_eq!(rows.floats("value"), [1.0, 0.5]);
    }
}
