//! Pictures as SVG: one file without scripts, fonts or anything else from elsewhere.

use std::fmt::Write as _;

use super::{
    card::{self, Card},
    escape::{source, xml},
    layout::{Drawing, Rect, Route, Spacing},
    measure::{line, mono, sans},
    model::{Frame, Kind, Link, Model, Step, Why},
};

/// Around the picture.
const MARGIN: f64 = 16.0;

/// The height of the line above it.
const HEADING: f64 = 40.0;

/// Colours for light and dark, and what they are for.
pub(super) const TOKENS: [(&str, &str, &str); 9] = [
    ("page", "#f5f6f8", "#0d0f13"),
    ("pane", "#ffffff", "#14171c"),
    ("raise", "#eef0f4", "#1a1e25"),
    ("line", "#c3c9d2", "#414956"),
    ("ink", "#171b22", "#eceff4"),
    ("mute", "#5a6270", "#98a1ae"),
    ("edge", "#727b8a", "#7a8494"),
    ("accent", "#2c5be0", "#85a5ff"),
    ("failed", "#bf3309", "#ff7d55"),
];

const RULES: &str = "\
.page{fill:var(--page)}\
text{font-family:system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;font-size:11px;fill:var(--mute)}\
.name,.head{font-family:ui-monospace,'SF Mono',Menlo,Consolas,'Liberation Mono',monospace;fill:var(--ink);\
font-weight:600}\
.name{font-size:12.5px}\
.head{font-size:15px}\
.frame rect{fill:var(--raise);stroke:var(--line)}\
.card{fill:var(--pane);stroke:var(--line)}\
.end .card,.case .card{fill:var(--raise)}\
.branch .card,.gate .card{stroke:var(--edge)}\
.failure .card{stroke:var(--failed)}\
.late .card{stroke:var(--edge);stroke-dasharray:1 4;stroke-linecap:round}\
.step:hover .card,a:focus-visible .card{stroke:var(--accent)}\
a:focus-visible .card{stroke-width:2}\
a:focus-visible text{text-decoration:underline}\
a:focus{outline:none}\
.hatch{fill:none;stroke:var(--edge)}\
.sign{fill:none;stroke:var(--ink);stroke-width:1.25;stroke-linecap:round;stroke-linejoin:round}\
.failure .sign{stroke:var(--failed)}\
.when{fill:var(--ink)}\
.edge,.reach{fill:none;stroke:var(--edge);stroke-width:1.25;stroke-linecap:round;stroke-linejoin:round}\
.reach{stroke:transparent;stroke-width:10}\
.tip{fill:var(--edge)}\
.case .edge{stroke-width:2.25}\
.order .edge{stroke-dasharray:5 4}\
.late .edge{stroke-dasharray:.5 4;stroke-width:1.75}\
.late .tip{fill:var(--failed)}\
.link:hover .edge{stroke:var(--accent);stroke-width:2}\
.plate{fill:var(--page)}\
.plate.in{fill:var(--raise)}\
a{text-decoration:none}";

/// Draws all of it. Source places are links below `base`.
pub(super) fn draw(model: &Model, base: &str) -> String {
    drawn(model, base, true)
}

/// The same below a heading that says name and place.
pub(super) fn draw_below(model: &Model, base: &str) -> String {
    drawn(model, base, false)
}

