//! A program on a terminal of its own, whose keys are pressed here.

use std::{
    fs::File,
    io::{Read as _, Write as _},
    process::{Child, Command},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use nix::pty::{Winsize, openpty};

/// Long enough for any machine; who waits longer waits for something that does not come.
const PATIENCE: Duration = Duration::from_secs(120);

pub(crate) struct Terminal {
    keys: File,
    child: Child,
    /// All that was written to the terminal.
    screen: Arc<Mutex<Vec<u8>>>,
    /// How much of it was answers that are taken.
    taken: usize,
}

impl Terminal {
    pub(crate) fn start(mut command: Command) -> Self {
        let size = Winsize {
            ws_row: 50,
            ws_col: 200,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        let pty = openpty(&size, None).unwrap();
        let end = File::from(pty.slave);
        let child = command
            .stdin(end.try_clone().unwrap())
            .stdout(end.try_clone().unwrap())
            .stderr(end)
            .spawn()
            .unwrap();
        // The command has the other end of the terminal until it is dropped.
        drop(command);
        let keys = File::from(pty.master);
        let mut output = keys.try_clone().unwrap();
        let screen = Arc::new(Mutex::new(Vec::new()));
        let written = Arc::clone(&screen);
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            // It ends with an error when the child has ended.
            while let Ok(count @ 1..) = output.read(&mut bytes) {
                written.lock().unwrap().extend_from_slice(&bytes[..count]);
            }
        });
        Self {
            keys,
            child,
            screen,
            taken: 0,
        }
    }

    pub(crate) fn keys(&mut self, text: &str) {
        self.keys.write_all(text.as_bytes()).unwrap();
    }

    /// The next text between `<<` and `>>`.
    pub(crate) fn answer(&mut self) -> String {
        let start = Instant::now();
        loop {
            let screen = self.screen.lock().unwrap().clone();
            let text = String::from_utf8_lossy(&screen[self.taken..]).into_owned();
            // The keys are on the screen, too; in them no text is between the signs.
            let answer = text.split("<<").skip(1).find_map(|rest| {
                let (answer, _) = rest.split_once(">>")?;
                (answer != "%s" && answer != "$BUFFER").then(|| answer.to_owned())
            });
            if let Some(answer) = answer {
                self.taken = screen.len();
                return answer;
            }
            assert!(start.elapsed() < PATIENCE, "no answer is in {text:?}");
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// The line behind a Tab key, on an empty line.
    pub(crate) fn complete(&mut self, typed: &str) -> String {
        // Ctrl-U empties the line, and Ctrl-G shows it.
        self.keys(&format!("\x15{typed}\t\x07"));
        self.answer()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
