//! What can travel between tasks: Rust types, their Flyte types and their literal form.

mod collections;
mod flyte_type;
mod json;
mod literal;
mod preview;
mod primitives;
mod structs;
mod text;
mod value;

pub use flyte_type::{FlyteFields, FlyteType, TypeError};
pub use json::{json_from_literal, literal_from_json};
pub use literal::{Literal, LiteralType, StructField, StructType, UnionVariant};
pub use preview::Preview;
pub use structs::{DerivedStruct, SerdeStruct, struct_from_literal, struct_to_literal};
pub(crate) use text::{text_from_value, value_from_text};
pub use value::{TypeInfo, Value};
