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
