//! The closed form of interval jitter (null N2): how often two shares that are Δ apart would be within W
//! if each had happened up to h earlier or later.

/// Distribution function of the difference of two independent uniform jitters on [−h, h].
fn difference(x: f64, h: f64) -> f64 {
    if x < -2.0 * h {
        0.0
    } else if x < 0.0 {
        (x + 2.0 * h).powi(2) / (8.0 * h * h)
    } else if x <= 2.0 * h {
        1.0 - (2.0 * h - x).powi(2) / (8.0 * h * h)
    } else {
        1.0
    }
}

/// Chance that two shares `delta` apart are within `window` after jitter by up to `h` (one unit for all three).
pub(crate) fn chance_within(delta: i64, window: i64, h: i64) -> f64 {
    let (delta, window, h) = (delta as f64, window as f64, h.max(1) as f64);
    difference(window - delta, h) - difference(-window - delta, h)
}

/// Burst control: strangers who share the same object raise the chance to what they show themselves.
pub(crate) fn with_strangers(chance: f64, in_time: f64, strangers: f64, kappa: f64) -> f64 {
    chance.max((in_time + kappa * chance) / (strangers + kappa))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn close_shares_have_the_chance_of_the_triangle_at_its_top() {
        // by hand: 1 − (7194² + 7186²) ÷ (8 · 3600²)
        let chance = chance_within(4, 10, 3600);
        assert!((chance - 0.002_775_540_1).abs() < 1e-9, "{chance}");
    }

    #[test]
    fn chance_is_symmetric_and_ends_beyond_the_reach() {
        assert!((chance_within(50, 60, 3600) - chance_within(-50, 60, 3600)).abs() < 1e-15);
        assert!(chance_within(7260, 60, 3600).abs() < 1e-15);
        assert!(chance_within(7259, 60, 3600) > 0.0);
    }

    #[test]
    fn chance_is_what_a_fine_grid_of_jitters_gives() {
        let (h, window, delta) = (50i64, 12i64, 31i64);
        let steps = -500..=500i64;
        let inside = steps.clone().flat_map(|a| steps.clone().map(move |b| (a, b)));
        let inside = inside.filter(|(a, b)| (delta * 10 + b - a).abs() <= window * 10).count();
        let share = inside as f64 / (1001.0 * 1001.0);
        assert!((share - chance_within(delta, window, h)).abs() < 1e-3);
    }

    #[test]
    fn strangers_only_ever_raise_the_chance() {
        assert!((with_strangers(0.01, 0.0, 100.0, 5.0) - 0.01).abs() < 1e-15);
        assert!((with_strangers(0.01, 50.0, 95.0, 5.0) - 0.5005).abs() < 1e-12);
    }
}
