//! Approvals of parts of a value.

use super::*;

#[test]
fn an_approval_of_a_part_has_a_pass_through() {
    #[workflow]
    fn weighed(weight: f64) -> f64 {
        approve(parcel(weight).fields().weight, "weight", "1h")
    }
    #[workflow]
    fn second(n: i64) -> i64 {
        square(approve(numbers(n).at(1), "second", "1h"))
    }
    #[workflow]
    fn whole(n: i64) -> i64 {
        approve(square(n), "whole", "1h")
    }
    for (lowered, shown) in [
        (lowered::<weighed>(), "float"),
        (lowered::<second>(), "integer"),
    ] {
        assert_eq!(done(&lowered), [added(Change::Approval, "n1", "n1-in")]);
        let graph = lowered.graph();
        assert_eq!(ids(graph)[..3], ["n0", "n1-in", "n1"]);
        let through = inner(graph, &["n1-in"]);
        assert!(is_only_a_gate(&through));
        assert_eq!(
            through.interface().outputs[0].literal_type().to_string(),
            shown
        );
        let gate = &graph.nodes()[2];
        assert_eq!(gate.upstream(), [0, 1]);
        let [binding] = gate.bindings() else {
            panic!("a gate approves one value")
        };
        let flyte_core::graph::BindingData::Promise(reference) = &binding.data else {
            panic!("{:?}", binding.data)
        };
        let reference = graph.resolve(reference);
        assert_eq!(reference.producer, Producer::Node(1));
        assert!(reference.is_whole());
    }
    let graph = whole::graph().expect("it can be compiled");
    assert!(Arc::ptr_eq(lower(&graph).graph(), &graph));
}

/// It waits only if the branch has chosen the case.
#[test]
fn so_has_one_in_a_case() {
    #[workflow]
    fn sometimes(n: i64) -> i64 {
        let xs = numbers(n);
        if n > 5 {
            approve(xs.at(2), "third", "1h")
        } else {
            square(n)
        }
    }
    let lowered = lowered::<sometimes>();
    let expected = [added(Change::Approval, "n1/n0", "n1/n0/n0-in")];
    assert_eq!(done(&lowered), expected);
    let case = inner(lowered.graph(), &["n1", "n0"]);
    assert_eq!(ids(&case), ["n0-in", "n0"]);
    assert_eq!(case.interface().outputs.len(), 1);
}

/// A gate hands a time on as the text that it is in a struct.
#[test]
fn what_a_part_is_to_the_engine_it_is_when_it_is_approved() {
    #[workflow]
    fn due_soon(n: i64) -> i64 {
        let due = approve(stock(n).fields().due, "due", "1h");
        let again = approve(due, "due again", "1h");
        if again >= jiff::Timestamp::UNIX_EPOCH {
            square(1)
        } else {
            square(2)
        }
    }
    let expected = [
        added(Change::Approval, "n1", "n1-in"),
        with_pod(Change::ComputedCondition, "n3", Some("n3-if")),
    ];
    assert_eq!(done(&lowered::<due_soon>()), expected);
}
