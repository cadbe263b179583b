use flyte_runtime::prelude::*;


#[task]
fn power(x: i64, exponent: u32 = 2, names: std::collections::HashMap<String, i64> = Default::default()) -> i64 {
    let _ = names;
    x.pow(exponent)
}

fn main() {
    let _ = power(2, 3, Default::default());
}
