//! Writes pages of every kind into a directory, for a browser to look at: `deck_pages DIR`.

use std::{env, path::PathBuf, time::Duration};

use flyte_runtime::{
    context::FlyteContext,
    deck::{Deck, Html, Markdown, Plot, Table},
    prelude::*,
};

/// What would run if any of it were taken for markup.
const PLANTED: &str = "</style></title></svg><script>window.planted = 1</script><img src=x onerror='window.planted = 2'>\
                       \" onfocus=\"window.planted = 3\" autofocus x=\"";

/// Shows everything there is to show. <script>window.planted = 4</script>
#[task(enable_deck)]
fn shows_all(text: String) -> String {
    let told = flyte_runtime::compat::current_context();
    let numbers = || (0..50).map(|x| (f64::from(x), (f64::from(x) / 5.0).sin()));
    told.default_deck()
        .append(&text)
        .append(Markdown::new(format!(
            "# Heading\n\nSome *text* of some length, which is there to see how a paragraph looks that does not fit into one \
             line, with `code` and a [link](https://flyte.org), and [another](javascript:window.planted=5).\n\n\
             - one\n- two\n\n| a | b |\n|-|-|\n| 1 | 2 |\n\n> quoted\n\n```\nfn main() {{}}\n```\n\n{PLANTED}\n\n{PLANTED}"
        )))
        .append(
            Table::new(["name", PLANTED, "seconds"])
                .caption(PLANTED)
                .row(&[&"first", &text, &1.5])
                .row(&[&"2026-11-21 of a length that fits", &"a cell with a long text that says nothing", &1234.25]),
        );
    Deck::new("plots")
        .append(
            Plot::new(PLANTED)
                .line(PLANTED, numbers())
                .points("points", numbers().step_by(7))
                .line("cosine", numbers().map(|(x, _)| (x, (x / 5.0).cos())))
                .x_label(PLANTED)
                .y_label(PLANTED),
        )
        .append(
            Plot::new("Bars")
                .bars(
                    "2025",
                    [
                        ("spring", 3.0),
                        ("summer with a long name", 5.5),
                        (PLANTED, -1.0),
                    ],
                )
                .bars(
                    "2026",
                    [
                        ("spring", 4.0),
                        ("summer with a long name", 4.5),
                        (PLANTED, 2.0),
                    ],
                ),
        )
        .append(Plot::new("Histogram").histogram("sine", numbers().map(|(_, y)| y), 12))
        .append(Plot::new("Nothing").points("none", []))
        .append((0..14).fold(Plot::new("Many lines"), |plot, nth| {
            let line = numbers().map(|(x, y)| (x * 1e9, (y + f64::from(nth)) * 1e-9));
            plot.line(nth.to_string(), line)
        }))
        .append(Plot::new("Many bars").bars(
            "bars",
            (0..60).map(|nth| (format!("bar {nth}"), f64::from(nth))),
        ));
    Deck::new(PLANTED).append("a deck with a bad name");
    let timeline = told.timeline_deck();
    timeline.measure("sleep", || std::thread::sleep(Duration::from_millis(3)));
    timeline.measure(PLANTED, || ());
    text
}

#[task(enable_deck)]
fn fails(text: String) -> Result<i64, String> {
    flyte_runtime::compat::current_context()
        .default_deck()
        .append("before the error");
    Err(text)
}

#[task(enable_deck)]
fn panics(text: String) -> i64 {
    panic!("{text}")
}

/// Has markup of its own, with a script, which is wanted.
#[task(enable_deck, deck_fields(input))]
fn draws() {
    flyte_runtime::compat::current_context()
        .default_deck()
        .append(Html::raw("<p id=drawn></p><script>document.getElementById('drawn').textContent = 'drawn by a script'</script>"));
}

#[workflow(failure_policy = fail_after_executable_nodes_complete)]
fn everything(text: String) {
    shows_all(text);
    fails(text);
    panics(text);
    draws();
}

fn main() {
    let directory = PathBuf::from(env::args().nth(1).expect("the directory is an argument"));
    let runner = Runner::local().jobs(1).deck_dir(&directory);
    let text = PLANTED.to_owned();
    let failed = runner.run(everything::call(text));
    assert!(failed.is_err(), "two tasks fail on purpose");
    let together = FlyteContext::current().get_deck();
    std::fs::write(directory.join("together.html"), together)
        .expect("the directory can be written to");
}
