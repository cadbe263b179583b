//! What a page knows of a run, as JSON.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::SystemTime,
};

use serde_json::{Map, Value as Json, json};

use super::{
    compare::Comparison,
    deck::Decks,
    tree::{Step, paths, steps},
    values::{cut, texts, types},
};
use crate::picture::options;
use flyte_core::{graph::entity::EntityDescriptor, registry::Registry};
use flyte_events::history::{AttemptRecord, NodeRecord, RunRecord, RunStatus};

/// How much of an error is shown, in characters.
const SHOWN_OF_ERROR: usize = 16_000;

/// The run as the script of the page reads it, in an element `script`: without `<`, so nothing in it ends the element.
pub(super) fn json(
    run: &RunRecord,
    registry: Option<&Registry>,
    other: Option<&RunRecord>,
    decks: &Decks<'_>,
) -> String {
    let entity = |name: &str| registry.and_then(|registry| registry.find(name).ok());
    let steps = steps(run);
    let names: BTreeSet<&str> = steps.iter().map(|step| step.entity).collect();
    let names = names
        .into_iter()
        .chain([run.entity()])
        .filter(|name| !name.is_empty());
    let described: BTreeMap<_, _> = names
        .filter_map(|name| Some((name, entity(name)?)))
        .collect();
    let entities: Map<_, _> = described
        .iter()
        .map(|(name, entity)| ((*name).to_owned(), facts(entity)))
        .collect();
    let known = |name: &str| described.get(name).copied();
    let mut page = json!({
        "run": of_run(run, known(run.entity())),
        "entities": entities,
        "nodes": steps.iter().map(|step| node(run, step, known(step.entity), decks)).collect::<Json>(),
    });
    if let Some(other) = other {
        Comparison::of(run, other, registry).put_into(&mut page, &paths(&steps));
    }
    page.to_string().replace('<', "\\u003c")
}

fn of_run(run: &RunRecord, entity: Option<&'static EntityDescriptor>) -> Json {
    let (inputs, outputs) = types(entity);
    let started = run.started().duration_since(SystemTime::UNIX_EPOCH);
    let ends = run
        .nodes()
        .iter()
        .filter_map(|node| node.ended.or(node.started));
    let ended = run.ended().or_else(|| ends.max());
    let mut json = json!({
        "id": run.id(),
        "entity": run.entity(),
        "state": run.status().to_string(),
        "started": started.map_or(0.0, |since| since.as_secs_f64() * 1e3),
        "took": ended.map_or(0.0, |ended| since(run, ended)),
    });
    let fields = [
        ("resumed", (run.resumed() > 0).then(|| run.resumed().into())),
        ("damaged", (run.damage() > 0).then(|| run.damage().into())),
        ("error", run.error().map(error)),
        ("inputs", pairs(texts(run.inputs(), &inputs, false))),
        ("outputs", pairs(texts(run.outputs(), &outputs, false))),
    ];
    put(&mut json, fields);
    json
}

/// The state of a step. One of which nothing is recorded may still begin while what it is in goes on.
fn state(run: &RunRecord, step: &Step<'_>) -> String {
    match step.record {
        Some(record) => record.status.to_string(),
        None if run.status() == RunStatus::Running && !step.is_over => "queued".to_owned(),
        None => RunStatus::Skipped.to_string(),
    }
}

fn node(
    run: &RunRecord,
    step: &Step<'_>,
    entity: Option<&'static EntityDescriptor>,
    decks: &Decks<'_>,
) -> Json {
    let mut json = json!({"id": step.id, "kind": step.kind, "state": state(run, step)});
    let name = (step.name != step.id).then(|| step.name.as_str().into());
    put(
        &mut json,
        [
            ("in", step.around.map(Into::into)),
            ("name", name),
            (
                "entity",
                (!step.entity.is_empty()).then(|| step.entity.into()),
            ),
            (
                "needs",
                (!step.needs.is_empty()).then(|| step.needs.clone().into()),
            ),
            ("when", step.when.as_deref().map(Into::into)),
        ],
    );
    let from = step.from.iter();
    let from = from.map(|(input, source)| ((*input).to_owned(), source.clone()));
    put(&mut json, [("from", pairs(from.collect()))]);
    if let Some(record) = step.record {
        recorded(
            &mut json,
            (run, record),
            step.kind == "element",
            entity,
            decks,
        );
    }
    json
}

