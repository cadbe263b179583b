use flyte_runtime::prelude::*;

#[derive(Clone, FlyteType)]
struct Report {
    mean: f64,
}

#[derive(FlyteOutputs)]
struct Stats {
    report: Report,
    mean: f64,
}

#[task]
fn report(mean: f64) -> Report {
    Report { mean }
}

#[task]
fn stats(mean: f64) -> Stats {
    Stats {
        report: Report { mean },
        mean,
    }
}

#[task]
fn nothing(mean: f64) {
    let _ = mean;
}

#[workflow]
fn pipeline(x: f64) -> f64 {
    let all = stats(x);
    let _ = all.meen;
    let _ = all.report.mean;
    let _ = report(all.mean).mean;
    let _ = nothing(x).mean;
    let again = report(x).with_overrides(|o| o.retries(1));
    let _ = again.mean;
    all.report.fields().mean
}

fn main() {
    let _ = pipeline(1.0);
}
