//! The macros that declare what is neither an ordinary task nor a workflow, with their documentation.

/// Makes a function a task that builds a graph from its inputs, which then runs in its place.
///
/// In a workflow the shape of the graph is known before anything runs. Where it depends on a value — how many files
/// there are, how deep a search goes — write a dynamic task: its parameters are real values, and in its body calls
/// become nodes as in a [`workflow`](macro@crate::workflow). So `for`, `if` and arithmetic on the inputs are ordinary
/// Rust, while what the calls give are promises. Corresponds to flytekit's `@dynamic`.
///
/// ```
/// use flyte_runtime::prelude::*;
///
/// #[task]
/// fn square(x: i64) -> i64 {
///     x * x
/// }
///
/// #[task]
/// fn sum(xs: &[i64]) -> i64 {
///     xs.iter().sum()
/// }
///
/// #[dynamic]
/// fn sum_of_squares(up_to: i64) -> i64 {
///     let mut squares = vec![];
///     for x in 1..=up_to {
///         squares.push(square(x)); // one node for each number
///     }
///     sum(squares)
/// }
///
/// #[task]
/// fn count(text: &str) -> i64 {
///     text.split_whitespace().count() as i64
/// }
///
/// #[workflow]
/// fn of_words(text: String) -> i64 {
///     sum_of_squares(count(text)) // one node; what is inside is known when it runs
/// }
///
/// assert_eq!(sum_of_squares(3)?, 14);
/// assert_eq!(of_words("a b c d".into())?, 30);
/// # Ok::<(), flyte_runtime::RunError>(())
/// ```
///
/// * Calling the function runs it through the engine and gives a `Result`, as for a workflow. `call` and `run`
///   are there as for a [`task`](macro@crate::task).
/// * A dynamic task may call dynamic tasks, itself included, up to 1 000 graphs inside of graphs.
/// * The nodes are `dn0`, `dn1`, …; a failure names them behind the node of the dynamic task: `n0/dn2`.
/// * The body runs once for each attempt, in the context of the task; when it panics the task has failed.
///
/// # Options
///
/// Those of a [`task`](macro@crate::task).
pub use flyte_macros::dynamic;

/// Makes an `async fn` a task that awaits other tasks and workflows.
///
/// The body is ordinary async Rust and is not changed: a call that should go through the engine is written
/// `square::call(x)` and awaited; `square::call(x).start()` starts it at once. So the result of one call can decide
/// about the next, which no graph can do. Corresponds to flytekit's `@eager`.
///
/// ```
/// use flyte_runtime::prelude::*;
///
/// #[task]
/// fn halve(x: i64) -> i64 {
///     x / 2
/// }
///
/// #[task]
/// fn triple_and_one(x: i64) -> i64 {
///     3 * x + 1
/// }
///
/// /// How many steps the Collatz sequence takes to 1.
/// #[eager]
/// async fn collatz(start: i64) -> Result<i64, RunError> {
///     let (mut x, mut steps) = (start, 0);
///     while x > 1 {
///         x = if x % 2 == 0 { halve::call(x).await? } else { triple_and_one::call(x).await? };
///         steps += 1;
///     }
///     Ok(steps)
/// }
///
/// assert_eq!(collatz::run(6)?, 8);
/// # Ok::<(), flyte_runtime::RunError>(())
/// ```
///
/// * What is called runs with the jobs of the run around, in the context of the task: custom context, decks and clock
///   included.
/// * `join!`, `select!`, loops and `?` are those of Rust. A call whose future is dropped is cancelled.
/// * A call written as `halve(x)` is the plain function: nothing of it is seen by the engine. Of a task with options
///   that say how it runs, such as `retries`, it does not compile, since it would go past them; write
///   `halve::call(x).await`. Helper functions are ordinary Rust, in which nobody looks; one that has the name of a
///   module beside it is called as `(helper)(x)`.
///
/// # Options
///
/// Those of a [`task`](macro@crate::task).
pub use flyte_macros::eager;

