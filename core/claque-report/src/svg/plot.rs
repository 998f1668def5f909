//! Two plots of an evaluation on a common frame: how scores and outcomes agree, and how risk grows with coverage.

use crate::evaluation::{AbstentionLine, CalibrationLine, FairnessLine};
use crate::foreign::escape;
use crate::number;
use std::fmt::{Arguments, Write};

/// The frame inside the picture, in its units.
const LEFT: f64 = 68.0;
const TOP: f64 = 14.0;
const SIDE: f64 = 320.0;
const BOTTOM: f64 = TOP + SIDE;
const WIDTH: f64 = LEFT + SIDE + 14.0;
/// Below the frame: numbers, a row of counts, the name of the axis.
const HEIGHT: f64 = BOTTOM + 66.0;
/// Ends of axes whose values may be small; their quarters are short numbers.
const CEILINGS: [f64; 6] = [0.01, 0.02, 0.04, 0.1, 0.4, 1.0];
/// The axis of risks never ends below this: a few clusters show no finer differences.
const LEAST_CEILING: f64 = 0.1;

/// The end of an axis that holds the value.
fn ceiling(value: f64) -> f64 {
    CEILINGS.into_iter().find(|end| value <= *end).unwrap_or(1.0)
}

/// Three decimals at most.
fn tick(value: f64) -> String {
    let written = format!("{value:.3}");
    written.trim_end_matches('0').trim_end_matches('.').to_owned()
}

struct Plot {
    svg: String,
    /// Value at the top of the frame.
    ceiling: f64,
}

impl Plot {
    /// An empty frame from 0 to 1 and from 0 to `ceiling`, with its axes named.
    fn new(label: &str, ceiling: f64, across: &str, up: &str) -> Self {
        let mut plot = Self { svg: String::new(), ceiling };
        plot.draw(format_args!(
            "<svg class=\"plot\" role=\"img\" aria-label=\"{}\" viewBox=\"0 0 {WIDTH} {HEIGHT}\">",
            escape(label)
        ));
        plot.draw(format_args!("<rect class=\"frame\" x=\"{LEFT}\" y=\"{TOP}\" width=\"{SIDE}\" height=\"{SIDE}\"/>"));
        for part in 0..=4 {
            let share = f64::from(part) / 4.0;
            let (x, y) = (LEFT + SIDE * share, BOTTOM - SIDE * share);
            if part % 4 > 0 {
                plot.draw(format_args!("<path class=\"grid\" d=\"M{x} {TOP}V{BOTTOM}M{LEFT} {y}H{}\"/>", LEFT + SIDE));
            }
            let inner = if part % 4 > 0 { " inner" } else { "" };
            let (along, value) = (tick(share), tick(share * ceiling));
            plot.draw(format_args!("<text class=\"mid{inner}\" x=\"{x}\" y=\"{}\">{along}</text>", BOTTOM + 18.0));
            plot.draw(format_args!("<text class=\"end{inner}\" x=\"{}\" y=\"{}\">{value}</text>", LEFT - 8.0, y + 4.0));
        }
        let middle = LEFT + SIDE / 2.0;
        plot.draw(format_args!("<text class=\"mid axis-name\" x=\"{middle}\" y=\"{}\">{across}</text>", HEIGHT - 6.0));
        let height = TOP + SIDE / 2.0;
        plot.draw(format_args!(
            "<text class=\"mid axis-name\" transform=\"rotate(-90)\" x=\"{}\" y=\"14\">{up}</text>",
            -height
        ));
        plot
    }

    fn draw(&mut self, element: Arguments) {
        self.svg.write_fmt(element).expect("writing to a string cannot fail");
    }

    fn x(share: f64) -> f64 {
        rounded(LEFT + SIDE * share.clamp(0.0, 1.0))
    }

    fn y(&self, value: f64) -> f64 {
        rounded(BOTTOM - SIDE * (value / self.ceiling).clamp(0.0, 1.0))
    }

