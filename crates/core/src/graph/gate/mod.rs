//! Gates: nodes that wait, and the calls that add them.

mod by_name;
mod error;

pub use error::GateError;

use std::{
    any::TypeId, borrow::Cow, collections::HashMap, fmt, marker::PhantomData,
    panic::Location as Caller, sync::Mutex, time::Duration,
};

use crate::{
    graph::{
        BindingData, CompileProblem, IntoBinding, NodeRef, OutputVariable, Promise, VoidPromise,
        compilation::with_node_list,
        entity::{EntityBody, EntityDescriptor, InputDescriptor, Location, RunTask},
        overrides::{IntoTimeout, OverrideError},
    },
    lock::lock,
    types::{FlyteType, TypeInfo},
};
use flyte_grammar::duration;

/// The name of a node's only output.
const ONLY_OUTPUT: &str = "o0";

/// The name of a sleep.
const SLEEP: &str = "sleep-gate";

/// The default timeout of a gate, as in flytekit.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(3600);

/// What a node waits for (`flyteidl.core.GateNode`).
#[derive(Clone, Debug)]
pub struct Gate {
    name: String,
    condition: GateCondition,
    timeout: Duration,
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

/// A short description: `approve review within 1h`.
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
    /// A time has passed (`SleepCondition`).
    Sleep(Duration),
    /// That a person approves of its input (`ApproveCondition`).
    Approve,
    /// That a person gives a value of this type, its output `o0` (`SignalCondition`).
    Signal(TypeInfo),
}

/// A node that ends after a time: `sleep("10m")` in a workflow's body. Use `>>` to order other nodes after it.
///
/// Like flytekit, a local run does not wait: a test of the workflow would take as long. With a test's `ManualClock`, it
/// does wait: the node ends when the clock has been advanced, or it advances the clock itself if the clock skips waits.
/// Corresponds to flytekit's `sleep`.
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
        pause(duration.into_timeout())
    }
}

#[track_caller]
fn pause(duration: Result<Duration, OverrideError>) -> VoidPromise {
    let duration = duration.unwrap_or_else(|error| {
        problem(CompileProblem::GateTime {
            gate: SLEEP.to_owned(),
            error,
        });
        Duration::ZERO
    });
    let gate = Gate {
        name: SLEEP.to_owned(),
        condition: GateCondition::Sleep(duration),
        timeout: DEFAULT_TIMEOUT.max(duration),
    };
    VoidPromise::new(add::<()>("sleep", gate, None))
}

/// The value that [`approve`](struct@approve) passes on: a promise of a `T`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is nothing that a gate can hold back",
    label = "expected what a task gives",
    note = "`approve` asks about a value that a task makes: pass the result of a task that has one, as in \
            `approve(report(x), \"review\", \"1h\")`"
)]
pub trait ApprovedItem<T> {
    /// The promise of the value.
    fn promise(self) -> Promise<T>;
}

#[diagnostic::do_not_recommend]
impl<T> ApprovedItem<T> for Promise<T> {
    fn promise(self) -> Self {
        self
    }
}

/// A node that hands a value on when a person approves of it: `approve(report, "review", "1d")` in a workflow's body,
/// or `approve(item = report, name = "review")`, which waits for an hour.
///
/// Without an answer before the timeout the node fails, and so it does when a person says no. Corresponds to flytekit's
/// `approve`.
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
        item: impl ApprovedItem<T>,
        name: impl Into<String>,
        timeout: impl IntoTimeout,
    ) -> Promise<T> {
        approval(item.promise(), name.into(), timeout.into_timeout())
    }
}

#[track_caller]
fn approval<T: FlyteType>(
    item: Promise<T>,
    name: String,
    timeout: Result<Duration, OverrideError>,
) -> Promise<T> {
    if !item.node_ref().is_of_a_call() {
        problem(CompileProblem::ApprovedInput { gate: name.clone() });
    }
    let gate = Gate {
        condition: GateCondition::Approve,
        timeout: timeout_of(&name, timeout),
        name,
    };
    let item = IntoBinding::<T>::into_binding(item);
    // flytekit names the gate's input and output after the output that the gate approves.
    let variable = with_node_list(|list| list?.name_of(&item));
    let handed = Handed {
        variable: variable.unwrap_or(Cow::Borrowed(ONLY_OUTPUT)),
        info: TypeInfo::of::<T>(),
        item: Some(item),
    };
    Promise::new(add::<T>("approve", gate, Some(handed)), 0)
}

/// A node that gives the value that a person enters: `wait_for_input::<i64>("copies", "1h")` in a workflow's body, or
/// `wait_for_input::<i64>(name = "copies")`, which waits for an hour.
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
        signal(name.into(), timeout.into_timeout())
    }
}

#[track_caller]
fn signal<T: FlyteType>(name: String, timeout: Result<Duration, OverrideError>) -> Promise<T> {
    let info = TypeInfo::of::<T>();
    let gate = Gate {
        condition: GateCondition::Signal(info),
        timeout: timeout_of(&name, timeout),
        name,
    };
    let handed = Handed {
        variable: Cow::Borrowed(ONLY_OUTPUT),
        info,
        item: None,
    };
    Promise::new(add::<T>("wait_for_input", gate, Some(handed)), 0)
}

