//! Why a signal gives no result, in the words of the contract's status codes.

use claque_abi as abi;
use std::error::Error as StdError;
use std::fmt;

/// What stopped a signal. The text reaches the user as it is: lower case, no full stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// A parameter is not acceptable.
    Params(String),
    /// A declared table or column is missing or of another type.
    Schema(String),
    /// Anything else.
    Runtime(String),
    /// The host asked to stop.
    Cancelled,
    /// This machine or build cannot do it: the finding is missing, not failed.
    Unsupported(String),
}

impl Error {
    /// Anything that is not the fault of parameters or tables.
    pub fn runtime(text: impl fmt::Display) -> Self {
        Self::Runtime(text.to_string())
    }

    pub(crate) fn status(&self) -> i32 {
        match self {
            Self::Params(_) => abi::ERR_PARAMS,
            Self::Schema(_) => abi::ERR_SCHEMA,
            Self::Runtime(_) => abi::ERR_RUNTIME,
            Self::Cancelled => abi::ERR_CANCELLED,
            Self::Unsupported(_) => abi::ERR_UNSUPPORTED,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Params(text) | Self::Schema(text) | Self::Runtime(text) | Self::Unsupported(text) => text,
            Self::Cancelled => "cancelled",
        })
    }
}

impl StdError for Error {}
