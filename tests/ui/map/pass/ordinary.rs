//! Over iterators a `map` stays ordinary Rust: also with several calls in it, and with values that exist already.

use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[task]
fn times(x: i64, factor: i64) -> i64 {
    x * factor
}

#[task]
fn total(xs: Vec<i64>) -> i64 {
    xs.iter().sum()
}

#[workflow]
fn mapped(xs: Vec<i64>, k: i64) -> (i64, Vec<i64>) {
    let twice: Vec<_> = (0..3).map(|i| square(square(i))).collect();
    let parts = [1, 2].iter().map(|i| times(k, i + 1)).collect::<Vec<_>>();
    let at = [xs, xs].into_iter().map(|xs| times(total(xs), 2)).last();
    let last = at.map(|x| square(x));
    let named: Vec<_> = (1..3).map(|i| times(factor = k, x = i)).collect();
    let ys = xs
        .map(|x| {
            times(x, k).with_overrides(|o| o.retries(1))
        })
        .map(|y| (square(y)));
    let all = [total(twice), total(parts), total(named)].into_iter().chain(last).collect::<Vec<_>>();
    (total(all), ys)
}

fn main() {
    let (all, ys) = mapped(vec![1, 2], 1).unwrap();
    assert_eq!(ys, [1, 4]);
    assert_eq!(all, 17 + 5 + 3 + 36);
}
