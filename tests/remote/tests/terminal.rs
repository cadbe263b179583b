//! A watch on a terminal: what a real pseudo-terminal shows of an execution, frame by frame, and what stays.

use std::{
    env, fs,
    io::Read as _,
    num::NonZeroU16,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use flyte_remote::{doomed, halting};
use flyte_runtime::{Registry, cluster::ExecuteOptions, testing::cluster::ControlPlane};
use nix::pty::{Winsize, openpty};

use crate::{in_image, plane, remote};

const ROWS: u16 = 40;
const COLUMNS: u16 = 120;

/// What a program has shown.
struct Seen {
    parser: vt100::Parser,
    bytes: Vec<u8>,
    /// The rows below the cursor after each frame.
    frames: Vec<Vec<String>>,
    code: Option<i32>,
}

impl Seen {
    fn show(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.bytes.push(*byte);
            self.parser.process(std::slice::from_ref(byte));
            // Each frame ends by going back to where the cursor was.
            if self.bytes.ends_with(b"\x1b8") {
                let screen = self.parser.screen();
                let (row, _) = screen.cursor_position();
                let rows = screen.rows(0, COLUMNS).skip(usize::from(row) + 1);
                self.frames
                    .push(rows.filter(|row| !row.is_empty()).collect());
            }
        }
    }

    fn text(&self) -> String {
        self.parser.screen().contents()
    }
}

/// Runs a command of the program on a terminal, until it ends.
fn on_a_terminal(plane: &ControlPlane, command: &str) -> Seen {
    let size = Winsize {
        ws_row: ROWS,
        ws_col: COLUMNS,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    let terminal = openpty(&size, None).unwrap();
    let own = || terminal.slave.try_clone().unwrap();
    let address = plane.address().to_string();
    let words = command.split_whitespace();
    let mut child = Command::new(env!("CARGO_BIN_EXE_remote-program"))
        .args(words.chain(["--endpoint", &address, "--insecure"]))
        .env("TERM", "xterm-256color")
        .env("HOME", plane.directory().join("home"))
        .env("FLYTE_HISTORY", "0")
        .env_remove("FLYTECTL_CONFIG")
        .env_remove("CI")
        .env_remove("NO_COLOR")
        .env_remove("CLICOLOR_FORCE")
        .stdin(own())
        .stdout(Stdio::null())
        .stderr(own())
        .spawn()
        .unwrap();
    drop(terminal.slave);
    let mut master = fs::File::from(terminal.master);
    let cells = |count| NonZeroU16::new(count).unwrap();
    let mut seen = Seen {
        parser: vt100::Parser::new(cells(ROWS), cells(COLUMNS), 1_000),
        bytes: Vec::new(),
        frames: Vec::new(),
        code: None,
    };
    let mut bytes = [0; 4_096];
    // A terminal that the program has left ends with an error.
    while let Ok(count @ 1..) = master.read(&mut bytes) {
        seen.show(&bytes[..count]);
    }
    seen.code = child.wait().unwrap().code();
    seen
}

/// Waits until a file has so many lines.
fn until_lines(path: &str, lines: usize) {
    let start = Instant::now();
    while fs::read_to_string(path).map_or(0, |text| text.lines().count()) < lines {
        assert!(
            start.elapsed() < Duration::from_secs(60),
            "{path} has no {lines} lines"
        );
        thread::sleep(Duration::from_millis(10));
    }
}

/// Sub-workflow, launch plan, map, dynamic task, branch, a failed attempt and a failure in one picture.
#[test]
fn a_watch_shows_all_that_is_inside_and_what_has_failed() {
    let plane = plane();
    let remote = remote(&plane);
    let registered = remote
        .register(Registry::of_program(), &in_image("tests:v1"))
        .unwrap();
    let path = |name: &str| plane.directory().join(name).display().to_string();
    let call = halting::call(path("log"), path("late"), vec![4, 5]);
    let options = ExecuteOptions::new().name("halts");
    remote
        .execute(&call, &registered.version, &options)
        .unwrap();
    let seen = on_a_terminal(&plane, "runs watch halts --remote");
    let text = seen.text();
    assert_eq!(seen.code, Some(1), "{text}");
    for line in [
        "run halts of flyte_remote.halting",
        "n0 flyte_remote.noted: attempt 0 failed: ",
        "run halts failed in ",
        "n7 flyte_remote.there failed in ",
        "Log: http://",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    until_lines(&path("log"), 10);
    // The picture goes away, and a usual terminal is left.
    let screen = seen.parser.screen();
    assert!(!screen.alternate_screen() && !screen.hide_cursor());
}

#[test]
fn a_run_shows_its_tasks_and_their_number_while_it_goes_on() {
    let plane = plane();
    let seen = on_a_terminal(
        &plane,
        "run endless --seconds 2 --remote --image tests:v1 --wait --run-name lasts",
    );
    let text = seen.text();
    assert_eq!(seen.code, Some(0), "{text}");
    let running = seen.frames.iter().filter(|frame| frame.len() > 1);
    let running: Vec<_> = running.collect();
    assert!(!running.is_empty(), "{:?}", seen.frames);
    for frame in running {
        // One task is known from the start, and none has ended while the picture is there.
        assert!(
            frame[0].starts_with("flyte_remote.endless 0/1 "),
            "{frame:#?}"
        );
        assert!(frame[1].contains("n0 flyte_remote.slow"), "{frame:#?}");
    }
    assert!(text.contains("run lasts succeeded in "), "{text}");
    assert!(text.contains("1 ran"), "{text}");
}

#[test]
fn a_failure_is_shown_with_its_error_and_the_link_to_its_log() {
    let plane = plane();
    let remote = remote(&plane);
    let registered = remote
        .register(Registry::of_program(), &in_image("tests:v1"))
        .unwrap();
    let call = doomed::call("gold".to_owned());
    let options = ExecuteOptions::new().name("fails");
    remote
        .execute(&call, &registered.version, &options)
        .unwrap();
    let seen = on_a_terminal(&plane, "runs watch fails --remote");
    let text = seen.text();
    assert_eq!(seen.code, Some(1), "{text}");
    assert!(text.contains("gold is not to be had"), "{text}");
    assert!(text.contains("Log: http://"), "{text}");
}