/// Declares a launch plan: a workflow with inputs given beforehand, and what a cluster needs to know to start it by
/// itself.
///
/// It is written as a function whose body is the one call of the workflow, by name. The function's parameters are the
/// inputs that stay open, under the names that they have in the workflow; `#[default(..)]` gives one a default.
/// Everything else in the call is fixed: it is no input of the launch plan, so that nobody can pass it. An input that
/// the call leaves out is fixed to its default in the workflow.
///
/// ```
/// use flyte_runtime::prelude::*;
///
/// #[task]
/// fn scale(x: i64, by: i64) -> i64 {
///     x * by
/// }
///
/// #[workflow]
/// fn pipeline(x: i64, #[default(2)] by: i64) -> i64 {
///     scale(x, by)
/// }
///
/// /// Every morning at six.
/// #[launch_plan(
///     schedule = "0 6 * * *",
///     notifications(email(phases(failed, timed_out), recipients("me@example.org"))),
///     max_parallelism = 10
/// )]
/// fn daily(#[default(7)] x: i64) -> i64 {
///     pipeline(x = x, by = 3)
/// }
///
/// /// A launch plan is called as a workflow is: here, or as a node of another workflow.
/// #[workflow]
/// fn twice(x: i64) -> i64 {
///     daily(x = daily(x))
/// }
///
/// assert_eq!(daily(5)?, 15);
/// assert_eq!(call!(daily()).run()?, 21);
/// assert_eq!(twice(1)?, 9);
/// # Ok::<(), flyte_runtime::RunError>(())
/// ```
///
/// A fixed input cannot be given, and a cron expression that Flyte's scheduler would not take does not compile:
///
/// ```compile_fail
/// # use flyte_runtime::prelude::*;
/// # #[workflow]
/// # fn pipeline(x: i64) -> i64 { x }
/// #[launch_plan(schedule = "0 25 * * *")] // `schedule` has `25` as its hour, which is not allowed there
/// fn daily() -> i64 {
///     pipeline(x = 1)
/// }
/// ```
///
/// On this machine a launch plan runs as its workflow does. On a cluster a node of it is an execution of its own. Every
/// workflow has, besides, a default launch plan of its own name, without options;
/// [`LaunchPlan`](crate::graph::LaunchPlan) describes both kinds.
///
/// # Options
///
/// All of them are for a cluster: checked, kept, and shown by `describe`.
///
/// * `schedule = "0 6 * * *"`: when it starts by itself, in UTC: minute, hour, day of the month, month and day of the
///   week, or `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly`. `schedule(cron = "..", offset = "10m",
///   kickoff_time_input = started)` starts later than that, and gives the time to an input. `schedule(rate = "2h")`
///   starts over and over. What is scheduled has no required input but that of the time. Default: never.
/// * `trigger(..)`: the same as a launch condition.
/// * `notifications(email(phases(..), recipients(..)), slack(..), pager_duty(..))`: who is told when an execution has
///   `succeeded`, `failed`, was `aborted` or has `timed_out`. Default: nobody.
/// * `labels(..)`, `annotations(..)`: of its executions.
/// * `max_parallelism = 10`: how many nodes of an execution run at once. Default: what the platform says.
/// * `concurrency(max = 1, behavior = skip)`: how many executions run at once, and that one more is not started.
///   Default: any number.
/// * `raw_output_prefix = "s3://bucket/raw"`: where files are written. Default: the platform's place.
/// * `security_context(service_account = "..", iam_role = "..")`: as whom executions run. Default: the platform's.
/// * `overwrite_cache`: whether tasks run and replace kept results. Default: `false`.
/// * `auto_activate`: whether registering it makes it the active version. Default: `false`.
/// * `name`, `type_name`, `docs`, `crate`: as for a [`task`](macro@crate::task).
pub use flyte_macros::launch_plan;

