//! What the macros know of a function or struct, checked, with the tokens it came from.

mod attributes;
pub(crate) mod signature;
mod structs;

pub(crate) use attributes::{docs, flyte_crate};
pub(crate) use signature::{Parameter, Passing, Signature};
pub(crate) use structs::{Field, Struct};