/// A sleep that ends at once: a cluster needs a node where a graph has none.
pub fn no_time() -> &'static EntityDescriptor {
    let gate = Gate {
        name: SLEEP.to_owned(),
        condition: GateCondition::Sleep(Duration::ZERO),
        timeout: DEFAULT_TIMEOUT,
    };
    entity::<()>(gate, None, Location::caller())
}

/// A gate that no run reaches, with an output of this type.
pub fn never(info: TypeInfo, location: Location) -> &'static EntityDescriptor {
    static ENTITIES: Mutex<Vec<(TypeInfo, Location, &'static EntityDescriptor)>> =
        Mutex::new(Vec::new());
    const NAME: &str = "never";
    let mut entities = lock(&ENTITIES);
    let known = entities
        .iter()
        .find(|(of, at, _)| (*of, *at) == (info, location));
    if let Some((.., known)) = known {
        return known;
    }
    let gate = Gate {
        name: NAME.to_owned(),
        condition: GateCondition::Signal(info),
        timeout: DEFAULT_TIMEOUT,
    };
    let output = OutputVariable {
        name: ONLY_OUTPUT,
        info,
        description: "",
    };
    let instead = Some(RunTask::Sync(|_, _| Err("its case was not to run".into())));
    let entity: &'static EntityDescriptor = Box::leak(Box::new(EntityDescriptor::made(
        NAME,
        location,
        &[],
        vec![output],
        EntityBody::Gate { gate, instead },
    )));
    entities.push((info, location, entity));
    entity
}

fn timeout_of(gate: &str, timeout: Result<Duration, OverrideError>) -> Duration {
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
    with_node_list(|list| {
        if let Some(list) = list {
            list.problems.push(problem);
        }
    });
}

/// The value that a gate passes on or asks for: its name and type.
struct Handed {
    variable: Cow<'static, str>,
    info: TypeInfo,
    /// The binding of the value, if the gate passes on an existing one.
    item: Option<BindingData>,
}

#[track_caller]
fn add<T: 'static>(function: &'static str, gate: Gate, handed: Option<Handed>) -> NodeRef {
    let location = location();
    let (shape, item) = match handed {
        None => (None, None),
        Some(handed) => {
            let takes_it = handed.item.is_some();
            (Some((handed.variable, handed.info, takes_it)), handed.item)
        }
    };
    let entity = entity::<T>(gate, shape, location);
    let added =
        with_node_list(|list| Some(list?.add_node(entity, item.into_iter().collect(), location)));
    added.unwrap_or_else(|| {
        panic!("cannot create a node of `{function}` while no workflow is being compiled; call it in the body of a \
                workflow")
    })
}

#[track_caller]
fn location() -> Location {
    let caller = Caller::caller();
    Location {
        file: caller.file(),
        line: caller.line(),
    }
}

/// Identifies a gate in the program's source.
#[derive(PartialEq, Eq, Hash)]
struct Key {
    ty: TypeId,
    name: String,
    variable: Option<String>,
    time: Option<Duration>,
    timeout: Duration,
    file: &'static str,
    line: u32,
}

/// The description of a gate, shared by all graphs that one source location makes.
///
/// Graphs refer to static descriptions of what their nodes run. The types and names of gates are known only to the
/// calls, so the descriptions of gates cannot be constants. They are made once for each source location and never
/// freed; the program's source limits their number.
fn entity<T: 'static>(
    gate: Gate,
    shape: Option<(Cow<'static, str>, TypeInfo, bool)>,
    location: Location,
) -> &'static EntityDescriptor {
    static ENTITIES: Mutex<Option<HashMap<Key, &'static EntityDescriptor>>> = Mutex::new(None);
    let key = Key {
        ty: TypeId::of::<T>(),
        name: gate.name.clone(),
        variable: shape.as_ref().map(|(variable, ..)| variable.to_string()),
        time: match gate.condition {
            GateCondition::Sleep(time) => Some(time),
            _ => None,
        },
        timeout: gate.timeout,
        file: location.file,
        line: location.line,
    };
    let mut entities = lock(&ENTITIES);
    entities
        .get_or_insert_default()
        .entry(key)
        .or_insert_with(|| {
            let (mut inputs, mut outputs) = (Vec::new(), Vec::new());
            if let Some((variable, info, takes_it)) = shape {
                let (name, description): (&'static str, _) = (variable.into_owned().leak(), "");
                if takes_it {
                    inputs.push(InputDescriptor {
                        name,
                        description,
                        info,
                        default: None,
                    });
                }
                outputs.push(OutputVariable {
                    name,
                    info,
                    description,
                });
            }
            Box::leak(Box::new(EntityDescriptor::made(
                gate.name.clone().leak(),
                location,
                inputs.leak(),
                outputs,
                EntityBody::Gate {
                    gate,
                    instead: None,
                },
            )))
        })
}
