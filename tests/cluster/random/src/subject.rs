//! What the compiler and the rules are asked about: the workflow of a seed, or what a dynamic task builds for it.

use std::sync::Arc;

use anyhow::{Result, anyhow};
use flyte_idl::prost::Message as _;
use flyte_runtime::{
    Registry,
    cluster::{Check, Finding},
    graph::{EntityDescriptor, Graph},
    remote::serialize::{SerializeError, SerializedEntity, Serializer},
};

use crate::{build, generate, program::Program, vocabulary::Callee};

/// One thing to judge.
pub(crate) struct Subject {
    pub(crate) seed: u64,
    pub(crate) what: What,
}

pub(crate) enum What {
    /// The workflow of the seed, which can be run.
    Workflow(Program, &'static EntityDescriptor),
    /// What the body of a dynamic task gives.
    Job(Callee, Arc<Graph>),
}

/// How a graph is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// As it is written.
    Written,
    /// As a cluster is told of it.
    Lowered,
}

/// What is registered for a subject, or the reason that nothing is.
pub(crate) enum Messages {
    /// Entities, in order; the last workflow is the subject.
    Entities(Vec<SerializedEntity>),
    /// The job of a dynamic task, with the entities that it needs.
    Job(Vec<u8>, Vec<SerializedEntity>),
}

impl Subject {
    /// What there is to judge of a seed.
    pub(crate) fn of_seed(seed: u64) -> Result<Vec<Self>> {
        let program = generate::program(seed);
        let built = build::build(&program)
            .map_err(|error| anyhow!("seed {seed} is not built: {error}\n{program}"))?;
        let top = built.last().map(|workflow| workflow.descriptor());
        let top = top.ok_or_else(|| anyhow!("seed {seed} has no workflow"))?;
        let mut subjects = vec![Self {
            seed,
            what: What::Workflow(program, top),
        }];
        // A quarter of the seeds also has a dynamic task, whose body may have what is only refused there.
        if seed.is_multiple_of(4) {
            let callee = [Callee::grown_int, Callee::grown_text, Callee::grown_thing]
                [(seed / 4 % 3) as usize];
            let graph = build::job(seed, &generate::job(seed, callee.output()))
                .map_err(|error| anyhow!("the job of seed {seed} is not built: {error}"))?;
            subjects.push(Self {
                seed,
                what: What::Job(callee, graph),
            });
        }
        Ok(subjects)
    }

    pub(crate) fn name(&self) -> String {
        match &self.what {
            What::Workflow(..) => format!("seed {}", self.seed),
            What::Job(callee, _) => format!("seed {}, what {} builds", self.seed, callee.name()),
        }
    }

    /// What a user is told, with these rules.
    pub(crate) fn findings(
        &self,
        serializer: &Serializer<'_>,
        form: Form,
        check: &Check,
    ) -> Result<Vec<Finding>> {
        let (serializer, check) = match form {
            Form::Written => (serializer.clone().as_written(), check.clone().as_written()),
            Form::Lowered => (serializer.clone(), check.clone()),
        };
        match &self.what {
            What::Workflow(_, top) => {
                let registry = Registry::builder().with_descriptor(top).build()?;
                match serializer.check(&check).checked_registry(&registry) {
                    Ok(checked) => Ok(checked.warnings),
                    Err(SerializeError::Refused { findings }) => Ok(findings),
                    Err(error) => Err(anyhow!("{} is not serialised: {error}", self.name())),
                }
            }
            What::Job(_, graph) => Ok(check.built(graph)),
        }
    }

    /// What a cluster is told, whatever the rules say.
    pub(crate) fn messages(&self, serializer: &Serializer<'_>, form: Form) -> Result<Messages> {
        let serializer = match form {
            Form::Written => serializer.clone().as_written(),
            Form::Lowered => serializer.clone().unchecked(),
        };
        let failed = |error: SerializeError| anyhow!("{} is not serialised: {error}", self.name());
        match &self.what {
            What::Workflow(_, top) => {
                let registry = Registry::builder().with_descriptor(top).build()?;
                let mut entities = serializer.registry(&registry).map_err(failed)?;
                entities.retain(|entity| is_registered(entity, top.name()));
                Ok(Messages::Entities(entities))
            }
            What::Job(_, graph) => {
                let job = serializer.dynamic_job(graph).map_err(failed)?;
                // What it calls is registered with the entity that its graph is of.
                let registry = Registry::builder()
                    .with_descriptor(graph.entity())
                    .build()?;
                let mut entities = serializer.registry(&registry).map_err(failed)?;
                entities.retain(|entity| is_registered(entity, ""));
                Ok(Messages::Job(job.encode_to_vec(), entities))
            }
        }
    }
}

/// Generated workflows are parts of the last one, and are not registered on their own. What was made for them is, under
/// names that begin with theirs.
fn is_registered(entity: &SerializedEntity, top: &str) -> bool {
    let is_inside = |name: &str| {
        name.strip_prefix("generated.")
            .is_some_and(|name| !name.contains('.'))
    };
    entity.name() == top || !is_inside(entity.name())
}
