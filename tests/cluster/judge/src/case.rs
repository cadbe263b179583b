//! Cases: what is run on either side, and how it has to end.

use std::{
    collections::BTreeMap,
    fmt, fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use flyte_core::graph::TaskOutputs;
use flyte_idl::flyteidl::core;
use flyte_runtime::{
    Call, Entity,
    gate::Answers,
    graph::EntityDescriptor,
    remote::literal::to_proto,
    types::{FlyteType, TypeInfo, Value},
};

/// Outputs by name, in the form in which a cluster has them.
pub(crate) type Outputs = BTreeMap<String, core::Literal>;

/// What a case stands for: what once did not hold on a cluster, by its row in the table of the README, or a kind of
/// workflow that did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Shows {
    /// A row of the table.
    Row(u8),
    /// A kind of workflow.
    Held(&'static str),
}

impl fmt::Display for Shows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Row(row) => write!(f, "row {row}"),
            Self::Held(kind) => f.write_str(kind),
        }
    }
}

/// Why a run has failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A task gave an error or panicked.
    Task,
    /// A value is not of the type of the task, or a part of one is not there.
    Value,
    /// A task was not done in time.
    TimedOut,
    /// The process of a task died.
    Died,
    /// `fail("..")` in a branch.
    Branch,
    /// A gate was refused, or nobody has answered it in time.
    Gate,
    /// Something that no case expects.
    Other(String),
}

/// How a run has to end.
#[derive(Clone, Debug)]
pub(crate) enum Expected {
    /// With exactly these outputs.
    Gives(Outputs),
    /// With outputs that are not known beforehand, such as files; they are still compared with those of the other side.
    Succeeds,
    /// With a failure whose text has this part.
    Fails(Kind, &'static str),
    /// Cancelled.
    Aborted,
    /// It does not start: what it is given is refused, with a text that has this part.
    Refused(&'static str),
    /// It cannot be registered, for a reason that has this part.
    NotRegistered(&'static str),
}

/// A cluster does something else by design.
#[derive(Clone, Debug)]
pub(crate) struct Difference {
    pub(crate) there: Expected,
    pub(crate) because: &'static str,
}

/// How a case is run.
#[derive(Clone, Debug)]
pub(crate) enum Way {
    /// Once.
    Once,
    /// Until an attempt of the task at this node of the workflow has started; then it is cancelled.
    AbortAt(&'static str),
    /// It fails, is then resumed here and recovered there, and the second run has to end this way.
    Recover(Expected),
    /// It runs a second time on its own inputs and has to end the same way.
    Again,
}

/// What a gate is told.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    pub(crate) gate: String,
    pub(crate) literal: core::Literal,
}

/// What a case has to show besides its end.
pub(crate) type Check = Arc<dyn Fn(&Seen) -> Result<(), String> + Send + Sync>;

/// What there was to see of an execution on the cluster.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    /// The names of the pods, in order. They begin with the id of the execution and have the ids of their nodes.
    pub(crate) pods: Vec<String>,
    /// All nodes, those inside of others too, as the cluster lists them.
    pub(crate) nodes: Vec<NodeSeen>,
    /// How many attempts began in the local run.
    pub(crate) attempts_here: usize,
    /// The directories of [`case_in`], here and there.
    pub(crate) scratch: [PathBuf; 2],
}

/// A node of an execution on the cluster.
#[derive(Clone, Debug)]
pub(crate) struct NodeSeen {
    /// Its id in the workflow that it is a node of.
    pub(crate) id: String,
    /// `SUCCEEDED`, `RECOVERED`, ...
    pub(crate) phase: &'static str,
    /// `CACHE_HIT`, `CACHE_POPULATED`, ..., of a task.
    pub(crate) cache: &'static str,
}

/// What is made for the directory of a side.
pub(crate) type InDirectory<T> = Arc<dyn Fn(&Path) -> T + Send + Sync>;

/// One thing to run on either side.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) shows: Shows,
    pub(crate) entity: &'static EntityDescriptor,
    /// The inputs, for a directory that both sides have for themselves.
    pub(crate) inputs: InDirectory<Vec<Value>>,
    pub(crate) answers: Answers,
    pub(crate) told: Vec<Told>,
    pub(crate) way: Way,
    pub(crate) expected: Expected,
    pub(crate) difference: Option<Difference>,
    pub(crate) is_isolated: bool,
    /// The cluster is given what a client in Go makes of the inputs.
    pub(crate) is_from_go: bool,
    /// It runs when the others have ended, so that it does not wait for them.
    pub(crate) is_alone: bool,
    pub(crate) is_long: bool,
    /// An input that the cluster is not given.
    pub(crate) without: Option<&'static str>,
    /// No process of the execution is there after it.
    pub(crate) is_gone: bool,
    pub(crate) checks: Vec<Check>,
}

/// A case without its end.
pub(crate) struct Open<E: Entity> {
    call: InDirectory<Call<E>>,
}

/// Runs a call.
pub(crate) fn case<E: Entity>(call: Call<E>) -> Open<E> {
    let call = Shared(call);
    Open {
        call: Arc::new(move |_| call.get()),
    }
}

/// Runs a call with inputs that name a directory of the side that it runs on, which is new and empty.
pub(crate) fn case_in<E: Entity>(
    call: impl Fn(&Path) -> Call<E> + Send + Sync + 'static,
) -> Open<E> {
    Open {
        call: Arc::new(call),
    }
}

struct Shared<E: Entity>(Call<E>);

impl<E: Entity> Shared<E> {
    fn get(&self) -> Call<E> {
        self.0.clone()
    }
}

impl<E: Entity> Open<E> {
    /// It gives exactly this.
    pub(crate) fn gives(self, outputs: E::Output) -> Case {
        let expected = Expected::Gives(outputs_of::<E>(outputs));
        self.ends(expected)
    }

