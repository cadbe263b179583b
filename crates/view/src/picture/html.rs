//! The picture as a page.

use std::fmt::Write as _;

use super::{
    escape::{source, xml},
    model::{Kind, Model, Step},
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
@media(max-width:640px){th:nth-child(2),td:nth-child(2),th:nth-child(3),td:nth-child(3){display:none}}\
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
    let _ = writeln!(page, "<header><h1>{}</h1>", xml(&model.name));
    if !model.docs.is_empty() {
        let _ = writeln!(page, "<p>{}</p>", xml(model.docs));
    }
    let _ = writeln!(
        page,
        "</header>\n<div class=\"picture\">{}</div>\n<main>",
        svg::draw(model, base)
    );
    page.push_str(
        "<table><thead><tr><th>Step</th><th>Kind</th><th>Runs</th><th>Comes after</th>\
         <th>Options</th><th>Source</th></tr></thead>\n<tbody>\n",
    );
    for (index, step) in model.steps.iter().enumerate() {
        row(&mut page, model, index, step, base);
    }
    page.push_str("</tbody></table></main>\n</body>\n</html>\n");
    page
}

fn row(page: &mut String, model: &Model, index: usize, step: &Step, base: &str) {
    let before = model.links.iter().filter(|link| link.to == index);
    let before: Vec<&str> = before
        .map(|link| model.steps[link.from].name.as_str())
        .collect();
    let what = match (step.kind, step.mark.as_str()) {
        (kind, "") => kind.name(),
        (_, mark) => mark,
    };
    let runs = match step.kind {
        Kind::Input | Kind::Output => &step.value,
        _ => &step.entity,
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
        "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{place}</td></tr>",
        xml(&step.name),
        xml(what),
        xml(runs),
        xml(&before.join(", ")),
        xml(&options.join(", "))
    );
}
