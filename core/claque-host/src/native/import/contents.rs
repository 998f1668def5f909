//! After the import: UTF-8, view indices and dictionary keys are checked, and each column is brought to
//! the one type that the engine reads. Columns that have it already are passed on without a copy.

use super::schema::{Kind, Layout, OutputColumn};
use polars_arrow::array::{
    Array, DictionaryArray, DictionaryKey, ListArray, MutableBinaryViewArray, PrimitiveArray, Utf8Array, Utf8ViewArray,
    View,
};
use polars_arrow::bitmap::Bitmap;
use polars_arrow::datatypes::{ArrowDataType, Field, IntegerType, TimeUnit};
use polars_arrow::offset::{Offset, OffsetsBuffer};
use polars_arrow::types::NativeType;

/// The column in the engine's type.
pub(super) fn canonical(column: &OutputColumn, values: &dyn Array) -> Result<Box<dyn Array>, String> {
    let result: Result<Box<dyn Array>, String> = match column.kind {
        Kind::Text => texts(&column.layout, values).map(|a| Box::new(a) as _),
        Kind::Number => Ok(Box::new(numbers(&column.layout, values))),
        Kind::Code => Ok(values.to_boxed()),
        Kind::Codes => match &column.layout {
            Layout::List(_) => lists::<i32>(values, |items| Ok(items.to_boxed())),
            Layout::LargeList(_) => lists::<i64>(values, |items| Ok(items.to_boxed())),
            _ => unreachable!("`schema` accepts lists only"),
        }
        .map(|a| Box::new(a) as _),
        Kind::Time => times(&column.layout, values).map(|a| Box::new(a) as _),
        Kind::Texts => match &column.layout {
            Layout::List(items) => lists::<i32>(values, |own| texts(items, own).map(|a| Box::new(a) as _)),
            Layout::LargeList(items) => lists::<i64>(values, |own| texts(items, own).map(|a| Box::new(a) as _)),
            _ => unreachable!("`schema` accepts lists only"),
        }
        .map(|a| Box::new(a) as _),
    };
    result.map_err(|problem| format!("the column `{}` {problem}", column.name))
}

/// Bytes that a canonical column holds, near enough for a cap.
pub(super) fn size(values: &dyn Array) -> usize {
    let any = values.as_any();
    let own = if let Some(texts) = any.downcast_ref::<Utf8ViewArray>() {
        texts.total_bytes_len() + 16 * texts.len()
    } else if let Some(lists) = any.downcast_ref::<ListArray<i64>>() {
        size(lists.values().as_ref()) + 8 * lists.len()
    } else {
        8 * values.len()
    };
    own + values.len() / 8
}

/// The same of a column whose texts lie in the input. O(1).
pub(super) fn size_without_data(values: &dyn Array) -> usize {
    let each = if *values.dtype() == ArrowDataType::Utf8View { 16 } else { 8 };
    each * values.len() + values.len() / 8
}

/// The array as the type that its layout was imported under.
fn as_type<T: 'static>(values: &dyn Array) -> &T {
    values.as_any().downcast_ref().expect("imported under the type of its layout")
}

fn texts(layout: &Layout, values: &dyn Array) -> Result<Utf8ViewArray, String> {
    match layout {
        Layout::View => {
            let v: &Utf8ViewArray = as_type(values);
            // what stands in the place of a null is undefined, and so may be anything
            let known = |(view, is_valid): (&View, bool)| if is_valid { *view } else { View::default() };
            let views = match v.validity() {
                Some(valid) => v.views().iter().zip(valid).map(known).collect(),
                None => v.views().clone(),
            };
            let (data, validity) = (v.data_buffers().clone(), v.validity().cloned());
            Utf8ViewArray::try_new(v.dtype().clone(), views, data, validity).map_err(|e| broken(&e))
        }
        Layout::Utf8 => offset_texts(as_type::<Utf8Array<i32>>(values)),
        Layout::LargeUtf8 => offset_texts(as_type::<Utf8Array<i64>>(values)),
        Layout::Dictionary(keys, words) => match keys {
            IntegerType::Int8 => words_by_key::<i8>(words, values),
            IntegerType::Int16 => words_by_key::<i16>(words, values),
            IntegerType::Int32 => words_by_key::<i32>(words, values),
            IntegerType::Int64 => words_by_key::<i64>(words, values),
            IntegerType::UInt8 => words_by_key::<u8>(words, values),
            IntegerType::UInt16 => words_by_key::<u16>(words, values),
            IntegerType::UInt32 => words_by_key::<u32>(words, values),
            IntegerType::UInt64 => words_by_key::<u64>(words, values),
            IntegerType::Int128 | IntegerType::UInt128 => unreachable!("`schema` knows no such keys"),
        },
        _ => unreachable!("`schema` accepts texts only"),
    }
}

fn offset_texts<O: Offset>(values: &Utf8Array<O>) -> Result<Utf8ViewArray, String> {
    if let Some(valid) = values.validity() {
        return texts_beside_nulls(values, valid);
    }
    let checked = Utf8Array::<O>::try_new(
        values.dtype().clone(),
        values.offsets().clone(),
        values.values().clone(),
        values.validity().cloned(),
    )
    .map_err(|e| broken(&e))?;
    Ok(collect_texts(checked.len(), checked.iter()))
}

