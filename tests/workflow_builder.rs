//! Workflows built in code: `WorkflowBuilder` and calls by name.

use std::error::Error;

use flyte_runtime::{
    CallByName, Registry, RunError,
    compat::{
        ImperativeWorkflow,
        options::{FailurePolicy, WorkflowOptions},
    },
    graph::{CompileError, Node, NodeOutputs, WorkflowBuilder, conditional},
    prelude::*,
};

#[task]
fn greet(name: String) -> String {
    format!("{name} world")
}

#[task]
fn shout() {}

#[task]
fn add(a: i64, #[default(2)] b: i64) -> i64 {
    a + b
}

#[task]
fn sum(xs: &[i64]) -> i64 {
    xs.iter().sum()
}

fn greeting() -> Result<ImperativeWorkflow, CompileError> {
    let mut builder = WorkflowBuilder::new("my.workflow");
    let name = builder.add_workflow_input::<String>("in1");
    let greeted = builder
        .add_entity(greet::descriptor())
        .input::<String>("name", name)
        .add();
    builder.add_entity(shout::descriptor()).add();
    builder.add_workflow_output::<String>("from_n0t1", greeted.output::<String>("o0"));
    builder.build()
}

/// flytekit: `test_imperative.py::test_imperative`.
#[test]
fn inputs_calls_and_outputs_one_by_one() -> Result<(), Box<dyn Error>> {
    let workflow = greeting()?;
    let graph = workflow.graph()?;
    let ids: Vec<_> = graph.nodes().iter().map(Node::id).collect();
    assert_eq!(ids, ["n0", "n1"]);
    assert_eq!(graph.outputs()[0].var, "from_n0t1");
    let text: String = workflow.call().input("in1", "hello".to_owned()).run()?;
    assert_eq!(text, "hello world");
    Ok(())
}

#[test]
fn one_workflow_is_a_part_of_another() -> Result<(), Box<dyn Error>> {
    let inner = greeting()?;
    let mut builder = WorkflowBuilder::new("my.outer");
    let name = builder.add_workflow_input::<String>("name");
    let once = builder.add(|| inner.node().input::<String>("in1", name).add());
    let twice = builder
        .add_entity(inner.descriptor())
        .input::<String>("in1", once.output::<String>("from_n0t1"))
        .add();
    builder.add_workflow_output::<String>("text", twice.output::<String>("from_n0t1"));
    let outer = builder.build()?;
    let text: String = outer.call().input("name", "hello".to_owned()).run()?;
    assert_eq!(text, "hello world world");
    Ok(())
}

/// flytekit: `test_imperative.py::test_imperative_list_bound_output`.
#[test]
fn an_output_may_be_a_list_of_results() -> Result<(), Box<dyn Error>> {
    let mut builder = WorkflowBuilder::new("my.lists");
    let a = builder.add_workflow_input::<i64>("a");
    let three = builder.add(|| add::node(a, 2));
    let six = builder.add(|| add::node(three, 3));
    builder.add_workflow_output::<Vec<i64>>("both", vec![three, six]);
    let total = builder.add(|| sum::node(vec![three, six]));
    builder.add_workflow_output::<i64>("total", total);
    let workflow = builder.build()?;
    let (both, total): (Vec<i64>, i64) = workflow.call().input("a", 1_i64).run()?;
    assert_eq!((both, total), (vec![3, 6], 9));
    Ok(())
}

#[test]
fn order_overrides_and_defaults_are_those_of_a_body() -> Result<(), Box<dyn Error>> {
    let mut builder = WorkflowBuilder::new("my.order");
    let a = builder.add_workflow_input::<i64>("a");
    let sum = builder
        .add_entity(add::descriptor())
        .input::<i64>("a", a)
        .add();
    builder.add(|| {
        let last = shout::node().with_overrides(|o| o.node_name("last"));
        sum.runs_before(&last);
        sum.clone().with_overrides(|o| o.retries(3));
    });
    builder.add_workflow_output::<i64>("sum", sum.output::<i64>("o0"));
    let workflow = builder.build()?;
    let graph = workflow.graph()?;
    assert_eq!(graph.nodes()[1].id(), "last");
    assert_eq!(graph.nodes()[1].upstream(), [0]);
    assert!(graph.nodes()[0].overrides().is_some());
    let sum: i64 = workflow.call().input("a", 1_i64).run()?;
    assert_eq!(sum, 3);
    Ok(())
}

#[derive(Clone, Debug, PartialEq, FlyteType)]
enum Colour {
    Red,
}

