//! Decks: the page of every execution of a task, however it ends.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test has no users and shows what failed"
)]

use std::{
    cell::RefCell,
    sync::{Arc, Barrier},
    time::Duration,
};

use flyte_runtime::{
    compat::{ExecutionParameters, ExecutionState, FlyteContextManager, current_context},
    context::FlyteContext,
    deck::{Deck, Decks, Html, Status, render},
    prelude::*,
    types::{self, Literal, LiteralType, Preview, TypeError},
};

/// Runs something in a context of its own, and gives what its runs have left there.
fn decks_of<R>(run: impl FnOnce() -> R) -> (R, Decks) {
    let parameters = ExecutionParameters::builder().build();
    let decks = parameters.decks().clone();
    let context = FlyteContext::current();
    let state = context.new_execution_state();
    let state: ExecutionState = state.with_user_space_params(parameters);
    let builder = context.with_execution_state(state);
    (FlyteContextManager::with_context(builder, |_| run()), decks)
}

/// The only page that a run has left.
fn page_of<R>(run: impl FnOnce() -> R) -> (R, Decks) {
    let (result, decks) = decks_of(run);
    let tasks = decks.tasks();
    assert_eq!(tasks.len(), 1, "{decks:?}");
    (result, tasks[0].clone())
}

fn names(decks: &Decks) -> Vec<String> {
    decks
        .own()
        .iter()
        .map(|deck| deck.name().to_owned())
        .collect()
}

fn html(decks: &Decks, name: &str) -> String {
    decks
        .own()
        .iter()
        .find(|deck| deck.name() == name)
        .unwrap()
        .html()
}

// How a task ends.

#[task(enable_deck)]
fn halves(x: i64) -> Result<i64, String> {
    current_context().default_deck().append("halving");
    match x % 2 {
        0 => Ok(x / 2),
        _ => Err(format!("<{x}> is odd")),
    }
}

#[task(enable_deck)]
fn panics(x: i64) -> i64 {
    current_context().default_deck().append("about to panic");
    panic!("no <{x}>")
}

#[task(enable_deck)]
async fn halves_later(x: i64) -> Result<i64, String> {
    tokio::time::sleep(Duration::from_millis(1)).await;
    current_context().default_deck().append("halving");
    assert!(x >= 0, "<{x}> is negative");
    match x % 2 {
        0 => Ok(x / 2),
        _ => Err(format!("<{x}> is odd")),
    }
}

#[test]
fn a_task_that_succeeds_has_a_page() {
    let (result, page) = page_of(|| halves::run(8));
    assert_eq!(result.unwrap(), 4);
    assert_eq!(
        (page.task(), page.node(), page.attempt()),
        (Some("decks.halves"), Some("n0"), Some(0))
    );
    assert_eq!(page.status(), Some(Status::Succeeded));
    assert!(html(&page, "Input").contains("<td class=\"nowrap\">x</td><td class=\"nowrap\"><code>i64</code></td><td class=\"value\">8</td>"));
    assert!(html(&page, "Output").contains("<td class=\"value\">4</td>"));
    assert!(html(&page, "default").contains("halving"));
    assert!(page.get("Error").is_none());
    let html = render(&page);
    for text in [
        "<title>decks.halves</title>",
        "succeeded",
        "node n0",
        "took ",
    ] {
        assert!(html.contains(text), "{text}: {html}");
    }
}

/// An error and a panic, of sync and async tasks alike.
#[test]
fn a_task_that_fails_has_a_page_that_says_why() {
    let cases = [
        (
            page_of(|| halves::run(7).unwrap_err()).1,
            "7",
            "&lt;7&gt; is odd",
        ),
        (
            page_of(|| halves_later::run(7).unwrap_err()).1,
            "7",
            "&lt;7&gt; is odd",
        ),
        (
            page_of(|| panics::run(5).unwrap_err()).1,
            "5",
            "panicked at tests/decks.rs:",
        ),
        (
            page_of(|| halves_later::run(-2).unwrap_err()).1,
            "-2",
            "&lt;-2&gt; is negative",
        ),
    ];
    for (page, input, error) in cases {
        assert_eq!(page.status(), Some(Status::Failed));
        assert!(
            html(&page, "Error").contains(error),
            "{}",
            html(&page, "Error")
        );
        assert!(html(&page, "Input").contains(&format!("<td class=\"value\">{input}</td>")));
        assert!(
            !html(&page, "default").is_empty(),
            "what was written before"
        );
        assert!(page.get("Output").is_none());
        let whole = render(&page);
        let (error, own) = (whole.find(">Error</label>"), whole.find(">default</label>"));
        assert!(
            error.is_some() && error < own,
            "the error comes first: {whole}"
        );
    }
}

