//! What changes with a name.

use flyte_editor::open;

#[test]
fn a_parameter_of_a_workflow_is_renamed_in_its_body_alone() {
    for text in [
        "#[workflow]
        pub fn flow(fir$0st: i64) -> i64 {
            let y = square(first);
            add(a = first, b = y)
        }
        #[workflow]
        pub fn other(first: i64) -> i64 {
            square(first)
        }",
        "#[workflow]
        pub fn flow(first: i64) -> i64 {
            let y = square(fir$0st);
            add(a = first, b = y)
        }
        #[workflow]
        pub fn other(first: i64) -> i64 {
            square(first)
        }",
    ] {
        assert_eq!(
            open(text).rename("start").expect("it can be renamed"),
            [
                "pub fn flow(start: i64) -> i64 {",
                "let y = square(start);",
                "add(a = start, b = y)",
            ]
        );
    }
}

#[test]
fn a_variable_is_renamed() {
    let renamed = open(
        "#[workflow]
        pub fn flow(x: i64) -> i64 {
            let y$0 = square(x);
            add(a = x, b = y)
        }",
    )
    .rename("squared");
    assert_eq!(
        renamed.expect("it can be renamed"),
        ["let squared = square(x);", "add(a = x, b = squared)",]
    );
}
