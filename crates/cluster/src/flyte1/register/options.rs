//! What to register and how, and what a registration has done.

use std::sync::Arc;

use crate::bundle::Bundle;
use flyte_check::check::{Check, Finding};
use flyte_config::settings::{EnvVars, ImageConfig};
use flyte_core::graph::entity::EntityDescriptor;

/// What to register, and how.
///
/// ```
/// use flyte_runtime::{cluster::RegisterOptions, compat::settings::ImageConfig};
///
/// let images = ImageConfig::validate_image("--image", &["registry.example.com/hello:v1"])?;
/// let options = RegisterOptions::new(images).activate(true);
/// # Ok::<(), flyte_runtime::compat::settings::ImageError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct RegisterOptions {
    pub(super) images: ImageConfig,
    pub(super) env: EnvVars,
    pub(super) version: Option<String>,
    pub(super) program: Option<String>,
    pub(super) bundle: Option<Arc<Bundle>>,
    /// Where the bundle is, which the cluster says.
    pub(super) location: Option<String>,
    pub(super) check: Check,
    pub(super) only: Vec<&'static EntityDescriptor>,
    pub(super) activate: bool,
    pub(super) dry_run: bool,
}

impl RegisterOptions {
    /// Registers everything in a program, which runs in these images, as a version that is made of the content.
    pub fn new(images: ImageConfig) -> Self {
        Self {
            images,
            env: EnvVars::new(),
            version: None,
            program: None,
            bundle: None,
            location: None,
            check: Check::new(),
            only: Vec::new(),
            activate: false,
            dry_run: false,
        }
    }

    /// As this version.
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = Some(version.into());
        self
    }

    /// The program in the image; without this it has the name that it has here.
    pub fn program(mut self, program: impl Into<String>) -> Self {
        self.program = Some(program.into());
        self
    }

    /// With a program that is not in the images, which are those of launchers then. It is sent, unless it is there.
    #[doc(hidden)]
    pub fn bundle(mut self, bundle: Bundle) -> Self {
        self.bundle = Some(Arc::new(bundle));
        self
    }

    /// Variables for every container.
    pub fn env(mut self, env: EnvVars) -> Self {
        self.env = env;
        self
    }

    /// What is known of the cluster and of the warnings.
    pub fn check(mut self, check: Check) -> Self {
        self.check = check;
        self
    }

    /// An entity with what it uses, and no others; can be repeated. What dynamic and eager tasks call is known when
    /// they run, so that with one of these everything is registered.
    pub fn only(mut self, entity: &'static EntityDescriptor) -> Self {
        self.only.push(entity);
        self
    }

    /// Activates every launch plan; without this those that are declared with `auto_activate`.
    pub fn activate(mut self, activate: bool) -> Self {
        self.activate = activate;
        self
    }

    /// Sends nothing, and says what would be sent.
    pub fn dry_run(mut self, dry_run: bool) -> Self {
        self.dry_run = dry_run;
        self
    }
}

/// What has become of an entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It was sent, and is registered; in a dry run it would be.
    Registered,
    /// It was there already.
    Present,
}

/// An entity of a registration.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RegisteredEntity {
    /// `task`, `workflow` or `launch_plan`.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// What has become of it.
    pub outcome: Outcome,
}

/// A step of a registration, told while it goes on.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RegistrationStep<'a> {
    /// What is done.
    pub entity: &'a RegisteredEntity,
    /// How many are done, this one among them.
    pub done: usize,
    /// How many there are.
    pub all: usize,
}

/// What a registration has done.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Registration {
    /// The version of everything.
    pub version: String,
    /// All entities, in the order in which they need each other.
    pub entities: Vec<RegisteredEntity>,
    /// How many bytes were sent for them, and for a bundle with the program.
    pub bytes: usize,
    /// The launch plans that have become active.
    pub activated: Vec<String>,
    /// What a cluster does otherwise than a run on this machine.
    pub warnings: Vec<Finding>,
}

impl Registration {
    /// How many entities were sent.
    pub fn sent(&self) -> usize {
        let sent = self.entities.iter();
        sent.filter(|entity| entity.outcome == Outcome::Registered)
            .count()
    }
}
