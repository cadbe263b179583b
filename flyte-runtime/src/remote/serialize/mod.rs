//! Tasks, workflows and launch plans as the messages that a cluster registers.
//!
//! Equal programs and settings give equal messages, byte by byte. They are those that flytekit makes of the same tasks
//! and workflows written in Python, where Flyte takes these. Corresponds to `flytekit.tools.translator`.
//!
//! What a Flyte 1 cluster would refuse is not written: each function here asks [`check`](crate::cluster::check) first, and
//! [`SerializeError::Refused`] lists what it has found.
//!
//! # What differs from flytekit
//!
//! * A task's type is `container`, its arguments run this program, and its runtime is called `rust`. The runtime's
//!   version begins with the release of flytekit whose protocol it speaks.
//! * Long descriptions are Markdown, which documentation in Rust is, and say where the source is if the settings do.
//! * The nodes before a node are in the order in which its inputs and then `>>` name them. flytekit's order is that of
//!   addresses in memory.
//! * A cache's salt is part of its version: `1-salt`. flytekit passes it over when there is a version.
//! * An override that Flyte's messages have no place for is a [`SerializeError`]. flytekit passes it over.
//! * A case of a branch that is several calls is a workflow inside. flytekit keeps the last call.
//! * What Flyte 1's compiler does not take is [lowered](mod@crate::cluster::lower) first: cases without a call, conditions on parts, enums and
//!   optional values, maps over launch plans, and more. flytekit writes it, and the cluster refuses it.
//! * An eager task is a task. flytekit registers a workflow around it, too, whose failure handler ends what it started.
//!
//! Two options of tasks are no part of a message, because the container alone needs them: `retry_on` and `deck_fields`. Flyte 1 has no
//! place for two others, `backoff` and `deadline`: its attempts follow at once, and each has the `timeout`. Flyte 2 has;
//! see [`Serializer::flyte2_metadata`].
//!
//! ```
//! use flyte_runtime::{prelude::*, remote::serialize::Serializer, settings::SerializationSettings};
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

mod binding;
mod branch;
mod container;
mod documentation;
mod dynamic_job;
mod entity;
mod error;
mod flyte2;
mod gate;
mod interface;
mod launch_plan;
mod map;
mod names;
mod node;
mod overrides;
mod registry;
mod task;
mod workflow;

pub use entity::{EntityMessage, SerializedEntity, file_names};
pub use error::SerializeError;
pub use registry::Checked;
#[cfg(feature = "cli")]
pub(crate) use registry::too_large_of;

use std::sync::Arc;

use flyte_idl::{flyteidl::core, prost_types};

use crate::{
    cluster::{
        check::{Check, Finding, RefusedBy},
        lower::lower,
    },
    graph::Graph,
    identifier::ResourceType,
    settings::SerializationSettings,
};

/// Makes messages of entities, for one project, domain, version and set of images.
#[derive(Clone, Debug)]
pub struct Serializer<'s> {
    settings: &'s SerializationSettings,
    program: String,
    as_written: bool,
    /// What is asked before anything is written; nothing in tests that want what a cluster refuses.
    check: Option<Check>,
}

impl<'s> Serializer<'s> {
    /// Serialises with these settings. Containers run the program under the name of the one that serialises, which
    /// [`program`](Self::program) changes.
    ///
    /// An unset project, domain or version is left empty, for whoever registers to fill in.
    pub fn new(settings: &'s SerializationSettings) -> Self {
        let own = std::env::current_exe().ok();
        let name = own.as_deref().and_then(std::path::Path::file_name);
        Self {
            settings,
            program: name.map_or_else(
                || "flyte".to_owned(),
                |name| name.to_string_lossy().into_owned(),
            ),
            as_written: false,
            check: Some(Check::new()),
        }
    }

    /// The program that containers run: a path in the image, or a name that is found there.
    #[must_use]
    pub fn program(mut self, program: impl Into<String>) -> Self {
        self.program = program.into();
        self
    }

    /// What is known of the cluster: its limit of nodes, and warnings that are known. What a cluster refuses is not written, whatever
    /// is said here.
    #[must_use]
    pub fn check(mut self, check: &Check) -> Self {
        self.check = Some(check.clone());
        self
    }

    /// Writes graphs as they are, also what Flyte 1 refuses: for tests that compare the two.
    #[doc(hidden)]
    #[must_use]
    pub fn as_written(mut self) -> Self {
        self.as_written = true;
        self.unchecked()
    }

    /// Writes also what Flyte 1 refuses: for tests that ask it.
    #[doc(hidden)]
    #[must_use]
    pub fn unchecked(mut self) -> Self {
        self.check = None;
        self
    }

    /// Asks the rules once, and gives a serializer that does not ask again, with the warnings.
    fn checked(
        &self,
        ask: impl FnOnce(&Check) -> Result<Vec<Finding>, SerializeError>,
    ) -> Result<(Self, Vec<Finding>), SerializeError> {
        let findings = self.check.as_ref().map(ask).transpose()?;
        let (errors, warnings): (Vec<_>, Vec<_>) =
            findings.into_iter().flatten().partition(Finding::is_error);
        if errors.is_empty() {
            return Ok((self.clone().unchecked(), warnings));
        }
        Err(SerializeError::Refused {
            findings: [errors, warnings].concat(),
        })
    }

    /// What Flyte 1 is told of a graph.
    fn lowered(&self, graph: &Arc<Graph>) -> Arc<Graph> {
        match self.as_written {
            true => Arc::clone(graph),
            false => Arc::clone(lower(graph).graph()),
        }
    }

    /// The same for one entity. What has no place in a message is an error of its own there, told where it is written.
    fn checked_alone(
        &self,
        ask: impl FnOnce(&Check) -> Result<Vec<Finding>, SerializeError>,
    ) -> Result<Self, SerializeError> {
        let (own, _) = self.checked(|check| {
            let mut findings = ask(check)?;
            findings.retain(|finding| finding.rule.refused_by() != Some(RefusedBy::Here));
            Ok(findings)
        })?;
        Ok(own)
    }

    fn identifier(&self, resource_type: ResourceType, name: &str) -> core::Identifier {
        let text = |part: &Option<String>| part.clone().unwrap_or_default();
        let resource_type = match resource_type {
            ResourceType::Task => core::ResourceType::Task,
            ResourceType::Workflow => core::ResourceType::Workflow,
            ResourceType::LaunchPlan => core::ResourceType::LaunchPlan,
        };
        core::Identifier {
            resource_type: resource_type.into(),
            project: text(&self.settings.project),
            domain: text(&self.settings.domain),
            name: name.to_owned(),
            version: text(&self.settings.version),
            org: String::new(),
        }
    }
}

/// A duration as protobuf writes it; nothing for none, as flytekit leaves it out.
fn duration(duration: Option<std::time::Duration>) -> Option<prost_types::Duration> {
    let duration = duration.filter(|duration| !duration.is_zero())?;
    // Protobuf's longest duration is shorter than Rust's, and 292 billion years are as good as forever.
    Some(duration.try_into().unwrap_or(prost_types::Duration {
        seconds: i64::MAX,
        nanos: 0,
    }))
}
