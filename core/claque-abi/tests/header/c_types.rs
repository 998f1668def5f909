//! How the Rust types of the contract are written in C: pointers, functions, numbers and the structs by name.

use claque_abi::{ArrowArray, ArrowArrayStream, ArrowSchema, ErrorBuffer, Host, Library, Plugin, Request, Table};
use std::ffi::{c_char, c_void};

/// A type that stands in a struct of the contract.
pub(crate) trait InC {
    /// Its abstract declarator, qualifiers behind what they qualify: `char const *`.
    fn in_c() -> String;
}

macro_rules! named {
    ($($rust:ty = $c:literal)+) => {
        $(impl InC for $rust {
            fn in_c() -> String {
                $c.to_owned()
            }
        })+
    };
}

// `c_int` of the Arrow callbacks is `i32`; `int` and `int32_t` are one type on every target of the contract
named! {
    i32 = "int32_t"
    i64 = "int64_t"
    u32 = "uint32_t"
    u64 = "uint64_t"
    f64 = "double"
    c_char = "char"
    c_void = "void"
    () = "void"
    ArrowSchema = "struct ArrowSchema"
    ArrowArray = "struct ArrowArray"
    ArrowArrayStream = "struct ArrowArrayStream"
    ErrorBuffer = "claque_error"
    Host = "claque_host"
    Table = "claque_table"
    Request = "claque_request"
    Plugin = "claque_plugin"
    Library = "claque_library"
}

impl<T: InC> InC for *const T {
    fn in_c() -> String {
        format!("{} const *", T::in_c())
    }
}

impl<T: InC> InC for *mut T {
    fn in_c() -> String {
        format!("{} *", T::in_c())
    }
}

impl<T: InC> InC for Option<T> {
    fn in_c() -> String {
        T::in_c()
    }
}

macro_rules! functions {
    ($(($($argument:ident)+))+) => {
        $(impl<$($argument: InC,)+ Out: InC> InC for unsafe extern "C" fn($($argument),+) -> Out {
            fn in_c() -> String {
                format!("{} (*)({})", Out::in_c(), [$($argument::in_c()),+].join(", "))
            }
        })+
    };
}

functions! { (A) (A B) (A B C) (A B C D E) }
