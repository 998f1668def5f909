//! One call of a compiled signal, on the thread that was started for it: request and error buffer in,
//! status and output stream out.

use super::codes::IdsAs;
use super::export::Input;
use super::float_mode::FloatMode;
use super::handed::Handed;
use super::import::{self, Caps};
use super::services::Context;
use claque_abi as abi;
use claque_model::{Fault, ParamValue, Params, Shape};
use polars::prelude::DataFrame;
use serde_json::Value;
use std::ffi::CString;
use std::ptr;
use std::sync::Arc;

/// Room for a plugin's error text, in bytes.
const ERROR_ROOM: usize = 4096;

/// Everything that a call needs; it owns all of it, because the caller may stop waiting.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) plugin: &'static abi::Plugin,
    pub(super) inputs: Vec<Input>,
    pub(super) params: CString,
    pub(super) seed: u64,
    pub(super) max_threads: u32,
    pub(super) shape: Shape,
    pub(super) ids: IdsAs,
    pub(super) caps: Caps,
}

impl Call {
    /// Scores and drains. `context` outlives the output stream.
    pub(super) fn run(self, context: &Arc<Context>) -> Result<DataFrame, Fault> {
        let (shape, caps, ids) = (self.shape, self.caps, self.ids.clone());
        let host = context.host();
        let handed = Handed::default();
        let output = self.score(&host, context, &handed)?;
        import::drain(output, shape, caps, &ids, &handed, || context.is_cancelled())
    }

    /// Scores alone; what it was given is kept in `handed`. `host` outlives the output stream.
    pub(super) fn score(
        self,
        host: &abi::Host,
        context: &Context,
        handed: &Handed,
    ) -> Result<abi::ArrowArrayStream, Fault> {
        let heights: Vec<i64> = self.inputs.iter().map(|i| i.source.height() as i64).collect();
        let (names, sources): (Vec<_>, Vec<_>) = self.inputs.into_iter().map(|i| (i.name, i.source)).unzip();
        let mut streams = InputStreams(sources.into_iter().map(|source| source.stream(handed)).collect());
        let first_stream = streams.0.as_mut_ptr();
        let tables: Vec<abi::Table> = (0..names.len())
            .map(|i| abi::Table {
                struct_size: size_of::<abi::Table>() as u32,
                reserved: 0,
                name: names[i].as_ptr(),
                n_rows: heights[i],
                stream: first_stream.wrapping_add(i),
            })
            .collect();
        let pointers: Vec<*const abi::Table> = tables.iter().map(ptr::from_ref).collect();
        let request = abi::Request {
            struct_size: size_of::<abi::Request>() as u32,
            n_tables: pointers.len() as u32,
            tables: pointers.as_ptr(),
            params_json: self.params.as_ptr(),
            seed: self.seed,
            max_threads: self.max_threads.max(1),
            reserved: 0,
        };
        let mut room = vec![0_u8; ERROR_ROOM];
        let mut error = abi::ErrorBuffer {
            struct_size: size_of::<abi::ErrorBuffer>() as u32,
            cap: ERROR_ROOM as u32,
            message: room.as_mut_ptr().cast(),
        };
        let mut output = abi::ArrowArrayStream::empty();
        let score = self.plugin.score.expect("checked when the library was loaded");
        let status = {
            let _mode = FloatMode::save();
            // SAFETY: all pointers are valid during the call; the plugin and its library are never unloaded
            unsafe { score(self.plugin, host, &raw const request, &raw mut output, &raw mut error) }
        };
        drop(streams);
        if status == abi::OK {
            return Ok(output);
        }
        let end = room.iter().position(|&byte| byte == 0).unwrap_or(room.len());
        Err(fault(status, &String::from_utf8_lossy(&room[..end]), context.is_cancelled()))
    }
}

/// The input streams; what the plugin did not move out is released when this is dropped.
struct InputStreams(Vec<abi::ArrowArrayStream>);

impl Drop for InputStreams {
    fn drop(&mut self) {
        for stream in &mut self.0 {
            if let Some(release) = stream.release {
                // SAFETY: a stream of ours that was not moved out
                unsafe { release(stream) }
            }
        }
    }
}

/// What a status means. Parameters, tables and columns were checked before the call, so complaints about
/// them are the plugin's fault too.
fn fault(status: i32, text: &str, was_cancelled: bool) -> Fault {
    let said = if text.is_empty() { "without a message" } else { text };
    match status {
        abi::ERR_PARAMS => Fault::Raised(format!("refused its parameters: {said}")),
        abi::ERR_SCHEMA => Fault::Raised(format!("refused its tables: {said}")),
        abi::ERR_RUNTIME if text.is_empty() => Fault::Raised("failed without a message".into()),
        abi::ERR_RUNTIME => Fault::Raised(text.to_owned()),
        abi::ERR_CANCELLED if was_cancelled => Fault::Cancelled,
        abi::ERR_CANCELLED => Fault::Raised(format!("says that it was cancelled, but nobody asked: {said}")),
        abi::ERR_PANIC => Fault::Panicked(said.to_owned()),
        abi::ERR_UNSUPPORTED => Fault::Unsupported(said.to_owned()),
        other => Fault::Raised(format!("unknown status {other}: {said}")),
    }
}

/// Parameters as one flat object, keys sorted. JSON escapes U+0000, so the text holds no NUL.
pub(super) fn params_json(params: &Params) -> CString {
    let object: serde_json::Map<String, Value> = params
        .iter()
        .map(|(name, value)| {
            let value = match value {
                ParamValue::Int(v) | ParamValue::Duration(v) | ParamValue::Datetime(v) => Value::from(*v),
                ParamValue::Float(v) => Value::from(*v),
                ParamValue::Bool(v) => Value::from(*v),
                ParamValue::Text(v) => Value::from(v.as_str()),
                ParamValue::Texts(v) => Value::from(v.as_slice()),
            };
            (name.clone(), value)
        })
        .collect();
    CString::new(Value::Object(object).to_string()).expect("JSON escapes NUL")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_compact_sorted_and_without_nul() {
        let params: Params = [
            ("words".to_owned(), ParamValue::Texts(vec!["a\0b".into(), "\u{e9}".into()])),
            ("age".to_owned(), ParamValue::Duration(5_000_000)),
            ("share".to_owned(), ParamValue::Float(2.0)),
            ("on".to_owned(), ParamValue::Bool(true)),
        ]
        .into();
        let expected = "{\"age\":5000000,\"on\":true,\"share\":2.0,\"words\":[\"a\\u0000b\",\"\u{e9}\"]}";
        assert_eq!(params_json(&params).to_str().expect("UTF-8"), expected);
    }

    #[test]
    fn each_status_is_read_as_the_contract_says() {
        let check = |status, cancelled, expected: &str| {
            assert_eq!(fault(status, "why", cancelled).to_string(), expected);
        };
        check(1, false, "refused its parameters: why");
        check(2, false, "refused its tables: why");
        check(3, false, "why");
        check(4, true, "interrupted");
        check(4, false, "says that it was cancelled, but nobody asked: why");
        check(5, false, "panicked: why");
        check(6, false, "not supported here: why");
        check(-7, false, "unknown status -7: why");
        assert_eq!(fault(3, "", false).to_string(), "failed without a message");
    }
}
