//! Cases of branches whose outputs differ, and branches in cases.

use super::*;

/// Nobody takes what they give, and both call it `o0`.
#[test]
fn cases_with_outputs_of_several_types_are_sub_workflows() {
    #[workflow]
    fn either(x: i64) {
        if x > 0 {
            square(x);
        } else {
            kind(x);
        }
    }

    let lowered = lowered::<either>();
    let case = |node: &str| (Change::CaseOutputs, node.to_owned(), None, false);
    assert_eq!(done(&lowered), [case("n0/n0"), case("n0/n1")]);
    for id in ["n0", "n1"] {
        let inner = inner(lowered.graph(), &["n0", id]);
        assert!(inner.interface().outputs.is_empty());
        assert_eq!(ids(&inner), [id]);
    }
}

/// Only what the branch gives is left of their outputs.
#[test]
fn so_are_those_that_give_more_than_the_branch() {
    #[task]
    fn halves(x: i64) -> (i64, String) {
        (x / 2, "half".to_owned())
    }

    #[task]
    fn thirds(x: i64) -> (i64, f64) {
        (x / 3, 0.5)
    }

    #[workflow]
    fn part(x: i64) -> i64 {
        if x > 10 {
            let (half, _) = halves(x);
            half
        } else if x > 5 {
            let (third, _) = thirds(x);
            third
        } else {
            square(x)
        }
    }

    let lowered = lowered::<part>();
    let case = |node: &str| (Change::CaseOutputs, node.to_owned(), None, false);
    // `square` gives nothing else.
    assert_eq!(done(&lowered), [case("n0/n0"), case("n0/n1")]);
    for id in ["n0", "n1"] {
        let inner = inner(lowered.graph(), &["n0", id]);
        let outputs = inner.interface().outputs.iter();
        let outputs: Vec<_> = outputs.map(|output| &*output.name).collect();
        assert_eq!(outputs, ["o0"]);
    }
}

/// What goes in front of a branch in a case of a branch in a case is inside of both.
#[test]
fn branches_in_cases_of_branches_keep_their_places() {
    #[workflow]
    fn deep(n: i64, m: i64) -> i64 {
        let xs = numbers(n);
        conditional("outer")
            .if_(m.gt(5))
            .then(|| {
                conditional("middle")
                    .if_(xs.at(2).gt(1))
                    .then(|| square(n))
                    .elif_(m.gt(7))
                    .then(|| {
                        conditional("inner")
                            .if_(xs.at(3).eq(xs.at(4)))
                            .then(|| square(m))
                            .else_()
                            .then(|| square(3))
                    })
                    .else_()
                    .then(|| square(8))
            })
            .else_()
            .then(|| square(7))
    }
    let lowered = lowered::<deep>();
    let nodes = lowered.nodes_of(&NodePath::of(["n1", "n0", "n1", "n1"]));
    let expected = ["n1", "n0", "n0", "n1", "n1", "n1"];
    assert_eq!(nodes, [NodePath::of(expected)]);
}
