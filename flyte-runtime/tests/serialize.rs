//! What settings do to messages, what cannot be told to a cluster, and jobs of dynamic tasks. That the messages are those of
//! flytekit is the subject of `tests/oracle`.
#![cfg(feature = "remote")]

use flyte_idl::{
    flyteidl::{
        admin,
        core::{self, node::Target, task_template},
    },
    prost::Message as _,
};
use flyte_runtime::{
    Entity,
    compat::settings::{
        EnvVars, FastSerializationSettings, ImageConfig, ResourceSet, ResourceSpec,
        SerializationSettings,
    },
    graph::{CacheOverride, Condition, conditional},
    prelude::*,
    remote::serialize::{EntityMessage, SerializedEntity, Serializer},
};

#[task]
fn double(x: i64) -> i64 {
    x * 2
}

#[task(
    cache(version = "1", salt = "pepper"),
    docs(source_link = "https://example.org/greedy"),
    requests(cpu = "2")
)]
fn greedy(x: i64) -> i64 {
    x
}

#[workflow]
fn quadruple(x: i64) -> i64 {
    double(double(x))
}

#[workflow]
fn twice(x: i64) -> i64 {
    greedy(quadruple(quadruple(x)))
}

fn settings() -> SerializationSettings {
    SerializationSettings::for_image("registry.example/app:v1", "v1")
        .expect("the image has a version")
}

/// The container of a task.
fn container<E: Entity>(settings: &SerializationSettings) -> core::Container {
    let task = Serializer::new(settings)
        .program("app")
        .task(E::descriptor());
    let template = task.expect("nothing is wrong with it").template;
    match template.and_then(|template| template.target) {
        Some(task_template::Target::Container(container)) => container,
        other => panic!("no container: {other:?}"),
    }
}

/// The error of a workflow that cannot be told to a cluster.
fn error<E: Entity>() -> String {
    let settings = settings();
    let workflow = Serializer::new(&settings).workflow(E::descriptor());
    workflow.expect_err("it cannot be serialised").to_string()
}

#[test]
fn a_container_runs_the_program_with_the_cluster_s_templates() {
    let container = container::<double>(&settings());
    assert_eq!(container.image, "registry.example/app:v1");
    assert!(container.command.is_empty());
    let expected = "app flyte-execute --inputs {{.input}} --output-prefix {{.outputPrefix}} \
                    --raw-output-data-prefix {{.rawOutputDataPrefix}} --checkpoint-path {{.checkpointOutputPrefix}} \
                    --prev-checkpoint {{.prevCheckpointPrefix}} -- task serialize.double";
    assert_eq!(container.args.join(" "), expected);
}

/// flytekit wraps the command in the same way, with a program of its own.
#[test]
fn packed_code_is_fetched_first() {
    let fast = FastSerializationSettings::default()
        .enabled(true)
        .destination_dir("/app");
    let settings = settings()
        .new_builder()
        .with_fast_serialization_settings(fast)
        .build();
    let args = container::<double>(&settings).args.join(" ");
    let prefix = "app flyte-fast-execute --additional-distribution {{ .remote_package_path }} --dest-dir /app -- app \
                  flyte-execute --inputs ";
    assert!(args.starts_with(prefix), "{args}");
}

#[test]
fn variables_and_default_resources_are_those_of_the_settings() {
    let defaults = ResourceSpec::default()
        .requests(ResourceSet::default().cpu(0.5).mem("1Gi"))
        .limits(ResourceSet::default().cpu(1_u64));
    let settings = settings()
        .new_builder()
        .env(EnvVars::from([("RUST_LOG", "info")]))
        .default_resources(defaults)
        .build();
    let resources = |container: &core::Container| {
        let resources = container
            .resources
            .clone()
            .expect("resources are always there");
        let values = |entries: Vec<core::resources::ResourceEntry>| {
            entries
                .into_iter()
                .map(|entry| entry.value)
                .collect::<Vec<_>>()
        };
        (values(resources.requests), values(resources.limits))
    };
    let modest = container::<double>(&settings);
    assert_eq!(
        (modest.env[0].key.as_str(), modest.env[0].value.as_str()),
        ("RUST_LOG", "info")
    );
    let texts = |texts: &[&str]| texts.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(resources(&modest), (texts(&["0.5", "1Gi"]), texts(&["1"])));
    // Whoever asks for something gets that and nothing else.
    assert_eq!(
        resources(&container::<greedy>(&settings)),
        (texts(&["2"]), texts(&[]))
    );
}

