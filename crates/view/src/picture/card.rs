//! What is written on each step, and how large that makes it, for pictures in pixels.

use super::{
    layout::{Group, Line, Shape, Sketch},
    measure::{cut, line, mono, sans},
    model::{Flow, Kind, Link, Model, Step, Why},
};

/// The most links with labels; where there are more, they are told when pointed at.
pub(super) const LABELS: usize = 40;

/// The longest name and the longest line below it, in letters.
const NAME: usize = 44;
const DETAIL: usize = 52;
const LABEL: usize = 36;

/// The height of a line of text below the name, and of a card with a name alone.
pub(super) const ROW: f64 = 16.0;
const CARD: f64 = 28.0;

/// The room beside the text.
pub(super) const SIDE: f64 = 10.0;

/// The room for the sign in front of the name.
pub(super) const SIGN: f64 = 20.0;

/// The size of names, and of what is around them.
pub(super) const NAME_SIZE: f64 = 12.5;
pub(super) const SMALL: f64 = 11.0;

/// What is written on a step.
#[derive(Clone, Debug)]
pub(super) struct Card {
    pub(super) caption: String,
    pub(super) name: String,
    /// Beside the name: the kind of step, or type and default of an input.
    pub(super) beside: String,
    pub(super) details: Vec<String>,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Card {
    pub(super) fn of(step: &Step) -> Self {
        let beside = if step.value.is_empty() {
            &step.mark
        } else {
            &step.value
        };
        let mut card = Self {
            caption: cut(&line(&step.caption), DETAIL),
            name: cut(&line(&step.name), NAME),
            beside: cut(&line(beside), NAME),
            details: Vec::new(),
            width: 0.0,
            height: 0.0,
        };
        for words in [&step.constants, &step.options] {
            let words: Vec<String> = words.iter().map(|word| line(word)).collect();
            if !words.is_empty() {
                card.details.push(cut(&words.join(" · "), DETAIL));
            }
        }
        let indent = card.indent(step.kind);
        let mut width = indent + mono(&card.name, NAME_SIZE);
        if !card.beside.is_empty() {
            width += 8.0 + sans(&card.beside, SMALL);
        }
        let others = card.details.iter().chain([&card.caption]);
        for text in others.filter(|text| !text.is_empty()) {
            width = width.max(indent + sans(text, SMALL));
        }
        let rows = card.details.len() + usize::from(!card.caption.is_empty());
        // Even, so that half of it is a whole number.
        card.width = ((width + 2.0 * SIDE) / 2.0).ceil() * 2.0;
        card.height = CARD + ROW * rows as f64;
        card
    }

    fn indent(&self, kind: Kind) -> f64 {
        if sign(kind).is_none() { 4.0 } else { SIGN }
    }

    /// Where text begins on a card.
    pub(super) fn text_from(&self, kind: Kind) -> f64 {
        SIDE + self.indent(kind)
    }
}

/// What is written at a link; nothing where both of its ends say it.
pub(super) fn label(model: &Model, link: &Link) -> String {
    let (from, to) = (&model.steps[link.from], &model.steps[link.to]);
    // What a branch looks at, and what a case without steps takes, is written on the card.
    if link.why != Why::Value || matches!(to.kind, Kind::Branch | Kind::Nothing) {
        return String::new();
    }
    let flows: Vec<String> = link
        .flows
        .iter()
        .map(|flow| flow_label(from, to, flow))
        .filter(|text| !text.is_empty())
        .collect();
    line(&flows.join(", "))
}

fn flow_label(from: &Step, to: &Step, flow: &Flow) -> String {
    let is_part = flow.of.is_empty();
    let each = flow.of.starts_with("each of ");
    let label = if to.kind == Kind::Output {
        // The output says its name and type itself.
        let input = flow.input.strip_prefix(&*to.name).unwrap_or(&flow.input);
        match (input, is_part) {
            (input, false) => input.to_owned(),
            ("", true) => part(&flow.output).to_owned(),
            (input, true) => format!("{input} = {}", part(&flow.output)),
        }
    } else if from.kind == Kind::Input && flow.output == flow.input && !each {
        String::new()
    } else if to.kind == Kind::Gate && flow.input == "o0" && !is_part {
        // A gate shows what is to be looked at, and has no name for it.
        flow.of.clone()
    } else if is_part {
        format!("{} = {}", flow.input, flow.output)
    } else if from.kind == Kind::Input && !each {
        flow.input.clone()
    } else {
        format!("{}: {}", flow.input, flow.of)
    };
    match (flow.one_of, label.as_str()) {
        (0 | 1, _) => label,
        (number, "") => format!("one of {number}"),
        (number, label) => format!("{label} (one of {number})"),
    }
}

/// Which part of the only output it is.
fn part(output: &str) -> &str {
    let part = output.strip_prefix("o0").unwrap_or(output);
    part.strip_prefix('.').unwrap_or(part)
}

/// What is laid out, with the cards and the labels.
pub(super) fn sketch(model: &Model) -> (Sketch, Vec<Card>, Vec<String>) {
    let cards: Vec<Card> = model.steps.iter().map(Card::of).collect();
    let labels = model.links.iter();
    let mut labels: Vec<String> = labels.map(|link| cut(&label(model, link), LABEL)).collect();
    if labels.iter().filter(|label| !label.is_empty()).count() > LABELS {
        labels.iter_mut().for_each(String::clear);
    }
    let nodes = cards.iter().zip(&model.steps);
    let edges = model.links.iter().zip(&labels);
    let sketch = Sketch {
        nodes: nodes
            .map(|(card, step)| Shape {
                width: card.width,
                height: card.height,
                cluster: step.group,
            })
            .collect(),
        edges: edges
            .map(|(link, label)| Line {
                from: link.from,
                to: link.to,
                label: (!label.is_empty())
                    .then(|| ((sans(label, SMALL) / 2.0).ceil() * 2.0 + 8.0, ROW)),
            })
            .collect(),
        clusters: model
            .frames
            .iter()
            .map(|frame| Group {
                parent: frame.parent,
                width: title_width(&cut(&line(&frame.title), DETAIL), frame.mark),
            })
            .collect(),
    };
    (sketch, cards, labels)
}

/// How wide a frame is for its title.
fn title_width(title: &str, mark: &str) -> f64 {
    ((mono(title, NAME_SIZE) + 8.0 + sans(mark, SMALL) + 2.0 * SIDE) / 2.0).ceil() * 2.0
}

/// The title of a frame, as much as there is room for.
pub(super) fn title(title: &str) -> String {
    cut(&line(title), DETAIL)
}

/// The sign of a kind of step, around its middle.
pub(super) fn sign(kind: Kind) -> Option<&'static str> {
    Some(match kind {
        // Most steps are tasks: what is not marked is one.
        Kind::Input | Kind::Output | Kind::Task | Kind::Nothing => return None,
        Kind::Dynamic => {
            "M-2 -4A4.5 4.5 0 1 0 4 -2M4.5 -5.5V-2H1M-1 0A1 1 0 1 0 1 0A1 1 0 1 0 -1 0"
        }
        Kind::Workflow => "M-5 -5H2V2H-5ZM2 -2H5V5H-2V2",
        Kind::LaunchPlan => "M-4 -5L5 0L-4 5Z",
        Kind::Gate => "M-3 -5V5M3 -5V5",
        Kind::Branch => "M0 -5.5L5.5 0L0 5.5L-5.5 0Z",
        Kind::Map => "M-5 -4H5M-5 0H5M-5 4H5",
        Kind::Failure => "M-2 -5H2L5 -2V2L2 5H-2L-5 2V-2ZM-2 -2L2 2M2 -2L-2 2",
    })
}
