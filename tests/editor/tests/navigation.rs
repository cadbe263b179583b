//! What is shown of a name, and where it leads.

use flyte_editor::{Place, open};

fn body(body: &str) -> flyte_editor::Open {
    open(&format!(
        "#[workflow]\npub fn flow(x: i64) -> i64 {{\n    {body}\n}}"
    ))
}

#[track_caller]
fn leads_to(text: &str, name: &str, line: &str) {
    let found = body(text).definitions();
    let wanted = Place {
        name: name.to_owned(),
        line: line.to_owned(),
    };
    assert_eq!(found, [wanted], "{text}");
}

#[test]
fn a_call_shows_the_users_function() {
    // At the end of a body the hover also shows what the body ends with.
    for text in [
        "let y = squ$0are(x); square(y)",
        "let y = add(squ$0are(x), 1); y",
    ] {
        let shown = body(text).hover().expect("a call is explained");
        assert!(shown.contains("pub fn square(x: i64) -> i64"), "{shown}");
        assert!(shown.contains("The square of a number."), "{shown}");
        assert!(!shown.contains("__"), "{shown}");
    }
}

#[test]
fn a_call_leads_to_the_users_function() {
    let declared = "pub fn square(x: i64) -> i64 {";
    leads_to("let y = squ$0are(x); square(y)", "square", declared);
    leads_to("let y = squ$0are(x); y", "square", declared);
    let declared = "pub fn add(a: i64, b: i64) -> i64 {";
    leads_to("let y = ad$0d(b = x, a = x); y", "add", declared);
    leads_to(
        "let y = tasks::dou$0ble(x); y",
        "double",
        "pub fn double(x: i64) -> i64 {",
    );
}

#[test]
fn a_variable_shows_its_promise_and_leads_to_its_declaration() {
    let text = "let first = square(x); add(fir$0st, x)";
    let shown = body(text).hover().expect("a variable is explained");
    assert!(shown.contains("Promise<i64>"), "{shown}");
    leads_to(text, "first", "let first = square(x); add(first, x)");
    let text = "let first = square(x); add(first, x$0)";
    let shown = body(text).hover().expect("an input is explained");
    assert!(shown.contains("Promise<i64>"), "{shown}");
    leads_to(text, "x", "pub fn flow(x: i64) -> i64 {");
}

#[test]
fn a_call_that_is_written_shows_its_parameters() {
    let signature = body("let y = square(x$0); square(y)").signature();
    let active = signature.and_then(|signature| signature.active);
    assert_eq!(active.as_deref(), Some("x: Promise<i64>"));
}

#[test]
fn a_right_program_has_no_mistakes() {
    for text in ["squ$0are(x)", "let y$0 = square(x); add(a = x, b = y)"] {
        assert_eq!(body(text).diagnostics(), [""; 0]);
    }
}