#[task(enable_deck)]
async fn waits_for_ever() -> i64 {
    current_context().default_deck().append("waiting");
    std::future::pending().await
}

#[task]
async fn fails_soon() -> Result<i64, String> {
    tokio::time::sleep(Duration::from_millis(20)).await;
    Err("on purpose".to_owned())
}

#[workflow]
fn one_fails() -> (i64, i64) {
    (waits_for_ever(), fails_soon())
}

/// Nothing of its own says how it ended.
#[test]
fn a_task_that_is_ended_from_outside_has_a_page() {
    let (_, page) = page_of(|| Runner::local().jobs(2).run(one_fails::call()).unwrap_err());
    assert_eq!(page.task(), Some("decks.waits_for_ever"));
    assert_eq!(page.status(), Some(Status::Cancelled));
    assert!(html(&page, "default").contains("waiting"));
}

#[task(
    enable_deck,
    secret_requests(secret(group = "decks", key = "is_not_there"))
)]
fn wants_a_secret() -> i64 {
    0
}

#[test]
fn a_task_that_does_not_start_has_a_page() {
    let (_, page) = page_of(|| wants_a_secret::run().unwrap_err());
    assert_eq!(page.status(), Some(Status::Failed));
    assert!(html(&page, "Error").contains("is_not_there"));
}

/// Panics when it is shown.
#[derive(Clone, Debug)]
struct Unshowable;

impl types::FlyteType for Unshowable {
    fn literal_type() -> LiteralType {
        LiteralType::Integer
    }

    fn to_literal(&self) -> Result<Literal, TypeError> {
        Ok(Literal::integer(0))
    }

    fn from_literal(_: Literal) -> Result<Self, TypeError> {
        Ok(Self)
    }

    fn preview(&self, _: &mut Preview) {
        panic!("cannot be shown")
    }
}

#[task(enable_deck)]
fn makes_unshowable() -> Unshowable {
    Unshowable
}

#[test]
fn a_value_that_cannot_be_shown_is_no_reason_to_fail() {
    let (result, page) = page_of(makes_unshowable::run);
    assert!(result.is_ok());
    assert!(
        html(&page, "Output")
            .contains("the values could not be shown: panicked at tests/decks.rs:")
    );
}

#[task(enable_deck, deck_fields(input, output), retries = 2)]
fn works_at_last() -> Result<i64, String> {
    let told = current_context();
    told.default_deck()
        .append(format!("attempt {}", told.attempt_number()));
    match told.attempt_number() {
        2 => Ok(2),
        n => Err(format!("failure {n}")),
    }
}

#[test]
fn of_several_attempts_the_page_is_that_of_the_last() {
    let (_, page) = page_of(|| works_at_last::run().unwrap());
    assert_eq!(
        (page.attempt(), page.status()),
        (Some(2), Some(Status::Succeeded))
    );
    let whole = render(&page);
    assert!(
        whole.contains("attempt 2") && !whole.contains("attempt 1") && !whole.contains("failure")
    );
}

// What is on a page.

#[task]
fn writes_a_deck(text: String) {
    let parameters = current_context();
    parameters.default_deck().append(&text);
    Deck::new("mine")
        .append("first")
        .append(Html::raw("<b>raw</b>"));
    parameters.decks().deck("mine").append("last");
}

#[workflow]
fn writes_decks(text: String) {
    writes_a_deck(text) >> writes_a_deck("second");
}

/// flytekit keeps only the last deck of a name.
#[test]
fn what_is_appended_adds_up_under_several_names() {
    let (_, page) = page_of(|| writes_a_deck::run("<script>".to_owned()).unwrap());
    assert_eq!(
        names(&page),
        ["default", "mine"],
        "no part of a task without `enable_deck`"
    );
    assert_eq!(
        html(&page, "default"),
        "<div class=\"text\">&lt;script&gt;</div>"
    );
    assert_eq!(
        html(&page, "mine"),
        "<div class=\"text\">first</div>\n<b>raw</b>\n<div class=\"text\">last</div>"
    );
    assert_eq!(page.status(), None);
}

#[task(enable_deck, deck_fields(input, output))]
fn shows(x: i64) -> String {
    current_context().default_deck().append("free text");
    format!("<{x}>")
}

/// Says `where` it is, and **how**.
#[task(enable_deck)]
async fn shows_all(x: i64) -> i64 {
    // A comment in the code.
    let timeline = current_context().timeline_deck();
    timeline.measure_async("wait a little", async {}).await;
    x
}

#[task(enable_deck = false)]
fn hides(x: i64) -> i64 {
    current_context().default_deck().append("hidden");
    x
}

