//! What the containers of these tests execute.

use std::io::Write;

use flyte_runtime::{
    error::IgnoreOutputs,
    prelude::*,
    types::{FlyteError, FlyteType, Literal, LiteralType, TypeError},
};

#[task(name = "t.greet")]
fn greet(name: String, #[default(2)] times: i64) -> String {
    vec![name; times as usize].join(" ")
}

/// A value with mistakes in how it becomes a literal, and how it is made of one.
#[derive(Clone)]
struct Fragile(String);

impl FlyteType for Fragile {
    fn literal_type() -> LiteralType {
        String::literal_type()
    }

    fn to_literal(&self) -> Result<Literal, TypeError> {
        assert_ne!(self.0, "out", "it broke on its way out");
        self.0.to_literal()
    }

    fn from_literal(literal: Literal) -> Result<Self, TypeError> {
        let text = String::from_literal(literal)?;
        assert_ne!(text, "in", "it broke on its way in");
        Ok(Self(text))
    }
}

#[task(name = "t.carries")]
fn carries(what: Fragile) -> Fragile {
    what
}

/// A large text that writes down in a file how often it is read and written.
#[derive(Clone)]
struct Counted(String);

impl Counted {
    fn count(letter: &str) {
        if let Ok(path) = std::env::var("T_COUNTED") {
            let mut options = std::fs::OpenOptions::new();
            let file = options.append(true).create(true).open(path);
            let mut file = file.expect("the test has the directory");
            file.write_all(letter.as_bytes())
                .expect("it can be written");
        }
    }
}

impl FlyteType for Counted {
    fn literal_type() -> LiteralType {
        String::literal_type()
    }

    fn to_literal(&self) -> Result<Literal, TypeError> {
        Self::count("w");
        self.0.to_literal()
    }

    fn from_literal(literal: Literal) -> Result<Self, TypeError> {
        Self::count("r");
        Ok(Self(String::from_literal(literal)?))
    }
}

#[task(name = "t.measured")]
fn measured(x: i64, text: Counted) -> i64 {
    x + text.0.len() as i64
}

#[workflow(name = "t.measuring")]
fn measuring(x: i64, text: Counted) -> i64 {
    measured(x, text)
}

#[launch_plan(name = "t.measuring_plan")]
fn measuring_plan(x: i64, text: Counted) -> i64 {
    measuring(x = x, text = text)
}

#[workflow(name = "t.greeting")]
fn greeting(name: String, times: i64) -> String {
    greet(name, times)
}

#[launch_plan(name = "t.greeting_plan")]
fn greeting_plan(name: String, times: i64) -> String {
    greeting(name = name, times = times)
}

#[task(name = "t.sleeps", timeout = "100ms")]
fn sleeps(milliseconds: u64) -> u64 {
    std::thread::sleep(std::time::Duration::from_millis(milliseconds));
    milliseconds
}

#[task(name = "t.sleeps_once", timeout = "100ms", retry_on = recoverable)]
async fn sleeps_once(milliseconds: u64) -> u64 {
    tokio::time::sleep(std::time::Duration::from_millis(milliseconds)).await;
    milliseconds
}

#[task(name = "t.is_due", deadline = "100ms", retries = 3)]
fn is_due(milliseconds: u64) -> u64 {
    sleeps(milliseconds)
}

#[task(name = "t.nothing")]
fn nothing() {}

#[task(name = "t.hears")]
fn hears(err: FlyteError) -> String {
    format!("{}: {}", err.failed_node_id, err.message)
}

#[task(name = "t.may_hear")]
fn may_hear(err: Option<FlyteError>) -> Option<String> {
    err.map(|err| format!("{}: {}", err.failed_node_id, err.message))
}

#[task(name = "t.fails", retries = 3)]
fn fails(how: String) -> Result<i64, Box<dyn std::error::Error + Send + Sync>> {
    match how.as_str() {
        "fatal" => Err(TaskError::fatal("no use"))?,
        "recoverable" => Err(TaskError::recoverable("try again"))?,
        "ignore" => Err(IgnoreOutputs)?,
        "panic" => panic!("lost it"),
        other => Err(format!("plain {other}"))?,
    }
}

#[task(name = "t.picky", retries = 3, retry_on = recoverable)]
fn picky(how: String) -> Result<i64, Box<dyn std::error::Error + Send + Sync>> {
    fails(how)
}

/// A file in its working directory, which nobody else keeps.
#[task(name = "t.leaves")]
fn leaves(text: String) -> Result<FlyteFile, Box<dyn std::error::Error + Send + Sync>> {
    let path = ctx().unwrap().working_directory()?.join("left.txt");
    std::fs::write(&path, text)?;
    Ok(FlyteFile::from_path(path))
}

/// What it is told, as text.
#[task(name = "t.told")]
fn told() -> Vec<String> {
    let ctx = ctx().unwrap();
    let parameters = ctx.parameters();
    let work = parameters.working_directory().unwrap();
    vec![
        parameters.execution_id().to_string(),
        parameters.task_id().to_string(),
        ctx.attempt_number().to_string(),
        format!("{:?}", ctx.mode()),
        ctx.raw_data_path().unwrap().to_owned(),
        parameters.output_metadata_prefix().unwrap().to_owned(),
        ctx.action().to_string(),
        parameters.stats().prefix().to_owned(),
        parameters.stats().tags()["exec_workflow"].clone(),
        format!("{}", work.is_dir()),
    ]
}

