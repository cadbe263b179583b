//! What is drawn can be read: nothing is cut off, nothing runs through text, and shapes say what is what.

use flyte_core::graph::entity::Location;

use crate::picture::{
    html,
    measure::cells,
    model::{Flow, Frame, Kind, Link, Model, Step, Why},
    svg, text,
};

fn step(kind: Kind, name: &str) -> Step {
    Step {
        id: name.to_owned(),
        kind,
        name: name.to_owned(),
        mark: String::new(),
        caption: String::new(),
        entity: String::new(),
        value: String::new(),
        constants: Vec::new(),
        options: Vec::new(),
        docs: "",
        location: None,
        group: None,
        on_failure: false,
    }
}

fn link(from: usize, to: usize, why: Why, flow: Option<(&str, &str)>) -> Link {
    let flows = flow.map(|(input, of)| Flow {
        output: "o0".to_owned(),
        input: input.to_owned(),
        of: of.to_owned(),
        one_of: 1,
    });
    Link {
        from,
        to,
        why,
        flows: flows.into_iter().collect(),
    }
}

fn model(steps: Vec<Step>, links: Vec<Link>) -> Model {
    Model {
        name: "t.workflow".to_owned(),
        short_name: "workflow".to_owned(),
        facts: Vec::new(),
        docs: "",
        location: Location::new("workflow.rs", 1),
        steps,
        links,
        frames: Vec::new(),
    }
}

/// What does not fit one line of a box goes on in the next.
#[test]
fn options_and_conditions_are_whole_in_characters() {
    let mut task = step(Kind::Task, "square");
    task.caption = "if country == \"NL\" || country == \"BE\" || country == \"LU\"".to_owned();
    task.options = ["1 retry", "timeout 30s", "cpu 500m", "mem 200Mi", "gpu 1"]
        .map(str::to_owned)
        .to_vec();
    let drawn = text::draw(&model(vec![task], Vec::new()), text::COLUMNS);
    assert!(!drawn.contains('…'), "{drawn}");
    for whole in ["mem 200Mi", "gpu 1", "== \"LU\""] {
        assert!(drawn.contains(whole), "{drawn}");
    }
}

/// Where boxes side by side are too wide for a terminal, they become narrower.
#[test]
fn a_wide_picture_fits_eighty_columns() {
    let mut steps = vec![step(Kind::Task, "list_files")];
    let mut links = Vec::new();
    for batch in 0..4 {
        let mut task = step(Kind::Task, "count_batch");
        task.constants = vec![format!("batch = {batch}"), "batches = 4".to_owned()];
        steps.push(task);
        let flow = Some(("files", "Vec<String>"));
        links.push(link(0, batch + 1, Why::Value, flow));
    }
    let drawn = text::draw(&model(steps, links), text::COLUMNS);
    let widest = drawn.lines().map(cells).max();
    assert!(widest <= Some(80), "{widest:?}\n{drawn}");
    assert!(
        drawn.contains("batches = 4") && drawn.contains("Vec<String"),
        "{drawn}"
    );
}

/// Labels and titles are on plates above the lines, which are in the colour of what is below.
#[test]
fn lines_do_not_run_through_text() {
    let mut inside = vec![step(Kind::Task, "first"), step(Kind::Task, "second")];
    for step in &mut inside {
        step.group = Some(0);
    }
    let flow = Some(("x", "i64"));
    let mut model = model(inside, vec![link(0, 1, Why::Value, flow)]);
    model.frames.push(Frame {
        id: "n0".to_owned(),
        title: "inner".to_owned(),
        mark: "workflow",
        parent: None,
        docs: "",
        location: None,
    });
    let drawn = svg::draw(&model, "");
    let plates = drawn.matches("<rect class=\"plate in\"").count();
    assert_eq!(plates, 2, "{drawn}");
    let links = drawn.rfind("class=\"edge\"");
    let title = drawn.find(">inner</text>");
    assert!(links.is_some() && links < title, "{drawn}");
    model.frames.clear();
    for step in &mut model.steps {
        step.group = None;
    }
    let drawn = svg::draw(&model, "");
    assert!(drawn.contains("<rect class=\"plate\""), "{drawn}");
}

