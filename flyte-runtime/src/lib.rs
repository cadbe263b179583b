//! Write [Flyte](https://flyte.org) tasks and workflows as plain Rust functions, and run them here: typed when they are
//! compiled, parallel when they run, with nothing but Rust installed.
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
//! | what a task may look like, and its options | [`task`](macro@task) |
//! | what a workflow's body may say | [`workflow`](macro@workflow) |
//! | workflows with inputs given beforehand, and schedules | [`launch_plan`](macro@launch_plan) |
//! | tasks, workflows and launch plans that a cluster has already | [`reference_task`](macro@reference_task) |
//! | waiting for time or for people | [`gate`] |
//! | scripts and containers as tasks | [`shell_task`](macro@shell_task), [`container_task`](macro@container_task), [`echo_task`](macro@echo_task) |
//! | structs and enums as values, and named outputs | [`FlyteType`](derive@FlyteType), [`FlyteOutputs`](derive@FlyteOutputs) |
//! | running with options, and from async code | [`Runner`], [`Call`] |
//! | branches, maps and gates that are built in code | [`graph`], [`gate`] |
//! | what a task knows of itself | [`ctx`](context::ctx), [`context`] |
//! | files and directories, secrets, checkpoints, and pages about an execution | [`files`], [`secrets`], [`checkpoint`], [`deck`] |
//! | results that are kept | [`cache`] |
//! | being told what happens in a run: progress, JSON, observers | [`events`], [`view`] |
//! | what runs have done, and going on with one that ended early | [`history`] |
//! | tests: contexts by hand, mocks | [`testing`] |
//! | the command line | [`cli`] |
//! | what can go wrong | [`error`], [`RunError`], [`graph::CompileError`] |
//! | finding tasks by name | [`Registry`] |
//! | the compiled graph | [`graph::Graph`] |
//! | configuration files and variables, metrics | [`config`], [`context`] |
//! | names and classes of flytekit, serialization settings, identifiers, what a task says about its outputs | [`compat`] |
//! | what a Flyte 1 cluster takes | [`cluster`] |
//! | registering, running and watching on one (feature `cluster`) | `cluster::Remote` |
//! | tables (feature `arrow`) | `files::StructuredDataset` |
//! | what a cluster is told, and starts in a container (feature `remote`) | `remote::serialize`, `remote::execute` |
//! | one program for each of these | the directory `examples` of the repository |
//!
//! # The type beside the function
//!
//! `#[task] fn square` leaves the function as it is and adds a type of the same name, which importing `square` imports,
//! too. Values and types have namespaces of their own in Rust, so the two do not meet. `#[workflow]` does the same with
//! a function that runs the graph. On the type are
//!
//! * `square::run(3)`: through the engine, waiting for the `Result`;
//! * `square::call(3).start()`: a future of the `Result`; dropping it cancels the run;
//! * `square::call(3)`: the call as a value ([`Call`]), for a [`Runner`];
//! * `call!(square(x = 3))`: the call by name. Inputs with `#[default(..)]` may be left out, and leaving out another
//!   does not compile;
//! * `square::node(x)`: what a call in a workflow's body becomes;
//! * `square::graph()`: the compiled graph (a method of [`Entity`], which the prelude brings).
//!
//! A task named like a module or a crate in scope collides with it, because modules share the namespace of types. With
//! `type_name` the type gets another name, by which a workflow's body calls the task:
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
//! Annotated functions register themselves, and a binary finds all that were linked into it. The linker leaves out a
//! crate that nothing mentions, with its tasks. A binary whose tasks are all in the library `my_tasks` therefore says
//!
//! ```ignore
//! use my_tasks as _;
//! ```
//!
//! This also holds for the `main.rs` and the tests of the package that has the tasks in its own `lib.rs`.
//!
//! # Features
//!
//! | Feature | Default | What it adds |
//! |---|---|---|
//! | `inventory` | yes | annotated functions register themselves; without it a [`Registry`] is filled by hand |
//! | `cli` | yes | [`main`](main()) and [`cli`]: the command line of a binary with tasks |
//! | `remote` | no | what a Flyte cluster needs: the commands `serialize` and `package`, and `flyte-execute`, which runs a task in a container; also `--isolate` |
//! | `cluster` | no | the client of a Flyte 1 cluster: `cluster::Remote`, and the commands `register`, `run --remote`, `runs --remote` and `config show` |
//! | `dev-server` | no | `testing::cluster`: a control plane in this process, for tests of what talks to one |
//! | `arrow` | no | tables as inputs and outputs: `files::StructuredDataset` |
//! | `otel` | no | [`events`] as spans of OpenTelemetry |
//! | `s3`, `gcs`, `azure`, `http` | no | [`files`] reads and writes `s3://`; `gs://`; `abfs://` and `az://`; `http://` and `https://` |
//!
//! # What is enforced
//!
//! A run on this machine does what an option says, or keeps it for a cluster and says so, once: as an event of
//! `tracing`, and on the command line. [`TaskOptions::local_effects`](compat::options::TaskOptions::local_effects) and
//! its like tell which is which, and `docs/local-runs.md` in the repository is made of them.

