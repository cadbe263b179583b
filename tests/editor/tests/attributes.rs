//! The options of attributes.

use flyte_editor::open;

fn options(attribute: &str) -> flyte_editor::Open {
    open(&format!(
        "{attribute}\npub fn cube(x: i64) -> i64 {{\n    square(x)\n}}"
    ))
}

#[track_caller]
fn all(attribute: &str, wanted: &[&str]) {
    let labels = options(attribute).labels();
    for name in wanted {
        assert!(
            labels.iter().any(|label| label == name),
            "{attribute}: no `{name}` in {labels:?}"
        );
    }
}

#[test]
fn options_are_completed_by_their_names() {
    let of_tasks = ["retries", "timeout", "cache", "requests", "secret_requests"];
    all("#[task($0)]", &of_tasks);
    all("#[task(re$0)]", &of_tasks);
    all("#[task(retries = 3, $0)]", &of_tasks);
    all("#[task($0, retries = 3)]", &of_tasks);
    all("#[dynamic($0)]", &of_tasks);
    all("#[workflow($0)]", &["failure_policy", "on_failure", "docs"]);
}

#[test]
fn the_parts_of_an_option_are_completed_by_their_names() {
    all("#[task(requests($0))]", &["cpu", "mem", "gpu"]);
    all("#[task(cache($0))]", &["version", "serialize"]);
}

#[test]
fn nothing_else_is_completed_as_an_option() {
    let labels = options("#[workflow($0)]").labels();
    assert!(
        labels.iter().all(|label| !label.starts_with("__")),
        "{labels:?}"
    );
    assert!(!labels.contains(&"square".to_owned()), "{labels:?}");
    assert!(!labels.contains(&"retries".to_owned()), "{labels:?}");
}

#[test]
fn an_option_says_how_it_is_written() {
    let shown = options("#[task(retr$0ies = 3)]").hover();
    let shown = shown.expect("an option is explained");
    assert!(
        shown.contains(r#"retries: &str = "retries = 3""#),
        "{shown}"
    );
}

/// A value is none of the names.
#[test]
fn values_of_options_are_not_completed() {
    let labels = options("#[task(retries = $0)]").labels();
    assert!(!labels.contains(&"timeout".to_owned()), "{labels:?}");
}
