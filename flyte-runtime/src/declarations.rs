//! The macros that declare special kinds of tasks and workflows, with their documentation.

/// Turns a function into a task that builds a graph from its inputs; the graph runs in place of the task.
///
/// In a workflow the shape of the graph is known before anything runs. If it depends on a value — how many files there
/// are, how deep a search goes — write a dynamic task: its parameters are real values, and the calls in its body become
/// nodes as in a [`workflow`](macro@crate::workflow). So `for`, `if` and arithmetic on the inputs are ordinary Rust,
/// while the results of calls are promises. Corresponds to flytekit's `@dynamic`.
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
/// * Calling the function runs it through the engine and returns a `Result`, as for a workflow. `call` and `run` exist
///   as for a [`task`](macro@crate::task).
/// * A dynamic task may call dynamic tasks, including itself, up to 1 000 nested graphs.
/// * The nodes are `dn0`, `dn1`, …; in an error they follow the node of the dynamic task: `n0/dn2`.
/// * The body runs once for each attempt, in the context of the task; if it panics, the attempt fails.
///
/// # Options
///
/// Those of a [`task`](macro@crate::task).
pub use flyte_macros::dynamic;

/// Turns an `async fn` into a task that awaits other tasks and workflows.
///
/// The body is ordinary async Rust and is not changed. A call through the engine is written `square::call(x)` and
/// awaited; `square::call(x).start()` starts it immediately. So the result of one call can decide the next call, which
/// a graph cannot express. Corresponds to flytekit's `@eager`.
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
/// * Calls share the permits of the enclosing run and the context of the task, including its custom context, decks and
///   clock.
/// * `join!`, `select!`, loops and `?` work as in any Rust code. A call whose future is dropped is cancelled.
/// * A call written as `halve(x)` is a plain function call that bypasses the engine. For a task with options that
///   affect its execution, such as `retries`, this does not compile, because the options would be ignored; write
///   `halve::call(x).await`. Helper functions are ordinary Rust and are not checked; one with the same name as a module
///   beside it is called as `(helper)(x)`.
///
/// # Options
///
/// Those of a [`task`](macro@crate::task).
pub use flyte_macros::eager;

/// Declares a launch plan: a workflow with fixed inputs, and with options that let a cluster start it on schedule.
///
/// It is written as a function whose body is a single call of the workflow, by name. The function's parameters are the
/// inputs that stay open, with the same names as in the workflow; `#[default(..)]` gives one a default. Everything else
/// in the call is fixed: it is not an input of the launch plan and cannot be passed. An input that the call leaves out
/// is fixed to its default in the workflow.
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
/// A fixed input cannot be passed, and a cron expression that Flyte's scheduler would refuse does not compile:
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
/// In a local run a launch plan runs like its workflow. On a cluster its node is a separate execution. Every workflow
/// also has a default launch plan with the same name and without options; [`LaunchPlan`](crate::graph::LaunchPlan)
/// describes both kinds.
///
/// # Options
///
/// All of them are for a cluster: they are checked, recorded, and shown by `describe`.
///
/// * `schedule = "0 6 * * *"`: when it starts automatically, in UTC: minute, hour, day of the month, month and day of
///   the week, or `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly`.
///   `schedule(cron = "..", offset = "10m", kickoff_time_input = started)` adds a delay, and passes the scheduled time
///   to an input. `schedule(rate = "2h")` starts at regular intervals. A scheduled launch plan must not have required
///   inputs other than that for the time. Default: never.
/// * `trigger(..)`: the schedule as a launch condition.
/// * `notifications(email(phases(..), recipients(..)), slack(..), pager_duty(..))`: who is notified when an execution
///   has `succeeded`, `failed`, was `aborted` or has `timed_out`. Default: no notifications.
/// * `labels(..)`, `annotations(..)`: of its executions.
/// * `max_parallelism = 10`: how many nodes of an execution run at once. Default: the platform's.
/// * `concurrency(max = 1, behavior = skip)`: how many executions run at once; further ones are not started. Default:
///   any number.
/// * `raw_output_prefix = "s3://bucket/raw"`: where files are written. Default: the platform's.
/// * `security_context(service_account = "..", iam_role = "..")`: the identity of executions. Default: the platform's.
/// * `overwrite_cache`: whether tasks run even if they have cached results, and replace them. Default: `false`.
/// * `auto_activate`: whether registering it makes it the active version. Default: `false`.
/// * `name`, `type_name`, `docs`, `crate`: as for a [`task`](macro@crate::task).
pub use flyte_macros::launch_plan;

/// Declares a task of a cluster by its signature, so that workflows here can call it.
///
/// On a cluster its node runs the task that was registered with this project, domain, name and version. Without a body
/// it cannot run locally, and a local run that reaches it fails with an error that says so; called as a function it
/// returns a [`Result`], as a workflow does. With a body it is like a [`task`](macro@crate::task), and the body
/// replaces the task of the cluster in local runs.
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
/// * `project`, `domain`, `name`, `version`: those of the entity on the cluster; all four are required.
/// * `type_name`, `crate`: as for a [`task`](macro@crate::task).
pub use flyte_macros::reference_task;

