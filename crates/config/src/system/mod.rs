//! What only Unix can do, in one place for all crates. `elsewhere` has the same functions: what another system does
//! without, they leave out, and what it cannot do they refuse by name.

#[cfg(not(unix))]
mod elsewhere;
#[cfg(unix)]
mod unix;

#[cfg(not(unix))]
pub use elsewhere::*;
#[cfg(unix)]
pub use unix::*;
