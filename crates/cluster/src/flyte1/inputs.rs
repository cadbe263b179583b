//! Inputs for what was fetched: by name, checked against its interface before the cluster is asked.

use std::collections::BTreeMap;

use super::{
    error::ClusterError,
    execution::{self, ExecuteOptions, Execution},
    fetch::{self, EntityId, Fetched, RemoteInput, RemoteInterface},
    remote::{BlockingRemote, Remote, blocking},
};
use flyte_check::check::casts;
use flyte_core::{
    graph::entity::EntityKind,
    types::{
        FlyteType, Literal, LiteralType, LiteralValue, TypeInfo, UnionVariant, Value,
        literal_from_text,
    },
};

/// Inputs by name, for entities that the program knows only from a cluster.
///
/// ```
/// use flyte_runtime::cluster::Inputs;
///
/// let inputs = Inputs::new().with("rows", 10_i64).text("day", "2026-01-31");
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Inputs {
    given: BTreeMap<String, Given>,
}

#[derive(Clone, Debug)]
enum Given {
    Value(TypeInfo, Value),
    Text(String),
    Literal(Literal),
}

impl Inputs {
    /// None.
    pub fn new() -> Self {
        Self::default()
    }

    /// A value of Rust. A second one of the same name replaces the first.
    pub fn with<T: FlyteType>(mut self, name: impl Into<String>, value: T) -> Self {
        let given = Given::Value(TypeInfo::of::<T>(), Value::new(value));
        self.given.insert(name.into(), given);
        self
    }

    /// A value as people write it on a command line: see [`literal_from_text`].
    pub fn text(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.given.insert(name.into(), Given::Text(text.into()));
        self
    }

    /// A value in Flyte's form, such as an output of another execution.
    pub fn literal(mut self, name: impl Into<String>, literal: Literal) -> Self {
        self.given.insert(name.into(), Given::Literal(literal));
        self
    }

    /// The literals for an interface.
    fn literals(
        &self,
        id: &EntityId,
        interface: &RemoteInterface,
        fixed: &BTreeMap<String, Literal>,
    ) -> Result<BTreeMap<String, Literal>, ClusterError> {
        let (mut literals, mut problems) = (BTreeMap::new(), Vec::new());
        for (name, given) in &self.given {
            match interface.input(name) {
                Some(input) => match given.literal(input) {
                    Ok(literal) => {
                        literals.insert(name.clone(), literal);
                    }
                    Err(problem) => problems.push(format!("`{name}` {problem}")),
                },
                None if fixed.contains_key(name) => {
                    problems.push(format!(
                        "`{name}` is fixed by the launch plan, leave it out"
                    ));
                }
                None => problems.push(format!("`{name}` is not one of its inputs")),
            }
        }
        for input in &interface.inputs {
            if self.given.contains_key(&input.name) {
                continue;
            }
            match &input.default {
                None => problems.push(format!(
                    "`{}` of type {} is missing",
                    input.name, input.literal_type
                )),
                // A task that is started alone has no defaults at the cluster.
                Some(default) if id.kind == EntityKind::Task => {
                    let none = fitted(default.clone(), &LiteralType::None, &input.literal_type);
                    literals.insert(input.name.clone(), none);
                }
                Some(_) => {}
            }
        }
        if problems.is_empty() {
            return Ok(literals);
        }
        Err(ClusterError::Setting(format!(
            "the inputs do not fit the {} `{id}`: {}; its interface is {interface}",
            id.kind,
            problems.join("; ")
        )))
    }
}

impl Given {
    /// The literal for an input, or in what it does not fit.
    fn literal(&self, input: &RemoteInput) -> Result<Literal, String> {
        let expected = &input.literal_type;
        let (literal, own) = match self {
            Self::Text(text) => {
                let literal = literal_from_text(text, expected);
                return literal.map_err(|error| format!("is not of type {expected}: {error}"));
            }
            Self::Value(info, value) => {
                let literal = info.to_literal(value).map_err(|error| error.to_string())?;
                (literal, Some(info.literal_type()))
            }
            Self::Literal(literal) => (literal.clone(), type_of(literal)),
        };
        // Of some values the type is not known: the cluster compares them.
        let Some(own) = own else {
            return Ok(literal);
        };
        match casts(&own, expected) {
            true => Ok(fitted(literal, &own, expected)),
            false => Err(format!("is of type {own}, and {expected} is expected")),
        }
    }
}

