//! What is written on each step, and how large that makes it, for pictures in pixels.

use super::{
    layout::{Group, Line, Shape, Sketch},
    measure::{cut, line, mono, sans},
    model::{Kind, Link, Model, Step, Why},
};

/// The most links with labels; where there are more, they are told when pointed at.
pub(super) const LABELS: usize = 40;

/// The longest name and the longest line below it, in letters.
const NAME: usize = 44;
const DETAIL: usize = 52;
const LABEL: usize = 30;

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
        if matches!(kind, Kind::Input | Kind::Output) {
            4.0
        } else {
            SIGN
        }
    }

    /// Where text begins on a card.
    pub(super) fn text_from(&self, kind: Kind) -> f64 {
        SIDE + self.indent(kind)
    }
}

/// What is written at a link; nothing where both of its ends say it.
pub(super) fn label(model: &Model, link: &Link) -> String {
    let (from, to) = (&model.steps[link.from], &model.steps[link.to]);
    if link.why != Why::Value || to.kind == Kind::Output {
        return String::new();
    }
    let flows: Vec<String> = link
        .flows
        .iter()
        .filter(|flow| from.kind != Kind::Input || flow.output != flow.input)
        .map(|flow| match (flow.input.as_str(), flow.of.as_str()) {
            // What a branch looks at stands at its cases.
            ("", of) => of.to_owned(),
            (input, "") => format!("{input} = {}", flow.output),
            (input, of) if from.kind != Kind::Input => format!("{input}: {of}"),
            (input, _) => input.to_owned(),
        })
        .filter(|text| !text.is_empty())
        .collect();
    cut(&line(&flows.join(", ")), LABEL)
}

/// What is laid out, with the cards and the labels.
pub(super) fn sketch(model: &Model) -> (Sketch, Vec<Card>, Vec<String>) {
    let cards: Vec<Card> = model.steps.iter().map(Card::of).collect();
    let mut labels: Vec<String> = model.links.iter().map(|link| label(model, link)).collect();
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
