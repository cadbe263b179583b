//! What can be done in the console.

use std::fs;

use serde_json::{Value as Json, json};

use crate::client::{Browser, Console, Directory, until};

/// The outputs of a run, as its page shows them.
fn outputs(browser: &Browser, run: &str) -> Json {
    browser.json(&format!("/api/runs/{run}"))["run"]["outputs"].clone()
}

/// The form has the types, the defaults and the choices of the signature, and masks what is secret.
#[test]
fn the_form_is_made_of_the_signature() {
    let directory = Directory::new();
    let browser = Console::of(&directory).browser();
    let entities = browser.json("/api/entities");
    let entities = entities.as_array().expect("they are a list").iter();
    let named = |name: &str| {
        entities.clone().find(|entity| {
            entity["name"]
                .as_str()
                .is_some_and(|own| own.ends_with(name))
        })
    };
    let say = named(".say").expect("it is there");
    assert_eq!(
        (&say["kind"], &say["docs"]),
        (&json!("task"), &json!("Says something."))
    );
    let field = |number: usize| &say["inputs"][number];
    assert_eq!(field(0)["required"], true, "{say}");
    assert_eq!(field(0)["docs"], "What is said.");
    assert_eq!(
        (&field(1)["kind"], &field(1)["default"]),
        (&json!("integer"), &json!("2"))
    );
    assert_eq!(
        (&field(2)["kind"], &field(2)["options"]),
        (&json!("enum"), &json!(["Red", "Green"]))
    );
    assert_eq!(field(2)["default"], "Green");
    assert_eq!(
        (&field(3)["secret"], &field(3)["default"]),
        (&json!(true), &json!(null)),
        "{say}"
    );
    assert!(!say.to_string().contains("hunter2"), "{say}");
}

/// A run takes what the form says and the defaults of the rest; what is wrong is told beside each input.
#[test]
fn a_run_is_started_from_a_form() {
    let directory = Directory::new();
    let browser = Console::of(&directory).browser();
    let run = browser.start("say", json!({"text": "ab", "colour": "Red"}));
    browser.until(&run, "succeeded");
    assert_eq!(outputs(&browser, &run), json!([["o0", "\"abab Red 7\""]]));
    let start =
        |inputs: Json| browser.post("/api/start", &json!({"entity": "say", "inputs": inputs}));
    let refused = start(json!({"times": "many", "colour": "Blue"}));
    assert_eq!(refused.status, 409, "{refused:?}");
    let problems = refused.json()["inputs"].clone();
    assert_eq!(problems["text"], "it is required", "{problems}");
    assert_eq!(problems["times"], "not a whole number", "{problems}");
    assert!(
        problems["colour"]
            .as_str()
            .is_some_and(|problem| problem.contains("Blue")),
        "{problems}"
    );
    // A text is what it says, and names no file, as `@` does on the command line.
    let run = browser.start("say", json!({"text": "@/etc/passwd", "times": "1"}));
    browser.until(&run, "succeeded");
    assert!(
        outputs(&browser, &run)
            .to_string()
            .contains("@/etc/passwd Green")
    );
    let refused = start(json!({"text": "a", "other": "b"})).json();
    assert!(
        refused["error"]
            .as_str()
            .is_some_and(|error| error.contains("no input `other`")),
        "{refused}"
    );
    let missing = browser.post("/api/start", &json!({"entity": "nothing", "inputs": {}}));
    assert_eq!(missing.status, 404, "{missing:?}");
    for body in [
        json!({"entity": "say", "inputs": {"text": 3}}),
        json!({"entity": "say", "inputs": {}}),
    ] {
        assert_eq!(browser.post("/api/start", &body).status, 409, "{body}");
    }
    let odd = browser.post_with("/api/start", &json!("{"), &browser.headers());
    assert_eq!(odd.status, 404, "no entity has no name: {odd:?}");
}

