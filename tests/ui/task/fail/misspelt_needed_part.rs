use flyte_runtime::prelude::*;

#[task(secret_requests(secret(grp = "group", key = "key")))]
fn unlock(x: i64) -> i64 {
    x
}

fn main() {
    let _ = unlock(1);
}
