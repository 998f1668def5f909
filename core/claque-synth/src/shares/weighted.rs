//! Drawing one of many with given weights in constant time.

use crate::random::Stream;

/// Alias table (Walker 1977, 10.1145/355744.355749; construction of Vose 1991, 10.1109/32.92917).
#[derive(Debug)]
pub(super) struct Weighted {
    /// Probability of staying, and where to go instead.
    slots: Vec<(f64, u32)>,
}

impl Weighted {
    /// Weights are positive. O(n).
    pub(super) fn new(mut weights: Vec<f64>) -> Self {
        let mean = weights.iter().sum::<f64>() / weights.len() as f64;
        let (mut small, mut large) = (Vec::new(), Vec::new());
        for (index, weight) in weights.iter_mut().enumerate() {
            *weight /= mean;
            if *weight < 1.0 { small.push(index as u32) } else { large.push(index as u32) }
        }
        let mut slots: Vec<(f64, u32)> = (0..weights.len() as u32).map(|index| (1.0, index)).collect();
        while let (Some(less), Some(&more)) = (small.pop(), large.last()) {
            slots[less as usize] = (weights[less as usize], more);
            weights[more as usize] -= 1.0 - weights[less as usize];
            if weights[more as usize] < 1.0 {
                large.pop();
                small.push(more);
            }
        }
        Self { slots }
    }

    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    pub(super) fn pick(&self, stream: &mut Stream) -> u32 {
        let slot = stream.below(self.slots.len());
        let (stay, other) = self.slots[slot];
        if stream.unit() < stay { slot as u32 } else { other }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_drawn_in_proportion_to_their_weights() {
        let table = Weighted::new(vec![1.0, 7.0, 2.0]);
        let mut stream = Stream::new(1, "weighted", 0);
        let mut drawn = [0; 3];
        (0..100_000).for_each(|_| drawn[table.pick(&mut stream) as usize] += 1);
        // five standard deviations of a binomial are below 800
        for (found, expected) in drawn.into_iter().zip([10_000_i32, 70_000, 20_000]) {
            assert!((found - expected).abs() < 800, "{drawn:?}");
        }
    }
}
