//! A run on a terminal: what a real pseudo-terminal shows of it, frame by frame, and what stays.
#![cfg(unix)]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test has no users and shows what failed; a task writes to the terminal itself"
)]

use std::{
    collections::HashSet,
    env, fs,
    io::{self, Read as _},
    num::NonZeroU16,
    os::fd::OwnedFd,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, Condvar, Mutex},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use flyte_runtime::{Registry, cli::Cli, files::TempSandbox, is_cancelled, prelude::*};
use nix::{
    pty::{Winsize, openpty},
    sys::signal::{Signal, kill},
    unistd::Pid,
};

/// The arguments of the command line that the child runs, one a line.
const ARGUMENTS: &str = "FLYTE_TEST_ARGUMENTS";

/// How long anything here may take; nothing depends on it when all is well.
const LONG: Duration = Duration::from_secs(60);

/// Waits until a file is there.
fn wait_for_file(path: &str) {
    let end = Instant::now() + LONG;
    while !Path::new(path).exists() && Instant::now() < end && !is_cancelled() {
        thread::sleep(Duration::from_millis(5));
    }
}

/// Writes lines to the terminal itself, then waits until a file is there.
#[task]
fn held(file: String, logs: i64) -> i64 {
    for line in 0..logs {
        eprintln!("log {line} of {logs}");
        thread::sleep(Duration::from_millis(10));
    }
    wait_for_file(&file);
    logs
}

#[task]
fn begins() -> i64 {
    0
}

#[task]
fn writes(file: String, _before: i64) {
    fs::write(file, "done").unwrap();
}

#[workflow]
fn holds(file: String, done: String, logs: i64) {
    begins() >> held(file, logs);
    writes(done, held(file, logs));
}

#[task]
fn tiny(x: i64) -> Result<i64, String> {
    thread::sleep(Duration::from_micros(100));
    match x % 1_000 {
        999 => Err(format!("{x} is no good")),
        _ => Ok(x),
    }
}

#[task]
fn numbers(n: i64) -> Vec<i64> {
    (0..n).collect()
}

#[task]
fn count(xs: Vec<Option<i64>>) -> usize {
    xs.iter().flatten().count()
}

#[workflow]
fn many(n: i64) -> usize {
    count(numbers(n).map(|x| tiny(x)).min_success_ratio(0.5))
}

/// Not a test by itself: the program that the others start.
#[test]
#[ignore = "started by the other tests, on a terminal of their own"]
fn program() {
    let Ok(arguments) = env::var(ARGUMENTS) else {
        return;
    };
    let arguments = ["program"].into_iter().chain(arguments.lines());
    let cli = Cli::new(Registry::of_program())
        .on_terminal()
        .interruptible();
    let exit = cli.run(arguments, &mut io::sink(), &mut io::stderr());
    std::process::exit(exit.code().into());
}

/// A terminal, and the program that runs on it.
struct Terminal {
    child: Child,
    /// The side of the program, kept open so that the size can be set.
    slave: OwnedFd,
    seen: Arc<(Mutex<Seen>, Condvar)>,
    reader: Option<JoinHandle<()>>,
}

struct Seen {
    parser: vt100::Parser,
    bytes: Vec<u8>,
    /// The rows below the cursor after each frame.
    frames: Vec<Vec<String>>,
    is_over: bool,
}

fn cells(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).unwrap()
}

impl Seen {
    /// Shows some bytes, and keeps the frames in them. Each ends by going back to where the cursor was.
    fn show(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.bytes.push(*byte);
            self.parser.process(std::slice::from_ref(byte));
            if self.bytes.ends_with(b"\x1b8") {
                let screen = self.parser.screen();
                let (row, _) = screen.cursor_position();
                let columns = screen.size().1.get();
                let rows = screen.rows(0, columns).skip(usize::from(row) + 1);
                let rows = rows.filter(|row| !row.is_empty());
                self.frames.push(rows.collect());
            }
        }
    }

    /// Everything that can be read by scrolling up, and what is on the screen.
    fn text(&mut self) -> Vec<String> {
        let columns = self.parser.screen().size().1.get();
        let screen = self.parser.screen_mut();
        let mut rows = Vec::new();
        for up in (1..=screen.scrollback_len()).rev() {
            screen.set_scrollback(up);
            rows.extend(screen.rows(0, columns).next());
        }
        screen.set_scrollback(0);
        rows.extend(screen.rows(0, columns));
        rows.iter().map(|row| row.trim_end().to_owned()).collect()
    }
}

