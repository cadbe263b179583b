//! What a Flyte cluster is told: entities, graphs and values as messages of [`flyte_idl`].
//!
//! Part of the feature `remote`.

pub mod distribution;
pub mod execute;
mod json_struct;
pub mod literal;
pub mod literal_type;
pub mod offload;
pub mod package;
pub mod serialize;
