//! Stands in for `declare.rs` until it is there.
use claque_model::*;
use serde_json::Value;

pub(super) fn declaration_from_json(value: &Value) -> Result<Declaration, String> {
    let text = |k: &str| value[k].as_str().map(str::to_owned);
    let need = |k: &str| text(k).ok_or_else(|| format!("`{k}` is missing"));
    let mut requires = Vec::new();
    for (name, columns) in value["requires"].as_object().into_iter().flatten() {
        let columns = columns.as_object().into_iter().flatten().map(|(n, t)| {
            let t = t.as_str().unwrap_or("");
            NeededColumn { name: n.clone(), kind: LogicalType::parse(t.trim_end_matches('?')).unwrap_or(LogicalType::Id), optional: t.ends_with('?') }
        }).collect();
        requires.push(NeededTable { name: name.clone(), columns });
    }
    Ok(Declaration {
        id: need("id")?, version: need("version")?, api: need("api")?, title: need("title")?, doc: text("doc").unwrap_or_default(),
        cite: text("cite"), license: text("license"), dimension: Dimension::parse(&need("dimension")?).ok_or("dimension")?,
        also: vec![], family: need("family")?, emits: Shape::parse(&need("emits")?).ok_or("emits")?, layer: text("layer"), requires,
        params: vec![], cap: value["cap"].as_f64().unwrap_or(0.0), effect_floor: EffectFloor::Ratio(1.5), direction: Direction::Higher,
        innocent: vec![], disarm: Disarm::default(),
    })
}
