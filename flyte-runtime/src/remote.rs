//! What a Flyte cluster is told: entities, graphs and values as messages of `flyte_idl`.
//!
//! Part of the feature `remote`.

pub mod distribution {
    //! The packed code of a fast registration: fetched and unpacked in a container before a task starts.

    pub use flyte_cluster::distribution::{DistributionError, unpack};
}

pub mod execute {
    //! The container entry point: one attempt of one task, for a cluster.
    //!
    //! A cluster starts the program with `flyte-execute` and what [`Arguments`] holds, and reads afterwards what is in
    //! the directory of the outputs. That is exactly one of
    //!
    //! * `outputs.pb`, the outputs as `flyteidl.core.LiteralMap`, when the task has given them;
    //! * `futures.pb`, a `flyteidl.core.DynamicJobSpec`, when the task is a dynamic one: the graph that it has built,
    //!   which the cluster runs. What the graph is serialised with is in the variable `_F_SS_C`, where registering a
    //!   dynamic task puts it; without it, and on Flyte 2, which runs no graphs, the graph runs in this container and
    //!   `outputs.pb` is written;
    //! * `error.pb`, a `flyteidl.core.ErrorDocument`, when not, for whatever reason: an error or a panic of the task,
    //!   an input of the wrong type, a file that cannot be read or written, `SIGTERM`.
    //!
    //! Beside it are `deck.html` when the task has `enable_deck`, and outputs that are too large for `outputs.pb`.
    //!
    //! Graphs for a cluster have tasks that nobody has declared, see [`cluster`](crate::cluster). Behind `--` their
    //! containers have `built-in` and what to do, in the place of `task` and a name.
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
    //! `retry_on = recoverable`: `retries` then means the same here as on this machine, and as in Flyte 2. And a value
    //! of a wrong type is the user's error, where flytekit blames the system.
    //!
    //! Flyte 1 ends attempts of nodes by itself, whose `timeout` may be another than that of their task. A task that
    //! was started alone has no node, so its `timeout` is kept here. A `deadline` has no place in Flyte 1's messages:
    //! an attempt that alone takes longer than that is over here, but what earlier attempts have taken is not known.
    //!
    //! A message longer than 48 KiB is cut there, at a letter: Flyte 1 cuts a longer one at a byte, and loses the error
    //! if a letter is there.
    //!
    //! # A parent for the task
    //!
    //! On Unix, in a program whose `main` returns [`flyte_runtime::main()`](crate::main()) or that has a
    //! [`Cli::supervised`](crate::cli::Cli::supervised), the task runs in a child: this program again, with the same
    //! arguments. The process that the cluster has started writes `error.pb` when the child ends without having done
    //! so, passes SIGTERM on, reaps what the task leaves behind where it is the first process of the container, and
    //! kills what still runs when the child has ended. A cluster tries an attempt without `error.pb` several times
    //! more, whatever `retries` says. It still does so when this process itself is killed, as by the out-of-memory
    //! killer where that ends all of a container (`memory.oom.group`, which Kubernetes sets from 1.28 on with cgroup
    //! v2). The child ends then, too. If no child can be started, the task runs in the process that is there. The
    //! processes of isolated attempts have a parent already, and no other.
    //!
    //! The exit code is 0 also after a failure, which `error.pb` tells. It is 1 when `FLYTE_FAIL_ON_ERROR` is set, and
    //! when not even `error.pb` can be written.
    //!
    //! # What is different for Flyte 2
    //!
    //! * The origin of a recoverable error is unknown instead of the system. Flyte 2 does not count attempts that the
    //!   system is to blame for, and would start them for ever.
    //! * The exit code is always 0. Flyte 2 takes any other for a fault of the machine, with the same result; an
    //!   attempt that writes nothing has failed.
    //! * An `error.pb` that is there at the start is removed: an attempt that is started again writes to the same
    //!   place, and the error would hide its outputs.
    //! * A task that ends with [`IgnoreOutputs`](crate::error::IgnoreOutputs) writes empty outputs.

    pub use flyte_cluster::execute::{Arguments, ArgumentsError, Dialect, Executed, execute};
}

pub mod literal {
    //! Literals as messages, for the messages that they are parts of; their bytes are those of
    //! [`wire`](crate::compat::wire).

    pub use flyte_cluster::literal::{none, to_proto, union_of};
}

pub mod literal_type {
    //! Types of literals as protobuf.

    pub use flyte_cluster::literal_type::type_to_proto;
}

pub mod offload {
    //! Literals too large to travel: each lies in a file of its own, and the place of the file travels.
    //!
    //! A backend that knows of it asks for it with `_F_L_MIN_SIZE_MB`; whoever reads literals has to be ready for them
    //! at any depth.

    pub use flyte_cluster::offload::{Loader, OffloadError, OffloadPolicy, load, offload};
}

pub mod package {
    //! Serialised entities as files: what `flytectl register files` reads.

    pub use flyte_cluster::package::{write_files, write_package};
}

pub mod serialize {
    //! Tasks, workflows and launch plans as the messages that a cluster registers.
    //!
    //! Equal programs and settings give equal messages, byte by byte. They are those that flytekit makes of the same
    //! tasks and workflows written in Python, where Flyte takes these. Corresponds to `flytekit.tools.translator`.
    //!
    //! What a Flyte 1 cluster would refuse is not written: each function here asks
    //! [`cluster::Check`](crate::cluster::Check) first, and [`SerializeError::Refused`] lists what it has found.
    //!
    //! # What differs from flytekit
    //!
    //! * A task's type is `container`, its arguments run this program, and its runtime is called `rust`. The runtime's
    //!   version begins with the release of flytekit whose protocol it speaks.
    //! * Long descriptions are Markdown, which documentation in Rust is, and say where the source is if the settings
    //!   do.
    //! * The nodes before a node are in the order in which its inputs and then `>>` name them. flytekit's order is that
    //!   of addresses in memory.
    //! * A cache's salt is part of its version: `1-salt`. flytekit passes it over when there is a version.
    //! * An override that Flyte's messages have no place for is a [`SerializeError`]. flytekit passes it over.
    //! * A case of a branch that is several calls is a workflow inside. flytekit keeps the last call.
    //! * What Flyte 1's compiler does not take is [lowered](crate::cluster#what-is-made-of-a-graph) first: cases
    //!   without a call, conditions on parts, enums and optional values, maps over launch plans, and more. flytekit
    //!   writes it, and the cluster refuses it.
    //! * An eager task is a task. flytekit registers a workflow around it, too, whose failure handler ends what it
    //!   started.
    //!
    //! Two options of tasks are no part of a message, because the container alone needs them: `retry_on` and
    //! `deck_fields`. Flyte 1 has no place for two others, `backoff` and `deadline`: its attempts follow at once, and
    //! each has the `timeout`. Flyte 2 has; see [`Serializer::flyte2_metadata`].
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
