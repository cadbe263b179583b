//! The spans that a run makes for whoever listens.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use flyte_runtime::{prelude::*, testing::TestContext};

#[task(retries = 1)]
fn says(word: String) -> Result<String, String> {
    let attempt = flyte_runtime::compat::current_context().attempt_number();
    tracing::info!(word, "said in attempt {attempt}");
    match attempt {
        0 => Err("too quiet".to_owned()),
        _ => Ok(word),
    }
}

#[task]
async fn says_later(word: String) -> String {
    tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    tracing::info!("later");
    word
}

#[workflow]
fn inner(word: String) -> String {
    says(word)
}

#[workflow]
fn outer(word: String) -> String {
    says_later(inner(word))
}

#[eager]
async fn awaits(word: String) -> Result<String, RunError> {
    says_later::call(word).await
}

fn spans_of(run: impl FnOnce() -> Result<String, RunError>) -> (Vec<String>, Vec<String>) {
    let test = TestContext::new();
    assert_eq!(test.run(run).unwrap(), "hello");
    let spans = test.logs().spans();
    let mut spans: Vec<_> = spans.iter().map(|path| path.join(" ")).collect();
    spans.sort();
    let lines = test.logs().lines();
    let mine = lines.iter().filter(|line| line.target == "spans");
    let told = mine.map(|line| format!("{}: {}", line.spans.join(" "), line.message));
    (spans, told.collect())
}

#[test]
fn a_run_has_spans_of_nodes_and_their_attempts() {
    let (spans, told) = spans_of(|| outer("hello".into()));
    let outer = "run{entity=spans.outer}";
    let n0 = format!("{outer} node{{id=n0 task=spans.inner}}");
    let inner = format!("{n0} node{{id=n0/n0 task=spans.says}}");
    let n1 = format!("{outer} node{{id=n1 task=spans.says_later}}");
    let attempts = [
        format!("{inner} attempt{{number=0}}"),
        format!("{inner} attempt{{number=1}}"),
        format!("{n1} attempt{{number=0}}"),
    ];
    assert_eq!(
        told,
        [
            format!("{}: said in attempt 0", attempts[0]),
            format!("{}: said in attempt 1", attempts[1]),
            format!("{}: later", attempts[2]),
        ]
    );
    let mut expected = vec![outer.to_owned(), n0, inner, n1];
    expected.extend(attempts);
    expected.sort();
    assert_eq!(spans, expected);
}

#[test]
fn a_run_inside_of_a_task_is_in_the_span_of_its_attempt() {
    let (_, told) = spans_of(|| awaits::run("hello".into()));
    assert_eq!(
        told,
        [
            "run{entity=spans.awaits} node{id=n0 task=spans.awaits} attempt{number=0} run{entity=spans.says_later} \
             node{id=n0 task=spans.says_later} attempt{number=0}: later"
        ]
    );
}

#[test]
fn the_failure_of_an_attempt_is_told_in_its_node() {
    let test = TestContext::new();
    test.run(|| says::run("hello".into())).unwrap();
    let lines = test.logs().lines();
    let warning = lines
        .iter()
        .find(|line| line.level == tracing::Level::WARN)
        .unwrap();
    assert_eq!(warning.message, "an attempt failed, and another follows");
    assert_eq!(warning.spans.len(), 3, "{warning}");
}
