//! The parts of a page that are written for every task that has `enable_deck`.

use super::{DeckField, Decks, Status};
use crate::{
    attempt::{self, Panic},
    entity::{EntityDescriptor, TaskInputs},
    error::FailureCause,
    types::Value,
};

/// The deck with why the task failed.
pub(super) const ERROR: &str = "Error";

/// Whether the task's `deck_fields` ask for a part.
fn shows(task: &EntityDescriptor, field: DeckField) -> bool {
    let fields = task.task_options().and_then(|options| options.deck_fields);
    fields.unwrap_or(DeckField::ALL).contains(&field)
}

/// Begins the page of an attempt, with what is known before it.
pub(crate) fn begin(decks: &Decks, task: &EntityDescriptor, inputs: &TaskInputs) {
    decks.begin();
    if shows(task, DeckField::Input) {
        write(decks, DeckField::Input, || inputs.previews(task));
    }
    if shows(task, DeckField::SourceCode) {
        let text = format!("{} at {}\n{}", task.name(), task.location(), task.docs());
        decks.field(DeckField::SourceCode).append(text.trim_end());
    }
    if shows(task, DeckField::Dependencies) {
        decks.field(DeckField::Dependencies).append(concat!(
            env!("CARGO_PKG_NAME"),
            " ",
            env!("CARGO_PKG_VERSION")
        ));
    }
}

/// Ends the page of an attempt that has given its outputs, or has built a graph that gives them.
pub(crate) fn succeed(decks: &Decks, task: &EntityDescriptor, outputs: Option<&[Value]>) {
    if let Some(outputs) = outputs
        && shows(task, DeckField::Output)
    {
        write(decks, DeckField::Output, || {
            let values = task.outputs().iter().zip(outputs);
            values
                .map(|(output, value)| (output.name, output.info.preview(value)))
                .collect()
        });
    }
    decks.end(Status::Succeeded);
}

/// Ends the page of an attempt that has failed.
pub(crate) fn fail(decks: &Decks, cause: &FailureCause) {
    let text = attempt::catch(|| with_causes(cause));
    let text = text.unwrap_or_else(|panic| could_not_be_shown("the error", &panic));
    decks.deck(ERROR).append(text);
    decks.end(Status::Failed);
}

/// An error and what it says caused it, as far as its text does not tell that already.
fn with_causes(error: &FailureCause) -> String {
    let mut text = error.to_string();
    let (mut told, mut source) = (text.clone(), error.source());
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !told.contains(&cause_text) {
            text.push_str("\ncaused by: ");
            text.push_str(&cause_text);
        }
        (told, source) = (cause_text, cause.source());
    }
    text
}

fn could_not_be_shown(what: &str, panic: &Panic) -> String {
    let Panic { message, place } = panic;
    format!("{what} could not be shown: panicked at {place}: {message}")
}

/// Writes values, which is code of their types and may panic: a page is no reason for a task to fail.
fn write(decks: &Decks, field: DeckField, values: impl FnOnce() -> Vec<(&'static str, String)>) {
    let deck = decks.field(field);
    match attempt::catch(values) {
        Ok(values) => {
            for (name, value) in values {
                deck.append(format!("{name} = {value}"));
            }
        }
        Err(panic) => {
            deck.append(could_not_be_shown("the values", &panic));
        }
    }
}
