//! Values that conditions can compare.

use std::time::{Duration, SystemTime};

use crate::{
    graph::{BindingData, Constant, Promise, RawReference},
    types::{FlyteType, TypeInfo, Value},
};

/// One side of a comparison.
#[derive(Clone, Debug)]
pub(crate) enum Operand {
    Promise(RawReference, TypeInfo),
    Constant(Constant),
}

/// A type whose values a condition can compare: Flyte compares only primitive values.
#[diagnostic::on_unimplemented(
    message = "a condition cannot look at `{Self}`",
    label = "Flyte does not compare values of this type",
    note = "conditions compare integers, floats, `bool`, `String`, times, durations, enums without data, and an \
            `Option` of these; let a task look at the value and give a `bool`"
)]
pub trait Comparable: FlyteType {}

/// A [`Comparable`] type with an order: `<`, `<=`, `>` and `>=` work on it.
#[diagnostic::on_unimplemented(
    message = "a condition can say whether values of `{Self}` are equal, and not which is greater",
    label = "this type has no order in Flyte",
    note = "integers, floats, `String`, times and durations have one"
)]
pub trait Ordered: Comparable {}

macro_rules! comparable {
    ($($ty:ty)*; $($unordered:ty)*) => {
        $(impl Comparable for $ty {} impl Ordered for $ty {})*
        $(impl Comparable for $unordered {})*
    };
}

comparable!(i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 usize isize f32 f64 String; bool);
comparable!(jiff::Timestamp jiff::civil::DateTime jiff::civil::Date SystemTime Duration jiff::SignedDuration;);

impl<T: Comparable> Comparable for Option<T> {}

/// A value that can be compared with a value of type `T`: a `T` or a promise of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be compared with `{T}` in a condition",
    label = "expected `{T}` or a promise of it"
)]
pub trait IntoOperand<T> {
    #[doc(hidden)]
    fn __operand(&self) -> OperandOf;
}

/// An operand whose type is hidden.
#[derive(Debug)]
pub struct OperandOf(pub(crate) Operand);

impl<T: Comparable> IntoOperand<T> for T {
    fn __operand(&self) -> OperandOf {
        OperandOf(Operand::Constant(Constant {
            value: Value::new(self.clone()),
            info: TypeInfo::of::<T>(),
        }))
    }
}

#[diagnostic::do_not_recommend]
impl<T: Comparable> IntoOperand<T> for Promise<T> {
    fn __operand(&self) -> OperandOf {
        let info = TypeInfo::of::<T>();
        OperandOf(match self.source() {
            BindingData::Promise(reference) => Operand::Promise(reference, info),
            // What primitive values are made of is there.
            known => match known.known() {
                Ok(Some(value)) => Operand::Constant(Constant { value, info }),
                _ => Operand::Promise(RawReference::of(*self), info),
            },
        })
    }
}

#[diagnostic::do_not_recommend]
impl IntoOperand<String> for &str {
    fn __operand(&self) -> OperandOf {
        (*self).to_owned().__operand()
    }
}

pub(super) fn operand<T>(value: &impl IntoOperand<T>) -> Operand {
    value.__operand().0
}
