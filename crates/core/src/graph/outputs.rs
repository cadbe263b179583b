//! The outputs of a task or workflow: nothing, one value, a tuple, or a struct of named outputs.

use std::marker::PhantomData;

use super::{BindingData, IntoBinding, NodeOutputs, NodeRef, Promise, VoidPromise};
use crate::{
    error::BoxError,
    types::{FlyteType, TypeInfo, Value},
};

/// One output of an entity.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct OutputVariable {
    /// `o0`, `o1`, … or the field of a `#[derive(FlyteOutputs)]` struct.
    pub name: &'static str,
    /// Its type.
    pub info: TypeInfo,
    /// The field's documentation.
    pub description: &'static str,
}

impl OutputVariable {
    /// For generated code, and for entities that are made for a cluster.
    #[doc(hidden)]
    pub const fn new(name: &'static str, info: TypeInfo, description: &'static str) -> Self {
        Self {
            name,
            info,
            description,
        }
    }
}

/// The outputs of a task or workflow.
///
/// A single value is `o0`, a tuple `o0`, `o1`, …; a struct with `#[derive(FlyteOutputs)]` names them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be what a task or workflow returns",
    label = "not a Flyte output",
    note = "return nothing, a Flyte type, a tuple of two to eight Flyte types, or a struct that derives `FlyteOutputs`",
    note = "a list, an `Option` or a tuple cannot hold a tuple or a struct of outputs: put a struct that derives \
            `FlyteType` there",
    note = "in place of `Option<()>` write `bool`",
    note = "a struct that is one value derives `FlyteType`: `#[derive(Clone, FlyteType)]`",
    note = "a workflow does not return a `Result`: calling it gives one anyway"
)]
pub trait TaskOutputs: Sized + Send + 'static {
    /// The result of a call of the entity in a workflow's body.
    type Promises: NodeOutputs + Copy;

    /// Names and types, in order.
    fn variables() -> Vec<OutputVariable>;

    /// The promises of the outputs of `node`.
    fn promises(node: NodeRef) -> Self::Promises;

    /// Appends the outputs as values, in order.
    fn into_values(self, values: &mut Vec<Value>);

    /// Makes the outputs from their values; `None` when the number or types differ from [`variables`](Self::variables).
    fn from_values(values: Vec<Value>) -> Option<Self>;
}

/// The names of unnamed outputs.
const POSITIONAL: [&str; 12] = [
    "o0", "o1", "o2", "o3", "o4", "o5", "o6", "o7", "o8", "o9", "o10", "o11",
];

#[diagnostic::do_not_recommend]
impl<T: FlyteType> TaskOutputs for T {
    type Promises = Promise<T>;

    fn variables() -> Vec<OutputVariable> {
        vec![OutputVariable {
            name: POSITIONAL[0],
            info: TypeInfo::of::<T>(),
            description: "",
        }]
    }

    fn promises(node: NodeRef) -> Promise<T> {
        Promise::new(node, 0)
    }

    fn into_values(self, values: &mut Vec<Value>) {
        values.push(Value::new(self));
    }

    fn from_values(mut values: Vec<Value>) -> Option<Self> {
        let value = values.pop()?;
        if values.is_empty() {
            value.into_owned().ok()
        } else {
            None
        }
    }
}

#[diagnostic::do_not_recommend]
impl TaskOutputs for () {
    type Promises = VoidPromise;

    fn variables() -> Vec<OutputVariable> {
        Vec::new()
    }

    fn promises(node: NodeRef) -> VoidPromise {
        VoidPromise::new(node)
    }

    fn into_values(self, _values: &mut Vec<Value>) {}

    fn from_values(values: Vec<Value>) -> Option<Self> {
        values.is_empty().then_some(())
    }
}

/// A type that a task function may return: outputs, or a `Result` of outputs under any name.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be what a task returns",
    label = "not a Flyte output",
    note = "return nothing, a Flyte type, a tuple of two to eight Flyte types, a struct that derives `FlyteOutputs`, \
            or a `Result` of these",
    note = "return an owned value, such as `String` for `&str` or `Vec<T>` for `&[T]`",
    note = "a list, an `Option` or a tuple cannot hold a tuple or a struct of outputs: put a struct that derives \
            `FlyteType` there",
    note = "in place of `Option<()>` write `bool`",
    note = "a struct that is one value derives `FlyteType`: `#[derive(Clone, FlyteType)]`",
    note = "the error of a `Result` may be any type that converts into `Box<dyn Error + Send + Sync>`"
)]
pub trait TaskReturn {
    /// The outputs on success.
    type Outputs: TaskOutputs;

    /// The outputs, or the task's error.
    ///
    /// # Errors
    ///
    /// The error of a `Result`.
    fn outcome(self) -> Result<Self::Outputs, BoxError>;
}

#[diagnostic::do_not_recommend]
impl<O: TaskOutputs> TaskReturn for O {
    type Outputs = O;

    fn outcome(self) -> Result<O, BoxError> {
        Ok(self)
    }
}

#[diagnostic::do_not_recommend]
impl<O: TaskOutputs, E: Into<BoxError>> TaskReturn for Result<O, E> {
    type Outputs = O;

