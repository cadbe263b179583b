//! The standard parts of the page of each task that has `enable_deck`.

use std::iter;

use flyte_context::deck::{
    Decks, Html, Markdown, Status, Table, TimelineRow,
    page::{ERROR, put},
};
use flyte_core::{
    graph::entity::EntityDescriptor,
    options::{BuiltFrom, DeckField},
    panic::{self, Panic},
    types::Preview,
};
use flyte_events::events::{EventKind, Values};

/// How many characters of a value a page shows.
const VALUE_LIMIT: usize = 2_000;

/// Whether the task's `deck_fields` include a part.
fn shows(task: &EntityDescriptor, field: DeckField) -> bool {
    let fields = task.task_options().and_then(|options| options.deck_fields);
    fields.unwrap_or(DeckField::ALL).contains(&field)
}

fn built_from(task: &EntityDescriptor) -> Option<BuiltFrom> {
    task.task_options()?.built_from
}

/// Writes an event of an attempt to its page. The page begins and ends with the attempt.
pub(crate) fn event(page: &Decks, task: &'static EntityDescriptor, event: &EventKind) {
    match event {
        EventKind::AttemptStarted { inputs, .. } => begin(page, task, inputs),
        EventKind::AttemptEnded {
            error: Some(error),
            causes,
            ..
        } => fail(page, task, error, causes),
        EventKind::AttemptEnded { outputs, .. } => succeed(page, task, outputs.as_ref()),
        _ => {}
    }
}

/// Begins the page of an attempt with what is known before it.
fn begin(decks: &Decks, task: &'static EntityDescriptor, inputs: &Values) {
    decks.begin();
    if shows(task, DeckField::Input) {
        write_values(decks, DeckField::Input, inputs);
    }
    for (field, describe) in [
        (DeckField::SourceCode, source_code as fn(&_) -> _),
        (DeckField::Dependencies, dependencies),
    ] {
        if shows(task, field) {
            decks.field(field).describe(task, describe);
        }
    }
}

/// The location of the task, its documentation, and its source code as far as its macro has kept it.
fn source_code(task: &EntityDescriptor) -> Html {
    let place = format!("{} at {}", task.name(), task.location());
    let mut markup = Html::from(place).as_str().to_owned();
    if !task.docs().is_empty() {
        markup += Html::from(Markdown::new(task.docs())).as_str();
    }
    if let Some(built_from) = built_from(task) {
        let code = Html::escape(built_from.code);
        markup += &format!("<pre><code>{code}</code></pre>");
    }
    Html::own(markup)
}

/// The package of the task and the other packages in its lock file. Without a lock file this library is listed, which
/// is always there.
fn dependencies(task: &EntityDescriptor) -> Html {
    let built_from = built_from(task);
    let own = built_from.map(|built_from| (built_from.package, built_from.version));
    let packages = built_from.map_or("", |built_from| built_from.packages);
    let others = packages.lines().filter_map(|line| line.split_once(' '));
    let mut rows: Vec<_> = own.into_iter().collect();
    let caption = if packages.is_empty() {
        rows.push((env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION")));
        "The package of the task, and this library"
    } else {
        rows.extend(others.filter(|package| Some(*package) != own));
        "The package of the task, and all packages of its Cargo.lock when it was built"
    };
    let table = Table::new(["Package", "Version"]).caption(caption);
    Html::from(table.rows(rows.iter().map(|(name, version)| [*name, *version])))
}

/// Ends the page of an attempt that returned its outputs, or built a graph that will.
fn succeed(decks: &Decks, task: &EntityDescriptor, outputs: Option<&Values>) {
    if let Some(outputs) = outputs
        && shows(task, DeckField::Output)
    {
        write_values(decks, DeckField::Output, outputs);
    }
    end(decks, task, Status::Succeeded);
}

/// Ends the page of an attempt that failed.
fn fail(decks: &Decks, task: &EntityDescriptor, error: &str, causes: &[String]) {
    let causes = causes.iter().map(|cause| format!("\ncaused by: {cause}"));
    let text: String = iter::once(error.to_owned()).chain(causes).collect();
    let markup = format!("<div class=\"error\">{}</div>", Html::escape(&text));
    decks.deck(ERROR).append(Html::own(markup));
    end(decks, task, Status::Failed);
}

fn end(decks: &Decks, task: &EntityDescriptor, status: Status) {
    if shows(task, DeckField::Timeline)
        && let Some(progress) = decks.progress()
    {
        decks.timeline_deck().append(TimelineRow::new(
            format!("{} as a whole", task.short_name()),
            progress.began,
            progress.began.elapsed().unwrap_or_default(),
        ));
    }
    decks.end(status);
}

/// Writes values. This runs code of their types, which may panic, but a page must not make a task fail.
fn write_values(decks: &Decks, field: DeckField, values: &Values) {
    let deck = decks.field(field);
    let shown = || {
        let shown = values.iter().map(|(name, info, value)| {
            let text = info.preview_up_to(value, Preview::of(VALUE_LIMIT));
            (name, info, text)
        });
        shown.collect::<Vec<_>>()
    };
    let values = match panic::catch(shown) {
        Ok(values) => values,
        Err(Panic { message, place }) => {
            deck.append(format!(
                "the values could not be shown: panicked at {place}: {message}"
            ));
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