/// A value of one type where another is expected that accepts it: only unions say which of their types a value has.
fn fitted(literal: Literal, own: &LiteralType, expected: &LiteralType) -> Literal {
    match (expected.plain(), own.plain()) {
        (LiteralType::Union(_), LiteralType::Union(_)) => literal,
        (LiteralType::Union(variants), own) => {
            let accepts = |variant: &&UnionVariant| casts(own, &variant.literal_type);
            match variants.iter().find(accepts) {
                Some(variant) => LiteralValue::Union {
                    variant: Box::new(variant.clone()),
                    value: Box::new(fitted(literal, own, &variant.literal_type)),
                }
                .into(),
                None => literal,
            }
        }
        (LiteralType::Collection(expected), LiteralType::Collection(own)) => match literal.value {
            LiteralValue::Collection(items) => {
                let items = items.into_iter().map(|item| fitted(item, own, expected));
                LiteralValue::Collection(items.collect()).into()
            }
            _ => literal,
        },
        (LiteralType::Map(expected), LiteralType::Map(own)) => match literal.value {
            LiteralValue::Map(items) => {
                let items = items.into_iter();
                let items = items.map(|(key, item)| (key, fitted(item, own, expected)));
                LiteralValue::Map(items.collect()).into()
            }
            _ => literal,
        },
        _ => literal,
    }
}

/// The type of a literal, if it says it.
fn type_of(literal: &Literal) -> Option<LiteralType> {
    Some(match &literal.value {
        LiteralValue::None => LiteralType::None,
        LiteralValue::Integer(_) => LiteralType::Integer,
        LiteralValue::Float(_) => LiteralType::Float,
        LiteralValue::String(_) => LiteralType::String,
        LiteralValue::Boolean(_) => LiteralType::Boolean,
        LiteralValue::Datetime { .. } => LiteralType::Datetime,
        LiteralValue::Duration { .. } => LiteralType::Duration,
        LiteralValue::Blob(blob) => LiteralType::Blob(blob.blob_type.clone()),
        LiteralValue::StructuredDataset(dataset) => {
            LiteralType::StructuredDataset(dataset.dataset_type.clone())
        }
        LiteralValue::Collection(items) => LiteralType::collection(type_of(items.first()?)?),
        LiteralValue::Map(items) => LiteralType::map(type_of(items.values().next()?)?),
        _ => return None,
    })
}

impl Remote {
    /// Starts a task, workflow or launch plan that was fetched. Of a workflow it is the launch plan of its name and
    /// version. Files among the inputs are sent to the cluster.
    ///
    /// # Errors
    ///
    /// [`ClusterError::Setting`] with all inputs that are unknown, missing, fixed or of another type, before anything
    /// is sent; [`ClusterError::Taken`] if there is an execution of the name that is asked for; other
    /// [`ClusterError`]s.
    pub async fn execute_fetched(
        &self,
        entity: &impl Fetched,
        inputs: &Inputs,
        options: &ExecuteOptions,
    ) -> Result<Execution, ClusterError> {
        let (client, id) = (&self.client, entity.id());
        let fixed = BTreeMap::new();
        if id.kind == EntityKind::Task {
            let literals = inputs.literals(id, entity.interface(), &fixed)?;
            return execution::start(client, id.to_proto(), literals, options).await;
        }
        let own;
        let plan = match entity.plan() {
            Some(plan) => plan,
            None => {
                let id = EntityId {
                    kind: EntityKind::LaunchPlan,
                    ..id.clone()
                };
                let place = client.within(&id.project, &id.domain);
                own = fetch::launch_plan(&place, id.to_proto()).await?;
                &own
            }
        };
        let literals = inputs.literals(&plan.id, &plan.interface, &plan.fixed_inputs)?;
        execution::start(client, plan.id.to_proto(), literals, options).await
    }
}

blocking! {
    execute_fetched(entity: &impl Fetched, inputs: &Inputs, options: &ExecuteOptions) -> Execution;
}
