//! Write [Flyte](https://flyte.org) tasks and workflows as plain Rust functions, and run them on this machine. The
//! compiler checks their types, they run in parallel, and Rust is all you need to install.
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
//! | the rules for tasks, and their options | [`task`](macro@task) |
//! | the rules for a workflow's body | [`workflow`](macro@workflow) |
//! | workflows with fixed inputs or defaults, and schedules | [`launch_plan`](macro@launch_plan) |
//! | tasks, workflows and launch plans that already exist on a cluster | [`reference_task`](macro@reference_task) |
//! | waiting for time to pass or for a user | [`gate`] |
//! | scripts and containers as tasks | [`shell_task`](macro@shell_task), [`container_task`](macro@container_task), [`echo_task`](macro@echo_task) |
//! | structs and enums as values, and named outputs | [`FlyteType`](derive@FlyteType), [`FlyteOutputs`](derive@FlyteOutputs) |
//! | running with options, and from async code | [`Runner`], [`Call`] |
//! | branches, maps and gates that are built in code | [`graph`], [`gate`] |
//! | the context of a task | [`ctx`](context::ctx), [`context`] |
//! | files and directories, secrets, checkpoints, and pages about an execution | [`files`], [`secrets`], [`checkpoint`], [`deck`] |
//! | stored results | [`cache`] |
//! | the events of a run: progress, JSON, observers | [`events`], [`view`] |
//! | recorded runs, and resuming one that ended early | [`history`] |
//! | tests: contexts, mocks | [`testing`] |
//! | the command line | [`cli`] |
//! | errors | [`error`], [`RunError`], [`graph::CompileError`] |
//! | finding tasks by name | [`Registry`] |
//! | the compiled graph | [`graph::Graph`] |
//! | configuration files and variables, metrics | [`config`], [`context`] |
//! | names and classes of flytekit, serialization settings, identifiers, output metadata | [`compat`] |
//! | the rules of a Flyte 1 cluster | [`cluster`] |
//! | registering, running and watching entities on a cluster (feature `cluster`) | `cluster::Remote` |
//! | tables (feature `arrow`) | `files::StructuredDataset` |
//! | the messages for a cluster, and the program in a container (feature `remote`) | `remote::serialize`, `remote::execute` |
//! | an example program for each of these | the directory `examples` of the repository |
//!
//! # The type beside the function
//!
//! `#[task] fn square` leaves the function unchanged and adds a type of the same name. Importing `square` imports both.
//! Rust has separate namespaces for values and types, so the two do not collide. `#[workflow]` does the same, with a
//! function that runs the graph. The type gives you:
//!
//! * `square::run(3)` runs the task through the engine and waits for the `Result`.
//! * `square::call(3).start()` returns a future of the `Result`; dropping it cancels the run.
//! * `square::call(3)` is the call as a value ([`Call`]), for a [`Runner`].
//! * `call!(square(x = 3))` is the call by name. Inputs with `#[default(..)]` may be left out; leaving out any other
//!   input does not compile.
//! * `square::node(x)` is the form that a call in a workflow's body takes. Helpers over promises and macros of your own
//!   write it, because a workflow's body cannot see into them.
//! * `square::graph()` returns the compiled graph (a method of [`Entity`], which is in the prelude).
//!
//! A task collides with a module or a crate of the same name in scope, because modules share the namespace of types.
//! `type_name` gives the type another name, which a workflow's body then uses to call the task:
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
//! crate that the program never mentions, together with its tasks. If all tasks of a binary are in the library
//! `my_tasks`, write
//!
//! ```ignore
//! use my_tasks as _;
//! ```
//!
//! This also applies to the `main.rs` and the tests of a package whose own `lib.rs` contains the tasks.
//!
//! # Features
//!
//! | Feature | Default | What it adds |
//! |---|---|---|
//! | `inventory` | yes | annotated functions register themselves; without it, fill a [`Registry`] by hand |
//! | `cli` | yes | [`main`](main()) and [`cli`]: the command line of a binary with tasks |
//! | `remote` | no | everything that a Flyte cluster needs: the commands `serialize` and `package`, and `flyte-execute`, which runs a task in a container |
//! | `cluster` | no | the client of a Flyte 1 cluster: `cluster::Remote`, and the commands `doctor`, `login`, `logout`, `config show`, `register`, `check-references`, `run --remote`, `runs --remote`, `entities`, `plans`, `backfill` and `projects` |
//! | `keyring` | no | tokens of clusters in the keyring of the system, for the commands and as `cluster::SystemKeyring` |
//! | `ui` | no | the command `ui`: a console in the browser, with all runs of the user, forms and gates |
//! | `dev-server` | no | `testing::cluster`: a control plane in this process, for tests of programs that use a cluster |
//! | `arrow` | no | tables as inputs and outputs: `files::StructuredDataset` |
//! | `otel` | no | [`events`] as spans of OpenTelemetry |
//! | `s3`, `gcs`, `azure`, `http` | no | [`files`] reads and writes `s3://`; `gs://`; `abfs://` and `az://`; `http://` and `https://` |
//!
//! # What is enforced
//!
//! A local run either enforces an option, or keeps it for a cluster and says so once, as a `tracing` event and on the
//! command line. [`TaskOptions::local_effects`](compat::options::TaskOptions::local_effects) and the same method of the
//! other options return the effects, and `docs/local-runs.md` in the repository is generated from them.

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
    CancellationToken, Runner, Start, cancelled, is_cancelled,
    runner::{by_name::CallByName, call::Call},
};

