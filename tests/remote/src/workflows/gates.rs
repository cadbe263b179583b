//! Gates with signals of every kind.

use std::collections::BTreeMap;

use flyte_runtime::prelude::*;
use serde::{Deserialize, Serialize};

use crate::square;

/// What is ordered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FlyteType)]
pub struct Order {
    /// What it is.
    pub what: String,
    /// How many.
    pub count: i64,
}

/// How large it is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, FlyteType)]
pub enum Size {
    /// Not large.
    Small,
    /// Not small.
    Large,
}

/// A value of each simple type.
#[workflow]
pub fn of_simple_types() -> (i64, f64, bool, String) {
    (
        wait_for_input::<i64>("integer", "1h"),
        wait_for_input::<f64>("float", "1h"),
        wait_for_input::<bool>("boolean", "1h"),
        wait_for_input::<String>("text", "1h"),
    )
}

/// A list, a map, a struct and an enum.
#[workflow]
pub fn of_compound_types() -> (Vec<String>, BTreeMap<String, f64>, Order, Size) {
    (
        wait_for_input::<Vec<String>>("texts", "1h"),
        wait_for_input::<BTreeMap<String, f64>>("rates", "1h"),
        wait_for_input::<Order>("order", "1h"),
        wait_for_input::<Size>("size", "1h"),
    )
}

/// What an order costs.
#[task]
pub fn total(order: Order, price: f64) -> f64 {
    order.count as f64 * price
}

/// A value that a task uses, and an approval of what it gives, behind a pause.
#[workflow]
pub fn ordered(price: f64) -> (f64, i64) {
    let pause = sleep("10ms");
    let order = wait_for_input::<Order>("order", "1h");
    pause >> order;
    let sum = approve(total(order, price), "sum", "1d");
    (sum, square(order.fields().count))
}

/// A gate whose time is over before an answer comes.
#[workflow]
pub fn unanswered(x: i64) -> (i64, i64) {
    (wait_for_input::<i64>("silence", "1s"), square(x))
}