/// Looks at the bytes of texts only: what lies under a null is undefined.
fn texts_beside_nulls<O: Offset>(values: &Utf8Array<O>, valid: &Bitmap) -> Result<Utf8ViewArray, String> {
    let mut views = MutableBinaryViewArray::<str>::with_capacity(values.len());
    for (row, is_valid) in valid.iter().enumerate() {
        let (start, end) = values.offsets().start_end(row);
        let text = is_valid.then(|| std::str::from_utf8(&values.values()[start..end])).transpose();
        views.push(text.map_err(|error| format!("has a text that is no UTF-8 in row {row}: {error}"))?);
    }
    Ok(views.into())
}

fn collect_texts<'a>(length: usize, texts: impl Iterator<Item = Option<&'a str>>) -> Utf8ViewArray {
    let mut views = MutableBinaryViewArray::<str>::with_capacity(length);
    for text in texts {
        views.push(text);
    }
    views.into()
}

fn words_by_key<K: DictionaryKey>(words: &Layout, values: &dyn Array) -> Result<Utf8ViewArray, String> {
    let dictionary: &DictionaryArray<K> = as_type(values);
    let words = texts(words, dictionary.values().as_ref())?;
    let mut views = MutableBinaryViewArray::<str>::with_capacity(dictionary.len());
    for (row, key) in dictionary.keys().iter().enumerate() {
        let word = match key {
            None => None,
            Some(&key) => {
                // a negative key wraps to a huge one
                let place = key.try_into().ok().filter(|&place: &usize| place < words.len());
                words.get(place.ok_or_else(|| format!("has a dictionary key out of range in row {row}"))?)
            }
        };
        views.push(word);
    }
    Ok(views.into())
}

fn numbers(layout: &Layout, values: &dyn Array) -> PrimitiveArray<f64> {
    match layout {
        Layout::Float64 => as_type::<PrimitiveArray<f64>>(values).clone(),
        Layout::Float32 => widened::<f32>(values, f64::from),
        Layout::Integer(IntegerType::Int8) => widened::<i8>(values, f64::from),
        Layout::Integer(IntegerType::Int16) => widened::<i16>(values, f64::from),
        Layout::Integer(IntegerType::Int32) => widened::<i32>(values, f64::from),
        Layout::Integer(IntegerType::Int64) => widened::<i64>(values, |v| v as f64),
        Layout::Integer(IntegerType::UInt8) => widened::<u8>(values, f64::from),
        Layout::Integer(IntegerType::UInt16) => widened::<u16>(values, f64::from),
        Layout::Integer(IntegerType::UInt32) => widened::<u32>(values, f64::from),
        Layout::Integer(IntegerType::UInt64) => widened::<u64>(values, |v| v as f64),
        _ => unreachable!("`schema` accepts numbers only"),
    }
}

fn widened<T: NativeType>(values: &dyn Array, widen: impl Fn(T) -> f64) -> PrimitiveArray<f64> {
    let narrow: &PrimitiveArray<T> = as_type(values);
    let wide: Vec<f64> = narrow.values().iter().map(|&v| widen(v)).collect();
    PrimitiveArray::new(ArrowDataType::Float64, wide.into(), narrow.validity().cloned())
}

/// Microseconds since 1970; finer units are rounded down.
fn times(layout: &Layout, values: &dyn Array) -> Result<PrimitiveArray<i64>, String> {
    let given: &PrimitiveArray<i64> = as_type(values);
    let micros = |v: i64| match layout {
        Layout::Time(TimeUnit::Second) => v.checked_mul(1_000_000),
        Layout::Time(TimeUnit::Millisecond) => v.checked_mul(1_000),
        Layout::Time(TimeUnit::Nanosecond) => Some(v.div_euclid(1_000)),
        _ => Some(v),
    };
    if *layout == Layout::Time(TimeUnit::Microsecond) {
        return Ok(given.clone());
    }
    let mut converted = Vec::with_capacity(given.len());
    for (row, value) in given.iter().enumerate() {
        let micros = value.map_or(Some(0), |&v| micros(v));
        converted.push(micros.ok_or_else(|| format!("has a time out of range in row {row}"))?);
    }
    let dtype = Layout::Time(TimeUnit::Microsecond).dtype();
    Ok(PrimitiveArray::new(dtype, converted.into(), given.validity().cloned()))
}

fn lists<O: Offset>(
    values: &dyn Array,
    canonical: impl Fn(&dyn Array) -> Result<Box<dyn Array>, String>,
) -> Result<ListArray<i64>, String> {
    let given: &ListArray<O> = as_type(values);
    let items = canonical(given.values().as_ref())?;
    let offsets: Vec<i64> = given.offsets().iter().map(|o| o.to_usize() as i64).collect();
    let offsets = OffsetsBuffer::<i64>::try_from(offsets).map_err(|e| broken(&e))?;
    let dtype = ArrowDataType::LargeList(Box::new(Field::new("item".into(), items.dtype().clone(), true)));
    ListArray::try_new(dtype, offsets, items, given.validity().cloned()).map_err(|e| broken(&e))
}

fn broken(error: &impl ToString) -> String {
    format!("is broken: {}", error.to_string().replace('\n', " "))
}
