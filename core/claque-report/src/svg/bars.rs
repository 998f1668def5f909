//! One score as a bar: filled to the score, dark to its lower bound, a whisker for the interval, below it
//! the band of priors with the score without its strongest family.

use crate::foreign::escape;
use crate::number;
use crate::view::ScoreView;
use std::fmt::Write;

/// The bar of a score. It stretches to the width of its place; a score that is not stated is hatched.
pub(crate) fn bar(score: &ScoreView) -> String {
    let mut svg = format!("<svg class=\"bar\" role=\"img\" aria-label=\"{}\">", escape(&label(score)));
    if score.abstained.is_some() {
        svg.push_str("<rect class=\"hatched\" y=\"5\" width=\"100%\" height=\"12\" rx=\"2\"/></svg>");
        return svg;
    }
    svg.push_str("<rect class=\"track\" y=\"5\" width=\"100%\" height=\"12\" rx=\"2\"/>");
    for (class, share) in [("fill", score.score), ("tail", score.lower_bound)] {
        if share > 0.0 {
            draw(
                &mut svg,
                format_args!("<rect class=\"{class}\" y=\"5\" width=\"{}\" height=\"12\" rx=\"2\"/>", at(share)),
            );
        }
    }
    let (low, high) = (at(score.ci_low), at(score.ci_high));
    draw(&mut svg, format_args!("<line class=\"whisker\" x1=\"{low}\" x2=\"{high}\" y1=\"11\" y2=\"11\"/>"));
    for end in [&low, &high] {
        draw(&mut svg, format_args!("<line class=\"whisker\" x1=\"{end}\" x2=\"{end}\" y1=\"8\" y2=\"14\"/>"));
    }
    let (low, high) = (at(score.prior_low), at(score.prior_high));
    draw(&mut svg, format_args!("<line class=\"band\" x1=\"{low}\" x2=\"{high}\" y1=\"21\" y2=\"21\"/>"));
    draw(
        &mut svg,
        format_args!("<circle class=\"without\" cx=\"{}\" cy=\"21\" r=\"2.5\"/></svg>", at(score.without_best)),
    );
    svg
}

fn draw(svg: &mut String, element: std::fmt::Arguments) {
    svg.write_fmt(element).expect("writing to a string cannot fail");
}

fn at(share: f64) -> String {
    let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
    format!("{:.1}%", share * 100.0)
}

fn label(score: &ScoreView) -> String {
    match score.reason {
        Some(reason) => format!("{}: not stated, {reason}", score.title),
        None => format!(
            "{}: {}, lower bound {}, interval {} to {}",
            score.title,
            number::score(score.score),
            number::score(score.lower_bound),
            number::score(score.ci_low),
            number::score(score.ci_high)
        ),
    }
}
