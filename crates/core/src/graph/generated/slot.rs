//! Inputs, outputs and fields in generated code, each identified by a type.
//!
//! Generated code names the type of a slot once, in an `impl Slot`, and otherwise uses the slot. So a type that cannot
//! be used there is one error, at the place where the user wrote the type, however often the code needs it.

use super::named::is_same;
use crate::{
    error::BoxError,
    graph::{
        IntoOutputs, OutputVariable, PathStep, Projection, Promise, TaskOutputs, TaskReturn,
        WorkflowBody,
        condition::Sources,
        entity::{
            DeclaredTask, Entity, EntityDescriptor, InputDescriptor, Launchable, NoPluginError,
            NotHereError, TaskFuture, TaskInputs,
        },
    },
    types::{
        FlyteType, Literal, MsgpackWriter, StructField, TypeError, TypeInfo, UnionVariant, Value,
        derived::{self, StructReader},
    },
};

/// A place for values of one type: an input, an output or a field.
pub trait Slot {
    /// The type.
    type Type: FlyteType;
}

/// The operations of a slot's type.
pub const fn info<S: Slot>() -> TypeInfo {
    TypeInfo::of::<S::Type>()
}

/// A slot as a required field of a struct.
pub fn struct_field<S: Slot>(name: &str) -> StructField {
    derived::struct_field::<S::Type>(name)
}

/// A slot as an optional field of a struct.
pub fn struct_field_or<S: Slot>(name: &str, default: fn() -> S::Type) -> StructField {
    derived::struct_field_or(name, default)
}

/// Writes a slot as the field of a struct.
///
/// # Errors
///
/// When Flyte cannot represent the value.
pub fn write_field<S: Slot>(
    value: &S::Type,
    name: &str,
    writer: &mut MsgpackWriter,
) -> Result<(), TypeError> {
    derived::write_field(value, name, writer)
}

/// Reads a slot from the field of a struct.
///
/// # Errors
///
/// When the field is missing or has another type.
pub fn read_field<S: Slot>(
    reader: &mut StructReader,
    names: &[&'static str],
) -> Result<S::Type, TypeError> {
    reader.field(names)
}

/// Reads a slot from the field of a struct, or gives its default.
///
/// # Errors
///
/// When the field has another type.
pub fn read_field_or<S: Slot>(
    reader: &mut StructReader,
    names: &[&'static str],
    default: fn() -> S::Type,
) -> Result<S::Type, TypeError> {
    reader.field_or(names, default)
}

/// A slot as the variant of a union.
pub fn variant<S: Slot>(name: &'static str) -> UnionVariant {
    derived::variant::<S::Type>(name)
}

/// The literal of a slot.
///
/// # Errors
///
/// As [`FlyteType::to_literal`].
pub fn to_literal<S: Slot>(value: &S::Type) -> Result<Literal, TypeError> {
    derived::write_inside(|| value.to_literal())
}

/// The MessagePack of a union's variant in the field of a struct.
///
/// # Errors
///
/// As [`FlyteType::write_msgpack`].
pub fn msgpack<S: Slot>(value: &S::Type) -> Result<Vec<u8>, TypeError> {
    let mut writer = MsgpackWriter::new();
    derived::write_inside(|| value.write_msgpack(&mut writer))?;
    writer.finish()
}

/// The value of a slot in a literal.
///
/// # Errors
///
/// As [`FlyteType::from_literal`].
pub fn from_literal<S: Slot>(literal: Literal) -> Result<S::Type, TypeError> {
    derived::read_inside(literal)
}

/// A value for a slot.
pub fn value<S: Slot>(value: S::Type) -> Value {
    Value::new(value)
}

/// A value for a slot, cloned from a borrowed one.
pub fn cloned<S: Slot>(value: &S::Type) -> Value {
    Value::new(value.clone())
}

/// The next value, if it has the type of the slot.
pub fn next<S: Slot>(values: &mut impl Iterator<Item = Value>) -> Option<S::Type> {
    values.next()?.into_owned().ok()
}

/// Adds the promise of a slot to what a case of a branch gives.
pub fn source<S: Slot>(sources: &mut Sources, promise: Promise<S::Type>) {
    sources.push::<S::Type>(promise);
}

/// The promise of a slot in a promise of what holds it.
pub fn part<S: Slot, T>(
    promise: Promise<T>,
    step: PathStep,
    project: Projection,
) -> Promise<S::Type> {
    promise.project(step, project)
}

/// The outputs of an entity.
pub fn variables<E: Entity>() -> Vec<OutputVariable> {
    E::Output::variables()
}

/// Appends the outputs that a task's function returned, or returns its error.
///
/// # Errors
///
/// The error of a `Result`.
pub fn outcome<T: DeclaredTask>(
    returned: T::Return,
    outputs: &mut Vec<Value>,
) -> Result<(), BoxError> {
    returned.outcome()?.into_values(outputs);
    Ok(())
}

/// Boxes the future of a task; the compiler shows this name if the future is not `Send`.
///
/// # Errors
///
/// Never: the function of a task returns this in place of a mistake in its inputs.
pub fn future_of_an_async_task_must_be_send<T: DeclaredTask>(
    future: impl Future<Output = T::Return> + Send + 'static,
) -> Result<TaskFuture, BoxError> {
    Ok(Box::pin(async move {
        let mut outputs = Vec::new();
        outcome::<T>(future.await, &mut outputs)?;
        Ok(outputs)
    }))
}

/// Binds the outputs of a workflow to the value at the end of its body.
pub fn finish<E: Entity>(body: &mut WorkflowBody, end: impl IntoOutputs<E::Output>) {
    body.finish::<E::Output>(end);
}

/// Fails for a reference without a stub, which cannot run locally.
///
/// # Errors
///
/// Always.
pub fn not_here<E: Entity>(_: &mut TaskInputs, _: &mut Vec<Value>) -> Result<(), BoxError> {
    Err(NotHereError::new(E::descriptor()).into())
}

/// Fails for a task that only a cluster's plugin can run.
///
/// # Errors
///
/// Always.
pub fn no_plugin<E: Entity>(_: &mut TaskInputs, _: &mut Vec<Value>) -> Result<(), BoxError> {
    Err(NoPluginError::new(E::descriptor()).into())
}

/// Checks that a launch plan starts a workflow.
pub const fn launches<W: Launchable>() {}

/// An entity that can handle the failures of a workflow.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a task or workflow, and a failure handler must be one",
    label = "nothing that can be called when the workflow fails",
    note = "name a function that has `#[task]` or `#[workflow]`"
)]
pub trait HandlesFailures: Entity {}

