//! What is drawn of a graph: its steps, what flows between them, and what is inside of what.

mod of_graph;

use flyte_core::graph::entity::Location;

/// What a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// An input of the workflow.
    Input,
    /// An output of the workflow.
    Output,
    /// A task.
    Task,
    /// A task of which the body makes a graph, or calls tasks, while it runs.
    Dynamic,
    /// A workflow that is not opened.
    Workflow,
    /// A launch plan: on a cluster an execution of its own.
    LaunchPlan,
    /// A wait for time or for people.
    Gate,
    /// Where one of several cases is chosen.
    Branch,
    /// A task or launch plan for each element of a list.
    Map,
    /// The case of a branch that fails.
    Failure,
    /// A case of a branch in which nothing runs.
    Nothing,
}

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Output => "output",
            Self::Task => "task",
            Self::Dynamic => "dynamic",
            Self::Workflow => "workflow",
            Self::LaunchPlan => "launch plan",
            Self::Gate => "gate",
            Self::Branch => "branch",
            Self::Map => "map",
            Self::Failure => "failure",
            Self::Nothing => "case",
        }
    }
}

/// A step.
#[derive(Clone, Debug)]
pub(super) struct Step {
    /// The id of the node, behind those of the nodes that it is in.
    pub(super) id: String,
    pub(super) kind: Kind,
    /// What people call it.
    pub(super) name: String,
    /// What kind of step it is, in a word, if that is to be seen.
    pub(super) mark: String,
    /// When it runs: the condition of a case.
    pub(super) caption: String,
    /// The name of what it runs.
    pub(super) entity: String,
    /// Type and default of an input, the type of an output.
    pub(super) value: String,
    /// Inputs that are known before it runs.
    pub(super) constants: Vec<String>,
    pub(super) options: Vec<String>,
    pub(super) docs: &'static str,
    pub(super) location: Option<Location>,
    pub(super) group: Option<usize>,
    /// Whether it runs only when the workflow fails.
    pub(super) on_failure: bool,
}

impl Step {
    /// A step of which nothing else is known yet.
    fn new(id: &str, kind: Kind, name: &str) -> Self {
        Self {
            id: id.to_owned(),
            kind,
            name: name.to_owned(),
            mark: String::new(),
            caption: String::new(),
            entity: String::new(),
            value: String::new(),
            constants: Vec::new(),
            options: Vec::new(),
            docs: "",
            location: None,
            group: None,
            on_failure: false,
        }
    }
}

/// Why one step comes after another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Why {
    /// It takes values of the other.
    Value,
    /// It is a case of the branch.
    Case,
    /// The order was asked for.
    Order,
    /// It runs when the workflow fails.
    Failure,
}

/// A value on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Flow {
    /// The output, or a part of it.
    pub(super) output: String,
    /// The input, or a part of it.
    pub(super) input: String,
    /// The type in Rust, of the output; `each of` it where a map takes it apart.
    pub(super) of: String,
    /// Of how many values a branch chooses one for this input; 1 where none chooses.
    pub(super) one_of: usize,
}

/// An edge.
#[derive(Clone, Debug)]
pub(super) struct Link {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) why: Why,
    pub(super) flows: Vec<Flow>,
}

/// A frame around steps: a workflow that is opened, a case of a branch, what a map does for each element.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) mark: &'static str,
    pub(super) parent: Option<usize>,
    pub(super) docs: &'static str,
    pub(super) location: Option<Location>,
}

/// All of it.
#[derive(Clone, Debug)]
pub(super) struct Model {
    pub(super) name: String,
    pub(super) short_name: String,
    /// What it is unless a workflow, when it starts, what becomes of it after a failure.
    pub(super) facts: Vec<String>,
    pub(super) docs: &'static str,
    pub(super) location: Location,
    pub(super) steps: Vec<Step>,
    pub(super) links: Vec<Link>,
    pub(super) frames: Vec<Frame>,
}
