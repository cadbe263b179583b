use flyte_runtime::prelude::*;

#[launch_plan]
struct Daily;

fn main() {
    let _ = Daily;
}
