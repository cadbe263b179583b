//! Tasks, workflows and launch plans as the messages that a cluster registers.

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
mod metadata;
mod names;
mod node;
mod overrides;
mod registry;
mod resources;
mod task;
mod workflow;

pub use entity::{EntityMessage, SerializedEntity, file_names};
pub use error::SerializeError;
pub use registry::{Checked, too_large_of};

use std::sync::Arc;

use flyte_idl::{flyteidl::core, prost_types};

use flyte_check::{
    check::{Check, Finding, RefusedBy},
    lower::lower,
};
use flyte_config::{identifier::ResourceType, settings::SerializationSettings};
use flyte_core::{graph::Graph, no_other_variant};

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

    /// What is known of the cluster: its limit of nodes, and warnings that are known. What a cluster refuses is not
    /// written, whatever is said here.
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
            _ => no_other_variant!(ResourceType),
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
