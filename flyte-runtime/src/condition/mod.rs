//! Conditions on values that do not exist yet, and the branches that depend on them.
//!
//! In a workflow's body `if`, `else if`, `else` and `match` on promises do all of this by themselves. What is here is for graphs that
//! are built by hand, and for conditions that get a name of their own:
//!
//! ```
//! use flyte_runtime::prelude::*;
//!
//! #[task]
//! fn double(x: i64) -> i64 {
//!     x * 2
//! }
//!
//! #[task]
//! fn half(x: i64) -> i64 {
//!     x / 2
//! }
//!
//! #[workflow]
//! fn towards_ten(x: i64) -> i64 {
//!     conditional("towards ten")
//!         .if_(x.lt(10))
//!         .then(|| double(x))
//!         .elif_(x.gt(10).and(x.lt(1_000)))
//!         .then(|| half(x))
//!         .else_()
//!         .fail("there is no way from here")
//! }
//!
//! assert_eq!(towards_ten(6)?, 12);
//! assert_eq!(towards_ten(600)?, 300);
//! let error = towards_ten(10).unwrap_err();
//! assert!(error.to_string().contains("there is no way from here"));
//! # Ok::<(), flyte_runtime::RunError>(())
//! ```

#[doc(hidden)]
pub mod comparison;
#[doc(hidden)]
pub mod dispatch;
mod explicit;
mod expression;
#[doc(hidden)]
pub mod failing;
mod operand;
mod promise;
mod recorder;
#[doc(hidden)]
pub mod switch;
mod value;

pub use explicit::{Case, Cases, Conditional, Else, conditional};
pub use expression::Condition;
pub(crate) use expression::{MAX_NESTED, Seen};
pub use failing::fail;
pub(crate) use operand::Operand;
pub use operand::{Comparable, IntoOperand, Ordered};
pub use switch::Matchable;
#[doc(hidden)]
pub use value::Sources;
pub use value::{BranchOutputs, BranchValue, SameAs};
