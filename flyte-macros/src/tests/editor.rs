//! What an editor gets in place of what the compiler gets.

use proc_macro2::TokenStream;
use quote::quote;

use super::tokens;
use crate::{editor, expand};

fn asked(attr: &str, item: &str) -> String {
    let expand = || expand::workflow(tokens(attr), tokens(item));
    editor::asked(|| editor::with_options(expand)).to_string()
}

/// Where a name is that stands at the cursor.
const CURSOR: &str = "at_the_cursor";

/// Checks that nothing in front of a place depends on the name that is typed there, and that the name is in the code
/// behind it.
fn starts_alike(attr: &str, item: &str) {
    let with = |name: &str| asked(&attr.replace("$0", name), &item.replace("$0", name));
    let (typed, other) = (with(CURSOR), with("b"));
    let (before, _) = typed
        .split_once(CURSOR)
        .unwrap_or_else(|| panic!("the name is lost: {typed}"));
    assert!(other.starts_with(before), "{typed}\n{other}");
}

#[test]
fn what_is_typed_changes_nothing_in_front_of_it() {
    let bodies = [
        "{ $0 }",
        "{ let y = square(x); y.$0 }",
        "{ x.$0; square(x) }",
        "{ square(x).$0 }",
        "{ square($0) }",
        "{ add(a = x, b = $0) }",
        "{ if x > $0 { square(x) } else { y } }",
        "{ if x > 3 { square($0) } else { y } }",
        "{ let z = ; square($0) }",
        "{ for y in [1, 2] { square($0); } x }",
        "{ xs.map(|x| square($0)) }",
    ];
    for body in bodies {
        starts_alike("", &format!("fn sample(x: i64) -> i64 {body}"));
    }
    let item = "fn sample(x: i64) -> i64 { x }";
    starts_alike("$0", item);
    starts_alike("interruptible, $0", item);
    starts_alike("$0, docs = \"text\"", item);
    starts_alike("docs($0)", item);
}

#[test]
fn options_are_paths_of_constants() {
    let item = "fn sample(x: i64) -> i64 { x }";
    let none = asked("", item);
    assert!(
        none.contains(r#"pub const on_failure : & str = "on_failure = clean_up" ;"#),
        "{none}"
    );
    let one = asked("on_failure = clean_up", item);
    assert!(one.contains("let _ = workflow :: on_failure ;"), "{one}");
    let compiled = expand::workflow(TokenStream::new(), tokens(item)).to_string();
    assert!(!compiled.contains("on_failure ="), "{compiled}");
}

#[test]
fn a_body_sees_no_hidden_parameter() {
    let item = "fn sample(x: i64, y: &[i64]) -> i64 { square(x) }";
    assert!(!asked("", item).contains("__body"));
    let dynamic = editor::asked(|| expand::dynamic(quote!(), tokens(item))).to_string();
    for hidden in ["__body", "__inputs", "__0", "__1"] {
        assert!(!dynamic.contains(hidden), "{hidden}: {dynamic}");
    }
}
