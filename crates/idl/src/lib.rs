//! Flyte's protobuf messages and gRPC services as Rust types, for Flyte 1 ([`flyteidl`]) and Flyte 2 ([`flyteidl2`]).
//!
//! Module paths are protobuf package names. The two sets share the wire form of a task's inputs and outputs: the bytes
//! of a [`flyteidl::core::Literal`] are the bytes of a [`flyteidl2::core::Literal`]. Maps are ordered, so equal
//! messages have equal bytes.
//!
//! ```
//! use flyte_idl::{flyteidl::core, prost::Message};
//!
//! let integer = core::Primitive { value: Some(core::primitive::Value::Integer(3)) };
//! assert_eq!(integer.encode_to_vec(), [0x08, 0x03]);
//! ```
//!
//! The types are generated from the descriptor sets in `descriptors/`; the README there describes how. A build needs
//! neither protoc nor Python. Messages alone need only prost. The feature `client` adds clients of the services, and
//! `server` adds the traits to implement them.

#[cfg(feature = "client")]
pub mod client;

pub use prost;
pub use prost_types;
#[cfg(any(feature = "client", feature = "server"))]
pub use tonic;

/// Declares the module of one protobuf package.
macro_rules! package {
    ($(#[$doc:meta])* $name:ident, $file:literal) => {
        $(#[$doc])*
        #[allow(
            missing_docs,
            unused_qualifications,
            clippy::all,
            clippy::allow_attributes_without_reason,
            reason = "generated: descriptors carry no comments, and the generator names everything by its full path"
        )]
        pub mod $name {
            include!(concat!("generated/", $file, ".rs"));
        }
    };
}

/// Flyte 1.
pub mod flyteidl {
    package! {
        /// The data that flyteadmin stores and returns: specifications and closures of tasks, workflows, launch plans
        /// and executions, and the requests that make and list them.
        admin, "flyteidl.admin"
    }
    package! {
        /// The language of workflows: identifiers, types, literals, task templates, nodes and compiled workflows, and
        /// the documents that task containers write.
        core, "flyteidl.core"
    }
    package! {
        /// Events of executions, as part of what flyteadmin answers.
        event, "flyteidl.event"
    }
    package! {
        /// The services: administration, data proxy, signals and authentication.
        service, "flyteidl.service"
    }
}

/// Flyte 2: what a client and a parent action need.
pub mod flyteidl2 {
    package! {
        /// The service with which a parent action starts and watches its children.
        actions, "flyteidl2.actions"
    }
    package! {
        /// Apps, as part of what the data proxy answers.
        app, "flyteidl2.app"
    }
    package! {
        /// OAuth2 metadata and identities.
        auth, "flyteidl2.auth"
    }
    package! {
        /// Which cluster serves an operation.
        cluster, "flyteidl2.cluster"
    }
    package! {
        /// Identifiers, phases and list requests that the other packages share.
        common, "flyteidl2.common"
    }
    package! {
        /// Types, literals and task templates; on the wire a superset of [`flyteidl::core`](crate::flyteidl::core)
        /// without its workflows.
        core, "flyteidl2.core"
    }
    package! {
        /// Upload and download of inputs, code and outputs.
        dataproxy, "flyteidl2.dataproxy"
    }
    /// Logs.
    pub mod logs {
        package! {
            /// Lines of logs and where they come from.
            dataplane, "flyteidl2.logs.dataplane"
        }
    }
    package! {
        /// Notifications about the end of a run.
        notification, "flyteidl2.notification"
    }
    package! {
        /// Projects and their domains.
        project, "flyteidl2.project"
    }
    package! {
        /// Secrets kept by the server.
        secret, "flyteidl2.secret"
    }
    package! {
        /// Tasks, their specifications, inputs and outputs.
        task, "flyteidl2.task"
    }
    package! {
        /// Schedules and other starters of runs.
        trigger, "flyteidl2.trigger"
    }
    package! {
        /// Runs and their actions.
        workflow, "flyteidl2.workflow"
    }
}

/// Messages of Google's that Flyte's refer to.
pub mod google {
    package! {
        /// The status of a remote call.
        rpc, "google.rpc"
    }
}