/// Declares a task of a cluster by its signature, so that workflows here can call it.
///
/// On a cluster a node of it runs the task that was registered under this project, domain, name and version. Here a
/// function without a body cannot run, and a run that comes to it fails with an error that says so; called as a
/// function it gives a [`Result`], as a workflow does. With a body it is as a [`task`](macro@crate::task), and the body
/// stands for the task of the cluster in local runs.
///
/// ```
/// use flyte_runtime::prelude::*;
///
/// #[reference_task(project = "ml", domain = "production", name = "features.embed", version = "v3")]
/// fn embed(text: String) -> Vec<f64>;
///
/// /// The body is for local runs.
/// #[reference_task(project = "ml", domain = "production", name = "features.rank", version = "v3")]
/// fn rank(texts: Vec<String>) -> i64 {
///     texts.len() as i64
/// }
///
/// #[workflow]
/// fn ranked(texts: Vec<String>) -> i64 {
///     rank(texts)
/// }
///
/// assert_eq!(ranked(vec!["a".into()])?, 1);
/// let error = embed("a".into()).unwrap_err().to_string();
/// assert!(error.contains("the task `ml:production:features.embed:v3` is on a cluster"), "{error}");
/// # Ok::<(), flyte_runtime::RunError>(())
/// ```
///
/// # Options
///
/// * `project`, `domain`, `name`, `version`: of the entity on the cluster; all four are needed.
/// * `type_name`, `crate`: as for a [`task`](macro@crate::task).
pub use flyte_macros::reference_task;

/// Declares a workflow of a cluster by its signature; otherwise as [`reference_task`](macro@crate::reference_task).
///
/// A [`launch_plan`](macro@crate::launch_plan) can start it. As a node of a workflow Flyte takes only launch plans of a
/// cluster, so it runs there by the one that is always registered with it, under its name: as an execution of its own.
pub use flyte_macros::reference_workflow;

/// Declares a launch plan of a cluster by its signature; otherwise as [`reference_task`](macro@crate::reference_task).
///
/// The parameters are the inputs that the launch plan leaves open.
pub use flyte_macros::reference_launch_plan;

/// Declares a task that runs a shell script.
///
/// The signature ends with `;`. In the script `{inputs.x}` stands for an input, `{outputs.y}` for the file in which the
/// script leaves an output, and `{ctx.working_directory}` for a directory of the attempt's own, in which it runs. A
/// single output is `o0`. Files hold strings as they are, without the line break at their end, and everything else as
/// JSON: `3`, `[1, 2]`. An input that is a file or a directory stands for its path on this machine, and such an output
/// is itself what the script leaves at its place.
///
/// ```
/// use flyte_runtime::prelude::*;
///
/// /// Counts the words of a text.
/// #[shell_task(script = r#"printf '%s' "{inputs.text}" | wc -w > "{outputs.o0}""#)]
/// fn count_words(text: String) -> i64;
///
/// #[task]
/// fn double(x: i64) -> i64 {
///     x * 2
/// }
///
/// #[workflow]
/// fn pipeline(text: String) -> i64 {
///     double(count_words(text))
/// }
///
/// # #[cfg(unix)] {
/// assert_eq!(pipeline("$(date) is `only` text".into())?, 8);
/// # }
/// # Ok::<(), flyte_runtime::RunError>(())
/// ```
///
/// The values of inputs never become part of the script: they are variables, `FLYTE_INPUT_x`, and `{inputs.x}` is
/// written `${FLYTE_INPUT_x}` for the shell. So no value is ever run as a command. As any variable it belongs between
/// double quotes, or the shell splits it into words; between single quotes it would not be expanded, which does not
/// compile. A value can be of any length, and have any character but a zero byte. Programs that the script starts find
/// the inputs in their environment as long as these have no more than 96 KiB together; beyond that the longest are
/// variables of the shell alone, and a program is given them on its standard input
/// (`printf '%s' "{inputs.x}" | program`), since no argument of a program can be that long either.
///
/// A secret of `secret_requests` is in the variable `_FSEC_<GROUP>_<KEY>`, or that of `env_var`, as on a cluster; no
/// other secret of this process is in the environment of the script.
///
/// What it has started in the background ends with it, a second after it at most; `wait` waits for that. All of it
/// ends when the attempt is over before, as it is cancelled or too late, and when this program ends, by whatever
/// signal. On Linux that is also true of what has left the group of the script's processes, as by `setsid`, unless it
/// has cleared its environment.
///
/// The script really runs, on this machine, too: its output goes to standard error, and an exit code other than zero
/// fails the task with the last that was said. Called as a function it gives a [`Result`], as a workflow does.
/// Corresponds to flytekit's `ShellTask`.
///
/// # Options
///
/// * `script`: the script; needed. One that leaves none of the outputs does not compile.
/// * `shell = "bash"`: what runs it, with `-c`. Default: `sh`.
/// * `output_locations(o0 = "{inputs.name}.txt")`: where an output is found, instead of a place that the runtime
///   chooses; from the working directory. What an input makes of it stays in there: the task fails with a value that
///   begins with `/` there, has a `..` in it, or leads out by a link.
/// * all options of a [`task`](macro@crate::task). `environment(..)` is set for the script.
pub use flyte_macros::shell_task;

