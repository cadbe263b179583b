//! The declaration of an entity in generated code: its source location, its inputs, and how it runs.

use std::marker::PhantomData;

use super::{inputs::Given, slot};
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

/// A position among the inputs of an entity, as a type. A constant in its place would be code that the compiler checks
/// by itself, wherever generated code writes one.
pub trait Position {
    /// The position, from 0.
    const INDEX: usize;
}

/// The position `N` of any number of inputs.
#[derive(Debug)]
pub struct At<const N: usize>;

impl<const N: usize> Position for At<N> {
    const INDEX: usize = N;
}

/// The input at the position `P`. Only one `impl` names the type, so a type that cannot be an input is one error, at
/// the place where the user wrote the type. Up to sixteen inputs have a common `impl`; see [`inputs`](super::inputs).
pub trait InputSlot<P> {
    /// The type.
    type Type: FlyteType;
}

/// An input with a default.
pub trait DefaultInput<P>: InputSlot<P> {
    /// The value of `#[default(..)]`.
    fn default_input() -> Self::Type;
}

/// The operations of a type, evaluated once for each type instead of for each input.
pub(super) struct Info<T>(PhantomData<T>);

impl<T: FlyteType> Info<T> {
    pub(super) const OF: TypeInfo = TypeInfo::of::<T>();
}

/// What is said of an input beside its type.
#[derive(Clone, Copy, Debug)]
pub struct Described {
    name: &'static str,
    description: &'static str,
    default: Option<fn() -> Value>,
}

impl Described {
    pub(super) const fn with(self, info: TypeInfo) -> InputDescriptor {
        InputDescriptor {
            name: self.name,
            description: self.description,
            info,
            default: self.default,
        }
    }

    /// The whole description of the input at the position `P`.
    pub const fn at<E: InputSlot<P>, P>(self) -> InputDescriptor {
        self.with(Info::<E::Type>::OF)
    }
}

/// An input without a default.
pub const fn input(name: &'static str, description: &'static str) -> Described {
    Described {
        name,
        description,
        default: None,
    }
}

/// An input with a default.
pub const fn defaulted<E: DefaultInput<P>, P>(
    name: &'static str,
    description: &'static str,
) -> Described {
    Described {
        name,
        description,
        default: Some(default::<E, P>),
    }
}

/// The default of an input; no task runs while it is made.
pub(super) fn default<E: DefaultInput<P>, P>() -> Value {
    Value::new(crate::graph::plain_call::refused_in_default(
        E::default_input,
    ))
}

/// The inputs of an entity.
pub type Inputs = &'static [InputDescriptor];

/// The result of calling a workflow in a body.
pub type Promises<O> = <O as TaskOutputs>::Promises;

/// The result of calling a task in a body whose function returns an `R`.
pub type TaskPromises<R> = Promises<<R as TaskReturn>::Outputs>;

/// The location of an entity in the source, and its names and documentation.
#[derive(Debug)]
pub struct Source<E> {
    /// The value of `name = ".."`.
    pub name: Option<&'static str>,
    /// The module.
    pub module: &'static str,
    /// The function.
    pub function: &'static str,
    /// The file and the line.
    pub location: Location,
    /// The documentation.
    pub docs: &'static str,
    /// The entity.
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

/// An entity whose body builds a graph from promises. Generated apart from everything else, so that the body does not
/// see other generated names.
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
pub fn take<E: InputSlot<P>, P: Position>(inputs: &mut TaskInputs) -> Result<E::Type, BoxError> {
    inputs.take(P::INDEX)
}

/// An input, for a borrowed parameter.
///
/// # Errors
///
/// When the engine passed a value of another type.
pub fn share<E: InputSlot<P>, P: Position>(
    inputs: &TaskInputs,
) -> Result<std::sync::Arc<E::Type>, BoxError> {
    inputs.share(P::INDEX)
}

/// The promise of an input.
pub fn promise<E: InputSlot<P>, P: Position>(body: &WorkflowBody) -> Promise<E::Type> {
    body.input(P::INDEX as u32)
}

/// A value for an input.
pub fn value<E: InputSlot<P>, P>(given: impl Given<E::Type>) -> Value {
    Value::new(given.given())
}

/// A node of an entity.
#[track_caller]
pub fn node<E: Entity>(
    inputs: impl Into<Vec<BindingData>>,
) -> <E::Output as TaskOutputs>::Promises {
    call_node::<E>(inputs.into())
}
