//! Compares our layout with that of Graphviz: crossings and area, for generated graphs and those of the examples.
//!
//! `tests/pictures/run` starts it. Its arguments are a directory for a page with all drawings, then files with graphs
//! as the command `graph --format json` writes them.

#![allow(
    missing_docs,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program of the tests"
)]

#[allow(dead_code, reason = "the tests need the rest")]
mod generate;
#[allow(dead_code, reason = "the tests need the rest")]
mod judge;

use std::{error::Error, fmt::Write as _, fs, path::Path, process::ExitCode};

use flyte_view::picture::layout::{Drawing, Group, Line, Shape, Sketch, Spacing};
use serde_json::Value as Json;

/// The most crossings in sum, as a part of Graphviz's.
const IN_SUM: f64 = 1.05;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let directory = args.next().ok_or("say where the page goes")?;
    let mut graphs: Vec<(String, Sketch)> = (1..=20)
        .map(|seed| (format!("seed {seed}"), generate::workflow(seed)))
        .collect();
    for file in args {
        let name = Path::new(&file)
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let text = fs::read_to_string(&file)?;
        // What a program has that cannot be drawn is told where it is drawn.
        if let Ok(json) = serde_json::from_str(&text) {
            graphs.push((name, read(&json)));
        }
    }
    let mut page = String::from(
        "<!doctype html><meta charset=utf-8><title>Drawings</title><style>:root{color-scheme:light dark}\
         body{font:13px sans-serif}svg{max-width:48vw;height:auto;vertical-align:top}\
         .box{fill:none;stroke:currentColor}.frame{fill:none;stroke:gray;stroke-dasharray:4}\
         .edge{fill:none;stroke:gray}</style>",
    );
    println!("| Graph | Boxes | Edges | Clusters | Crossings | Graphviz | Area | Graphviz |");
    println!("|-|-:|-:|-:|-:|-:|-:|-:|");
    let (mut sum, mut sum_of_dot, mut worse) = (0, 0, Vec::new());
    for (name, sketch) in &graphs {
        let drawing = sketch.lay_out(&Spacing::PIXELS);
        judge::check(sketch, &drawing);
        let ours = judge::crossings(sketch, &judge::lines_of(&drawing));
        let (dot, area) = judge::graphviz(sketch)?;
        sum += ours;
        sum_of_dot += dot;
        if ours > dot + 2 && ours as f64 > 1.15 * dot as f64 {
            worse.push(name.clone());
        }
        println!(
            "| {name} | {} | {} | {} | {ours} | {dot} | {:.2} | {:.2} |",
            sketch.nodes.len(),
            sketch.edges.len(),
            sketch.clusters.len(),
            drawing.width * drawing.height / 1e6,
            area / 1e6
        );
        let _ = writeln!(page, "<h2>{name}: {ours} crossings, Graphviz {dot}</h2>");
        page.push_str(&svg(&drawing));
        page.push_str(&judge::graphviz_svg(sketch)?);
    }
    let count = graphs.len();
    println!("| {count} graphs | | | | {sum} | {sum_of_dot} | | |");
    fs::write(Path::new(&directory).join("drawings.html"), page)?;
    if !worse.is_empty() {
        eprintln!("more crossings than allowed: {}", worse.join(", "));
    }
    let is_good = worse.is_empty() && sum as f64 <= IN_SUM * sum_of_dot as f64;
    Ok(if is_good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// A graph as the command `graph` writes it, with boxes as wide as names.
fn read(json: &Json) -> Sketch {
    let list = |name: &str| json[name].as_array().cloned().unwrap_or_default();
    let (steps, frames) = (list("steps"), list("frames"));
    let place = |items: &[Json], id: &Json| items.iter().position(|item| item["id"] == *id);
    let nodes = steps.iter().map(|step| Shape {
        width: 40.0 + 8.0 * step["name"].as_str().unwrap_or_default().len() as f64,
        height: 28.0,
        cluster: place(&frames, &step["frame"]),
    });
    let edges = list("links");
    let edges = edges.iter().filter_map(|link| {
        Some(Line {
            from: place(&steps, &link["from"])?,
            to: place(&steps, &link["to"])?,
            label: None,
        })
    });
    let clusters = frames.iter().map(|frame| Group {
        parent: place(&frames, &frame["frame"]),
        width: 80.0,
    });
    Sketch {
        nodes: nodes.collect(),
        edges: edges.collect(),
        clusters: clusters.collect(),
    }
}

fn svg(drawing: &Drawing) -> String {
    let (width, height) = (drawing.width + 2.0, drawing.height + 2.0);
    let mut svg =
        format!("<svg width=\"{width}\" height=\"{height}\" viewBox=\"-1 -1 {width} {height}\">");
    for (class, rects) in [("frame", &drawing.clusters), ("box", &drawing.nodes)] {
        for rect in rects {
            let _ = write!(
                svg,
                "<rect class=\"{class}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
                rect.x, rect.y, rect.width, rect.height
            );
        }
    }
    for line in judge::lines_of(drawing) {
        let points: Vec<String> = line.iter().map(|(x, y)| format!("{x},{y}")).collect();
        let _ = write!(
            svg,
            "<polyline class=\"edge\" points=\"{}\"/>",
            points.join(" ")
        );
    }
    svg + "</svg>"
}
