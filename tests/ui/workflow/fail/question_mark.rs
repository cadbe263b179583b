use flyte_runtime::prelude::*;

#[task]
fn parse(text: String) -> Result<i64, std::num::ParseIntError> {
    text.parse()
}

#[workflow]
fn pipeline(text: String) -> i64 {
    parse(text)?
}

fn main() {}
