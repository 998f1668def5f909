//! Compressed rows: what a node points at, with weights, in one piece of memory.

/// Arcs by their source, ascending; of one source by their target.
#[derive(Clone, Debug)]
pub(crate) struct Rows {
    starts: Vec<usize>,
    targets: Vec<u32>,
    weights: Vec<f64>,
}

impl Rows {
    /// Parallel arcs add up in the order given. O(n + m log m).
    pub(crate) fn of(n: usize, mut arcs: Vec<(u32, u32, f64)>) -> Self {
        arcs.sort_by_key(|&(from, to, _)| (from, to));
        let mut rows = Self { starts: vec![0; n + 1], targets: Vec::with_capacity(arcs.len()), weights: Vec::new() };
        let mut last = None;
        for (from, to, weight) in arcs {
            if last == Some((from, to)) {
                if let Some(sum) = rows.weights.last_mut() {
                    *sum += weight;
                }
            } else {
                rows.targets.push(to);
                rows.weights.push(weight);
                rows.starts[from as usize + 1] += 1;
            }
            last = Some((from, to));
        }
        for node in 0..n {
            rows.starts[node + 1] += rows.starts[node];
        }
        rows
    }

    /// Number of nodes.
    pub(crate) fn n(&self) -> usize {
        self.starts.len() - 1
    }

    /// Number of different arcs.
    pub(crate) fn len(&self) -> usize {
        self.targets.len()
    }

    /// Number of different arcs of a node.
    pub(crate) fn degree(&self, node: u32) -> usize {
        self.starts[node as usize + 1] - self.starts[node as usize]
    }

    /// Targets of a node, ascending.
    pub(crate) fn targets(&self, node: u32) -> &[u32] {
        &self.targets[self.starts[node as usize]..self.starts[node as usize + 1]]
    }

    /// Targets of a node with weights, ascending.
    pub(crate) fn of_node(&self, node: u32) -> impl Iterator<Item = (u32, f64)> + '_ {
        let range = self.starts[node as usize]..self.starts[node as usize + 1];
        self.targets[range.clone()].iter().copied().zip(self.weights[range].iter().copied())
    }

    /// Sum of all weights, in the order of the rows.
    pub(crate) fn sum(&self) -> f64 {
        self.weights.iter().sum()
    }
}