impl Terminal {
    fn start(columns: u16, rows: u16, arguments: &[&str]) -> Self {
        let size = Winsize {
            ws_row: rows,
            ws_col: columns,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        let terminal = openpty(&size, None).unwrap();
        let own = || terminal.slave.try_clone().unwrap();
        let mut command = Command::new(env::current_exe().unwrap());
        command
            .args(["--exact", "program", "--ignored", "--nocapture"])
            .env(ARGUMENTS, arguments.join("\n"))
            .env("TERM", "xterm-256color")
            .env("FLYTE_HISTORY", "0")
            .env_remove("CI")
            .env_remove("NO_COLOR")
            .env_remove("CLICOLOR_FORCE")
            .stdin(own())
            .stdout(Stdio::null())
            .stderr(own());
        let child = command.spawn().unwrap();
        let seen = Seen {
            parser: vt100::Parser::new(cells(rows), cells(columns), 100_000),
            bytes: Vec::new(),
            frames: Vec::new(),
            is_over: false,
        };
        let seen = Arc::new((Mutex::new(seen), Condvar::new()));
        let (master, shown) = (fs::File::from(terminal.master), Arc::clone(&seen));
        let reader = thread::spawn(move || read(master, &shown));
        Self {
            child,
            slave: terminal.slave,
            seen,
            reader: Some(reader),
        }
    }

    /// Waits until what was seen is as wanted.
    fn until(&self, wanted: impl Fn(&Seen) -> bool) {
        let (seen, changed) = &*self.seen;
        let seen = seen.lock().unwrap();
        let (seen, waited) = changed
            .wait_timeout_while(seen, LONG, |seen| !wanted(seen))
            .unwrap();
        let text = String::from_utf8_lossy(&seen.bytes);
        assert!(!waited.timed_out(), "{text}");
    }

    fn resize(&self, columns: u16, rows: u16) {
        let size = [rows.to_string(), columns.to_string()];
        let status = Command::new("stty")
            .args(["rows", &size[0], "cols", &size[1]])
            .stdin(self.slave.try_clone().unwrap())
            .status();
        assert!(status.unwrap().success());
        self.seen
            .0
            .lock()
            .unwrap()
            .parser
            .set_size(cells(rows), cells(columns));
    }

    /// Waits for the end of the program; its exit code, and what was seen until then.
    fn end(mut self) -> (Option<i32>, Seen) {
        let status = self.child.wait().unwrap();
        drop(self.slave);
        self.reader.take().unwrap().join().unwrap();
        let Ok(seen) = Arc::try_unwrap(self.seen) else {
            panic!("the reader has ended");
        };
        let seen = seen.0.into_inner().unwrap();
        (status.code(), seen)
    }
}

/// Shows what a program writes, until nobody can write any more.
fn read(mut master: fs::File, seen: &(Mutex<Seen>, Condvar)) {
    let mut bytes = [0; 4_096];
    loop {
        let count = master.read(&mut bytes).unwrap_or(0);
        let mut shown = seen.0.lock().unwrap();
        if count == 0 || shown.is_over {
            return;
        }
        shown.show(&bytes[..count]);
        seen.1.notify_all();
    }
}

/// A directory for the files of a test, removed with it.
struct Files {
    _sandbox: TempSandbox,
    path: PathBuf,
}

impl Files {
    fn new() -> Self {
        let sandbox = TempSandbox::new();
        let path = sandbox.create().unwrap().to_path_buf();
        Self {
            _sandbox: sandbox,
            path,
        }
    }

