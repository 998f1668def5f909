//! TITLE. Change `is_night` to what counts as a hit. One row for each account that could have shown it.

use claque_sdk::{Call, Error, Rates, Signal};
use std::collections::BTreeMap;

const HOUR: i64 = 3_600_000_000; // times are microseconds since 1970, UTC

/// Of the posts of an account, those written at night.
pub struct Night;

impl Signal for Night {
    const ID: &'static str = "my.example_rates";
    type Output = Rates;

    fn score(call: &Call) -> Result<Rates, Error> {
        let (from, hours, min_posts) = (call.int("from_hour")?, call.int("hours")?, call.int("min_posts")?);
        let is_night = |at: i64| (at.div_euclid(HOUR) - from).rem_euclid(24) < hours;
        let mut accounts: BTreeMap<String, (i64, Vec<String>)> = BTreeMap::new();
        for batch in call.table("posts")? {
            call.host().check_cancelled()?;
            let batch = batch?;
            let (ids, authors, times) =
                (batch.strings("post_id")?, batch.strings("account_id")?, batch.times("created_at")?);
            for i in 0..batch.len() {
                let (Some(id), Some(author), Some(at)) = (ids.get(i), authors.get(i), times.get(i)) else { continue };
                let (total, hits) = accounts.entry(author.to_owned()).or_default();
                *total += 1;
                hits.extend(is_night(at).then(|| id.to_owned()));
            }
        }
        let mut rates = Rates::new();
        for (account, (total, mut hits)) in accounts.into_iter().filter(|(_, (total, _))| *total >= min_posts) {
            hits.sort_unstable(); // whatever the order of the rows, the same posts are shown
            rates.push_with_posts(&account, hits.len() as f64, total as f64, &hits);
        }
        Ok(rates)
    }
}

claque_sdk::export_signals!(Night);

#[cfg(test)]
mod tests {
    use super::*;
    use claque_sdk::testing::{Input, Trial};

    #[test]
    fn a_night_may_span_midnight_and_unknown_accounts_do_not_count() {
        let posts = Input::new()
            .texts("post_id", ["x:3", "x:1", "x:2", "x:4"])
            .texts("account_id", [Some("x:a"), Some("x:a"), Some("x:a"), None])
            .times("created_at", [22 * HOUR, 26 * HOUR - 1, 26 * HOUR, 23 * HOUR]);
        let trial = Trial::new().param("from_hour", 22).param("hours", 4).param("min_posts", 1);
        let rows = trial.table("posts", posts).run::<Night>().unwrap();
        assert_eq!((rows.floats("hits"), rows.floats("total")), (vec![2.0], vec![3.0]));
        assert_eq!(rows.lists("post_ids"), [["x:1", "x:3"]]);
    }
}
