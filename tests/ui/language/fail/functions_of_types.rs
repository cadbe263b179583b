//! Tasks and workflows inside of an `impl`, which are functions of a type.

use flyte_runtime::prelude::*;

#[derive(Clone, FlyteType)]
struct Scale {
    by: i64,
}

impl Scale {
    const LARGEST: i64 = 10;

    #[task]
    fn a_constant_of_the_type(x: i64) -> i64 {
        x.min(Self::LARGEST)
    }

    #[task(retries = 2)]
    fn an_input_of_the_type(scale: Self, x: i64) -> i64 {
        scale.by * x
    }

    #[task]
    async fn a_value_of_the_type(by: i64) -> Scale {
        let list = vec![by];
        Self { by: list[0] }
    }

    fn limited(x: i64) -> i64 {
        x.min(10)
    }

    #[workflow]
    fn a_call_of_the_type(x: i64) -> i64 {
        if x > 3 { Self::limited(3) } else { x }
    }
}

fn main() {}
