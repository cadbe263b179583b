//! What generated code says of an entity: its place in the source, its inputs, and how it runs.

use std::marker::PhantomData;

use super::slot;
use crate::{
    error::BoxError,
    graph::{
        BindingData, Promise, TaskOutputs, TaskReturn, WorkflowBody, call_node,
        entity::{
            Entity, EntityBody, EntityDescriptor, InputDescriptor, Location, Reference, RunTask,
            TaskInputs,
        },
    },
    options::{LaunchPlanOptions, TaskOptions, WorkflowOptions},
    types::{FlyteType, TypeInfo, Value},
};

/// The input at position `N`. An `impl` of it is the only place that says the type, so that one that cannot be an input
/// is one error, on the type as the user wrote it.
pub trait InputSlot<const N: usize> {
    /// The type.
    type Type: FlyteType;
}

/// An input of type `Vec<Element>` that is lent as `&[Element]`.
pub trait SliceSlot<const N: usize> {
    /// The type of the elements.
    type Element: FlyteType;
}

impl<E: SliceSlot<N>, const N: usize> InputSlot<N> for E {
    type Type = Vec<E::Element>;
}

/// An input with a default.
pub trait DefaultInput<const N: usize>: InputSlot<N> {
    /// The value of `#[default(..)]`.
    fn default_input() -> Self::Type;
}

/// The operations of a type, evaluated once for each type and not once for each input.
struct Info<T>(PhantomData<T>);

impl<T: FlyteType> Info<T> {
    const OF: TypeInfo = TypeInfo::of::<T>();
}

/// An input without a default.
pub const fn input<E: InputSlot<N>, const N: usize>(
    name: &'static str,
    description: &'static str,
) -> InputDescriptor {
    InputDescriptor {
        name,
        description,
        info: Info::<E::Type>::OF,
        default: None,
    }
}

/// An input with a default.
pub const fn defaulted<E: DefaultInput<N>, const N: usize>(
    name: &'static str,
    description: &'static str,
) -> InputDescriptor {
    InputDescriptor {
        name,
        description,
        info: Info::<E::Type>::OF,
        default: Some(default::<E, N>),
    }
}

/// The default of an input, for which no task runs.
pub(super) fn default<E: DefaultInput<N>, const N: usize>() -> Value {
    Value::new(crate::graph::plain_call::refused_in_default(
        E::default_input,
    ))
}

/// The inputs of an entity.
pub type Inputs = &'static [InputDescriptor];

/// What a call of a workflow gives in a body.
pub type Promises<O> = <O as TaskOutputs>::Promises;

/// What a call of a task gives there whose function returns an `R`.
pub type TaskPromises<R> = Promises<<R as TaskReturn>::Outputs>;

/// Where an entity is in the source, and what stands there.
#[derive(Debug)]
pub struct Source<E> {
    /// What `name = ".."` says.
    pub name: Option<&'static str>,
    /// The module.
    pub module: &'static str,
    /// The function.
    pub function: &'static str,
    /// The file and the line.
    pub location: Location,
    /// The documentation.
    pub docs: &'static str,
    /// Of which entity it is.
    pub entity: PhantomData<fn() -> E>,
}

/// Where the macro is called.
#[doc(hidden)]
#[macro_export]
macro_rules! __source {
    ($entity:ty, $function:literal, $docs:expr) => {
        $crate::__source!(@ $entity, ::core::option::Option::None, $function, $docs)
    };
    ($entity:ty, $name:literal => $function:literal, $docs:expr) => {
        $crate::__source!(@ $entity, ::core::option::Option::Some($name), $function, $docs)
    };
    (@ $entity:ty, $name:expr, $function:literal, $docs:expr) => {
        $crate::graph::generated::declare::Source::<$entity> {
            name: $name,
            module: ::core::module_path!(),
            function: $function,
            location: $crate::graph::entity::Location::new(::core::file!(), ::core::line!()),
            docs: $docs,
            entity: ::core::marker::PhantomData,
        }
    };
}

pub use crate::__source as source;

const fn entity<E: Entity>(source: Source<E>, body: EntityBody) -> EntityDescriptor {
    EntityDescriptor::new(
        source.name,
        source.module,
        source.function,
        source.location,
        source.docs,
        E::INPUTS,
        slot::variables::<E>,
        body,
    )
}

/// A task.
pub const fn task<E: Entity>(
    source: Source<E>,
    options: &'static TaskOptions,
    run: RunTask,
) -> EntityDescriptor {
    entity(source, EntityBody::Task { options, run })
}

/// A dynamic task.
pub const fn dynamic<E: Entity + BuildDynamic>(
    source: Source<E>,
    options: &'static TaskOptions,
) -> EntityDescriptor {
    task(source, options, RunTask::Dynamic(E::build))
}

/// A workflow.
pub const fn workflow<E: Entity + Build>(
    source: Source<E>,
    options: &'static WorkflowOptions,
    on_failure: Option<fn() -> &'static EntityDescriptor>,
) -> EntityDescriptor {
    let body = EntityBody::Workflow {
        options,
        on_failure,
        build: E::build,
    };
    entity(source, body)
}

/// A launch plan.
pub const fn launch_plan<E: Entity + Build>(
    source: Source<E>,
    options: &'static LaunchPlanOptions,
) -> EntityDescriptor {
    let body = EntityBody::LaunchPlan {
        options,
        build: E::build,
    };
    entity(source, body)
}

/// An entity of a cluster.
pub const fn reference<E: Entity>(
    source: Source<E>,
    reference: Reference,
    run: RunTask,
) -> EntityDescriptor {
    entity(source, EntityBody::Reference { reference, run })
}

/// An entity whose body builds a graph from promises. It is apart from everything else that is generated, so that no
/// name of that is seen in the body.
pub trait Build {
    /// Builds the graph.
    fn build(body: &mut WorkflowBody);
}

/// An entity whose body builds a graph from values.
pub trait BuildDynamic {
    /// Builds the graph of one attempt.
    ///
    /// # Errors
    ///
    /// When the engine passed a value of another type.
    fn build(inputs: &mut TaskInputs, body: &mut WorkflowBody) -> Result<(), BoxError>;
}

/// An input, for a parameter by value.
///
/// # Errors
///
/// When the engine passed a value of another type.
pub fn take<E: InputSlot<N>, const N: usize>(inputs: &mut TaskInputs) -> Result<E::Type, BoxError> {
    inputs.take(N)
}

/// An input, for a borrowed parameter.
///
/// # Errors
///
/// When the engine passed a value of another type.
pub fn share<E: InputSlot<N>, const N: usize>(
    inputs: &TaskInputs,
) -> Result<std::sync::Arc<E::Type>, BoxError> {
    inputs.share(N)
}

/// The promise of an input.
pub fn promise<E: InputSlot<N>, const N: usize>(body: &WorkflowBody) -> Promise<E::Type> {
    body.input(N as u32)
}

/// A value for an input.
pub fn value<E: InputSlot<N>, const N: usize>(value: E::Type) -> Value {
    Value::new(value)
}

/// A value for an input, from one that is only lent.
pub fn cloned<E: InputSlot<N>, const N: usize>(value: &E::Type) -> Value {
    Value::new(value.clone())
}

/// A value for an input, from elements that are only lent.
pub fn cloned_slice<E: SliceSlot<N>, const N: usize>(elements: &[E::Element]) -> Value {
    Value::new(elements.to_vec())
}

/// A node of an entity.
#[track_caller]
pub fn node<E: Entity, const N: usize>(
    inputs: [BindingData; N],
) -> <E::Output as TaskOutputs>::Promises {
    call_node::<E>(inputs.into())
}
