//! Write [Flyte](https://flyte.org) tasks and workflows as plain Rust functions, and run them locally: type-checked at
//! compile time, parallel at run time, with nothing but Rust installed.
//!
//! ```
//! use flyte_runtime::prelude::*;
//!
//! /// A task is a function. It stays one: `square(3)` is a plain call.
//! #[task]
//! fn square(x: i64) -> i64 {
//!     x * x
//! }
//!
//! /// Inputs may be borrowed, results may be errors, and functions may be async.
//! #[task]
//! fn mean(xs: &[i64]) -> Result<f64, &'static str> {
//!     match xs.len() {
//!         0 => Err("there are no numbers"),
//!         n => Ok(xs.iter().sum::<i64>() as f64 / n as f64),
//!     }
//! }
//!
//! /// A workflow's body builds a graph: each call of a task is a node, and what it gives is a promise. The squares are
//! /// computed in parallel.
//! #[workflow]
//! fn mean_of_squares(#[default(3)] x: i64, y: i64) -> f64 {
//!     mean(vec![square(x), square(y)])
//! }
//!
//! # #[cfg(feature = "cli")]
//! fn main() -> ExitCode {
//!     assert_eq!(square(3), 9);
//!     // A workflow is called with values, or by name; either runs the graph.
//!     assert_eq!(mean_of_squares(3, 4).unwrap(), 12.5);
//!     assert_eq!(call!(mean_of_squares(y = 4)).run().unwrap(), 12.5);
//!     # return ExitCode::SUCCESS;
//!     # #[allow(unreachable_code)]
//!     // The command line of the program: `list`, `describe mean_of_squares`, `run mean_of_squares --y 4`.
//!     flyte_runtime::main()
//! }
//! # #[cfg(not(feature = "cli"))]
//! # fn main() {}
//! ```
//!
//! # Where to go
//!
//! | For | See |
//! |---|---|
//! | tasks and their options | [`task`](macro@task) |
//! | workflows: what their bodies may contain | [`workflow`](macro@workflow) |
//! | workflows with fixed inputs, and schedules | [`launch_plan`](macro@launch_plan) |
//! | tasks, workflows and launch plans that exist on a cluster | [`reference_task`](macro@reference_task) |
//! | waiting for time or for users | [`gate`] |
//! | scripts and containers as tasks | [`shell_task`](macro@shell_task), [`container_task`](macro@container_task), [`echo_task`](macro@echo_task) |
//! | structs and enums as values, and named outputs | [`FlyteType`](derive@FlyteType), [`FlyteOutputs`](derive@FlyteOutputs) |
//! | running with options, and from async code | [`Runner`], [`Call`] |
//! | branches, maps and gates that are built in code | [`graph`], [`gate`] |
//! | the context of a running task | [`ctx`](context::ctx), [`context`] |
//! | files and directories, secrets, checkpoints, and pages about an execution | [`files`], [`secrets`], [`checkpoint`], [`deck`] |
//! | cached results | [`cache`] |
//! | events of a run: progress, JSON, observers | [`events`], [`view`] |
//! | recorded runs, and resuming one that ended early | [`history`] |
//! | tests: contexts by hand, mocks | [`testing`] |
//! | the command line | [`cli`] |
//! | errors | [`error`], [`RunError`], [`graph::CompileError`] |
//! | finding tasks by name | [`Registry`] |
//! | the compiled graph | [`graph::Graph`] |
//! | configuration files and variables, metrics | [`config`], [`context`] |
//! | names and classes of flytekit, serialization settings, identifiers, metadata of outputs | [`compat`] |
//! | what a Flyte 1 cluster accepts | [`cluster`] |
//! | tables (feature `arrow`) | `files::StructuredDataset` |
//! | serialisation for a cluster, and its containers (feature `remote`) | `remote::serialize`, `remote::execute` |
//! | an example program for each of these | the directory `examples` of the repository |
//!
//! # The type beside the function
//!
//! `#[task] fn square` does not change the function and adds a type with the same name; importing `square` imports
//! both. Values and types have separate namespaces in Rust, so the two do not collide. `#[workflow]` does the same with
//! a function that runs the graph. The type has
//!
//! * `square::run(3)`: runs it through the engine and waits for the `Result`;
//! * `square::call(3).start()`: a future of the `Result`; dropping it cancels the run;
//! * `square::call(3)`: the call as a value ([`Call`]), for a [`Runner`];
//! * `call!(square(x = 3))`: the call by name. Inputs with `#[default(..)]` may be left out; leaving out any other does
//!   not compile;
//! * `square::node(x)`: the compiled form of a call in a workflow's body;
//! * `square::graph()`: the compiled graph (a method of [`Entity`], which is in the prelude).
//!
//! A task with the same name as a module or a crate in scope collides with it, because modules share the namespace of
//! types. `type_name` gives the type another name, by which a workflow's body calls the task:
//!
//! ```
//! use flyte_runtime::prelude::*;
//!
//! mod fetch {
//!     pub const HOST: &str = "example.org";
//! }
//!
//! #[task(type_name = fetch_page)]
//! fn fetch(path: String) -> String {
//!     format!("{}/{path}", fetch::HOST)
//! }
//!
//! #[workflow]
//! fn front_page() -> String {
//!     fetch_page("index.html")
//! }
//!
//! assert_eq!(fetch_page::run("a".into())?, fetch("a".into()));
//! assert_eq!(front_page()?, "example.org/index.html");
//! # Ok::<(), flyte_runtime::RunError>(())
//! ```
//!
//! # Tasks in a library
//!
//! Annotated functions register themselves, and a program finds all that were linked into it. The linker drops a crate
//! that nothing mentions, together with its tasks. A program whose tasks are all in the library `my_tasks` therefore
//! contains
//!
//! ```ignore
//! use my_tasks as _;
//! ```
//!
//! This is also necessary in the `main.rs` and the tests of a package whose tasks are in its own `lib.rs`.
//!
//! # Features
//!
//! | Feature | Default | What it adds |
//! |---|---|---|
//! | `inventory` | yes | annotated functions register themselves; without it a [`Registry`] is filled by hand |
//! | `cli` | yes | [`main`](main()) and [`cli`]: the command line of a program with tasks |
//! | `remote` | no | support for Flyte clusters: the commands `serialize` and `package`, and `flyte-execute`, which runs a task in a container; also `--isolate` |
//! | `arrow` | no | tables as inputs and outputs: `files::StructuredDataset` |
//! | `otel` | no | [`events`] as spans of OpenTelemetry |
//! | `s3`, `gcs`, `azure`, `http` | no | [`files`] reads and writes `s3://`; `gs://`; `abfs://` and `az://`; `http://` and `https://` |
//!
//! # What is enforced
//!
//! A local run enforces an option, or records it for a cluster and reports that once: as a `tracing` event, and on the
//! command line. [`TaskOptions::local_effects`](compat::options::TaskOptions::local_effects) and similar methods list
//! the effect of each option, and `docs/local-runs.md` in the repository is generated from them.

