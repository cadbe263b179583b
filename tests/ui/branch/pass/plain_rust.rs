//! `if` and `match` on plain values are what they are anywhere, whatever surrounds them.

#![deny(warnings)]

use flyte_runtime::prelude::*;

#[task]
fn add(a: i64, b: i64) -> i64 {
    a + b
}

#[derive(Clone, Copy, PartialEq)]
enum Mode {
    Fast,
    Slow,
}

struct NotClone(Vec<i64>);

fn consume(list: NotClone) -> i64 {
    list.0.into_iter().sum()
}

#[workflow]
fn pipeline(x: i64) -> i64 {
    let modes = [Mode::Fast, Mode::Slow];
    let list = NotClone(vec![1, 2]);
    let mut total = x;
    let mut seen = Vec::new();
    'modes: for (index, mode) in modes.into_iter().enumerate() {
        let weight = match mode {
            Mode::Fast => 1,
            Mode::Slow => 2,
        };
        if index > 5 || mode == Mode::Slow && weight > 7 {
            break 'modes;
        }
        if mode == Mode::Fast {
            seen.push(weight);
            continue;
        }
        total = if x > weight {
            add(total, weight)
        } else {
            total
        };
    }
    let sum = if modes[0] == modes[1] { 0 } else { (consume)(list) };
    let first = match seen.first() {
        Some(&first) if first > 0 => first,
        _ => 0,
    };
    let closure = |limit: i64| if limit > first { limit } else { first };
    while seen.len() < 3 && modes[0] != modes[1] {
        seen.push(0);
    }
    add(total, sum + closure(0))
}

fn main() {
    assert_eq!(pipeline(5).unwrap(), 11);
    assert_eq!(pipeline(1).unwrap(), 5);
}
