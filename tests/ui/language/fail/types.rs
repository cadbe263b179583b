//! Types that are no inputs, outputs or fields, and types whose outputs are passed on whole.

use std::{cell::Cell, rc::Rc, sync::Mutex};

use flyte_runtime::prelude::*;

struct NoType;

#[task]
fn a_tuple(x: (i64, String)) {}

#[task]
fn a_list_of_tuples(x: Vec<(i64, i64)>) {}

#[task]
fn an_option_of_a_tuple(x: Option<(i64, i64)>) {}

#[task]
fn a_map_of_tuples(x: std::collections::BTreeMap<String, (i64, i64)>) {}

#[task]
fn a_tuple_of_one(x: (i64,)) {}

#[task]
fn an_array_of_tuples(x: [(i64, i64); 2]) {}

#[task]
fn a_lent_tuple(x: &(i64, i64)) {}

#[workflow]
fn a_tuple_of_a_workflow(x: (i64, i64)) {}

#[dynamic]
fn a_tuple_of_a_dynamic_task(x: (i64, i64)) {}

#[eager]
async fn a_tuple_of_an_eager_task(x: (i64, i64)) {}

#[derive(Clone, FlyteType)]
struct FieldOfATuple {
    ends: (i64, i64),
}

#[derive(Clone, FlyteType)]
struct FieldOfAListOfTuples {
    ends: Vec<(i64, i64)>,
}

#[derive(Clone, FlyteType)]
enum VariantOfATuple {
    Ends((i64, i64)),
    None,
}

#[derive(Clone, FlyteOutputs)]
struct OutputOfATuple {
    ends: (i64, i64),
}

#[task]
fn a_struct_without_the_derive(x: NoType) {}

#[task]
fn a_box_of_no_type(x: Box<NoType>) {}

#[task]
fn a_queue_of_no_type(x: std::collections::VecDeque<NoType>) {}

#[task]
fn a_count_of_references(x: Rc<i64>) {}

#[task]
fn a_cell(x: Cell<i64>) {}

#[task]
fn a_lock(x: Mutex<i64>) {}

#[task]
fn a_result(x: Result<i64, String>) {}

#[task]
fn a_function(x: fn(i64) -> i64) {}

#[task]
fn a_boxed_trait(x: Box<dyn Send>) {}

#[task]
fn gives_a_lent_text() -> &'static str {
    "a"
}

#[task]
fn gives_a_lent_list() -> &'static [i64] {
    &[]
}

#[task]
fn gives_a_list_of_tuples() -> Vec<(i64, String)> {
    Vec::new()
}

#[task]
fn gives_a_tuple_in_a_tuple() -> ((i64, i64), i64) {
    ((1, 2), 3)
}

#[task]
fn gives_nine() -> (i64, i64, i64, i64, i64, i64, i64, i64, i64) {
    (1, 2, 3, 4, 5, 6, 7, 8, 9)
}

#[workflow]
fn gives_nine_of_a_workflow() -> (i64, i64, i64, i64, i64, i64, i64, i64, bool) {
    todo!()
}

#[task]
fn gives_nine_or_fails() -> Result<(i64, i64, i64, i64, String, i64, i64, i64, i64), std::num::ParseIntError> {
    todo!()
}

#[task]
fn gives_a_lent_text_in_a_tuple() -> (i64, &'static str) {
    (1, "a")
}

#[task]
fn gives_an_option_of_a_tuple() -> Option<(i64, i64)> {
    None
}

#[task]
fn gives_no_type() -> NoType {
    NoType
}

#[task]
fn gives_nothing_in_an_option() -> Option<()> {
    None
}

#[derive(Clone, FlyteOutputs)]
struct Parts {
    low: i64,
    high: i64,
}

#[task]
fn gives_outputs_in_a_tuple(x: i64) -> (Parts, i64) {
    (Parts { low: x, high: x }, x)
}

#[task]
fn gives_outputs_in_a_list(x: i64) -> Vec<Parts> {
    vec![Parts { low: x, high: x }]
}

#[dynamic]
fn gives_outputs_or_nothing(x: i64) -> Option<Parts> {
    todo!()
}

#[workflow]
fn gives_a_tuple_in_a_list() -> Vec<(i64, i64)> {
    todo!()
}

fn main() {}