// Generated code and examples use the name `flyte_runtime`, also inside this crate.
extern crate self as flyte_runtime;

pub mod cache;
pub mod checkpoint;
#[cfg(feature = "cli")]
pub mod cli;
pub mod cluster;
pub mod compat;
pub mod config;
pub mod context;
pub mod deck;
mod declarations;
mod derives;
pub mod error;
pub mod events;
pub mod files;
pub mod gate;
pub mod graph;
pub mod history;
pub mod prelude;
#[cfg(feature = "remote")]
pub mod remote;
pub mod secrets;
pub mod testing;
pub mod types;
pub mod view;

#[doc(hidden)]
pub mod __private;

pub use error::{BoxError, RunError, TaskError};
#[cfg(feature = "cli")]
pub use flyte_cli::main;
pub use flyte_core::{graph::entity::Entity, registry::Registry};
pub use flyte_engine::{
    CancellationToken, Runner, Start, call::Call, call_by_name::CallByName, cancelled, is_cancelled,
};

/// The program and the commands of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// Turns a function into a task: one step of a workflow.
///
/// The function is not changed, token for token: it can be called, passed on and tested like any other. A
/// [type with the same name](crate#the-type-beside-the-function) is added beside it.
///
/// ```
/// use flyte_runtime::prelude::*;
///
/// /// The documentation becomes the task's description.
/// #[task(retries = 3, timeout = "30s", cache = "1", requests(cpu = "500m", mem = "512Mi"))]
/// fn count(
///     /// The documentation of a parameter becomes the input's description.
///     text: &str,
///     #[default(' '.to_string())] separator: String,
/// ) -> usize {
///     text.split(&separator).count()
/// }
///
/// assert_eq!(count("a b", " ".into()), 2);
/// assert_eq!(count::run("a b", " ".into())?, 2);
/// assert_eq!(call!(count(text = "a b")).run()?, 2);
/// # Ok::<(), flyte_runtime::RunError>(())
/// ```
///
/// # The function
///
/// * It may be `async`. Then its future must be `Send`; it runs on the tokio runtime from which the run was
///   [started](Runner::start), or on the engine's own.
/// * Its inputs are [`FlyteType`](types::FlyteType)s by value, or borrowed: `&str`, `&[T]` and `&T` are borrowed for
///   the call. An input by value is moved at its last use and cloned otherwise.
/// * `#[default(expression)]` makes an input optional. A string literal can be the default of a `String`.
/// * It returns nothing, a [`FlyteType`](types::FlyteType), a tuple of two to eight of them, a struct that derives
///   [`FlyteOutputs`](derive@FlyteOutputs), or a `Result` of one of these, under any name. The error may be of any type
///   that converts into `Box<dyn Error + Send + Sync>`: errors of std, `anyhow::Error`, `String`, `&str`.
/// * It is a free function without generics, `impl Trait`, `self`, `unsafe` and `extern`, and each parameter has a
///   name.
/// * A panic in it is a failure of the task, not of the program.
/// * The function first refuses a call from the body of a workflow, where only a node can run it. Everywhere else it
///   can be called as a plain function; the check takes about a nanosecond. A `const fn` does not have the check. In
///   the body of an eager task, a task with options cannot be called plainly either, because only the engine applies
///   the options: write `flaky::call(..).await`.
///
/// # Options
///
/// Its name:
///
/// * `name = "reports.daily"`: its name. Default: `crate.module.function`. Not empty, without spaces and `:`. A
///   function inside a function needs one if another such function of the module has the same name.
/// * `type_name = SquareTask`: the name of the type beside the function. Default: the function's name.
/// * `docs = "one sentence"`, or `docs(short = "..", long = "..", source_link = "..")`: a description in addition to
///   the documentation comment. Default: none.
/// * `deprecated = "use cube"`: why it is deprecated. Default: not deprecated.
/// * `crate = ::path::to::flyte_runtime`: the path of this crate, for a renamed or re-exported dependency. Begins with
///   `::` or `crate`. Default: `::flyte_runtime`.
///
/// Retries:
///
/// * `retries = 3`: how often a failed attempt is repeated: after every error and every panic, unless it is a
///   [`TaskError::fatal`]. A whole number that fits a `u32`. Default: 0. In full: `retries(count = 3, backoff = "1s",
///   factor = 2.0, cap = "1m", jitter)`, where only `count` is required: the next attempt waits for `backoff`, each
///   further one `factor` times as long (default: twice), never longer than `cap`; with `jitter` each wait is shortened
///   at random, by up to half. Default: no wait. A waiting task does not occupy a thread or a permit of the run. A
///   Flyte 1 cluster waits as it is configured to.
/// * `retry_on = recoverable`: only errors marked with [`TaskError::recoverable`] are retried, as in flytekit. Default:
///   `any`.
///
/// Whether its results are cached; see [`cache`]:
///
/// * `cache = "1"`: with this version. `cache = "auto"` makes a version from the function's own tokens and the version
///   of its crate, so that an edit of the function invalidates the old results; the functions that it calls are not
///   included. In full: `cache(version = "1", serialize, ignored_inputs(a, b), salt = "x")`, where `version` is
///   required, equal calls wait for the first with `serialize`, `ignored_inputs` names inputs of the task that do not
///   count, and `salt` separates results. Default: no caching.
///
/// Time limits:
///
/// * `timeout = "1m30s"`: the maximum duration of one attempt; an attempt that takes longer fails, and another may
///   follow. Whole numbers with the units `d`, `h`, `m`, `s`, `ms`, `us`, `ns` in descending order. Default: no limit.
///   Async code is dropped at its current await. Sync code cannot be stopped: the run continues, and the thread is
///   detached until the code ends; [`is_cancelled`] tells the code to end. A run may have at most 256 detached threads
///   at once ([`Runner::max_abandoned_threads`]). For a dynamic task the limit applies to building the graph.
/// * `deadline = "10m"`: the maximum duration of all attempts together, including the waits between them; an attempt
///   that could not end in time does not begin. Default: no limit. The protobuf of Flyte 1 cannot express it: there the
///   container ends an attempt that alone takes longer, and no other attempt follows.
///
/// Machines:
///
/// * `interruptible`, or `interruptible = false`: whether it may run on preemptible machines. Default: the workflow's
///   setting.
///
/// Its container, recorded for a cluster; an [isolated](Runner::isolate) attempt has the environment variables and the
/// memory limit:
///
/// * `requests(cpu = "500m", mem = "2Gi", gpu = "1", ephemeral_storage = "10Gi")` and `limits(..)` of the same:
///   Kubernetes quantities. A limit must not be below its request. Default: none.
/// * `resources(cpu = "1", mem = ("1Gi", "2Gi"))`: requests, or pairs of a request and a limit. Cannot be combined with
///   `requests` and `limits`.
/// * `container_image = "registry/image:tag"`. Default: the platform's.
/// * `environment(KEY = "value")`: environment variables. Default: none.
/// * `accelerator = "nvidia-tesla-t4"`, or `accelerator(device = "nvidia-tesla-a100", partition = "1g.5gb")`. Default:
///   none.
/// * `shared_memory`, or `shared_memory = "1Gi"`: the size of `/dev/shm`; without a size, as much as the memory.
///   Default: the platform's.
/// * `pod_template_name = "template"`, `labels(team = "research")`, `annotations("example.org/key" = "value")`.
///   Default: none.
///
/// The plugin of a cluster that runs it, if any:
///
/// * `task_type = "spark"`: the type by which the cluster finds the plugin. With a body, the plugin starts containers
///   of this program, and the function runs there; locally it runs like any other. A signature that ends with `;` does
///   not have a container: the plugin does all the work, and a local run refuses the task, with what to do instead,
///   unless it is [mocked](testing::mock). Default: a container, which every cluster supports.
/// * `custom = SPARK`: the parameters for the plugin (`TaskTemplate.custom`), an expression of any type that implements
///   `serde::Serialize` as an object, or `serde_json::json!({..})`. It is evaluated when the task is registered or
///   described. Default: none.
/// * `config("key" = "value")`: settings of the plugin, as text (`TaskTemplate.config`). Default: none.
///
/// Secrets and decks, locally and on a cluster:
///
/// * `secret_requests(secret(group = "g", key = "k", group_version = "1", mount_requirement = env_var, env_var =
///   "TOKEN"), ..)`: the secrets it reads, without which it does not start; `group` is required, `mount_requirement` is
///   `any` (the default), `env_var` or `file`. The variable `env_var` is set for scripts, containers and isolated
///   tasks, and not in this process. Default: none. See [`secrets`].
/// * `enable_deck`, or `enable_deck = false`, and `deck_fields(input, output, source_code, timeline, dependencies)`:
///   whether a deck is written, and which parts it has besides those that the task itself writes. Default: only the
///   parts that the task itself writes; with `enable_deck`, all parts. See [`deck`].
///
/// # Errors
///
/// Errors are reported where they are written, all of them at once, and the function stays available to its callers.
/// The error for an unknown option suggests the nearest one:
///
/// ```compile_fail
/// use flyte_runtime::prelude::*;
///
/// #[task(retry = 3)] // did you mean `retries`?
/// fn square(x: i64) -> i64 {
///     x * x
/// }
/// ```
///
/// If a type is not a Flyte type, the error names it, with what to derive:
///
/// ```compile_fail
/// use flyte_runtime::prelude::*;
///
/// #[task]
/// fn elapsed(since: std::time::Instant) -> u64 { // `Instant` cannot be an input or an output of a task
///     since.elapsed().as_secs()
/// }
/// ```
///
/// A task is a free function. Inside an `impl`, the error for a function with `self` says so. A function without `self`
/// looks like a free function to the macro, and the compiler's error begins with "struct is not supported in `trait`s
/// or `impl`s", because the type beside the function cannot be there. Move the function out of the `impl`, and call it
/// from there if it should be available under the type:
///
/// ```
/// use flyte_runtime::prelude::*;
///
/// struct Shapes;
///
/// #[task]
/// fn square(x: i64) -> i64 {
///     x * x
/// }
///
/// impl Shapes {
///     fn square(x: i64) -> i64 {
///         square(x)
///     }
/// }
///
/// assert_eq!(Shapes::square(3), 9);
/// ```
pub use flyte_macros::task;

