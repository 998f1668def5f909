//! Shapes of handles, and how much they differ within a group.

use std::collections::HashMap;
use std::fmt::Write;

/// Shapes by number, so that groups compare small numbers.
#[derive(Default)]
pub(crate) struct Shapes {
    codes: HashMap<String, u32>,
}

impl Shapes {
    /// The number of a handle's shape.
    pub(crate) fn code(&mut self, handle: &str) -> u32 {
        let next = self.codes.len() as u32;
        *self.codes.entry(shape(handle)).or_insert(next)
    }
}

/// Runs of lower-case letters become `a`, of capitals `A`, digits `d` with their number; separators stay.
/// Letters of scripts without case count as lower case.
fn shape(handle: &str) -> String {
    let mut shape = String::new();
    let mut digits = 0;
    let mut last = None;
    for c in handle.trim_start_matches('@').chars() {
        if c.is_numeric() {
            digits += 1;
            last = None;
            continue;
        }
        end_of_digits(&mut shape, &mut digits);
        let kind = if c.is_uppercase() {
            'A'
        } else if c.is_alphabetic() {
            'a'
        } else {
            c
        };
        if !c.is_alphabetic() || last != Some(kind) {
            shape.push(kind);
        }
        last = c.is_alphabetic().then_some(kind);
    }
    end_of_digits(&mut shape, &mut digits);
    shape
}

fn end_of_digits(shape: &mut String, digits: &mut u32) {
    if *digits > 0 {
        write!(shape, "d{digits}").expect("a string grows");
        *digits = 0;
    }
}

/// Entropy of the shapes in bits: −Σ p log₂ p.
pub(crate) fn entropy(codes: &mut [u32]) -> f64 {
    codes.sort_unstable();
    let all = codes.len() as f64;
    let runs = codes.chunk_by(|a, b| a == b).map(|run| run.len() as f64 / all);
    runs.map(|p| -p * p.log2()).sum::<f64>().max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handles_become_shapes() {
        for (handle, expected) in [
            ("Sun48213", "Aad5"),
            ("Oak90127", "Aad5"),
            ("lamp_quay", "a_a"),
            ("@NATO-fan1", "A-ad1"),
            ("a1b22", "ad1ad2"),
            ("__x__", "__a__"),
            ("\u{42f}\u{43d}\u{432}7", "Aad1"),
            ("\u{6771}\u{4eac}", "a"),
            ("", ""),
        ] {
            assert_eq!(shape(handle), expected, "{handle}");
        }
    }

    #[test]
    fn entropy_is_zero_for_one_shape_and_log_n_for_n() {
        assert!(entropy(&mut [3, 3, 3]).to_bits() == 0.0_f64.to_bits(), "not minus zero");
        assert!((entropy(&mut [0, 1, 2, 3]) - 2.0).abs() < 1e-12);
        // five of one, one of another: (5/6) log2(6/5) + (1/6) log2 6
        assert!((entropy(&mut [0, 0, 1, 0, 0, 0]) - 0.650).abs() < 5e-4);
    }
}
