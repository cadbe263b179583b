//! Trains a classifier by gradient descent. The machine fails in the middle; the next attempt goes on from the
//! checkpoint of the attempt before and does not start again.
//!
//! ```console
//! $ cargo run --example training -- run experiment
//! rate 0.5: 97.8% right after 200 epochs, 2 attempts
//! ```

use flyte_runtime::{BoxError, prelude::*};
use serde::{Deserialize, Serialize};

/// Points in the plane, and the class of each.
#[derive(Clone, Debug, Serialize, Deserialize, FlyteType)]
struct Points {
    coordinates: Vec<[f64; 2]>,
    is_above: Vec<bool>,
}

/// The weights of a straight line, how often they were changed, and by how many attempts.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, FlyteType)]
struct Model {
    weights: [f64; 3],
    epochs: u32,
    attempts: u32,
}

impl Model {
    fn probability(&self, [x, y]: [f64; 2]) -> f64 {
        let [a, b, c] = self.weights;
        1.0 / (1.0 + (-(a * x + b * y + c)).exp())
    }
}

/// Points on both sides of a line, some of them on the wrong one.
#[task]
fn points(count: usize, seed: u64) -> Points {
    let mut state = seed | 1;
    let mut random = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f64 / (1_u64 << 24) as f64
    };
    let mut points = Points {
        coordinates: Vec::new(),
        is_above: Vec::new(),
    };
    for _ in 0..count {
        let (x, y, noise) = (random(), random(), 0.1 * (random() - 0.5));
        points.coordinates.push([x, y]);
        points.is_above.push(y > 0.8 * x + 0.1 + noise);
    }
    points
}

/// Fits the line. Every twenty epochs the model is kept, and the first attempt fails halfway.
#[task(retries = 2)]
fn train(points: &Points, rate: f64, epochs: u32) -> Result<Model, BoxError> {
    let me = ctx().ok_or("a checkpoint is a task's")?;
    let checkpoint = me.checkpoint()?;
    let mut model = match checkpoint.read()? {
        Some(kept) => serde_json::from_slice(&kept)?,
        None => Model::default(),
    };
    model.attempts += 1;
    while model.epochs < epochs {
        if me.attempt_number() == 0 && model.epochs == epochs / 2 {
            return Err("the machine was taken away".into());
        }
        for (point, is_above) in points.coordinates.iter().zip(&points.is_above) {
            let miss = f64::from(*is_above) - model.probability(*point);
            let [a, b, c] = model.weights;
            model.weights = [
                a + rate * miss * point[0],
                b + rate * miss * point[1],
                c + rate * miss,
            ];
        }
        model.epochs += 1;
        if model.epochs.is_multiple_of(20) {
            checkpoint.write(&serde_json::to_vec(&model)?)?;
        }
    }
    Ok(model)
}

/// The share of points on the right side, in percent.
#[task]
fn evaluate(model: &Model, points: &Points) -> f64 {
    let pairs = points.coordinates.iter().zip(&points.is_above);
    let right = pairs.filter(|(point, is_above)| (model.probability(**point) > 0.5) == **is_above);
    100.0 * right.count() as f64 / points.is_above.len() as f64
}

#[task]
fn report(rate: f64, model: &Model, score: f64) -> String {
    let Model {
        epochs, attempts, ..
    } = model;
    format!("rate {rate}: {score:.1}% right after {epochs} epochs, {attempts} attempts")
}

/// Trains on some points, and is tested on others.
#[workflow]
fn experiment(#[default(0.5)] rate: f64, #[default(200)] epochs: u32) -> String {
    let model = train(points(500, 1), rate, epochs);
    report(rate, model, evaluate(model, points(1000, 2)))
}

fn main() -> ExitCode {
    flyte_runtime::main()
}
