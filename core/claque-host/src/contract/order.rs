//! In which order signals run: those first whose output others read.

use claque_model::{Declaration, Shape};
use thiserror::Error;

/// Signals that read each other's output in a circle.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("signals read each other's output in a circle: {}", ids.join(" -> "))]
pub struct CycleError {
    /// Ids along the circle, the first one again at its end; each reads the output of the next.
    pub ids: Vec<String>,
}

/// Positions of the declarations in an order in which every signal comes after those that it reads, and
/// otherwise as given. A source that is not among them is no obstacle: it will be missing at run time.
///
/// # Errors
/// A circle.
pub fn order(declarations: &[&Declaration]) -> Result<Vec<usize>, CycleError> {
    let sources: Vec<Vec<usize>> = declarations.iter().map(|d| sources_of(d, declarations)).collect();
    let mut placed = vec![false; declarations.len()];
    let mut order = Vec::with_capacity(declarations.len());
    while order.len() < declarations.len() {
        let is_ready = |at: &usize| !placed[*at] && sources[*at].iter().all(|source| placed[*source]);
        match (0..declarations.len()).find(is_ready) {
            Some(at) => {
                placed[at] = true;
                order.push(at);
            }
            None => return Err(circle(declarations, &sources, &placed)),
        }
    }
    Ok(order)
}

fn sources_of(reader: &Declaration, declarations: &[&Declaration]) -> Vec<usize> {
    let reads = |source: &Declaration| {
        let table = match source.emits {
            Shape::Traces => format!("trace.{}", source.layer_name()),
            Shape::Marks => format!("marks.{}", source.id),
            Shape::Rates | Shape::Statistics => return false,
        };
        reader.requires.iter().any(|needed| needed.name == table)
    };
    (0..declarations.len()).filter(|at| reads(declarations[*at])).collect()
}

/// Follows unplaced sources until one comes again: all that is left waits for another one that is left.
fn circle(declarations: &[&Declaration], sources: &[Vec<usize>], placed: &[bool]) -> CycleError {
    let mut path: Vec<usize> = placed.iter().position(|done| !done).into_iter().collect();
    let next = |at: usize| sources[at].iter().copied().find(|source| !placed[*source]);
    while let Some(source) = path.last().and_then(|at| next(*at)) {
        if let Some(start) = path.iter().position(|at| *at == source) {
            path.drain(..start);
            path.push(source);
            break;
        }
        path.push(source);
    }
    CycleError { ids: path.into_iter().map(|at| declarations[at].id.clone()).collect() }
}
