//! Plain calls, one after the other on the calling thread, of which the host keeps nothing: what is left of them in
//! memory is the plugin's.

use super::answer::Output;
use crate::native::NativeSignal;
use crate::native::call::{Call, params_json};
use crate::native::export::{self, Input, Source};
use crate::native::handed::Handed;
use crate::native::services::Context;
use crate::native::signal::{caps, ids_as};
use claque_model::{Fault, Given, Signal};
use polars::prelude::DataFrame;
use std::ffi::CString;
use std::sync::mpsc::sync_channel;

/// A call that can be made again and again.
pub(crate) struct Quiet<'s> {
    signal: &'s NativeSignal,
    given: &'s Given,
    tables: Vec<(CString, DataFrame)>,
    params: CString,
}

impl<'s> Quiet<'s> {
    /// # Errors
    /// A declared table or column is not among what is given.
    pub(crate) fn of(signal: &'s NativeSignal, given: &'s Given) -> Result<Self, Fault> {
        let export::Inputs { tables, .. } = export::inputs(signal.declaration(), given, signal.forms())?;
        Ok(Self { signal, given, tables, params: params_json(&given.params) })
    }

    /// Calls, drains, and releases everything.
    ///
    /// # Errors
    /// The call or its stream failed.
    pub(crate) fn call(&self) -> Result<(), String> {
        // what a plugin says is heard by nobody
        let (sender, _) = sync_channel(1);
        let context = Context::new(self.given.seed, sender);
        let host = context.host();
        let shape = self.signal.declaration().emits;
        let strings = self.signal.forms().strings;
        let input = |(name, frame): &(CString, DataFrame)| Input {
            name: name.clone(),
            source: Source::Frame(frame.clone(), strings),
        };
        let call = Call {
            plugin: self.signal.plugin(),
            inputs: self.tables.iter().map(input).collect(),
            params: self.params.clone(),
            seed: self.given.seed,
            max_threads: self.given.max_threads,
            shape,
            ids: ids_as(self.signal.forms(), None),
            caps: caps(shape, self.given),
        };
        let output = call.score(&host, &context, &Handed::default()).map_err(|fault| fault.to_string())?;
        match Output::new(output).pump(usize::MAX).failed {
            None => Ok(()),
            Some(ending) => Err(format!("its stream failed with error {}: {}", ending.errno, ending.text)),
        }
    }
}
