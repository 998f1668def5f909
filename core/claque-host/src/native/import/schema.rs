//! The type of an output stream: columns of the shape and no others, in types that mean what the shape
//! says. Types are read from the format strings alone; metadata and extension types are not looked at.

use super::lossy;
use claque_abi as abi;
use claque_model::{LogicalType, Shape};
use polars::prelude::DataType;
use polars_arrow::datatypes::{ArrowDataType, Field, IntegerType, TimeUnit};

/// What the shape asks of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Number,
    Time,
    Texts,
    /// An id as a number.
    Code,
    Codes,
}

impl Kind {
    /// The polars type that the engine gets.
    pub(super) fn dtype(self) -> DataType {
        match self {
            Self::Text => DataType::String,
            Self::Number => DataType::Float64,
            Self::Time => LogicalType::Datetime.dtype(),
            Self::Texts => DataType::List(Box::new(DataType::String)),
            Self::Code => DataType::UInt32,
            Self::Codes => DataType::List(Box::new(DataType::UInt32)),
        }
    }

    /// The same column with codes for ids, if it is one of ids.
    fn coded(self, name: &str) -> Self {
        match self {
            Self::Text if name.ends_with("_id") => Self::Code,
            Self::Texts => Self::Codes,
            other => other,
        }
    }

    fn accepts(self, layout: &Layout) -> bool {
        match self {
            Self::Code => *layout == CODE,
            Self::Codes => matches!(layout, Layout::List(items) | Layout::LargeList(items) if **items == CODE),
            Self::Text => layout.is_text() || matches!(layout, Layout::Dictionary(_, values) if values.is_text()),
            Self::Number => matches!(layout, Layout::Integer(_) | Layout::Float32 | Layout::Float64),
            Self::Time => matches!(layout, Layout::Time(_)),
            Self::Texts => matches!(layout, Layout::List(items) | Layout::LargeList(items) if items.is_text()),
        }
    }

    fn expected(self) -> &'static str {
        match self {
            Self::Text => "a string (`vu`, `U`, `u`, or a dictionary of them)",
            Self::Number => "a number (`g`, `f` or an integer)",
            Self::Time => "a time in UTC (`tsu:UTC`, or the same with `s`, `m` or `n`)",
            Self::Code => "a code (`I`)",
            Self::Codes => "a list of codes (`+L` or `+l` of `I`)",
            Self::Texts => "a list of strings (`+L` or `+l` of `vu`, `U` or `u`)",
        }
    }
}

/// How a column's values lie in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    View,
    Utf8,
    LargeUtf8,
    Integer(IntegerType),
    Float32,
    Float64,
    Time(TimeUnit),
    Dictionary(IntegerType, Box<Layout>),
    List(Box<Layout>),
    LargeList(Box<Layout>),
}

/// How codes lie in memory.
const CODE: Layout = Layout::Integer(IntegerType::UInt32);

impl Layout {
    fn is_text(&self) -> bool {
        matches!(self, Self::View | Self::Utf8 | Self::LargeUtf8)
    }

    /// The Arrow type under which polars imports it.
    pub(super) fn dtype(&self) -> ArrowDataType {
        let item = |items: &Self| Box::new(Field::new("item".into(), items.dtype(), true));
        match self {
            Self::View => ArrowDataType::Utf8View,
            Self::Utf8 => ArrowDataType::Utf8,
            Self::LargeUtf8 => ArrowDataType::LargeUtf8,
            Self::Integer(width) => (*width).into(),
            Self::Float32 => ArrowDataType::Float32,
            Self::Float64 => ArrowDataType::Float64,
            Self::Time(unit) => ArrowDataType::Timestamp(*unit, Some("UTC".into())),
            Self::Dictionary(keys, values) => ArrowDataType::Dictionary(*keys, Box::new(values.dtype()), false),
            Self::List(items) => ArrowDataType::List(item(items)),
            Self::LargeList(items) => ArrowDataType::LargeList(item(items)),
        }
    }
}

/// A column of the output, in the order of the stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OutputColumn {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) layout: Layout,
}

/// Name, kind, and whether it may be left out.
type ShapeColumn = (&'static str, Kind, bool);

fn columns_of(shape: Shape) -> &'static [ShapeColumn] {
    use Kind::{Number, Text, Texts, Time};
    match shape {
        Shape::Traces => {
            &[("account_id", Text, false), ("object", Text, false), ("at", Time, false), ("post_id", Text, false)]
        }
        Shape::Marks => &[("post_id", Text, false), ("value", Number, false), ("note", Text, true)],
        Shape::Rates => {
            &[("account_id", Text, false), ("hits", Number, false), ("total", Number, false), ("post_ids", Texts, true)]
        }
        Shape::Statistics => &[("cluster_id", Text, false), ("value", Number, false), ("post_ids", Texts, true)],
    }
}

