//! Where the pages of tasks go: a directory, as tasks end and while they go on.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use std::{fs, path::Path};

use flyte_runtime::{compat::current_context, deck::Deck, files::TempSandbox, prelude::*};

#[task(enable_deck)]
fn halves(x: i64) -> Result<i64, String> {
    match x % 2 {
        0 => Ok(x / 2),
        _ => Err(format!("<{x}> is odd")),
    }
}

#[task(enable_deck = false)]
fn hides(x: i64) -> i64 {
    current_context()
        .default_deck()
        .append("hidden")
        .publish()
        .unwrap();
    x
}

fn files(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[workflow(failure_policy = fail_after_executable_nodes_complete)]
fn one_of_three_fails() {
    halves(2);
    halves(3);
    hides(4);
}

#[test]
fn a_directory_has_a_page_for_every_task_and_an_index() {
    let sandbox = TempSandbox::new();
    let directory = sandbox.create().unwrap().join("made/on/the/way");
    let runner = Runner::local().jobs(1).deck_dir(&directory);
    runner.run(one_of_three_fails::call()).unwrap_err();
    assert_eq!(
        files(&directory),
        [
            "000-deck_directories-halves-n0.html",
            "001-deck_directories-halves-n1.html",
            "index.html"
        ]
    );
    let read = |name: &str| fs::read_to_string(directory.join(name)).unwrap();
    assert!(read("000-deck_directories-halves-n0.html").contains("succeeded"));
    assert!(read("001-deck_directories-halves-n1.html").contains("&lt;3&gt; is odd"));
    let index = read("index.html");
    for text in [
        "href=\"000-deck_directories-halves-n0.html\"",
        "href=\"001-deck_directories-halves-n1.html\"",
        "failed",
    ] {
        assert!(index.contains(text), "{text}: {index}");
    }
    for name in files(&directory) {
        assert!(
            !read(&name).contains("http-equiv=\"refresh\""),
            "it is complete"
        );
    }
}

#[task(enable_deck, deck_fields(input))]
fn looks_at_its_page(directory: String) -> Result<String, String> {
    let deck = Deck::new("progress");
    deck.append("half of it");
    deck.publish().map_err(|error| error.to_string())?;
    deck.append("the rest");
    let page = Path::new(&directory).join("000-deck_directories-looks_at_its_page-n0.html");
    fs::read_to_string(page).map_err(|error| error.to_string())
}

#[test]
fn a_page_can_be_seen_while_the_task_goes_on() {
    let sandbox = TempSandbox::new();
    let directory = sandbox.create().unwrap();
    let call = looks_at_its_page::call(directory.to_str().unwrap().to_owned());
    let seen = Runner::local().deck_dir(directory).run(call).unwrap();
    assert!(seen.contains("half of it") && !seen.contains("the rest"));
    assert!(seen.contains("running") && seen.contains("http-equiv=\"refresh\""));
    let page = fs::read_to_string(directory.join("000-deck_directories-looks_at_its_page-n0.html"))
        .unwrap();
    assert!(page.contains("the rest") && page.contains("succeeded"));
}

#[task(enable_deck)]
fn publishes() -> Result<String, String> {
    current_context()
        .default_deck()
        .publish()
        .map_err(|error| error.to_string())?;
    Ok("published".to_owned())
}

#[test]
fn a_page_that_cannot_be_written_is_an_error_to_who_publishes_it_and_a_warning_at_the_end() {
    let sandbox = TempSandbox::new();
    let file = sandbox.create().unwrap().join("file");
    fs::write(&file, "no directory").unwrap();
    let runner = Runner::local().deck_dir(&file);
    assert_eq!(runner.run(halves::call(4)).unwrap(), 2);
    let error = runner.run(publishes::call()).unwrap_err().to_string();
    assert!(
        error.contains("the deck cannot be written to `")
            && error.contains("file/000-deck_directories-publishes-n0.html`: "),
        "{error}"
    );
    assert_eq!(publishes::run().unwrap(), "published", "pages go nowhere");
}

#[workflow]
fn many(xs: Vec<i64>) -> Vec<i64> {
    xs.map(halves)
}

#[test]
fn the_elements_of_a_map_have_files_of_their_own() {
    let sandbox = TempSandbox::new();
    let directory = sandbox.create().unwrap();
    let runner = Runner::local().jobs(4).deck_dir(directory);
    let halved = runner
        .run(many::call((0..100).map(|x| 2 * x).collect()))
        .unwrap();
    assert_eq!(halved.len(), 100);
    let names = files(directory);
    assert_eq!(names.len(), 101);
    let index = fs::read_to_string(directory.join("index.html")).unwrap();
    for name in names.iter().filter(|name| *name != "index.html") {
        assert!(index.contains(&format!("href=\"{name}\"")), "{name}");
        let page = fs::read_to_string(directory.join(name)).unwrap();
        assert!(page.contains("succeeded"), "{name}");
    }
}

/// Pages show what tasks were given, and nothing is written through what somebody has put there.
#[cfg(unix)]
#[test]
fn pages_are_for_their_user_and_no_link_is_followed() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    let sandbox = TempSandbox::new();
    let directory = sandbox.create().unwrap().join("pages");
    fs::create_dir(&directory).unwrap();
    let victim = sandbox.path().join("victim");
    fs::write(&victim, "untouched").unwrap();
    for name in [
        ".index.html.new",
        "index.html",
        "000-deck_directories-halves-n0.html",
    ] {
        symlink(&victim, directory.join(name)).unwrap();
    }
    let left = directory.join(".flyte-partial-0a1b");
    fs::write(&left, "half of a page").unwrap();
    let old = std::time::SystemTime::now() - std::time::Duration::from_secs(7200);
    fs::File::open(&left).unwrap().set_modified(old).unwrap();
    let mode = |path: &Path| fs::symlink_metadata(path).unwrap().permissions().mode() & 0o777;
    let runner = Runner::local().jobs(1);
    runner
        .clone()
        .deck_dir(&directory)
        .run(halves::call(2))
        .unwrap();
    assert_eq!(fs::read_to_string(&victim).unwrap(), "untouched");
    assert_eq!(
        files(&directory),
        [
            ".index.html.new",
            "000-deck_directories-halves-n0.html",
            "index.html"
        ]
    );
    for name in ["000-deck_directories-halves-n0.html", "index.html"] {
        let page = directory.join(name);
        assert!(fs::symlink_metadata(&page).unwrap().is_file());
        assert_eq!(mode(&page), 0o600);
    }
    let made = sandbox.path().join("made");
    runner.deck_dir(&made).run(halves::call(2)).unwrap();
    assert_eq!(mode(&made), 0o700);
}
