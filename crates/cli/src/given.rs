//! The inputs given on a command line.

use std::ffi::OsString;

use clap::{ArgMatches, Command, error::ErrorKind};

use super::{
    failure::Failure,
    input::{InputArg, InputsFile, join_dashes},
    options::INPUTS_FILE,
    table::table,
};
use flyte_core::{graph::entity::EntityDescriptor, types::Value};

/// The inputs in declaration order, with all arguments; all errors are reported at once.
pub(super) fn call(
    entity: &'static EntityDescriptor,
    command: &mut Command,
    args: Vec<OsString>,
) -> Result<(Vec<Value>, ArgMatches), Failure> {
    let given = arguments(entity, command, args)?;
    Ok((values_of(entity, command, &given, None)?, given))
}

/// All arguments after the name of an entity.
pub(super) fn arguments(
    entity: &EntityDescriptor,
    command: &mut Command,
    args: Vec<OsString>,
) -> Result<ArgMatches, Failure> {
    Ok(command.try_get_matches_from_mut(join_dashes(args, entity))?)
}

/// The inputs in declaration order. Missing ones are taken from the `recorded` run or from the defaults.
pub(super) fn values_of(
    entity: &EntityDescriptor,
    command: &mut Command,
    given: &ArgMatches,
    recorded: Option<&[Value]>,
) -> Result<Vec<Value>, Failure> {
    let (mut values, mut problems, mut missing) = (Vec::new(), Vec::new(), Vec::new());
    // The option is missing if the entity has an input with the same name.
    let file = given.try_get_one::<String>(INPUTS_FILE);
    let file = file
        .ok()
        .flatten()
        .map(|name| InputsFile::read(name, entity));
    let file = match file.transpose() {
        Ok(file) => file,
        Err(problem) => return Err(command.error(ErrorKind::ValueValidation, problem).into()),
    };
    for (number, input) in entity.inputs().iter().enumerate() {
        let arg = InputArg::new(input);
        let recorded = recorded.and_then(|recorded| recorded.get(number)).cloned();
        let otherwise = || recorded.or_else(|| Some(input.missing()?.value));
        let value = match given.get_one::<String>(input.name) {
            Some(text) => Some(arg.read(text)),
            None if arg.is_denied(given) => Some(arg.read("false")),
            None => file.as_ref().and_then(|file| file.value(&arg)),
        };
        match value {
            Some(Ok(value)) => values.push(value),
            Some(Err(problem)) => problems.push(problem),
            None => match otherwise() {
                Some(value) => values.push(value),
                None => missing.push([arg.usage(), arg.wanted()]),
            },
        }
    }
    let kind = if problems.is_empty() {
        ErrorKind::MissingRequiredArgument
    } else {
        ErrorKind::ValueValidation
    };
    if !missing.is_empty() {
        let count = match missing.len() {
            1 => "an input".to_owned(),
            count => format!("{count} inputs"),
        };
        let list = table("  ", &missing);
        problems.push(format!(
            "`{}` is missing {count}:\n{}",
            entity.name(),
            list.trim_end()
        ));
    }
    if problems.is_empty() {
        return Ok(values);
    }
    Err(command.error(kind, problems.join("\n")).into())
}
