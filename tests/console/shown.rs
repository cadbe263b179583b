//! What a browser is shown: all runs of the user, live.

use std::io::Read as _;

use flyte_runtime::cli::Exit;
use serde_json::json;

use crate::client::{Console, Directory, elsewhere};

/// Runs that were there before, and those that begin while a browser watches, come from the same files.
#[test]
fn all_runs_of_the_user_are_shown_as_they_happen() {
    let directory = Directory::new();
    assert_eq!(
        elsewhere(&directory, &["doubled", "--x", "3"]),
        Exit::Success
    );
    let browser = Console::of(&directory).browser();
    let list = browser.json("/api/runs");
    assert_eq!(
        list["runs"][0]["entity"], "console.program.doubled",
        "{list}"
    );
    assert_eq!(list["runs"][0]["status"], "succeeded");
    let mut events = browser.events("");
    let hello = events.next();
    assert_eq!(
        (hello.kind.as_str(), &hello.data["fresh"]),
        ("hello", &json!(true))
    );
    assert_eq!(
        elsewhere(&directory, &["complain", "--text", "no\nreally not"]),
        Exit::Failed
    );
    let failed = events.find(|event| event.data["status"] == "failed");
    assert_eq!(
        failed.data["error"]
            .as_str()
            .map(|error| error.contains("really")),
        Some(false),
        "{failed:?}"
    );
    let id = failed.data["id"]
        .as_str()
        .expect("there is an id")
        .to_owned();
    directory.history().remove(&id).expect("it can be removed");
    let gone = events.find(|event| event.kind == "gone");
    assert_eq!(gone.data["id"], id.as_str());
    assert_eq!(browser.get(&format!("/api/runs/{id}")).status, 404);
}

/// A stream that was interrupted goes on behind the last event; one of another process begins again.
#[test]
fn a_stream_goes_on_where_it_was_interrupted() {
    let directory = Directory::new();
    let console = Console::of(&directory);
    let browser = console.browser();
    let mut events = browser.events("");
    events.next();
    let first = browser.start("double", json!({"x": "1"}));
    let seen = events
        .find(|event| event.data["id"] == first.as_str() && event.data["status"] == "succeeded");
    drop(events);
    let second = browser.start("double", json!({"x": "2"}));
    browser.until(&second, "succeeded");
    let mut events = browser.events(&seen.id);
    assert_eq!(events.next().data["fresh"], false);
    let missed = events.find(|event| event.kind == "run");
    assert_eq!(
        missed.data["id"],
        second.as_str(),
        "the first run is not told again: {missed:?}"
    );
    // A tab that takes over for another says it in the address.
    let mut events = browser.events_at(&format!("/api/events?after={}", seen.id), "");
    assert_eq!(events.next().data["fresh"], false);
    let missed = events.find(|event| event.kind == "run");
    assert_eq!(missed.data["id"], second.as_str(), "{missed:?}");
    for other in ["0-1", "nonsense", &seen.id[1..]] {
        assert_eq!(browser.events(other).next().data["fresh"], true, "{other}");
    }
}

/// The nodes of a run that goes on are counted, and its page is made from what is recorded so far.
#[test]
fn a_run_that_goes_on_is_shown() {
    let directory = Directory::new();
    let browser = Console::of(&directory).browser();
    let run = browser.start("wait_for_the_end", json!({}));
    let mut events = browser.events("");
    events.next();
    let row = browser.until(&run, "running");
    assert_eq!(row["ended"], json!(null));
    let model = crate::client::until(|| {
        let model = browser.json(&format!("/api/runs/{run}"));
        (model["nodes"][0]["state"] == "running").then_some(model)
    });
    assert_eq!(model["run"]["state"], "running", "{model}");
    assert_eq!(
        browser.run(&run).expect("it is there")["nodes"],
        json!({"running": 1})
    );
    assert_eq!(
        browser
            .post(&format!("/api/runs/{run}/cancel"), &json!({}))
            .status,
        200
    );
    let ended = events
        .find(|event| event.data["id"] == run.as_str() && event.data["status"] == "cancelled");
    assert!(ended.data["ended"].is_string(), "{ended:?}");
}

/// A run is sent again only when it has changed, and compressed.
#[test]
fn a_run_is_sent_once_and_compressed() {
    let directory = Directory::new();
    let browser = Console::of(&directory).browser();
    let run = browser.start("doubled", json!({"x": "3"}));
    browser.until(&run, "succeeded");
    let path = format!("/api/runs/{run}");
    let plain = browser.get(&path);
    let version = plain.header("etag").expect("it has a version").to_owned();
    let again = browser.get_with(&path, &format!("If-None-Match: {version}\r\n"));
    assert_eq!((again.status, again.body.as_str()), (304, ""));
    let asset = browser.get("/assets/main.js");
    let packed = browser.get_with("/assets/main.js", "Accept-Encoding: br, gzip;q=0.8\r\n");
    assert_eq!(
        packed.header("content-encoding"),
        Some("gzip"),
        "{packed:?}"
    );
    assert!(
        packed.bytes.len() * 2 < asset.bytes.len(),
        "{}",
        packed.bytes.len()
    );
    let mut unpacked = String::new();
    let mut reader = flate2::read::GzDecoder::new(packed.bytes.as_slice());
    reader.read_to_string(&mut unpacked).expect("it is gzip");
    assert_eq!(unpacked, asset.body);
    let version = asset.header("etag").expect("it has a version");
    let again = browser.get_with("/assets/main.js", &format!("If-None-Match: {version}\r\n"));
    assert_eq!(again.status, 304);
}
