//! Tasks that lowering adds to a program, for work that needs a container.
//!
//! Their containers receive all parameters as arguments, because a graph that a dynamic task has made does not exist in
//! their program.

use std::{
    any::TypeId,
    collections::HashMap,
    sync::{Arc, Mutex},
};

use serde::{Deserialize, Serialize};

pub use flyte_core::{
    graph::{
        ComparisonOperator, Graph, OutputVariable, Variable,
        entity::{Built, EntityBody, EntityDescriptor, InputDescriptor, Location, RunTask},
    },
    lock::lock,
    options::{TaskOptions, WorkflowOptions},
    types::{FlyteType, Literal, LiteralType, LiteralValue, TypeError, TypeInfo},
};

/// The work of such a task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BuiltIn {
    /// Compares the inputs `a0` and `b0`, `a1` and `b1` and so on; the outputs `o0`, `o1` and so on are the results.
    Compare(Vec<Comparison>),
    /// Calls a launch plan for each element of a list: like a dynamic task, it makes a graph.
    Each(Each),
}

/// A comparison of two values, with their kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// The operator.
    pub operator: Operator,
    /// The kind of both values.
    pub of: Kind,
}

/// An operator, under its name in a lowered program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    /// `==`
    Eq,
    /// `!=`
    Ne,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// `<`
    Lt,
    /// `<=`
    Le,
}

/// A kind of primitive values, each of which may also be absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Flyte's `INTEGER`.
    Integer,
    /// Flyte's `FLOAT`.
    Float,
    /// Flyte's `STRING`.
    String,
    /// Flyte's `BOOLEAN`.
    Boolean,
    /// Flyte's `DATETIME`, a point in time.
    Datetime,
    /// A day without a time, which is also a `DATETIME` in Flyte.
    Date,
    /// Flyte's `DURATION`.
    Duration,
}

/// Calls of a launch plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Each {
    /// The name of the launch plan, or of the task of a cluster, in the program.
    pub plan: String,
    /// The name of the workflow that calls the task.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub through: Option<String>,
    /// The inputs for which each call gets an element.
    pub lists: Vec<String>,
    /// The maximum number of concurrent calls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<usize>,
    /// The timeout, if the node overrides it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<u64>,
    /// How often each call is retried, if the node overrides it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retries: Option<u32>,
    /// Whether the calls may run on preemptible machines, if the node overrides it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interruptible: Option<bool>,
}

impl From<ComparisonOperator> for Operator {
    fn from(operator: ComparisonOperator) -> Self {
        match operator {
            ComparisonOperator::Eq => Self::Eq,
            ComparisonOperator::Neq => Self::Ne,
            ComparisonOperator::Gt => Self::Gt,
            ComparisonOperator::Gte => Self::Ge,
            ComparisonOperator::Lt => Self::Lt,
            ComparisonOperator::Lte => Self::Le,
        }
    }
}

impl From<Operator> for ComparisonOperator {
    fn from(operator: Operator) -> Self {
        match operator {
            Operator::Eq => Self::Eq,
            Operator::Ne => Self::Neq,
            Operator::Gt => Self::Gt,
            Operator::Ge => Self::Gte,
            Operator::Lt => Self::Lt,
            Operator::Le => Self::Lte,
        }
    }
}

impl Kind {
    /// The kind of a type that conditions can compare.
    pub(super) fn of(literal_type: &LiteralType) -> Option<Self> {
        Some(match literal_type {
            LiteralType::Integer => Self::Integer,
            LiteralType::Float => Self::Float,
            LiteralType::String | LiteralType::Enum(_) => Self::String,
            LiteralType::Boolean => Self::Boolean,
            LiteralType::Datetime => Self::Datetime,
            LiteralType::Date => Self::Date,
            LiteralType::Duration => Self::Duration,
            LiteralType::Annotated(annotated) => return Self::of(&annotated.literal_type),
            LiteralType::Union(variants) => {
                let types = variants.iter().map(|variant| &variant.literal_type);
                let mut values = types.filter(|&variant| *variant != LiteralType::None);
                let kind = Self::of(values.next()?)?;
                return values.next().is_none().then_some(kind);
            }
            _ => return None,
        })
    }

