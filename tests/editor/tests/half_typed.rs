//! A body that is being typed: what is written of it keeps its names, its members and what is shown of it.

use flyte_editor::open;

/// What stands between two statements of a workflow, as editors leave it at one time or another.
const HALF_TYPED: [&str; 3] = ["let z = square(", "y.", "let z = y."];

fn around(half: &str, rest: &str) -> flyte_editor::Open {
    open(&format!(
        "#[workflow]\npub fn flow(x: i64) -> i64 {{\n    let y = square(x);\n    {half}\n    {rest}\n}}"
    ))
}

#[test]
fn names_stay() {
    for half in HALF_TYPED {
        let labels = around(half, "let r = report(y$0); square(r.total)").labels();
        for name in ["x", "y", "square"] {
            assert!(
                labels.iter().any(|label| label == name),
                "{half}: no `{name}` in {labels:?}"
            );
        }
    }
}

#[test]
fn members_stay() {
    for half in HALF_TYPED {
        let labels = around(half, "let r = report(y); square(r.$0)").labels();
        for name in ["total", "text"] {
            assert!(
                labels.iter().any(|label| label == name),
                "{half}: no `{name}` in {labels:?}"
            );
        }
    }
}

#[test]
fn what_is_shown_stays() {
    for half in HALF_TYPED {
        let shown = around(half, "let r = rep$0ort(y); square(r.total)").hover();
        let shown = shown.unwrap_or_else(|| panic!("{half}: nothing is shown"));
        assert!(
            shown.contains("pub fn report(total: i64)"),
            "{half}: {shown}"
        );
    }
}
