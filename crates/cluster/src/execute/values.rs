//! Converts inputs and outputs between their files and the task.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{
    arguments::{Arguments, Dialect, Element},
    error_document::Problem,
};
use crate::{
    offload::{self, Loader, MOST_BYTES, OffloadError, OffloadPolicy},
    transfer::read,
};
use flyte_config::config::Environment;
use flyte_context::{output_metadata::OutputMetadataTracker, storage::FileAccessProvider};
use flyte_core::{
    graph::entity::EntityDescriptor,
    types::{FlyteType, Literal, LiteralValue, Value, wire},
};

const TYPE_ERROR: &str = "USER:TypeError";
const VALUE_ERROR: &str = "USER:ValueError";

/// The prefix of keys of the context that Flyte 2 reserves.
const RESERVED: &str = "_u_";
/// The key whose value names the input for the scheduled time of the run.
const KICKOFF_TIME_INPUT: &str = "_u_kickoff_time_input_arg";

/// The contents of `inputs.pb`.
#[derive(Default)]
pub(super) struct Given {
    literals: BTreeMap<String, Literal>,
    context: BTreeMap<String, String>,
}

impl Given {
    /// Reads the file, in the form of Flyte 1 or 2.
    pub(super) fn read(arguments: &Arguments, files: &FileAccessProvider) -> Result<Self, Problem> {
        let Some(path) = arguments.inputs() else {
            return Ok(Self::default());
        };
        let bytes = read(path, files).map_err(Problem::system_text)?;
        let unreadable = |error| Problem::system_text(format!("{path} cannot be read: {error}"));
        let mut literals = wire::decode_map(&bytes).map_err(unreadable)?;
        let mut context = BTreeMap::new();
        if arguments.dialect() == Dialect::Flyte2 {
            context = wire::decode_context(&bytes).map_err(unreadable)?;
            if let Some(input) = context.get(KICKOFF_TIME_INPUT) {
                let time = Timestamp::try_from(arguments.run_start_time())
                    .map_err(|error| Problem::system(&error))?;
                let time = time.to_literal().map_err(|error| Problem::system(&error))?;
                literals.insert(input.clone(), time);
            }
            context.retain(|key, _| !key.starts_with(RESERVED));
        }
        Ok(Self { literals, context })
    }

    /// The inputs, with offloaded ones loaded.
    pub(super) fn loaded(
        self,
        files: &FileAccessProvider,
    ) -> Result<BTreeMap<String, Literal>, Problem> {
        let mut loader = loader(files)?;
        let literals = self.literals.into_iter();
        let loaded = literals.map(|(name, literal)| {
            let literal = loader
                .load(literal)
                .map_err(|error| of_offloading(&error))?;
            Ok((name, literal))
        });
        loaded.collect()
    }

    /// Flyte 2's custom context, which the run passes to all its tasks.
    pub(super) fn context(&self) -> &BTreeMap<String, String> {
        &self.context
    }
}

/// The inputs of a task, in declaration order.
pub(super) fn read_inputs(
    entity: &EntityDescriptor,
    arguments: &Arguments,
    given: Given,
    environment: &Environment,
    files: &FileAccessProvider,
) -> Result<Vec<Value>, Problem> {
    let mut given = given.literals;
    let index = match arguments.element() {
        Some(_) => Some(index(environment)?),
        None => None,
    };
    let mut inputs = Vec::with_capacity(entity.inputs().len());
    let mut loader = loader(files)?;
    for input in entity.inputs() {
        let wrong = |code, reason: String| {
            let message = format!("input `{}` of `{}`: {reason}", input.name, entity.name());
            Problem::user_text(code, message)
        };
        let Some(literal) = given.remove(input.name) else {
            let Some(default) = input.missing() else {
                return Err(wrong(
                    VALUE_ERROR,
                    "it is required and was not given".to_owned(),
                ));
            };
            inputs.push(default.value);
            continue;
        };
        let mut literal = loader
            .load(literal)
            .map_err(|error| of_offloading(&error))?;
        if let (Some(element), Some(index)) = (arguments.element(), index)
            && !is_bound(element, input.name)
        {
            literal = nth(literal, index).map_err(|reason| wrong(TYPE_ERROR, reason))?;
        }
        let value = input.info.from_literal(literal);
        inputs.push(value.map_err(|error| wrong(TYPE_ERROR, error.to_string()))?);
    }
    if let Some(unknown) = given.keys().next() {
        let message = format!(
            "`{}` has no input `{unknown}`; register the version of the program that runs",
            entity.name()
        );
        return Err(Problem::user_text(VALUE_ERROR, message));
    }
    Ok(inputs)
}

