//! Pieces of a network side by side in one frame: as large as the frame allows, in the order given.

/// Width of the frame.
pub(crate) const WIDTH: f32 = 1000.0;
/// Height that a frame has at most, unless even the smallest scale needs more.
const MAX_HEIGHT: f32 = 600.0;
/// Distances between neighboring dots that are tried, largest first.
const SPACINGS: [f32; 9] = [44.0, 36.0, 30.0, 25.0, 20.0, 16.0, 12.0, 9.0, 6.0];

/// A part of the network with positions of its own, in the unit square.
pub(super) struct Piece {
    pub(super) at: Vec<(f32, f32)>,
    /// Needs room for a name above it.
    pub(super) named: bool,
}

/// Positions of all pieces in the frame, and the height of the frame.
pub(super) fn shelve(pieces: &[Piece]) -> (Vec<Vec<(f32, f32)>>, f32) {
    let mut fitted = (Vec::new(), 0.0);
    for spacing in SPACINGS {
        fitted = with_spacing(pieces, spacing);
        if fitted.1 <= MAX_HEIGHT {
            break;
        }
    }
    fitted
}

fn with_spacing(pieces: &[Piece], spacing: f32) -> (Vec<Vec<(f32, f32)>>, f32) {
    let boxes: Vec<Room> = pieces.iter().map(|p| Room::of(p, spacing)).collect();
    let mut out = Vec::with_capacity(pieces.len());
    let (mut start, mut y) = (0, 0.0);
    while start < boxes.len() {
        let (mut end, mut width) = (start + 1, boxes[start].width);
        while end < boxes.len() && width + boxes[end].width <= WIDTH {
            width += boxes[end].width;
            end += 1;
        }
        // what a full row leaves over is spread between its pieces; a short row stays together
        let free = (WIDTH - width).max(0.0);
        let gap = if end < boxes.len() { free / (end - start) as f32 } else { (free / (end - start) as f32).min(24.0) };
        let tallest = boxes[start..end].iter().map(|b| b.height).fold(0.0, f32::max);
        let mut x = gap / 2.0;
        for at in start..end {
            out.push(boxes[at].place(&pieces[at], x, y + tallest - boxes[at].height));
            x += boxes[at].width + gap;
        }
        (start, y) = (end, y + tallest);
    }
    (out, y)
}

/// The room that a piece takes at some spacing.
struct Room {
    width: f32,
    height: f32,
    scale: f32,
    side: f32,
    above: f32,
}

impl Room {
    fn of(piece: &Piece, spacing: f32) -> Self {
        let (side, above) = if piece.named { (20.0, 42.0) } else { (12.0, 12.0) };
        let scale = spacing * (piece.at.len() as f32).sqrt();
        let most = |pick: fn(&(f32, f32)) -> f32| piece.at.iter().map(pick).fold(0.0, f32::max);
        Self {
            width: most(|p| p.0) * scale + 2.0 * side,
            height: most(|p| p.1) * scale + above + side,
            scale,
            side,
            above,
        }
    }

    fn place(&self, piece: &Piece, x: f32, y: f32) -> Vec<(f32, f32)> {
        piece.at.iter().map(|p| (x + self.side + p.0 * self.scale, y + self.above + p.1 * self.scale)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(side: u32) -> Piece {
        let step = |i: u32| i as f32 / (side - 1) as f32;
        let at = (0..side * side).map(|n| (step(n % side), step(n / side))).collect();
        Piece { at, named: true }
    }

    #[test]
    fn pieces_lie_in_the_frame_and_apart() {
        let pieces: Vec<Piece> = [6, 5, 5, 4, 3, 3, 2, 2].into_iter().map(square).collect();
        let (at, height) = shelve(&pieces);
        assert!(height <= MAX_HEIGHT);
        assert!(at.iter().flatten().all(|(x, y)| (0.0..=WIDTH).contains(x) && (0.0..=height).contains(y)));
        let bounds: Vec<[f32; 4]> = at
            .iter()
            .map(|p| {
                let fold =
                    |pick: fn(&(f32, f32)) -> f32, with: fn(f32, f32) -> f32, from| p.iter().map(pick).fold(from, with);
                [
                    fold(|p| p.0, f32::min, f32::MAX),
                    fold(|p| p.0, f32::max, 0.0),
                    fold(|p| p.1, f32::min, f32::MAX),
                    fold(|p| p.1, f32::max, 0.0),
                ]
            })
            .collect();
        for (i, a) in bounds.iter().enumerate() {
            for b in &bounds[i + 1..] {
                assert!(a[1] < b[0] || b[1] < a[0] || a[3] < b[2] || b[3] < a[2], "{a:?} {b:?}");
            }
        }
    }

    #[test]
    fn few_dots_do_not_fill_the_frame() {
        let (_, height) = shelve(&[square(2)]);
        assert!(height < 200.0, "{height}");
    }
}
