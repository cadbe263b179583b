//! Tasks that graphs get for a cluster.

use flyte_idl::{
    flyteidl::core::{
        BindingData, DynamicJobSpec, Node, binding_data::Value, node::Target, primitive, scalar,
        workflow_node::Reference,
    },
    prost::Message,
};
use flyte_runtime::{
    compat::settings::SerializationSettings,
    types::{FlyteType, Literal, LiteralValue},
};

use super::{Container, Ended};

fn run(container: &Container, told: &str) -> Ended {
    container.finish(container.command(&["built-in", told]))
}

fn list(items: Vec<Literal>) -> Literal {
    LiteralValue::Collection(items).into()
}

fn boolean(value: bool) -> Literal {
    LiteralValue::Boolean(value).into()
}

#[test]
fn optional_values_are_compared() {
    let some = Some(7_i64).to_literal().unwrap();
    let none = None::<i64>.to_literal().unwrap();
    let container = Container::new(&[
        ("a0", some.clone()),
        ("b0", none.clone()),
        ("a1", some.clone()),
        ("b1", Some(7_i64).to_literal().unwrap()),
        ("a2", none),
        ("b2", Literal::NONE),
        // What the engine makes of an integer in a struct that a client in Go has sent.
        ("a3", LiteralValue::Float(7.0).into()),
        ("b3", Literal::integer(6)),
        // What it makes of a time in a struct.
        ("a4", Literal::string("1970-01-01T00:00:09Z")),
        ("b4", jiff::Timestamp::UNIX_EPOCH.to_literal().unwrap()),
    ]);
    let told = r#"{"compare":[{"operator":"ne","of":"integer"},{"operator":"eq","of":"integer"},{"operator":"eq","of":"integer"},{"operator":"gt","of":"integer"},{"operator":"le","of":"datetime"}]}"#;
    let outputs = run(&container, told).outputs();
    let values: Vec<_> = (0..5)
        .map(|index| outputs[&format!("o{index}")].clone())
        .collect();
    assert_eq!(values, [true, true, true, true, false].map(boolean));
}

#[test]
fn a_value_of_another_kind_is_an_error() {
    let container = Container::new(&[("a0", Literal::string("x")), ("b0", Literal::integer(1))]);
    let told = r#"{"compare":[{"operator":"eq","of":"integer"}]}"#;
    let error = run(&container, told).error();
    assert_eq!(error.code, "USER:TypeError");
}

#[test]
fn what_a_later_program_would_do_is_an_error() {
    let error = run(&Container::new(&[]), r#"{"guess":[]}"#).error();
    assert_eq!(error.code, "USER:RuntimeError");
    assert!(
        error.message.contains("register the version"),
        "{}",
        error.message
    );
}

const EACH: &str =
    r#"{"each":{"plan":"t.greeting_plan","lists":["name"],"concurrency":2,"retries":3}}"#;

fn given(names: &[&str]) -> Container {
    let names = names.iter().map(|name| Literal::string(*name)).collect();
    let settings = SerializationSettings::for_image("a/b:1", "v1").unwrap();
    Container::new(&[("name", list(names)), ("times", Literal::integer(2))])
        .env("_F_SS_C", &settings.serialized_context())
        .env("FLYTE_INTERNAL_EXECUTION_PROJECT", "p")
        .env("FLYTE_INTERNAL_EXECUTION_DOMAIN", "d")
}

fn string(data: Option<&BindingData>) -> Option<&str> {
    let Some(Value::Scalar(scalar)) = &data?.value else {
        return None;
    };
    let Some(scalar::Value::Primitive(primitive)) = &scalar.value else {
        return None;
    };
    match &primitive.value {
        Some(primitive::Value::StringValue(text)) => Some(text),
        _ => None,
    }
}

#[test]
fn a_launch_plan_is_called_for_each_element() {
    let ended = run(&given(&["a", "b", "c"]), EACH);
    assert_eq!(ended.names(), ["futures.pb"], "{ended:?}");
    let job = DynamicJobSpec::decode(&*ended.files["futures.pb"]).unwrap();
    let told = |node: &Node| {
        let Some(Target::WorkflowNode(workflow)) = &node.target else {
            panic!("{node:?}");
        };
        let Some(Reference::LaunchplanRef(plan)) = &workflow.reference else {
            panic!("{workflow:?}");
        };
        assert_eq!(
            (&*plan.project, &*plan.name, &*plan.version),
            ("p", "t.greeting_plan", "v1")
        );
        assert_eq!(node.metadata.as_ref().unwrap().retries.unwrap().retries, 3);
        assert_eq!(node.inputs[1].var, "times");
        let name = string(node.inputs[0].binding.as_ref()).unwrap().to_owned();
        (node.id.clone(), name, node.upstream_node_ids.join(" "))
    };
    let nodes: Vec<_> = job.nodes.iter().map(told).collect();
    // Two at once.
    let expected = [("dn0", "a", ""), ("dn1", "b", ""), ("dn2", "c", "dn0")];
    assert_eq!(
        nodes,
        expected.map(|(id, name, after)| (id.to_owned(), name.to_owned(), after.to_owned()))
    );
    let Some(Value::Collection(outputs)) = &job.outputs[0].binding.as_ref().unwrap().value else {
        panic!("{:?}", job.outputs);
    };
    assert_eq!(outputs.bindings.len(), 3);
}

#[test]
fn no_element_is_no_job() {
    let outputs = run(&given(&[]), EACH).outputs();
    assert_eq!(outputs["o0"], list(Vec::new()));
}

/// However many elements there are.
#[test]
fn what_all_elements_are_given_is_read_once() {
    let told = r#"{"each":{"plan":"t.measuring_plan","lists":["x"]}}"#;
    let counted = |elements: i64| {
        let settings = SerializationSettings::for_image("a/b:1", "v1").unwrap();
        let items = (0..elements).map(Literal::integer).collect();
        let text = Literal::string("x".repeat(20_000));
        let container = Container::new(&[("x", list(items)), ("text", text)]);
        let file = container.path("counted");
        let container = container
            .env("_F_SS_C", &settings.serialized_context())
            .env("T_COUNTED", &file.display().to_string());
        let ended = run(&container, told);
        assert_eq!(ended.names(), ["futures.pb"], "{ended:?}");
        std::fs::read_to_string(file).unwrap()
    };
    let few = counted(2);
    assert_eq!(few.matches('r').count(), 1);
    assert_eq!(counted(30), few);
}
