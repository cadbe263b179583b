//! The declaration of an entity in generated code: its source location, its inputs, and how it runs.

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

/// A position among the inputs of an entity, as a type. A constant in its place would be code that the compiler checks
/// by itself, wherever generated code writes one.
pub trait Position {
    /// The position, from 0.
    const INDEX: usize;
}

/// The position `N`.
#[derive(Debug)]
pub struct At<const N: usize>;

impl<const N: usize> Position for At<N> {
    const INDEX: usize = N;
}

/// The input at the position `P`. Only its `impl` names the type, so a type that cannot be an input is one error, at
/// the place where the user wrote the type.
pub trait InputSlot<P> {
    /// The type.
    type Type: FlyteType;
}

/// An input of type `Vec<Element>` that is borrowed as `&[Element]`.
pub trait SliceSlot<P> {
    /// The type of the elements.
    type Element: FlyteType;
}

impl<E: SliceSlot<P>, P> InputSlot<P> for E {
    type Type = Vec<E::Element>;
}

/// The first positions under short names, and the inputs of an entity `E`, by how many there are, as types that name
/// them.
pub mod slots {
    use super::{super::named::Input, At};

    macro_rules! positions {
        ($($position:ident: $index:literal;)*) => { $(
            /// This position.
            pub type $position = At<$index>;
        )* };
    }

    positions! {
        P0: 0;
        P1: 1;
        P2: 2;
        P3: 3;
        P4: 4;
        P5: 5;
        P6: 6;
        P7: 7;
        P8: 8;
        P9: 9;
        P10: 10;
        P11: 11;
        P12: 12;
        P13: 13;
        P14: 14;
        P15: 15;
    }

    macro_rules! slots {
        ($($slots:ident: $($position:ident)*;)*) => { $(
            /// So many.
            pub type $slots<E> = ($(Input<E, $position>,)*);
        )* };
    }

    slots! {
        Slots1: P0;
        Slots2: P0 P1;
        Slots3: P0 P1 P2;
        Slots4: P0 P1 P2 P3;
        Slots5: P0 P1 P2 P3 P4;
        Slots6: P0 P1 P2 P3 P4 P5;
        Slots7: P0 P1 P2 P3 P4 P5 P6;
        Slots8: P0 P1 P2 P3 P4 P5 P6 P7;
        Slots9: P0 P1 P2 P3 P4 P5 P6 P7 P8;
        Slots10: P0 P1 P2 P3 P4 P5 P6 P7 P8 P9;
        Slots11: P0 P1 P2 P3 P4 P5 P6 P7 P8 P9 P10;
        Slots12: P0 P1 P2 P3 P4 P5 P6 P7 P8 P9 P10 P11;
        Slots13: P0 P1 P2 P3 P4 P5 P6 P7 P8 P9 P10 P11 P12;
        Slots14: P0 P1 P2 P3 P4 P5 P6 P7 P8 P9 P10 P11 P12 P13;
        Slots15: P0 P1 P2 P3 P4 P5 P6 P7 P8 P9 P10 P11 P12 P13 P14;
        Slots16: P0 P1 P2 P3 P4 P5 P6 P7 P8 P9 P10 P11 P12 P13 P14 P15;
    }
}

/// An input with a default.
pub trait DefaultInput<P>: InputSlot<P> {
    /// The value of `#[default(..)]`.
    fn default_input() -> Self::Type;
}

/// The operations of a type, evaluated once for each type instead of for each input.
struct Info<T>(PhantomData<T>);

impl<T: FlyteType> Info<T> {
    const OF: TypeInfo = TypeInfo::of::<T>();
}

/// An input without a default.
pub const fn input<E: InputSlot<P>, P>(
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
pub const fn defaulted<E: DefaultInput<P>, P>(
    name: &'static str,
    description: &'static str,
) -> InputDescriptor {
    InputDescriptor {
        name,
        description,
        info: Info::<E::Type>::OF,
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
pub fn promise<E: InputSlot<At<N>>, const N: usize>(body: &WorkflowBody) -> Promise<E::Type> {
    body.input(N as u32)
}

/// A value for an input.
pub fn value<E: InputSlot<P>, P>(value: E::Type) -> Value {
    Value::new(value)
}

/// A value for an input, cloned from a borrowed one.
pub fn cloned<E: InputSlot<P>, P>(value: &E::Type) -> Value {
    Value::new(value.clone())
}

/// A value for an input, from one that is borrowed in another form.
pub fn owned<E: InputSlot<P>, P>(value: &(impl ToOwned<Owned = E::Type> + ?Sized)) -> Value {
    Value::new(value.to_owned())
}

/// A value for an input, cloned from borrowed elements.
pub fn cloned_slice<E: SliceSlot<P>, P>(elements: &[E::Element]) -> Value {
    Value::new(elements.to_vec())
}

/// A node of an entity.
#[track_caller]
pub fn node<E: Entity>(
    inputs: impl Into<Vec<BindingData>>,
) -> <E::Output as TaskOutputs>::Promises {
    call_node::<E>(inputs.into())
}