/// Declares a task that runs a container: a program in any language, which reads files and writes files.
///
/// The signature ends with `;`. The container finds a file for each input in `/var/inputs`, and leaves a file for each
/// output in `/var/outputs`, in the form that [`shell_task`](macro@crate::shell_task) uses; files and directories are
/// there as they are. `{{.inputs.x}}` in a word of the command is replaced by the input; no shell reads it, unless the
/// command is one. An input that may be longer than a word of a command, 128 KiB on Linux, is read from its file.
///
/// ```
/// use flyte_runtime::{compat::options::Process, prelude::*};
///
/// #[container_task(
///     image = "alpine:3",
///     command("cp", "/var/inputs/text", "/var/outputs/o0")
/// )]
/// fn copy(text: String) -> String;
///
/// let options = copy::descriptor().task_options().expect("it is a task");
/// assert!(matches!(options.process, Some(Process::Container(container)) if container.image == "alpine:3"));
/// assert_eq!(options.process.map(|process| process.task_type()), Some("raw-container"));
/// ```
///
/// On this machine it runs through `docker` or `podman`, whichever is found first in the PATH, and fails with an error
/// that says so when there is neither. Corresponds to flytekit's `ContainerTask`.
///
/// The container is removed when its attempt ends, and when this program ends, by whatever signal. Each has the label
/// `flyte.container`; on Linux one that was left all the same, as by killing everything at once, is removed by the
/// next program of the same user that starts a container. What it leaves as an output must not be a link to a place
/// elsewhere.
///
/// # Options
///
/// * `image`: the image; needed.
/// * `command("cp", "a", "b")`: what it runs, in the place of the image's entry point; needed. `arguments(..)`: what
///   comes behind it.
/// * `input_data_dir`, `output_data_dir`: other directories than `/var/inputs` and `/var/outputs`.
/// * `metadata_format = json`, `yaml` or `proto`: how a cluster writes the file with all inputs; here there is only
///   `inputs.json`.
/// * all options of a [`task`](macro@crate::task) but `container_image`.
pub use flyte_macros::container_task;

/// Declares a task that gives what it takes, without a container: on a cluster Flyte itself does it.
///
/// The signature ends with `;`, and its outputs are its inputs. It gives values a node of their own. Corresponds to
/// flytekit's `Echo`.
///
/// ```
/// use flyte_runtime::prelude::*;
///
/// #[echo_task]
/// fn both(x: i64, name: String) -> (i64, String);
///
/// assert_eq!(both(3, "a".into())?, (3, "a".to_owned()));
/// # Ok::<(), flyte_runtime::RunError>(())
/// ```
///
/// # Options
///
/// All options of a [`task`](macro@crate::task).
pub use flyte_macros::echo_task;

/// A call by name as a value, a [`Call`](crate::Call): what to run, not yet running.
///
/// Inputs with `#[default(..)]` may be left out. An input that is missing, given twice or misspelt, and a value of
/// another type, do not compile. In the body of a workflow a call by name needs no macro.
///
/// ```
/// use flyte_runtime::prelude::*;
///
/// #[task]
/// fn scaled(x: i64, #[default(10)] factor: i64) -> i64 {
///     x * factor
/// }
///
/// assert_eq!(call!(scaled(x = 4)).run()?, 40);
/// assert_eq!(Runner::local().run(call!(scaled(factor = 2, x = 4)))?, 8);
/// # Ok::<(), RunError>(())
/// ```
///
/// ```compile_fail
/// # use flyte_runtime::prelude::*;
/// # #[task]
/// # fn scaled(x: i64, #[default(10)] factor: i64) -> i64 { x * factor }
/// call!(scaled(factor = 2)); // the input `x` of `scaled` is not given
/// ```
#[macro_export]
macro_rules! call {
    ($($call:tt)*) => {
        $crate::__private::call_by_name! { $crate; $($call)* }
    };
}