fn drawn(model: &Model, base: &str, has_heading: bool) -> String {
    let (sketch, cards, labels) = card::sketch(model);
    let drawing = sketch.lay_out(&Spacing::PIXELS);
    let (heading, above) = match has_heading {
        true => (heading_width(model), HEADING),
        false => (0.0, 0.0),
    };
    let width = (drawing.width.max(heading) + 2.0 * MARGIN).ceil();
    let height = (drawing.height + above + 2.0 * MARGIN).ceil();
    // A narrow picture stands in the middle below its heading.
    let left = MARGIN + ((width - 2.0 * MARGIN - drawing.width) / 2.0).floor();
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"group\">\n"
    );
    let _ = writeln!(svg, "<title>{}</title>", xml(&model.name));
    let _ = writeln!(svg, "<desc>{}</desc>", xml(&description(model)));
    let _ = writeln!(svg, "<style>{}{RULES}</style>", tokens());
    let _ = writeln!(
        svg,
        "<rect class=\"page\" width=\"{width}\" height=\"{height}\"/>"
    );
    if has_heading {
        draw_heading(&mut svg, model, base);
    }
    let _ = writeln!(
        svg,
        "<g transform=\"translate({left} {})\">",
        MARGIN + above
    );
    for (frame, rect) in model.frames.iter().zip(&drawing.clusters) {
        draw_frame(&mut svg, frame, rect);
    }
    for ((link, route), label) in model.links.iter().zip(&drawing.edges).zip(&labels) {
        draw_link(&mut svg, model, &drawing, link, route, label);
    }
    // Above the links, which would run through them.
    for (frame, rect) in model.frames.iter().zip(&drawing.clusters) {
        draw_title(&mut svg, frame, rect, base);
    }
    draw_steps(&mut svg, model, &cards, &drawing, base);
    svg.push_str("</g>\n</svg>\n");
    svg
}

fn tokens() -> String {
    let of = |dark: bool| {
        let tokens = TOKENS.iter();
        let tokens = tokens.map(|(name, in_light, in_dark)| {
            format!("--{name}:{};", if dark { in_dark } else { in_light })
        });
        tokens.collect::<String>()
    };
    format!(
        "svg{{{}}}@media(prefers-color-scheme:dark){{svg{{{}}}}}",
        of(false),
        of(true)
    )
}

/// Where it is in the source, and what is to be known of all of it.
pub(super) fn place(model: &Model) -> String {
    let facts = model.facts.iter().map(String::as_str);
    let place = model.location.to_string();
    let all: Vec<&str> = [&*place].into_iter().chain(facts).collect();
    line(&all.join(" · "))
}

fn heading_width(model: &Model) -> f64 {
    mono(&card::title(&model.short_name), 15.0) + 12.0 + sans(&place(model), card::SMALL)
}

fn draw_heading(svg: &mut String, model: &Model, base: &str) {
    let name = card::title(&model.short_name);
    let x = MARGIN + mono(&name, 15.0) + 12.0;
    let y = MARGIN + 14.0;
    let _ = writeln!(
        svg,
        "<text class=\"head\" x=\"{MARGIN}\" y=\"{y}\">{}</text>",
        xml(&name)
    );
    let _ = writeln!(
        svg,
        "<a href=\"{}\"><text x=\"{x:.1}\" y=\"{y}\">{}</text></a>",
        xml(&source(base, model.location)),
        xml(&place(model))
    );
}

fn description(model: &Model) -> String {
    let counted = |number: usize, what: &str| match number {
        1 => format!("1 {what}"),
        number => format!("{number} {what}s"),
    };
    let is_end = |step: &&Step| matches!(step.kind, Kind::Input | Kind::Output);
    let steps = model.steps.len() - model.steps.iter().filter(is_end).count();
    let counts = format!(
        "{}, {}.",
        counted(steps, "step"),
        counted(model.links.len(), "link")
    );
    match model.docs.trim() {
        "" => counts,
        docs => format!("{docs}\n{counts}"),
    }
}

fn draw_frame(svg: &mut String, frame: &Frame, rect: &Rect) {
    if rect.width == 0.0 {
        return;
    }
    let _ = write!(svg, "<g class=\"frame\"><title>{}</title>", xml(&frame.id));
    if !frame.docs.is_empty() {
        let _ = write!(svg, "<desc>{}</desc>", xml(frame.docs));
    }
    draw_rect(svg, "", rect, 8.0);
    svg.push_str("</g>\n");
}