#[task]
fn red() -> Colour {
    Colour::Red
}

#[task]
fn paint(colour: String, times: u8, of: Option<i64>) -> String {
    format!("{colour} {times} {of:?}")
}

/// Flyte's casting rules, where types are known only at run time.
#[test]
fn inputs_may_be_of_types_that_flyte_casts() -> Result<(), Box<dyn Error>> {
    let workflow = |times: i64| {
        let mut builder = WorkflowBuilder::new("my.casts");
        let a = builder.add_workflow_input::<i64>("a");
        let colour = builder.add(red::node);
        let painted = builder
            .add_entity(paint::descriptor())
            .input::<Colour>("colour", colour)
            .input::<i64>("times", times)
            .input::<i64>("of", a)
            .add();
        builder.add_workflow_output::<String>("o", painted.output::<String>("o0"));
        builder.build()
    };
    let painted: String = workflow(3)?.call().input("a", 1_i64).run()?;
    assert_eq!(painted, "Red 3 Some(1)");
    let error = workflow(300).expect_err("it is no `u8`").to_string();
    assert!(
        error.contains(
            "the input `times` of `workflow_builder.paint` cannot be given: 300 does not fit"
        ),
        "{error}"
    );

    // What is known only in a run fails there.
    let mut builder = WorkflowBuilder::new("my.late_casts");
    let a = builder.add_workflow_input::<i64>("a");
    let painted = builder
        .add_entity(paint::descriptor())
        .input::<String>("colour", "red")
        .input::<i64>("times", a)
        .input::<Option<i64>>("of", None::<i64>)
        .add();
    builder.add_workflow_output::<String>("o", painted.output::<String>("o0"));
    let workflow = builder.build()?;
    let painted: String = workflow.call().input("a", 1_i64).run()?;
    assert_eq!(painted, "red 1 None");
    let error = workflow.call().input("a", 300_i64).run::<String>();
    let error = error.expect_err("it is no `u8`").to_string();
    assert!(error.contains("300 does not fit"), "{error}");

    // A union is not one of its variants, and an integer no text.
    let mut builder = WorkflowBuilder::new("my.wrong_casts");
    let a = builder.add_workflow_input::<Option<i64>>("a");
    builder
        .add_entity(paint::descriptor())
        .input::<Option<i64>>("times", a)
        .input::<i64>("colour", 1)
        .add();
    let error = builder.build().expect_err("both are wrong").to_string();
    assert!(
        error.contains("`times`") && error.contains("`colour`"),
        "{error}"
    );
    Ok(())
}

#[test]
fn it_is_ready_when_it_calls_something_and_every_input_is_used() {
    let mut builder = WorkflowBuilder::new("my.ready");
    assert!(!builder.ready(), "nothing is called");
    let a = builder.add_workflow_input::<i64>("a");
    builder.add(shout::node);
    assert!(!builder.ready(), "nothing reads `a`");
    builder.add(|| add::node(a, 1));
    assert!(builder.ready());
    assert_eq!(builder.inputs().collect::<Vec<_>>(), ["a"]);
}

#[test]
fn every_mistake_is_told_at_once() {
    let mut builder = WorkflowBuilder::new("");
    builder.add_workflow_input::<i64>("a");
    let a = builder.add_workflow_input::<i64>("a");
    let sum = builder
        .add_entity(add::descriptor())
        .input::<i64>("c", a)
        .input::<String>("b", "two")
        .add();
    builder.add_workflow_output::<i64>("x", sum.output::<i64>("o1"));
    builder.add_workflow_output::<String>("x", sum.output::<String>("o0"));
    let error = builder
        .build()
        .expect_err("everything is wrong")
        .to_string();
    let mistakes = [
        "two inputs are named `a`",
        "has no input `c`; its inputs are: `a`, `b`",
        "the input `b` of `workflow_builder.add` is `i64`, and `alloc::string::String` is given",
        "the input `a` of `workflow_builder.add` is required and not given",
        "has no output `o1`; its outputs are: `o0`",
        "is `i64`, and is asked for as `alloc::string::String`",
        "two outputs are named `x`",
        "nothing reads the input `a`",
        "the workflow has no name",
    ];
    for mistake in mistakes {
        assert!(error.contains(mistake), "{mistake}\nis not in\n{error}");
    }
    assert!(error.contains("tests/workflow_builder.rs:"), "{error}");
    let empty = WorkflowBuilder::new("my.empty").build();
    let empty = empty.expect_err("it calls nothing").to_string();
    assert!(empty.contains("at least one node"), "{empty}");
}

