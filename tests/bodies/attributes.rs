//! Attributes, documentation and macros.

use super::*;

/// Says "hello" and \ back \n `code` {x} {{}} "#
#[task]
fn quoted(
    /// A "quoted" 'input' \ # {
    x: i64,
) -> i64 {
    x
}

/** A block, " quoted */
#[workflow]
fn documented(x: i64) -> i64 {
    quoted(x)
}

#[test]
fn documentation_may_hold_anything() {
    assert_eq!(documented(1).unwrap(), 1);
}

#[workflow]
fn arms(x: i64) -> i64 {
    match x {
        #[cfg(any())]
        1 => no_such_task(x),
        2 => square(x),
        #[cfg(not(any()))]
        3 => add(x, x),
        #[cfg(any())]
        4 | 5 => no_such_task(x),
        _ => x,
    }
}

#[dynamic]
fn arms_of_values(x: i64) -> i64 {
    match x {
        #[cfg(any())]
        1 => no_such_task(x),
        2 => square(x),
        _ => add(x, x),
    }
}

#[workflow]
fn statements(x: i64) -> i64 {
    #[cfg(any())]
    let y = no_such_task(x);
    #[cfg(not(any()))]
    let y = square(x);
    #[allow(unused_variables)]
    let z = add(y, 1);
    y
}

#[test]
fn what_is_switched_off_is_not_there() {
    assert_eq!(arms(1).unwrap(), 1);
    assert_eq!(arms(2).unwrap(), 4);
    assert_eq!(arms(3).unwrap(), 6);
    assert_eq!(arms(4).unwrap(), 4);
    assert_eq!(arms_of_values::run(1).unwrap(), 2);
    assert_eq!(arms_of_values::run(2).unwrap(), 4);
    assert_eq!(statements(3).unwrap(), 9);
}

#[inline]
#[must_use]
#[cfg_attr(all(), doc = "Documented elsewhere.")]
#[task(retries = 1)]
fn with_attributes(x: i64) -> i64 {
    x
}

#[workflow]
fn calls_it(x: i64) -> i64 {
    with_attributes(x)
}

#[test]
fn other_attributes_stay() {
    assert_eq!(calls_it(1).unwrap(), 1);
}

macro_rules! workflow_of {
    ($name:ident, $task:ident) => {
        #[workflow]
        fn $name(x: i64) -> i64 {
            let y = $task(x);
            if y > 3 { $task(y) } else { y }
        }
    };
}

macro_rules! adding {
    ($name:ident, $k:expr) => {
        #[task]
        fn $name(x: i64) -> i64 {
            x + $k
        }
    };
}

macro_rules! long {
    ($($step:ident)*) => {
        #[workflow]
        fn long(x: i64) -> i64 {
            let mut y = x;
            $(
                let $step = add(y, 1);
                y = $step;
            )*
            y
        }
    };
}

workflow_of!(made, square);
adding!(plus_five, 5);
long!(a b c d e f g h i j k l m n o p q r s t u v w
    a1 b1 c1 d1 e1 f1 g1 h1 i1 j1 k1 l1 m1 n1 o1 p1 q1 r1 s1 t1 u1 v1 w1);

#[workflow]
fn calls_what_was_made(x: i64) -> i64 {
    assert!(true, "fine");
    debug_assert_eq!(1, 1);
    plus_five(x)
}

#[test]
fn macros_make_tasks_and_workflows() {
    assert_eq!(made(2).unwrap(), 16);
    assert_eq!(made(1).unwrap(), 1);
    assert_eq!(calls_what_was_made(1).unwrap(), 6);
    assert_eq!(long(0).unwrap(), 46);
}
