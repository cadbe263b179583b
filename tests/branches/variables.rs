//! Variables from around.

use super::*;

#[workflow]
fn merged(x: i64, flag: bool) -> (i64, i64) {
    let (mut a, mut b) = (x, double(x));
    if x > 10 {
        a = square(x);
        if flag {
            b = add(a, b);
        }
    } else if x > 5 {
        (a, b) = (b, a);
    }
    (a, b)
}

#[test]
fn variables_that_are_assigned_are_merged_over_the_cases() {
    assert_eq!(merged(11, true).unwrap(), (121, 143));
    assert_eq!(merged(11, false).unwrap(), (121, 22));
    assert_eq!(merged(6, true).unwrap(), (12, 6));
    assert_eq!(merged(1, true).unwrap(), (1, 2));
}

#[workflow]
fn captured(x: i64) -> String {
    let text = String::from("it is");
    let numbers = vec![x, square(x)];
    if x > 3 {
        let sum = add(numbers[0], numbers[1]);
        describe(sum, text.clone())
    } else {
        describe(double(numbers[1]), format!("{text} only"))
    }
}

#[test]
fn plain_values_from_around_are_borrowed() {
    assert_eq!(captured(4).unwrap(), "it is 20");
    assert_eq!(captured(3).unwrap(), "it is only 18");
}

#[workflow]
fn passed_on(x: i64) -> (i64, String) {
    let numbers = vec![x, square(x)];
    let text = String::from("big");
    let (number, word) = if x > 10 {
        if x > 20 {
            (add(numbers[0], numbers[1]), text)
        } else {
            let mine = numbers;
            (mine[1], text)
        }
    } else {
        (numbers[0], describe(x, text))
    };
    (number, word)
}

#[workflow]
fn moved(flag: bool, #[default(1)] x: i64) -> i64 {
    let plain = (is_named)("x");
    let list = vec![x, double(x)];
    // A plain `if` inside of one on a promise, around which both variables are.
    if flag {
        let kept = if plain { list } else { vec![x] };
        kept[0]
    } else {
        list[1]
    }
}

#[workflow]
fn gone_through(x: i64) -> i64 {
    let numbers = vec![1, 2, 3];
    let more = [10, 20].map(Some);
    if x > 10 {
        let mut last = x;
        for number in numbers {
            last = add(last, number);
        }
        last
    } else {
        let mut last = x;
        for number in numbers.into_iter().rev().chain(more.into_iter().flatten()) {
            last = add(number, double(last));
        }
        last
    }
}

#[test]
fn cases_loop_over_copies_of_what_is_around() {
    assert_eq!(gone_through(11).unwrap(), 17);
    let one_by_one = [3, 2, 1, 10, 20];
    let expected = one_by_one.iter().fold(2, |last, number| number + 2 * last);
    assert_eq!(gone_through(2).unwrap(), expected);
}

fn is_named(name: &str) -> bool {
    !name.is_empty()
}

#[test]
fn cases_pass_on_copies_of_what_is_around() {
    assert_eq!(passed_on(21).unwrap(), (21 + 441, "big".to_owned()));
    assert_eq!(passed_on(11).unwrap(), (121, "big".to_owned()));
    assert_eq!(passed_on(2).unwrap(), (2, "big 2".to_owned()));
    assert_eq!(moved(true, 3).unwrap(), 3);
    assert_eq!(moved(false, 3).unwrap(), 6);
}
