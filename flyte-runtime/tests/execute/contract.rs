//! What a container is told, and what it writes when all goes well.

use flyte_idl::{
    flyteidl::core::{DynamicJobSpec, Identifier, task_template::Target},
    flyteidl2::{core::KeyValuePair, task::Inputs},
    prost::Message,
};
use flyte_runtime::{
    compat::settings::SerializationSettings,
    types::{FlyteError, FlyteType, Literal, LiteralType, LiteralValue, UnionVariant},
};

use super::Container;

#[test]
fn a_task_reads_its_inputs_and_writes_its_outputs() {
    let ended = Container::new(&[
        ("name", Literal::string("a")),
        ("times", Literal::integer(3)),
    ])
    .task("t.greet");
    assert_eq!(ended.names(), ["outputs.pb"]);
    assert_eq!(ended.outputs()["o0"], Literal::string("a a a"));
    let ended = Container::new(&[("name", Literal::string("a"))]).task("t.greet");
    assert_eq!(ended.outputs()["o0"], Literal::string("a a"));
}

/// The working directory is there until the outputs are uploaded.
#[test]
fn a_file_in_the_working_directory_is_an_output() {
    let container = Container::new(&[("text", Literal::string("left"))]);
    let outputs = container.task("t.leaves").outputs();
    let LiteralValue::Blob(blob) = &outputs["o0"].value else {
        panic!("no file: {outputs:?}");
    };
    assert!(blob.uri.starts_with(&container.text("raw")), "{}", blob.uri);
    assert_eq!(std::fs::read_to_string(&blob.uri).unwrap(), "left");
}

#[test]
fn a_task_without_outputs_writes_that_there_are_none() {
    let ended = Container::new(&[]).task("t.nothing");
    assert!(ended.outputs().is_empty());
}

/// Flyte 1's engine gives every failure handler a union, whatever its input is.
#[test]
fn a_failure_handler_is_told_of_the_failure() {
    let error = || {
        FlyteError::new("efn", "no space left")
            .to_literal()
            .unwrap()
    };
    let variant = || UnionVariant::tagged("FlyteError", LiteralType::Error);
    let told = Literal::string("efn: no space left");
    for err in [error(), Literal::union(variant(), error())] {
        let ended = Container::new(&[("err", err.clone())]).task("t.hears");
        assert_eq!(ended.outputs()["o0"], told, "{err:?}");
        let ended = Container::new(&[("err", err)]).task("t.may_hear");
        let LiteralValue::Union { value, .. } = &ended.outputs()["o0"].value else {
            panic!("no option: {ended:?}");
        };
        assert_eq!(**value, told);
    }
    let nothing = Literal::union(UnionVariant::new(LiteralType::None), Literal::NONE);
    let ended = Container::new(&[("err", nothing)]).task("t.hears");
    assert!(
        ended
            .error()
            .message
            .contains("expected error, found a union"),
        "{ended:?}"
    );
}

/// `test_python_entrypoint.py::test_normalize_inputs`
#[test]
fn what_a_backend_leaves_out_is_nothing() {
    let container = Container::new(&[]);
    let checkpoint = container.text("checkpoint");
    let container = container.args(&[
        "--checkpoint-path",
        &checkpoint,
        "--prev-checkpoint",
        "\"\"",
    ]);
    assert_eq!(
        container.task("t.counts").outputs()["o0"],
        Literal::string("false None")
    );
    assert_eq!(
        std::fs::read(container.path("checkpoint/_dst_cp")).unwrap(),
        b"mine"
    );
    let next = Container::new(&[]);
    let own = next.text("checkpoint");
    let next = next.args(&["--checkpoint-path", &own, "--prev-checkpoint", &checkpoint]);
    assert_eq!(
        next.task("t.counts").outputs()["o0"],
        Literal::string(format!("true Some({:?})", b"mine"))
    );
    // The attempt before has kept nothing.
    let next = Container::new(&[]);
    let (own, none) = (next.text("checkpoint"), next.text("none"));
    let next = next.args(&["--checkpoint-path", &own, "--prev-checkpoint", &none]);
    assert_eq!(
        next.task("t.counts").outputs()["o0"],
        Literal::string("false None")
    );
    let without = Container::new(&[]).args(&["--checkpoint-path", "{{.checkpointOutputPrefix}}"]);
    let directory = without.task("t.counts").outputs()["o0"].clone();
    assert_eq!(directory, Literal::string("false None"));
}

