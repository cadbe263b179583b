//! Task specifications of Flyte 2.

use flyte_idl::{
    flyteidl2::{
        core::{self, parameter::Behavior, task_template::Target},
        task,
    },
    prost::Message,
};
use sha2::{Digest as _, Sha256};

use super::super::{interface::variable, launch_plan::parameter, names::Names, workflow::targets};
use super::{SerializeError, Serializer};
use flyte_check::check::Check;
use flyte_config::identifier::ResourceType;
use flyte_core::{
    graph::{
        Graph, NodeTarget, Variable,
        entity::{EntityDescriptor, EntityKind, ExecutionBehavior},
        gate::{Gate, GateCondition},
    },
    no_other_variant,
    options::{Process, TaskOptions},
    registry::Registry,
    text::start_of,
};

/// The release of Flyte 2's SDK whose protocol this implements; servers read it, and before 2.3.6 tell no start time.
const RUNTIME_VERSION: &str = concat!("2.12.1+rust-", env!("CARGO_PKG_VERSION"));

/// The type of tasks that run in a container.
const TASK_TYPE: &str = "container";

/// How often a parent is started again. Children are found again, so this repeats nothing; a failed child is final.
const PARENT_RETRIES: u32 = 3;

/// The limits of names, versions and descriptions in bytes, which some servers check, and others accept more than.
const MOST_NAME: usize = 255;
const MOST_LABEL: usize = 63;
const MOST_SHORT_DESCRIPTION: usize = 255;
const MOST_LONG_DESCRIPTION: usize = 2048;

