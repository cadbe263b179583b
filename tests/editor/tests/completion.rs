//! Names that are completed.

use flyte_editor::open;

/// The body of a workflow with an input `x`.
fn body(body: &str) -> flyte_editor::Open {
    open(&format!(
        "#[workflow]\npub fn flow(x: i64) -> i64 {{\n    {body}\n}}"
    ))
}

/// Whether all of these are among the labels.
#[track_caller]
fn holds(labels: &[String], wanted: &[&str]) {
    for name in wanted {
        assert!(
            labels.iter().any(|label| label == name),
            "no `{name}` in {labels:?}"
        );
    }
}

#[test]
fn a_bare_dot_has_the_members_of_a_promise() {
    for text in [
        // At the end of the body, between statements, and behind a call.
        "let y = square(x); y.$0",
        "let y = square(x); y.$0\n let z = square(y); square(z)",
        "square(x).$0",
        // An input of the workflow.
        "x.$0\n square(x)",
    ] {
        let labels = body(text).labels();
        holds(&labels, &["with_overrides"]);
    }
}

#[test]
fn a_member_that_is_begun_is_completed() {
    for text in ["let y = square(x); y.wi$0\n square(y)", "square(x).$0"] {
        let completed = body(text).completions();
        let overrides = completed
            .iter()
            .find(|one| one.label == "with_overrides")
            .unwrap_or_else(|| panic!("{completed:?}"));
        assert!(
            overrides.inserts.starts_with("with_overrides"),
            "{overrides:?}"
        );
    }
}

#[test]
fn lists_have_maps() {
    let labels = body("let xs = numbers(x); xs.$0; sum(xs)").labels();
    holds(&labels, &["map", "zip", "concurrency"]);
}

#[test]
fn named_outputs_are_members() {
    let labels = body("let r = report(x); square(r.$0)").labels();
    holds(&labels, &["text", "total"]);
}

#[test]
fn arguments_are_variables_and_tasks() {
    for text in [
        "let y = square(x); square($0)",
        "let y = square(x); square(y$0)",
    ] {
        let labels = body(text).labels();
        holds(&labels, &["x", "y", "square", "add", "numbers", "tasks::"]);
    }
}

#[test]
fn a_statement_is_a_variable_or_a_task() {
    let labels = body("let y = square(x); sq$0\n square(y)").labels();
    holds(&labels, &["x", "y", "square", "add"]);
}

#[test]
fn a_module_has_its_tasks() {
    let labels = body("let y = tasks::$0; square(x)").labels();
    holds(&labels, &["double"]);
}

/// What begins with `__` is there for generated code.
#[test]
fn nothing_hidden_is_among_the_first_twenty() {
    for text in [
        "let y = square(x); sq$0\n square(y)",
        "let y = square(x); y.$0\n square(y)",
        "x.$0\n square(x)",
        "let y = square(x); square(y$0)",
        "let r = report(x); square(r.$0)",
    ] {
        let labels = body(text).labels();
        let shown: Vec<_> = labels.iter().take(20).collect();
        assert!(!shown.is_empty(), "{text}");
        assert!(
            !shown.iter().any(|label| label.starts_with("__")),
            "{text}: {shown:?}"
        );
    }
}