/// A line ends straight down, with a head that is not part of the line, so it is whole on dashed ones.
#[test]
fn heads_of_arrows_are_whole_and_point_down() {
    let steps = vec![
        step(Kind::Task, "a"),
        step(Kind::Task, "b"),
        step(Kind::Task, "c"),
    ];
    let links = vec![link(0, 2, Why::Order, None), link(1, 2, Why::Order, None)];
    let drawn = svg::draw(&model(steps, links), "");
    let lines: Vec<&str> = drawn
        .split("class=\"edge\" d=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert_eq!(lines.len(), 2, "{drawn}");
    for line in lines {
        let (curve, end) = line.rsplit_once('V').unwrap_or_else(|| panic!("{line}"));
        let (end, before) = (end.parse::<f64>(), curve.rsplit(' ').next());
        let before = before.and_then(|y| y.parse::<f64>().ok());
        assert!(
            end.is_ok_and(|end| before.is_some_and(|y| end - y >= 9.0)),
            "{line}"
        );
    }
    assert_eq!(drawn.matches("class=\"tip\"").count(), 2, "{drawn}");
}

/// Values, cases, orders and handlers are told apart without colour, and so are branches and gates.
#[test]
fn kinds_of_links_and_steps_have_shapes() {
    let mut steps = vec![
        step(Kind::Branch, "if"),
        step(Kind::Gate, "approve"),
        step(Kind::Task, "publish"),
        step(Kind::Task, "remove"),
    ];
    steps[3].on_failure = true;
    let links = vec![
        link(0, 1, Why::Case, None),
        link(1, 2, Why::Order, None),
        link(2, 3, Why::Failure, None),
    ];
    let drawn = svg::draw(&model(steps, links), "");
    for class in [
        "link case",
        "link order",
        "link late",
        "step branch",
        "step gate",
    ] {
        assert!(
            drawn.contains(&format!("class=\"{class}\"")),
            "{class}: {drawn}"
        );
    }
    assert!(drawn.contains("class=\"hatch\"") && drawn.contains("<path class=\"card\""));
    // A reader of the screen gets to the links in it.
    assert!(drawn.contains("role=\"group\"") && drawn.contains("a:focus-visible"));
}

/// A terminal has no colour for it, so cases are heavy lines, and orders and handlers dashed ones.
#[test]
fn kinds_of_links_are_told_apart_in_characters() {
    let row = |why: Why, on_failure: bool| {
        let mut steps = vec![step(Kind::Task, "a"), step(Kind::Task, "b")];
        steps[1].on_failure = on_failure;
        let drawn = text::draw(&model(steps, vec![link(0, 1, why, None)]), text::COLUMNS);
        let rows = drawn.lines().map(str::trim);
        let line = rows
            .filter(|row| row.chars().count() == 1)
            .collect::<Vec<_>>();
        line.first().copied().unwrap_or_default().to_owned()
    };
    assert_eq!(row(Why::Value, false), "│");
    assert_eq!(row(Why::Case, false), "┃");
    assert_eq!(row(Why::Order, false), "┊");
    assert_eq!(row(Why::Failure, true), "┊");
    // Where both begin at one box, their common part is that of a value.
    let steps = vec![
        step(Kind::Task, "a"),
        step(Kind::Task, "b"),
        step(Kind::Task, "c"),
    ];
    let links = vec![link(0, 1, Why::Value, None), link(0, 2, Why::Order, None)];
    let drawn = text::draw(&model(steps, links), text::COLUMNS);
    let first = drawn.lines().find(|row| matches!(row.trim(), "│" | "┊"));
    assert_eq!(first.map(str::trim), Some("│"), "{drawn}");
}

/// With more columns a label stays in one line, and with fewer it does not.
#[test]
fn text_is_as_wide_as_is_asked_for() {
    let mut task = step(Kind::Task, "count");
    task.constants = vec!["words = in many languages and scripts".to_owned()];
    let steps = vec![task.clone(), task.clone(), task];
    let model = model(steps, Vec::new());
    let widest = |columns: usize| text::draw(&model, columns).lines().map(cells).max();
    assert!(widest(200) > Some(100), "{:?}", widest(200));
    assert!(widest(70) <= Some(70), "{:?}", widest(70));
}

/// A cross would look as if the lines joined.
#[test]
fn a_line_to_the_side_is_interrupted_where_another_goes_down() {
    let names = ["a", "b", "c", "d"];
    let steps: Vec<Step> = names.iter().map(|name| step(Kind::Task, name)).collect();
    let pairs = [(0, 2), (0, 3), (1, 2), (1, 3)];
    let links = pairs.map(|(from, to)| link(from, to, Why::Value, None));
    let drawn = text::draw(&model(steps, links.to_vec()), text::COLUMNS);
    assert!(drawn.contains("───│"), "{drawn}");
    assert!(!drawn.contains('┼'), "{drawn}");
}

/// Steps of one name are told apart, and only signs that are in the picture are explained.
#[test]
fn a_page_explains_its_signs_and_names_nodes() {
    let mut twin = step(Kind::Task, "score");
    twin.id = "n7".to_owned();
    let steps = vec![
        twin,
        step(Kind::Task, "score"),
        step(Kind::Branch, "choose"),
        step(Kind::Task, "last"),
    ];
    let links = vec![
        link(0, 3, Why::Value, None),
        link(1, 3, Why::Value, None),
        link(2, 3, Why::Case, None),
    ];
    let mut model = model(steps, links);
    model.docs = "A long line\nthat goes on.\n\n- one\n- two";
    let page = html::page(&model, "");
    let twins = "<a href=\"#step-0\">score (n7)</a>, <a href=\"#step-1\">score (score)</a>";
    assert!(page.contains(twins), "{page}");
    assert!(page.contains("<tr id=\"step-3\">"), "{page}");
    assert!(page.contains("a case of a branch</li>"), "{page}");
    assert!(!page.contains("an order without a value"), "{page}");
    assert!(page.contains("<p>A long line that goes on.</p>"), "{page}");
    assert!(page.contains("<p>- one\n- two</p>"), "{page}");
}