/// flytekit drops the salt of a cache that has a version, and never says where the source is.
#[test]
fn salt_and_source_are_told() -> Result<(), Box<dyn std::error::Error>> {
    let settings = settings()
        .new_builder()
        .git_repo("https://example.org/repo")
        .build();
    let serializer = Serializer::new(&settings);
    let greedy = serializer.task(greedy::descriptor())?;
    let metadata = greedy.template.and_then(|template| template.metadata);
    assert_eq!(
        metadata.map(|metadata| metadata.discovery_version),
        Some("1-pepper".into())
    );
    let link = |description: Option<admin::DescriptionEntity>| {
        description
            .and_then(|description| description.source_code)
            .map(|source| source.link)
    };
    assert_eq!(
        link(greedy.description).as_deref(),
        Some("https://example.org/greedy")
    );
    let double = serializer.task(double::descriptor())?;
    assert_eq!(
        link(double.description).as_deref(),
        Some("https://example.org/repo")
    );
    Ok(())
}

#[test]
fn the_runtime_speaks_for_a_version_of_flytekit() -> Result<(), Box<dyn std::error::Error>> {
    let settings = settings();
    let task = Serializer::new(&settings).task(double::descriptor())?;
    let runtime = task
        .template
        .and_then(|template| template.metadata?.runtime)
        .expect("it is always told");
    assert!(
        runtime.version.starts_with("1.16.0+rust-"),
        "{}",
        runtime.version
    );
    assert_eq!(runtime.flavor, "rust");
    Ok(())
}

#[test]
fn an_image_is_needed() {
    let settings = SerializationSettings::new(ImageConfig::default());
    let error = Serializer::new(&settings)
        .task(double::descriptor())
        .expect_err("there is no image");
    assert!(
        error
            .to_string()
            .starts_with("task `serialize.double`: a task needs an image"),
        "{error}"
    );
}

#[test]
fn a_dynamic_job_brings_what_its_nodes_run() -> Result<(), Box<dyn std::error::Error>> {
    let settings = settings();
    let graph = twice::graph()?;
    let job = Serializer::new(&settings).dynamic_job(&graph)?;
    assert_eq!(job.min_successes, 3);
    let nodes: Vec<_> = job.nodes.iter().map(|node| node.id.as_str()).collect();
    assert_eq!(nodes, ["n0", "n1", "n2"]);
    let name = |id: Option<core::Identifier>| id.map(|id| id.name).unwrap_or_default();
    let tasks: Vec<_> = job.tasks.into_iter().map(|task| name(task.id)).collect();
    assert_eq!(tasks, ["serialize.double", "serialize.greedy"]);
    let workflows: Vec<_> = job
        .subworkflows
        .into_iter()
        .map(|workflow| name(workflow.id))
        .collect();
    assert_eq!(workflows, ["serialize.quadruple"]);
    Ok(())
}

/// What flytekit drops: it keeps one of a case's nodes.
#[test]
fn a_case_of_several_calls_is_a_workflow_inside() -> Result<(), Box<dyn std::error::Error>> {
    #[workflow]
    fn branched(x: i64, y: i64) -> i64 {
        conditional("size")
            .if_(x.gt(5))
            .then(|| double(double(y)))
            .else_()
            .then(|| double(x))
    }

    let settings = settings();
    let workflow = Serializer::new(&settings).workflow(branched::descriptor())?;
    let template = workflow.template.expect("it is always there");
    let Some(Target::BranchNode(branch)) = template.nodes[0].target.clone() else {
        panic!("no branch: {:?}", template.nodes);
    };
    let then = branch
        .if_else
        .and_then(|block| block.case?.then_node)
        .expect("there is a first case");
    let Some(Target::WorkflowNode(node)) = then.target else {
        panic!("no workflow: {:?}", then.target);
    };
    let [inner] = workflow.sub_workflows.as_slice() else {
        panic!("not one workflow inside: {:?}", workflow.sub_workflows);
    };
    let reference =
        core::workflow_node::Reference::SubWorkflowRef(inner.id.clone().expect("it has a name"));
    assert_eq!(node.reference, Some(reference));
    assert_eq!(inner.nodes.len(), 2);
    let inputs = &inner
        .interface
        .as_ref()
        .and_then(|interface| interface.inputs.as_ref())
        .expect("always there")
        .variables;
    assert_eq!(
        inputs.keys().collect::<Vec<_>>(),
        then.inputs
            .iter()
            .map(|input| &input.var)
            .collect::<Vec<_>>()
    );
    Ok(())
}