fn recorded(
    json: &mut Json,
    (run, record): (&RunRecord, &NodeRecord),
    is_element: bool,
    entity: Option<&'static EntityDescriptor>,
    decks: &Decks<'_>,
) {
    // A map has lists of what its task has.
    let (inputs, outputs) = match record.kind.as_str() {
        "map" | "branch" => Default::default(),
        _ => types(entity),
    };
    let time = |time: Option<SystemTime>| time.map(|time| since(run, time).into());
    let ended = record.ended.or_else(|| record.started.and(run.ended()));
    let waits = record.waits.iter();
    let waits: Vec<Json> = waits
        .map(|wait| json!([since(run, wait.started), wait.reason]))
        .collect();
    let cache = record.cache.as_ref();
    let attempts = record
        .tried
        .iter()
        .filter(|attempt| attempt.started.is_some());
    let attempts: Vec<Json> = attempts
        .map(|attempt| tried(run, record, attempt, decks))
        .collect();
    put(
        json,
        [
            ("ready", time(record.ready)),
            ("start", time(record.started)),
            ("end", time(ended)),
            ("runs", (!attempts.is_empty()).then(|| attempts.into())),
            ("waits", (!waits.is_empty()).then(|| waits.into())),
            (
                "cache",
                cache.map(|cache| json!({"key": cache.key, "hit": cache.hit, "why": cache.why})),
            ),
            ("error", record.error.as_deref().map(error)),
            ("inputs", pairs(texts(&record.inputs, &inputs, is_element))),
            (
                "outputs",
                pairs(texts(&record.outputs, &outputs, is_element)),
            ),
        ],
    );
}

fn tried(run: &RunRecord, node: &NodeRecord, attempt: &AttemptRecord, decks: &Decks<'_>) -> Json {
    let time = |time: Option<SystemTime>| time.map(|time| since(run, time));
    // One that goes on has none.
    let end = attempt.ended.or(node.ended).or_else(|| run.ended());
    let mut json = json!({"start": time(attempt.started)});
    let (lines, deck) = (&attempt.lines, attempt.deck.as_ref());
    put(
        &mut json,
        [
            ("end", time(end).map(Into::into)),
            ("error", attempt.error.as_deref().map(error)),
            (
                "log",
                (!lines.first.is_empty()).then(|| lines.first.as_str().into()),
            ),
            ("left", (lines.left_out > 0).then(|| lines.left_out.into())),
            (
                "rest",
                (!lines.last.is_empty()).then(|| lines.last.as_str().into()),
            ),
            ("deck", deck.map(|deck| deck.to_string_lossy().into())),
            (
                "frame",
                deck.and_then(|deck| decks.page(deck)).map(Into::into),
            ),
        ],
    );
    json
}

/// What the program says of an entity.
fn facts(entity: &'static EntityDescriptor) -> Json {
    let mut json = json!({"source": entity.location().to_string()});
    let docs = entity.summary();
    let options: Vec<(String, String)> = options(entity)
        .into_iter()
        .map(|option| ("runs with".to_owned(), option))
        .collect();
    put(
        &mut json,
        [
            ("docs", (!docs.is_empty()).then(|| docs.into())),
            ("options", pairs(options)),
        ],
    );
    json
}

/// Adds the fields that there are.
fn put<const N: usize>(json: &mut Json, fields: [(&str, Option<Json>); N]) {
    for (name, value) in fields {
        if let Some(value) = value {
            json[name] = value;
        }
    }
}

fn pairs(list: Vec<(String, String)>) -> Option<Json> {
    let pairs = list.into_iter().map(|(name, value)| json!([name, value]));
    let pairs: Vec<_> = pairs.collect();
    (!pairs.is_empty()).then(|| pairs.into())
}

fn error(text: &str) -> Json {
    cut(text.to_owned(), SHOWN_OF_ERROR).into()
}

/// Seconds since the run began, to the tenth of a microsecond; negative for what an earlier clock has recorded.
fn since(run: &RunRecord, time: SystemTime) -> f64 {
    let seconds = match time.duration_since(run.started()) {
        Ok(since) => since.as_secs_f64(),
        Err(before) => -before.duration().as_secs_f64(),
    };
    (seconds * 1e7).round() / 1e7
}
