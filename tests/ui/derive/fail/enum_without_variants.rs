use flyte_runtime::prelude::*;

#[derive(Clone, FlyteType)]
enum Never {}

fn main() {}
