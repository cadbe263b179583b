//! `&&` and `||` in a body, for every combination of what is known and what is promised.

use super::Condition;
use crate::graph::Promise;

/// The operands of `&&` and `||`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a condition",
    label = "expected a `bool`, a promise of one, or a comparison",
    note = "compare it: `x > 0`, `text == \"a\"`, `option.is_some()`"
)]
pub trait Truth {
    /// A `bool` or a [`Condition`].
    type As;

    #[doc(hidden)]
    fn __truth(self) -> Self::As;
}

#[diagnostic::do_not_recommend]
impl Truth for bool {
    type As = bool;

    fn __truth(self) -> bool {
        self
    }
}

#[diagnostic::do_not_recommend]
impl Truth for Condition {
    type As = Condition;

    fn __truth(self) -> Condition {
        self
    }
}

#[diagnostic::do_not_recommend]
impl Truth for Promise<bool> {
    type As = Condition;

    fn __truth(self) -> Condition {
        self.is_true()
    }
}

/// One operand of `&&` or `||`.
pub fn truth<T: Truth>(side: T) -> T::As {
    side.__truth()
}

/// `&&` and `||` for every combination of operands.
pub trait Join<R>: Sized {
    /// The type of the result.
    type Joined;

    #[doc(hidden)]
    fn __and(self, right: impl FnOnce() -> R) -> Self::Joined;

    #[doc(hidden)]
    fn __or(self, right: impl FnOnce() -> R) -> Self::Joined;
}

impl Join<bool> for bool {
    type Joined = bool;

    fn __and(self, right: impl FnOnce() -> bool) -> bool {
        self && right()
    }

    fn __or(self, right: impl FnOnce() -> bool) -> bool {
        self || right()
    }
}

impl Join<Condition> for Condition {
    type Joined = Condition;

    fn __and(self, right: impl FnOnce() -> Condition) -> Condition {
        self.and(right())
    }

    fn __or(self, right: impl FnOnce() -> Condition) -> Condition {
        self.or(right())
    }
}

impl Join<bool> for Condition {
    type Joined = Condition;

    fn __and(self, right: impl FnOnce() -> bool) -> Condition {
        self.and(right())
    }

    fn __or(self, right: impl FnOnce() -> bool) -> Condition {
        self.or(right())
    }
}

/// A known operand decides while the graph is built.
impl Join<Condition> for bool {
    type Joined = Condition;

    fn __and(self, right: impl FnOnce() -> Condition) -> Condition {
        if self { right() } else { false.into() }
    }

    fn __or(self, right: impl FnOnce() -> Condition) -> Condition {
        if self { true.into() } else { right() }
    }
}