/// The program and the commands of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// Turns a function into a task: one step of a workflow.
///
/// The function stays unchanged, token for token, so you can call, pass and test it like any other. The macro adds a
/// [type of the same name](crate#the-type-beside-the-function).
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
/// * It may be `async`. Its future must then be `Send`; it runs on the tokio runtime that the run was
///   [started](Runner::start) from, or on the engine's own runtime.
/// * Its inputs are [`FlyteType`](types::FlyteType)s, by value or borrowed: `&str`, `&[T]` and `&T` are lent for the
///   call. An input by value is moved in at its last use and cloned otherwise.
/// * `#[default(expression)]` makes an input optional. For a `String`, a string literal is enough.
/// * It returns nothing, a [`FlyteType`](types::FlyteType), a tuple of two to eight of them, a struct that derives
///   [`FlyteOutputs`](derive@FlyteOutputs), or a `Result` of one of these, under any alias. The error may have any type
///   that converts into `Box<dyn Error + Send + Sync>`: errors of std, `anyhow::Error`, `String`, `&str`.
/// * It is a free function without generics, `impl Trait`, `self`, `unsafe` and `extern`, and each parameter has a
///   name.
/// * A panic in it fails the task, not the program.
/// * The function first checks that it is not called by the body of a workflow, where only a node can run it.
///   Everywhere else a call is a plain call, and the check costs about a nanosecond. A `const fn` has no such check. In
///   the body of an eager task, a plain call of a task with options is refused too, because only the engine applies
///   them: write `flaky::call(..).await?`.
///
/// # Options
///
/// Names and documentation:
///
/// * `name = "reports.daily"`: its name, which must not be empty or contain spaces or `:`. Default:
///   `crate.module.function`. A nested function needs a name if another nested function of the module has the same one.
/// * `type_name = SquareTask`: the name of the type beside the function. Default: the function's name.
/// * `docs = "one sentence"`, or `docs(short = "..", long = "..", source_link = "..")`: a description in addition to
///   the documentation comment. Default: none.
/// * `deprecated = "use cube"`: the reason not to use it any more. Default: not deprecated.
/// * `crate = ::path::to::flyte_runtime`: the path of this crate, for a re-exported dependency. It begins with `::` or
///   `crate`. Default: the name that `Cargo.toml` gives this crate, usually `::flyte_runtime`. Editors do not know of
///   another name there, and need the option.
///
/// Retries:
///
/// * `retries = 3`: how often a failed attempt is retried, after every error and every panic except a
///   [`TaskError::fatal`]. A whole number that fits in a `u32`. Default: 0. The full form is `retries(count = 3,
///   backoff = "1s", factor = 2.0, cap = "1m", jitter)`, where only `count` is required. The next attempt waits for
///   `backoff`, and each further one `factor` times as long (default: twice), but never longer than `cap`. With
///   `jitter` it waits for a random part between half of that time and all of it. Default: no wait. A waiting task
///   keeps no thread and no job of the run busy. A Flyte 1 cluster waits as configured there.
/// * `retry_on = recoverable`: only errors marked by [`TaskError::recoverable`] lead to another attempt, as in
///   flytekit. Default: `any`.
///
/// Caching of results, which are reused for the same inputs; see [`cache`]:
///
/// * `cache = "1"`: caches under this version. `cache = "auto"` derives the version from the function's own tokens and
///   from the version of its crate, so an edit of the function discards the old results; changes to functions that it
///   calls are not noticed. The full form is `cache(version = "1", serialize, ignored_inputs(a, b), salt = "x")`, where
///   only `version` is required. With `serialize`, equal calls wait for the first. `ignored_inputs` names inputs that
///   do not count, and `salt` separates results. Default: no cache.
///
/// Time limits:
///
/// * `timeout = "1m30s"`: the time limit of one attempt. An attempt that takes longer fails, and another may follow.
///   Whole numbers with descending units `d`, `h`, `m`, `s`, `ms`, `us`, `ns`. Default: no limit. Async code is dropped
///   where it waits. Sync code cannot be stopped: the run continues, and the thread is left behind until the code ends;
///   [`is_cancelled`] tells the code to end. A run leaves at most 256 threads behind at once
///   ([`Runner::max_abandoned_threads`]). For a dynamic task, the limit applies to building the graph.
/// * `deadline = "10m"`: the time limit of all attempts together, including the waits between them. An attempt that
///   could not end in time does not start. Default: no limit. Flyte 1's protobuf has no field for it: there, the
///   container ends a single attempt that takes longer, and no further attempt follows.
///
/// Machines:
///
/// * `interruptible`, or `interruptible = false`: whether it may run on interruptible machines. Default: the workflow's
///   setting.
///
/// Resources, kept for a cluster; an [isolated](Runner::isolate) attempt also gets the variables and the memory limit:
///
/// * `requests(cpu = "500m", mem = "2Gi", gpu = "1", ephemeral_storage = "10Gi")` and `limits(..)` of the same:
///   Kubernetes quantities. A limit must not be below its request. Default: none.
/// * `resources(cpu = "1", mem = ("1Gi", "2Gi"))`: requests, or pairs of a request and a limit. Cannot be combined with
///   `requests` and `limits`.
/// * `container_image = "registry/image:tag"`. Default: the platform's.
/// * `environment(KEY = "value")`: environment variables. Default: none.
/// * `accelerator = "nvidia-tesla-t4"`, or `accelerator(device = "nvidia-tesla-a100", partition = "1g.5gb")`. Default:
///   none.
/// * `shared_memory`, or `shared_memory = "1Gi"`: the size of `/dev/shm`; without a size, the size of the memory.
///   Default: the platform's.
/// * `pod_template_name = "template"`, `labels(team = "research")`, `annotations("example.org/key" = "value")`.
///   Default: none.
///
/// A plugin of the cluster that runs the task:
///
/// * `task_type = "spark"`: the type by which the cluster finds the plugin. With a body, the plugin starts containers
///   of this program, and the function runs there; locally it runs like any other. A signature that ends with `;` has
///   no container: the plugin does all the work, and a local run refuses the task and says what to do instead, unless
///   it is [mocked](testing::mock). Default: a container, run by the cluster's usual plugin.
/// * `custom = SPARK`: the configuration of the plugin (`TaskTemplate.custom`). An expression of any type that
///   implements `serde::Serialize` and serialises to an object, or `serde_json::json!({..})`. It is evaluated when the
///   task is registered or described. Default: nothing.
/// * `config("key" = "value")`: settings of the plugin, as text (`TaskTemplate.config`). Default: none.
///
/// Secrets and decks, locally and on a cluster:
///
/// * `secret_requests(secret(group = "g", key = "k", group_version = "1", mount_requirement = env_var, env_var =
///   "TOKEN"), ..)`: the secrets that it reads. It does not start if one is missing. `group` is required, and
///   `mount_requirement` is `any` (the default), `env_var` or `file`. The variable `env_var` is set for scripts,
///   containers and isolated tasks, but not in this process. Default: none. See [`secrets`].
/// * `enable_deck`, or `enable_deck = false`, and `deck_fields(input, output, source_code, timeline, dependencies)`:
///   whether a deck is written, and its parts in addition to the task's own. Default: only the task's own parts; with
///   `enable_deck`, all parts. See [`deck`].
///
/// # Errors
///
/// All errors are reported at once, each where you wrote it, and the function stays usable for its callers. The error
/// about an unknown option names the nearest one:
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
/// The error about a type that is not a Flyte type names the type and the derive to add:
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
/// A task is a free function. Inside an `impl`, the macro refuses a function that takes `self`. It cannot distinguish a
/// function without `self` from a free function, so the compiler's error begins with "struct is not supported in
/// `trait`s or `impl`s", because the type beside the function cannot be there. Move the function out of the `impl`. If
/// it should also be an associated function of the type, call it from there:
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
/// The body is Rust code that runs once, before any task is executed. Its parameters are [`Promise`](graph::Promise)s,
/// and so are the results of the tasks that it calls. Each call is a node of the graph. The resulting function takes
/// the values of the parameters, runs the graph on this machine and returns a [`Result`]:
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
/// Through the [type of the same name](crate#the-type-beside-the-function) you can also run it by name, with options
/// and from async code.
///
/// # The body
///
/// ## Calls
///
/// A call of a snake-case name that is not local is a node: `square(x)`, `tasks::square(x)`. Pass inputs by position,
/// or all of them by name; by name you may leave out inputs with a default. A workflow is called like a task and
/// becomes one node.
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
/// function while the graph is built, put its name in parentheses: `(helper)(3)`. A name that begins with a capital
/// letter refers to a task, a struct or a variant, whichever exists. A name of this crate, such as `sleep` or `fail`,
/// refers to your own task if you have one of that name.
///
/// No task runs while a graph is built. If you pass a task's name as a function, as in `.for_each(send)`, the compiler
/// refuses it; write `|x| send(x)`. If a call is hidden in a helper, in parentheses or behind your own macro,
/// compilation of the graph fails, and [`CompileProblem::PlainCall`](graph::CompileProblem::PlainCall) names the task
/// and the statement that called it. Two kinds of calls are not detected. One is a call on another thread that the body
/// starts, unless it starts the thread with [`context::thread::spawn`] or another function of [`context`] that passes
/// the context on. The other is a call of a task that is a `const fn`, which only computes a value.
///
/// A default is computed whenever it is needed, also for `--help`, and no task runs for it either.
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
/// An argument is a promise or a value. `vec![..]`, array literals, `Some(..)` and
/// `BTreeMap::from([("a", x), ("b", 2)])` may mix both. A `Vec`, array, map or `Option` of promises is also an
/// argument, as is a map of lists of promises. You may write `&` before a promise or a list, because the task may
/// borrow the input. Slices and arrays are lists.
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
/// times the nodes. A loop cannot depend on a promise, because its value is not known yet.
///
/// A plain value may stand in place of a promise: in a case of an `if` or `match` whose other cases call tasks, in a
/// variable that holds promises later, and in an assignment to such a variable. A recursion of `#[dynamic]` tasks can
/// therefore end with a value, and a loop can add up results:
///
/// ```
/// # use flyte_runtime::prelude::*;
/// # #[task]
/// # fn add(a: i64, b: i64) -> i64 { a + b }
/// #[dynamic]
/// fn fib(n: i64) -> i64 {
///     if n < 2 { n } else { add(fib(n - 1), fib(n - 2)) }
/// }
///
/// #[dynamic]
/// fn total(xs: Vec<i64>) -> i64 {
///     let mut total = 0;
///     for x in xs {
///         total = add(total, x);
///     }
///     total
/// }
///
/// assert_eq!(fib(7)?, 13);
/// assert_eq!(total(vec![1, 2, 3])?, 6);
/// # Ok::<(), flyte_runtime::RunError>(())
/// ```
///
/// You can map over a known list as over a promise of a list, with the same options: `xs.map(|x| square(x))` on a
/// `Vec`, a slice or the input of a `#[dynamic]` task is one node. An array has its own `map`, which makes a call for
/// each element; with `.concurrency(..)` or another option after it, it is also one node.
///
/// ```
/// # use flyte_runtime::prelude::*;
/// # #[task]
/// # fn square(x: i64) -> i64 { x * x }
/// #[dynamic]
/// fn squares(xs: Vec<i64>) -> Vec<Option<i64>> {
///     xs.map(|x| square(x)).concurrency(2).min_success_ratio(0.9)
/// }
///
/// assert_eq!(squares(vec![1, 2])?, [Some(1), Some(4)]);
/// # Ok::<(), flyte_runtime::RunError>(())
/// ```
///
/// ## Branches
///
/// `if`, `else if`, `else` and `match` on promises become one branch node: all cases are built, and the chosen one
/// runs. Conditions compare promises with values and with each other. They may also contain `&&`, `||`, `!`, a promise
/// of a `bool`, `is_none()` and `is_some()`. `match` takes literals, variants without fields, `|`, `_` and a name for
/// the rest; the compiler checks that no case is missing. A variable may hold a comparison; you can use it more than
/// once and match it with `true` and `false`. `if let Some(n) = k && x > n` tests a plain value and then a promise.
/// [`fail`](struct@graph::fail), which is in the prelude, ends a
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
/// Without `else` a branch has no value. A case may assign an outer variable with `=`; after the branch, the variable
/// has the value from the chosen case. The variable needs a value before the branch. A case can read all other outer
/// variables but cannot change them, and cannot leave the branch with `break` or `continue`. On a plain value, `if` and
/// `match` are ordinary Rust; the types must be known where values are compared. To build branches by hand, use
/// [`conditional`](fn@graph::conditional).
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
/// `report.fields().mean`, `list.at(0)` and `map.get("key")` are promises of a part. If the part is missing at run
/// time, the run fails.
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
/// The body ends with a promise or a value, or with a tuple of these. A call with several outputs returns a tuple of
/// promises. [`FlyteOutputs`](derive@FlyteOutputs) names the outputs: the body then ends with the struct, built from
/// promises and values, or with a call that returns it. `let Summary { mean, .. } = summary(xs);` takes outputs by
/// name.
///
/// ## What is refused
///
/// `return`, `?` and `.await` have no meaning while the graph is built. The error is on the token and says what to
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
/// A link between types that do not match does not compile, nor does `while` on a promise:
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
/// * `failure_policy = fail_immediately` (the default): when a node fails, no other node starts, and waiting async
///   tasks end. `fail_after_executable_nodes_complete`: nodes that do not need the failed node still run.
/// * `on_failure = clean_up`: the task or workflow that runs once when this workflow fails, after everything else. It
///   must take every input of the workflow, by name and type; a missing name does not compile. Its other inputs must be
///   optional. An input `err` of type `Option<`[`FlyteError`](types::FlyteError)`>` or `FlyteError` receives the node
///   that failed and the reason. The run still counts as failed. Default: none.
/// * `interruptible`, or `interruptible = false`: the default for tasks without their own setting; kept for a cluster.
///   Default: `false`.
/// * `name`, `type_name`, `docs`, `crate`: as for a [`task`](macro@task).
///
/// # Errors
///
/// Compiling the graph, at the first use, finds the errors that the Rust compiler cannot see. A
/// [`CompileError`](graph::CompileError) reports all of them at once: nodes with the same id, a cycle in the order, a
/// workflow that contains itself, a promise of another workflow, invalid overrides, a handler that does not fit, and a
/// body that panics.
pub use flyte_macros::workflow;

pub use declarations::{
    container_task, dynamic, eager, echo_task, launch_plan, reference_launch_plan, reference_task,
    reference_workflow, shell_task,
};
#[cfg(feature = "arrow")]
pub use derives::DatasetColumns;
pub use derives::{FlyteOutputs, FlyteType};
