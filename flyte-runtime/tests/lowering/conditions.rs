//! Conditions that the compiler refuses: a task or a pass-through computes them.

use super::*;

#[test]
fn a_condition_on_a_part_looks_at_a_pass_through() {
    #[workflow]
    fn heavy(weight: f64) -> i64 {
        let parcel = parcel(weight);
        if parcel.fields().weight > 3.0 {
            square(1)
        } else {
            square(2)
        }
    }
    let lowered = lowered::<heavy>();
    assert_eq!(done(&lowered), [added(Change::Condition, "n1", "n1-in")]);
    let graph = lowered.graph();
    assert_eq!(ids(graph), ["n0", "n1-in", "n1"]);
    let through = inner(graph, &["n1-in"]);
    assert!(is_only_a_gate(&through));
    let output = &through.interface().outputs[0];
    assert_eq!(
        (&*output.name, output.literal_type().to_string()),
        ("o0", "float".to_owned())
    );
    // The field goes in.
    let [binding] = graph.nodes()[1].bindings() else {
        panic!("one value goes through")
    };
    let flyte_core::graph::BindingData::Promise(reference) = &binding.data else {
        panic!("{:?}", binding.data)
    };
    let reference = graph.resolve(reference);
    assert_eq!(reference.producer, Producer::Node(0));
    assert_eq!(reference.path, [PathStep::Field("weight")]);
    assert_eq!(graph.nodes()[1].upstream(), [0]);
    // The condition reads what comes out.
    let [binding] = graph.nodes()[2].bindings() else {
        panic!("one value is compared")
    };
    assert_eq!(binding.var, "n0.o0.weight");
    let flyte_core::graph::BindingData::Promise(reference) = &binding.data else {
        panic!("{:?}", binding.data)
    };
    let reference = graph.resolve(reference);
    assert_eq!(
        (reference.producer, reference.path.len()),
        (Producer::Node(1), 0)
    );
    assert_eq!(graph.nodes()[2].upstream(), [0, 1]);
}

#[test]
fn so_does_one_on_an_element_or_an_enum() {
    #[workflow]
    fn element(n: i64) -> i64 {
        if numbers(n).at(1) > 3 {
            square(n)
        } else {
            square(1)
        }
    }
    #[workflow]
    fn of_kind(n: i64) -> i64 {
        match kind(n) {
            Kind::Box => square(n),
            Kind::Letter => square(1),
        }
    }
    let type_of = |lowered: &Lowered| {
        let through = inner(lowered.graph(), &["n1-in"]);
        through.interface().outputs[0].literal_type().to_string()
    };
    let (element, of_kind) = (lowered::<element>(), lowered::<of_kind>());
    assert_eq!(done(&element), [added(Change::Condition, "n1", "n1-in")]);
    assert_eq!(type_of(&element), "integer");
    assert_eq!(done(&of_kind), [added(Change::Condition, "n1", "n1-in")]);
    assert_eq!(type_of(&of_kind), "string");
}

/// The value may be there only if the branch around has chosen the case.
#[test]
fn a_branch_in_a_case_has_its_pass_through_inside() {
    #[workflow]
    fn nested(n: i64, m: i64) -> i64 {
        let xs = numbers(n);
        conditional("outer")
            .if_(m.gt(5))
            .then(|| {
                conditional("inner")
                    .if_(xs.at(2).gt(1))
                    .then(|| square(n))
                    .else_()
                    .then(|| square(m))
            })
            .else_()
            .then(|| square(7))
    }
    let lowered = lowered::<nested>();
    assert_eq!(
        done(&lowered),
        [added(Change::Condition, "n1/n0", "n1/n0/n0-in")]
    );
    assert_eq!(ids(lowered.graph()), ["n0", "n1"]);
    assert_eq!(ids(&inner(lowered.graph(), &["n1", "n0"])), ["n0-in", "n0"]);
    let source = NodePath::of(["n1", "n0", "n1"]);
    let nodes = lowered.nodes_of(&source);
    assert_eq!(nodes, [NodePath::of(["n1", "n0", "n0", "n1"])]);
}

#[task]
fn maybe(n: i64) -> Option<i64> {
    (n > 5).then_some(n)
}

