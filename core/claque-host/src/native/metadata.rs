//! The declaration inside a library, and whether it is the one of the manifest beside it.

use super::error::NativeError;
use crate::declare::declaration_from_json;
use claque_model::{Declaration, NeededTable, ParamDeclaration};
use serde_json::Value;

/// Reads the metadata of one signal.
pub(super) fn read(text: &[u8]) -> Result<Declaration, String> {
    let text = std::str::from_utf8(text).map_err(|e| format!("not UTF-8 after byte {}", e.valid_up_to()))?;
    let value: Value = serde_json::from_str(text).map_err(|e| format!("{e}, in `{}`", beginning(text)))?;
    declaration_from_json(&value).map_err(|e| e.to_string())
}

fn beginning(text: &str) -> &str {
    &text[..text.floor_char_boundary(300)]
}

/// The declarations that a manifest holds.
pub(super) fn of_manifest(name: &str, manifest: &[Value]) -> Result<Vec<Declaration>, NativeError> {
    let mut declarations: Vec<Declaration> = Vec::with_capacity(manifest.len());
    for (i, value) in manifest.iter().enumerate() {
        let declaration = declaration_from_json(value).map_err(|e| NativeError::BadMetadata {
            name: name.to_owned(),
            number: i + 1,
            problem: format!("in its manifest: {e}"),
        })?;
        if declarations.iter().any(|other| other.id == declaration.id) {
            return Err(NativeError::TwiceTheSameSignal { name: name.to_owned(), id: declaration.id });
        }
        declarations.push(declaration);
    }
    Ok(declarations)
}

/// Compares as values: spelling, order of keys, and defaults left out make no difference.
pub(super) fn compare(name: &str, library: &[&Declaration], manifest: &[Value]) -> Result<(), NativeError> {
    let manifest = of_manifest(name, manifest)?;
    let (own, other) = (ids(library.iter().copied()), ids(&manifest));
    if own != other {
        let list = |ids: Vec<&str>| ids.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ");
        return Err(NativeError::OtherSignals { name: name.to_owned(), library: list(own), manifest: list(other) });
    }
    for own in library {
        for other in manifest.iter().filter(|m| m.id == own.id) {
            let other = in_order(other);
            if let Some((field, library, manifest)) = first_difference(&in_order(own), &other) {
                let (name, id) = (name.to_owned(), other.id);
                return Err(NativeError::ManifestDiffers { name, id, field, library, manifest });
            }
        }
    }
    Ok(())
}

fn ids<'a>(declarations: impl IntoIterator<Item = &'a Declaration>) -> Vec<&'a str> {
    let mut ids: Vec<_> = declarations.into_iter().map(|d| d.id.as_str()).collect();
    ids.sort_unstable();
    ids
}

/// JSON and TOML objects have no order, so none is compared.
fn in_order(declaration: &Declaration) -> Declaration {
    let mut sorted = declaration.clone();
    sorted.requires.sort_by(|a, b| a.name.cmp(&b.name));
    for table in &mut sorted.requires {
        table.columns.sort_by(|a, b| a.name.cmp(&b.name));
    }
    sorted.params.sort_by(|a, b| a.name.cmp(&b.name));
    sorted
}

/// Name of a field, and both values in words.
type Difference = (&'static str, String, String);

fn first_difference(a: &Declaration, b: &Declaration) -> Option<Difference> {
    macro_rules! in_words {
        ($($field:ident)+) => {
            [$((stringify!($field), format!("`{:?}`", a.$field), format!("`{:?}`", b.$field))),+]
        };
    }
    let named = |names: Vec<String>| format!("`{}`", names.join(", "));
    let tables = |tables: &[NeededTable]| named(tables.iter().map(table_in_words).collect());
    let params = |params: &[ParamDeclaration]| named(params.iter().map(|p| format!("{p:?}")).collect());
    let fields = in_words!(
        version api title doc cite license dimension also family emits layer cap effect_floor direction innocent disarm
    );
    let lists =
        [("requires", tables(&a.requires), tables(&b.requires)), ("params", params(&a.params), params(&b.params))];
    fields.into_iter().chain(lists).find(|(_, own, other)| own != other)
}

fn table_in_words(table: &NeededTable) -> String {
    let columns =
        table.columns.iter().map(|c| format!("{}: {}{}", c.name, c.kind.name(), if c.optional { "?" } else { "" }));
    format!("{}({})", table.name, columns.collect::<Vec<_>>().join(", "))
}
