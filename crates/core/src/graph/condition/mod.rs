//! Conditions on values that do not exist yet, and how `if` and `match` in a body record their cases.

#[doc(hidden)]
pub mod comparison;
mod conditionals;
#[doc(hidden)]
pub mod dispatch;
mod expression;
#[doc(hidden)]
pub mod failing;
mod operand;
mod promise;
mod recorder;
#[doc(hidden)]
pub mod switch;
mod value;

pub use conditionals::{Case, Cases, Conditional, Else, conditional};
pub use expression::Condition;
pub(crate) use expression::{MAX_NESTED, Seen};
pub use failing::fail;
pub(crate) use operand::Operand;
pub use operand::{Comparable, IntoOperand, Ordered};
pub use switch::Matchable;
#[doc(hidden)]
pub use value::Sources;
pub use value::{BranchOutputs, BranchValue, SameAs};
