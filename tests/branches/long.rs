//! Conditions with very many terms, and with groups deep inside of one another.

use flyte_runtime::{Entity, compat::BooleanExpression, graph::Condition};

use super::*;

const TERMS: i64 = 100_000;

/// More than 0, and none of the negative numbers and zero.
#[workflow]
fn on_its_right(x: i64) -> i64 {
    let mut all = x.gt(-5);
    for number in 0..TERMS {
        all = all.and(x.ne(number));
    }
    conditional("long")
        .if_(all)
        .then(|| double(x))
        .else_()
        .then(|| square(x))
}

#[workflow]
fn on_its_left(x: i64) -> i64 {
    let mut one = x.lt(-5);
    for number in 0..TERMS {
        one = x.eq(number).or(one);
    }
    conditional("long")
        .if_(one)
        .then(|| square(x))
        .else_()
        .then(|| double(x))
}

/// `!` of what there is at each step, so that groups are `&&` and `||` in turn, and one group nevertheless.
#[workflow]
fn turned_round(x: i64) -> i64 {
    let mut none = !x.lt(-5);
    for number in 0..TERMS {
        none = !(!none).or(x.eq(number));
    }
    for _ in 0..TERMS {
        none = !none;
    }
    conditional("long")
        .if_(none)
        .then(|| double(x))
        .else_()
        .then(|| square(x))
}

#[test]
fn a_condition_may_have_a_hundred_thousand_terms() {
    for x in [-6, -1, 0, TERMS - 1, TERMS] {
        let is_out = x < -5;
        let is_in = (0..TERMS).contains(&x);
        let expected = if is_in { x * x } else { x * 2 };
        let left = if is_out || is_in { x * x } else { x * 2 };
        if !is_out {
            assert_eq!(on_its_right(x).unwrap(), expected, "{x}");
            assert_eq!(turned_round(x).unwrap(), expected, "{x}");
        }
        assert_eq!(on_its_left(x).unwrap(), left, "{x}");
    }
}

fn condition<E: Entity>() -> BooleanExpression {
    let graph = E::descriptor().graph().unwrap();
    branch(&graph, 0).cases()[0].condition.clone()
}

#[test]
fn a_long_condition_is_shown_and_copied() {
    for (text, joint) in [
        (condition::<on_its_right>().to_string(), " && "),
        (condition::<on_its_left>().to_string(), " || "),
        (condition::<turned_round>().to_string(), " && "),
    ] {
        assert_eq!(text.split(joint).count(), 1 + TERMS as usize, "{joint}");
        assert!(!text.contains('('));
    }
    let text = condition::<on_its_left>().to_string();
    assert!(
        text.starts_with("x == 99999 || x == 99998"),
        "{}",
        &text[..40]
    );
    assert!(text.ends_with("x == 0 || x < -5"));
}

/// Groups of the other kind inside of one another, `levels` of them, each with a term in front and one behind.
fn nested(x: Promise<i64>, levels: i64) -> Condition {
    let mut nested = x.eq(0);
    for level in 1..=levels {
        nested = if level % 2 == 0 {
            x.gt(-level).and(nested).and(x.lt(1_000))
        } else {
            x.lt(-1_000).or(nested).or(x.eq(level))
        };
    }
    nested
}

#[workflow]
fn deep(x: i64) -> i64 {
    let condition = (nested)(x, 24);
    conditional("deep")
        .if_(!condition)
        .then(|| square(x))
        .else_()
        .then(|| double(x))
}

#[workflow]
fn too_deep(x: i64) -> i64 {
    let condition = (nested)(x, 25);
    conditional("deep")
        .if_(condition)
        .then(|| double(x))
        .else_()
        .then(|| square(x))
}

#[workflow]
fn much_too_deep(x: i64) -> i64 {
    let condition = (nested)(x, TERMS);
    conditional("deep")
        .if_(!condition)
        .then(|| double(x))
        .else_()
        .then(|| square(x))
}

#[test]
fn groups_may_alternate_24_deep_and_no_deeper() {
    let holds = |x: i64| {
        (1..=24_i64).fold(x == 0, |inner, level| match level % 2 {
            0 => x > -level && inner && x < 1_000,
            _ => x < -1_000 || inner || x == level,
        })
    };
    for x in [-2_000, -1, 0, 1, 2, 23, 24, 1_000] {
        let expected = if holds(x) { x * 2 } else { x * x };
        assert_eq!(deep(x).unwrap(), expected, "{x}");
    }
    for error in [too_deep(1).unwrap_err(), much_too_deep(1).unwrap_err()] {
        let text = error.to_string();
        assert!(
            text.contains("more than 24 deep; let a task look"),
            "{text}"
        );
        assert!(text.contains("long.rs"), "{text}");
    }
}

/// As flytekit's `a & (b & c)`: what is written in few groups stays so.
#[workflow]
fn as_written(x: i64) -> i64 {
    let right = x.gt(1).and(x.gt(2).and(x.gt(3)));
    let left = x.gt(1).and(x.gt(2)).and(x.gt(3));
    let both = right.or(!!left);
    conditional("written")
        .if_(both)
        .then(|| double(x))
        .else_()
        .then(|| square(x))
}

#[test]
fn short_conditions_are_what_is_written() {
    let BooleanExpression::Conjunction { terms, .. } = condition::<as_written>() else {
        panic!("it is an `||`");
    };
    let sizes = terms.iter().map(|term| match term {
        BooleanExpression::Conjunction { terms, .. } => terms.len(),
        _ => 0,
    });
    assert_eq!(sizes.collect::<Vec<_>>(), [2, 3]);
    assert_eq!(as_written(4).unwrap(), 8);
}