/// Turns a function into a workflow: its body becomes a graph of tasks.
///
/// The body is Rust that runs once, before anything is executed. Its parameters are [`Promise`](graph::Promise)s, and
/// so are the results of the tasks that it calls; each call is a node of the graph. The resulting function takes the
/// values of the parameters, runs the graph locally and returns a [`Result`]:
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
/// fn add(a: i64, #[default(1)] b: i64) -> i64 {
///     a + b
/// }
///
/// #[workflow]
/// fn hypotenuse_squared(a: i64, b: i64) -> i64 {
///     add(square(a), square(b)) // three nodes; the squares run in parallel
/// }
///
/// assert_eq!(hypotenuse_squared(3, 4)?, 25);
/// assert_eq!(hypotenuse_squared::graph()?.nodes().len(), 3);
/// # Ok::<(), flyte_runtime::RunError>(())
/// ```
///
/// It can also be run by name, with options, and from async code, through the
/// [type with the same name](crate#the-type-beside-the-function).
///
/// # The body
///
/// ## Calls
///
/// A call of a snake-case name that is not local is a node: `square(x)`, `tasks::square(x)`. Inputs are given all by
/// position or all by name; by name, those with a default may be left out. A workflow is called like a task and becomes
/// one node.
///
/// ```
/// # use flyte_runtime::prelude::*;
/// mod tasks {
///     use flyte_runtime::prelude::*;
///
///     #[task]
///     pub fn add(a: i64, #[default(1)] b: i64) -> i64 {
///         a + b
///     }
/// }
///
/// #[workflow]
/// fn next(x: i64) -> i64 {
///     tasks::add(a = x)
/// }
///
/// #[workflow]
/// fn after_next(x: i64) -> i64 {
///     tasks::add(b = 0, a = next(next(x)))
/// }
///
/// assert_eq!(after_next(1)?, 3);
/// # Ok::<(), flyte_runtime::RunError>(())
/// ```
///
/// Associated functions (`Vec::new()`), methods, local functions and closures are ordinary Rust. To call an ordinary
/// function while the graph is built, put its name in parentheses: `(helper)(3)`. A name that begins with a capital is
/// that of a task, a struct or a variant, whichever exists, and a name from this crate, such as `sleep` or `fail`, is
/// your own task if you have one.
///
/// No task runs while a graph is built. If the name of a task is passed on, as in `.for_each(send)`, the compiler
/// reports it; write `|x| send(x)`. If the call is hidden, in a helper, in parentheses or behind your own macro, no
/// graph is built, and [`CompileProblem::PlainCall`](graph::CompileProblem::PlainCall) names the task and the statement
/// that called it. Two kinds of calls are not detected: one on another thread that the body starts, unless it uses
/// [`context::thread::spawn`] or another function of [`context`] that passes the context on; and one of a task that is
/// a `const fn`, which only computes a value.
///
/// A default is computed whenever it is needed, also for `--help`; no task runs for it either.
///
/// ```
/// use flyte_runtime::prelude::*;
///
/// #[task]
/// fn square(x: i64) -> i64 {
///     x * x
/// }
///
/// fn helper(x: i64) -> i64 {
///     square(x) + 1
/// }
///
/// #[workflow]
/// fn pipeline(x: i64) -> (i64, i64) {
///     (square(x), square((helper)(3)))
/// }
///
/// let error = pipeline::graph().unwrap_err().to_string();
/// assert!(error.contains("square` would run while the graph is built"), "{error}");
/// assert_eq!(helper(3), 10); // a plain call everywhere else
/// ```
///
/// ## Arguments
///
/// An argument is a promise or a value. Written lists, arrays and `Some(..)` may contain both. A `Vec`, array, map or
/// `Option` of promises is an argument too, as is a map of lists of them. `&` before a promise is allowed, because the
/// task may borrow the input.
///
/// ```
/// # use flyte_runtime::prelude::*;
/// # #[task]
/// # fn square(x: i64) -> i64 { x * x }
/// #[task]
/// fn sum(xs: &[i64], extra: Option<i64>) -> i64 {
///     xs.iter().sum::<i64>() + extra.unwrap_or(0)
/// }
///
/// #[workflow]
/// fn sums(x: i64) -> (i64, i64) {
///     let powers: Vec<Promise<i64>> = vec![x, square(x)];
///     (sum(powers, x), sum([square(x), 5], None))
/// }
///
/// assert_eq!(sums(3)?, (15, 14));
/// # Ok::<(), flyte_runtime::RunError>(())
/// ```
///
/// ## Loops and plain values
///
/// Control flow over plain values is ordinary Rust and runs while the graph is built: `for _ in 0..4` unrolls its body
/// into four copies of the nodes. A loop cannot depend on a promise, whose value is not known yet.
///
/// ## Branches
///
/// `if`, `else if`, `else` and `match` on promises become one branch node: all cases are built, and the chosen one
/// runs. Conditions compare promises with values and with each other; `&&`, `||`, `!`, a promise of a `bool` alone,
/// `is_none()` and `is_some()` work too. `match` accepts literals, variants without fields, `|`, `_` and a name for the
/// rest; the compiler checks that no case is missing. [`fail`](struct@graph::fail), which is in the prelude, ends a
/// case with a failure.
///
/// ```
/// # use flyte_runtime::prelude::*;
/// # #[task]
/// # fn add(a: i64, b: i64) -> i64 { a + b }
/// #[workflow]
/// fn far(x: i64, y: i64) -> i64 {
///     let distance = add(x, y);
///     if distance > 100 && x != y {
///         add(add(distance, distance), 1) // a case may have several calls,
///     } else if distance == 0 {
///         fail("there is no distance") // may fail the run,
///     } else {
///         5 // and may be a value
///     }
/// }
///
/// assert_eq!(far(100, 1)?, 203);
/// assert_eq!(far(1, 1)?, 5);
/// assert!(far(0, 0).is_err());
/// # Ok::<(), flyte_runtime::RunError>(())
/// ```
///
/// Without `else` a branch does not have a value. An outer variable that a case assigns with `=` has, after the branch,
/// the value from the chosen case; it needs a value before. A case can read other outer variables but not change them,
/// and cannot be left with `break` or `continue`. On a plain value both are ordinary Rust; types must be known where
/// values are compared. To build branches by hand, use [`conditional`](fn@graph::conditional).
///
/// ## Order without data
///
/// `a >> b;` as a statement makes the node of `b` wait for that of `a`; chains, tuples and lists of results work too.
/// [`a.runs_before(&b)`](graph::NodeOutputs::runs_before) is the same as a method.
///
/// ```
/// # use flyte_runtime::prelude::*;
/// #[task]
/// fn prepare() {}
///
/// #[task]
/// fn work(part: u32) -> u32 {
///     part
/// }
///
/// #[workflow]
/// fn prepared() -> u32 {
///     let (ready, first, second) = (prepare(), work(1), work(2));
///     ready >> (first, second);
///     second
/// }
///
/// assert_eq!(prepared()?, 2);
/// # Ok::<(), flyte_runtime::RunError>(())
/// ```
///
/// ## Overrides
///
/// [`with_overrides`](graph::NodeOutputs::with_overrides) changes options for one call;
/// [`NodeOverrides`](graph::NodeOverrides) has a method for each option.
///
/// ```
/// # use flyte_runtime::prelude::*;
/// # #[task]
/// # fn square(x: i64) -> i64 { x * x }
/// #[workflow]
/// fn big_square(x: i64) -> i64 {
///     square(x).with_overrides(|o| o.node_name("big").retries(5).requests(|r| r.mem("4Gi")))
/// }
///
/// assert_eq!(big_square::graph()?.nodes()[0].id(), "big");
/// # Ok::<(), flyte_runtime::RunError>(())
/// ```
///
/// ## Parts of results
///
/// `report.fields().mean`, `list.at(0)` and `map.get("key")` are promises of a part. The run fails if the part does not
/// exist.
///
/// ```
/// # use flyte_runtime::prelude::*;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Clone, Serialize, Deserialize, FlyteType)]
/// struct Report {
///     mean: f64,
///     history: Vec<i64>,
/// }
///
/// #[task]
/// fn report(xs: &[i64]) -> Report {
///     Report { mean: xs.iter().sum::<i64>() as f64 / xs.len() as f64, history: xs.to_vec() }
/// }
///
/// #[workflow]
/// fn mean_and_second(xs: Vec<i64>) -> (f64, i64) {
///     let report = report(xs).fields();
///     (report.mean, report.history.at(1))
/// }
///
/// assert_eq!(mean_and_second(vec![1, 2])?, (1.5, 2));
/// # Ok::<(), flyte_runtime::RunError>(())
/// ```
///
/// ## Outputs
///
/// The body ends with a promise or a value, or with a tuple of these; a call with several outputs returns a tuple of
/// promises. With [`FlyteOutputs`](derive@FlyteOutputs) the outputs have names: the body ends with the struct, written
/// from promises and values, or with the result of a call that returns it.
///
/// ## What is refused
///
/// `return`, `?` and `.await` have no meaning while the graph is built, and are refused at their token with what to
/// write instead:
///
/// ```compile_fail
/// # use flyte_runtime::prelude::*;
/// # #[task]
/// # fn square(x: i64) -> i64 { x * x }
/// #[workflow]
/// fn asks(x: i64) -> i64 {
///     square(x)? // remove the `?`: a task that fails ends the run by itself
/// }
/// ```
///
/// A connection between types that do not fit does not compile, and neither does `while` on a promise:
///
/// ```compile_fail
/// # use flyte_runtime::prelude::*;
/// # #[task]
/// # fn square(x: i64) -> i64 { x * x }
/// #[workflow]
/// fn squares_a_text(x: String) -> i64 {
///     square(x) // `Promise<String>` cannot be passed where the graph needs `i64`
/// }
/// ```
///
/// # Options
///
/// * `failure_policy = fail_immediately` (the default): when a node fails nothing else starts, and waiting async tasks
///   are dropped. `fail_after_executable_nodes_complete`: nodes that do not need the failed one still run.
/// * `on_failure = clean_up`: the task or workflow that runs once when this one fails, after everything else. It must
///   take every input of the workflow, by name, or the program does not compile, and type; its other inputs must be
///   optional. An input named `err`, of type `Option<`[`FlyteError`](types::FlyteError)`>` or `FlyteError`, receives
///   the failed node and the error. The run still fails. Default: none.
/// * `interruptible`, or `interruptible = false`: for tasks without their own setting; recorded for a cluster. Default:
///   `false`.
/// * `name`, `type_name`, `docs`, `crate`: as for a [`task`](macro@task).
///
/// # Errors
///
/// Errors that the compiler cannot see are found when the graph is compiled, on first use, and reported all at once in
/// a [`CompileError`](graph::CompileError): nodes with the same id, cyclic order, a workflow that contains itself, a
/// promise of another workflow, invalid overrides, a handler that does not fit, and a body that panics.
pub use flyte_macros::workflow;

pub use declarations::{
    container_task, dynamic, eager, echo_task, launch_plan, reference_launch_plan, reference_task,
    reference_workflow, shell_task,
};
#[cfg(feature = "arrow")]
pub use derives::DatasetColumns;
pub use derives::{FlyteOutputs, FlyteType};
