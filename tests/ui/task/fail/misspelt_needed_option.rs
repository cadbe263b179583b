use flyte_runtime::prelude::*;

#[task(secret_requests(secret(grp = "group", key = "key")))]
fn unlock(x: i64) -> i64 {
    x
}

#[shell_task(scirpt = "cat > {outputs.o0}")]
fn convert(text: String) -> String;

#[task(retries(count = 3, backof = "1s", factor = 2.0))]
fn again(x: i64) -> i64 {
    x
}

fn main() {}
