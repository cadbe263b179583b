//! The output of `FLYTE_MACROS_DEBUG`.

use quote::quote;

use crate::{debug, expand};

#[test]
fn one_of_the_names_is_asked_about() {
    let task = quote!(
        #[doc = "fn cube"]
        pub(crate) async fn square(x: i64) -> i64 {}
    );
    for asked in ["square", "cube, square", "square,"] {
        assert!(debug::is_asked(asked, &task), "{asked}");
    }
    for asked in ["", "cube", "squares", "fn"] {
        assert!(!debug::is_asked(asked, &task), "{asked}");
    }
    assert!(debug::is_asked(
        "Report",
        &quote!(
            pub struct Report {
                mean: f64,
            }
        )
    ));
    assert!(!debug::is_asked("square", &quote!()));
}

#[test]
fn an_expansion_is_formatted() {
    let item = quote!(
        pub fn square(x: i64) -> i64 {
            x * x
        }
    );
    let expanded = expand::task(quote!(), item).to_string();
    let formatted = debug::formatted(&expanded);
    assert!(
        formatted.starts_with("pub fn square(x: i64) -> i64 {\n"),
        "{formatted}"
    );
    let lines = |text: &str| text.split_whitespace().collect::<String>();
    assert!(
        lines(&formatted).contains("impl__flyte::DeclaredTaskforsquare"),
        "{formatted}"
    );
}

#[test]
fn what_is_no_code_is_shown_as_it_is() {
    assert_eq!(debug::formatted("fn square ( {"), "fn square ( {");
}
