//! Integers in structs that a client in Go sends as floats.

use std::collections::BTreeMap;

use flyte_runtime::prelude::*;
use serde::{Deserialize, Serialize};

use crate::case::{Case, case, row};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FlyteType)]
struct Size {
    width: i64,
    height: u16,
    scale: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FlyteType)]
struct Page {
    title: String,
    size: Size,
    lines: Vec<i32>,
    limit: Option<u8>,
    counts: BTreeMap<String, i64>,
}

fn page() -> Page {
    Page {
        title: "one".to_owned(),
        size: Size {
            width: 800,
            height: 600,
            scale: 2.0,
        },
        lines: vec![1, -2, 70_000],
        limit: Some(200),
        counts: BTreeMap::from([("a".to_owned(), -1), ("b".to_owned(), 1 << 40)]),
    }
}

#[task]
fn area(size: Size) -> i64 {
    size.width * i64::from(size.height)
}

#[task]
fn count(page: Page) -> i64 {
    let lines: i64 = page.lines.iter().copied().map(i64::from).sum();
    lines + page.counts.values().sum::<i64>() + page.limit.map_or(0, i64::from)
}

#[task]
fn largest(sizes: Vec<Size>) -> Size {
    sizes.into_iter().max_by_key(|size| size.width).unwrap_or(Size {
        width: 0,
        height: 0,
        scale: 1.0,
    })
}

/// Each element goes to a task of its own.
#[workflow]
fn areas(sizes: Vec<Size>) -> (Vec<i64>, Size) {
    (sizes.map(area), largest(sizes))
}

/// What is sent passes through, and a part of it is taken out by the engine.
#[workflow]
fn parts(page: Page, named: BTreeMap<String, Size>) -> (i64, i64, i64) {
    (area(page.fields().size), count(page), area(named.get("small")))
}

#[dynamic]
fn built(page: Page) -> i64 {
    let mut total = area(page.size.clone());
    for line in &page.lines {
        let size = Size {
            width: i64::from(*line),
            ..page.size.clone()
        };
        total = add(total, area(size));
    }
    total
}

#[task]
fn add(a: i64, b: i64) -> i64 {
    a + b
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    let small = Size {
        width: 3,
        height: 4,
        scale: 0.5,
    };
    let large = page().size;
    row(
        5,
        [
            case(area::call(large.clone())).gives(480_000).sent_by_go(),
            case(count::call(page())).gives((1 << 40) + 69_999 - 1 + 200).sent_by_go(),
            case(areas::call(vec![small.clone(), large.clone()]))
                .gives((vec![12, 480_000], large))
                .sent_by_go(),
            case(parts::call(page(), BTreeMap::from([("small".to_owned(), small)])))
                .gives((480_000, (1 << 40) + 69_999 - 1 + 200, 12))
                .sent_by_go(),
            case(built::call(page())).gives(480_000 + 600 * 69_999).sent_by_go(),
        ],
    )
}
