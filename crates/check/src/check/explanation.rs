//! Why a rule is one, and what to do about a finding: what `explain` prints.

use super::Rule;

/// A rule's cause and its cure.
struct Explanation {
    cause: &'static str,
    cure: &'static str,
}

const fn because(cause: &'static str, cure: &'static str) -> Explanation {
    Explanation { cause, cure }
}

impl Rule {
    /// What a cluster does with such a construct, and why.
    pub const fn cause(self) -> &'static str {
        self.explanation().cause
    }

    /// What to write instead.
    pub const fn cure(self) -> &'static str {
        self.explanation().cure
    }

    const fn explanation(self) -> Explanation {
        match self {
            Self::DoesNotCompile => because(
                "The body of the workflow cannot become a graph, so there is nothing to register. The finding has the \
                 mistakes, each with its place.",
                "Fix the mistakes; `graph NAME` reports the same ones.",
            ),
            Self::UnstorableValue => because(
                "A constant, a default or the `custom` of a task has no form among Flyte's literals: for example a \
                 number that is not finite in a struct, or a datetime before the year 1.",
                "Use a value that Flyte can store, or let a task make the value while the workflow runs.",
            ),
            Self::IndexTooLarge => because(
                "Flyte stores an index into a list in 32 bits.",
                "Let a task take the element.",
            ),
            Self::ReservedNodeId => because(
                "Flyte adds nodes with these ids to each graph.",
                "Choose another `node_name`.",
            ),
            Self::MapWithoutProgram => because(
                "An array node starts one container of this program for each element. Shell, container, echo and \
                 plugin tasks without a body run other containers, which are not told their element.",
                "Map a task of this program, or call the other task in a `#[dynamic]` task, once for each element.",
            ),
            Self::OverrideWithoutPlace => because(
                "Flyte's message for a node has no field for this override, so a cluster would ignore it.",
                "Give the option to the task, or declare a second task that calls the same function.",
            ),
            Self::NoNodes => because(
                "Flyte's compiler refuses a graph without a node.",
                "Call a task, even if it only returns its input.",
            ),
            Self::ConditionOnPart => because(
                "The operands of Flyte's comparisons are whole values; they have no path into a struct, list or map.",
                "Let a task look at the value and return a `bool`, or return the part as an output of its own.",
            ),
            Self::ConditionOnEnum => because(
                "Flyte has no literal for an enum in a condition: a constant is a string, which is another type.",
                "Let a task look at the value and return a `bool` or the text.",
            ),
            Self::ConditionOnOption => because(
                "An `Option` is a union in Flyte, and conditions compare primitives.",
                "Let a task look at the value and return a `bool`.",
            ),
            Self::ConditionTypes => because(
                "Flyte's compiler compares the types of both sides and refuses those that differ.",
                "Convert one side in a task, or let a task return a `bool`.",
            ),
            Self::CaseOutputs => because(
                "Whichever case runs, the branch has the same outputs, so they must have the same types.",
                "Let each case return the same type.",
            ),
            Self::ApprovesPart => because(
                "An approval passes on the value that it is given, and has no path into it.",
                "Let a task take the part, and approve its result.",
            ),
            Self::MapOverLaunchPlan => because(
                "An array node whose elements may fail runs tasks only.",
                "Map without `min_successes` and `min_success_ratio`, or call the launch plan in a `#[dynamic]` task.",
            ),
            Self::MapOverReference => because(
                "An array node starts the containers of a task whose definition is registered with the workflow.",
                "Map without `min_successes` and `min_success_ratio` and outside of `#[dynamic]` tasks, or map a task \
                 of this program.",
            ),
            Self::ReferenceWorkflow => because(
                "A workflow's definition contains those of its sub-workflows, which a reference does not have.",
                "Declare the launch plan of the same name with `#[reference_launch_plan]` and call that.",
            ),
            Self::ReferenceInDynamic => because(
                "The graph that a dynamic task writes contains all the tasks that it uses; nothing is fetched.",
                "Call the reference in a workflow, and that workflow through a launch plan, or declare the task here.",
            ),
            Self::NameNotAscii => because(
                "Flyte's compiler reads names in bindings with a grammar of ASCII letters, digits and `_`.",
                "Rename the input or output.",
            ),
            Self::AmbiguousUnion => because(
                "A union literal names the variant it is, and the compiler must find exactly one that fits.",
                "Let a task return the variant that is meant.",
            ),
            Self::EnumValue => because(
                "Flyte's compiler compares the text of an enum with its declared values.",
                "Give one of the values.",
            ),
            Self::BindingTypes => because(
                "Flyte's compiler compares the type of each binding with that of its input and casts very few types.",
                "Let a task convert the value.",
            ),
            Self::TooManyNodes => because(
                "flyteadmin limits the nodes of a workflow; the limit is a setting of the server.",
                "Move parts into sub-workflows started through launch plans, map over a list, or use a `#[dynamic]` \
                 task. If your server allows more, say so with `--max-nodes`.",
            ),
            Self::RequestTooLarge => because(
                "flyteadmin's gRPC server refuses messages of 4 MiB and more.",
                "Move parts of the workflow into launch plans, and large constants into files or tasks.",
            ),
            Self::LaunchPlanInput => because(
                "flyteadmin derives the type of a value from the value, and compares it with the input. An empty list, \
                 for example, shows no type.",
                "Make the input an `Option`, and let a task supply the value if there is none.",
            ),
            Self::ExecutionLabels => because(
                "flyteadmin limits the labels of an execution, and Kubernetes their keys and values.",
                "Leave some out, or use 63 characters of letters, digits, `-`, `_` and `.`.",
            ),
            Self::GraphicsProcessors => because(
                "Kubernetes schedules whole processors and does not overcommit them.",
                "Request a whole number, and the same number as the limit.",
            ),
            Self::EchoInputs => because(
                "Flyte's echo plugin fails unless it has exactly one input.",
                "Use one echo task for each value, or pass the values on without one.",
            ),
            Self::OptionsCompared => because(
                "Two unions are accepted when the workflow is registered, and the comparison fails when it runs.",
                "Let a task compare the values and return a `bool`.",
            ),
            Self::IdOfCase => because(
                "The engine names the node of a case after its branch, so two nodes would have one id.",
                "Choose another `node_name`.",
            ),
            Self::PodLabels => because(
                "The labels of a task are those of its pod, and Kubernetes refuses a pod with a wrong one.",
                "Use at most 63 characters of letters, digits, `-`, `_` and `.`, with a letter or digit at both ends.",
            ),
            Self::StartedAsLaunchPlan => because(
                "A workflow that others registered can only be started, not included. The node becomes the launch plan \
                 of the same name, which is an execution of its own.",
                "Declare that launch plan with `#[reference_launch_plan]`, which says what happens.",
            ),
            Self::ExtraPod => because(
                "Flyte's graph cannot express the operation, so a task of this program performs it in its own pod, \
                 which takes seconds to start.",
                "Nothing is wrong. To save the pod, let a task that runs before return what the operation computes.",
            ),
            Self::ShortTimeout => because(
                "Flyte stores timeouts as whole seconds, and 0 means that there is none.",
                "Use at least a second, and the time that a container takes to start.",
            ),
            Self::NoBackoff => because(
                "Flyte 1 has no wait between the attempts of a task.",
                "Wait in the task, at the start of an attempt that is not the first, or leave `backoff` out.",
            ),
            Self::DeadlinePerAttempt => because(
                "Flyte 1 does not limit all attempts together. The container ends an attempt that takes longer.",
                "Divide the time by the number of attempts.",
            ),
            Self::DynamicTimeout => because(
                "On a cluster the node of a dynamic task ends when the nodes that it built have ended.",
                "Add the time that these nodes need.",
            ),
            Self::NodeCache => because(
                "Flyte's engine reads the cache options of the task and ignores those of a node.",
                "Give the options to the task, or declare a second task that calls the same function.",
            ),
            Self::RequestAboveLimit => because(
                "A pod cannot request more than its limit, and the limit of the task stays.",
                "Override `limits`, too.",
            ),
            Self::SystemRetries => because(
                "A container that ends without a report of its task counts as a failure of the system, which has \
                 retries of its own.",
                "Let the script do no harm when it is repeated.",
            ),
            Self::FailureHandler => because(
                "The engine runs the handler's node once, and reports its error if it fails.",
                "Catch errors in the handler, and repeat there what may fail.",
            ),
            Self::GuardedPart => because(
                "The engine resolves all operands of a branch before it evaluates a condition, so a missing element or \
                 key fails the run even if an earlier condition excludes it.",
                "Look at the element in an `if` inside of the case.",
            ),
            Self::NotANumber => because(
                "The engine evaluates `<=` as not `>`, which is true if a side is NaN.",
                "Write the condition with `<` or `>` if a value may be NaN.",
            ),
            Self::WholeSeconds => because(
                "The engine compares the seconds of datetimes and durations and ignores the rest.",
                "Let a task compare the values and return a `bool` if fractions matter.",
            ),
            Self::ZeroRetries => because(
                "In Flyte's message 0 is the same as not given.",
                "Declare a second task without `retries` that calls the same function.",
            ),
            Self::GateOfOption => because(
                "The server requires an answer whose type is exactly that of the gate, and an answer shows one variant \
                 of the union.",
                "Wait for a value that is always there, and let a task turn it into an `Option`.",
            ),
            Self::UnclearInput => because(
                "flyteadmin derives the type of an input from its value, for a list from the first element.",
                "Start the execution with a value that shows its type, or build it in a task.",
            ),
            Self::LongDuration => because(
                "Flyte reads durations into 64 bits of nanoseconds.",
                "Use a shorter duration, or a number of days.",
            ),
            Self::TimeInStruct => because(
                "Structs travel as JSON inside of a graph, which has no type for times.",
                "Return the time as an output of its own, or read the text where it is used.",
            ),
            Self::StartedAlone => because(
                "Defaults belong to workflows and launch plans in Flyte. A task that is started alone gets its inputs \
                 from the one who starts it.",
                "Give all inputs, start it with `run NAME --remote`, which fills the defaults in, or call it in a \
                 workflow.",
            ),
        }
    }
}