    /// It succeeds, with outputs that are not known beforehand.
    pub(crate) fn succeeds(self) -> Case {
        self.ends(Expected::Succeeds)
    }

    /// It fails this way, with a text that has this part.
    pub(crate) fn fails(self, kind: Kind, text: &'static str) -> Case {
        self.ends(Expected::Fails(kind, text))
    }

    /// It is cancelled when an attempt of the task at this node of the workflow has started.
    pub(crate) fn aborts_at(self, node: &'static str) -> Case {
        let mut case = self.ends(Expected::Aborted);
        case.way = Way::AbortAt(node);
        case
    }

    fn ends(self, expected: Expected) -> Case {
        let entity = E::descriptor();
        let call = self.call;
        Case {
            name: entity.name().to_owned(),
            shows: Shows::Held(""),
            entity,
            inputs: Arc::new(move |scratch| call(scratch).inputs().to_vec()),
            answers: Answers::new(),
            told: Vec::new(),
            way: Way::Once,
            expected,
            difference: None,
            is_isolated: false,
            is_from_go: false,
            is_alone: false,
            is_long: false,
            without: None,
            is_gone: false,
            checks: Vec::new(),
        }
    }
}

impl Case {
    /// Tells the cases of one entity apart.
    pub(crate) fn with(mut self, what: &str) -> Self {
        self.name = format!("{} ({what})", self.name);
        self
    }

    /// Says yes to an approval.
    pub(crate) fn approve(self, gate: &str) -> Self {
        let answers = self.answers.clone().approve(gate);
        self.told(gate, true, answers)
    }

    /// Says no to an approval.
    pub(crate) fn disapprove(self, gate: &str) -> Self {
        let answers = self.answers.clone().disapprove(gate);
        self.told(gate, false, answers)
    }

    /// Gives the value that a gate waits for.
    pub(crate) fn answer<T: FlyteType + Clone>(self, gate: &str, value: T) -> Self {
        let answers = self.answers.clone().input(gate, value.clone());
        self.told(gate, value, answers)
    }

    fn told<T: FlyteType>(mut self, gate: &str, value: T, answers: Answers) -> Self {
        self.answers = answers;
        self.told.push(Told {
            gate: gate.to_owned(),
            literal: literal(TypeInfo::of::<T>(), &Value::new(value)),
        });
        self
    }

    /// The attempts of the local run have processes of their own, which may die.
    pub(crate) fn isolated(mut self) -> Self {
        self.is_isolated = true;
        self
    }

    /// The cluster is given the inputs as a client in Go writes them, which makes floats of the integers in structs.
    pub(crate) fn sent_by_go(mut self) -> Self {
        self.is_from_go = true;
        self
    }