    fn finish(mut self) -> String {
        self.svg.push_str("</svg>");
        self.svg
    }
}

/// A tenth of a unit is finer than a line.
fn rounded(place: f64) -> f64 {
    (place * 10.0).round() / 10.0
}

/// The share that came true by score, one mark per bin with its interval, and below the number of scores in it.
pub(crate) fn reliability(line: &CalibrationLine) -> String {
    let mut plot =
        Plot::new(&format!("reliability of {}", line.title), 1.0, "mean score of the bin", "share that came true");
    plot.draw(format_args!("<path class=\"ideal\" d=\"M{LEFT} {BOTTOM}L{} {TOP}\"/>", LEFT + SIDE));
    for bin in line.bins.iter().filter(|bin| bin.n > 0) {
        let x = Plot::x(bin.mean_score.unwrap_or(bin.low));
        if let Some((low, high)) = bin.interval {
            let (low, high) = (plot.y(low), plot.y(high));
            plot.draw(format_args!(
                "<path class=\"reach\" d=\"M{x} {low}V{high}M{} {low}h8M{} {high}h8\"/>",
                x - 4.0,
                x - 4.0
            ));
        }
        let y = plot.y(bin.came_true as f64 / bin.n as f64);
        plot.draw(format_args!(
            "<circle class=\"mark\" cx=\"{x}\" cy=\"{y}\" r=\"5\"><title>{} of {} came true</title></circle>",
            bin.came_true, bin.n
        ));
    }
    for bin in &line.bins {
        let middle = Plot::x(f64::midpoint(bin.low, bin.high));
        let class = if bin.n > 0 { "mid counts" } else { "mid counts none" };
        plot.draw(format_args!(
            "<text class=\"{class}\" x=\"{middle}\" y=\"{}\">{}</text>",
            BOTTOM + 36.0,
            number::count(bin.n)
        ));
    }
    plot.draw(format_args!("<text class=\"end counts\" x=\"{}\" y=\"{}\">n</text>", LEFT - 8.0, BOTTOM + 36.0));
    plot.finish()
}

/// The share of wrong answers as more of them are taken; what is not answered is hatched.
pub(crate) fn risk_coverage(abstention: &AbstentionLine) -> String {
    let most = abstention.points.iter().map(|p| p.risk).fold(0.0, f64::max);
    let ceiling = ceiling(most).max(LEAST_CEILING);
    let mut plot = Plot::new("risk by coverage", ceiling, "coverage: share of clusters answered", "risk: share wrong");
    let end = abstention.points.last().map_or(0.0, |p| p.coverage);
    if end < 1.0 {
        let x = Plot::x(end);
        plot.draw(format_args!(
            "<rect class=\"hatched\" x=\"{x}\" y=\"{TOP}\" width=\"{:.1}\" height=\"{SIDE}\"/>",
            LEFT + SIDE - x
        ));
    }
    let mut path = String::new();
    for point in &abstention.points {
        let step = if path.is_empty() { 'M' } else { 'L' };
        write!(path, "{step}{} {}", Plot::x(point.coverage), plot.y(point.risk))
            .expect("writing to a string cannot fail");
    }
    plot.draw(format_args!("<path class=\"curve\" d=\"{path}\"/>"));
    if abstention.points.len() <= 60 {
        for point in &abstention.points {
            plot.draw(format_args!(
                "<circle class=\"mark\" cx=\"{}\" cy=\"{}\" r=\"4\"><title>confidence {} and above: {} of answers wrong</title></circle>",
                Plot::x(point.coverage),
                plot.y(point.risk),
                number::score(point.confidence),
                number::percent(point.risk)
            ));
        }
    }
    plot.finish()
}

/// The end of the line on which the rates of a table stand with their intervals.
pub(crate) fn rates_end(rows: &[FairnessLine]) -> f64 {
    ceiling(rows.iter().map(|row| row.interval.1).fold(0.0, f64::max))
}

