use flyte_runtime::prelude::*;

#[task]
fn double<T: Clone>(x: T) -> Vec<T> {
    vec![x.clone(), x]
}

fn main() {
    let _ = double(1);
}