/// The first condition of the first node, as a reader of protobuf gets it.
fn read_condition<E: Entity>() -> core::BooleanExpression {
    let settings = settings();
    let workflow = Serializer::new(&settings).workflow(E::descriptor());
    let bytes = workflow.expect("it can be told").encode_to_vec();
    let workflow = admin::WorkflowSpec::decode(bytes.as_slice()).expect("it is not too deep");
    let template = workflow.template.expect("it is always there");
    let Some(Target::BranchNode(branch)) = template.nodes[0].target.clone() else {
        panic!("no branch: {:?}", template.nodes);
    };
    let case = branch.if_else.and_then(|block| block.case);
    case.and_then(|case| case.condition)
        .expect("there is a first case")
}

/// The numbers that a condition compares with, in their order, in brackets as conjunctions are.
fn shape(condition: &core::BooleanExpression, text: &mut String) {
    use core::{boolean_expression::Expr, operand::Val, primitive};
    match condition.expr.as_ref().expect("it says something") {
        Expr::Conjunction(both) => {
            text.push('(');
            shape(both.left_expression.as_ref().expect("a left one"), text);
            text.push(' ');
            shape(both.right_expression.as_ref().expect("a right one"), text);
            text.push(')');
        }
        Expr::Comparison(comparison) => {
            let right = comparison.right_value.as_ref();
            #[expect(deprecated, reason = "where flytekit writes them")]
            let Some(Val::Primitive(number)) = right.and_then(|right| right.val.as_ref()) else {
                panic!("no number: {right:?}");
            };
            let Some(primitive::Value::Integer(number)) = number.value else {
                panic!("no integer: {number:?}");
            };
            *text += &number.to_string();
        }
    }
}

fn shape_of<E: Entity>() -> String {
    let mut text = String::new();
    shape(&read_condition::<E>(), &mut text);
    text
}

fn deepest(text: &str) -> usize {
    let mut depth = 0;
    let depths = text.chars().map(|char| {
        depth += usize::from(char == '(');
        depth -= usize::from(char == ')');
        depth
    });
    depths.max().unwrap_or_default()
}

fn numbers(text: &str) -> Vec<i64> {
    let numbers = text.split(['(', ')', ' ']).filter(|part| !part.is_empty());
    numbers
        .map(|number| number.parse().expect("numbers alone"))
        .collect()
}

/// flytekit joins two conditions at a time, so the first are innermost. What it writes of a hundred no reader of
/// protobuf reads.
#[test]
fn conditions_are_as_flytekit_writes_them_until_they_would_be_too_deep() {
    #[workflow]
    fn few(x: i64) -> i64 {
        let right = x.ne(4).and(x.ne(5).and(x.ne(6)));
        let condition = x.ne(1).and(x.ne(2)).and(x.ne(3)).or(right);
        conditional("few")
            .if_(condition)
            .then(|| double(x))
            .else_()
            .then(|| greedy(x))
    }

    fn all(x: Promise<i64>, terms: i64) -> Condition {
        (2..=terms).fold(x.ne(1), |all, number| all.and(x.ne(number)))
    }

    #[workflow]
    fn seventeen(x: i64) -> i64 {
        let condition = (all)(x, 17);
        conditional("many")
            .if_(condition)
            .then(|| double(x))
            .else_()
            .then(|| greedy(x))
    }

    #[workflow]
    fn many(x: i64) -> i64 {
        let condition = (all)(x, 100_000);
        conditional("many")
            .if_(condition)
            .then(|| double(x))
            .else_()
            .then(|| greedy(x))
    }

    #[workflow]
    fn many_deep(x: i64) -> i64 {
        let mut condition = (all)(x, 10_000);
        for level in 1..24 {
            condition = match level % 2 {
                0 => (0..10).fold(condition, |all, _| all.and(x.ne(level))),
                _ => (0..10).fold(condition, |any, _| any.or(x.ne(level))),
            };
        }
        conditional("many")
            .if_(condition)
            .then(|| double(x))
            .else_()
            .then(|| greedy(x))
    }

    assert_eq!(shape_of::<few>(), "(((1 2) 3) (4 (5 6)))");
    let written = shape_of::<seventeen>();
    assert!(
        written.starts_with(&("(".repeat(16) + "1 2) 3) 4)")),
        "{written}"
    );
    let flat = shape_of::<many>();
    assert_eq!(deepest(&flat), 17);
    assert!(numbers(&flat).into_iter().eq(1..=100_000));
    let flat = shape_of::<many_deep>();
    assert!(deepest(&flat) <= 42, "{}", deepest(&flat));
    let behind = (1..24).flat_map(|level| [level; 10]);
    assert!(numbers(&flat).into_iter().eq((1..=10_000).chain(behind)));
}

