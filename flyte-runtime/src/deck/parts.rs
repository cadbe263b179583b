//! The parts of a page that are written for every task that has `enable_deck`.

use super::{DeckField, Decks, Html, Markdown, Status, Table, TimelineRow, page::put};
use crate::{
    attempt::{self, Panic},
    entity::{EntityDescriptor, TaskInputs, options::BuiltFrom},
    error::FailureCause,
    types::{Preview, TypeInfo, Value},
};

/// The deck with why the task failed.
pub(super) const ERROR: &str = "Error";

/// How many characters of a value a page shows.
const VALUE_LIMIT: usize = 2_000;

/// Whether the task's `deck_fields` ask for a part.
fn shows(task: &EntityDescriptor, field: DeckField) -> bool {
    let fields = task.task_options().and_then(|options| options.deck_fields);
    fields.unwrap_or(DeckField::ALL).contains(&field)
}

fn built_from(task: &EntityDescriptor) -> Option<BuiltFrom> {
    task.task_options()?.built_from
}

/// Begins the page of an attempt, with what is known before it.
pub(crate) fn begin(decks: &Decks, task: &EntityDescriptor, inputs: &TaskInputs) {
    decks.begin();
    if shows(task, DeckField::Input) {
        write_values(decks, DeckField::Input, || {
            // Before the attempt all of them are there.
            let inputs = task.inputs().iter().zip(inputs.present());
            inputs
                .map(|(input, value)| (input.name, input.info, shown(input.info, value)))
                .collect()
        });
    }
    if shows(task, DeckField::SourceCode) {
        let deck = decks.field(DeckField::SourceCode);
        deck.append(format!("{} at {}", task.name(), task.location()));
        if !task.docs().is_empty() {
            deck.append(Markdown::new(task.docs()));
        }
        if let Some(built_from) = built_from(task) {
            let code = Html::escape(built_from.code);
            deck.append(Html::own(format!("<pre><code>{code}</code></pre>")));
        }
    }
    if shows(task, DeckField::Dependencies) {
        let deck = decks.field(DeckField::Dependencies);
        let own = (env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
        let built_from = built_from(task);
        let packages = built_from.map_or("", |built_from| built_from.packages);
        let caption = match packages {
            "" => "The package of the task, and this library",
            _ => "The package of the task, and all packages of its Cargo.lock when it was built",
        };
        let mut table = Table::new(["Package", "Version"]).caption(caption);
        if let Some(built_from) = built_from {
            table = table.rows([[built_from.package, built_from.version]]);
        }
        table = match packages {
            "" => table.rows([[own.0, own.1]]),
            _ => {
                let lines = packages.lines().filter_map(|line| line.split_once(' '));
                let others = lines.filter(|(name, version)| {
                    built_from.is_none_or(|own| (*name, *version) != (own.package, own.version))
                });
                table.rows(others.map(|(name, version)| [name, version]))
            }
        };
        deck.append(table);
    }
}

/// Ends the page of an attempt that has given its outputs, or has built a graph that gives them.
pub(crate) fn succeed(decks: &Decks, task: &EntityDescriptor, outputs: Option<&[Value]>) {
    if let Some(outputs) = outputs
        && shows(task, DeckField::Output)
    {
        write_values(decks, DeckField::Output, || {
            let outputs = task.outputs().iter().zip(outputs);
            outputs
                .map(|(output, value)| (output.name, output.info, shown(output.info, value)))
                .collect()
        });
    }
    end(decks, task, Status::Succeeded);
}

/// Ends the page of an attempt that has failed.
pub(crate) fn fail(decks: &Decks, task: &EntityDescriptor, cause: &FailureCause) {
    let text = attempt::catch(|| with_causes(cause));
    let text = text.unwrap_or_else(|panic| could_not_be_shown("the error", &panic));
    let markup = format!("<div class=\"error\">{}</div>", Html::escape(&text));
    decks.deck(ERROR).append(Html::own(markup));
    end(decks, task, Status::Failed);
}

fn end(decks: &Decks, task: &EntityDescriptor, status: Status) {
    if shows(task, DeckField::Timeline)
        && let Some(progress) = decks.progress()
    {
        decks.timeline_deck().append(TimelineRow {
            name: format!("{} as a whole", task.short_name()),
            start: progress.began,
            wall: progress.began.elapsed().unwrap_or_default(),
            cpu: None,
        });
    }
    decks.end(status);
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

fn shown(info: TypeInfo, value: &Value) -> String {
    info.preview_up_to(value, Preview::of(VALUE_LIMIT))
}

/// Writes values, which is code of their types and may panic: a page is no reason for a task to fail.
fn write_values(
    decks: &Decks,
    field: DeckField,
    values: impl FnOnce() -> Vec<(&'static str, TypeInfo, String)>,
) {
    let deck = decks.field(field);
    let values = match attempt::catch(values) {
        Ok(values) => values,
        Err(panic) => {
            deck.append(could_not_be_shown("the values", &panic));
            return;
        }
    };
    if values.is_empty() {
        deck.append("none");
        return;
    }
    let mut table = String::from(
        "<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\">Name</th><th scope=\"col\">Type</th>\
         <th scope=\"col\">Value</th></tr></thead>\n<tbody>\n",
    );
    for (name, info, value) in values {
        put(
            &mut table,
            format_args!(
                "<tr><td class=\"nowrap\">{}</td><td class=\"nowrap\"><code>{}</code></td><td class=\"value\">{}</td></tr>\n",
                Html::escape(name),
                Html::escape(&info.short_name()),
                Html::escape(&value)
            ),
        );
    }
    table.push_str("</tbody>\n</table></div>");
    deck.append(Html::own(table));
}

fn could_not_be_shown(what: &str, panic: &Panic) -> String {
    let Panic { message, place } = panic;
    format!("{what} could not be shown: panicked at {place}: {message}")
}
