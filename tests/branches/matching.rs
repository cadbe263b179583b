//! `match` on promises.

use super::*;
use std::time::Duration;

#[workflow]
fn text(kind: String, x: i64) -> i64 {
    match kind {
        "square" => square(x),
        "double" | "twice" => double(x),
        "negative" => fail("there are no negatives"),
        _ => x,
    }
}

#[workflow]
fn number(x: i64) -> String {
    match x {
        -1 => describe(x, "minus one"),
        0 | 1 => describe(x, "small"),
        5_000_000_000 => describe(x, "large"),
        _ => "other",
    }
}

#[workflow]
fn boolean(flag: bool, x: i64) -> i64 {
    match flag {
        true => square(x),
        false => double(x),
    }
}

#[workflow]
fn rest_by_name(x: i64) -> i64 {
    match square(x) {
        1 => x,
        other => double(other),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, FlyteType)]
enum Size {
    Small,
    #[flyte(value = "very large")]
    Large,
}

#[task]
fn size_of(x: i64) -> Size {
    if x < 10 { Size::Small } else { Size::Large }
}

#[workflow]
fn by_size(x: i64) -> i64 {
    let size = size_of(x);
    let twice = match size {
        Size::Small => double(x),
        Size::Large => x,
    };
    if size == Size::Large {
        square(twice)
    } else {
        twice
    }
}

#[task]
fn time_of(x: i64) -> Duration {
    Duration::from_millis(x as u64)
}

#[workflow]
fn by_time(x: i64, limit: Duration) -> i64 {
    if time_of(x) > limit { square(x) } else { x }
}

#[test]
fn times_are_compared() {
    let limit = Duration::from_millis(5);
    assert_eq!(by_time(6, limit).unwrap(), 36);
    assert_eq!(by_time(5, limit).unwrap(), 5);
}

#[test]
fn variants_of_an_enum() {
    assert_eq!(by_size(3).unwrap(), 6);
    assert_eq!(by_size(10).unwrap(), 100);
    let graph = by_size::graph().unwrap();
    assert!(matches!(branch(&graph, 1).default(), BranchElse::Node(_)));
    assert_eq!(branch(&graph, 1).cases().len(), 1);
}

#[test]
fn the_rest_may_have_a_name() {
    assert_eq!(rest_by_name(1).unwrap(), 1);
    assert_eq!(rest_by_name(3).unwrap(), 18);
}

#[test]
fn literals_alternatives_and_the_rest() {
    let run = |kind: &str| text(kind.to_owned(), 5).unwrap();
    assert_eq!(
        [run("square"), run("double"), run("twice"), run("none")],
        [25, 10, 10, 5]
    );
    assert!(
        text("negative".into(), 5)
            .unwrap_err()
            .to_string()
            .contains("there are no negatives")
    );
    assert_eq!(number(-1).unwrap(), "minus one -1");
    assert_eq!(number(1).unwrap(), "small 1");
    assert_eq!(number(5_000_000_000).unwrap(), "large 5000000000");
    assert_eq!(number(7).unwrap(), "other");
    assert_eq!(boolean(true, 3).unwrap(), 9);
    assert_eq!(boolean(false, 3).unwrap(), 6);
}