fn draw_title(svg: &mut String, frame: &Frame, rect: &Rect, base: &str) {
    if rect.width == 0.0 {
        return;
    }
    let title = card::title(&frame.title);
    let (x, y) = (rect.x + card::SIDE, rect.y + 19.0);
    let beside = x + mono(&title, card::NAME_SIZE) + 8.0;
    let mark = match frame.mark {
        "" => 0.0,
        mark => 8.0 + sans(mark, card::SMALL),
    };
    let plate = Rect {
        x: x - 4.0,
        y: rect.y + 5.0,
        width: (mono(&title, card::NAME_SIZE) + mark + 8.0).ceil(),
        height: 20.0,
    };
    draw_rect(svg, "plate in", &plate, 2.0);
    let mut text = format!(
        "<text class=\"name\" x=\"{x}\" y=\"{y}\">{}</text>",
        xml(&title)
    );
    if !frame.mark.is_empty() {
        let _ = write!(
            text,
            "<text x=\"{beside:.1}\" y=\"{y}\">{}</text>",
            xml(frame.mark)
        );
    }
    let _ = writeln!(
        svg,
        "{}",
        linked(&text, frame.location.map(|at| source(base, at)))
    );
}

fn linked(inner: &str, address: Option<String>) -> String {
    match address {
        Some(address) => format!("<a href=\"{}\">{inner}</a>", xml(&address)),
        None => inner.to_owned(),
    }
}

fn draw_rect(svg: &mut String, class: &str, rect: &Rect, radius: f64) {
    let class = match class {
        "" => String::new(),
        class => format!(" class=\"{class}\""),
    };
    // On halves of pixels, where lines of one pixel are sharp.
    let _ = write!(
        svg,
        "<rect{class} x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{radius}\"/>",
        rect.x + 0.5,
        rect.y + 0.5,
        rect.width - 1.0,
        rect.height - 1.0
    );
}

/// What flows along a link, line by line.
pub(super) fn told(model: &Model, link: &Link) -> String {
    let (from, to) = (&model.steps[link.from], &model.steps[link.to]);
    let (first, second) = (line(&from.name), line(&to.name));
    let mut lines = match link.why {
        Why::Value => Vec::new(),
        Why::Case => vec![format!("{first} chooses {second}")],
        Why::Order => vec![format!("{second} comes after {first}")],
        Why::Failure => vec![format!("{second} runs when the workflow fails")],
    };
    for flow in &link.flows {
        let is_end = |step: &Step| matches!(step.kind, Kind::Input | Kind::Output);
        let left = if is_end(from) {
            flow.output.clone()
        } else {
            format!("{first}.{}", flow.output)
        };
        let right = match (is_end(to), flow.input.as_str()) {
            (true, _) if flow.input.is_empty() => second.clone(),
            (true, input) => input.to_owned(),
            (false, "") => format!("{second} looks at it"),
            (false, _) if to.kind == Kind::Nothing => second.clone(),
            (false, input) => format!("{second}.{input}"),
        };
        let of = if flow.of.is_empty() {
            String::new()
        } else {
            format!(": {}", flow.of)
        };
        let chosen = match flow.one_of {
            0 | 1 => String::new(),
            number => format!(" (one of {number})"),
        };
        lines.push(format!("{left} → {right}{of}{chosen}"));
    }
    lines.join("\n")
}