/// A rate with its interval on a line from 0 to `end`.
pub(crate) fn interval(row: &FairnessLine, end: f64) -> String {
    let at = |share: f64| format!("{:.1}%", (share / end).clamp(0.0, 1.0) * 100.0);
    let (low, high) = (at(row.interval.0), at(row.interval.1));
    format!(
        "<svg class=\"bar\" aria-hidden=\"true\"><rect class=\"track\" y=\"9\" width=\"100%\" height=\"6\" rx=\"2\"/>\
         <line class=\"whisker\" x1=\"{low}\" x2=\"{high}\" y1=\"12\" y2=\"12\"/>\
         <circle class=\"mark\" cx=\"{}\" cy=\"12\" r=\"3.5\"/></svg>",
        at(row.rate)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::{BinLine, CurvePoint, Number};

    const NUMBER: Number = Number { value: Some(0.0), reason: None };

    fn abstention(points: &[(f64, f64)]) -> AbstentionLine {
        let point = |&(coverage, risk): &(f64, f64)| CurvePoint { confidence: 1.0 - coverage, coverage, risk };
        let points: Vec<CurvePoint> = points.iter().map(point).collect();
        AbstentionLine { clusters: 4, answered: points.len(), wrong: 0, risk: NUMBER, aurc: NUMBER, points }
    }

    #[test]
    fn marks_stand_at_mean_score_and_share() {
        let bins = (0..10)
            .map(|at| BinLine {
                low: f64::from(at) / 10.0,
                high: f64::from(at + 1) / 10.0,
                n: if at == 5 { 4 } else { 0 },
                came_true: u64::from(at == 5),
                mean_score: (at == 5).then_some(0.55),
                interval: (at == 5).then_some((0.05, 0.7)),
            })
            .collect();
        let line = CalibrationLine {
            of: "ai_use",
            title: "use of AI",
            stated: 4,
            abstained: 0,
            came_true: 1,
            brier: NUMBER,
            ece: NUMBER,
            cllr: NUMBER,
            bins,
        };
        let svg = reliability(&line);
        // 68 + 0.55 · 320, and 334 − 0.25 · 320
        assert!(svg.contains("<circle class=\"mark\" cx=\"244\" cy=\"254\""), "{svg}");
        assert_eq!(svg.matches("class=\"mark\"").count(), 1, "an empty bin has no mark");
        assert_eq!(svg.matches("class=\"mid counts none\"").count(), 9);
    }

    #[test]
    fn the_curve_ends_where_answers_end() {
        let svg = risk_coverage(&abstention(&[(0.25, 0.0), (0.5, 0.5)]));
        // coverage ½ is at 68 + 160, risk ½ half-way up to 1
        assert!(svg.contains("d=\"M148 334L228 174\""), "{svg}");
        assert!(svg.contains("class=\"hatched\" x=\"228\" y=\"14\" width=\"160.0\""), "{svg}");
        assert!(!risk_coverage(&abstention(&[(1.0, 0.0)])).contains("hatched"));
    }

    #[test]
    fn axes_end_at_short_numbers() {
        let quarters = |end: f64| (1..=4).map(|part| tick(end * f64::from(part) / 4.0)).collect::<Vec<_>>();
        assert_eq!(quarters(ceiling(0.07)), ["0.025", "0.05", "0.075", "0.1"]);
        assert_eq!(quarters(ceiling(0.41)), ["0.25", "0.5", "0.75", "1"]);
        assert_eq!((ceiling(0.0), ceiling(1.0), tick(0.0)), (0.01, 1.0, "0".to_owned()));
    }

    #[test]
    fn a_small_risk_is_not_flattened_against_the_axis() {
        let svg = risk_coverage(&abstention(&[(1.0, 0.08)]));
        assert!(svg.contains("M388 78\""), "0.08 of 0.1 is four fifths up: {svg}");
    }
}
