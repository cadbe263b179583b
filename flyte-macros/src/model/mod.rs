//! Checked functions and types, with the tokens they came from.

mod attributes;
mod enums;
mod serde_attributes;
pub(crate) mod signature;
mod structs;

pub(crate) use attributes::{docs, flyte_crate};
pub(crate) use enums::{Enum, StringVariant, TypeVariant, Variants};
pub(crate) use signature::{Parameter, Passing, Signature, is_option};
pub(crate) use structs::{Field, Stored, Struct};