#[test]
fn a_task_is_told_who_it_is() {
    let container = Container::new(&[])
        .env("FLYTE_INTERNAL_EXECUTION_PROJECT", "p")
        .env("_F_DM", "d")
        .env("FLYTE_INTERNAL_EXECUTION_ID", "exec")
        .env("FLYTE_INTERNAL_EXECUTION_WORKFLOW", "w")
        .env("FLYTE_INTERNAL_TASK_PROJECT", "tp")
        .env("FLYTE_INTERNAL_TASK_DOMAIN", "td")
        .env("FLYTE_INTERNAL_TASK_NAME", "T.told")
        .env("FLYTE_INTERNAL_TASK_VERSION", "v1")
        .env("FLYTE_ATTEMPT_NUMBER", "2");
    let told = texts(&container.task("t.told").outputs()["o0"]);
    assert_eq!(
        told,
        [
            "ex:p:d:exec",
            "tsk:tp:td:T.told:v1",
            "2",
            "Remote",
            &container.text("raw"),
            &container.text("out"),
            "ac::p:d:exec:exec",
            "tp.td.t.told.user_stats",
            "w",
            "true",
        ]
    );
}

/// The words of Flyte 2, which substitutes some templates and leaves others to the environment.
#[test]
fn flyte_2_has_words_of_its_own() {
    let container = Container::new(&[("x", Literal::integer(1))])
        .env("RUN_NAME", "run")
        .env("ACTION_NAME", "a0")
        .env("FLYTE_INTERNAL_EXECUTION_WORKFLOW", "w");
    let words = |task: &str| {
        let (inputs, out, raw) = (
            container.text("inputs.pb"),
            container.text("out"),
            container.text("raw"),
        );
        [
            "flyte-execute",
            "--inputs",
            &inputs,
            "--outputs-path",
            &out,
            "--raw-data-path",
            &raw,
            "--version",
            "v7",
            "--run-name",
            "{{.runName}}",
            "--name",
            "{{.actionName}}",
            "--run-start-time",
            "2026-01-31T00:00:01Z",
            "--",
            "task",
            task,
        ]
        .map(str::to_owned)
    };
    let ended = container.finish(container.command_of(&words("t.shows")));
    assert_eq!(ended.names(), ["outputs.pb", "report.html"]);
    std::fs::write(container.path("inputs.pb"), []).unwrap();
    let told = container.finish(container.command_of(&words("t.told")));
    let told = texts(&told.outputs()["o0"]);
    assert_eq!(
        (told[1].as_str(), told[6].as_str()),
        ("tsk:local:local:t.told:v7", "ac::local:local:run:a0")
    );
    let started = container.finish(container.command_of(&words("t.started")));
    assert_eq!(started.outputs()["o0"], Literal::integer(1_769_817_601));
}

/// What is beside the inputs: the custom context, and which input is the time of the schedule.
#[test]
fn flyte_2_says_the_context_beside_the_inputs() {
    let container = Container::new(&[]);
    let entry = |key: &str, value: &str| KeyValuePair {
        key: key.to_owned(),
        value: value.to_owned(),
    };
    let inputs = Inputs {
        literals: Vec::new(),
        context: vec![
            entry("tenant", "a"),
            entry("_u_kickoff_time_input_arg", "at"),
        ],
    };
    std::fs::write(container.path("inputs.pb"), inputs.encode_to_vec()).unwrap();
    let run = |start: &str| {
        let (inputs, out) = (container.text("inputs.pb"), container.text("out"));
        let words = ["flyte-execute", "--inputs", &inputs, "--outputs-path", &out];
        let words = words.into_iter().chain(["--run-start-time", start]);
        let words = words.chain(["--", "task", "t.scheduled"]);
        let words: Vec<String> = words.map(str::to_owned).collect();
        texts(&container.finish(container.command_of(&words)).outputs()["o0"])
    };
    let expected = ["2026-01-31T00:00:01Z", "tenant=a"];
    assert_eq!(run("2026-01-31T01:00:01+01:00"), expected);
    // Without an offset it is UTC.
    assert_eq!(run("2026-01-31T00:00:01"), expected);
}

