use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[task(retries = 3)]
async fn flaky(x: i64) -> Result<i64, TaskError> {
    Ok(x)
}

mod costly {
    use super::*;

    #[task(cache = "1")]
    pub fn sum(x: i64) -> i64 {
        x
    }
}

#[eager]
async fn all(x: i64) -> Result<i64, RunError> {
    let a = flaky(x).await;
    let b = square(x).await;
    let c = costly::sum(x);
    let (d, e) = tokio::join!(flaky(1), flaky(2));
    let kept = flaky(3);
    let several: Vec<_> = [1, 2].into_iter().map(flaky).collect();
    Ok(c)
}

#[eager]
async fn into_a_local_of_its_name(x: i64) -> Result<i64, TaskError> {
    let flaky = flaky(x).await?;
    Ok(flaky)
}

fn main() {}
