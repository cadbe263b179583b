//! What rust-analyzer answers in a program of this project, see `run`.

mod attributes;
mod completion;
mod half_typed;
mod navigation;
mod rename;