/// Kubernetes takes `$(NAME)` for a variable's value and `$$` for `$`; on this machine a text is what it says.
#[test]
fn what_kubernetes_would_expand_arrives_as_it_is_written() {
    #[task(environment("PRICE" = "5$", "TWICE" = "$$", "REFERENCE" = "a$(HOME)b$"))]
    fn pays(x: i64) -> i64 {
        x
    }

    #[container_task(
        image = "alpine:3.20",
        command("sh", "-c", "echo $$ $(date) > /var/outputs/o0"),
        output_data_dir = "/var/outputs"
    )]
    fn stamped() -> String;

    let env = container::<pays>(&settings()).env;
    let values: Vec<_> = env.iter().map(|pair| pair.value.as_str()).collect();
    assert_eq!(values, ["5$", "$$$$", "a$$(HOME)b$$"]);
    let command = container::<stamped>(&settings()).command;
    assert_eq!(command[2], "echo $$$$ $$(date) > /var/outputs/o0");
}

/// Overrides that Flyte has no place for, and values it cannot count, are refused with what to do instead.
#[test]
fn what_flyte_cannot_store_is_refused() {
    #[workflow]
    fn reserved(x: i64) -> i64 {
        double(x).with_overrides(|o| o.node_name("end-node"))
    }
    assert_eq!(
        error::<reserved>(),
        "node `end-node` of `serialize.reserved` has an id that Flyte keeps for itself; give it \
         another `node_name`"
    );

    #[workflow]
    fn template(x: i64) -> i64 {
        double(x).with_overrides(|o| o.pod_template_name("big"))
    }
    assert!(error::<template>().ends_with(
        "overrides `pod_template_name`, which Flyte knows of whole tasks alone; give it to the task"
    ));

    #[workflow]
    fn ignored(x: i64) -> i64 {
        double(x).with_overrides(|o| o.cache(CacheOverride::version("1").ignored_inputs(["x"])))
    }
    assert!(error::<ignored>().contains(
        "overrides `cache`, with `ignored_inputs`, which Flyte knows of whole tasks alone"
    ));

    #[workflow]
    fn unversioned(x: i64) -> i64 {
        double(x).with_overrides(|o| o.cache(true))
    }
    assert!(
        error::<unversioned>()
            .contains("neither the node nor what it runs has a version; give one: `cache(\"1\")`")
    );

    #[workflow]
    fn no_container(x: i64) -> i64 {
        quadruple(x).with_overrides(|o| o.requests(|r| r.cpu(1)))
    }
    assert!(error::<no_container>().contains(
        "overrides `requests`, which changes a container, and the node has none of its own"
    ));

    #[workflow]
    fn unknown_image(x: i64) -> i64 {
        double(x).with_overrides(|o| o.container_image("{{.image.gpu}}"))
    }
    assert!(
        error::<unknown_image>().starts_with("node `n0` of "),
        "{}",
        error::<unknown_image>()
    );

    #[workflow]
    fn far(xs: Vec<i64>) -> i64 {
        double(xs.at(3_000_000_000))
    }
    assert!(
        error::<far>().contains(
            "is element 3000000000 of a list, and Flyte counts elements up to 2147483647"
        )
    );
}