// Generated code and examples say `flyte_runtime`, here as everywhere else.
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

/// Makes a function a task: one step of a workflow.
///
/// The function is left as it was, token for token: it can be called, passed on and tested like any other. Beside it
/// comes a [type of the same name](crate#the-type-beside-the-function).
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
/// * It may be `async`. Then its future must be `Send`; it runs on the tokio runtime that the run was
///   [started](Runner::start) from, or on the engine's own.
/// * Its inputs are [`FlyteType`](types::FlyteType)s by value, or borrowed: `&str`, `&[T]` and `&T` are lent for the
///   call. An input by value is moved in at its last use and cloned otherwise.
/// * `#[default(expression)]` makes an input optional. A string literal will do for a `String`.
/// * It returns nothing, a [`FlyteType`](types::FlyteType), a tuple of two to eight of them, a struct that derives
///   [`FlyteOutputs`](derive@FlyteOutputs), or a `Result` of one of these, by whatever name. The error may be of any
///   type that converts into `Box<dyn Error + Send + Sync>`: errors of std, `anyhow::Error`, `String`, `&str`.
/// * It is a free function without generics, `impl Trait`, `self`, `unsafe` and `extern`, and each parameter has a
///   name.
/// * A panic in it is a failure of the task, not of the program.
/// * The first thing that the function does is to refuse a call by the body of a workflow, where only a node can run
///   it. Everywhere else a call of it is a plain call, which pays about a nanosecond for that. A `const fn` is not
///   asked. In the body of an eager task a task with options does not run plainly either, since only the engine keeps
///   them: write `flaky::call(..).await`.
///
/// # Options
///
/// What the task is called:
///
/// * `name = "reports.daily"`: its name. Default: `crate.module.function`. Not empty, without spaces and `:`. A
///   function in a function needs one when another such function of the module has the same name.
/// * `type_name = SquareTask`: the name of the type beside the function. Default: the function's name.
/// * `docs = "one sentence"`, or `docs(short = "..", long = "..", source_link = "..")`: a description besides the
///   documentation comment. Default: none.
/// * `deprecated = "use cube"`: why it should no longer be used. Default: not deprecated.
/// * `crate = ::path::to::flyte_runtime`: where this crate is found, for a renamed or re-exported dependency. Begins
///   with `::` or `crate`. Default: `::flyte_runtime`.
///
/// How often it is tried:
///
/// * `retries = 3`: how often a failed attempt is repeated: after every error and every panic, unless it is a
///   [`TaskError::fatal`]. A whole number that fits a `u32`. Default: 0. In full: `retries(count = 3, backoff = "1s",
///   factor = 2.0, cap = "1m", jitter)`, where only `count` is required: the next attempt waits for `backoff`, each
///   further one `factor` times as long (default: twice), never longer than `cap`, and with `jitter` for a random part
///   between half of it and all. Default: it does not wait. A task that waits keeps no thread and no job of the run
///   busy. A cluster of Flyte 1 waits as it is configured to.
/// * `retry_on = recoverable`: only errors marked by [`TaskError::recoverable`] are followed by another attempt, as in
///   flytekit. Default: `any`.
///
/// Whether its results are kept, and used again for the same inputs; see [`cache`]:
///
/// * `cache = "1"`: under this version. `cache = "auto"` makes a version of the function's own tokens and of the
///   version of its crate, so that an edit of the function forgets the old results; the functions that it calls are not
///   seen. In full: `cache(version = "1", serialize, ignored_inputs(a, b), salt = "x")`, where `version` is required,
///   equal calls wait for the first with `serialize`, `ignored_inputs` names inputs of the task that do not count, and
///   `salt` separates results. Default: nothing is kept.
///
/// How long it may take:
///
/// * `timeout = "1m30s"`: the longest that one attempt may take; one that takes longer has failed, and another may
///   follow. Whole numbers with falling units `d`, `h`, `m`, `s`, `ms`, `us`, `ns`. Default: no limit. Async code is
///   dropped where it waits. Sync code cannot be stopped: the run goes on, and the thread is left behind until the code
///   ends; [`is_cancelled`] tells the code that it is to. A run leaves at most 256 threads behind at once
///   ([`Runner::max_abandoned_threads`]). Of a dynamic task it is building the graph that is limited.
/// * `deadline = "10m"`: the longest that all attempts may take together, with the waits between them; none begins that
///   could not end before. Default: no limit. The protobuf of Flyte 1 has no place for it: there an attempt that alone
///   takes longer is ended by its container, and no other follows.
///
/// How it runs:
///
/// * `interruptible`, or `interruptible = false`: whether it may run on machines that can be taken away. Default: what
///   the workflow says.
///
/// Where it runs, kept for a cluster; an [isolated](Runner::isolate) attempt has the variables and no more memory than
/// is said:
///
/// * `requests(cpu = "500m", mem = "2Gi", gpu = "1", ephemeral_storage = "10Gi")` and `limits(..)` of the same:
///   Kubernetes quantities. A limit is not below its request. Default: none.
/// * `resources(cpu = "1", mem = ("1Gi", "2Gi"))`: requests, or pairs of a request and a limit. Not together with
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
/// Who runs it on a cluster, if that is a plugin for such tasks:
///
/// * `task_type = "spark"`: the type by which the cluster finds the plugin. With a body, the plugin starts containers
///   of this program, and the function runs there; here it runs as any other. A signature that ends with `;` has no
///   container: the plugin does it all, and here the task is refused, with what to do instead, unless it is
///   [mocked](testing::mock). Default: a container, by what each cluster has.
/// * `custom = SPARK`: what the plugin is told (`TaskTemplate.custom`), an expression of any type that implements
///   `serde::Serialize` and is an object there, or `serde_json::json!({..})`. It is evaluated when the task is
///   registered or described. Default: nothing.
/// * `config("key" = "value")`: settings of the plugin, as text (`TaskTemplate.config`). Default: none.
///
/// What it needs and shows, here and on a cluster:
///
/// * `secret_requests(secret(group = "g", key = "k", group_version = "1", mount_requirement = env_var, env_var =
///   "TOKEN"), ..)`: the secrets it reads, without which it does not start; `group` is required, `mount_requirement` is
///   `any` (the default), `env_var` or `file`. The variable `env_var` is set for scripts, containers and isolated
///   tasks, and not in this process. Default: none. See [`secrets`].
/// * `enable_deck`, or `enable_deck = false`, and `deck_fields(input, output, source_code, timeline, dependencies)`:
///   whether a deck is written, and which parts of it are written besides what the task itself writes. Default: only
///   what the task itself writes; with `enable_deck`, all parts. See [`deck`].
///
/// # Errors
///
/// What is wrong is reported where it is written, all of it at once, and the function stays for its callers. An option
/// that does not exist is refused with the nearest one:
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
/// A type that is no Flyte type is named in the error, with what to derive:
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
/// A task is a free function. Inside of an `impl` one that takes `self` is told so; one that does not looks like a free
/// function from where the attribute stands, and what the compiler says begins with "struct is not supported in
/// `trait`s or `impl`s", as the type beside the function cannot be there. Move the function out of the `impl`, and
/// where it is to be found under the type, call it from there:
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

