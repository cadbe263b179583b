//! Who answers nodes that wait, and how they run.

mod answers;
mod run;
mod terminal;

pub use answers::Answers;
pub use run::task;
pub use terminal::Terminal;