/// A map registers a second task, with lists, whose container knows which input is given whole; and what a node overrides lands
/// on the node inside (conformance 47, 60, 61).
#[test]
fn a_map_registers_a_task_of_lists() -> Result<(), Box<dyn std::error::Error>> {
    #[task]
    fn times(x: i64, factor: i64) -> i64 {
        x * factor
    }

    #[workflow]
    fn mapped(xs: Vec<i64>, factor: i64) -> Vec<i64> {
        xs.map(|x| times(x, factor))
            .concurrency(2)
            .with_overrides(|o| o.requests(|r| r.cpu("3")).retries(4))
    }

    let settings = settings();
    let serializer = Serializer::new(&settings).program("app");
    let workflow = serializer.workflow(mapped::descriptor())?;
    let node = workflow.template.unwrap_or_default().nodes.remove(0);
    let Some(Target::ArrayNode(array)) = node.target else {
        panic!("no array node: {:?}", node.target);
    };
    assert_eq!(
        node.metadata.unwrap_or_default().retries.map(|r| r.retries),
        Some(0)
    );
    assert_eq!(array.bound_inputs, ["factor"]);
    let inside = array.node.ok_or("a node")?;
    let metadata = inside.metadata.unwrap_or_default();
    assert_eq!(metadata.retries.map(|r| r.retries), Some(4));
    let Some(Target::TaskNode(task)) = inside.target else {
        panic!("no task: {:?}", inside.target);
    };
    let resources = task.overrides.and_then(|overrides| overrides.resources);
    assert_eq!(resources.unwrap_or_default().requests[0].value, "3");

    let job = serializer.dynamic_job(&*mapped::graph()?)?;
    let template = job.tasks.first().ok_or("a task")?;
    let name = template.id.as_ref().map_or("", |id| &id.name);
    assert_eq!(name, metadata.name);
    let Some(task_template::Target::Container(container)) = &template.target else {
        panic!("no container: {:?}", template.target);
    };
    assert_eq!(
        container.args[container.args.len() - 7..],
        [
            "{{.prevCheckpointPrefix}}",
            "--map",
            "--",
            "vars",
            "factor",
            "task",
            "serialize.times"
        ]
    );
    Ok(())
}

/// Flyte 1's messages have no place for either.
#[test]
fn flyte_2_is_told_of_backoff_and_deadline() {
    #[task(
        retries(count = 4, backoff = "1500ms", factor = 2.5, cap = "1m"),
        timeout = "2m",
        deadline = "1h"
    )]
    fn waits(x: i64) -> i64 {
        x
    }
    let settings = settings();
    let serializer = Serializer::new(&settings);
    let metadata = serializer.flyte2_metadata(waits::descriptor());
    let retries = metadata.retries.expect("it has some");
    assert_eq!(retries.retries, 4);
    let backoff = retries.backoff.expect("it has one");
    let base = backoff.base.expect("it has one");
    assert_eq!((base.seconds, base.nanos), (1, 500_000_000));
    assert_eq!(backoff.factor, Some(2.5));
    assert_eq!(backoff.cap.map(|cap| cap.seconds), Some(60));
    let deadline = metadata.timeouts.and_then(|timeouts| timeouts.deadline);
    assert_eq!(deadline.map(|deadline| deadline.seconds), Some(3600));
    // What both have is the same.
    assert_eq!(metadata.timeout.map(|timeout| timeout.seconds), Some(120));
    assert_eq!(
        metadata.runtime.map(|runtime| runtime.flavor).as_deref(),
        Some("rust")
    );

    let metadata = serializer.flyte2_metadata(double::descriptor());
    assert!(metadata.timeouts.is_none());
    assert!(
        metadata
            .retries
            .is_none_or(|retries| retries.backoff.is_none())
    );
}

/// flytekit's converter drops a duration of zero, and Flyte's engine needs one that is there.
#[test]
fn a_sleep_of_no_time_says_so() -> Result<(), Box<dyn std::error::Error>> {
    use core::gate_node::Condition;

    #[workflow]
    fn same(x: i64) -> i64 {
        x
    }

    let settings = settings();
    let serializer = Serializer::new(&settings);
    let template = serializer.workflow(same::descriptor())?.template;
    let [node] = &*template.expect("always there").nodes else {
        panic!("not one node");
    };
    let Some(Target::GateNode(gate)) = &node.target else {
        panic!("{node:?}");
    };
    let Some(Condition::Sleep(sleep)) = &gate.condition else {
        panic!("{gate:?}");
    };
    assert!(sleep.duration.is_some());
    let as_written = serializer.as_written().workflow(same::descriptor())?;
    assert!(as_written.template.expect("always there").nodes.is_empty());
    Ok(())
}

#[task]
fn maybe(x: i64) -> Option<i64> {
    Some(x)
}

