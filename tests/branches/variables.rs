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