impl Serializer<'_> {
    /// A task for Flyte 2. There, a workflow or a launch plan is a task, too: the program in its container runs the
    /// graph, and has the cluster run the tasks in it.
    ///
    /// ```
    /// use flyte_runtime::{
    ///     compat::settings::SerializationSettings, prelude::*, remote::serialize::Serializer,
    /// };
    ///
    /// #[task]
    /// fn square(x: i64) -> i64 {
    ///     x * x
    /// }
    ///
    /// #[workflow]
    /// fn fourth_power(x: i64) -> i64 {
    ///     square(square(x))
    /// }
    ///
    /// let settings = SerializationSettings::for_image("registry.example.com/powers:v1", "v1")?;
    /// let spec = Serializer::new(&settings).flyte2_task(fourth_power::descriptor())?;
    /// assert_eq!(spec.short_name, "fourth_power");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`SerializeError`] if it cannot be compiled, its image is not configured, or Flyte 2 cannot express it.
    pub fn flyte2_task(
        &self,
        entity: &'static EntityDescriptor,
    ) -> Result<task::TaskSpec, SerializeError> {
        check(entity)?;
        let id = self.identifier(ResourceType::Task, entity.name());
        limit(entity, "name", entity.name(), MOST_NAME)?;
        limit(entity, "version", &id.version, MOST_LABEL)?;
        limit(entity, "project", &id.project, MOST_LABEL)?;
        limit(entity, "domain", &id.domain, MOST_LABEL)?;
        let options = entity.task_options().unwrap_or(TaskOptions::NONE);
        let name = entity.name();
        let environment = name.rsplit_once('.').map_or(name, |(module, _)| module);
        let defaults = entity.inputs().iter().filter_map(|input| {
            let parameter = input.missing().map(|_| parameter(entity, input))?;
            Some(parameter.map(|parameter| task::NamedParameter {
                name: input.name.to_owned(),
                parameter: Some(same(&parameter)),
            }))
        });
        let mut default_inputs = defaults.collect::<Result<Vec<_>, _>>()?;
        // What is required is not a default.
        default_inputs.retain(|input| {
            let behavior = input.parameter.as_ref().and_then(|p| p.behavior.as_ref());
            matches!(behavior, Some(Behavior::Default(_)))
        });
        Ok(task::TaskSpec {
            task_template: Some(self.flyte2_template(entity, options)?),
            default_inputs,
            short_name: start_of(entity.short_name(), MOST_LABEL).to_owned(),
            environment: Some(task::Environment {
                name: start_of(environment, MOST_LABEL).to_owned(),
                description: String::new(),
            }),
            documentation: self.flyte2_documentation(entity, options),
        })
    }

    /// All tasks, workflows and launch plans of a program, and what they use, as tasks for Flyte 2.
    ///
    /// # Errors
    ///
    /// As [`flyte2_task`](Self::flyte2_task), and for two entities with the same name.
    pub fn flyte2_registry(
        &self,
        registry: &Registry,
    ) -> Result<Vec<task::TaskSpec>, SerializeError> {
        if let Some(duplicate) = registry.duplicates().next() {
            return Err(duplicate.clone().into());
        }
        Check::new().as_written().compiled(registry)?;
        self.flyte2_entities(registry.entities())
    }

    /// These entities and what they use, as tasks for Flyte 2.
    ///
    /// # Errors
    ///
    /// As [`flyte2_registry`](Self::flyte2_registry).
    pub fn flyte2_entities(
        &self,
        entities: impl IntoIterator<Item = &'static EntityDescriptor>,
    ) -> Result<Vec<task::TaskSpec>, SerializeError> {
        let (mut names, mut all) = (Names::default(), Vec::new());
        let mut next: Vec<_> = entities.into_iter().collect();
        next.reverse();
        while let Some(entity) = next.pop() {
            let is_registered = entity.reference().is_some() || entity.kind() == EntityKind::Gate;
            if is_registered || !names.take(entity.name(), entity.into(), entity.location())? {
                continue;
            }
            all.push(self.flyte2_task(entity)?);
            if entity.kind() != EntityKind::Task {
                used(&*entity.graph()?, &mut next);
            }
        }
        Ok(all)
    }

    fn flyte2_template(
        &self,
        entity: &'static EntityDescriptor,
        options: &TaskOptions,
    ) -> Result<core::TaskTemplate, SerializeError> {
        let is_task = entity.kind() == EntityKind::Task;
        let mut template = match is_task {
            true => same(&self.task_template(entity, options)?),
            false => core::TaskTemplate {
                id: Some(same(&self.identifier(ResourceType::Task, entity.name()))),
                ..core::TaskTemplate::default()
            },
        };
        let is_echo = matches!(options.process, Some(Process::Echo));
        if !is_task || is_echo {
            template.r#type = TASK_TYPE.to_owned();
        }
        let has_container = options.plugin.is_none_or(|plugin| plugin.has_container);
        if has_container {
            let process = match options.process {
                Some(Process::Container(process)) => Some(process),
                _ => None,
            };
            let args = self.flyte2_args(entity);
            let serialises = is_parent(entity);
            let container = self.container_with(entity, options, process, args, serialises)?;
            template.target = Some(Target::Container(same(&container)));
        }
        let mut metadata = self.metadata_of(entity, options);
        if !is_task {
            metadata.retries.get_or_insert_default().retries = PARENT_RETRIES;
        }
        if let Some(runtime) = &mut metadata.runtime {
            runtime.version = RUNTIME_VERSION.to_owned();
        }
        if metadata.discovery_version.is_empty() {
            metadata.discovery_version = self.code_version(entity);
        }
        template.metadata = Some(metadata);
        let interface = entity.interface();
        template.interface = Some(core::TypedInterface {
            inputs: Some(variables(&interface.inputs)),
            outputs: Some(variables(&interface.outputs)),
        });
        Ok(template)
    }

    /// Stands for the code of a task that is not cached: the version that it is registered as.
    fn code_version(&self, entity: &EntityDescriptor) -> String {
        let version = self.settings.version.as_deref().unwrap_or_default();
        let digest = Sha256::digest(format!("{}\n{version}", entity.name()));
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn flyte2_args(&self, entity: &EntityDescriptor) -> Vec<String> {
        let mut args = self.unpacked_first();
        let own = [
            self.program.as_str(),
            "flyte-execute",
            "--inputs",
            "{{.input}}",
            "--outputs-path",
            "{{.outputPrefix}}",
            "--raw-data-path",
            "{{.rawOutputDataPrefix}}",
            "--checkpoint-path",
            "{{.checkpointOutputPrefix}}",
            "--prev-checkpoint",
            "{{.prevCheckpointPrefix}}",
            "--run-name",
            "{{.runName}}",
            "--name",
            "{{.actionName}}",
            "--run-start-time",
            "{{.runStartTime}}",
        ];
        args.extend(own.map(str::to_owned));
        if let Some(version) = &self.settings.version {
            args.extend(["--version".to_owned(), version.clone()]);
        }
        args.extend(["--", "task", entity.name()].map(str::to_owned));
        args
    }

    fn flyte2_documentation(
        &self,
        entity: &EntityDescriptor,
        options: &TaskOptions,
    ) -> Option<task::DocumentationEntity> {
        use flyte_idl::flyteidl::admin::description::Content;

        let docs = match (entity.workflow_options(), entity.launch_plan_options()) {
            (Some(options), _) => options.docs,
            (None, Some(options)) => options.docs,
            (None, None) => options.docs,
        };
        let description = self.description(entity, docs)?;
        let long = description.long_description.and_then(|long| long.content);
        let long = match long {
            Some(Content::Value(text)) => text,
            _ => String::new(),
        };
        let link = description.source_code.map(|source| source.link);
        let documentation = task::DocumentationEntity {
            short_description: start_of(&description.short_description, MOST_SHORT_DESCRIPTION)
                .to_owned(),
            long_description: start_of(&long, MOST_LONG_DESCRIPTION).to_owned(),
            source_code: link.map(|link| task::SourceCode { link }),
        };
        (documentation != task::DocumentationEntity::default()).then_some(documentation)
    }
}