fn loader(files: &FileAccessProvider) -> Result<Loader<'_>, Problem> {
    let policy = OffloadPolicy::from_env().map_err(|error| of_offloading(&error))?;
    // A backend that stores larger outputs may also pass them as inputs.
    let max_bytes = policy.map_or(0, |policy| policy.max_bytes);
    Ok(Loader::new(files).max_bytes(max_bytes.max(MOST_BYTES)))
}

fn is_bound(element: &Element, name: &str) -> bool {
    element.bound.iter().any(|bound| bound == name)
}

/// The index of this task in its map task: the number in the variable that another variable names, plus an offset.
fn index(environment: &Environment) -> Result<usize, Problem> {
    const NAME: &str = "BATCH_JOB_ARRAY_INDEX_VAR_NAME";
    const OFFSET: &str = "BATCH_JOB_ARRAY_INDEX_OFFSET";
    let number = |variable: &str, value: Option<String>| {
        let text = value.unwrap_or_default();
        text.trim().parse::<usize>().map_err(|_| {
            let message = format!(
                "the variable {variable} is {text:?}, and should be the number of an element"
            );
            Problem::system_text(message)
        })
    };
    let Some(variable) = environment.var(NAME).filter(|name| !name.is_empty()) else {
        let message = format!(
            "the variable {NAME} does not name the variable with the number of the element"
        );
        return Err(Problem::system_text(message));
    };
    let index = number(&variable, environment.var(&variable))?;
    let offset = match environment.var(OFFSET).filter(|offset| !offset.is_empty()) {
        Some(offset) => number(OFFSET, Some(offset))?,
        None => 0,
    };
    Ok(index.saturating_add(offset))
}

fn nth(literal: Literal, index: usize) -> Result<Literal, String> {
    match literal.value {
        LiteralValue::Collection(items) => {
            let length = items.len();
            let item = items.into_iter().nth(index);
            item.ok_or_else(|| format!("there is no element {index} in a list of {length}"))
        }
        _ => Err("a map task gets a list of it, and this is none".to_owned()),
    }
}

/// The bytes of `outputs.pb`; outputs that are too large are written beside it.
pub(super) fn encode_outputs(
    entity: &EntityDescriptor,
    outputs: &[Value],
    tracker: &OutputMetadataTracker,
    prefix: &str,
    files: &FileAccessProvider,
) -> Result<Vec<u8>, Problem> {
    let names: Vec<&str> = entity.outputs().iter().map(|output| output.name).collect();
    let said = tracker
        .for_outputs(&names)
        .map_err(|error| Problem::user(VALUE_ERROR, &error))?;
    let policy = OffloadPolicy::from_env().map_err(|error| of_offloading(&error))?;
    let mut literals = Vec::with_capacity(outputs.len());
    for ((output, value), said) in entity.outputs().iter().zip(outputs).zip(said) {
        let literal = files.uploading(|| output.info.to_literal(value));
        let mut literal = literal.map_err(|error| {
            let message = format!("output `{}` of `{}`: {error}", output.name, entity.name());
            Problem::user_text(TYPE_ERROR, message)
        })?;
        if let Some(said) = said {
            let metadata = said
                .literal_metadata(output.name)
                .map_err(|error| Problem::user(VALUE_ERROR, &error))?;
            for (key, text) in metadata {
                literal = literal.with_metadata(key, text);
            }
        }
        if let Some(policy) = policy {
            let literal_type = output.info.literal_type();
            literal = offload::offload(output.name, literal, &literal_type, prefix, policy, files)
                .map_err(|error| of_offloading(&error))?;
        }
        literals.push((output.name, literal));
    }
    let named = literals.iter().map(|(name, literal)| (*name, literal));
    Ok(wire::encode_map(named))
}

/// Large values are the user's error; a failed transfer of a file is not.
fn of_offloading(error: &OffloadError) -> Problem {
    match error {
        OffloadError::TooLarge { .. }
        | OffloadError::TooMany { .. }
        | OffloadError::TooMuch { .. } => Problem::user(VALUE_ERROR, error),
        _ => Problem::system(error),
    }
}
