//! Serialisation for a Flyte cluster: entities, graphs and values as messages of `flyte_idl`.
//!
//! Part of the feature `remote`.

pub mod distribution {
    //! The packed code of a fast registration: downloaded and unpacked in a container before a task starts.

    pub use flyte_cluster::distribution::{DistributionError, unpack};
}

pub mod execute {
    //! The container entry point: one attempt of one task, for a cluster.
    //!
    //! A cluster starts the program with `flyte-execute` and the contents of [`Arguments`], and afterwards reads the
    //! output directory. It contains exactly one of
    //!
    //! * `outputs.pb`, the outputs as `flyteidl.core.LiteralMap`, if the task has returned them;
    //! * `futures.pb`, a `flyteidl.core.DynamicJobSpec`, if the task is a dynamic one: the graph that it has built,
    //!   which the cluster runs. The settings for serialising the graph are in the variable `_F_SS_C`, which is set
    //!   when a dynamic task is registered. Without it, and on Flyte 2, which does not run graphs, the graph runs in
    //!   this container, there with its tasks as children of the action, and `outputs.pb` is written;
    //! * `error.pb`, a `flyteidl.core.ErrorDocument`, after any failure: an error or a panic of the task, an input of
    //!   the wrong type, a file that cannot be read or written, `SIGTERM`.
    //!
    //! Beside it are `deck.html` if the task has `enable_deck`, and outputs that are too large for `outputs.pb`.
    //!
    //! Graphs for a cluster contain tasks that lowering has added, see [`cluster`](crate::cluster). The arguments of
    //! their containers end with `-- built-in` and their parameters, instead of `-- task` and a name.
    //!
    //! # What an error says
    //!
    //! | What happened | code | kind | origin |
    //! |-|-|-|-|
    //! | the task has returned an error, or panicked | `USER:RuntimeError` | as `retry_on` and [`TaskError`](crate::TaskError) say | user |
    //! | … marked by [`TaskError::recoverable`](crate::TaskError::recoverable) | `USER:Recoverable` | recoverable | user |
    //! | the attempt has taken longer than its `timeout` | `USER:TimedOut` | as `retry_on` says | user |
    //! | … longer than its `deadline` | `USER:TimedOut` | not recoverable | user |
    //! | an input or output is of another type, or missing | `USER:TypeError`, `USER:ValueError` | not recoverable | user |
    //! | there is no such task, or it cannot be compiled | `USER:RuntimeError`, `USER:CompileError` | not recoverable | user |
    //! | a file cannot be read or written | `SYSTEM` | recoverable | system |
    //! | the process of the task died: `exit`, `abort`, a stack overflow, a signal | `USER:ProcessDied` | as `retry_on` says | user |
    //! | `SIGTERM` | `SYSTEM:Unavailable` | recoverable | system |
    //!
    //! Two of these differ from flytekit, on purpose. A plain error is recoverable unless the task has
    //! `retry_on = recoverable`: `retries` then has the same meaning here as in a local run and in Flyte 2. And a value
    //! of a wrong type is the user's error, where flytekit blames the system.
    //!
    //! Flyte 1 itself limits the duration of attempts of nodes, whose `timeout` may differ from that of their task. A
    //! task that was started alone does not have a node, so its `timeout` is enforced here. Flyte 1's messages cannot
    //! express a `deadline`: an attempt that alone takes longer is ended here, but the duration of earlier attempts is
    //! not known.
    //!
    //! A message longer than 48 KiB is cut at a character boundary: Flyte 1 would cut it at a byte, and lose the error
    //! if that is inside a character.
    //!
    //! # A parent for the task
    //!
    //! On Unix, in a program whose `main` returns [`flyte_runtime::main()`](crate::main()) or that uses
    //! [`Cli::supervised`](crate::cli::Cli::supervised), the task runs in a child process: this program again, with the
    //! same arguments. The process that the cluster has started writes `error.pb` if the child ends without a result,
    //! passes SIGTERM on, reaps orphaned processes if it is the first process of the container, and kills those that
    //! still run when the child has ended. A cluster retries an attempt without `error.pb` several times, whatever
    //! `retries` says. It still does so when this process itself is killed, for example by an out-of-memory killer that
    //! ends the whole container (`memory.oom.group`, which Kubernetes sets from 1.28 on with cgroup v2). The child then
    //! ends too. If a child cannot be started, the task runs in this process. The processes of isolated attempts
    //! already have a parent and do not get another.
    //!
    //! The exit code is also 0 after a failure, which is reported in `error.pb`. It is 1 if `FLYTE_FAIL_ON_ERROR` is
    //! set, and if not even `error.pb` can be written.
    //!
    //! # What is different for Flyte 2
    //!
    //! * The origin of a recoverable error is unknown instead of the system. Flyte 2 does not count attempts that fail
    //!   because of the system, and would restart them without end.
    //! * The exit code is always 0. Flyte 2 treats any other code as a fault of the machine, and restarts the attempt
    //!   in the same way; an attempt that writes nothing has failed.
    //! * An existing `error.pb` is removed at the start: a restarted attempt writes to the same directory, and the
    //!   error would hide its outputs.
    //! * A task that ends with [`IgnoreOutputs`](crate::error::IgnoreOutputs) writes empty outputs.
    //! * `task NAME` also names workflows and launch plans. With the feature `cluster`, their tasks, and those of
    //!   dynamic and eager tasks, are enqueued as children of the action.

