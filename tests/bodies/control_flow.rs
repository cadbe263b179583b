//! Control flow: what is plain stays plain, and what looks at a promise is a branch.

use super::*;

#[workflow]
fn labelled(x: i64) -> i64 {
    let y = 'a: {
        let z = square(x);
        break 'a z;
    };
    add(y, 1)
}

#[workflow]
fn let_else(x: i64) -> i64 {
    let Some(k) = Some(3) else {
        panic!("there is one")
    };
    add(x, k)
}

#[workflow]
fn let_chain(x: i64) -> i64 {
    let k = Some(3);
    if let Some(k) = k
        && k > 2
    {
        add(x, k)
    } else {
        square(x)
    }
}

#[workflow]
fn matches_macro(x: i64) -> i64 {
    let k = Some(3);
    if matches!(k, Some(n) if n > 2) {
        square(x)
    } else {
        add(x, 1)
    }
}

#[workflow]
fn ranges(x: i64) -> i64 {
    let mut y = x;
    for i in 0..3 {
        y = add(y, i);
    }
    for _ in (0..=1).rev() {
        y = square(y);
    }
    y
}

#[workflow]
fn loops(x: i64) -> i64 {
    let mut n = 0;
    let mut y = x;
    while n < 3 {
        y = square(y);
        n += 1;
        if n == 2 {
            continue;
        }
    }
    let k = loop {
        n += 1;
        if n > 5 {
            break n;
        }
    };
    add(y, k)
}

#[workflow]
fn guards(x: i64) -> i64 {
    let k = 5;
    match k {
        0 => square(x),
        n @ 1..=9 if n > 4 => add(x, n),
        _ => x,
    }
}

#[workflow]
fn tuples(x: i64) -> i64 {
    match (1, "a") {
        (1, "b") => square(x),
        (n, _) => add(x, n),
    }
}

#[test]
fn plain_control_flow_is_that_of_any_function() {
    assert_eq!(labelled(3).unwrap(), 10);
    assert_eq!(let_else(1).unwrap(), 4);
    assert_eq!(let_chain(1).unwrap(), 4);
    assert_eq!(matches_macro(3).unwrap(), 9);
    assert_eq!(ranges(1).unwrap(), 256);
    assert_eq!(loops(2).unwrap(), 262);
    assert_eq!(guards(1).unwrap(), 6);
    assert_eq!(tuples(1).unwrap(), 2);
}

#[workflow]
fn deep(x: i64) -> i64 {
    if x > 1 {
        if x > 2 {
            if x > 3 {
                if x > 4 {
                    square(add(x, add(x, add(x, square(x)))))
                } else {
                    add(x, 4)
                }
            } else {
                add(x, 3)
            }
        } else {
            add(x, 2)
        }
    } else {
        add(x, 1)
    }
}

#[workflow]
fn plain_and_not(x: i64) -> i64 {
    let big = false;
    if big {
        square(x)
    } else if x > 3 {
        add(x, 1)
    } else if is_big(x) {
        x
    } else {
        add(x, 2)
    }
}

#[workflow]
fn match_in_if(x: i64, s: String) -> i64 {
    if x > 1 {
        square(x)
    } else {
        match s {
            "a" | "b" => add(x, 1),
            "c" => add(x, 2),
            _ => or_minus_one(find(x)),
        }
    }
}

#[workflow]
fn lent(x: i64) -> i64 {
    match &x {
        1 => square(5),
        _ => x,
    }
}

#[workflow]
fn joined(x: i64, f: bool, o: Option<i64>) -> i64 {
    let k = 3;
    if (x > k && !f) || o.is_none() && k < 4 {
        square(x)
    } else {
        add(x, 1)
    }
}

#[workflow]
fn said_before(x: i64, f: bool) -> i64 {
    let big = x > 3;
    let either = big && !f || x == 0;
    if either { square(x) } else { add(x, 1) }
}

#[workflow]
fn texts(s: String, t: String) -> String {
    if "a" == s || s == t { shout(s) } else { t }
}

#[workflow]
fn nothing(x: i64) {
    if x > 1 {
        void(x);
    } else if x > 0 {
        void(x)
    }
    match x {
        1 => {
            void(x);
        }
        _ => {}
    }
}

#[workflow]
fn failing(x: i64) -> i64 {
    if x > 1 { x } else { fail(format!("no {}", 3)) }
}

#[test]
fn conditions_on_promises_are_branches() {
    assert_eq!(deep(1).unwrap(), 2);
    assert_eq!(deep(4).unwrap(), 8);
    assert_eq!(deep(5).unwrap(), 1600);
    assert_eq!(plain_and_not(4).unwrap(), 5);
    assert_eq!(plain_and_not(1).unwrap(), 3);
    assert_eq!(match_in_if(2, "a".to_owned()).unwrap(), 4);
    assert_eq!(match_in_if(1, "c".to_owned()).unwrap(), 3);
    assert_eq!(match_in_if(0, "d".to_owned()).unwrap(), -1);
    assert_eq!(lent(1).unwrap(), 25);
    assert_eq!(lent(2).unwrap(), 2);
    assert_eq!(joined(4, false, Some(1)).unwrap(), 16);
    assert_eq!(joined(4, true, Some(1)).unwrap(), 5);
    assert_eq!(joined(4, true, None).unwrap(), 16);
    assert_eq!(said_before(4, false).unwrap(), 16);
    assert_eq!(said_before(4, true).unwrap(), 5);
    assert_eq!(said_before(0, true).unwrap(), 0);
    assert_eq!(texts("b".to_owned(), "b".to_owned()).unwrap(), "B");
    assert_eq!(texts("b".to_owned(), "c".to_owned()).unwrap(), "c");
    nothing(1).unwrap();
    assert_eq!(failing(2).unwrap(), 2);
    assert!(failing(0).unwrap_err().to_string().contains("no 3"));
}

#[task]
fn multiply(a: i64, b: i64) -> i64 {
    a * b
}

#[dynamic]
fn factorial(n: i64) -> i64 {
    if n <= 1 {
        add(0, 1)
    } else {
        multiply(n, factorial(n - 1))
    }
}

#[test]
fn a_dynamic_task_may_call_itself() {
    assert_eq!(factorial::run(5).unwrap(), 120);
}
