//! What holds of every picture, whatever names, docs and values contain.

mod legible;
mod of_graph;

use flyte_core::graph::entity::Location;

use super::{
    card, html, json,
    layout::Spacing,
    measure::{mono, sans},
    model::{Flow, Frame, Kind, Link, Model, Step, Why},
    svg, text,
};

/// Texts that are meant to break out of where they stand.
const HOSTILE: [&str; 14] = [
    "plain",
    "",
    "</text><script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "]]>",
    "<!--",
    "&amp;&lt;&#x41;&undefined;",
    "a\0b\u{1b}[31m\u{7f}\u{fffe}",
    "\u{202e}right to left",
    "'single' `back` ${x} {{y}}",
    "a very long name that goes on and on and on, far past what anybody would want to read in a picture",
    "漢字かな交じり文",
    "👩‍👩‍👧‍👦 and e\u{301}",
    "javascript:alert(1)",
];

/// Numbers that look as if by chance, the same for the same seed (splitmix64).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % bound.max(1) as u64) as usize
    }

    fn text(&mut self) -> &'static str {
        HOSTILE[self.below(HOSTILE.len())]
    }
}

fn model(seed: u64) -> Model {
    let mut random = Random(seed);
    let kinds = [
        Kind::Input,
        Kind::Output,
        Kind::Task,
        Kind::Dynamic,
        Kind::Workflow,
        Kind::LaunchPlan,
        Kind::Gate,
        Kind::Branch,
        Kind::Map,
        Kind::Failure,
        Kind::Nothing,
    ];
    let location = Location::new(random.text(), seed as u32);
    let count = 1 + random.below(12);
    let mut frames = Vec::new();
    for index in 0..random.below(4) {
        frames.push(Frame {
            id: random.text().to_owned(),
            title: random.text().to_owned(),
            mark: "workflow",
            parent: (index > 0 && random.below(2) == 0).then(|| random.below(index)),
            docs: random.text(),
            location: Some(location),
        });
    }
    let mut steps = Vec::new();
    for _ in 0..count {
        let group = random.below(2 * frames.len() + 1);
        steps.push(Step {
            id: random.text().to_owned(),
            kind: kinds[random.below(kinds.len())],
            name: random.text().to_owned(),
            mark: random.text().to_owned(),
            caption: random.text().to_owned(),
            entity: random.text().to_owned(),
            value: random.text().to_owned(),
            constants: vec![random.text().to_owned(); random.below(3)],
            options: vec![random.text().to_owned(); random.below(3)],
            docs: random.text(),
            location: Some(location),
            group: (group < frames.len()).then_some(group),
            on_failure: random.below(5) == 0,
        });
    }
    let mut links = Vec::new();
    for to in 1..count {
        let flow = Flow {
            output: random.text().to_owned(),
            input: random.text().to_owned(),
            of: random.text().to_owned(),
            one_of: random.below(3),
        };
        links.push(Link {
            from: random.below(to),
            to,
            why: [Why::Value, Why::Case, Why::Order, Why::Failure][random.below(4)],
            flows: vec![flow; random.below(3)],
        });
    }
    Model {
        name: random.text().to_owned(),
        short_name: random.text().to_owned(),
        facts: vec![random.text().to_owned(); random.below(3)],
        docs: random.text(),
        location,
        steps,
        links,
        frames,
    }
}

