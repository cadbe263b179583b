//! Gates: how their nodes run, and where their answers come from.

mod answers;
mod run;
mod terminal;

pub use answers::Answers;
pub use run::task;
pub use terminal::Terminal;
