//! Names: raw, not of ASCII, taken by generated code, shadowed, and in other modules.

use super::*;

#[task]
fn r#match(r#type: i64, r#fn: i64) -> i64 {
    r#type + r#fn
}

#[workflow]
fn keywords(r#type: i64) -> i64 {
    let r#let = r#match(r#type, 2);
    r#match(r#fn = r#let, r#type = r#type)
}

#[task]
fn r#gen(r#async: i64) -> i64 {
    r#async
}

#[workflow]
fn keywords_of_2024(r#gen: i64) -> i64 {
    self::r#gen(r#async = r#gen)
}

#[test]
fn keywords_are_names_with_r() {
    assert_eq!(keywords(3).unwrap(), 8);
    assert_eq!(keywords_of_2024(1).unwrap(), 1);
}

#[task]
fn größe(länge: i64, 数: i64) -> i64 {
    länge * 数
}

#[workflow]
fn fläche(größer: i64) -> i64 {
    größe(länge = größer, 数 = 3)
}

#[test]
fn letters_of_all_languages_are_names() {
    assert_eq!(fläche(4).unwrap(), 12);
}

#[task]
fn node(call: i64, run: i64) -> i64 {
    call * run
}

#[task]
fn graph(builder: i64) -> i64 {
    builder
}

#[workflow]
fn of_methods(node: i64, start: i64) -> i64 {
    graph(builder = self::node(call = node, run = start))
}

#[workflow]
fn of_generated_code(end: i64, __x: i64, body: i64, cases: i64, value: i64) -> i64 {
    if end > 1 {
        add(__x, body)
    } else {
        add(cases, value)
    }
}

#[test]
fn names_of_generated_code_are_free() {
    assert_eq!(of_methods(2, 3).unwrap(), 6);
    assert_eq!(of_generated_code(2, 1, 2, 3, 4).unwrap(), 3);
    assert_eq!(of_generated_code(1, 1, 2, 3, 4).unwrap(), 7);
}

#[workflow]
fn shadowed(square: i64) -> i64 {
    let add = |a: Promise<i64>| sum(vec![a, a]);
    add(square)
}

#[workflow]
fn shadowed_in_blocks(x: i64) -> i64 {
    let y = square(x);
    let y = if y > 10 {
        let y = add(y, 1);
        y
    } else {
        let y = add(y, 2);
        square(y)
    };
    y
}

#[test]
fn a_local_name_hides_a_task() {
    assert_eq!(shadowed(2).unwrap(), 4);
    assert_eq!(shadowed_in_blocks(2).unwrap(), 36);
    assert_eq!(shadowed_in_blocks(4).unwrap(), 17);
}

mod inner {
    use super::*;

    #[task]
    pub fn cube(x: i64) -> i64 {
        x * x * x
    }

    pub(super) mod deep {
        use super::*;

        #[task]
        pub(in crate::names) fn neg(x: i64) -> i64 {
            -x
        }
    }

    #[workflow]
    pub fn outwards(x: i64) -> i64 {
        super::super::square(crate::add(x, self::cube(x)))
    }
}

#[workflow]
fn imported(x: i64) -> i64 {
    use inner::cube;
    use inner::deep::{self, neg as minus};
    deep::neg(minus(cube(x)))
}

#[workflow]
fn with_items(x: i64) -> i64 {
    const K: i64 = 4;
    static S: i64 = 5;
    fn helper(x: i64) -> i64 {
        x + 1
    }
    struct Local;
    impl Local {
        fn k() -> i64 {
            2
        }
    }
    add(add(x, K), add(S, helper(Local::k())))
}

fn nested_function() -> i64 {
    #[task]
    fn local(x: i64) -> i64 {
        x + 1
    }

    #[workflow]
    fn twice(x: i64) -> i64 {
        local(local(x))
    }

    twice(1).unwrap()
}

#[test]
fn paths_imports_and_items_are_those_of_any_function() {
    assert_eq!(imported(2).unwrap(), 8);
    assert_eq!(inner::outwards(2).unwrap(), 100);
    assert_eq!(with_items(1).unwrap(), 13);
    assert_eq!(nested_function(), 3);
}
