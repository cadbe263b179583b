//! Serialises tasks, workflows and launch plans to the messages that a cluster registers.

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
pub use flyte2::file_names as flyte2_file_names;
#[cfg(feature = "cluster")]
pub(crate) use launch_plan::schedule;
pub use registry::{Checked, too_large_of};

use std::sync::Arc;

use flyte_idl::{flyteidl::core, prost_types};

use crate::bundle::Launcher;
use flyte_check::{
    check::{Check, Finding, RefusedBy},
    lower::lower,
};
use flyte_config::{identifier::ResourceType, settings::SerializationSettings};
#[cfg(feature = "cluster")]
use flyte_core::graph::{NodeTarget, entity::EntityDescriptor};
use flyte_core::{graph::Graph, no_other_variant};

/// The name of this program, which containers start unless they are told otherwise.
pub(crate) fn program_name() -> String {
    let own = std::env::current_exe().ok();
    let name = own.as_deref().and_then(std::path::Path::file_name);
    name.map_or_else(
        || "flyte".to_owned(),
        |name| name.to_string_lossy().into_owned(),
    )
}

/// Serialises entities for one project, domain, version and set of images.
#[derive(Clone, Debug)]
pub struct Serializer<'s> {
    settings: &'s SerializationSettings,
    program: String,
    as_written: bool,
    /// Who fetches the program, if it is not in the image.
    launcher: Option<Launcher>,
    /// The check before anything is written; `None` in tests that need constructs which a cluster refuses.
    check: Option<Check>,
}

impl<'s> Serializer<'s> {
    /// Serialises with these settings. Containers run a program with the same name as this one, unless
    /// [`program`](Self::program) sets another.
    ///
    /// A project, domain or version that is not set is left empty, to be filled in at registration.
    pub fn new(settings: &'s SerializationSettings) -> Self {
        Self {
            settings,
            program: program_name(),
            as_written: false,
            launcher: None,
            check: Some(Check::new()),
        }
    }

    /// Sets the program that containers run: a path in the image, or a name to look up there.
    #[must_use]
    pub fn program(mut self, program: impl Into<String>) -> Self {
        self.program = program.into();
        self
    }

    /// Containers run this program of the image, which fetches packed code with this digest and starts the program.
    #[doc(hidden)]
    #[must_use]
    pub fn launcher(mut self, launcher: Launcher) -> Self {
        self.launcher = Some(launcher);
        self
    }

    /// Sets the cluster's limit of nodes and the suppressed warnings. Constructs that a cluster refuses are never
    /// written, whatever this says.
    #[must_use]
    pub fn check(mut self, check: &Check) -> Self {
        self.check = Some(check.clone());
        self
    }

    /// Writes graphs without lowering, even if Flyte 1 refuses them: for tests that compare the two.
    #[doc(hidden)]
    #[must_use]
    pub fn as_written(mut self) -> Self {
        self.as_written = true;
        self.unchecked()
    }

    /// Writes even constructs that Flyte 1 refuses: for tests of Flyte 1 itself.
    #[doc(hidden)]
    #[must_use]
    pub fn unchecked(mut self) -> Self {
        self.check = None;
        self
    }

    /// Runs the check once, and returns a serializer that does not repeat it, with the warnings.
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

    /// The form of a graph for Flyte 1.
    fn lowered(&self, graph: &Arc<Graph>) -> Arc<Graph> {
        match self.as_written {
            true => Arc::clone(graph),
            false => Arc::clone(lower(graph).graph()),
        }
    }

    /// As [`checked`](Self::checked), for one entity. Constructs without a message have their own errors where they are
    /// written.
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

/// What the nodes of a graph run, those in branches, maps and cases included.
#[cfg(feature = "cluster")]
pub(crate) fn entities_in(graph: &Graph) -> Vec<&'static EntityDescriptor> {
    let mut found = Vec::new();
    let mut graphs = vec![graph];
    while let Some(graph) = graphs.pop() {
        for target in workflow::targets(graph) {
            match target {
                NodeTarget::Map(map) => found.push(map.entity()),
                NodeTarget::Inlined(graph) => graphs.push(graph),
                target => found.extend(target.entity()),
            }
        }
    }
    found
}

/// A duration as a message; `None` for no duration, which flytekit leaves out, too.
fn duration(duration: Option<std::time::Duration>) -> Option<prost_types::Duration> {
    let duration = duration.filter(|duration| !duration.is_zero())?;
    // Protobuf's maximum duration is shorter than Rust's, but 292 billion years are long enough.
    Some(duration.try_into().unwrap_or(prost_types::Duration {
        seconds: i64::MAX,
        nanos: 0,
    }))
}
