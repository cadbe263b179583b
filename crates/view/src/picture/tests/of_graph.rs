//! What a picture says of a graph is true, and nothing of it is missing.

#![allow(
    clippy::unwrap_used,
    reason = "what does not compile or is not there fails the test"
)]

use flyte_runtime::{prelude::*, types::FlyteError};

use crate::picture::{
    Picture, card, dot, json, mermaid,
    model::{Kind, Model, Step, Why},
    svg, text,
};

fn of(graph: &flyte_core::graph::Graph) -> Model {
    Model::of(graph, None)
}

fn find(model: &Model, is: impl Fn(&Step) -> bool) -> (usize, &Step) {
    let mut steps = model.steps.iter().enumerate();
    steps
        .find(|(_, step)| is(step))
        .unwrap_or_else(|| panic!("{:#?}", model.steps))
}

/// The labels of the links to a step, with why they are there.
fn labels_to(model: &Model, to: usize) -> Vec<(Why, String)> {
    let links = model.links.iter().filter(|link| link.to == to);
    links
        .map(|link| (link.why, card::label(model, link)))
        .collect()
}

#[task]
fn with_tax(price: i64, percent: i64) -> i64 {
    price + price * percent / 100
}

#[workflow]
fn price(country: String, #[default(500)] price: i64) -> i64 {
    match country {
        "NL" => with_tax(price, 20),
        "" => fail("a country is needed"),
        _ => price,
    }
}

/// A case that runs nothing is an exit of its branch like the others.
#[test]
fn a_case_without_steps_is_drawn() {
    let model = of(&price::graph().unwrap());
    let (branch, _) = find(&model, |step| step.kind == Kind::Branch);
    let (nothing, step) = find(&model, |step| step.kind == Kind::Nothing);
    assert_eq!(step.name, "takes price");
    assert_eq!(step.caption, "if country != \"\"");
    let cases = model
        .links
        .iter()
        .filter(|link| link.from == branch && link.why == Why::Case);
    assert_eq!(cases.count(), 3);
    let (output, _) = find(&model, |step| step.kind == Kind::Output);
    let on = model
        .links
        .iter()
        .any(|link| (link.from, link.to) == (nothing, output));
    assert!(on, "{:#?}", model.links);
    // No frame stands around nothing.
    assert!(model.frames.is_empty(), "{:?}", model.frames);
    for drawn in [
        svg::draw(&model, ""),
        text::draw(&model, text::COLUMNS),
        mermaid::source(&model),
        dot::source(&model),
        json::document(&model),
    ] {
        assert!(drawn.contains("takes price"), "{drawn}");
    }
}

#[task]
fn parcels(weight: f64) -> i64 {
    weight as i64
}

#[task]
fn say(count: i64) -> String {
    count.to_string()
}

#[workflow]
fn chosen(weight: f64, fragile: bool) -> String {
    let mut count = parcels(weight);
    if fragile {
        count = 7;
    }
    say(count)
}

/// Values of which a branch chooses one are told apart from several inputs.
#[test]
fn alternative_values_are_marked() {
    let model = of(&chosen::graph().unwrap());
    let (say, _) = find(&model, |step| step.name == "say");
    let said = labels_to(&model, say);
    let expected = (Why::Value, "count: i64 (one of 2)".to_owned());
    assert_eq!(said, [expected.clone(), expected]);
    let (_, seven) = find(&model, |step| step.name == "takes 7");
    // As it is written, and not `fragile == true`.
    assert_eq!(seven.caption, "if fragile");
    find(&model, |step| step.name == "takes parcels");
    let told = svg::told(
        &model,
        model.links.iter().find(|link| link.to == say).unwrap(),
    );
    assert!(told.ends_with("→ say.count: i64 (one of 2)"), "{told}");
    assert!(json::document(&model).contains("\"one_of\":2"));
}

#[task]
fn remove(source: String, err: FlyteError) {
    let _ = (source, err);
}

#[task]
fn load(source: String) -> String {
    source
}

#[workflow(on_failure = remove)]
fn tidy(source: String) -> String {
    load(load(source))
}

