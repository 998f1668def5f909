//! The network: accounts as dots colored by group, links colored by layer.

use super::{LAYER_PALETTE, group_class};
use crate::foreign::escape;
use crate::view::{View, WIDTH};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The picture, if anybody is linked.
pub(crate) fn network(view: &View) -> Option<String> {
    let picture = &view.picture;
    if picture.nodes.is_empty() {
        return None;
    }
    let at: Vec<(f32, f32)> = picture.nodes.iter().map(|n| (n.x, n.y)).collect();
    let mut lines: BTreeMap<usize, String> = BTreeMap::new();
    for line in &picture.lines {
        let ((x, y), (x2, y2)) = (at[line.a as usize], at[line.b as usize]);
        let path = lines.entry(line.layer.min(LAYER_PALETTE - 1)).or_default();
        write!(path, "M{x:.0} {y:.0}L{x2:.0} {y2:.0}").expect("writing to a string cannot fail");
    }
    let mut dots: BTreeMap<Option<usize>, Vec<(f32, f32)>> = BTreeMap::new();
    for (node, place) in picture.nodes.iter().zip(&at) {
        dots.entry(node.cluster).or_default().push(*place);
    }
    let mut svg = format!(
        "<svg class=\"network\" role=\"img\" aria-label=\"network of {} linked accounts\" viewBox=\"0 0 {WIDTH} {:.0}\">",
        picture.nodes.len(),
        picture.height
    );
    let radius = match picture.nodes.len() {
        0..150 => 6.0,
        150..600 => 4.5,
        _ => 3.0,
    };
    for (layer, path) in &lines {
        draw(&mut svg, format_args!("<path class=\"link l{layer}\" d=\"{path}\"/>"));
    }
    for (group, places) in &dots {
        draw(&mut svg, format_args!("<g class=\"node {}\">", group.map_or_else(|| "lone".to_owned(), group_class)));
        if let Some(cluster) = group.and_then(|at| view.clusters.get(at)) {
            draw(&mut svg, format_args!("<title>{}: {}</title>", escape(&cluster.id), escape(cluster.verdict_words)));
        }
        for (x, y) in places {
            draw(&mut svg, format_args!("<circle cx=\"{x:.0}\" cy=\"{y:.0}\" r=\"{radius}\"/>"));
        }
        svg.push_str("</g>");
    }
    for (group, places) in &dots {
        if let Some(cluster) = group.and_then(|at| view.clusters.get(at)) {
            label(&mut svg, &cluster.id, places);
        }
    }
    svg.push_str("</svg>");
    Some(svg)
}

/// The name of a group, above its dots.
fn label(svg: &mut String, id: &str, places: &[(f32, f32)]) {
    let x = places.iter().map(|p| p.0).sum::<f32>() / places.len() as f32;
    let top = places.iter().map(|p| p.1).fold(f32::MAX, f32::min);
    draw(svg, format_args!("<text x=\"{x:.0}\" y=\"{:.0}\">{}</text>", (top - 12.0).max(20.0), escape(id)));
}

fn draw(svg: &mut String, element: std::fmt::Arguments) {
    svg.write_fmt(element).expect("writing to a string cannot fail");
}
