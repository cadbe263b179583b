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
    ("edge", "#848d9c", "#677181"),
    ("accent", "#2c5be0", "#85a5ff"),
    ("failed", "#bf3309", "#ff7d55"),
];

const RULES: &str = "\
.page{fill:var(--page)}\
text{font-family:system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;font-size:11px;fill:var(--mute)}\
.name{font-family:ui-monospace,'SF Mono',Menlo,Consolas,'Liberation Mono',monospace;font-size:12.5px;fill:var(--ink);font-weight:600}\
.head{font-family:ui-monospace,'SF Mono',Menlo,Consolas,'Liberation Mono',monospace;font-size:15px;font-weight:600;fill:var(--ink)}\
.frame rect{fill:var(--raise);fill-opacity:.55;stroke:var(--line)}\
.step rect{fill:var(--pane);stroke:var(--line)}\
.step:hover rect{stroke:var(--accent)}\
.end rect{fill:var(--raise)}\
.branch rect{stroke:var(--ink)}\
.failure rect{stroke:var(--failed)}\
.late rect{stroke-dasharray:4 3}\
.sign{fill:none;stroke:var(--ink);stroke-width:1.25;stroke-linecap:round;stroke-linejoin:round}\
.failure .sign{stroke:var(--failed)}\
.when{fill:var(--ink)}\
.edge{fill:none;stroke:var(--edge);stroke-width:1.25;stroke-linecap:round;stroke-linejoin:round}\
.order .edge,.late .edge{stroke-dasharray:4 4}\
.case .edge{stroke:var(--ink)}\
.link:hover .edge{stroke:var(--accent);stroke-width:2}\
.label{paint-order:stroke;stroke:var(--page);stroke-width:4px;stroke-linejoin:round}\
a{text-decoration:none}";