/// The error is not known before it happens, and the handler stands behind what can fail.
#[test]
fn a_handler_runs_behind_what_fails() {
    let model = of(&tidy::graph().unwrap());
    let (handler, step) = find(&model, |step| step.on_failure);
    assert_eq!(step.constants, ["err = what failed"]);
    let before = model
        .links
        .iter()
        .find(|link| link.to == handler && link.why == Why::Failure);
    let before = before.unwrap_or_else(|| panic!("{:#?}", model.links));
    assert_eq!(model.steps[before.from].id, "n1");
    let drawn = mermaid::source(&model);
    let line = format!("s{} -.-> s{handler}", before.from);
    assert!(drawn.contains(&line), "{drawn}");
    let drawn = dot::source(&model);
    let line = format!("s{} -> s{handler} [style=dotted]", before.from);
    assert!(drawn.contains(&line), "{drawn}");
}

#[task]
fn sum_rows(rows: Vec<Vec<i64>>) -> i64 {
    rows.into_iter().flatten().sum()
}

#[task]
fn sum(xs: Vec<i64>) -> i64 {
    xs.into_iter().sum()
}

#[workflow]
fn total(x: i64) -> i64 {
    let first = sum_rows(vec![vec![x, 2], vec![], vec![5]]);
    sum(vec![first, 1, x])
}

/// Constants beside promises are on the card, and links to elements say which one.
#[test]
fn elements_of_lists_are_told_apart() {
    let model = of(&total::graph().unwrap());
    let (rows, step) = find(&model, |step| step.name == "sum_rows");
    assert_eq!(
        step.constants,
        ["rows[0][1] = 2", "rows[1] = []", "rows[2] = [5]"]
    );
    assert_eq!(
        labels_to(&model, rows),
        [(Why::Value, "rows[0][0]".to_owned())]
    );
    let (sum, step) = find(&model, |step| step.name == "sum");
    assert_eq!(step.constants, ["xs[1] = 1"]);
    let labels: Vec<String> = labels_to(&model, sum)
        .into_iter()
        .map(|(_, label)| label)
        .collect();
    assert_eq!(labels, ["xs[2]", "xs[0]: i64"]);
}

#[task]
fn length(x: String) -> usize {
    x.len()
}

#[workflow]
fn lengths(x: Vec<String>) -> Vec<usize> {
    x.map(length)
}

#[test]
fn a_map_takes_each_element() {
    let model = of(&lengths::graph().unwrap());
    let (map, _) = find(&model, |step| step.kind == Kind::Map);
    let expected = (Why::Value, "x: each of Vec<String>".to_owned());
    assert_eq!(labels_to(&model, map), [expected]);
}

#[task]
fn sorted(xs: Vec<f64>) -> Vec<f64> {
    xs
}

#[workflow]
fn pick(xs: Vec<f64>) -> (f64, f64) {
    let sorted = sorted(xs);
    (sorted.at(0), sorted.at(2))
}

#[test]
fn parts_that_are_outputs_are_named() {
    let model = of(&pick::graph().unwrap());
    let outputs = model
        .steps
        .iter()
        .enumerate()
        .filter(|(_, step)| step.kind == Kind::Output);
    let labels: Vec<String> = outputs
        .flat_map(|(output, _)| labels_to(&model, output))
        .map(|(_, label)| label)
        .collect();
    assert_eq!(labels, ["[0]", "[2]"]);
    let drawn = Picture::of(&pick::graph().unwrap()).text();
    assert!(drawn.contains("[2]"), "{drawn}");
}

#[workflow(failure_policy = fail_after_executable_nodes_complete)]
fn patient(source: String) -> String {
    load(source)
}

#[launch_plan(schedule = "0 6 * * mon")]
fn weekly(#[default("north")] source: String) -> String {
    patient(source = source)
}

/// Two pictures differ where only an option of the whole differs.
#[test]
fn the_heading_tells_the_schedule_and_what_follows_a_failure() {
    let said = of(&weekly::graph().unwrap());
    assert_eq!(said.facts, ["launch plan", "cron 0 6 * * mon"]);
    assert!(svg::draw(&said, "").contains(" · launch plan · cron 0 6 * * mon</text>"));
    assert!(json::document(&said).contains("\"facts\":[\"launch plan\""));
    let said = text::draw(&of(&patient::graph().unwrap()), text::COLUMNS);
    assert!(said.contains(" · goes on after a failure\n"), "{said}");
}
