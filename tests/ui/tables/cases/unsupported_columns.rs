use flyte_runtime::prelude::*;

struct Money(i64);

#[derive(DatasetColumns)]
struct Sales {
    city: String,
    amount: Money,
    history: Vec<Money>,
}

#[derive(DatasetColumns)]
struct Nothing {}

#[derive(DatasetColumns)]
struct Renamed {
    #[serde(flatten)]
    inner: i64,
}

#[task]
fn sales(of: StructuredDataset<Sales>) {
    let _ = (of, Money(1).0);
}

fn main() {}
