//! Constants and defaults of the types that are not primitive.

use std::time::Duration;

use flyte_runtime::prelude::*;

#[derive(Clone, FlyteType)]
struct Size {
    width: i64,
    height: f64,
    name: Option<String>,
}

#[derive(Clone, Copy, FlyteType)]
enum Colour {
    #[flyte(value = "red")]
    Red,
    #[flyte(value = "green")]
    Green,
}

fn small() -> Size {
    Size {
        width: 1,
        height: 0.5,
        name: None,
    }
}

#[task]
fn area(size: Size) -> f64 {
    size.width as f64 * size.height
}

#[task]
fn areas(sizes: Vec<Size>) -> f64 {
    sizes.into_iter().map(area).sum()
}

#[task]
fn largest(size: Option<Size>) -> Option<Size> {
    size
}

#[task]
fn paint(colour: Colour) -> Colour {
    colour
}

#[task]
fn wait(time: Duration) -> Duration {
    time
}

#[workflow]
fn constants() -> f64 {
    let _one = area((small)());
    let _painted = paint(Colour::Green);
    let _waited = wait(Duration::from_millis(1_500));
    let _largest = largest(Some((small)()));
    let _none = largest(None);
    areas(vec![(small)(), (small)()])
}

#[workflow]
fn defaults(
    #[default(small())] size: Size,
    #[default(Colour::Red)] colour: Colour,
    #[default(Duration::from_secs(60))] time: Duration,
    other: Option<Size>,
) -> (f64, Colour, Duration, Option<Size>) {
    (area(size), paint(colour), wait(time), largest(other))
}

#[workflow]
fn passed_on(sizes: Vec<Size>, colour: Colour) -> (f64, Colour) {
    (areas(sizes), paint(paint(colour)))
}

#[task]
fn describe(text: String) -> String {
    text
}

#[workflow]
fn enum_for_a_string(colour: Colour) -> (String, String) {
    (describe(paint(colour)), describe(colour))
}

#[derive(Clone, FlyteType)]
enum Number {
    Whole(i64),
    Real(f64),
    Text(String),
}

#[task]
fn show(number: Number) -> String {
    match number {
        Number::Whole(number) => number.to_string(),
        Number::Real(number) => number.to_string(),
        Number::Text(text) => text,
    }
}

#[task]
fn count(text: String) -> i64 {
    text.len() as i64
}

#[workflow]
fn member_for_a_union(text: String) -> (String, String) {
    (show(count(text)), show(text))
}
