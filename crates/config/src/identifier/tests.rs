#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use super::*;

/// Parts that are easy to get wrong: separators of other formats, spaces, digits, other scripts.
const PARTS: [&str; 7] = [
    "a",
    "flytesnacks",
    "x.y.z",
    "a-b_c/d|e",
    " spaced ",
    "0",
    "ü→𝄞",
];

/// Every way to fill the `N` places with the parts.
fn combinations<const N: usize>() -> impl Iterator<Item = [&'static str; N]> {
    (0..PARTS.len().pow(N as u32)).map(|mut number| {
        std::array::from_fn(|_| {
            let part = PARTS[number % PARTS.len()];
            number /= PARTS.len();
            part
        })
    })
}

#[test]
fn workflow_executions_round_trip() {
    for [project, domain, name] in combinations() {
        let id = WorkflowExecutionIdentifier::new(project, domain, name).unwrap();
        assert_eq!(id.to_string(), format!("ex:{project}:{domain}:{name}"));
        assert_eq!(id.to_string().parse(), Ok(id));
    }
}

#[test]
fn entities_round_trip() {
    for (kind, prefix) in [
        (ResourceType::Task, "tsk"),
        (ResourceType::Workflow, "wf"),
        (ResourceType::LaunchPlan, "lp"),
    ] {
        for [project, domain, name, version] in combinations() {
            let id = Identifier::new(kind, project, domain, name, version).unwrap();
            assert_eq!(
                id.to_string(),
                format!("{prefix}:{project}:{domain}:{name}:{version}")
            );
            assert_eq!(id.to_string().parse(), Ok(id));
        }
    }
}

#[test]
fn nodes_attempts_and_actions_round_trip() {
    for [a, b, c, d] in combinations() {
        let node =
            NodeExecutionIdentifier::new(WorkflowExecutionIdentifier::new(a, b, c).unwrap(), d)
                .unwrap();
        assert_eq!(node.to_string().parse(), Ok(node.clone()));

        let task = Identifier::new(ResourceType::Task, d, c, b, a).unwrap();
        for retry in [0, 7, u32::MAX] {
            let attempt = TaskExecutionIdentifier::new(task.clone(), node.clone(), retry).unwrap();
            assert_eq!(
                attempt.to_string(),
                format!("te:{a}:{b}:{c}:{d}:{d}:{c}:{b}:{a}:{retry}")
            );
            assert_eq!(attempt.to_string().parse(), Ok(attempt));
        }

        let action = ActionId::new(a).unwrap().with_run(b, c, d, a).unwrap();
        assert_eq!(action.to_string().parse(), Ok(action));
    }
}

#[test]
fn local_defaults_are_flytekits() {
    assert_eq!(
        WorkflowExecutionIdentifier::local().to_string(),
        "ex:local:local:local"
    );
    let task = Identifier::local();
    assert_eq!(task.resource_type(), ResourceType::Task);
    assert_eq!(task.to_string(), "tsk:local:local:local:local");
}

#[test]
fn the_long_form_of_core_identifiers_is_read() {
    let id: Identifier = "LAUNCH_PLAN:p:d:n:v".parse().unwrap();
    assert_eq!(id.to_string(), "lp:p:d:n:v");
    assert_eq!(
        "TASK:local:local:local:local".parse(),
        Ok(Identifier::local())
    );
}

