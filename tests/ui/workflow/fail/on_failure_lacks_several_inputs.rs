use flyte_runtime::prelude::*;

#[task]
fn clean_up(y: i64, limit: i64) {
    let _ = (y, limit);
}

#[workflow(on_failure = clean_up)]
fn pipeline(r#type: String, limit: i64, clean_up: i64) -> i64 {
    let _ = (r#type, clean_up);
    limit
}

fn main() {
    let _ = pipeline(String::new(), 1, 2);
}