    fn path(&self, name: &str) -> String {
        self.path.join(name).display().to_string()
    }
}

/// Starts the workflow that waits for a file.
fn holding(files: &Files, columns: u16, rows: u16, logs: u16) -> Terminal {
    let (go, done, logs) = (files.path("go"), files.path("done"), logs.to_string());
    let arguments = [
        "run", "holds", "--file", &go, "--done", &done, "--logs", &logs,
    ];
    Terminal::start(columns, rows, &arguments)
}

/// The numbers of the lines that tasks have written, as they can be read at the left edge.
fn logged(text: &[String]) -> Vec<u16> {
    let numbers = text.iter().filter_map(|row| row.strip_prefix("log "));
    numbers
        .filter_map(|rest| rest.split(' ').next()?.parse().ok())
        .collect()
}

#[test]
fn a_frame_is_below_the_log_and_leaves_nothing_behind() {
    let files = Files::new();
    let terminal = holding(&files, 80, 24, 0);
    terminal.until(|seen| seen.frames.len() > 2);
    fs::write(files.path("go"), "").unwrap();
    let (code, mut seen) = terminal.end();
    assert_eq!(code, Some(0));
    for frame in &seen.frames {
        assert!(frame.len() <= 8, "{frame:#?}");
        assert!(frame[0].starts_with("terminal.holds "), "{frame:#?}");
        assert!(frame[1].starts_with("● n"), "{frame:#?}");
    }
    let text = seen.text();
    let lines: Vec<_> = text.iter().filter(|line| !line.is_empty()).collect();
    assert!(
        lines[0].starts_with("run ") && lines[0].ends_with(" of terminal.holds"),
        "{lines:#?}"
    );
    assert!(
        lines[1].contains(" succeeded in ") && lines[1].contains("4 ran"),
        "{lines:#?}"
    );
    // What took the time, and nothing of a frame.
    assert!(
        lines[2..].iter().all(|line| line.contains(" % ")),
        "{lines:#?}"
    );
    let screen = seen.parser.screen();
    assert!(!screen.alternate_screen() && !screen.hide_cursor());
    assert!(!seen.bytes.windows(8).any(|bytes| bytes == b"\x1b[?1049h"));
}

#[test]
fn what_tasks_write_themselves_stays_in_its_order() {
    let files = Files::new();
    let terminal = holding(&files, 60, 12, 100);
    terminal.until(|seen| {
        let text = String::from_utf8_lossy(&seen.bytes);
        text.matches("log 99 of").count() == 2 && seen.frames.len() > 5
    });
    fs::write(files.path("go"), "").unwrap();
    let (code, mut seen) = terminal.end();
    assert_eq!(code, Some(0));
    // Two tasks have written a hundred lines each, at the same time.
    let logged = logged(&seen.text());
    assert_eq!(logged.len(), 200, "{:#?}", seen.text());
    for line in 0..100 {
        assert_eq!(logged.iter().filter(|own| **own == line).count(), 2);
    }
}

#[test]
fn twenty_columns_are_enough() {
    let files = Files::new();
    let terminal = holding(&files, 20, 12, 3);
    terminal.until(|seen| !seen.frames.is_empty());
    fs::write(files.path("go"), "").unwrap();
    let (code, seen) = terminal.end();
    assert_eq!(code, Some(0));
    for frame in &seen.frames {
        assert!(frame.len() <= 4, "{frame:#?}");
        // The name is shortened, and the time is there.
        assert!(frame[0].starts_with("holds "), "{frame:#?}");
        assert!(frame[0].contains(" s"), "{frame:#?}");
    }
}

#[test]
fn a_terminal_that_changes_its_size_keeps_its_log() {
    let files = Files::new();
    let terminal = holding(&files, 100, 40, 20);
    terminal.until(|seen| {
        seen.frames.len() > 2 && String::from_utf8_lossy(&seen.bytes).contains("log 19 of")
    });
    terminal.resize(30, 12);
    // The size is asked for now and then.
    let fits = |seen: &Seen| {
        let bytes = String::from_utf8_lossy(&seen.bytes);
        let last = bytes.rsplit("\x1b7").next().unwrap_or_default();
        last.contains("terminal.holds") && last.contains('…')
    };
    terminal.until(fits);
    terminal.resize(120, 50);
    let frames = terminal.seen.0.lock().unwrap().frames.len();
    terminal.until(|seen| seen.frames.len() > frames + 15);
    fs::write(files.path("go"), "").unwrap();
    let (code, mut seen) = terminal.end();
    assert_eq!(code, Some(0));
    let logged: HashSet<_> = logged(&seen.text()).into_iter().collect();
    assert_eq!(logged.len(), 20, "{:#?}", seen.text());
    let last = seen.frames.last().unwrap();
    assert!(last[0].starts_with("terminal.holds 1/4"), "{last:#?}");
}

#[test]
fn ctrl_c_takes_the_frame_away_and_tells_how_the_run_ended() {
    let files = Files::new();
    let terminal = holding(&files, 80, 24, 0);
    terminal.until(|seen| seen.frames.len() > 2);
    let process = Pid::from_raw(terminal.child.id().try_into().unwrap());
    kill(process, Signal::SIGINT).unwrap();
    let (code, mut seen) = terminal.end();
    assert_eq!(code, Some(130));
    let text = seen.text();
    let lines: Vec<_> = text.iter().filter(|line| !line.is_empty()).collect();
    assert!(
        lines[1].starts_with("cancelling the run; Ctrl-C again"),
        "{lines:#?}"
    );
    assert!(
        lines.iter().any(|line| line.contains(" cancelled in ")),
        "{lines:#?}"
    );
    assert!(!lines.iter().any(|line| line.contains('●')), "{lines:#?}");
    // No frame after it.
    let bytes = String::from_utf8_lossy(&seen.bytes);
    assert!(!bytes.rsplit("cancelling").next().unwrap().contains("\x1b7"));
}

#[test]
fn a_terminal_that_is_gone_does_not_stop_the_run() {
    let files = Files::new();
    let mut terminal = holding(&files, 80, 24, 0);
    terminal.until(|seen| seen.frames.len() > 2);
    terminal.seen.0.lock().unwrap().is_over = true;
    // The reader ends with the next frame, and with it the terminal.
    terminal.reader.take().unwrap().join().unwrap();
    fs::write(files.path("go"), "").unwrap();
    let status = terminal.child.wait().unwrap();
    assert_eq!(status.code(), Some(0));
    assert!(Path::new(&files.path("done")).exists());
}

/// The number in a text like `1,234 running`.
fn number(text: &str) -> usize {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.parse().unwrap()
}

/// Each frame says what the events up to some time say. One job does one thing after the other, so both are told of it
/// in one order.
#[test]
fn frames_of_ten_thousand_nodes_are_what_the_events_say() {
    let files = Files::new();
    let events = files.path("events");
    let arguments = [
        "run", "many", "--n", "10000", "--jobs", "1", "--events", &events,
    ];
    let (code, mut seen) = Terminal::start(100, 48, &arguments).end();
    assert_eq!(code, Some(0));
    let (mut done, mut failed, mut running) = (0, 0, HashSet::new());
    let mut states = HashSet::from([(0, 0, 0)]);
    for line in fs::read_to_string(events).unwrap().lines() {
        let event: serde_json::Value = serde_json::from_str(line).unwrap();
        let node = event["node"].as_str().unwrap_or_default().to_owned();
        if event["kind"] != "task" {
            continue;
        }
        match event["event"].as_str().unwrap() {
            "node_started" => {
                running.insert(node);
            }
            "node_ended" => {
                running.remove(&node);
                done += 1;
                failed += usize::from(event["state"] == "failed");
            }
            _ => {}
        }
        states.insert((done, failed, running.len()));
    }
    assert_eq!((done, failed), (10_002, 10));
    assert!(seen.frames.len() > 3, "{}", seen.frames.len());
    for frame in &seen.frames {
        assert!(frame.len() <= 16, "{frame:#?}");
        let mut parts = frame[0].split(" · ");
        let head: Vec<_> = parts.next().unwrap().split(' ').collect();
        let (done, all) = head[1].split_once('/').unwrap();
        assert!([2, 10_002].contains(&number(all)), "{frame:#?}");
        let (mut failed, mut running) = (0, 0);
        for part in parts {
            match part.split_once(' ').unwrap() {
                (count, "failed") => failed = number(count),
                (count, "running") => running = number(count),
                _ => {}
            }
        }
        let state = (number(done), failed, running);
        assert!(states.contains(&state), "{state:?} of {frame:#?}");
        // Failures come before anything else.
        let failures = frame
            .iter()
            .skip(1)
            .take_while(|row| row.starts_with('✕'))
            .count();
        assert!(failures >= failed.min(7), "{frame:#?}");
    }
    let text = seen.text();
    let failed = text
        .iter()
        .filter(|row| row.contains(" failed in ") && row.contains(" is no good"));
    assert_eq!(failed.count(), 10);
    assert!(
        text.iter().any(|row| row.contains(": 9992 ran, 10 failed")),
        "{text:#?}"
    );
}
