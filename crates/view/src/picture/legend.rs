//! The signs of a picture and what they say, for a page: only those that are in it.

use std::fmt::Write as _;

use super::{
    card,
    model::{Kind, Model, Why},
};

/// A list of signs; empty for a picture of plain steps and values.
pub(super) fn of(model: &Model) -> String {
    let has_link = |wanted: Why| {
        let mut links = model.links.iter();
        links.any(|link| link.why == wanted && !model.steps[link.to].on_failure)
    };
    let is_late = model.steps.iter().any(|step| step.on_failure);
    let lines = [
        (has_link(Why::Case), "case", "a case of a branch"),
        (has_link(Why::Order), "order", "an order without a value"),
        (is_late, "late", "runs when the workflow fails"),
    ];
    let kinds = [
        (Kind::Branch, "a branch"),
        (Kind::Map, "for each element of a list"),
        (Kind::Gate, "waits for an answer or a time"),
        (
            Kind::Dynamic,
            "makes its graph, or calls tasks, while it runs",
        ),
        (Kind::Workflow, "a workflow"),
        (Kind::LaunchPlan, "a launch plan"),
        (Kind::Failure, "fails"),
    ];
    let mut items = String::new();
    for (_, class, said) in lines.into_iter().filter(|(is_there, ..)| *is_there) {
        let start = match class {
            "case" => "M1 7.5a3 3 0 1 0 6 0a3 3 0 1 0 -6 0z",
            _ => "",
        };
        let _ = write!(
            items,
            "<li><svg width=\"32\" height=\"15\" aria-hidden=\"true\"><g class=\"{class}\">\
             <path class=\"edge\" d=\"M4 7.5H25\"/><path class=\"tip\" d=\"{start}M31 7.5l-6 -3.5v7z\"/></g></svg>\
             {said}</li>"
        );
    }
    for (kind, said) in kinds {
        let is_there = model.steps.iter().any(|step| step.kind == kind);
        if let Some(sign) = card::sign(kind).filter(|_| is_there) {
            let _ = write!(
                items,
                "<li><svg width=\"16\" height=\"15\" aria-hidden=\"true\"><g class=\"{}\">\
                 <path class=\"sign\" transform=\"translate(8 7.5)\" d=\"{sign}\"/></g></svg>{said}</li>",
                kind.name().replace(' ', "-")
            );
        }
    }
    match items.as_str() {
        "" => items,
        items => format!("<ul class=\"legend\" aria-label=\"Legend\">{items}</ul>\n"),
    }
}
