//! flytekit 1.16 compiles this, written with `conditional`, to what the test expects.

use super::*;

#[workflow]
fn wf(x: i64, s: String, b: bool) -> i64 {
    let a = square(x);
    let c = add(a, x);
    let r = conditional("first")
        .if_(a.gt(5) & s.eq("k"))
        .then(|| add(a, c))
        .elif_(b.is_true())
        .then(|| square(x))
        .elif_(c.eq(a))
        .then(|| {
            conditional("inner")
                .if_(x.eq(1))
                .then(|| square(a))
                .else_()
                .then(|| add(x, 1))
        })
        .else_()
        .fail("no");
    conditional("v")
        .if_(x.gt(1))
        .then(|| nothing(a))
        .else_()
        .then(|| nothing(x));
    square(r)
}

fn vars(node: &Node) -> Vec<&str> {
    node.bindings()
        .iter()
        .map(|binding| &*binding.var)
        .collect()
}

#[test]
fn ids_names_bindings_and_order() {
    let graph = wf::graph().unwrap();
    let ids: Vec<_> = graph.nodes().iter().map(Node::id).collect();
    assert_eq!(ids, ["n0", "n1", "n2", "n3", "n4"]);
    let node = &graph.nodes()[2];
    assert_eq!(node.metadata().name, "first");
    assert_eq!(vars(node), [".b", ".s", "n0.o0", "n1.o0"]);
    let mut upstream = node.upstream().to_vec();
    upstream.sort_unstable();
    assert_eq!(upstream, [0, 1]);

    let first = branch(&graph, 2);
    let conditions: Vec<_> = first
        .cases()
        .iter()
        .map(|case| case.condition.to_string())
        .collect();
    assert_eq!(
        conditions,
        ["n0.o0 > 5 && s == \"k\"", "b == true", "n1.o0 == n0.o0"]
    );
    let cases: Vec<_> = first
        .case_nodes()
        .map(|case| (case.node().id(), &*case.node().metadata().name))
        .collect();
    assert_eq!(cases, [("n0", "add"), ("n1", "square"), ("n2", "inner")]);
    assert_eq!(first.cases()[0].then.node().upstream(), [0, 1]);
    assert!(matches!(first.default(), BranchElse::Fail(message) if message == "no"));

    let inner = first.cases()[2].then.node();
    assert_eq!(vars(inner), [".x"]);
    assert_eq!(inner.upstream(), [0; 0]);
    let NodeTarget::Branch(inner) = inner.target() else {
        panic!()
    };
    let cases: Vec<_> = inner
        .case_nodes()
        .map(|case| (case.node().id(), case.node().upstream()))
        .collect();
    assert_eq!(cases, [("n0", [0].as_slice()), ("n1", [].as_slice())]);

    // What only a case needs is upstream of the node in the case, not of the branch.
    assert_eq!(vars(&graph.nodes()[3]), [".x"]);
    assert!(graph.nodes()[3].upstream().is_empty());
    assert_eq!(graph.nodes()[4].upstream(), [2]);
}

#[test]
fn it_runs() {
    assert_eq!(wf(3, "k".into(), false).unwrap(), 21 * 21);
    assert_eq!(wf(3, "l".into(), true).unwrap(), 81);
    assert_eq!(wf(0, "l".into(), false).unwrap(), 1);
    assert!(wf(1, "l".into(), false).is_err());
}
