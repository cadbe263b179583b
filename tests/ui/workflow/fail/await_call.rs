use flyte_runtime::prelude::*;

#[task]
async fn fetch(url: String) -> String {
    url
}

#[workflow]
fn pipeline(url: String) -> String {
    fetch(url).await
}

fn main() {}
