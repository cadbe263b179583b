use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

mod flows {
    use super::*;

    #[workflow]
    pub fn twice(x: i64) -> i64 {
        square(square(x))
    }
}

#[workflow]
fn by_a_task(#[default(square(3))] x: i64) -> i64 {
    square(x)
}

#[task]
fn by_a_workflow(#[default(flows::twice(3).unwrap())] x: i64) -> i64 {
    x
}

fn main() {}
