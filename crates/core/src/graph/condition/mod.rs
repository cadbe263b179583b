//! Conditions on values that do not exist yet, and how `if` and `match` in a body record their cases.

#[doc(hidden)]
pub mod comparison;
mod conditionals;
mod expression;
#[doc(hidden)]
pub mod failing;
#[doc(hidden)]
pub mod if_else;
#[doc(hidden)]
pub mod joining;
#[doc(hidden)]
pub mod matching;
mod operand;
mod promise;
mod recorder;
mod value;

pub use conditionals::{Case, Cases, Conditional, Else, conditional};
pub use expression::Condition;
pub(crate) use expression::{MAX_NESTED, Seen};
pub use failing::fail;
pub use matching::Matchable;
pub(crate) use operand::Operand;
pub use operand::{Comparable, IntoOperand, Ordered};
#[doc(hidden)]
pub use value::Sources;
pub use value::{BranchOutputs, BranchValue, SameAs};
