//! Signatures, and items that macros make of fragments.

use flyte_runtime::prelude::*;

#[task]
fn an_input_that_may_not_be_there(x: i64, #[cfg(unix)] y: i64) -> i64 {
    x
}

#[workflow]
fn an_input_of_a_workflow_that_may_not_be_there(#[cfg(all())] x: i64) -> i64 {
    x
}

#[dynamic]
fn an_input_of_a_dynamic_task_that_may_not_be_there(#[cfg(feature = "a")] x: i64) -> i64 {
    1
}

#[eager]
async fn an_input_of_an_eager_task_that_may_not_be_there(#[cfg_attr(unix, allow(unused))] x: i64) -> i64 {
    x
}

macro_rules! task_of {
    ($name:ident, $ty:ty) => {
        #[task]
        fn $name(x: $ty) -> i64 {
            1
        }
    };
}

task_of!(a_lent_text_in_a_list, Vec<&str>);
task_of!(a_list_that_is_changed, &mut Vec<i64>);
task_of!(anything_that_is_a_text, impl Into<String>);

macro_rules! with_a_pattern {
    ($name:ident, $pattern:pat, $ty:ty) => {
        #[task]
        fn $name($pattern: $ty) -> i64 {
            1
        }
    };
}

with_a_pattern!(a_pattern_from_outside, [_a, _b], [i64; 2]);
with_a_pattern!(no_name_from_outside, _, i64);

macro_rules! workflow_of {
    ($name:ident, $x:ident, $body:block) => {
        #[workflow]
        fn $name($x: i64) -> i64 $body
    };
}

workflow_of!(arithmetic_from_outside, x, { x + 1 });
workflow_of!(a_question_from_outside, x, { x? });
workflow_of!(a_return_from_outside, x, { return x });

macro_rules! condition_of {
    ($name:ident, $x:ident, $condition:expr) => {
        #[workflow]
        fn $name($x: i64) -> i64 {
            if $condition { $x } else { 0 }
        }
    };
}

condition_of!(an_assignment_from_outside, x, x = 3);
condition_of!(arithmetic_in_a_condition_from_outside, x, x % 2 == 0);
condition_of!(a_method_in_a_condition_from_outside, x, x.abs() > 3);

#[task]
fn two_attributes(#[default(1)] #[default(2)] x: i64) -> i64 {
    x
}

#[task]
fn a_lent_output(x: &str) -> &str {
    x
}

#[workflow]
fn a_result(x: i64) -> Result<i64, String> {
    Ok(x)
}

#[dynamic]
fn a_result_of_a_dynamic_task(x: i64) -> Result<i64, String> {
    Ok(x)
}

fn main() {}
