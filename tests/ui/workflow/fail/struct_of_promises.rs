use flyte_runtime::prelude::*;

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
    let first = report(x);
    show(Report {
        mean: first.fields().mean,
    })
}

fn main() {}