#[test]
fn a_part_with_the_separator_is_refused_when_the_identifier_is_made() {
    let error = Identifier::new(ResourceType::Workflow, "p", "d", "a:b", "v").unwrap_err();
    assert_eq!(
        error.to_string(),
        "the name of an entity identifier cannot contain `:`, found \"a:b\"; write it without the colon, which \
         separates the parts of `(tsk|wf|lp):project:domain:name:version`"
    );
    let colon = |result: Result<_, IdentifierError>| match result.map(|_: String| ()) {
        Err(IdentifierError::Colon { part, .. }) => part,
        other => panic!("expected a refused colon, found {other:?}"),
    };
    let local = WorkflowExecutionIdentifier::local;
    assert_eq!(
        colon(WorkflowExecutionIdentifier::new("a:", "d", "n").map(|id| id.to_string())),
        "project"
    );
    assert_eq!(
        colon(WorkflowExecutionIdentifier::new("p", ":", "n").map(|id| id.to_string())),
        "domain"
    );
    assert_eq!(
        colon(NodeExecutionIdentifier::new(local(), "n:0").map(|id| id.to_string())),
        "node_id"
    );
    assert_eq!(colon(ActionId::new("a:0").map(|id| id.to_string())), "name");
    let action = ActionId::new("a0").unwrap();
    assert_eq!(
        colon(action.new_sub_action("a:1").map(|id| id.to_string())),
        "name"
    );
    assert_eq!(
        colon(
            action
                .with_run("r", "p", "d", "o:")
                .map(|id| id.to_string())
        ),
        "org"
    );
}

#[test]
fn texts_that_are_no_identifiers_say_what_they_should_be() {
    let error = |text: &str| {
        text.parse::<WorkflowExecutionIdentifier>()
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        error("ex:p:d:n:more"),
        "\"ex:p:d:n:more\" has 5 part(s) and a workflow execution identifier has 4; write it as \
         `ex:project:domain:name`"
    );
    assert_eq!(
        error("wf:p:d:n"),
        "\"wf:p:d:n\" begins with \"wf\", which is not a workflow execution identifier; write it as \
         `ex:project:domain:name`"
    );
    assert!(matches!(error(""), text if text.starts_with("\"\" has 1 part(s)")));
    assert!(matches!(
        "Task:p:d:n:v".parse::<Identifier>(),
        Err(IdentifierError::Prefix { .. })
    ));
    let retry = "te:p:d:e:n0:p:d:t:v:-1"
        .parse::<TaskExecutionIdentifier>()
        .unwrap_err();
    assert!(
        retry
            .to_string()
            .starts_with("the retry in \"te:p:d:e:n0:p:d:t:v:-1\" is \"-1\"; write a whole number")
    );
}

#[test]
fn an_attempt_belongs_to_a_task() {
    let node = NodeExecutionIdentifier::new(WorkflowExecutionIdentifier::local(), "n0").unwrap();
    let workflow = Identifier::new(ResourceType::Workflow, "p", "d", "n", "v").unwrap();
    assert!(matches!(
        TaskExecutionIdentifier::new(workflow, node, 0),
        Err(IdentifierError::Prefix { .. })
    ));
}

#[test]
fn parts_that_say_nothing_or_break_lines_are_refused() {
    let error = "ex:p::n"
        .parse::<WorkflowExecutionIdentifier>()
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the domain of a workflow execution identifier is empty; `ex:project:domain:name` needs every part"
    );
    let error = Identifier::new(ResourceType::Task, "p", "d", "a\nb", "v").unwrap_err();
    assert_eq!(
        error.to_string(),
        "the name of an entity identifier cannot contain '\\n', found \"a\\nb\"; write it without"
    );
    for text in ["ex:p:d: ", "ex:p:d:\u{0}", "ex:\u{1b}[0m:d:n", "ex:::"] {
        assert!(
            text.parse::<WorkflowExecutionIdentifier>().is_err(),
            "{text:?}"
        );
    }
    assert!(ActionId::new("").is_err());
    for retry in ["+1", "01", "-0", " 1", "", "4294967296", "1.0"] {
        let text = format!("te:p:d:e:n0:p:d:t:v:{retry}");
        let error = text.parse::<TaskExecutionIdentifier>().unwrap_err();
        assert!(matches!(error, IdentifierError::Retry { .. }), "{text}");
    }
}

#[test]
fn an_action_without_a_run_is_its_own_run() {
    let action = ActionId::new("a0").unwrap();
    assert_eq!(
        (action.run_name(), action.project(), action.org()),
        ("a0", "", "")
    );
}
