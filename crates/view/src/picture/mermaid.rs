//! The graph for Mermaid.

use std::fmt::Write as _;

use super::{
    card, dot,
    escape::xml,
    model::{Kind, Model, Why},
};

pub(super) fn source(model: &Model) -> String {
    let mut text = "flowchart TD\n".to_owned();
    inside(model, None, "  ", &mut text);
    for link in &model.links {
        let label = escaped(&card::label(model, link));
        let arrow = match link.why {
            Why::Order | Why::Failure => "-.->",
            _ if model.steps[link.to].on_failure => "-.->",
            Why::Case => "==>",
            Why::Value => "-->",
        };
        let label = if label.is_empty() {
            label
        } else {
            format!("|\"{label}\"|")
        };
        let _ = writeln!(text, "  s{} {arrow}{label} s{}", link.from, link.to);
    }
    text
}

fn inside(model: &Model, around: Option<usize>, indent: &str, text: &mut String) {
    for (index, step) in model
        .steps
        .iter()
        .enumerate()
        .filter(|(_, step)| step.group == around)
    {
        let (open, close) = match step.kind {
            Kind::Input | Kind::Output => ("([", "])"),
            Kind::Branch => ("{", "}"),
            Kind::Gate => ("[/", "/]"),
            Kind::Map | Kind::Workflow | Kind::LaunchPlan => ("[[", "]]"),
            Kind::Failure => ("{{", "}}"),
            Kind::Dynamic => ("[[", "]]"),
            Kind::Nothing => ("(", ")"),
            Kind::Task => ("[", "]"),
        };
        let label = escaped(&dot::label(step)).replace('\n', "<br>");
        let _ = writeln!(text, "{indent}s{index}{open}\"{label}\"{close}");
    }
    for (index, frame) in model
        .frames
        .iter()
        .enumerate()
        .filter(|(_, frame)| frame.parent == around)
    {
        let title = escaped(&dot::title(frame));
        let _ = writeln!(text, "{indent}subgraph f{index}[\"{title}\"]");
        inside(model, Some(index), &format!("{indent}  "), text);
        let _ = writeln!(text, "{indent}end");
    }
}

/// Text in quotes: Mermaid reads Markdown and entities there.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for letter in xml(text).chars() {
        match letter {
            '`' | '*' | '_' | '#' | '\\' => {
                let _ = write!(escaped, "&#{};", letter as u32);
            }
            letter => escaped.push(letter),
        }
    }
    // Those that are entities already.
    escaped.replace("&&#35;39;", "&#39;")
}
