//! Entities, the things a workflow is made of, and what is declared about them.

pub mod options;
pub mod resources;

pub use options::*;
pub use resources::*;
