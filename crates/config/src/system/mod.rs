//! Unix-only functions, in one place for all crates. `elsewhere` has the same functions for other systems: they do
//! nothing where that is safe, and otherwise return an error that names the missing operation.

#[cfg(not(unix))]
mod elsewhere;
#[cfg(unix)]
mod unix;

#[cfg(not(unix))]
pub use elsewhere::*;
#[cfg(unix)]
pub use unix::*;
