//! Displays a run on a terminal: a live picture of what is going on, or a line for each end.
//!
//! `told` keeps what a display needs of an event, and `live` adds it up to the state of a run, with the open nodes in
//! `nodes`. `frame` and `summary` are functions of that state, so a test can compare them with the events. Only
//! `painter` has a thread and writes.

mod critical;
mod frame;
mod lines;
mod live;
mod nodes;
mod painter;
mod plain;
mod style;
mod summary;
#[cfg(test)]
mod tests;
mod told;

pub use frame::Size;
pub use painter::Painter;
pub use plain::Progress;

/// How much a display tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Detail {
    /// What a user has to know, and for plain lines the end of each task.
    #[default]
    Normal,
    /// Also the start and the end of every task.
    Verbose,
}

/// How a run is displayed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// How much is told.
    pub detail: Detail,
    /// Whether there are colours.
    pub colours: bool,
}
