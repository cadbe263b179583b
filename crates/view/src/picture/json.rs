//! What is drawn, as JSON.

use super::{
    escape::quoted,
    model::{Kind, Model, Step, Why},
};

/// The document, with a line for each step, link and frame.
pub(super) fn document(model: &Model) -> String {
    let id = |step: usize| quoted(&key(&model.steps[step]));
    let frame = |frame: Option<usize>| frame.map(|frame| quoted(&model.frames[frame].id));
    let place = |location: Option<_>| {
        location.map(|location: flyte_core::graph::entity::Location| quoted(&location.to_string()))
    };
    let steps = model.steps.iter().map(|step| {
        object([
            ("id", Some(quoted(&key(step)))),
            ("kind", Some(quoted(step.kind.name()))),
            ("name", Some(quoted(&step.name))),
            ("mark", text(&step.mark)),
            ("entity", text(&step.entity)),
            ("when", text(&step.caption)),
            ("value", text(&step.value)),
            ("constants", list(&step.constants)),
            ("options", list(&step.options)),
            ("docs", text(step.docs)),
            ("location", place(step.location)),
            ("frame", frame(step.group)),
            ("on_failure", step.on_failure.then(|| "true".to_owned())),
        ])
    });
    let links = model.links.iter().map(|link| {
        let why = match link.why {
            Why::Value => "value",
            Why::Case => "case",
            Why::Order => "order",
            Why::Failure => "failure",
        };
        let flows = link.flows.iter().map(|flow| {
            object([
                ("output", text(&flow.output)),
                ("input", text(&flow.input)),
                ("type", text(&flow.of)),
                ("one_of", (flow.one_of > 1).then(|| flow.one_of.to_string())),
            ])
        });
        let flows: Vec<String> = flows.collect();
        object([
            ("from", Some(id(link.from))),
            ("to", Some(id(link.to))),
            ("why", Some(quoted(why))),
            (
                "values",
                (!flows.is_empty()).then(|| format!("[{}]", flows.join(","))),
            ),
        ])
    });
    let frames = model.frames.iter().map(|inner| {
        object([
            ("id", Some(quoted(&inner.id))),
            ("title", Some(quoted(&inner.title))),
            ("mark", text(inner.mark)),
            ("docs", text(inner.docs)),
            ("location", place(inner.location)),
            ("frame", frame(inner.parent)),
        ])
    });
    let facts =
        list(&model.facts).map_or_else(String::new, |facts| format!("\"facts\":{facts},\n"));
    format!(
        "{{\n\"name\":{},\n\"location\":{},\n{facts}\"docs\":{},\n\"steps\":{},\n\"links\":{},\n\"frames\":{}\n}}\n",
        quoted(&model.name),
        quoted(&model.location.to_string()),
        quoted(model.docs),
        lines(steps),
        lines(links),
        lines(frames)
    )
}

/// What a step is called where others refer to it: inputs and outputs may be called like nodes.
pub(super) fn key(step: &Step) -> String {
    match step.kind {
        Kind::Input => format!("input {}", step.id),
        Kind::Output => format!("output {}", step.id),
        _ => step.id.clone(),
    }
}

fn text(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| quoted(text))
}

fn list(items: &[String]) -> Option<String> {
    let items: Vec<String> = items.iter().map(|item| quoted(item)).collect();
    (!items.is_empty()).then(|| format!("[{}]", items.join(",")))
}

fn object<const N: usize>(members: [(&str, Option<String>); N]) -> String {
    let members = members.into_iter();
    let members = members.filter_map(|(name, value)| Some(format!("\"{name}\":{}", value?)));
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

fn lines(items: impl Iterator<Item = String>) -> String {
    let items: Vec<String> = items.collect();
    if items.is_empty() {
        return "[]".to_owned();
    }
    format!("[\n{}\n]", items.join(",\n"))
}