    /// Converts a value of this kind, or an absent one, to the form in which it is compared: a part of a struct has
    /// another form than the value of an input.
    ///
    /// # Errors
    ///
    /// If it has another kind.
    pub fn plain(self, literal: Literal) -> Result<Literal, TypeError> {
        fn as_option<T: FlyteType>(literal: Literal) -> Result<Literal, TypeError> {
            Option::<T>::from_literal(literal)?.to_literal()
        }
        match self {
            // Clients written in Go send the integers of structs as floats.
            Self::Integer if matches!(literal.value, LiteralValue::Float(_)) => Ok(literal),
            Self::Integer => as_option::<i64>(literal),
            Self::Float => as_option::<f64>(literal),
            Self::String => as_option::<String>(literal),
            Self::Boolean => as_option::<bool>(literal),
            Self::Datetime => as_option::<jiff::Timestamp>(literal),
            Self::Date => as_option::<jiff::civil::Date>(literal),
            Self::Duration => as_option::<jiff::SignedDuration>(literal),
        }
    }
}

/// Identifies a built-in task.
#[derive(PartialEq, Eq, Hash)]
struct Key {
    name: String,
    arguments: String,
    types: Vec<(String, TypeId)>,
}

/// The description of a built-in task: made once for each source location and never freed, like that of a gate.
pub(super) fn entity(
    name: String,
    location: Location,
    inputs: &[Variable],
    outputs: &[Variable],
    built_in: &BuiltIn,
    uses: Option<&'static EntityDescriptor>,
) -> &'static EntityDescriptor {
    static ENTITIES: Mutex<Option<HashMap<Key, &'static EntityDescriptor>>> = Mutex::new(None);
    let arguments = serde_json::to_string(built_in).expect("numbers and texts have a form in JSON");
    let types = inputs.iter().chain(outputs);
    let types = types.map(|variable| (variable.name.to_string(), variable.info.id()));
    let key = Key {
        name,
        arguments,
        types: types.collect(),
    };
    let mut entities = lock(&ENTITIES);
    let entities = entities.get_or_insert_default();
    if let Some(known) = entities.get(&key) {
        return known;
    }
    let named = |variable: &Variable| -> (&'static str, TypeInfo) {
        (variable.name.to_string().leak(), variable.info)
    };
    let inputs: Vec<InputDescriptor> = inputs
        .iter()
        .map(named)
        .map(|(name, info)| InputDescriptor::new(name, "", info, None))
        .collect();
    let outputs = outputs.iter().map(named);
    let outputs = outputs.map(|(name, info)| OutputVariable::new(name, info, ""));
    let run = match built_in {
        BuiltIn::Compare(_) => RunTask::Sync(|_, _| Err(NOT_HERE.into())),
        BuiltIn::Each(_) => RunTask::Dynamic(|_, _| Err(NOT_HERE.into())),
    };
    let entity = EntityDescriptor::made(
        key.name.clone().leak(),
        location,
        inputs.leak(),
        outputs.collect(),
        EntityBody::BuiltIn {
            options: Box::new(TaskOptions::new()),
            run,
            arguments: key.arguments.clone(),
            uses,
        },
    );
    let entity: &'static EntityDescriptor = Box::leak(Box::new(entity));
    entities.insert(key, entity);
    entity
}

/// The workflow that calls a task of a cluster, for its launch plan; `None` for other entities.
pub fn caller(task: &'static EntityDescriptor, name: String) -> Option<&'static EntityDescriptor> {
    static CALLERS: Mutex<Option<HashMap<(String, String), &'static EntityDescriptor>>> =
        Mutex::new(None);
    // The graph of a single task is a call of it.
    let graph = task.graph().ok()?;
    let mut callers = lock(&CALLERS);
    let callers = callers.get_or_insert_default();
    let key = (name, task.name().to_owned());
    if let Some(known) = callers.get(&key) {
        return Some(known);
    }
    let made = EntityDescriptor::imperative(key.0.clone().leak(), task.location());
    let made: &'static EntityDescriptor = Box::leak(Box::new(made));
    made.keep_built(Built {
        inputs: task.inputs(),
        outputs: task.outputs().to_vec(),
        options: WorkflowOptions::new(),
        on_failure: None,
    });
    let mut own = Graph::clone(&graph);
    own.entity = made;
    made.keep_graph(Arc::new(own));
    callers.insert(key, made);
    Some(made)
}

const NOT_HERE: &str =
    "this task is a part of what a cluster runs, and of no graph of a run on this machine";
