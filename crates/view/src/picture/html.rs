//! The picture as a page.

use std::fmt::Write as _;

use super::{
    escape::{source, xml},
    legend,
    model::{Kind, Model},
    svg,
};

const RULES: &str = "\
*{box-sizing:border-box}\
body{margin:0;background:var(--page);color:var(--ink);\
font:13px/20px system-ui,-apple-system,'Segoe UI',Roboto,sans-serif}\
header,main{padding:12px 16px}\
header{background:var(--pane);border-bottom:1px solid var(--line)}\
h1{margin:0;font:600 20px/28px ui-monospace,'SF Mono',Menlo,Consolas,'Liberation Mono',monospace}\
p{margin:4px 0;color:var(--mute);white-space:pre-line;max-width:80ch}\
.picture{overflow:auto;border-bottom:1px solid var(--line)}\
.picture svg{display:block;margin:0 auto}\
main{overflow:auto}\
@media(max-width:640px){th:nth-child(3),td:nth-child(3),th:nth-child(4),td:nth-child(4){display:none}}\
.legend{display:flex;flex-wrap:wrap;gap:4px 20px;margin:0;padding:8px 16px;list-style:none;color:var(--mute);\
font-size:12px;border-bottom:1px solid var(--line)}\
.legend svg{vertical-align:middle;margin-right:6px}\
tr:target{background:var(--raise)}\
table{border-collapse:collapse;font-size:12px;font-variant-numeric:tabular-nums}\
th,td{text-align:left;vertical-align:top;padding:4px 16px 4px 0;border-bottom:1px solid var(--line)}\
th{color:var(--mute);font-weight:500}\
td:first-child{font-family:ui-monospace,'SF Mono',Menlo,Consolas,'Liberation Mono',monospace;font-weight:600}\
a{color:var(--accent)}";

pub(super) fn page(model: &Model, base: &str) -> String {
    let tokens = |dark: bool| {
        let tokens = svg::TOKENS.iter();
        let tokens = tokens
            .map(|(name, light, night)| format!("--{name}:{};", if dark { night } else { light }));
        tokens.collect::<String>()
    };
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>{}</title>\n\
         <style>:root{{color-scheme:light dark;{}}}\
         @media(prefers-color-scheme:dark){{:root{{{}}}}}{RULES}</style>\n</head>\n<body>\n",
        xml(&model.short_name),
        tokens(false),
        tokens(true)
    );
    let _ = writeln!(
        page,
        "<header><h1>{}</h1>\n<p><a href=\"{}\">{}</a></p>",
        xml(&model.name),
        xml(&source(base, model.location)),
        xml(&svg::place(model))
    );
    for paragraph in paragraphs(model.docs) {
        let _ = writeln!(page, "<p>{}</p>", xml(&paragraph));
    }
    let _ = writeln!(
        page,
        "</header>\n<div class=\"picture\">{}</div>\n{}<main>",
        svg::draw_below(model, base),
        legend::of(model)
    );
    page.push_str(
        "<table><thead><tr><th>Step</th><th>Node</th><th>Kind</th><th>Runs or takes</th><th>Comes after</th>\
         <th>When and how</th><th>Source</th></tr></thead>\n<tbody>\n",
    );
    for index in 0..model.steps.len() {
        row(&mut page, model, index, base);
    }
    page.push_str("</tbody></table></main>\n</body>\n</html>\n");
    page
}

/// The paragraphs of a text, in which the source breaks lines where they are long.
fn paragraphs(docs: &str) -> Vec<String> {
    let paragraphs = docs.trim().split("\n\n").map(|paragraph| {
        let lines: Vec<&str> = paragraph.lines().map(str::trim).collect();
        // Lists, tables and code are lines of their own.
        let is_prose = lines
            .iter()
            .all(|line| !line.starts_with(['-', '*', '|', '`', '#', '>']));
        lines.join(if is_prose { " " } else { "\n" })
    });
    paragraphs.filter(|text| !text.is_empty()).collect()
}

/// Another step as a row names it, with its node where other steps have its name.
fn reference(model: &Model, index: usize) -> String {
    let step = &model.steps[index];
    let has_twin = model
        .steps
        .iter()
        .filter(|other| other.name == step.name)
        .count()
        > 1;
    let node = match has_twin && !step.id.is_empty() {
        true => format!(" ({})", step.id),
        false => String::new(),
    };
    format!(
        "<a href=\"#step-{index}\">{}</a>",
        xml(&format!("{}{node}", step.name))
    )
}

fn row(page: &mut String, model: &Model, index: usize, base: &str) {
    let step = &model.steps[index];
    let mut before: Vec<usize> = model
        .links
        .iter()
        .filter(|link| link.to == index)
        .map(|link| link.from)
        .collect();
    before.sort_unstable();
    before.dedup();
    let before: Vec<String> = before
        .into_iter()
        .map(|from| reference(model, from))
        .collect();
    let what = match (step.kind, step.mark.as_str()) {
        (kind, "") => kind.name(),
        (_, mark) => mark,
    };
    let runs = match step.kind {
        Kind::Input | Kind::Output => &step.value,
        _ => &step.entity,
    };
    let node = match step.kind {
        Kind::Input | Kind::Output => "",
        _ => &step.id,
    };
    let options: Vec<&str> = [&step.caption]
        .into_iter()
        .filter(|caption| !caption.is_empty())
        .chain(&step.constants)
        .chain(&step.options)
        .map(String::as_str)
        .collect();
    let place = step.location.map_or(String::new(), |location| {
        format!(
            "<a href=\"{}\">{}</a>",
            xml(&source(base, location)),
            xml(&location.to_string())
        )
    });
    let _ = writeln!(
        page,
        "<tr id=\"step-{index}\"><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td>\
         <td>{place}</td></tr>",
        xml(&step.name),
        xml(node),
        xml(what),
        xml(runs),
        before.join(", "),
        xml(&options.join(", "))
    );
}
