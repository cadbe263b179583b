//! Gates in a graph, and the calls that make them.

use std::{
    any::TypeId,
    collections::HashMap,
    fmt,
    marker::PhantomData,
    panic::Location as Caller,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use super::run;
use crate::{
    context, duration,
    entity::{EntityBody, EntityDescriptor, InputDescriptor, Location, RunTask},
    graph::{
        BindingData, CompileProblem, IntoBinding, NodeRef, OutputVariable, Promise, VoidPromise,
        overrides::IntoTimeout,
    },
    types::{FlyteType, TypeInfo},
};

/// How long a gate waits when nobody says otherwise: flytekit's default.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(3600);

/// What a node waits for (`flyteidl.core.GateNode`).
#[derive(Clone, Debug)]
pub struct Gate {
    pub(super) name: String,
    pub(super) condition: GateCondition,
    pub(super) timeout: Duration,
}

impl Gate {
    /// Its name, which is also the id of the signal that opens it; `sleep-gate` for a sleep.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it waits for.
    pub fn condition(&self) -> &GateCondition {
        &self.condition
    }

    /// How long it waits before its node fails, for the node's metadata.
    pub fn timeout(&self) -> Duration {
        self.timeout
    }
}

/// In a few words: `approve review within 1h`.
impl fmt::Display for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, timeout) = (&self.name, duration::format(self.timeout));
        match &self.condition {
            GateCondition::Sleep(time) => write!(f, "sleep {}", duration::format(*time)),
            GateCondition::Approve => write!(f, "approve {name} within {timeout}"),
            GateCondition::Signal(info) => {
                write!(
                    f,
                    "wait for {name}: {} within {timeout}",
                    info.literal_type()
                )
            }
        }
    }
}

/// What a [`Gate`] waits for.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum GateCondition {
    /// That a time has passed (`SleepCondition`).
    Sleep(Duration),
    /// That somebody approves of its input (`ApproveCondition`).
    Approve,
    /// That somebody gives a value of this type, its output `o0` (`SignalCondition`).
    Signal(TypeInfo),
}

/// A node that ends after a time: `sleep("10m")` in a workflow's body. What waits for it is ordered behind it with `>>`.
///
/// A run on this machine does not wait, as in flytekit: a test of the workflow would take as long. Corresponds to flytekit's `sleep`.
#[allow(
    non_camel_case_types,
    reason = "called like a task in the bodies of workflows"
)]
#[derive(Debug)]
pub struct sleep {}

impl sleep {
    /// Adds the node; the duration is a [`Duration`], whole seconds, or text such as `"1h30m"`.
    ///
    /// # Panics
    ///
    /// Outside of a workflow's body.
    #[track_caller]
    pub fn node(duration: impl IntoTimeout) -> VoidPromise {
        const NAME: &str = "sleep-gate";
        let duration = duration.into_timeout().unwrap_or_else(|error| {
            problem(CompileProblem::GateTime {
                gate: NAME.to_owned(),
                error,
            });
            Duration::ZERO
        });
        let gate = Gate {
            name: NAME.to_owned(),
            condition: GateCondition::Sleep(duration),
            timeout: DEFAULT_TIMEOUT.max(duration),
        };
        VoidPromise::new(add::<()>(
            "sleep",
            gate,
            None,
            None,
            RunTask::Async(run::sleep),
        ))
    }
}

/// A node that hands a value on when somebody approves of it: `approve(report, "review", "1d")` in a workflow's body.
///
/// Without an answer before the timeout the node fails, and so it does when somebody says no. Corresponds to flytekit's `approve`.
#[allow(
    non_camel_case_types,
    reason = "called like a task in the bodies of workflows"
)]
#[derive(Debug)]
pub struct approve {}

impl approve {
    /// Adds the node; the timeout is a [`Duration`], whole seconds, or text such as `"1h30m"`.
    ///
    /// # Panics
    ///
    /// Outside of a workflow's body.
    #[track_caller]
    pub fn node<T: FlyteType>(
        item: Promise<T>,
        name: impl Into<String>,
        timeout: impl IntoTimeout,
    ) -> Promise<T> {
        let name = name.into();
        if item.node_ref().node == NodeRef::START {
            problem(CompileProblem::ApprovedInput { gate: name.clone() });
        }
        let gate = Gate {
            condition: GateCondition::Approve,
            timeout: timeout_of(&name, timeout),
            name,
        };
        // flytekit calls input and output of the gate as the output that it approves.
        let variable =
            context::with_node_list(|list| Some(list?.output_name(item))).unwrap_or("o0");
        let info = TypeInfo::of::<T>();
        let input = InputDescriptor {
            name: variable,
            description: "",
            info,
            default: None,
        };
        let output = OutputVariable {
            name: variable,
            info,
            description: "",
        };
        let task = RunTask::Async(run::approve::<T>);
        let bound = (input, IntoBinding::<T>::into_binding(item));
        Promise::new(
            add::<T>("approve", gate, Some(bound), Some(output), task),
            0,
        )
    }
}