/// Reads the type of a whole stream, in which ids are texts, or codes where they may be.
pub(super) fn read(root: &abi::ArrowSchema, shape: Shape, may_be_codes: bool) -> Result<Vec<OutputColumn>, String> {
    if root.release.is_none() {
        return Err("`get_schema` wrote no schema".into());
    }
    if format(root)? != "+s" {
        return Err("the output must be a stream of struct batches (`+s`)".into());
    }
    let wanted = columns_of(shape);
    let mut columns: Vec<OutputColumn> = Vec::new();
    for child in children(root, 64)? {
        let column = column(child, shape, wanted, may_be_codes)?;
        if columns.iter().any(|c| c.name == column.name) {
            return Err(format!("the column `{}` is there twice", column.name));
        }
        columns.push(column);
    }
    match wanted.iter().find(|(name, _, optional)| !optional && !columns.iter().any(|c| c.name == *name)) {
        Some((name, ..)) => Err(format!("the column `{name}` of the shape `{}` is missing", shape.name())),
        None => Ok(columns),
    }
}

fn column(
    child: &abi::ArrowSchema,
    shape: Shape,
    wanted: &[ShapeColumn],
    may_be_codes: bool,
) -> Result<OutputColumn, String> {
    // SAFETY: by Arrow's contract NULL or a NUL-terminated string
    let name = unsafe { lossy(child.name) }.unwrap_or_default();
    let Some((name, kind, _)) = wanted.iter().find(|(known, ..)| *known == name) else {
        let known: Vec<_> = wanted.iter().map(|(known, ..)| format!("`{known}`")).collect();
        return Err(format!(
            "the column `{name}` is not one of the shape `{}` (which has {})",
            shape.name(),
            known.join(", ")
        ));
    };
    let layout = layout(child, 0).map_err(|problem| format!("the column `{name}` {problem}"))?;
    if kind.accepts(&layout) {
        return Ok(OutputColumn { name, kind: *kind, layout });
    }
    let coded = kind.coded(name);
    if may_be_codes && coded.accepts(&layout) {
        return Ok(OutputColumn { name, kind: coded, layout });
    }
    Err(format!("the column `{name}` has the Arrow format `{}`, must be {}", format(child)?, kind.expected()))
}

fn layout(schema: &abi::ArrowSchema, depth: u8) -> Result<Layout, String> {
    let format = format(schema)?;
    if depth > 1 {
        return Err("is nested too deeply".into());
    }
    if !schema.dictionary.is_null() {
        let Some(Layout::Integer(keys)) = flat(format) else {
            return Err(format!("has dictionary keys of the Arrow format `{format}`, must be integers"));
        };
        // SAFETY: not NULL, and by Arrow's contract alive while its owner is
        let values = layout(unsafe { &*schema.dictionary }, depth + 1)?;
        return Ok(Layout::Dictionary(keys, Box::new(values)));
    }
    if let "+l" | "+L" = format {
        let [items] = children(schema, 1)?[..] else { return Err("is a list without items".into()) };
        let items = Box::new(layout(items, depth + 1)?);
        return Ok(if format == "+l" { Layout::List(items) } else { Layout::LargeList(items) });
    }
    if schema.n_children != 0 {
        return Err(format!("has children, which the Arrow format `{format}` has not"));
    }
    flat(format).ok_or_else(|| match format.strip_prefix("ts") {
        Some(zone) if zone.ends_with(':') => "holds times without a zone, must be UTC (`tsu:UTC`)".into(),
        Some(_) => format!("holds times of the Arrow format `{format}`, must be UTC (`tsu:UTC`)"),
        None => format!("has the Arrow format `{format}`, which no shape has"),
    })
}

/// A format without children.
fn flat(format: &str) -> Option<Layout> {
    Some(match format {
        "vu" => Layout::View,
        "u" => Layout::Utf8,
        "U" => Layout::LargeUtf8,
        "c" => Layout::Integer(IntegerType::Int8),
        "C" => Layout::Integer(IntegerType::UInt8),
        "s" => Layout::Integer(IntegerType::Int16),
        "S" => Layout::Integer(IntegerType::UInt16),
        "i" => Layout::Integer(IntegerType::Int32),
        "I" => Layout::Integer(IntegerType::UInt32),
        "l" => Layout::Integer(IntegerType::Int64),
        "L" => Layout::Integer(IntegerType::UInt64),
        "f" => Layout::Float32,
        "g" => Layout::Float64,
        "tss:UTC" => Layout::Time(TimeUnit::Second),
        "tsm:UTC" => Layout::Time(TimeUnit::Millisecond),
        "tsu:UTC" => Layout::Time(TimeUnit::Microsecond),
        "tsn:UTC" => Layout::Time(TimeUnit::Nanosecond),
        _ => return None,
    })
}

fn format(schema: &abi::ArrowSchema) -> Result<&str, String> {
    if schema.format.is_null() {
        return Err("has a NULL format".into());
    }
    // SAFETY: not NULL, and by Arrow's contract a NUL-terminated string that lives as long as the schema
    unsafe { std::ffi::CStr::from_ptr(schema.format) }.to_str().map_err(|_| "has a format that is not UTF-8".into())
}

fn children(schema: &abi::ArrowSchema, most: i64) -> Result<Vec<&abi::ArrowSchema>, String> {
    if !(0..=most).contains(&schema.n_children) || (schema.n_children > 0 && schema.children.is_null()) {
        return Err(format!("has {} children", schema.n_children));
    }
    (0..schema.n_children as usize)
        .map(|i| {
            // SAFETY: by Arrow's contract there are `n_children` pointers
            let child = unsafe { *schema.children.add(i) };
            // SAFETY: NULL or a child that lives as long as its parent
            unsafe { child.as_ref() }.ok_or_else(|| "has a NULL child".to_owned())
        })
        .collect()
}
