//! Support for generated code: values of the types of inputs and outputs, nodes by name and by position.

pub mod callee;
pub mod declare;
pub mod fields;
pub mod in_bodies;
pub mod input_types;
pub mod inputs;
pub mod map;
pub mod named;
pub mod plugin;
pub mod positional;
pub mod slot;
