//! What is told of errors: bounded, readable, and nothing that poses as something else.

use std::{
    error::Error,
    fmt, io,
    sync::{Arc, Mutex, OnceLock},
};

use flyte_runtime::{
    error::{FailureCause, NodeFailure},
    events::EventKind,
    files::TempSandbox,
    history::History,
    prelude::*,
    testing::{RecordedEvents, TestContext},
    view::Progress,
};

/// What is kept of a text, and some room for what is said around it.
const KEPT: usize = (64 << 10) + 1_000;

fn failure<T: fmt::Debug>(result: Result<T, RunError>) -> NodeFailure {
    match result.unwrap_err() {
        RunError::Failed(failure) => failure.first,
        other => panic!("{other}"),
    }
}

#[task]
fn says(text: String) -> Result<i64, String> {
    Err(text)
}

#[test]
fn of_a_long_error_the_beginning_is_kept() {
    let error = says::run("ä".repeat(5_000_000)).unwrap_err();
    for text in [
        error.to_string(),
        format!("{error:?}"),
        format!("{error:#?}"),
    ] {
        assert!(text.len() < KEPT, "{}", text.len());
        let rest = 10_000_000 - (64 << 10);
        assert!(
            text.contains(&format!("ä… [{rest} more bytes]")),
            "{}",
            &text[text.len() - 300..]
        );
    }
    // The error itself is as it was.
    let cause = failure(Err::<(), _>(error)).cause;
    assert!(cause.rendered().message().len() < KEPT);
    let FailureCause::Error(error) = cause else {
        panic!("{cause:?}");
    };
    assert_eq!(error.into_inner().to_string().len(), 10_000_000);
}

/// Writes itself again and again, until it is told that nothing more can be written.
#[derive(Debug)]
struct Endless;

impl fmt::Display for Endless {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let piece = "x".repeat(4_096);
        loop {
            f.write_str(&piece)?;
        }
    }
}

impl Error for Endless {}

#[task]
fn says_without_end() -> Result<i64, Endless> {
    Err(Endless)
}

#[test]
fn of_an_error_without_an_end_the_beginning_is_kept() {
    let text = says_without_end::run().unwrap_err().to_string();
    assert!(
        text.contains("x… [more than 67108864 more bytes]"),
        "{}",
        &text[text.len() - 300..]
    );
    assert!(!text.contains("fmt::Error"));
}

#[task]
fn panics_at_length() -> i64 {
    panic!("{}", "x".repeat(10_000_000))
}

#[test]
fn of_a_long_panic_the_beginning_is_kept() {
    let text = panics_at_length::run().unwrap_err().to_string();
    let rest = 10_000_000 - (64 << 10);
    assert!(
        text.contains(&format!("x… [{rest} more bytes]")),
        "{}",
        &text[text.len() - 300..]
    );
    assert!(text.len() < KEPT, "{}", text.len());
}

#[task]
fn unwraps(depth: i64) -> i64 {
    match depth {
        0 => panic!("at the \"bottom\""),
        depth => unwraps::run(depth - 1).unwrap(),
    }
}

#[test]
fn a_run_that_is_unwrapped_in_another_adds_to_its_message_and_does_not_double_it() {
    let shallow = unwraps::run(1).unwrap_err().to_string();
    let deep = unwraps::run(21).unwrap_err().to_string();
    assert!(deep.contains("at the \"bottom\""), "{deep}");
    assert!(
        deep.len() < 40 * shallow.len(),
        "{} {}",
        shallow.len(),
        deep.len()
    );
    let deepest = unwraps::run(200).unwrap_err().to_string();
    assert!(deepest.len() < KEPT, "{}", deepest.len());
}

/// An error with causes, the last of which is said again and again.
struct Link(usize);

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Link")
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "link {} {}", self.0, "x".repeat(3_000))
    }
}

impl Error for Link {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        static LINKS: OnceLock<Vec<Link>> = OnceLock::new();
        let links = LINKS.get_or_init(|| (0..1_000).map(Link).collect());
        // The last leads back to the first.
        links
            .get(self.0 + 1)
            .or(links.first())
            .map(|link| link as _)
    }
}