#[test]
fn the_options_of_a_task_say_what_its_page_shows() {
    let (_, page) = page_of(|| shows::run(7).unwrap());
    assert_eq!(names(&page), ["Input", "default", "Output"]);
    assert!(html(&page, "Output").contains("<td class=\"value\">&quot;&lt;7&gt;&quot;</td>"));

    let (_, page) = page_of(|| shows_all::run(1).unwrap());
    assert_eq!(
        names(&page),
        ["Input", "Source Code", "Dependencies", "Timeline", "Output"]
    );

    let (_, decks) = decks_of(|| hides::run(1).unwrap());
    assert!(decks.tasks().is_empty() && decks.is_empty());
}

#[test]
fn the_source_code_is_as_it_is_written() {
    let (_, page) = page_of(|| shows_all::run(1).unwrap());
    let source = html(&page, "Source Code");
    for text in [
        "decks.shows_all at tests/decks.rs:",
        "Says <code>where</code> it is, and <strong>how</strong>.",
        "<pre><code>async fn shows_all(x: i64) -&gt; i64 {\n    // A comment in the code.\n    let timeline =",
        "    x\n}</code></pre>",
    ] {
        assert!(source.contains(text), "{text}: {source}");
    }
}

mod inner {
    use flyte_runtime::prelude::*;

    #[task(enable_deck)]
    pub(super) fn several_lines(a: i64, b: Vec<i64>) -> i64 {
        a + b.len() as i64
    }
}

#[test]
fn code_in_a_module_is_shown_without_its_margin() {
    let (_, page) = page_of(|| inner::several_lines::run(1, vec![]).unwrap());
    let source = html(&page, "Source Code");
    assert!(
        source.contains("several_lines(")
            && source.contains("-&gt; i64 {\n    a + b.len() as i64\n}</code>"),
        "{source}"
    );
}

#[test]
fn the_dependencies_are_those_of_the_lock_file() {
    let (_, page) = page_of(|| shows_all::run(1).unwrap());
    let table = html(&page, "Dependencies");
    for (name, version) in [
        ("flyte-tests", env!("CARGO_PKG_VERSION")),
        ("tokio", "1."),
        ("flyte-runtime", env!("CARGO_PKG_VERSION")),
    ] {
        assert!(
            table.contains(&format!("<td>{name}</td><td>{version}")),
            "{name}: {table}"
        );
    }
    let own = table.find("flyte-tests");
    assert!(
        own < table.find("flyte-runtime"),
        "its own package comes first"
    );
}

#[test]
fn the_timeline_has_the_steps_and_the_whole() {
    let (_, page) = page_of(|| shows_all::run(1).unwrap());
    let rows = page.timeline_deck().rows();
    let steps: Vec<_> = rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(steps, ["wait a little", "shows_all as a whole"]);
    assert!(rows[1].start <= rows[0].start && rows[0].wall <= rows[1].wall);
}

#[test]
fn long_values_are_shown_up_to_a_limit() {
    let (_, page) = page_of(|| inner::several_lines::run(1, (0..1_000_000).collect()).unwrap());
    let input = html(&page, "Input");
    assert!(input.contains("[0, 1, 2, ") && input.contains(", 300, ") && input.contains('…'));
    assert!(input.len() < 3_000, "{}", input.len());
}

// Whose page it is.

#[workflow]
fn eight(xs: Vec<i64>) -> Vec<i64> {
    xs.map(halves)
}

#[test]
fn every_element_of_a_map_has_a_page() {
    let (_, decks) = decks_of(|| eight(vec![2, 4, 6]).unwrap());
    let mut pages: Vec<_> = decks
        .tasks()
        .iter()
        .map(|page| (page.node().unwrap().to_owned(), html(page, "Output")))
        .collect();
    pages.sort();
    for (index, (node, output)) in pages.iter().enumerate() {
        assert_eq!(*node, format!("n0[{index}]"));
        assert!(
            output.contains(&format!("<td class=\"value\">{}</td>", index + 1)),
            "{output}"
        );
    }
    assert_eq!(pages.len(), 3);
}

thread_local! {
    static MEETING: RefCell<Option<Arc<Barrier>>> = const { RefCell::new(None) };
}

/// Returns when another run is in the middle of it as well.
#[task]
fn meets(text: String) {
    current_context().default_deck().append(&text);
    let meeting = MEETING.with_borrow_mut(Option::take).unwrap();
    meeting.wait();
}

