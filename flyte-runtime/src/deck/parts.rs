//! The parts of a deck that are written for every task that has `enable_deck`.

use super::{DeckField, Decks};
use crate::{
    entity::{EntityDescriptor, TaskInputs},
    types::Value,
};

/// Writes what the task's `deck_fields` ask for; the timeline is what the task measures itself.
pub(crate) fn describe(
    decks: &Decks,
    task: &EntityDescriptor,
    inputs: &TaskInputs,
    outputs: &[Value],
) {
    let fields = task.task_options().and_then(|options| options.deck_fields);
    for field in fields.unwrap_or(DeckField::ALL) {
        let text = match field {
            DeckField::Input => listed(task, inputs.previews(task)),
            DeckField::Output => {
                let values = task.outputs().iter().zip(outputs);
                let previews =
                    values.map(|(output, value)| (output.name, output.info.preview(value)));
                listed(task, previews)
            }
            DeckField::SourceCode => {
                format!("{} at {}\n{}", task.name(), task.location(), task.docs())
            }
            DeckField::Dependencies => {
                concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION")).to_owned()
            }
            DeckField::Timeline => continue,
        };
        decks.field(*field).append(text.trim_end());
    }
}

/// One value a line, under the name of the task: the tasks of a run share their decks.
fn listed(
    task: &EntityDescriptor,
    values: impl IntoIterator<Item = (&'static str, String)>,
) -> String {
    let mut text = format!("{}\n", task.name());
    for (name, value) in values {
        text.push_str(&format!("  {name} = {value}\n"));
    }
    text
}