#[task]
fn chained(start: u64) -> Result<i64, Link> {
    Err(Link(start as usize))
}

#[test]
fn of_many_causes_the_first_are_kept() {
    let failure = failure(chained::run(0));
    let rendered = failure.cause.rendered();
    let length: usize = rendered.sources().iter().map(String::len).sum();
    assert!((64 << 10..KEPT).contains(&length), "{length}");
    assert!(
        rendered.sources()[0].starts_with("link 1 x"),
        "{rendered:?}"
    );
    assert_eq!(rendered.sources().last().unwrap(), "… [more causes]");
    assert!(failure.to_string().len() < 2 * KEPT);
}

#[test]
fn lines_of_a_message_do_not_pass_for_lines_of_the_report() {
    let text = "first\nerror: a lie\n  task at nowhere.rs:1\n1 node did not run";
    let error = says::run(text.to_owned()).unwrap_err();
    let report = error.to_string();
    let mut lines = report.lines();
    assert_eq!(
        lines.next(),
        Some("task `error_values.texts.says` failed: first")
    );
    assert_eq!(lines.next(), Some("    error: a lie"));
    assert_eq!(lines.next(), Some("      task at nowhere.rs:1"));
    assert_eq!(lines.next(), Some("    1 node did not run"));
    assert!(
        lines
            .next()
            .is_some_and(|line| line.starts_with("  with: text = \"first\\n")),
        "{report}"
    );
    // As data it is as it was.
    assert_eq!(
        failure(Err::<(), _>(error)).cause.rendered().message(),
        text
    );
}

/// A writer that others read.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

const HOSTILE: &str = "red \u{1b}[31m\u{9b}2J\u{202e}\u{7}\rrun 1 succeeded\nrun 2 succeeded";

#[task(retries = 1)]
fn hostile() -> Result<i64, &'static str> {
    Err(HOSTILE)
}

#[workflow]
fn tolerates(xs: Vec<i64>) -> Vec<Option<i64>> {
    xs.map(|x| says_of(x)).min_success_ratio(0.0)
}

#[task]
fn says_of(_x: i64) -> Result<i64, &'static str> {
    Err(HOSTILE)
}

#[test]
fn progress_and_logs_show_control_characters_and_do_not_send_them() {
    let written = Written::default();
    let told = RecordedEvents::new();
    let runner = Runner::local()
        .observe(Progress::new(written.clone()))
        .observe(told.clone());
    let test = TestContext::new();
    test.run(|| {
        runner.run(hostile::call()).unwrap_err();
        runner.run(tolerates::call(vec![1])).unwrap();
    });
    let progress = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
    let line = "n0 error_values.texts.hostile: attempt 0 failed: \
                red \\u{1b}[31m\\u{9b}2J\\u{202e}\\u{7}\\rrun 1 succeeded\n";
    assert!(progress.contains(line), "{progress}");
    let logs: Vec<_> = test
        .logs()
        .lines()
        .iter()
        .map(ToString::to_string)
        .collect();
    let logs = logs.join("\n");
    assert!(
        logs.contains("red \\u{1b}[31m") || logs.contains("red \\\\u{1b}[31m"),
        "{logs}"
    );
    for text in [&progress, &logs] {
        let sent = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
        assert!(
            !text.contains(sent) && !text.contains("\nrun 2 succeeded"),
            "{text}"
        );
    }
    // As data it is as it was.
    let errors = told.events();
    let mut errors = errors.iter().filter_map(|event| match &event.kind {
        EventKind::AttemptEnded { error, .. } => error.as_deref(),
        _ => None,
    });
    assert_eq!(errors.next(), Some(HOSTILE));
}

#[test]
fn a_history_has_the_text_as_it_was() {
    let sandbox = TempSandbox::new();
    let history = History::in_dir(sandbox.create().unwrap());
    Runner::local()
        .history(&history)
        .run(hostile::call())
        .unwrap_err();
    let run = history.run("last").unwrap();
    assert_eq!(run.node("n0").unwrap().error.as_deref(), Some(HOSTILE));
}