    fn outcome(self) -> Result<O, BoxError> {
        self.map_err(Into::into)
    }
}

/// Collects the sources of a workflow's outputs, in order.
#[derive(Debug, Default)]
pub struct BindOutputs {
    pub(crate) data: Vec<BindingData>,
}

impl BindOutputs {
    /// Binds the next output.
    pub fn bind<T>(&mut self, source: impl IntoBinding<T>) {
        self.data.push(source.into_binding());
    }
}

/// `Outputs { a: x, b }` at the end of a workflow's body, bound field by field in any order.
#[derive(Debug)]
pub struct NamedOutputs<O> {
    bound: Vec<(&'static str, BindingData)>,
    outputs: PhantomData<fn() -> O>,
}

impl<O> NamedOutputs<O> {
    /// Outputs with no field bound yet.
    #[expect(clippy::new_without_default, reason = "made by the macro alone")]
    pub fn new() -> Self {
        Self {
            bound: Vec::new(),
            outputs: PhantomData,
        }
    }

    /// Binds a field.
    pub fn field<T>(&mut self, name: &'static str, _ty: FieldType<T>, source: impl IntoBinding<T>) {
        self.bound.push((name, source.into_binding()));
    }

    /// Passes the fields on in the order of the struct.
    pub fn bind_fields(mut self, outputs: &mut BindOutputs)
    where
        O: TaskOutputs,
    {
        for variable in O::variables() {
            let found = self
                .bound
                .iter()
                .position(|(name, _)| *name == variable.name);
            let position = found.expect("the compiler has checked that every field is there");
            outputs.data.push(self.bound.swap_remove(position).1);
        }
    }
}

/// The type of a field, inferred from its use in a literal that is never made.
#[derive(Debug)]
pub struct FieldType<T>(PhantomData<fn() -> T>);

impl<T> FieldType<T> {
    /// A type still to be inferred.
    #[expect(clippy::new_without_default, reason = "made by the macro alone")]
    pub fn new() -> Self {
        Self(PhantomData)
    }

    /// A value for the literal.
    pub fn never(&self) -> T {
        unreachable!("this literal is only there to be checked")
    }
}

/// A value that the body of a workflow with outputs `O` may end with: a promise, a constant, or a tuple of these.
#[diagnostic::on_unimplemented(
    message = "the workflow's body ends with `{Self}`, which cannot become its output `{O}`",
    label = "expected `{O}` or a promise of it",
    note = "the last expression, without `;` behind it, is what the workflow gives: let a task make a value of type \
            `{O}`, or name another type in the signature"
)]
pub trait IntoOutputs<O> {
    /// Binds each output.
    fn bind_outputs(self, outputs: &mut BindOutputs);
}

#[diagnostic::do_not_recommend]
impl<T: FlyteType, V: IntoBinding<T>> IntoOutputs<T> for V {
    fn bind_outputs(self, outputs: &mut BindOutputs) {
        outputs.bind::<T>(self);
    }
}

#[diagnostic::do_not_recommend]
impl IntoOutputs<()> for () {
    fn bind_outputs(self, _outputs: &mut BindOutputs) {}
}

/// A void workflow may end with a call of a void task.
#[diagnostic::do_not_recommend]
impl IntoOutputs<()> for VoidPromise {
    fn bind_outputs(self, _outputs: &mut BindOutputs) {}
}

macro_rules! tuples {
    ($($type:ident $source:ident $index:tt),+) => {
        #[diagnostic::do_not_recommend]
        impl<$($type: FlyteType),+> TaskOutputs for ($($type,)+) {
            type Promises = ($(Promise<$type>,)+);

            fn variables() -> Vec<OutputVariable> {
                vec![$(OutputVariable { name: POSITIONAL[$index], info: TypeInfo::of::<$type>(), description: "" }),+]
            }

            fn promises(node: NodeRef) -> Self::Promises {
                ($(Promise::<$type>::new(node, $index),)+)
            }

            fn into_values(self, values: &mut Vec<Value>) {
                $(values.push(Value::new(self.$index));)+
            }

            fn from_values(values: Vec<Value>) -> Option<Self> {
                let mut values = values.into_iter();
                let outputs = ($(values.next()?.into_owned::<$type>().ok()?,)+);
                values.next().is_none().then_some(outputs)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<$($type: FlyteType, $source: IntoBinding<$type>),+> IntoOutputs<($($type,)+)> for ($($source,)+) {
            fn bind_outputs(self, outputs: &mut BindOutputs) {
                $(outputs.bind::<$type>(self.$index);)+
            }
        }
    };
}

tuples!(A VA 0, B VB 1);
tuples!(A VA 0, B VB 1, C VC 2);
tuples!(A VA 0, B VB 1, C VC 2, D VD 3);
tuples!(A VA 0, B VB 1, C VC 2, D VD 3, E VE 4);
tuples!(A VA 0, B VB 1, C VC 2, D VD 3, E VE 4, F VF 5);
tuples!(A VA 0, B VB 1, C VC 2, D VD 3, E VE 4, F VF 5, G VG 6);
tuples!(A VA 0, B VB 1, C VC 2, D VD 3, E VE 4, F VF 5, G VG 6, H VH 7);