    /// It runs on the cluster when the others have ended: how long it takes matters.
    pub(crate) fn alone(mut self) -> Self {
        self.is_alone = true;
        self
    }

    /// It takes more than some seconds for itself: it is run with `--long`, and then alone.
    pub(crate) fn long(mut self) -> Self {
        self.is_long = true;
        self.alone()
    }

    /// The cluster is not given this input.
    pub(crate) fn without(mut self, input: &'static str) -> Self {
        self.without = Some(input);
        self
    }

    /// When the execution on the cluster has ended, nothing that its tasks have started goes on.
    pub(crate) fn leaves_no_process(mut self) -> Self {
        self.is_gone = true;
        self
    }

    /// On either side a task has left a file with this text in the directory of [`case_in`].
    pub(crate) fn leaves(self, file: &'static str, text: &'static str) -> Self {
        self.check(move |seen| {
            for scratch in &seen.scratch {
                let path = scratch.join(file);
                let found = fs::read_to_string(&path)
                    .map_err(|error| format!("{}: {error}", path.display()))?;
                if !found.contains(text) {
                    return Err(format!(
                        "{} has {found:?}, without {text:?}",
                        path.display()
                    ));
                }
            }
            Ok(())
        })
    }

    /// It is resumed here and recovered there after it has failed, and ends this way then.
    pub(crate) fn recovered<E: Entity>(mut self, outputs: E::Output) -> Self {
        self.way = Way::Recover(Expected::Gives(outputs_of::<E>(outputs)));
        self
    }

    /// It is run a second time on the same inputs, and ends the same way.
    pub(crate) fn again(mut self) -> Self {
        self.way = Way::Again;
        self
    }

    /// A cluster gives something else, by design.
    pub(crate) fn but_there_gives<E: Entity>(
        self,
        outputs: E::Output,
        because: &'static str,
    ) -> Self {
        self.but_there(Expected::Gives(outputs_of::<E>(outputs)), because)
    }

    /// A cluster ends otherwise, by design.
    pub(crate) fn but_there(mut self, there: Expected, because: &'static str) -> Self {
        self.difference = Some(Difference { there, because });
        self
    }

    /// Looks at more than the end.
    pub(crate) fn check(
        mut self,
        check: impl Fn(&Seen) -> Result<(), String> + Send + Sync + 'static,
    ) -> Self {
        self.checks.push(Arc::new(check));
        self
    }

    /// On either side this many attempts were made.
    pub(crate) fn attempts(self, count: usize) -> Self {
        self.pods(count)
            .check(move |seen| match seen.attempts_here == count {
                true => Ok(()),
                false => Err(format!(
                    "there were {} attempts here, not {count}",
                    seen.attempts_here
                )),
            })
    }

    /// The cluster has started this many pods for it.
    pub(crate) fn pods(self, count: usize) -> Self {
        self.check(move |seen| match seen.pods.len() == count {
            true => Ok(()),
            false => Err(format!(
                "there were {} pods, not {count}: {}",
                seen.pods.len(),
                seen.pods.join(", ")
            )),
        })
    }
}

/// Cases of a row of the table.
pub(crate) fn row(row: u8, cases: impl IntoIterator<Item = Case>) -> impl Iterator<Item = Case> {
    shows(Shows::Row(row), cases)
}

/// Cases of a kind of workflow.
pub(crate) fn held(
    kind: &'static str,
    cases: impl IntoIterator<Item = Case>,
) -> impl Iterator<Item = Case> {
    shows(Shows::Held(kind), cases)
}

fn shows(what: Shows, cases: impl IntoIterator<Item = Case>) -> impl Iterator<Item = Case> {
    cases.into_iter().map(move |mut case| {
        case.shows = what;
        case
    })
}

fn outputs_of<E: Entity>(outputs: E::Output) -> Outputs {
    let mut values = Vec::new();
    outputs.into_values(&mut values);
    let declared = E::descriptor().outputs().iter().zip(&values);
    declared
        .map(|(output, value)| (output.name.to_owned(), literal(output.info, value)))
        .collect()
}

/// A value that is written in this program has a literal; a message that says what is wrong with it otherwise.
fn literal(info: TypeInfo, value: &Value) -> core::Literal {
    match info.to_literal(value) {
        Ok(literal) => to_proto(&literal),
        Err(error) => panic!("{} in a case has no literal: {error}", info.preview(value)),
    }
}