/// A notebook's own text stays, and what two runs at the same time wrote is there when both have ended.
#[test]
fn what_was_written_outside_of_runs_stays_and_runs_at_the_same_time_lose_nothing() {
    let (page, _) = decks_of(|| {
        current_context().default_deck().append("by hand");
        writes_decks("long before".to_owned()).unwrap();
        let barrier = Arc::new(Barrier::new(2));
        let threads = ["one", "two"].map(|text| {
            let barrier = Arc::clone(&barrier);
            flyte_runtime::context::thread::spawn(move || {
                MEETING.with_borrow_mut(|meeting| *meeting = Some(barrier));
                let call = meets::call(text.to_owned());
                Runner::local().jobs(1).run(call).unwrap();
            })
        });
        for thread in threads {
            thread.join().unwrap();
        }
        FlyteContext::current().get_deck()
    });
    for text in ["by hand", "one", "two"] {
        assert!(page.contains(text), "{page}");
    }
    assert!(!page.contains("long before"));
    assert_eq!(
        page.matches("<details").count(),
        3,
        "one for each task: {page}"
    );
}

#[test]
fn the_decks_of_the_last_run_are_found_by_whoever_started_it() {
    let context = FlyteContextManager::enter(FlyteContext::current().new_builder());
    writes_decks("<first>".to_owned()).unwrap();
    let page = context.get_deck();
    for text in [
        "&lt;first&gt;",
        "second",
        "<b>raw</b>",
        "node n0",
        "node n1",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    writes_decks("third".to_owned()).unwrap();
    assert!(!context.get_deck().contains("first&gt;"));
    makes_unshowable::run().unwrap();
    assert!(!context.get_deck().contains("third"));
    hides::run(1).unwrap();
    assert!(
        context.get_deck().contains("no decks"),
        "the last run had none"
    );
}

#[task(enable_deck)]
fn writes_its_number(number: i64) -> i64 {
    let deck = current_context().default_deck();
    for line in 0..50 {
        deck.append(format!("{number}/{line};"));
    }
    number
}

#[workflow]
fn sixteen_write() -> Vec<i64> {
    (0..16).map(|n| writes_its_number(n)).collect::<Vec<_>>()
}

#[test]
fn sixteen_tasks_at_once_write_sixteen_pages() {
    let (numbers, decks) =
        decks_of(|| Runner::local().jobs(16).run(sixteen_write::call()).unwrap());
    let pages = decks.tasks();
    assert_eq!((numbers.len(), pages.len()), (16, 16));
    for page in pages {
        let number = page.node().unwrap().strip_prefix('n').unwrap();
        let text = html(&page, "default");
        assert_eq!(text.matches(&format!(">{number}/")).count(), 50);
        assert_eq!(text.lines().count(), 50, "nothing of the others");
    }
}

#[dynamic(enable_deck)]
fn unfolds(n: i64) -> i64 {
    halves(n)
}

#[test]
fn a_dynamic_task_has_a_page_beside_those_of_its_graph() {
    let (_, decks) = decks_of(|| unfolds::run(6).unwrap());
    let told = decks
        .tasks()
        .iter()
        .map(|page| {
            (
                page.task().unwrap(),
                page.node().unwrap().to_owned(),
                page.status(),
            )
        })
        .collect::<Vec<_>>();
    let succeeded = Some(Status::Succeeded);
    assert_eq!(
        told,
        [
            ("decks.unfolds", "n0".to_owned(), succeeded),
            ("decks.halves", "n0/dn0".to_owned(), succeeded)
        ]
    );
}

#[eager(enable_deck)]
async fn calls_twice(x: i64) -> Result<i64, RunError> {
    let half = halves::call(x).await?;
    let quarter = halves::call(half).await;
    // The pages of what a task has called are seen by the task.
    let below = current_context().decks().tasks();
    current_context()
        .default_deck()
        .append(format!("{} below", below.len()));
    assert!(FlyteContext::current().get_deck().contains("halving"));
    quarter
}

#[test]
fn what_a_task_calls_has_pages_below_its_own() {
    let (_, decks) = decks_of(|| calls_twice::run(10).unwrap_err());
    let pages = decks.tasks();
    let nodes = pages
        .iter()
        .map(|page| (page.node().unwrap(), page.status().unwrap()))
        .collect::<Vec<_>>();
    assert_eq!(
        nodes,
        [
            ("n0", Status::Failed),
            ("n0/run1/n0", Status::Succeeded),
            ("n0/run2/n0", Status::Failed)
        ]
    );
    assert!(html(&pages[0], "default").contains("2 below"));
}

#[test]
fn a_context_made_by_hand_keeps_the_pages() {
    let test = flyte_runtime::testing::TestContext::new();
    test.run(|| halves::run(7)).unwrap_err();
    assert_eq!(test.decks().tasks()[0].status(), Some(Status::Failed));
    assert!(test.decks().get("Error").unwrap().html().contains("is odd"));
}