/// Makes a function a workflow: its body becomes a graph of tasks.
///
/// The body is Rust that runs once, before anything is executed. Its parameters are [`Promise`](graph::Promise)s, and
/// so are the results of the tasks it calls; each call is a node of the graph. The function that comes out takes the
/// values of the parameters, runs the graph here and gives a [`Result`]:
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
/// It can be run by name, with options and from async code as well, through the
/// [type of the same name](crate#the-type-beside-the-function).
///
/// # The body
///
/// ## Calls
///
/// A call of a name in snake case that is not local is a node: `square(x)`, `tasks::square(x)`. Inputs are given by
/// position or all of them by name, and by name those with a default may be left out. A workflow is called like a task
/// and becomes one node.
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
/// Functions of types (`Vec::new()`), methods, local functions and closures are ordinary Rust. An ordinary function is
/// called while the graph is built by putting its name in parentheses: `(helper)(3)`. A name that begins with a capital
/// is that of a task, a struct or a variant, whichever there is, and one of this crate, such as `sleep` or `fail`, is
/// that of your own task if you have one.
///
/// No task runs while a graph is built. Where the name of one is passed on, as in `.for_each(send)`, the compiler says
/// so; write `|x| send(x)`. Where the call is hidden, in a helper, in parentheses or behind a macro of yours, there is
/// no graph, and [`CompileProblem::PlainCall`](graph::CompileProblem::PlainCall) names the task and the statement that
/// called it. Two calls are not seen: one on another thread that the body starts, unless it starts it with
/// [`context::thread::spawn`] or another function of [`context`] that takes the context along; and one of a task that
/// is a `const fn`, which only makes a value.
///
/// A default is a value that is made whenever somebody asks for it, also for `--help`: no task runs for it either.
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
/// An argument is a promise or a value. Written lists, arrays and `Some(..)` may hold both, and a `Vec`, array, map or
/// `Option` of promises is an argument, too, as is a map of lists of them. `&` in front of a promise is allowed, since
/// the task may borrow the input.
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
/// Control flow over plain values is ordinary Rust and runs while the graph is built: `for _ in 0..4` unrolls into four
/// times the nodes. A loop cannot depend on a promise, whose value is not known yet.
///
/// ## Branches
///
/// `if`, `else if`, `else` and `match` on promises become one branch node: all cases are built, the chosen one runs.
/// Conditions compare promises with values and with each other; `&&`, `||`, `!`, a promise of a `bool` by itself,
/// `is_none()` and `is_some()` work, too. `match` takes literals, variants without fields, `|`, `_` and a name for the
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
/// Without `else` a branch gives no value. A variable from around that a case assigns with `=` has, behind the branch,
/// what the chosen case gave it; it needs a value before. Anything else from around can be read in a case and not
/// changed, and no case can be left with `break` or `continue`. On a plain value both are ordinary Rust; the types have
/// to be known where they are compared. To build branches by hand there is [`conditional`](fn@graph::conditional).
///
/// ## Order without data
///
/// `a >> b;` as a statement makes the node of `b` wait for that of `a`; chains, tuples and lists of results work, too.
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
/// [`NodeOverrides`](graph::NodeOverrides) has one method for each that exists.
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
/// `report.fields().mean`, `list.at(0)` and `map.get("key")` are promises of a part. A part that turns out not to be
/// there fails the run.
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
/// The body ends with a promise or a value, or with a tuple of these; what a call gives with several outputs is a tuple
/// of promises. With [`FlyteOutputs`](derive@FlyteOutputs) the outputs have names: the body ends with the struct,
/// written from promises and values, or with the result of a call that gives it.
///
/// ## What is refused
///
/// `return`, `?` and `.await` mean nothing while the graph is built, and are refused on their token with what to write
/// instead:
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
/// A link between types that do not fit does not compile, and neither does `while` on a promise:
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
/// * `failure_policy = fail_immediately` (the default): when a node fails nothing else starts, and async tasks that
///   wait are ended. `fail_after_executable_nodes_complete`: what does not need the failed node still runs.
/// * `on_failure = clean_up`: the task or workflow that runs once when this one fails, after everything else. It takes
///   every input of the workflow, by name, or the program does not compile, and type; its others must be optional, and
///   one of them named `err`, of type `Option<`[`FlyteError`](types::FlyteError)`>` or `FlyteError`, is told which node
///   failed and why. The failure stays a failure. Default: none.
/// * `interruptible`, or `interruptible = false`: for tasks that do not say so themselves; kept for a cluster. Default:
///   `false`.
/// * `name`, `type_name`, `docs`, `crate`: as for a [`task`](macro@task).
///
/// # Errors
///
/// What the compiler cannot see is found when the graph is compiled, at the first use, and told all at once in a
/// [`CompileError`](graph::CompileError): nodes with one id, order in a circle, a workflow that contains itself, a
/// promise of another workflow, overrides that make no sense, a handler that does not fit, and a body that panics.
pub use flyte_macros::workflow;

pub use declarations::{
    container_task, dynamic, eager, echo_task, launch_plan, reference_launch_plan, reference_task,
    reference_workflow, shell_task,
};
#[cfg(feature = "arrow")]
pub use derives::DatasetColumns;
pub use derives::{FlyteOutputs, FlyteType};
