//! Checks the declarations of tasks, workflows and launch plans.

use std::{iter, ptr};

use super::{
    Finding, Rule, Walk,
    bindings::read_by_compiler,
    kubernetes_names, literals,
    resources::Graphics,
    types::is_castable,
    values::{LONG, SHORTER, is_long},
};
use flyte_core::{
    graph::{
        CompileError, Constant,
        entity::{EntityDescriptor, ExecutionBehavior, LaunchPlan},
    },
    options::{Pairs, Process, TaskOptions},
    panic,
    registry::Registry,
};

/// The maximum number of labels of an execution.
const MAX_LABELS: usize = 16;

impl Walk<'_> {
    fn of_entity(
        &mut self,
        entity: &EntityDescriptor,
        rule: Rule,
        reason: impl Into<String>,
        instead: impl Into<String>,
    ) {
        let place = format!("{} `{}`", entity.kind(), entity.name());
        self.find(Finding::new(
            rule,
            place,
            entity.location(),
            reason,
            instead,
        ));
    }

    /// Checks the declaration of a task.
    pub(super) fn task(&mut self, task: &'static EntityDescriptor) {
        self.calls_while_running |= matches!(
            task.execution_behavior(),
            Some(ExecutionBehavior::Dynamic | ExecutionBehavior::Eager)
        );
        let Some(options) = task.task_options() else {
            return;
        };
        self.container(task, options);
        if let Some(graphics) = Graphics::of_task(options) {
            let (reason, instead) = (graphics.reason(), graphics.instead(false));
            self.of_entity(task, Rule::GraphicsProcessors, reason, instead);
        }
        self.pod_labels(task, options);
        if options.backoff.is_some() {
            self.of_entity(
                task,
                Rule::NoBackoff,
                "it has a `backoff`, and attempts follow one another at once there",
                "wait in the task, or leave it out",
            );
        }
        if options.deadline.is_some() && options.retries > 0 {
            self.of_entity(
                task,
                Rule::DeadlinePerAttempt,
                "its `deadline` ends each of its attempts there, and all of them together here",
                "give it the time of one attempt",
            );
        }
        if let Some(custom) = options.plugin.and_then(|plugin| plugin.custom)
            && let Err(error) = custom.object()
        {
            self.of_entity(
                task,
                Rule::UnstorableValue,
                format!("its `custom` cannot be told to a plugin: {error}"),
                error.instead(),
            );
        }
        let behavior = task.execution_behavior();
        if options.timeout.is_some() && behavior == Some(ExecutionBehavior::Dynamic) {
            self.of_entity(
                task,
                Rule::DynamicTimeout,
                "its `timeout` covers what it has built there, and only the building here",
                "give it the time that its nodes need, too",
            );
        }
        let inputs = task.inputs().iter().map(|input| input.name);
        let foreign: Vec<_> = inputs
            .filter(|name| read_by_compiler(name) != Some(name))
            .map(|name| format!("`{name}`"))
            .collect();
        if !foreign.is_empty() {
            self.of_entity(
                task,
                Rule::StartedAlone,
                format!(
                    "of {} the compiler cannot read the name, so the task runs in workflows, and cannot be started by \
                     itself",
                    foreign.join(" and ")
                ),
                "name inputs with ASCII letters, digits and `_`",
            );
        }
    }

    fn container(&mut self, task: &'static EntityDescriptor, options: &TaskOptions) {
        if matches!(options.process, Some(Process::Container(_))) && options.retries == 0 {
            self.of_entity(
                task,
                Rule::SystemRetries,
                "a container that ends with another code than 0 is tried again there, up to 3 times, and once here",
                "have it do no harm when it is repeated",
            );
        }
    }

    fn pod_labels(&mut self, task: &'static EntityDescriptor, options: &TaskOptions) {
        let mut wrong = Vec::new();
        for (key, value) in options.labels {
            if !kubernetes_names::is_label_key(key) {
                wrong.push(format!("the key `{key}` of a label"));
            }
            if !kubernetes_names::is_label_value(value) {
                wrong.push(format!("the value `{value}` of the label `{key}`"));
            }
        }
        let keys = options.annotations.iter().map(|(key, _)| key);
        let keys = keys.filter(|key| !kubernetes_names::is_label_key(key));
        wrong.extend(keys.map(|key| format!("the key `{key}` of an annotation")));
        for what in wrong {
            self.of_entity(
                task,
                Rule::PodLabels,
                format!("Kubernetes does not take {what}, and the pod cannot be made"),
                LABELS,
            );
        }
    }

    /// Checks the declaration of a workflow without its graph, and its default launch plan.
    pub(super) fn declared_workflow(&mut self, workflow: &'static EntityDescriptor) {
        if let Some(handler) = workflow.failure_handler() {
            let repeated = handler.task_options().is_some_and(|task| task.retries > 0);
            let repeated = match repeated {
                true => ", and its `retries` do not count",
                false => "",
            };
            self.of_entity(
                workflow,
                Rule::FailureHandler,
                format!(
                    "its failure handler `{}` runs once there{repeated}; should it fail, its error takes the place of \
                     the cause",
                    handler.name()
                ),
                "have the handler not fail",
            );
        }
        self.parameters(workflow);
    }

    /// Checks the declaration of a launch plan.
    pub(super) fn launch_plan(
        &mut self,
        entity: &'static EntityDescriptor,
    ) -> Result<(), CompileError> {
        let Some(plan) = LaunchPlan::of(entity)? else {
            return Ok(());
        };
        self.parameters(entity);
        if plan.is_default() {
            return Ok(());
        }
        for (name, fixed) in plan.fixed_inputs() {
            self.value_of(entity, "fixed value", name, fixed);
        }
        self.execution_labels(entity, plan.options().labels);
        Ok(())
    }

    /// Whether the defaults of an entity and of its failure handler can be computed.
    pub(super) fn makes_defaults(&mut self, entity: &'static EntityDescriptor) -> bool {
        let mut all = true;
        for entity in iter::once(entity).chain(entity.failure_handler()) {
            for input in entity.inputs() {
                let Err(panic) = panic::catch(|| input.missing()) else {
                    continue;
                };
                all = false;
                let reason = format!(
                    "the default of `{}` panicked at {}: {}",
                    input.name, panic.place, panic.message
                );
                let instead = "give a default that can be made when the program is registered";
                self.of_entity(entity, Rule::UnstorableValue, reason, instead);
            }
        }
        all
    }

    fn parameters(&mut self, entity: &'static EntityDescriptor) {
        for input in entity.inputs() {
            if let Some(default) = input.missing() {
                self.value_of(entity, "default", input.name, &default);
            }
        }
    }

    /// flyteadmin determines the type of a default or a fixed value from the value alone.
    fn value_of(
        &mut self,
        entity: &'static EntityDescriptor,
        what: &str,
        name: &str,
        value: &Constant,
    ) {
        let literal = match value.to_literal() {
            Ok(literal) => literal,
            Err(error) => {
                self.of_entity(
                    entity,
                    Rule::UnstorableValue,
                    format!("the {what} of `{name}` cannot be stored: {error}"),
                    "give a value that Flyte can store",
                );
                return;
            }
        };
        if is_long(&literal) {
            let reason = format!("the {what} of `{name}` {LONG}");
            self.of_entity(entity, Rule::LongDuration, reason, SHORTER);
        }
        let expected = value.info.literal_type();
        let shown = literals::of_literal(&literal);
        let fits = shown
            .as_ref()
            .is_some_and(|shown| is_castable(shown.into(), (&expected).into()));
        if !fits {
            let shown = shown.map_or_else(|| "no type".to_owned(), |shown| shown.to_string());
            self.of_entity(
                entity,
                Rule::LaunchPlanInput,
                format!("the {what} of `{name}`, which is {expected}, shows {shown} by itself, and is refused"),
                "make the input an `Option`, and let a task say what it is without a value",
            );
        }
    }

    fn execution_labels(&mut self, entity: &'static EntityDescriptor, labels: Pairs) {
        if labels.len() > MAX_LABELS {
            self.of_entity(
                entity,
                Rule::ExecutionLabels,
                format!(
                    "it has {} labels, and executions have at most {MAX_LABELS}",
                    labels.len()
                ),
                "leave some out",
            );
        }
        for (key, value) in labels {
            let wrong = match (
                kubernetes_names::is_label_key(key),
                kubernetes_names::is_label_value(value),
            ) {
                (true, true) => continue,
                (false, _) => format!("the key `{key}` of a label"),
                (true, false) => format!("the value `{value}` of the label `{key}`"),
            };
            self.of_entity(
                entity,
                Rule::ExecutionLabels,
                format!("Kubernetes does not take {wrong}"),
                LABELS,
            );
        }
    }

    /// Reports an entity that cannot be compiled and so cannot be registered.
    pub(super) fn not_compiled(&mut self, entity: &EntityDescriptor, error: &CompileError) {
        for problem in &error.problems {
            let place = format!("{} `{}`", entity.kind(), error.workflow);
            let reason = problem.to_string();
            self.find(Finding::new(
                Rule::DoesNotCompile,
                place,
                error.location,
                reason,
                "",
            ));
        }
    }

    /// Checks tasks that no workflow calls: when they are started alone, they do not get defaults.
    pub(super) fn never_called(&mut self, registry: &Registry) {
        if self.calls_while_running {
            return;
        }
        for entity in registry.entities() {
            let mut inputs = entity.inputs().iter();
            let has_default = inputs.any(|input| {
                // A default that cannot be computed is already reported.
                panic::catch(|| input.missing()).is_ok_and(|default| default.is_some())
            });
            let is_own = entity.task_options().is_some();
            if is_own && has_default && !self.called.contains(&ptr::from_ref(entity)) {
                self.of_entity(
                    entity,
                    Rule::StartedAlone,
                    "no workflow of this program calls it, and a task that is started by itself is given no defaults \
                     there: all of its inputs have to be given",
                    "give all of its inputs when it is started, or call it in a workflow, which has defaults of its \
                     own",
                );
            }
        }
    }
}

const LABELS: &str = "use letters, digits, `-`, `_` and `.`, at most 63, and in front of a key a domain and `/` if \
                      need be";
