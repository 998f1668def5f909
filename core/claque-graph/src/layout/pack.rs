//! Packing of laid-out components into the unit square.

/// Free space around a component, in units of node spacing.
const MARGIN: f64 = 1.0;

/// Places the components in shelves, the tallest first, and scales everything into the unit square.
pub(super) fn pack(n: usize, members: &[Vec<u32>], pieces: &[Vec<(f64, f64)>]) -> Vec<(f32, f32)> {
    let boxes: Vec<Bounds> = pieces.iter().map(|piece| Bounds::of(piece)).collect();
    let mut order: Vec<usize> = (0..pieces.len()).collect();
    order.sort_by(|&a, &b| boxes[b].height.total_cmp(&boxes[a].height).then(a.cmp(&b)));
    let area: f64 = boxes.iter().map(|b| b.width * b.height).sum();
    let widest = boxes.iter().map(|b| b.width).fold(0.0, f64::max);
    let row_width = widest.max(area.sqrt() * 1.1);
    let mut at = vec![(0.0, 0.0); n];
    let (mut x, mut y, mut row_height, mut extent) = (0.0, 0.0, 0.0, 1e-9f64);
    for piece in order {
        let bounds = &boxes[piece];
        if x > 0.0 && x + bounds.width > row_width {
            (x, y, row_height) = (0.0, y + row_height, 0.0);
        }
        for (&node, &(px, py)) in members[piece].iter().zip(&pieces[piece]) {
            at[node as usize] = (x + px - bounds.left + MARGIN / 2.0, y + py - bounds.bottom + MARGIN / 2.0);
        }
        x += bounds.width;
        row_height = bounds.height.max(row_height);
        extent = extent.max(x).max(y + row_height);
    }
    at.into_iter().map(|(px, py)| ((px / extent) as f32, (py / extent) as f32)).collect()
}

struct Bounds {
    left: f64,
    bottom: f64,
    width: f64,
    height: f64,
}

impl Bounds {
    fn of(points: &[(f64, f64)]) -> Self {
        let low = points.iter().fold((f64::MAX, f64::MAX), |low, p| (low.0.min(p.0), low.1.min(p.1)));
        let high = points.iter().fold((f64::MIN, f64::MIN), |high, p| (high.0.max(p.0), high.1.max(p.1)));
        Self { left: low.0, bottom: low.1, width: high.0 - low.0 + MARGIN, height: high.1 - low.1 + MARGIN }
    }
}
