use flyte_runtime::prelude::*;

struct Shapes;

impl Shapes {
    #[task]
    fn square(x: i64) -> i64 {
        x * x
    }
}

fn main() {
    let _ = Shapes;
}