fn texts(literal: &Literal) -> Vec<String> {
    let LiteralValue::Collection(items) = &literal.value else {
        panic!("{literal:?} is no list");
    };
    let texts = items.iter().map(|item| match &item.value {
        LiteralValue::String(text) => text.clone(),
        other => panic!("{other:?} is no text"),
    });
    texts.collect()
}

#[test]
fn a_map_task_gets_an_element_of_each_list() {
    let list = Literal::collection((0..5).map(Literal::integer).collect());
    let container = || {
        Container::new(&[("x", list.clone()), ("by", Literal::integer(10))])
            .args(&["--map"])
            .env("BATCH_JOB_ARRAY_INDEX_VAR_NAME", "FLYTE_K8S_ARRAY_INDEX")
            .env("FLYTE_K8S_ARRAY_INDEX", "1")
    };
    let loader = ["vars", "by", "task", "t.scale"];
    let run = |container: Container| container.finish(container.command(&loader));
    assert_eq!(run(container()).outputs()["o0"], Literal::integer(10));
    let offset = container().env("BATCH_JOB_ARRAY_INDEX_OFFSET", "3");
    assert_eq!(run(offset).outputs()["o0"], Literal::integer(40));
    let past = run(container().env("FLYTE_K8S_ARRAY_INDEX", "5")).error();
    assert!(
        past.message
            .contains("there is no element 5 in a list of 5"),
        "{}",
        past.message
    );
    let unnamed = run(container().env("BATCH_JOB_ARRAY_INDEX_VAR_NAME", "")).error();
    assert_eq!(unnamed.code, "SYSTEM");
    let unbound = container();
    let unbound = unbound
        .finish(unbound.command(&["task", "t.scale"]))
        .error();
    assert!(
        unbound.message.contains("input `by`"),
        "{}",
        unbound.message
    );
}

/// `test_dispatch_execute_offloaded_literals`
#[test]
fn large_outputs_are_offloaded_and_read_again() {
    let container = Container::new(&[("name", Literal::string("a"))]).env("_F_L_MIN_SIZE_MB", "0");
    let ended = container.task("t.greet");
    assert_eq!(ended.names(), ["o0_offloaded_metadata.pb", "outputs.pb"]);
    let LiteralValue::Offloaded(offloaded) = &ended.outputs()["o0"].value else {
        panic!("it is not offloaded");
    };
    assert!(offloaded.uri.ends_with("out/o0_offloaded_metadata.pb"));
    let reader = Container::new(&[("name", ended.outputs()["o0"].clone())]);
    assert_eq!(
        reader.task("t.greet").outputs()["o0"],
        Literal::string("a a a a")
    );
}

#[test]
fn a_deck_and_metadata_are_written_beside_the_outputs() {
    let ended = Container::new(&[("x", Literal::integer(7))]).task("t.shows");
    assert_eq!(ended.names(), ["deck.html", "outputs.pb"]);
    let page = String::from_utf8(ended.files["deck.html"].clone()).unwrap();
    assert!(
        page.contains("by hand") && page.contains("<td class=\"value\">7</td>"),
        "{page}"
    );
    let metadata: Vec<_> = ended.outputs()["o0"]
        .metadata()
        .map(|(key, text)| (key.to_owned(), text.to_owned()))
        .collect();
    assert_eq!(metadata, [("rows".to_owned(), "31".to_owned())]);
}

/// It is there while the task runs, and after it however it ended.
#[test]
fn the_deck_of_a_task_is_written_however_it_ends() {
    let end = |how| Container::new(&[("how", Literal::string(how))]).task("t.shows_and_ends");
    let page = |ended: &super::Ended| String::from_utf8(ended.files["deck.html"].clone()).unwrap();
    let ended = end("well");
    let LiteralValue::String(published) = &ended.outputs()["o0"].value else {
        panic!("it is not a text");
    };
    assert!(published.contains("half of it") && !published.contains("the rest"));
    assert!(page(&ended).contains("the rest") && page(&ended).contains("succeeded"));
    for (how, text) in [
        ("error", "it has &lt;failed&gt;"),
        ("panic", "it has &lt;panicked&gt;"),
    ] {
        let ended = end(how);
        assert_eq!(ended.names(), ["deck.html", "error.pb"]);
        let page = page(&ended);
        for text in [text, "the rest", "failed"] {
            assert!(page.contains(text), "{text}: {page}");
        }
    }
}