#[task(name = "t.started")]
fn started() -> u64 {
    let started = ctx().unwrap().run_start_time();
    started
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_secs()
}

/// When the schedule has started it, and for whom.
#[task(name = "t.scheduled")]
fn scheduled(at: jiff::Timestamp) -> Vec<String> {
    let context = flyte_runtime::context::get_custom_context();
    let entries = context.iter().map(|(key, value)| format!("{key}={value}"));
    std::iter::once(at.to_string()).chain(entries).collect()
}

#[task(name = "t.scale")]
fn scale(x: i64, by: i64) -> i64 {
    x * by
}

#[task(name = "t.counts")]
fn counts() -> String {
    let ctx = ctx().unwrap();
    let checkpoint = ctx.checkpoint().unwrap();
    let before = checkpoint.read().unwrap();
    checkpoint.write(b"mine").unwrap();
    format!("{} {before:?}", checkpoint.prev_exists())
}

/// Says something on its page, and fails or panics if it is to; else it gives the page as it is then.
#[task(name = "t.shows_and_ends", enable_deck, deck_fields(input))]
fn shows_and_ends(how: &str) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
    let deck = flyte_runtime::deck::Deck::new("mine");
    deck.append("half of it");
    deck.publish()?;
    deck.append("the rest");
    match how {
        "error" => Err("it has <failed>".into()),
        "panic" => panic!("it has <panicked>"),
        _ => {
            let told = flyte_runtime::compat::current_context();
            let out = told.output_metadata_prefix().ok_or("outputs go nowhere")?;
            Ok(std::fs::read_to_string(format!("{out}/deck.html"))?)
        }
    }
}

#[task(name = "t.shows", enable_deck, deck_fields(input, output))]
fn shows(x: i64) -> i64 {
    flyte_runtime::compat::current_context()
        .default_deck()
        .append("by hand");
    use flyte_runtime::compat::output_metadata::OutputMetadata;
    let context = flyte_runtime::context::FlyteContext::current();
    let tracker = context.output_metadata_tracker().unwrap();
    tracker.add(
        0,
        OutputMetadata::new().with_item(("rows".to_owned(), "31".to_owned())),
    );
    x
}

/// Saves, says that it has, and waits to be ended.
#[task(name = "t.waits", enable_deck)]
fn waits() -> i64 {
    let ctx = ctx().unwrap();
    flyte_runtime::deck::Deck::new("mine").append("half of it");
    ctx.checkpoint().unwrap().write(b"half").unwrap();
    std::io::stderr().write_all(b"ready\n").unwrap();
    loop {
        std::thread::park();
    }
}

/// Says which processes it is, and does not end.
#[shell_task(
    name = "t.script",
    script = r#"trap '' TERM; sleep 100000 & echo "$$ $!" >&2; wait"#
)]
fn script();

#[dynamic(name = "t.unfolds")]
fn unfolds(n: i64) -> i64 {
    let mut sum = scale(0, 0);
    for x in 0..n {
        sum = add(sum, scale(x, 2));
    }
    sum
}

/// A branch of which one case is several calls, and so a graph of its own.
#[dynamic(name = "t.unfolds_a_branch", interruptible)]
fn unfolds_a_branch(n: i64) -> i64 {
    let scaled = scale(n, 2);
    if scaled > 10 {
        scale(add(n, 1), 3)
    } else {
        scale(scaled, 5)
    }
}

#[task(name = "t.add")]
fn add(a: i64, b: i64) -> i64 {
    a + b
}

/// Ends its process in one of several ways.
fn die(how: &str) {
    let own = std::process::id();
    match how {
        "abort" => std::process::abort(),
        "overflow" => drop(deeper(1)),
        "kill" => drop(
            std::process::Command::new("sh")
                .args(["-c", &format!("kill -9 {own}")])
                .status(),
        ),
        code => std::process::exit(code.parse().expect("an exit code")),
    }
}

#[expect(unconditional_recursion, reason = "it ends with the stack")]
fn deeper(depth: u64) -> u64 {
    let space = std::hint::black_box([depth; 512]);
    deeper(depth + 1) + std::hint::black_box(space[7])
}

#[task(name = "t.dies")]
fn dies(how: String) {
    die(&how);
}

/// Whose plain errors are not tried again.
#[task(name = "t.dies_for_good", retry_on = recoverable)]
fn dies_for_good(how: String) {
    die(&how);
}

/// It dies before it has a graph.
#[dynamic(name = "t.builds_nothing")]
fn builds_nothing(how: String) -> i64 {
    (die)(&how);
    add(1, 2)
}

/// Leaves a process behind that has its standard error.
#[task(name = "t.goes_on")]
fn goes_on() -> Result<u32, std::io::Error> {
    let child = std::process::Command::new("sleep").arg("100000").spawn()?;
    Ok(child.id())
}

/// Waits until a process that nobody waits for is not there any more.
#[task(name = "t.orphans")]
fn orphans() -> Result<u32, std::io::Error> {
    let output = std::process::Command::new("sh")
        .args(["-c", "sleep 0 > /dev/null & echo $!; echo $$"])
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let orphan = text.lines().next().unwrap_or_default();
    while std::path::Path::new("/proc").join(orphan).exists() {
        std::thread::yield_now();
    }
    Ok(std::os::unix::process::parent_id())
}
