//! From `plugin.toml` to the metadata inside the library, so that the two cannot differ.

use serde_json::{Map, Value};

/// Keys that a signal's declaration takes over from `[plugin]`.
const FROM_PLUGIN: [&str; 3] = ["version", "api", "license"];

/// The declaration of one signal as JSON.
pub(crate) fn metadata(manifest: &str, id: &str) -> Result<String, String> {
    let manifest: toml::Table = manifest.parse().map_err(|e: toml::de::Error| format!("plugin.toml: {e}"))?;
    let signals = manifest.get("signal").and_then(toml::Value::as_array).map_or(&[][..], Vec::as_slice);
    let named = |signal: &&toml::Value| signal.get("id").and_then(toml::Value::as_str) == Some(id);
    let Some(toml::Value::Table(signal)) = signals.iter().find(named) else {
        return Err(format!("plugin.toml: no [[signal]] has the id `{id}`"));
    };
    let mut declaration: Map<String, Value> = signal.iter().map(|(key, value)| (key.clone(), json(value))).collect();
    for key in FROM_PLUGIN {
        if let Some(value) = manifest.get("plugin").and_then(|plugin| plugin.get(key)) {
            declaration.insert(key.to_owned(), json(value));
        }
    }
    Ok(Value::Object(declaration).to_string())
}

fn json(value: &toml::Value) -> Value {
    match value {
        toml::Value::String(text) => text.as_str().into(),
        toml::Value::Integer(number) => (*number).into(),
        toml::Value::Float(number) => (*number).into(),
        toml::Value::Boolean(truth) => (*truth).into(),
        toml::Value::Datetime(time) => time.to_string().into(),
        toml::Value::Array(items) => items.iter().map(json).collect(),
        toml::Value::Table(table) => table.iter().map(|(key, value)| (key.clone(), json(value))).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = r#"
        [plugin]
        id = "org.example.two"
        version = "1.2.3"
        api = "1"
        [[signal]]
        id = "org.example.first"
        [[signal]]
        id = "org.example.second"
        cap = 0.5
        [signal.params.from]
        type = "datetime"
        default = 2024-06-09T00:00:00Z
    "#;

    #[test]
    fn a_declaration_is_the_signal_and_three_keys_of_the_plugin() {
        let text = metadata(MANIFEST, "org.example.second").expect("there");
        assert_eq!(
            text,
            r#"{"api":"1","cap":0.5,"id":"org.example.second","params":{"from":{"default":"2024-06-09T00:00:00Z","type":"datetime"}},"version":"1.2.3"}"#
        );
    }

    #[test]
    fn an_id_that_the_manifest_has_not_is_named() {
        let error = metadata(MANIFEST, "org.example.third").expect_err("not there");
        assert_eq!(error, "plugin.toml: no [[signal]] has the id `org.example.third`");
        assert!(metadata("[plugin", "x").expect_err("broken").starts_with("plugin.toml: "));
    }
}