/// A node that gives the value that somebody enters: `wait_for_input::<i64>("copies", "1h")` in a workflow's body.
///
/// Without a value before the timeout the node fails. Corresponds to flytekit's `wait_for_input`.
#[allow(
    non_camel_case_types,
    reason = "called like a task in the bodies of workflows"
)]
#[derive(Debug)]
pub struct wait_for_input<T>(PhantomData<fn() -> T>);

impl<T> wait_for_input<T> {
    /// Adds the node; the timeout is a [`Duration`], whole seconds, or text such as `"1h30m"`.
    ///
    /// # Panics
    ///
    /// Outside of a workflow's body.
    #[track_caller]
    pub fn node(name: impl Into<String>, timeout: impl IntoTimeout) -> Promise<T>
    where
        T: FlyteType,
    {
        let name = name.into();
        let info = TypeInfo::of::<T>();
        let gate = Gate {
            condition: GateCondition::Signal(info),
            timeout: timeout_of(&name, timeout),
            name,
        };
        let output = OutputVariable {
            name: "o0",
            info,
            description: "",
        };
        let task = RunTask::Async(run::wait_for_input::<T>);
        Promise::new(
            add::<T>("wait_for_input", gate, None, Some(output), task),
            0,
        )
    }
}

fn timeout_of(gate: &str, timeout: impl IntoTimeout) -> Duration {
    let timeout = timeout.into_timeout();
    if let Ok(Duration::ZERO) = timeout {
        problem(CompileProblem::GateWithoutTime {
            gate: gate.to_owned(),
        });
    }
    timeout.unwrap_or_else(|error| {
        let gate = gate.to_owned();
        problem(CompileProblem::GateTime { gate, error });
        DEFAULT_TIMEOUT
    })
}

fn problem(problem: CompileProblem) {
    context::with_node_list(|list| {
        if let Some(list) = list {
            list.problems.push(problem);
        }
    });
}

#[track_caller]
fn add<T: 'static>(
    function: &'static str,
    gate: Gate,
    input: Option<(InputDescriptor, BindingData)>,
    output: Option<OutputVariable>,
    task: RunTask,
) -> NodeRef {
    let (input, binding) = input.unzip();
    let entity = entity::<T>(&gate.name, input, output, task);
    let added = context::with_node_list(|list| {
        let list = list?;
        Some(list.add_gate(entity, binding.into_iter().collect(), Arc::new(gate)))
    });
    added.unwrap_or_else(|| {
        panic!("cannot create a node of `{function}` while no workflow is being compiled; call it in the body of a workflow")
    })
}

/// What tells one gate of the program's source from another.
type Key = (TypeId, String, &'static str, &'static str, u32, u32);

/// The description of a gate: the same for all graphs that a place in the source makes.
///
/// Graphs name what their nodes run by static descriptions. Those of gates have types and names that only calls know, and so cannot
/// be constants; they are made once for each place and never freed, which is bounded by the source of the program.
#[track_caller]
fn entity<T: 'static>(
    name: &str,
    input: Option<InputDescriptor>,
    output: Option<OutputVariable>,
    task: RunTask,
) -> &'static EntityDescriptor {
    static ENTITIES: Mutex<Option<HashMap<Key, &'static EntityDescriptor>>> = Mutex::new(None);
    let caller = Caller::caller();
    let key = (
        TypeId::of::<T>(),
        name.to_owned(),
        output.map_or("", |output| output.name),
        caller.file(),
        caller.line(),
        caller.column(),
    );
    let mut entities = ENTITIES.lock().unwrap_or_else(PoisonError::into_inner);
    entities
        .get_or_insert_default()
        .entry(key)
        .or_insert_with(|| {
            let location = Location {
                file: caller.file(),
                line: caller.line(),
            };
            Box::leak(Box::new(EntityDescriptor::gate(
                name.to_owned().leak(),
                location,
                input.into_iter().collect::<Vec<_>>().leak(),
                output.into_iter().collect(),
                EntityBody::Gate { run: task },
            )))
        })
}