/// Reads XML as strictly as a browser does for SVG, and gives the names of all elements and attributes.
fn elements(xml: &str) -> Result<Vec<String>, String> {
    let legal = |letter: char| matches!(letter, '\n' | '\t' | ' '..='\u{7e}' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..);
    if let Some(letter) = xml.chars().find(|letter| !legal(*letter)) {
        return Err(format!("{letter:?} is not for XML"));
    }
    let checked = |text: &str| {
        let mut parts = text.split('&');
        parts.next();
        for part in parts {
            let entity = part.split_once(';').map(|(entity, _)| entity);
            if !matches!(entity, Some("amp" | "lt" | "gt" | "quot" | "#39")) {
                return Err(format!("&{part}"));
            }
        }
        if text.contains(['<', '>']) {
            Err(text.to_owned())
        } else {
            Ok(())
        }
    };
    let (mut open, mut names): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    let mut rest = xml;
    while let Some(start) = rest.find('<') {
        checked(&rest[..start])?;
        let end = rest[start..].find('>').ok_or("a tag does not end")? + start;
        let tag = &rest[start + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            if open.pop().as_deref() != Some(name) {
                return Err(format!("</{name}>"));
            }
            continue;
        }
        let (tag, is_empty) = tag
            .strip_suffix('/')
            .map_or((tag, false), |tag| (tag, true));
        let (name, mut attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        names.push(name.to_owned());
        while !attributes.is_empty() {
            let (name, after) = attributes
                .split_once("=\"")
                .ok_or_else(|| attributes.to_owned())?;
            let (value, after) = after.split_once('"').ok_or_else(|| after.to_owned())?;
            checked(value)?;
            names.push(format!("@{name}"));
            if name == "href" && !value.starts_with("./") {
                return Err(format!("{value} is not a path"));
            }
            attributes = after.trim_start();
        }
        if !is_empty {
            open.push(name.to_owned());
        }
    }
    checked(rest)?;
    if open.is_empty() {
        Ok(names)
    } else {
        Err(format!("{open:?} stay open"))
    }
}

#[test]
fn svg_is_valid_and_has_no_script_whatever_is_in_it() {
    let known = [
        "svg",
        "title",
        "desc",
        "style",
        "rect",
        "g",
        "path",
        "text",
        "a",
        "@xmlns",
        "@width",
        "@height",
        "@viewBox",
        "@role",
        "@class",
        "@transform",
        "@d",
        "@x",
        "@y",
        "@rx",
        "@href",
        "@text-anchor",
    ];
    for seed in 0..1_000 {
        let model = model(seed);
        let drawn = svg::draw(&model, "");
        let names = elements(&drawn).unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        for name in &names {
            assert!(known.contains(&name.as_str()), "seed {seed}: {name}");
        }
        let titles = names.iter().filter(|name| *name == "title").count();
        assert!(
            titles > model.steps.len() + model.links.len(),
            "seed {seed}"
        );
        if seed.is_multiple_of(10) {
            assert_eq!(drawn, svg::draw(&model, ""), "seed {seed}");
        }
    }
}

#[test]
fn labels_are_inside_of_their_boxes() {
    for seed in 0..1_000 {
        let model = model(seed);
        let (sketch, cards, labels) = card::sketch(&model);
        let drawing = sketch.lay_out(&Spacing::PIXELS);
        for ((step, card), rect) in model.steps.iter().zip(&cards).zip(&drawing.nodes) {
            let right = rect.width - card::SIDE;
            let from = card.text_from(step.kind);
            let beside = match card.beside.as_str() {
                "" => 0.0,
                beside => 8.0 + sans(beside, card::SMALL),
            };
            let name = from + mono(&card.name, card::NAME_SIZE) + beside;
            let others = card.details.iter().chain([&card.caption]);
            let widest = others
                .map(|text| from + sans(text, card::SMALL))
                .fold(name, f64::max);
            assert!(widest <= right + 0.01, "seed {seed}: {card:?} in {rect:?}");
            let rows = 1 + card.details.len() + usize::from(!card.caption.is_empty());
            assert!(
                rows as f64 * card::ROW <= rect.height,
                "seed {seed}: {card:?}"
            );
        }
        for (route, label) in drawing.edges.iter().zip(&labels) {
            let width = route.label.map_or(0.0, |rect| rect.width);
            assert!(sans(label, card::SMALL) <= width, "seed {seed}: {label:?}");
        }
    }
}

/// A page has no script either, and the picture in characters nothing that moves a cursor.
#[test]
fn other_formats_escape_what_is_in_them() {
    for seed in 0..100 {
        let model = model(seed);
        let page = html::page(&model, "");
        assert!(
            !page.contains("<script") && !page.contains("<img"),
            "seed {seed}"
        );
        let text = text::draw(&model, text::COLUMNS);
        let is_control = |letter: char| letter.is_control() && letter != '\n';
        assert!(
            !text.contains(is_control) && !text.contains('\u{202e}'),
            "seed {seed}: {text}"
        );
        let json = json::document(&model);
        assert!(!json.contains(is_control), "seed {seed}: {json}");
    }
}
