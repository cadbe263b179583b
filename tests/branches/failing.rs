//! Cases that fail.

use super::*;

#[workflow]
fn anywhere(x: i64) -> i64 {
    if x < 0 {
        fail("below zero")
    } else if x < 10 {
        square(x)
    } else if x < 20 {
        fail("in the teens")
    } else if x < 30 {
        double(x)
    } else {
        fail("too much")
    }
}

#[test]
fn any_case_may_fail() {
    let message = |x| anywhere(x).unwrap_err().to_string();
    assert!(message(-1).contains("below zero"));
    assert_eq!(anywhere(3).unwrap(), 9);
    assert!(message(15).contains("in the teens"));
    assert_eq!(anywhere(25).unwrap(), 50);
    assert!(message(35).contains("too much"));
}

#[workflow]
fn void(x: i64) {
    nothing(x);
    if x > 3 {
        fail("more than three");
    }
}

#[test]
fn a_check_without_a_value() {
    void(3).unwrap();
    let error = void(4).unwrap_err().to_string();
    assert!(error.contains("more than three"), "{error}");
}

/// The three last ones; what fails before `else` is a branch of its own.
#[workflow]
fn the_last_three(x: i64) -> (i64, String) {
    conditional("size")
        .if_(x.lt(10))
        .then(|| (square(x), "small"))
        .elif_(x.lt(20))
        .fail("in the teens")
        .elif_(x.lt(30))
        .fail("in the twenties")
        .else_()
        .fail("too much")
}

#[test]
fn several_cases_may_fail_one_after_the_other() {
    assert_eq!(the_last_three(3).unwrap(), (9, "small".to_owned()));
    for (x, message) in [
        (15, "in the teens"),
        (25, "in the twenties"),
        (35, "too much"),
    ] {
        let error = the_last_three(x).unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
    }
}

#[workflow]
fn all_of_them(x: i64) -> i64 {
    let given: Promise<i64> = conditional("size")
        .if_(x.lt(10))
        .fail("small")
        .else_()
        .fail("large");
    square(given)
}

#[test]
fn a_branch_that_gives_something_has_a_case_that_does() {
    let error = all_of_them::graph().unwrap_err().to_string();
    assert!(error.contains("every case of the branch at"), "{error}");
}