    pub use flyte_cluster::execute::{Arguments, ArgumentsError, Dialect, Executed, execute};
}

pub mod literal {
    //! Literals as messages, for messages that contain them; their bytes are those of [`wire`](crate::compat::wire).

    pub use flyte_cluster::literal::{none, to_proto, union_of};
}

pub mod literal_type {
    //! Types of literals as protobuf.

    pub use flyte_cluster::literal_type::type_to_proto;
}

pub mod offload {
    //! Offloaded literals: a large literal is stored in a file, and only the file's address is passed on.
    //!
    //! A backend that supports them sets `_F_L_MIN_SIZE_MB`; readers of literals must handle them at any depth.

    pub use flyte_cluster::offload::{Loader, OffloadError, OffloadPolicy, load, offload};
}

pub mod package {
    //! Serialised entities as files, which `flytectl register files` reads.

    pub use flyte_cluster::package::{write_files, write_package};
}

pub mod serialize {
    //! Serialises tasks, workflows and launch plans to the messages that a cluster registers.
    //!
    //! Equal programs and settings give equal messages, byte by byte. They equal flytekit's messages for the same tasks
    //! and workflows written in Python, if Flyte accepts those. Corresponds to `flytekit.tools.translator`.
    //!
    //! Entities that a Flyte 1 cluster would refuse are not written: each function here first runs
    //! [`cluster::Check`](crate::cluster::Check), and [`SerializeError::Refused`] lists its findings.
    //!
    //! # What differs from flytekit
    //!
    //! * A task's type is `container`, its arguments run this program, and its runtime is called `rust`. The runtime's
    //!   version begins with the flytekit release whose protocol it implements.
    //! * Long descriptions are Markdown, like documentation in Rust, and contain a link to the source if the settings
    //!   do.
    //! * The nodes before a node are in the order in which its inputs and then `>>` refer to them. In flytekit they are
    //!   ordered by memory address.
    //! * A cache's salt is part of its version: `1-salt`. flytekit ignores it if there is a version.
    //! * An override that Flyte's messages cannot express is a [`SerializeError`]. flytekit ignores it.
    //! * A case of a branch with several calls is a nested workflow. flytekit keeps only the last call.
    //! * Constructs that Flyte 1's compiler refuses are [lowered](crate::cluster#what-is-made-of-a-graph) first: cases
    //!   without a call, conditions on parts, enums and optional values, maps over launch plans, and more. flytekit
    //!   writes them, and the cluster refuses them.
    //! * An eager task is a task. flytekit also registers a workflow around it, whose failure handler ends the
    //!   executions that it started.
    //!
    //! Two options of tasks are not part of a message, because only the container needs them: `retry_on` and
    //! `deck_fields`. Flyte 1 cannot express two others, `backoff` and `deadline`: its attempts follow immediately, and
    //! each has the `timeout`. Flyte 2 can; see [`Serializer::flyte2_metadata`].
    //!
    //! [`Serializer::flyte2_task`] and [`Serializer::flyte2_registry`] write tasks for Flyte 2, which has neither
    //! workflows nor launch plans: those are tasks whose program has the cluster run the others.
    //!
    //! ```
    //! use flyte_runtime::{
    //!     compat::settings::SerializationSettings, prelude::*, remote::serialize::Serializer,
    //! };
    //!
    //! #[task(retries = 3)]
    //! fn square(x: i64) -> i64 {
    //!     x * x
    //! }
    //!
    //! #[workflow]
    //! fn fourth_power(x: i64) -> i64 {
    //!     square(square(x))
    //! }
    //!
    //! let settings = SerializationSettings::for_image("ghcr.io/acme/powers:v1", "v1")?;
    //! let serializer = Serializer::new(&settings);
    //! let workflow = serializer.workflow(fourth_power::descriptor())?;
    //! let nodes = workflow.template.unwrap().nodes;
    //! assert_eq!(nodes[1].upstream_node_ids, ["n0"]);
    //! # Ok::<(), Box<dyn std::error::Error>>(())
    //! ```

    pub use flyte_cluster::serialize::{
        Checked, EntityMessage, SerializeError, SerializedEntity, Serializer, file_names,
    };
}
