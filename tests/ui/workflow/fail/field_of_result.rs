use flyte_runtime::prelude::*;

#[derive(Clone, FlyteType)]
struct Report {
    mean: f64,
}

#[task]
fn report(mean: f64) -> Report {
    Report { mean }
}

#[workflow]
fn pipeline(x: f64) -> f64 {
    let report = report(x);
    report.mean
}

fn main() {
    let _ = pipeline(1.0);
}