/// What a cluster runs of it goes to `futures.pb`; without the settings to say it in, it runs here.
#[test]
fn a_dynamic_task_tells_the_cluster_what_to_run() {
    let container = || Container::new(&[("n", Literal::integer(4))]);
    let ended = container().task("t.unfolds");
    assert_eq!(ended.outputs()["o0"], Literal::integer(12));
    let settings = SerializationSettings::for_image("a/b:1", "v1").unwrap();
    let text = settings.serialized_context();
    let ended = container().env("_F_SS_C", &text).task("t.unfolds");
    assert_eq!(ended.names(), ["futures.pb"], "{ended:?}");
    let job = DynamicJobSpec::decode(&*ended.files["futures.pb"]).unwrap();
    let ids: Vec<&str> = job.nodes.iter().map(|node| node.id.as_str()).collect();
    assert_eq!((ids.len(), ids[0], job.min_successes), (9, "dn0", 9));
    let tasks: Vec<&str> = job
        .tasks
        .iter()
        .map(|task| task.id.as_ref().unwrap().name.as_str())
        .collect();
    assert_eq!(tasks, ["t.add", "t.scale"]);
    assert_eq!(job.outputs[0].var, "o0");
}

/// A graph inside of a dynamic task's has the options of a workflow, which the task does not have.
#[test]
fn a_dynamic_task_may_build_a_branch_with_several_calls_in_a_case() {
    let container = || Container::new(&[("n", Literal::integer(7))]);
    let ended = container().task("t.unfolds_a_branch");
    assert_eq!(ended.outputs()["o0"], Literal::integer(24));
    let settings = SerializationSettings::for_image("a/b:1", "v1").unwrap();
    let ended = container()
        .env("_F_SS_C", &settings.serialized_context())
        .task("t.unfolds_a_branch");
    assert_eq!(ended.names(), ["futures.pb"], "{ended:?}");
    let job = DynamicJobSpec::decode(&*ended.files["futures.pb"]).unwrap();
    let [inner] = job.subworkflows.as_slice() else {
        panic!("not one workflow inside: {:?}", job.subworkflows);
    };
    assert_eq!(inner.nodes.len(), 2);
    assert!(inner.metadata_defaults.as_ref().unwrap().interruptible);
    assert_eq!(inner.metadata.as_ref().unwrap().on_failure, 0);
}

/// `test_entrypoint.py::test_dispatch_execute_dynamic` with the arguments of a fast registration.
#[test]
fn what_a_dynamic_task_makes_belongs_to_its_execution_and_needs_its_code() {
    let settings = SerializationSettings::for_image("a/b:1", "v1").unwrap();
    let ended = Container::new(&[("n", Literal::integer(1))])
        .env("_F_SS_C", &settings.serialized_context())
        .env("FLYTE_INTERNAL_EXECUTION_PROJECT", "p")
        .env("FLYTE_INTERNAL_EXECUTION_DOMAIN", "d")
        .env("FLYTE_INTERNAL_TASK_VERSION", "v2")
        .args(&["--dynamic-addl-distro", "s3://b/code.tgz"])
        .args(&["--dynamic-dest-dir", "/app"])
        .task("t.unfolds");
    let job = DynamicJobSpec::decode(&*ended.files["futures.pb"]).unwrap();
    let task = &job.tasks[0];
    let id = task.id.clone().unwrap();
    let expected = Identifier {
        project: "p".to_owned(),
        domain: "d".to_owned(),
        version: "v2".to_owned(),
        ..id.clone()
    };
    assert_eq!(id, expected);
    let Some(Target::Container(container)) = &task.target else {
        panic!("{task:?} has no container");
    };
    assert_eq!(
        container.args[1..7],
        [
            "flyte-fast-execute",
            "--additional-distribution",
            "s3://b/code.tgz",
            "--dest-dir",
            "/app",
            "--"
        ]
    );
}
