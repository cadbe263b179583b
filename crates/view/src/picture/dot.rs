//! The graph for Graphviz.

use std::fmt::Write as _;

use super::{
    card,
    escape::quoted,
    measure::line,
    model::{Frame, Kind, Model, Step, Why},
};

pub(super) fn source(model: &Model) -> String {
    let mut text = format!("digraph {} {{\n", quoted(&model.name));
    text.push_str("  node [shape=box style=rounded fontname=\"Helvetica\" fontsize=11]\n");
    text.push_str("  edge [fontname=\"Helvetica\" fontsize=9 arrowsize=0.6]\n");
    inside(model, None, "  ", &mut text);
    for link in &model.links {
        let mut attributes = Vec::new();
        match card::label(model, link) {
            label if label.is_empty() => {}
            label => attributes.push(format!("label={}", quoted(&label))),
        }
        let style = match link.why {
            Why::Failure => Some("dotted"),
            _ if model.steps[link.to].on_failure => Some("dotted"),
            Why::Order => Some("dashed"),
            Why::Case => Some("bold"),
            Why::Value => None,
        };
        attributes.extend(style.map(|style| format!("style={style}")));
        let attributes = match &attributes[..] {
            [] => String::new(),
            attributes => format!(" [{}]", attributes.join(" ")),
        };
        let _ = writeln!(text, "  s{} -> s{}{attributes}", link.from, link.to);
    }
    text + "}\n"
}

fn inside(model: &Model, around: Option<usize>, indent: &str, text: &mut String) {
    for (index, step) in model
        .steps
        .iter()
        .enumerate()
        .filter(|(_, step)| step.group == around)
    {
        let label = quoted(&label(step));
        let tooltip = quoted(&super::svg::step_description(step));
        let shape = match step.kind {
            _ if step.on_failure => " style=\"rounded,dotted\"",
            Kind::Input | Kind::Output => " shape=oval",
            Kind::Branch => " shape=diamond style=solid",
            Kind::Gate => " style=\"rounded,diagonals\"",
            Kind::Map => " peripheries=2",
            Kind::Failure => " shape=octagon style=solid",
            Kind::Workflow | Kind::LaunchPlan => " shape=component style=solid",
            Kind::Dynamic => " peripheries=2 style=\"rounded,dashed\"",
            Kind::Nothing => " shape=plaintext",
            Kind::Task => "",
        };
        let _ = writeln!(
            text,
            "{indent}s{index} [label={label}{shape} tooltip={tooltip}]"
        );
    }
    for (index, frame) in model
        .frames
        .iter()
        .enumerate()
        .filter(|(_, frame)| frame.parent == around)
    {
        let title = quoted(&title(frame));
        let _ = writeln!(
            text,
            "{indent}subgraph cluster_{index} {{\n{indent}  label={title}"
        );
        inside(model, Some(index), &format!("{indent}  "), text);
        let _ = writeln!(text, "{indent}}}");
    }
}

/// The title of a frame, with what it is.
pub(super) fn title(frame: &Frame) -> String {
    line(&format!("{} {}", frame.title, frame.mark))
}

/// What is written on a step, line by line.
pub(super) fn label(step: &Step) -> String {
    let name = match (step.value.as_str(), step.mark.as_str()) {
        ("", "") => line(&step.name),
        ("", mark) => format!("{} ({mark})", line(&step.name)),
        (value, _) => format!("{}: {}", line(&step.name), line(value)),
    };
    let mut lines = vec![line(&step.caption), name];
    lines.extend(step.constants.iter().map(|text| line(text)));
    lines.push(step.options.join(", "));
    lines.retain(|line| !line.is_empty());
    lines.join("\n")
}