/// The file names of tasks, in their order.
pub fn file_names(tasks: &[task::TaskSpec]) -> Vec<String> {
    let width = tasks.len().saturating_sub(1).checked_ilog10();
    let width = width.map_or(1, |digits| digits as usize + 1);
    let name = |spec: &task::TaskSpec| {
        let id = spec.task_template.as_ref()?.id.as_ref()?;
        Some(id.name.clone())
    };
    let tasks = tasks.iter().enumerate();
    let names = tasks
        .map(|(index, spec)| format!("{index:0width$}_{}_1.pb", name(spec).unwrap_or_default()));
    names.collect()
}

/// Whether the program in the container of an entity has the cluster run others.
fn is_parent(entity: &EntityDescriptor) -> bool {
    match entity.kind() {
        EntityKind::Task => matches!(
            entity.execution_behavior(),
            Some(ExecutionBehavior::Dynamic | ExecutionBehavior::Eager)
        ),
        _ => true,
    }
}

/// A message of Flyte 1 as that of Flyte 2, whose fields have the same numbers.
pub(super) fn same<Q: Message, A: Message + Default>(message: &Q) -> A {
    A::decode(&*message.encode_to_vec()).expect("Flyte 2's message has the fields of Flyte 1's")
}

/// In the order of the declaration, which Flyte 1's message does not keep.
fn variables(variables: &[Variable]) -> core::VariableMap {
    let entries = variables.iter().map(|own| core::VariableEntry {
        key: own.name.clone().into_owned(),
        value: Some(same(&variable(&own.name, own.info, own.description))),
    });
    core::VariableMap {
        variables: entries.collect(),
    }
}

/// What a graph runs as tasks of their own, or what has such tasks.
fn used(graph: &Graph, found: &mut Vec<&'static EntityDescriptor>) {
    for target in targets(graph) {
        match target {
            NodeTarget::Task(entity)
            | NodeTarget::Workflow(entity)
            | NodeTarget::LaunchPlan(entity) => found.push(entity),
            NodeTarget::Map(map) => found.push(map.entity()),
            NodeTarget::Inlined(graph) => used(graph, found),
            NodeTarget::Branch(_) | NodeTarget::Gate(_) => {}
            _ => no_other_variant!(NodeTarget),
        }
    }
}

fn refused(entity: &EntityDescriptor, reason: impl Into<String>) -> SerializeError {
    SerializeError::Flyte2 {
        place: format!(
            "{} `{}` ({})",
            entity.kind(),
            entity.name(),
            entity.location()
        ),
        reason: reason.into(),
    }
}

/// Refuses what the program in the container could not do.
fn check(entity: &'static EntityDescriptor) -> Result<(), SerializeError> {
    let starts_itself = entity
        .launch_plan_options()
        .is_some_and(|plan| plan.schedule.is_some() || plan.trigger.is_some());
    if starts_itself {
        let reason = "its schedule would have to be a trigger, which is not written yet; take the schedule out, and \
                      start the plan when it is time";
        return Err(refused(entity, reason));
    }
    if entity.kind() == EntityKind::Task || entity.kind() == EntityKind::Gate {
        return Ok(());
    }
    flyte_core::complete::complete(entity)?;
    check_graph(entity, &*entity.graph()?)
}

fn check_graph(around: &EntityDescriptor, graph: &Graph) -> Result<(), SerializeError> {
    for target in targets(graph) {
        match target {
            NodeTarget::Inlined(graph) => check_graph(around, graph)?,
            NodeTarget::Gate(gate) if !gate.gate().is_some_and(sleeps) => {
                let reason = format!(
                    "its gate `{}` waits for an answer, for which nobody can be asked there; take the answer as an \
                     input",
                    gate.name()
                );
                return Err(refused(around, reason));
            }
            target => {
                let entity = match target {
                    NodeTarget::Map(map) => Some(map.entity()),
                    target => target.entity(),
                };
                if let Some(entity) = entity.filter(|entity| entity.reference().is_some()) {
                    let reason = format!(
                        "`{}` is an entity of a cluster, and the program has no code of it; declare the task here",
                        entity.name()
                    );
                    return Err(refused(around, reason));
                }
            }
        }
    }
    Ok(())
}

fn sleeps(gate: &Gate) -> bool {
    matches!(gate.condition(), GateCondition::Sleep(_))
}

fn limit(
    entity: &EntityDescriptor,
    what: &str,
    text: &str,
    most: usize,
) -> Result<(), SerializeError> {
    if text.len() <= most {
        return Ok(());
    }
    let length = text.len();
    Err(refused(
        entity,
        format!("its {what} has {length} bytes, and Flyte 2 takes {most}; give it a shorter one"),
    ))
}