#[test]
fn a_task_compares_optional_values() {
    #[workflow]
    fn present(n: i64) -> i64 {
        let m = maybe(n);
        if m.is_some() && n < 9 {
            square(n)
        } else if m == Some(9) {
            square(2)
        } else {
            square(1)
        }
    }
    let lowered = lowered::<present>();
    let expected = [with_pod(Change::ComputedCondition, "n1", Some("n1-if"))];
    assert_eq!(done(&lowered), expected);
    let graph = lowered.graph();
    assert_eq!(ids(graph), ["n0", "n1-if", "n1"]);
    let optional = "integer or nothing";
    let inputs = ["a0", "b0", "a1", "b1"].map(|name| format!("{name}: {optional}"));
    let outputs = "o0: boolean, o1: boolean".to_owned();
    assert_eq!(signature(graph, "n1-if"), (inputs.join(", "), outputs));
    let NodeTarget::Branch(branch) = graph.nodes()[2].target() else {
        panic!("the last node is the branch");
    };
    let conditions = branch.cases().iter().map(|case| case.condition.to_string());
    let conditions: Vec<_> = conditions.collect();
    assert_eq!(
        conditions,
        ["n1-if.o0 == true && n < 9", "n1-if.o1 == true"]
    );
    let bound = graph.nodes()[2].bindings().iter();
    let bound: Vec<_> = bound.map(|binding| &*binding.var).collect();
    assert_eq!(bound, [".n", "n1-if.o0", "n1-if.o1"]);
}

/// To Flyte a time in a struct is a text, and a number of a struct that another program has made may be of the other
/// kind.
#[test]
fn and_what_has_another_form_in_a_struct() {
    #[workflow]
    fn due(n: i64) -> i64 {
        if stock(n).fields().due > jiff::Timestamp::UNIX_EPOCH {
            square(n)
        } else {
            square(1)
        }
    }
    #[workflow]
    fn given(stock: Stock) -> i64 {
        if stock.fields().count > 3 {
            square(2)
        } else {
            square(1)
        }
    }
    #[workflow]
    fn given_float(parcel: Parcel) -> i64 {
        if parcel.fields().weight > 3.0 {
            square(2)
        } else {
            square(1)
        }
    }
    #[reference_task(
        project = "shop",
        domain = "production",
        name = "store.stock",
        version = "v1"
    )]
    fn stock_there(count: i64) -> Stock;

    #[workflow]
    fn made_there(n: i64) -> i64 {
        if stock_there(n).fields().count > 3 {
            square(2)
        } else {
            square(1)
        }
    }
    #[workflow]
    fn answered(n: i64) -> i64 {
        if wait_for_input::<Stock>("stock", "1h").fields().count > n {
            square(2)
        } else {
            square(1)
        }
    }
    #[workflow]
    fn made(n: i64) -> i64 {
        if stock(n).fields().count > 3 {
            square(2)
        } else {
            square(1)
        }
    }
    let computed = |node, added| [with_pod(Change::ComputedCondition, node, Some(added))];
    assert_eq!(done(&lowered::<due>()), computed("n1", "n1-if"));
    assert_eq!(done(&lowered::<given>()), computed("n0", "n0-if"));
    assert_eq!(done(&lowered::<given_float>()), computed("n0", "n0-if"));
    assert_eq!(done(&lowered::<made_there>()), computed("n1", "n1-if"));
    assert_eq!(done(&lowered::<answered>()), computed("n1", "n1-if"));
    let expected = [added(Change::Condition, "n1", "n1-in")];
    assert_eq!(done(&lowered::<made>()), expected);
}

/// Flyte compares the whole seconds.
#[test]
fn a_task_compares_times_where_parts_of_a_second_count() {
    #[workflow]
    fn longer(time: Duration, other: Duration) -> i64 {
        if time > other { square(1) } else { square(2) }
    }
    #[workflow]
    fn at_least(time: Duration) -> i64 {
        if time >= Duration::from_secs(3) {
            square(1)
        } else if time < Duration::from_secs(2) {
            square(2)
        } else {
            square(3)
        }
    }
    #[workflow]
    fn at_least_a_part(time: Duration) -> i64 {
        if time >= Duration::from_millis(200) {
            square(1)
        } else {
            square(2)
        }
    }
    #[workflow]
    fn later(one: jiff::Timestamp) -> i64 {
        if one > jiff::Timestamp::UNIX_EPOCH {
            square(1)
        } else {
            square(2)
        }
    }
    #[workflow]
    fn on_a_later_day(one: jiff::civil::Date, other: jiff::civil::Date) -> i64 {
        if one > other { square(1) } else { square(2) }
    }
    let computed = [with_pod(Change::ComputedCondition, "n0", Some("n0-if"))];
    assert_eq!(done(&lowered::<longer>()), computed);
    assert_eq!(done(&lowered::<at_least>()), []);
    assert_eq!(done(&lowered::<at_least_a_part>()), computed);
    assert_eq!(done(&lowered::<later>()), computed);
    assert_eq!(done(&lowered::<on_a_later_day>()), []);
}