fn draw_link(
    svg: &mut String,
    model: &Model,
    drawing: &Drawing,
    link: &Link,
    route: &Route,
    label: &str,
) {
    let line = path(route);
    let _ = write!(
        svg,
        "<g class=\"link{}\"><title>{}</title><path class=\"reach\" d=\"{line}\"/>\
         <path class=\"edge\" d=\"{line}\"/><path class=\"tip\" d=\"{}{}\"/>",
        sort(model, link),
        xml(&told(model, link)),
        start(link, route),
        tip(route)
    );
    if let Some(rect) = route.label {
        let (x, y) = (rect.x + rect.width / 2.0, rect.y + 12.0);
        let is_framed = drawing.clusters.iter().any(|frame| frame.contains(&rect));
        draw_rect(
            svg,
            if is_framed { "plate in" } else { "plate" },
            &rect,
            2.0,
        );
        let _ = write!(
            svg,
            "<text x=\"{x}\" y=\"{y}\" text-anchor=\"middle\">{}</text>",
            xml(label)
        );
    }
    svg.push_str("</g>\n");
}

/// The class of a link that is not only a value.
pub(super) fn sort(model: &Model, link: &Link) -> &'static str {
    let late = model.steps[link.from].on_failure || model.steps[link.to].on_failure;
    match link.why {
        _ if late => " late",
        Why::Value => "",
        Why::Case => " case",
        Why::Order => " order",
        Why::Failure => " late",
    }
}

/// How far a line goes straight down before it ends.
const STUB: f64 = 10.0;

/// Straight down in ranks, a curve between them.
fn path(route: &Route) -> String {
    let mut path = String::new();
    let mut before: Option<(f64, f64)> = None;
    for (index, run) in route.runs.iter().enumerate() {
        let x = run.x + 0.5;
        let is_last = index + 1 == route.runs.len();
        // The point of the arrow is at the border.
        let bottom = if is_last {
            run.bottom - 3.0
        } else {
            run.bottom
        };
        let mut top = run.top;
        match before {
            None => {
                let _ = write!(path, "M{x} {top}");
            }
            Some((last, _)) if last == x => {}
            Some((last, y)) => {
                // What comes in from the side points down at its end.
                if is_last {
                    top = top.min(bottom - STUB).max(f64::midpoint(y, run.bottom));
                }
                let middle = f64::midpoint(y, top);
                let _ = write!(path, "C{last} {middle} {x} {middle} {x} {top}");
            }
        }
        // What goes on straight is one line.
        let goes_on = route
            .runs
            .get(index + 1)
            .is_some_and(|next| next.x == run.x);
        let is_straight = before.is_none_or(|(last, _)| last == x);
        if !goes_on && (bottom > top || is_straight) {
            let _ = write!(path, "V{}", top.max(bottom));
        }
        before = Some((x, bottom));
    }
    path
}

/// The head of the arrow, which is whole also where the line is not.
fn tip(route: &Route) -> String {
    let Some(last) = route.runs.last() else {
        return String::new();
    };
    let (x, y) = (last.x + 0.5, last.bottom - 0.5);
    format!("M{x} {y}l-3.5 -6h7z")
}

/// A dot where a case begins.
fn start(link: &Link, route: &Route) -> String {
    match route.runs.first() {
        Some(run) if link.why == Why::Case => {
            format!("M{} {}a3 3 0 1 0 6 0a3 3 0 1 0 -6 0z", run.x - 2.5, run.top)
        }
        _ => String::new(),
    }
}

/// The outline of a card, and what is behind it.
fn draw_outline(svg: &mut String, kind: Kind, rect: &Rect) {
    match kind {
        Kind::Map => {
            for by in [6.0, 3.0] {
                // Below, since arrows end above.
                let behind = Rect {
                    x: rect.x + by,
                    y: rect.y + by,
                    width: rect.width - 2.0 * by,
                    ..*rect
                };
                draw_rect(svg, "card", &behind, 6.0);
            }
            draw_rect(svg, "card", rect, 6.0);
        }
        Kind::Branch => {
            let (x, y) = (rect.x + 0.5, rect.y + 0.5);
            let (width, half) = (rect.width - 1.0, (rect.height - 1.0) / 2.0);
            let across = width - 2.0 * card::SIDE;
            let side = card::SIDE;
            let _ = write!(
                svg,
                "<path class=\"card\" d=\"M{x} {}l{side} -{half}h{across}l{side} {half}l-{side} {half}h-{across}z\"/>",
                y + half
            );
        }
        Kind::Gate => {
            draw_rect(svg, "card", rect, 2.0);
            // A bar that is down.
            let mut hatch = String::new();
            let mut y = rect.y + 8.0;
            while y <= rect.y + rect.height - 2.0 {
                let _ = write!(hatch, "M{} {y}l6 -6", rect.x + 2.0);
                y += 5.0;
            }
            let _ = write!(svg, "<path class=\"hatch\" d=\"{hatch}\"/>");
        }
        Kind::Input | Kind::Output | Kind::Nothing => {
            draw_rect(svg, "card", rect, rect.height.min(28.0) / 2.0);
        }
        _ => draw_rect(svg, "card", rect, 6.0),
    }
}

