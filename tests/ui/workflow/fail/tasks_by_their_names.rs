use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[task]
fn send_mail(to: i64) {
    println!("mail to {to}");
}

#[task]
fn numbers(n: i64) -> Vec<i64> {
    (0..n).collect()
}

mod checks {
    use super::*;

    #[task]
    pub fn is_known(x: &i64) -> bool {
        *x > 0
    }
}

fn apply(f: impl Fn(i64) -> i64, x: i64) -> i64 {
    f(x)
}

struct Steps {
    first: fn(i64) -> i64,
}

#[workflow]
fn pipeline(x: i64) -> i64 {
    [1, 2].into_iter().for_each(send_mail);
    let all: Vec<i64> = [1, 2].into_iter().flat_map(numbers).collect();
    let known: Vec<i64> = all.into_iter().filter(checks::is_known).collect();
    let or = Some(3).map_or(0, square);
    let f = square;
    let called = [square, square][0](4);
    let applied = (apply)(square, 4);
    let steps = Steps { first: square };
    let pair = (square, 1);
    let pointer = square as fn(i64) -> i64;
    square(x)
}

fn main() {}