/// flytekit: `test_imperative.py::test_codecov`, where these are assertions.
#[test]
fn a_call_by_name_says_which_input_is_wrong() -> Result<(), Box<dyn Error>> {
    let workflow = greeting()?;
    let message = |result: Result<String, RunError>| result.expect_err("it is wrong").to_string();
    assert_eq!(
        message(workflow.call().run()),
        "input `in1` of `my.workflow`: it is required and was not given"
    );
    let unknown = workflow.call().input("in2", 1_i64).run();
    assert_eq!(
        message(unknown),
        "input `in2` of `my.workflow`: there is no such input"
    );
    let typed = message(workflow.call().input("in1", 1_i64).run());
    assert!(
        typed.contains("expected `alloc::string::String`"),
        "{typed}"
    );
    let outputs = CallByName::new(add::descriptor())
        .input("a", 1_i64)
        .run::<String>();
    let outputs = outputs.expect_err("the output is a number").to_string();
    assert!(outputs.contains("expected [i64]"), "{outputs}");
    Ok(())
}

#[task]
fn fails(x: i64) -> Result<i64, String> {
    Err(format!("no {x}"))
}

#[task]
fn clean_up(x: i64) {
    assert_eq!(x, 7, "the handler gets the inputs of the workflow");
}

#[test]
fn a_failure_handler_and_a_policy() -> Result<(), Box<dyn Error>> {
    let mut builder = WorkflowBuilder::new("my.failing").with_options(
        WorkflowOptions::new().failure_policy(FailurePolicy::FailAfterExecutableNodesComplete),
    );
    let x = builder.add_workflow_input::<i64>("x");
    builder.add(|| fails::node(x));
    builder.add_on_failure_handler::<clean_up>();
    let workflow = builder.build()?;
    let graph = workflow.graph()?;
    assert_eq!(graph.failure_node().map(Node::id), Some("efn"));
    let error = workflow.call().input("x", 7_i64).run::<()>();
    let error = error.expect_err("`fails` fails").to_string();
    assert!(error.contains("no 7"), "{error}");
    assert!(!error.contains("clean_up"), "the handler succeeds: {error}");
    Ok(())
}

#[test]
fn it_can_be_found_in_a_registry() -> Result<(), Box<dyn Error>> {
    let registry = Registry::builder()
        .with_descriptor(greeting()?.descriptor())
        .build()?;
    assert_eq!(registry.find("workflow")?.name(), "my.workflow");
    Ok(())
}

#[test]
fn conditions_work_as_in_a_body() -> Result<(), Box<dyn Error>> {
    let mut builder = WorkflowBuilder::new("my.branches");
    let a = builder.add_workflow_input::<i64>("a");
    let b = builder.add_workflow_input::<i64>("b");
    let chosen = builder.add(|| {
        conditional("larger")
            .if_(a.gt(b))
            .then(|| add::node(a, 100))
            .else_()
            // Two calls, which become a graph of their own that takes what it needs from around.
            .then(|| add::node(add::node(b, a), 1000))
    });
    builder.add_workflow_output::<i64>("chosen", chosen);
    let workflow = builder.build()?;
    let run = |a: i64, b: i64| workflow.call().input("a", a).input("b", b).run::<i64>();
    assert_eq!(run(5, 3)?, 105);
    assert_eq!(run(3, 5)?, 1008);
    Ok(())
}

/// One input is read in a case alone, and one in a case of a branch in a case that is several calls.
#[test]
fn what_only_a_case_reads_is_read() -> Result<(), Box<dyn Error>> {
    let mut builder = WorkflowBuilder::new("my.cases");
    let inputs = ["a", "b", "c"].map(|name| builder.add_workflow_input::<i64>(name));
    let [a, b, c] = inputs;
    let result = builder.add(|| {
        conditional("outer")
            .if_(a.gt(0))
            .then(|| add::node(b, 1))
            .else_()
            .then(|| {
                let less = add::node(a, -1);
                conditional("inner")
                    .if_(less.lt(-5))
                    .then(|| add::node(c, 2))
                    .else_()
                    .then(|| add::node(less, less))
            })
    });
    builder.add_workflow_output::<i64>("result", result);
    assert!(builder.ready());
    let workflow = builder.build()?;
    for (a, expected) in [(1_i64, 21), (-1, -4), (-6, 32)] {
        let call = workflow.call().input("a", a).input("b", 20_i64);
        let result: i64 = call.input("c", 30_i64).run()?;
        assert_eq!(result, expected);
    }
    Ok(())
}
