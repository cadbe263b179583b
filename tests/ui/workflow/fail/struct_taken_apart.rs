use flyte_runtime::prelude::*;

#[derive(FlyteOutputs)]
struct Stats {
    mean: f64,
    count: i64,
}

#[task]
fn stats(x: f64) -> Stats {
    Stats { mean: x, count: 1 }
}

#[derive(Clone, FlyteType)]
struct Report {
    mean: f64,
}

#[task]
fn report(mean: f64) -> Report {
    Report { mean }
}

#[task]
fn show(report: Report) -> f64 {
    report.mean
}

#[workflow]
fn pipeline(x: f64) -> f64 {
    let Stats { mean, .. } = stats(x);
    let Report { mean } = report(mean);
    mean
}

fn main() {}