/// Declares a workflow of a cluster by its signature; otherwise like [`reference_task`](macro@crate::reference_task).
///
/// A [`launch_plan`](macro@crate::launch_plan) can start it. Flyte does not accept a cluster's workflow as a node, only
/// a launch plan, so a node runs the default launch plan that is registered with the workflow: as a separate execution.
pub use flyte_macros::reference_workflow;

/// Declares a launch plan of a cluster by its signature; otherwise like
/// [`reference_task`](macro@crate::reference_task).
///
/// The parameters are the inputs that the launch plan leaves open.
pub use flyte_macros::reference_launch_plan;

/// Declares a task that runs a shell script.
///
/// The signature ends with `;`. In the script, `{inputs.x}` stands for an input, `{outputs.y}` for the file to which
/// the script writes an output, and `{ctx.working_directory}` for the attempt's own directory, in which it runs. A
/// single output is called `o0`. Files contain strings as they are, without a final line break, and everything else as
/// JSON: `3`, `[1, 2]`. For a file or directory, the input stands for its local path, and the output is the file or
/// directory that the script leaves at the given path.
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
/// The values of inputs never become part of the script: they are variables, `FLYTE_INPUT_x`, and `{inputs.x}` becomes
/// `${FLYTE_INPUT_x}` for the shell. So a value is never run as a command. Like any variable, write it between double
/// quotes, or the shell splits it into words; between single quotes it would not be expanded, so that does not compile.
/// A value can have any length and any character except a zero byte. Programs that the script starts find the inputs in
/// their environment as long as all inputs together have at most 96 KiB; beyond that the longest ones are only
/// variables of the shell. Pass such a value to a program on its standard input (`printf '%s' "{inputs.x}" | program`),
/// because a program's arguments cannot be that long either.
///
/// A secret of `secret_requests` is in the variable `_FSEC_<GROUP>_<KEY>` or in that of `env_var`, as on a cluster; the
/// script's environment does not contain other secrets of this process.
///
/// Background processes of the script end with it, at most one second later; use `wait` to wait for them. All its
/// processes also end when the attempt ends early, for example because it is cancelled or times out, and when this
/// program ends for any reason, including any signal. On Linux this includes processes that have left the script's
/// process group, for example with `setsid`, unless they have cleared their environment.
///
/// The script really runs, also in a local run: its output goes to standard error, and an exit code other than zero
/// fails the task with the last lines of that output. Called as a function it returns a [`Result`], as a workflow does.
/// Corresponds to flytekit's `ShellTask`.
///
/// # Options
///
/// * `script`: the script; required. A script that does not write any of the outputs does not compile.
/// * `shell = "bash"`: the shell that runs it, with `-c`. Default: `sh`.
/// * `output_locations(o0 = "{inputs.name}.txt")`: the path of an output, instead of one that the runtime chooses;
///   relative to the working directory. A path that contains an input must stay in there: the task fails if a value
///   begins with `/` there, contains `..`, or leads out through a link.
/// * all options of a [`task`](macro@crate::task). `environment(..)` is set for the script.
pub use flyte_macros::shell_task;

/// Declares a task that runs a container: a program in any language, which reads files and writes files.
///
/// The signature ends with `;`. The container finds a file for each input in `/var/inputs`, and leaves a file for each
/// output in `/var/outputs`, in the same form as for a [`shell_task`](macro@crate::shell_task); files and directories
/// are placed there unchanged. `{{.inputs.x}}` in a word of the command is replaced by the input; no shell interprets
/// it, unless the command is one. Read an input that may be longer than a command's argument, 128 KiB on Linux, from
/// its file.
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
/// A local run uses `docker` or `podman`, whichever is found first in the PATH; if there is neither, the task fails
/// with an error that says so. Corresponds to flytekit's `ContainerTask`.
///
/// The container is removed when its attempt ends, and when this program ends for any reason, including any signal.
/// Each container has the label `flyte.container`. On Linux, a container that is left anyway, for example after
/// everything was killed at once, is removed by the next program of the same user that starts one. An output must not
/// be a link that leads elsewhere.
///
/// # Options
///
/// * `image`: the image; required.
/// * `command("cp", "a", "b")`: the command, which replaces the image's entry point; required. `arguments(..)`: the
///   arguments after the command.
/// * `input_data_dir`, `output_data_dir`: other directories than `/var/inputs` and `/var/outputs`.
/// * `metadata_format = json`, `yaml` or `proto`: the format in which a cluster writes the file with all inputs; a
///   local run only writes `inputs.json`.
/// * all options of a [`task`](macro@crate::task) except `container_image`.
pub use flyte_macros::container_task;

/// Declares a task that returns its inputs, without a container: on a cluster Flyte itself does this.
///
/// The signature ends with `;`, and its outputs are its inputs. Use it to give values a separate node. Corresponds to
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

/// A call by name as a value, a [`Call`](crate::Call), which is not running yet.
///
/// Inputs with `#[default(..)]` may be left out. An input that is missing, given twice or misspelt, or a value of
/// another type, does not compile. In the body of a workflow a call by name does not need a macro.
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
