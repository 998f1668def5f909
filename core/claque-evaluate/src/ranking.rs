//! Accounts in the order of their scores, as two numbers. The order itself leaves this module never: no account is
//! ranked in any output.

use crate::absent::{Absent, Figure};

/// The false-positive rate at which recall is read: one innocent account in a thousand.
pub const FALSE_POSITIVE_RATE: f64 = 1e-3;

/// How well scores part members of operations from everybody else.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ranking {
    /// Accounts, those in no cluster included.
    pub accounts: usize,
    /// Those of them in an operation.
    pub in_operations: usize,
    /// Average precision.
    pub average_precision: Figure,
    /// Recall at [`FALSE_POSITIVE_RATE`].
    pub recall: Figure,
}

/// Measures (score, is in an operation) of every account. O(n log n); the order of the input and of ties changes
/// nothing.
pub(crate) fn ranking(mut accounts: Vec<(f64, bool)>) -> Ranking {
    accounts.sort_by(|a, b| b.0.total_cmp(&a.0));
    let in_operations = accounts.iter().filter(|a| a.1).count();
    let (steps, innocent) = (steps(&accounts), accounts.len() - in_operations);
    Ranking {
        accounts: accounts.len(),
        in_operations,
        average_precision: average_precision(&steps, in_operations),
        recall: recall_at(&steps, in_operations, innocent),
    }
}

/// Hits and false alarms when everything down to a score is taken, once per distinct score, the highest first.
fn steps(sorted: &[(f64, bool)]) -> Vec<(usize, usize)> {
    let (mut hits, mut alarms) = (0, 0);
    let equal_scores = sorted.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq());
    equal_scores
        .map(|tied| {
            let positive = tied.iter().filter(|a| a.1).count();
            hits += positive;
            alarms += tied.len() - positive;
            (hits, alarms)
        })
        .collect()
}

/// Σ (R_i − R_(i−1)) P_i over distinct scores, not interpolated (Buckley & Voorhees 2000, 10.1145/345508.345543; steps
/// rather than trapezoids after Davis & Goadrich 2006, 10.1145/1143844.1143874).
fn average_precision(steps: &[(usize, usize)], positives: usize) -> Figure {
    if positives == 0 {
        return Err(Absent::NoPositives);
    }
    let (mut sum, mut before) = (0.0, 0);
    for &(hits, alarms) in steps {
        sum += (hits - before) as f64 * hits as f64 / (hits + alarms) as f64;
        before = hits;
    }
    Ok(sum / positives as f64)
}

/// The largest recall of a threshold whose false-positive rate is not above [`FALSE_POSITIVE_RATE`]; thresholds between
/// tied scores do not exist (Fawcett 2006, 10.1016/j.patrec.2005.10.010).
fn recall_at(steps: &[(usize, usize)], positives: usize, negatives: usize) -> Figure {
    if positives == 0 {
        return Err(Absent::NoPositives);
    }
    if negatives == 0 {
        return Err(Absent::NoNegatives);
    }
    let allowed = |alarms: usize| alarms as f64 / negatives as f64 <= FALSE_POSITIVE_RATE;
    let most = steps.iter().take_while(|step| allowed(step.1)).last().map_or(0, |step| step.0);
    Ok(most as f64 / positives as f64)
}

#[cfg(test)]
mod tests;
