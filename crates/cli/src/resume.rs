//! `run --resume`: resumes a recorded run.

use clap::ArgMatches;

use super::{
    Cli,
    failure::{Failure, no_history},
    options,
};
use flyte_core::graph::entity::EntityDescriptor;
use flyte_engine::error::RunError;
use flyte_events::history::{HistoryError, RecordedCall, ResumeError};

/// The run to resume, if the options contain one; options in order of precedence.
pub(super) fn asked(
    cli: &Cli<'_>,
    bin: &str,
    given: &[&ArgMatches],
) -> Result<Option<RecordedCall>, Failure> {
    let given = || given.iter();
    // The option is missing if the entity has an input with the same name.
    let id = given().find_map(|options| options.try_get_one::<String>(options::RESUME).ok()?);
    let Some(id) = id else {
        return Ok(None);
    };
    let is_unrecorded = given().any(|options| {
        let flag = options.try_get_one::<bool>(options::NO_HISTORY);
        flag.is_ok_and(|flag| flag == Some(&true))
    });
    if is_unrecorded {
        return Err(options::no_history_to_resume(bin).into());
    }
    let history = cli.history.ok_or_else(no_history)?;
    match history.call_of(id, |name| cli.registry.find(name).ok()) {
        Ok(call) => Ok(Some(call)),
        // In `run --resume pipeline` the id is missing, not the name.
        Err(ResumeError::History(HistoryError::NoRun { .. })) if cli.registry.find(id).is_ok() => {
            Err(options::name_for_id(bin, id).into())
        }
        Err(error) => Err(RunError::from(error).into()),
    }
}

/// Whether a recorded run is of this entity.
pub(super) fn is_of(call: &RecordedCall, entity: &EntityDescriptor) -> Result<(), Failure> {
    if call.entity.name() == entity.name() {
        return Ok(());
    }
    let what = format!(
        "it was a run of `{}`, and this is one of `{}`",
        call.entity.name(),
        entity.name()
    );
    let id = call.run.clone();
    Err(RunError::from(ResumeError::Differs { id, what }).into())
}