/// Gates of runs of the console wait for an answer of the right type.
#[test]
fn gates_are_answered() {
    let directory = Directory::new();
    let browser = Console::of(&directory).browser();
    let mut events = browser.events("");
    let run = browser.start("reviewed", json!({"x": "3"}));
    let mut questions = Vec::new();
    while questions.len() < 2 {
        let here = events.find(|event| event.kind == "here");
        questions = here.data["questions"]
            .as_array()
            .cloned()
            .unwrap_or_default();
    }
    let of = |gate: &str| {
        questions
            .iter()
            .find(|question| question["gate"] == gate)
            .expect("it waits")
    };
    let (review, more) = (of("review"), of("more"));
    assert_eq!(
        (&review["run"], &review["value"]),
        (&json!(run), &json!("6")),
        "{review}"
    );
    assert_eq!(
        (&more["wanted"], &more["value"]),
        (&json!("integer"), &json!(null)),
        "{more}"
    );
    let answer = |question: &Json, answer: &str| {
        browser.post(
            "/api/answer",
            &json!({
                "question": question["number"],
                "run": question["run"],
                "node": question["node"],
                "answer": answer,
            }),
        )
    };
    // In a console that was started again, the number is that of another question.
    for name in ["run", "node"] {
        let mut stale = review.clone();
        stale[name] = json!("other");
        assert_eq!(answer(&stale, "yes").status, 409, "{name}");
    }
    assert_eq!(answer(more, "several").status, 409);
    assert_eq!(answer(review, "perhaps").status, 409);
    assert_eq!(answer(review, "yes").status, 200);
    assert_eq!(answer(more, "10").status, 200);
    browser.until(&run, "succeeded");
    assert_eq!(outputs(&browser, &run), json!([["o0", "16"]]));
    assert_eq!(answer(more, "10").status, 409, "it is answered");
    until(|| (browser.json("/api/here") == json!({"questions": [], "own": []})).then_some(()));
}

/// A rejected gate fails its run; a run that is cancelled asks nothing any more.
#[test]
fn gates_are_rejected_and_left() {
    let directory = Directory::new();
    let browser = Console::of(&directory).browser();
    let question = |run: &str| {
        until(|| {
            let here = browser.json("/api/here");
            let questions = here["questions"].as_array().cloned().unwrap_or_default();
            questions
                .into_iter()
                .find(|question| question["run"] == run && question["gate"] == "review")
        })
    };
    let rejected = browser.start("reviewed", json!({"x": "1"}));
    let mut answer = question(&rejected);
    answer["question"] = answer["number"].clone();
    answer["answer"] = json!("no");
    assert_eq!(browser.post("/api/answer", &answer).status, 200);
    browser.until(&rejected, "failed");
    let left = browser.start("reviewed", json!({"x": "1"}));
    question(&left);
    assert_eq!(
        browser
            .post(&format!("/api/runs/{left}/cancel"), &json!({}))
            .status,
        200
    );
    browser.until(&left, "cancelled");
    until(|| (browser.json("/api/here") == json!({"questions": [], "own": []})).then_some(()));
}

/// A run that failed goes on with what it has; a run that goes on here is not resumed.
#[test]
fn a_run_is_resumed() {
    let directory = Directory::new();
    let browser = Console::of(&directory).browser();
    let file = directory.0.join("needed");
    let run = browser.start("need", json!({"path": file.to_str().expect("it is text")}));
    browser.until(&run, "failed");
    fs::write(&file, "four").expect("it can be written");
    let resumed = browser.post(&format!("/api/runs/{run}/resume"), &json!({}));
    assert_eq!((resumed.status, resumed.json()), (200, json!({"run": run})));
    browser.until(&run, "succeeded");
    assert_eq!(outputs(&browser, &run), json!([["o0", "4"]]));
    let waits = browser.start("wait_for_the_end", json!({}));
    let refused = browser.post(&format!("/api/runs/{waits}/resume"), &json!({}));
    assert_eq!(refused.status, 409, "{refused:?}");
    assert_eq!(
        browser
            .post(&format!("/api/runs/{waits}/cancel"), &json!({}))
            .status,
        200
    );
    browser.until(&waits, "cancelled");
    assert_eq!(
        browser
            .post(&format!("/api/runs/{waits}/cancel"), &json!({}))
            .status,
        409
    );
}

/// One node runs again alone, with the inputs that are recorded of it.
#[test]
fn a_node_is_run_again() {
    let directory = Directory::new();
    let browser = Console::of(&directory).browser();
    let run = browser.start("doubled", json!({"x": "3"}));
    browser.until(&run, "succeeded");
    let again =
        |node: &str| browser.post(&format!("/api/runs/{run}/again"), &json!({"node": node}));
    let started = again("n1").json();
    let other = started["run"].as_str().expect("there is an id");
    browser.until(other, "succeeded");
    let model = browser.json(&format!("/api/runs/{other}"));
    assert_eq!(
        (&model["run"]["inputs"], &model["run"]["outputs"]),
        (&json!([["x", "6"]]), &json!([["o0", "12"]]))
    );
    let refused = again("n7");
    assert_eq!(refused.status, 404, "{refused:?}");
    assert!(
        refused.body.contains("has not recorded a node `n7`"),
        "{refused:?}"
    );
}
