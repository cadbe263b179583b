//! Tasks, workflows and launch plans as the messages that a cluster registers.
//!
//! Equal programs and settings give equal messages, byte by byte. They are those that flytekit makes of the same tasks
//! and workflows written in Python, apart from what names the program that runs: the container's arguments and the
//! version of the SDK. Corresponds to `flytekit.tools.translator`.
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
mod gate;
mod interface;
mod launch_plan;
mod node;
mod overrides;
mod registry;
mod task;
mod workflow;

pub use entity::{EntityMessage, SerializedEntity, file_names};
pub use error::SerializeError;

use flyte_idl::{flyteidl::core, prost_types};

use crate::{identifier::ResourceType, settings::SerializationSettings};

/// Makes messages of entities, for one project, domain, version and set of images.
#[derive(Clone, Debug)]
pub struct Serializer<'s> {
    settings: &'s SerializationSettings,
    program: String,
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
        }
    }

    /// The program that containers run: a path in the image, or a name that is found there.
    #[must_use]
    pub fn program(mut self, program: impl Into<String>) -> Self {
        self.program = program.into();
        self
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