/// They are registered with the workflow, under a name that begins with the workflow's.
#[test]
fn tasks_for_a_cluster_are_listed_in_front_of_what_needs_them()
-> Result<(), Box<dyn std::error::Error>> {
    #[workflow]
    fn present(x: i64) -> i64 {
        if maybe(x).is_some() { double(x) } else { x }
    }

    #[launch_plan]
    fn plan(x: i64) -> i64 {
        quadruple(x = x)
    }

    #[workflow]
    fn plans(xs: Vec<i64>) -> Vec<i64> {
        xs.map(|x| plan(x))
    }

    let registry = flyte_runtime::Registry::builder()
        .with::<present>()
        .with::<plans>();
    let (settings, registry) = (settings(), registry.build()?);
    let entities = Serializer::new(&settings)
        .program("app")
        .registry(&registry)?;
    let last = |entity: &SerializedEntity| {
        let name = entity
            .name()
            .strip_prefix("serialize.")
            .unwrap_or(entity.name());
        format!("{} {name}", entity.resource_type().name())
    };
    let names: Vec<_> = entities.iter().map(last).collect();
    assert_eq!(
        names,
        [
            "TASK double",
            "WORKFLOW quadruple",
            "LAUNCH_PLAN quadruple",
            "LAUNCH_PLAN plan",
            "TASK plans.n0-map",
            "WORKFLOW plans",
            "LAUNCH_PLAN plans",
            "TASK maybe",
            "TASK present.n1-if",
            "WORKFLOW present",
            "LAUNCH_PLAN present",
        ]
    );
    let told = |index: usize| {
        let EntityMessage::Task(task) = entities[index].message() else {
            panic!("no task: {:?}", entities[index]);
        };
        let template = task.template.as_ref().expect("always there");
        let Some(task_template::Target::Container(container)) = &template.target else {
            panic!("no container: {template:?}");
        };
        let has_settings = container
            .env
            .iter()
            .any(|variable| variable.key == "_F_SS_C");
        let [.., two, one] = &*container.args else {
            panic!("{:?}", container.args);
        };
        assert_eq!(two, "built-in");
        (one.clone(), has_settings)
    };
    let each = r#"{"each":{"plan":"serialize.plan","lists":["xs"]}}"#.replace("xs", "x");
    assert_eq!(told(4), (each, true));
    let compare = r#"{"compare":[{"operator":"ne","of":"integer"}]}"#.to_owned();
    assert_eq!(told(8), (compare, false));
    Ok(())
}

/// A cluster would run one for both.
#[test]
fn a_task_is_not_named_as_one_that_is_added() {
    #[task(name = "serialize.plans_of.n0-map")]
    fn taken(x: i64) -> i64 {
        x
    }

    #[launch_plan]
    fn plan_of(x: i64) -> i64 {
        quadruple(x = x)
    }

    #[workflow]
    fn plans_of(xs: Vec<i64>) -> Vec<i64> {
        xs.map(|x| plan_of(x))
    }

    let registry = flyte_runtime::Registry::builder()
        .with::<taken>()
        .with::<plans_of>();
    let registry = registry.build().expect("the names of the two differ");
    let settings = settings();
    let refused = Serializer::new(&settings).registry(&registry);
    let refused = refused.expect_err("two tasks have one name").to_string();
    let start = "two entities are named `serialize.plans_of.n0-map`: ";
    assert!(refused.starts_with(start), "{refused}");
}

#[test]
fn nor_a_workflow_as_a_case() {
    #[workflow]
    fn cases(x: i64) -> i64 {
        if x > 0 { double(double(x)) } else { double(x) }
    }

    #[workflow(name = "serialize.cases.n0-0")]
    fn taken(x: i64) -> i64 {
        double(x)
    }

    #[workflow]
    fn calls_both(x: i64) -> i64 {
        taken(cases(x))
    }

    let start = "two entities are named `serialize.cases.n0-0`: ";
    let refused = error::<calls_both>();
    assert!(refused.starts_with(start), "{refused}");
    // Each alone is nothing else than itself, however often it is called.
    #[workflow]
    fn calls_one(x: i64) -> i64 {
        cases(cases(x))
    }
    let settings = settings();
    let serializer = Serializer::new(&settings);
    let alone = serializer.workflow(calls_one::descriptor());
    assert_eq!(alone.expect("it is told").sub_workflows.len(), 2);
    let job = serializer.dynamic_job(&calls_both::graph().expect("it compiles"));
    let refused = job.expect_err("two have one name").to_string();
    assert!(refused.starts_with(start), "{refused}");
}
