//! The rules of a cluster, as data.

use std::fmt;

use serde::Serialize;

/// The severity of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
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
    /// A workflow does not compile here.
    DoesNotCompile = "does-not-compile", Some(Here);
    /// Flyte cannot store a value.
    UnstorableValue = "unstorable-value", Some(Here);
    /// A list index must be at most 2147483647 in Flyte.
    IndexTooLarge = "index-too-large", Some(Here);
    /// Flyte reserves the ids `start-node`, `end-node` and `efn`.
    ReservedNodeId = "reserved-node-id", Some(Here);
    /// A map can only run tasks whose containers run this program.
    MapWithoutProgram = "map-without-program", Some(Here);
    /// Flyte's messages have no field for an override.
    OverrideWithoutPlace = "override-without-place", Some(Here);

    /// A workflow must have at least one node, as must each case of a branch that becomes a workflow.
    NoNodes = "no-nodes", Some(Compiler);
    /// A condition can only look at whole values, not at a field, an element or the value of a key.
    ConditionOnPart = "condition-on-part", Some(Compiler);
    /// A condition can compare an enum only with another promise of the same enum.
    ConditionOnEnum = "condition-on-enum", Some(Compiler);
    /// A condition cannot look inside an `Option`.
    ConditionOnOption = "condition-on-option", Some(Compiler);
    /// The two sides of a condition must have the same Flyte type.
    ConditionTypes = "condition-types", Some(Compiler);
    /// Outputs of the same name must have the same Flyte type in all cases of a branch.
    CaseOutputs = "case-outputs", Some(Compiler);
    /// A gate can only approve whole values, not a field, an element or the value of a key.
    ApprovesPart = "approves-part", Some(Compiler);
    /// A map must run a task of this program, not a launch plan.
    MapOverLaunchPlan = "map-over-launch-plan", Some(Compiler);
    /// A map must run a task of this program, not one of the cluster.
    MapOverReference = "map-over-reference", Some(Compiler);
    /// A workflow of the cluster must be started by a launch plan; it cannot be part of another workflow.
    ReferenceWorkflow = "reference-workflow", Some(Compiler);
    /// A dynamic task can only call tasks of this program, not of the cluster.
    ReferenceInDynamic = "reference-in-dynamic", Some(Compiler);
    /// If something reads it, the name of an output or a workflow's input must consist of ASCII letters, digits and
    /// `_`.
    NameNotAscii = "name-not-ascii", Some(Compiler);
    /// A value must fit exactly one variant of a union.
    AmbiguousUnion = "ambiguous-union", Some(Compiler);
    /// A constant for an enum must be one of its values.
    EnumValue = "enum-value", Some(Compiler);
    /// A value must have the Flyte type of its input, or a type that Flyte casts to it.
    BindingTypes = "binding-types", Some(Compiler);

    /// A workflow can have at most 100 nodes, unless the server allows more.
    TooManyNodes = "too-many-nodes", Some(Server);
    /// The request that registers an entity must be smaller than 4 MiB.
    RequestTooLarge = "request-too-large", Some(Server);
    /// The default or fixed value of a launch plan's input must show the type of the input by itself.
    LaunchPlanInput = "launch-plan-input", Some(Server);
    /// An execution can have at most 16 labels, with keys and values that Kubernetes accepts.
    ExecutionLabels = "execution-labels", Some(Server);
    /// The number of graphics processors must be whole, and the same in the request and the limit.
    GraphicsProcessors = "graphics-processors", Some(Server);

    /// An echo task must have exactly one input.
    EchoInputs = "echo-inputs", Some(Engine);
    /// A condition cannot compare two optional values.
    OptionsCompared = "options-compared", Some(Engine);
    /// No node can have the id that a cluster gives to the node of a case: the branch's id, `-` and the node's own id.
    IdOfCase = "id-of-case", Some(Engine);
    /// Kubernetes must accept the labels and annotations of a task.
    PodLabels = "pod-labels", Some(Engine);

    /// A workflow of the cluster is started through the launch plan of the same name.
    StartedAsLaunchPlan = "started-as-launch-plan", None;
    /// An operation that a cluster has no other way to perform costs a pod.
    ExtraPod = "extra-pod", None;
    /// A timeout of less than a second becomes one second.
    ShortTimeout = "short-timeout", None;
    /// The next attempt starts at once, whatever `backoff` says.
    NoBackoff = "no-backoff", None;
    /// The `deadline` of a task limits each of its attempts, not all of them together.
    DeadlinePerAttempt = "deadline-per-attempt", None;
    /// The `timeout` of a dynamic task also applies to its nodes.
    DynamicTimeout = "dynamic-timeout", None;
    /// Only the options of a task decide whether and how it is cached; a node cannot override them.
    NodeCache = "node-cache", None;
    /// A node that requests more than the limit of its task gets that limit.
    RequestAboveLimit = "request-above-limit", None;
    /// A container that exits with a code other than 0, or is killed as a whole, is started again, which does not
    /// count as a retry.
    SystemRetries = "system-retries", None;
    /// A failure handler runs once, and its own failure replaces the cause.
    FailureHandler = "failure-handler", None;
    /// The elements and keys that conditions look at are read before any condition is evaluated.
    GuardedPart = "guarded-part", None;
    /// `<=` and `>=` are true for NaN.
    NotANumber = "not-a-number", None;
    /// Datetimes and durations are compared by their whole seconds.
    WholeSeconds = "whole-seconds", None;
    /// A node that overrides `retries` with 0 keeps the retries of its task.
    ZeroRetries = "zero-retries", None;
    /// A gate that waits for an `Option`, or for an enum with data, accepts no answer.
    GateOfOption = "gate-of-option", None;
    /// A value that starts an execution must show its type by itself, which `[[[]], [[1]]]` does not.
    UnclearInput = "unclear-input", None;
    /// A cluster cannot read a duration of more than 292 years.
    LongDuration = "long-duration", None;
    /// A datetime, date or duration in a struct becomes a text as an output of a workflow or a case.
    TimeInStruct = "time-in-struct", None;
    /// A task that is started without a workflow gets no defaults, and its inputs must have ASCII names.
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

    /// The construct to which one that breaks the rule is [lowered](crate::lower), so that a cluster accepts it and it
    /// is not reported.
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
            Self::MapOverReference => Some("the same, except in a dynamic task"),
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
