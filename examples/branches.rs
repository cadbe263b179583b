//! `if` and `match` on promises: which tasks run is decided when the values are there.
//!
//! ```console
//! $ cargo run --example branches -- run delivery --weight 2.5
//! by bike: 1 parcel of 2.5 kg
//! $ cargo run --example branches -- run delivery --weight 40.0 --fragile true
//! by van: 2 parcels of 20 kg
//! $ cargo run --example branches -- run delivery --weight 2000.0
//! error: branch `if` failed (node n1 of `branches.delivery`): nobody carries more than a tonne
//! ...
//! $ cargo run --example branches -- run price --country NL
//! 600
//! $ cargo run --example branches -- describe price
//! workflow branches.price
//! ...
//! ```

use flyte_runtime::prelude::*;

const HAS_TRUCKS: bool = false;

/// How many parcels it takes.
#[task]
fn parcels(weight: f64, limit: f64) -> i64 {
    (weight / limit).ceil() as i64
}

/// Says what comes how.
#[task]
fn say(how: String, count: i64, weight: f64) -> String {
    let (each, s) = (weight / count as f64, if count == 1 { "" } else { "s" });
    format!("{how}: {count} parcel{s} of {each} kg")
}

// ANCHOR: delivery
/// Chooses how something is delivered.
///
/// Each case is a graph of its own. Of two cases with the same variable the chosen one's value is used behind the
/// branch.
#[workflow]
fn delivery(weight: f64, #[default(false)] fragile: bool) -> String {
    let mut limit = 30.0;
    // A plain value: decided while the graph is built, once and for all.
    if HAS_TRUCKS {
        limit = 300.0;
    }
    let mut count = parcels(weight, limit);
    if weight > 1000.0 {
        fail("nobody carries more than a tonne")
    } else if fragile && count == 1 {
        count = parcels(weight, 1.0);
    }
    if weight < 5.0 && !fragile {
        say("by bike", count, weight)
    } else {
        say("by van", count, weight)
    }
}
// ANCHOR_END: delivery

/// A price in cents, with the tax of a country.
#[task]
fn with_tax(price: i64, percent: i64) -> i64 {
    price + price * percent / 100
}

// ANCHOR: price
/// The price in a country.
#[workflow]
fn price(country: String, #[default(500)] price: i64) -> i64 {
    match country {
        "NL" | "BE" => with_tax(price, 20),
        "DK" => with_tax(price, 25),
        "" => fail("a country is needed"),
        _ => price,
    }
}
// ANCHOR_END: price

fn main() -> ExitCode {
    flyte_runtime::main()
}
