//! The rules of a cluster, as data.

use std::fmt;

use serde::Serialize;

/// The severity of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// A cluster refuses the construct, or runs that reach it fail.
    Error,
    /// A cluster handles the construct differently from a local run.
    Warning,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

/// The part of Flyte that refuses a construct.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RefusedBy {
    /// This program, before a cluster is involved: the entity cannot be compiled here, or Flyte's messages cannot
    /// express it.
    Here,
    /// The compiler, which flyteadmin runs when a workflow is registered, and the engine on graphs of dynamic tasks.
    Compiler,
    /// flyteadmin, apart from its compiler.
    Server,
    /// The engine: the entity is registered, but the run fails.
    Engine,
}

impl fmt::Display for RefusedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Here => "this program",
            Self::Compiler => "the compiler",
            Self::Server => "flyteadmin",
            Self::Engine => "the engine",
        })
    }
}

macro_rules! rules {
    ($($(#[doc = $summary:literal])+ $name:ident = $code:literal, $by:expr;)*) => {
        /// A construct that a cluster refuses or handles differently.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Rule {
            $($(#[doc = $summary])+ $name,)*
        }

        impl Rule {
            /// All rules.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The stable name of the rule on the command line and in JSON.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }

            /// What refuses the construct; `None` for a warning.
            pub const fn refused_by(self) -> Option<RefusedBy> {
                match self {
                    $(Self::$name => $by,)*
                }
            }

            /// The rule in one sentence.
            pub fn summary(self) -> &'static str {
                match self {
                    $(Self::$name => concat!($($summary),+).trim(),)*
                }
            }
        }
    };
}

use RefusedBy::{Compiler, Engine, Here, Server};

rules! {
    /// A workflow cannot be compiled here.
    DoesNotCompile = "does-not-compile", Some(Here);
    /// A value has no form that Flyte can store.
    UnstorableValue = "unstorable-value", Some(Here);
    /// Flyte counts the elements of a list up to 2147483647.
    IndexTooLarge = "index-too-large", Some(Here);
    /// Flyte keeps the ids `start-node`, `end-node` and `efn` for itself.
    ReservedNodeId = "reserved-node-id", Some(Here);
    /// A map runs tasks whose containers run this program.
    MapWithoutProgram = "map-without-program", Some(Here);
    /// Flyte's messages have no place for an override.
    OverrideWithoutPlace = "override-without-place", Some(Here);

    /// A workflow, and each case of a branch that is a workflow of its own, has at least one node.
    NoNodes = "no-nodes", Some(Compiler);
    /// A condition looks at whole values, and not at a field, an element or the value of a key.
    ConditionOnPart = "condition-on-part", Some(Compiler);
    /// A condition compares an enum with nothing but another promise of the same enum.
    ConditionOnEnum = "condition-on-enum", Some(Compiler);
    /// A condition does not look into an `Option`.
    ConditionOnOption = "condition-on-option", Some(Compiler);
    /// The two sides of a condition have the same Flyte type.
    ConditionTypes = "condition-types", Some(Compiler);
    /// All cases of a branch give what they give under one name as the same Flyte type.
    CaseOutputs = "case-outputs", Some(Compiler);
    /// A gate approves whole values, and not a field, an element or the value of a key.
    ApprovesPart = "approves-part", Some(Compiler);
    /// A map runs a task of this program, and not a launch plan.
    MapOverLaunchPlan = "map-over-launch-plan", Some(Compiler);
    /// A map runs a task of this program, and not one of the cluster.
    MapOverReference = "map-over-reference", Some(Compiler);
    /// A workflow of the cluster is started by a launch plan, and is not a part of another workflow.
    ReferenceWorkflow = "reference-workflow", Some(Compiler);
    /// A dynamic task calls tasks of this program, and not of the cluster.
    ReferenceInDynamic = "reference-in-dynamic", Some(Compiler);
    /// Names of outputs and of the inputs of workflows are ASCII letters, digits and `_` where something reads them.
    NameNotAscii = "name-not-ascii", Some(Compiler);
    /// A value fits one variant of a union, and not several.
    AmbiguousUnion = "ambiguous-union", Some(Compiler);
    /// A constant for an enum is one of its values.
    EnumValue = "enum-value", Some(Compiler);
    /// A value has the Flyte type of the input that it is given to, or one that Flyte casts to it.
    BindingTypes = "binding-types", Some(Compiler);

    /// A workflow has at most 100 nodes, unless the server allows more.
    TooManyNodes = "too-many-nodes", Some(Server);
    /// What registers an entity has less than 4 MiB.
    RequestTooLarge = "request-too-large", Some(Server);
    /// The default or fixed value of a launch plan's input shows the type of the input by itself.
    LaunchPlanInput = "launch-plan-input", Some(Server);
    /// Labels of executions are at most 16, with keys and values that Kubernetes takes.
    ExecutionLabels = "execution-labels", Some(Server);
    /// Graphics processors are whole, and as many are requested as there may be.
    GraphicsProcessors = "graphics-processors", Some(Server);

    /// An echo task has one input.
    EchoInputs = "echo-inputs", Some(Engine);
    /// A condition does not compare two values that may be nothing.
    OptionsCompared = "options-compared", Some(Engine);
    /// No node has the id that a cluster gives to the node of a case: that of the branch, `-` and its own.
    IdOfCase = "id-of-case", Some(Engine);
    /// Labels and annotations of a task are such as Kubernetes takes.
    PodLabels = "pod-labels", Some(Engine);

    /// A workflow of the cluster is started as the launch plan of its name.
    StartedAsLaunchPlan = "started-as-launch-plan", None;
    /// What a cluster has no other way for costs a pod.
    ExtraPod = "extra-pod", None;
    /// A timeout of less than a second is one of a second.
    ShortTimeout = "short-timeout", None;
    /// Attempts follow one another at once, whatever `backoff` says.
    NoBackoff = "no-backoff", None;
    /// The `deadline` of a task ends each of its attempts, and not all of them together.
    DeadlinePerAttempt = "deadline-per-attempt", None;
    /// The `timeout` of a dynamic task is that of its nodes, too.
    DynamicTimeout = "dynamic-timeout", None;
    /// The options of a task say whether and how it is cached, and a node does not.
    NodeCache = "node-cache", None;
    /// A node that requests more than the limit of its task gets as much as that.
    RequestAboveLimit = "request-above-limit", None;
    /// A container that ends with another code than 0, or that is killed as a whole, is tried again, without counting
    /// as a retry.
    SystemRetries = "system-retries", None;
    /// A failure handler runs once, and its own failure takes the place of the cause.
    FailureHandler = "failure-handler", None;
    /// Elements and keys that conditions look at are taken before any condition is asked.
    GuardedPart = "guarded-part", None;
    /// `<=` and `>=` hold for what is not a number.
    NotANumber = "not-a-number", None;
    /// Points in time and durations are compared by their whole seconds.
    WholeSeconds = "whole-seconds", None;
    /// A node that overrides `retries` with 0 has those of its task.
    ZeroRetries = "zero-retries", None;
    /// A gate that waits for an `Option`, or for an enum with data, takes no answer.
    GateOfOption = "gate-of-option", None;
    /// A value that an execution is started with shows its type by itself, as `[[[]], [[1]]]` does not.
    UnclearInput = "unclear-input", None;
    /// A duration of more than 292 years cannot be read.
    LongDuration = "long-duration", None;
    /// A point in time, a date or a duration that is a part of a struct is a text as an output of a workflow or a case.
    TimeInStruct = "time-in-struct", None;
    /// A task that is started without a workflow is given no defaults, and its inputs have ASCII names.
    StartedAlone = "started-alone", None;
}

impl Rule {
    /// Whether it is an error or a warning.
    pub const fn severity(self) -> Severity {
        match self.refused_by() {
            Some(_) => Severity::Error,
            None => Severity::Warning,
        }
    }

    /// How a construct that breaks the rule is [lowered](crate::lower) to one that a cluster accepts, so that it is not
    /// reported.
    pub const fn written_otherwise(self) -> Option<&'static str> {
        match self {
            Self::NoNodes
            | Self::ConditionOnPart
            | Self::ConditionOnEnum
            | Self::ConditionOnOption
            | Self::CaseOutputs
            | Self::ApprovesPart
            | Self::ReferenceWorkflow
            | Self::EchoInputs => Some("yes"),
            Self::MapOverLaunchPlan => Some("without `min_successes` and `min_success_ratio`"),
            Self::MapOverReference => Some("the same, and not in a dynamic task"),
            _ => None,
        }
    }

    /// The rule with this code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|rule| rule.code() == code)
    }
}

/// Displays the code.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Rule {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}