/// Draws all of it. Source places are links below `base`.
pub(super) fn draw(model: &Model, base: &str) -> String {
    let (sketch, cards, labels) = card::sketch(model);
    let drawing = sketch.lay_out(&Spacing::PIXELS);
    let heading = heading_width(model);
    let width = (drawing.width.max(heading) + 2.0 * MARGIN).ceil();
    let height = (drawing.height + HEADING + 2.0 * MARGIN).ceil();
    // A narrow picture stands in the middle below its heading.
    let left = MARGIN + ((width - 2.0 * MARGIN - drawing.width) / 2.0).floor();
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\">\n"
    );
    let _ = writeln!(svg, "<title>{}</title>", xml(&model.name));
    let _ = writeln!(svg, "<desc>{}</desc>", xml(&description(model)));
    let _ = writeln!(svg, "<style>{}{RULES}</style>", tokens());
    let _ = writeln!(
        svg,
        "<rect class=\"page\" width=\"{width}\" height=\"{height}\"/>"
    );
    draw_heading(&mut svg, model, base);
    let _ = writeln!(
        svg,
        "<g transform=\"translate({left} {})\">",
        MARGIN + HEADING
    );
    for (frame, rect) in model.frames.iter().zip(&drawing.clusters) {
        draw_frame(&mut svg, frame, rect, base);
    }
    for ((link, route), label) in model.links.iter().zip(&drawing.edges).zip(&labels) {
        draw_link(&mut svg, model, link, route, label);
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

fn place(model: &Model) -> String {
    line(&model.location.to_string())
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

fn draw_frame(svg: &mut String, frame: &Frame, rect: &Rect, base: &str) {
    if rect.width == 0.0 {
        return;
    }
    let title = card::title(&frame.title);
    let _ = writeln!(svg, "<g class=\"frame\"><title>{}</title>", xml(&frame.id));
    if !frame.docs.is_empty() {
        let _ = writeln!(svg, "<desc>{}</desc>", xml(frame.docs));
    }
    draw_rect(svg, rect, 8.0);
    let (x, y) = (rect.x + card::SIDE, rect.y + 19.0);
    let beside = x + mono(&title, card::NAME_SIZE) + 8.0;
    let text = format!(
        "<text class=\"name\" x=\"{x}\" y=\"{y}\">{}</text><text x=\"{beside:.1}\" y=\"{y}\">{}</text>",
        xml(&title),
        xml(frame.mark)
    );
    let _ = writeln!(
        svg,
        "{}</g>",
        linked(&text, frame.location.map(|at| source(base, at)))
    );
}

fn linked(inner: &str, address: Option<String>) -> String {
    match address {
        Some(address) => format!("<a href=\"{}\">{inner}</a>", xml(&address)),
        None => inner.to_owned(),
    }
}

fn draw_rect(svg: &mut String, rect: &Rect, radius: f64) {
    // On halves of pixels, where lines of one pixel are sharp.
    let _ = write!(
        svg,
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{radius}\"/>",
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
    };
    for flow in &link.flows {
        let is_end = |step: &Step| matches!(step.kind, Kind::Input | Kind::Output);
        let left = if is_end(from) {
            flow.output.clone()
        } else {
            format!("{first}.{}", flow.output)
        };
        let right = match (is_end(to), flow.input.as_str()) {
            (true, _) => second.clone(),
            (false, "") => format!("{second} looks at it"),
            (false, input) => format!("{second}.{input}"),
        };
        let of = if flow.of.is_empty() {
            String::new()
        } else {
            format!(": {}", flow.of)
        };
        lines.push(format!("{left} → {right}{of}"));
    }
    lines.join("\n")
}

fn draw_link(svg: &mut String, model: &Model, link: &Link, route: &Route, label: &str) {
    let late = model.steps[link.from].on_failure || model.steps[link.to].on_failure;
    let class = match link.why {
        _ if late => "link late",
        Why::Value => "link",
        Why::Case => "link case",
        Why::Order => "link order",
    };
    let _ = write!(
        svg,
        "<g class=\"{class}\"><title>{}</title><path class=\"edge\" d=\"{}\"/>",
        xml(&told(model, link)),
        path(route)
    );
    if let Some(rect) = route.label {
        let (x, y) = (rect.x + rect.width / 2.0, rect.y + 12.0);
        let _ = write!(
            svg,
            "<text class=\"label\" x=\"{x}\" y=\"{y}\" text-anchor=\"middle\">{}</text>",
            xml(label)
        );
    }
    svg.push_str("</g>\n");
}

/// Straight down in ranks, a curve between them, an arrow at the end.
fn path(route: &Route) -> String {
    let mut path = String::new();
    let mut before: Option<(f64, f64)> = None;
    for (index, run) in route.runs.iter().enumerate() {
        let x = run.x + 0.5;
        // The arrow ends at the border.
        let bottom = if index + 1 == route.runs.len() {
            run.bottom - 1.0
        } else {
            run.bottom
        };
        match before {
            None => {
                let _ = write!(path, "M{x} {}", run.top);
            }
            Some((last, _)) if last == x => {}
            Some((last, y)) => {
                let middle = f64::midpoint(y, run.top);
                let _ = write!(path, "C{last} {middle} {x} {middle} {x} {}", run.top);
            }
        }
        // What goes on straight is one line.
        let goes_on = route
            .runs
            .get(index + 1)
            .is_some_and(|next| next.x == run.x);
        if !goes_on && bottom > run.top {
            let _ = write!(path, "V{bottom}");
        } else if !goes_on && before.is_none_or(|(last, _)| last == x) {
            let _ = write!(path, "V{}", run.top.max(bottom));
        }
        before = Some((x, bottom));
    }
    path + "m-3.5 -4.5l3.5 4.5l3.5 -4.5"
}

fn draw_steps(svg: &mut String, model: &Model, cards: &[Card], drawing: &Drawing, base: &str) {
    for ((step, card), rect) in model.steps.iter().zip(cards).zip(&drawing.nodes) {
        let is_end = matches!(step.kind, Kind::Input | Kind::Output);
        let mut class = match step.kind {
            Kind::Input | Kind::Output => "step end".to_owned(),
            kind => format!("step {}", kind.name().replace(' ', "-")),
        };
        if step.on_failure {
            class.push_str(" late");
        }
        let mut inner = String::new();
        if step.kind == Kind::Map {
            for by in [6.0, 3.0] {
                let behind = Rect {
                    x: rect.x + by,
                    y: rect.y - by,
                    width: rect.width - 2.0 * by + by,
                    ..*rect
                };
                draw_rect(&mut inner, &behind, 6.0);
            }
        }
        draw_rect(
            &mut inner,
            rect,
            if is_end { rect.height / 2.0 } else { 6.0 },
        );
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
        if let Some(sign) = sign(step.kind) {
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

/// The sign of a kind of step, around its middle.
fn sign(kind: Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::Input | Kind::Output => return None,
        Kind::Task => "M4.5 0A4.5 4.5 0 1 1 -4.5 0A4.5 4.5 0 1 1 4.5 0",
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