fn draw_steps(svg: &mut String, model: &Model, cards: &[Card], drawing: &Drawing, base: &str) {
    for ((step, card), rect) in model.steps.iter().zip(cards).zip(&drawing.nodes) {
        let mut class = match step.kind {
            Kind::Input | Kind::Output => "step end".to_owned(),
            kind => format!("step {}", kind.name().replace(' ', "-")),
        };
        if step.on_failure {
            class.push_str(" late");
        }
        let mut inner = String::new();
        draw_outline(&mut inner, step.kind, rect);
        let caption = !card.caption.is_empty();
        let middle = rect.y + 14.0 + if caption { card::ROW } else { 0.0 };
        let text_x = rect.x + card.text_from(step.kind);
        if caption {
            let y = rect.y + 17.0;
            let _ = write!(
                inner,
                "<text class=\"when\" x=\"{text_x}\" y=\"{y}\">{}</text>",
                xml(&card.caption)
            );
        }
        if let Some(sign) = card::sign(step.kind) {
            let _ = write!(
                inner,
                "<path class=\"sign\" transform=\"translate({} {middle})\" d=\"{sign}\"/>",
                rect.x + card::SIDE + 7.0
            );
        }
        let y = middle + 4.5;
        let _ = write!(
            inner,
            "<text class=\"name\" x=\"{text_x}\" y=\"{y}\">{}</text>",
            xml(&card.name)
        );
        if !card.beside.is_empty() {
            let x = text_x + mono(&card.name, card::NAME_SIZE) + 8.0;
            let _ = write!(
                inner,
                "<text x=\"{x:.1}\" y=\"{y}\">{}</text>",
                xml(&card.beside)
            );
        }
        for (row, detail) in card.details.iter().enumerate() {
            let y = y + card::ROW * (row + 1) as f64 - 1.0;
            let _ = write!(
                inner,
                "<text x=\"{text_x}\" y=\"{y}\">{}</text>",
                xml(detail)
            );
        }
        let address = step.location.map(|at| source(base, at));
        let _ = writeln!(
            svg,
            "<g class=\"{class}\"><title>{}</title><desc>{}</desc>{}</g>",
            xml(&line(&step.name)),
            xml(&step_description(step)),
            linked(&inner, address)
        );
    }
}

/// What a step is, line by line.
pub(super) fn step_description(step: &Step) -> String {
    let what = match (step.kind, step.mark.as_str()) {
        (kind, "") => kind.name(),
        (_, mark) => mark,
    };
    let mut lines = vec![match step.entity.as_str() {
        "" => what.to_owned(),
        entity => format!("{what} {entity}"),
    }];
    match step.kind {
        Kind::Input | Kind::Output => lines.push(step.value.clone()),
        _ => lines.push(format!("node {}", step.id)),
    }
    lines.extend([
        step.caption.clone(),
        step.constants.join("\n"),
        step.options.join(", "),
    ]);
    lines.extend(step.location.map(|location| format!("at {location}")));
    lines.push(step.docs.trim().to_owned());
    lines.retain(|line| !line.is_empty());
    lines.join("\n")
}
