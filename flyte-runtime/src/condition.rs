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
pub use flyte_core::graph::condition::Sources;
pub use flyte_core::graph::condition::{
    BranchOutputs, BranchValue, Case, Cases, Comparable, Condition, Conditional, Else, IntoOperand,
    Matchable, Ordered, SameAs, conditional, fail,
};

#[doc(hidden)]
pub mod comparison {
    //! Comparisons in the conditions of a workflow's body: of promises a [`Condition`](super::Condition), of plain values what they
    //! always were.
    //!
    //! `a > b` becomes `(&&&Compare(&a, &b)).__gt()`. Of the methods of this name the compiler takes the one that needs the fewest
    //! dereferences: for a promise on the left, for one on the right, and for none.

    pub use flyte_core::graph::condition::comparison::Compare;
}

#[doc(hidden)]
pub mod dispatch {
    //! What `if` and `match` in a workflow's body become: the type of the condition decides what they are.
    //!
    //! On a `bool` the construction is the plain `if`, and the compiler can tell: the way back for another round is dead, so each body is
    //! run once, may move values, and may be the first to set a variable. On a [`Condition`](super::Condition) it goes round once for
    //! each case and records what each of them calls. Either way each body is compiled once.

    pub use flyte_core::graph::condition::dispatch::{
        CasesOfABranchOnAPromiseCannotChangeWhatIsOutside, Copies, FirstValue, Flow, Gives,
        GivesBesidePromises, Join, Known, Leave, Merge, Merged, NoneOf, Nothing, Plain, Recording,
        Select, Truth, Undecided, again, first_value, known, leave, truth,
    };
}

#[doc(hidden)]
pub mod failing {
    //! `fail("…")` at the end of a case, and tasks that are named like it.
    //!
    //! The macro sees a name and no more. What it emits for `fail(x)` at the end of a case asks the type of that name, which is
    //! [`fail`](struct@fail) or that of a task, and takes what that gives for what it is.

    pub use flyte_core::graph::condition::failing::{
        EndsACase, Failing, Fails, Message, Tail, TailOfATask, Takes, TakesNothing, fail,
    };
}

#[doc(hidden)]
pub mod switch {
    //! `match` in a workflow's body: the type of the value decides what it is, as for `if`.

    pub use flyte_core::graph::condition::switch::{
        Constant, ConstantOf, Literal, Matchable, PlainSwitch, Switch, no_cases,
    };
}
