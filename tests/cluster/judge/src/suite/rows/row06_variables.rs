//! Variables of an environment, and arguments, with what Kubernetes would expand.

use std::env;

use flyte_runtime::prelude::*;

use crate::case::{Case, case, row};

#[task(environment(PRICE = "5 $$", A = "a", OF_A = "$(A) $$(A) $(B)", PLAIN = "$A ${A} $"))]
fn variables(names: Vec<String>) -> Vec<String> {
    names.iter().map(|name| env::var(name).unwrap_or_default()).collect()
}

#[task(environment(WORD = "$$$$(WORD)"))]
fn word(times: i64) -> String {
    env::var("WORD").unwrap_or_default().repeat(times as usize)
}

#[shell_task(
    script = r#"
        cost=$$; test -n "$cost"
        printf '%s|%s|%s' "$(printf 'a$$b')" "$SIGN" "{inputs.text}" > {outputs.o0}
    "#,
    environment(SIGN = "$(HOME) $$")
)]
fn in_a_script(text: String) -> String;

#[workflow]
fn of_elements(times: Vec<i64>) -> Vec<String> {
    times.map(word)
}

#[task]
fn joined(texts: Vec<String>) -> String {
    texts.join(" and ")
}

fn kind() -> String {
    env::var("KIND").unwrap_or_default()
}

/// The variable is that of the task that builds the graph.
#[dynamic(environment(KIND = "$(X)$$"))]
fn built(times: usize) -> (String, String) {
    let kind: String = (kind)();
    (joined(vec![kind.clone(); times]), kind)
}

#[workflow]
fn scripts(text: String) -> (String, String) {
    let first = in_a_script(text);
    (first, in_a_script(first))
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    let of_a = "$(A) $$(A) $(B)";
    let names = ["PRICE", "OF_A", "PLAIN", "NONE"].map(str::to_owned).to_vec();
    let values = ["5 $$", of_a, "$A ${A} $", ""].map(str::to_owned).to_vec();
    row(
        6,
        [
            case(variables::call(names)).gives(values).isolated(),
            case(of_elements::call(vec![1, 2]))
                .gives(vec!["$$$$(WORD)".to_owned(), "$$$$(WORD)$$$$(WORD)".to_owned()])
                .isolated(),
            case(built::call(2)).gives(("$(X)$$ and $(X)$$".to_owned(), "$(X)$$".to_owned())).isolated(),
            case(in_a_script::call("$(HOME)".to_owned())).gives("a$$b|$(HOME) $$|$(HOME)".to_owned()).with("task"),
            case(scripts::call("$$".to_owned()))
                .gives(("a$$b|$(HOME) $$|$$".to_owned(), "a$$b|$(HOME) $$|a$$b|$(HOME) $$|$$".to_owned())),
        ],
    )
}