#[diagnostic::do_not_recommend]
impl<E: Entity> HandlesFailures for E {}

/// The handler of a workflow's failures.
#[derive(Debug)]
pub struct Handler<const INPUTS: usize> {
    /// Its description.
    pub descriptor: fn() -> &'static EntityDescriptor,
    /// For each input of the workflow, whether the handler has one with the same name.
    pub takes: [bool; INPUTS],
}

/// Looks up the inputs of a workflow in those of its handler, at compile time.
pub const fn handler<H: HandlesFailures, const INPUTS: usize>(
    inputs: [&str; INPUTS],
) -> Handler<INPUTS> {
    let mut takes = [false; INPUTS];
    let mut next = 0;
    while next < INPUTS {
        takes[next] = has_input::<H>(inputs[next]);
        next += 1;
    }
    Handler {
        descriptor: H::descriptor,
        takes,
    }
}

/// Holds for a handler that takes an input of the workflow. Types are compared when the graph is made.
#[diagnostic::on_unimplemented(
    message = "the failure handler `{Self}` is called with all inputs of the workflow, and takes no `{Input}`",
    label = "takes no `{Input}`",
    note = "give `{Self}` a parameter `{Input}` of the same type"
)]
pub trait TakesInput<Input, const IT_DOES: bool> {
    /// For generated code to name.
    const IT_DOES: () = ();
}

#[diagnostic::do_not_recommend]
impl<H, Input> TakesInput<Input, true> for H {}

const fn has_input<E: Entity>(name: &str) -> bool {
    is_input(E::INPUTS, name)
}

pub(super) const fn is_input(inputs: &[InputDescriptor], name: &str) -> bool {
    let mut next = 0;
    while next < inputs.len() {
        if is_same(name, inputs[next].name) {
            return true;
        }
        next += 1;
    }
    false
}

/// A value with which the body of a workflow without outputs may end.
#[diagnostic::on_unimplemented(
    message = "this workflow declares no output, and its body ends with `{Self}`",
    label = "this value goes nowhere",
    note = "write `-> Type` in the signature to give it out, or `;` behind it to drop it"
)]
pub trait NoOutputs {}

#[diagnostic::do_not_recommend]
impl NoOutputs for () {}

#[diagnostic::do_not_recommend]
impl NoOutputs for crate::graph::VoidPromise {}

/// Checks the end of a workflow without outputs.
pub fn finish_without_outputs(_end: impl NoOutputs) {}

/// A default written as text, for inputs whose type holds text.
#[diagnostic::on_unimplemented(
    message = "a text is not a default for an input of type `{Self}`",
    label = "expected a value of type `{Self}`",
    note = "`#[default(\"..\")]` is for `String`, `&str` and types that implement `From<&str>`"
)]
pub trait FromText {
    /// The value.
    fn from_text(text: &'static str) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: From<&'static str>> FromText for T {
    fn from_text(text: &'static str) -> Self {
        text.into()
    }
}

/// The text as a default.
pub fn text<T: FromText>(text: &'static str) -> T {
    T::from_text(text)
}

/// Outputs of an echo task that takes `Inputs`.
#[diagnostic::on_unimplemented(
    message = "an echo of `{Inputs}` cannot give `{Self}`",
    label = "expected `{Inputs}`",
    note = "an echo gives what it takes: return the types of its inputs, in their order; to change a value write a \
            `#[task]`"
)]
pub trait EchoOf<Inputs> {}

#[diagnostic::do_not_recommend]
impl<T> EchoOf<T> for T {}

/// Compiles if an echo task with these inputs can have these outputs.
pub fn echoes<Outputs: EchoOf<Inputs>, Inputs>() {}
