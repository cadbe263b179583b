//! Parts of results in branches.

use super::*;

#[workflow]
fn of_lists(xs: Vec<i64>) -> i64 {
    if xs.at(0) > xs.at(1) {
        square(xs.at(0))
    } else {
        add(xs.at(1), double(xs.at(2)))
    }
}

#[test]
fn conditions_and_cases_look_at_parts() {
    assert_eq!(of_lists(vec![3, 2]).unwrap(), 9);
    assert_eq!(of_lists(vec![2, 3, 4]).unwrap(), 11);
    let error = of_lists(vec![2]).unwrap_err().to_string();
    assert!(
        error
            .contains("branch `if` failed (node n0 of `branches.parts.of_lists`): its condition: "),
        "{error}"
    );
}
