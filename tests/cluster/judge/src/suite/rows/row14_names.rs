//! Names beyond ASCII, echo tasks with several inputs, and aliases of outputs.

use flyte_runtime::prelude::*;

use crate::case::{Case, Expected, case, row};

#[task]
fn fläche(größe: i64, höhe: i64) -> i64 {
    größe * höhe
}

#[derive(FlyteOutputs)]
struct Measured {
    größe: i64,
    name: String,
}

#[task]
fn measured(größe: i64) -> Measured {
    Measured {
        größe,
        name: "größe".to_owned(),
    }
}

#[workflow]
fn in_letters(größe: i64) -> i64 {
    fläche(größe, fläche(größe, 2))
}

#[workflow]
fn in_arms(größe: i64, 名前: String) -> i64 {
    if größe > 3 && 名前 == "x" { fläche(größe, 1) } else { größe }
}

#[workflow]
fn outputs(größe: i64) -> Measured {
    measured(fläche(größe, 1))
}

#[echo_task]
fn both(x: i64, name: String) -> (i64, String);

#[echo_task]
fn three(x: i64, flag: bool, xs: Vec<i64>) -> (i64, bool, Vec<i64>);

#[task]
fn say(x: i64, name: String) -> String {
    format!("{name} {x}")
}

#[workflow]
fn echoes(x: i64) -> (String, bool, Vec<i64>) {
    let (number, name) = both(x, "seven");
    let (_, flag, xs) = three(number, true, vec![x, 2]);
    (say(number, name), flag, xs)
}

#[task]
fn divided(a: i64, b: i64) -> (i64, i64) {
    (a / b, a % b)
}

#[workflow]
fn aliases(a: i64, b: i64) -> (i64, String) {
    let (quotient, rest) = divided(a, b).with_overrides(|o| o.aliases([("o0", "quotient"), ("o1", "rest")]));
    (quotient, say(rest, "rest"))
}

#[workflow]
fn exchanged(a: i64, b: i64) -> (i64, i64, String) {
    let (quotient, rest) = divided(a, b).with_overrides(|o| o.aliases([("o0", "o1"), ("o1", "o0")]));
    let text = if quotient > 1 { say(quotient, "more") } else { say(rest, "less") };
    (quotient, rest, text)
}

#[workflow]
fn alone(x: i64) -> i64 {
    let (y, _) = both(x, "x");
    y
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    let because = "the compiler reads names of ASCII letters alone";
    let refused = Expected::NotRegistered("Failed to parse element [");
    row(
        14,
        [
            case(in_letters::call(3)).gives(18).but_there(refused.clone(), because),
            case(in_arms::call(4, "x".to_owned())).gives(4).but_there(refused.clone(), because),
            case(outputs::call(3))
                .gives(Measured {
                    größe: 3,
                    name: "größe".to_owned(),
                })
                .but_there(refused, because),
            case(echoes::call(7)).gives(("seven 7".to_owned(), true, vec![7, 2])),
            case(alone::call(7)).gives(7),
            case(aliases::call(7, 2)).gives((3, "rest 1".to_owned())),
            case(exchanged::call(7, 2)).gives((3, 1, "more 3".to_owned())),
        ],
    )
}
