//! Write Flyte tasks and workflows in Rust.

pub mod duration;
pub mod entity;
pub mod graph {
    //! Graphs of nodes: what a workflow compiles to.

    pub mod dnsify;
    pub mod overrides;
}
