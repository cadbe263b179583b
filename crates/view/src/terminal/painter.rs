//! Paints a run on a terminal while it goes on.
//!
//! The cursor stays where others write: at the end of the log. Below it is the frame, which is painted with the cursor
//! saved and restored in the same write. So whatever tasks and their processes write to the terminal themselves
//! appears above the frame, also half lines and questions, nothing of it is erased, and a process that dies leaves a
//! terminal in its usual mode. Nothing depends on what the last frame looked like, so a change of the size needs no
//! care.

use std::{
    fmt,
    io::Write,
    mem,
    sync::{
        Arc, Condvar, Mutex, MutexGuard,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant, SystemTime},
};

use flyte_core::{
    lock::{lock, unpoisoned},
    text::visible,
};
use flyte_events::events::{Event, EventKind, Observer, WaitReason};

use super::{
    Detail, Look,
    frame::{Size, frame},
    lines::Lines,
    live::Live,
    summary::summary,
    told::{Notes, Told},
};

/// How long a frame stays: ten of them in a second.
const FRAME: Duration = Duration::from_millis(100);

/// How often the size of the terminal is asked for.
const RESIZE: Duration = Duration::from_secs(1);

/// How many events may wait for the painter; whoever tells the next one adds them up itself.
const MOST: usize = 1 << 15;

/// Displays a run on a terminal while it goes on: at most a third of the height and 16 rows, below everything else.
///
/// Give [`observer`](Self::observer) to the run, and call [`finish`](Self::finish) when it has ended.
pub struct Painter {
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

struct Shared {
    look: Look,
    /// What was told since the last frame.
    told: Mutex<Notes>,
    /// Whether a node has waited that had started.
    has_waited: AtomicBool,
    canvas: Mutex<Canvas>,
    is_finished: Mutex<bool>,
    finished: Condvar,
}

/// What is painted, and on what.
struct Canvas {
    writer: Box<dyn Write + Send>,
    live: Live,
    lines: Lines,
    /// Empty, with room for what is told.
    spare: Notes,
    /// What is to be written above the frame.
    above: String,
    /// The rows of the last frame.
    rows: Vec<String>,
    /// No frame is painted any more.
    stands_down: bool,
    /// The terminal is gone.
    is_broken: bool,
}

impl Painter {
    /// Paints on a terminal whose size is asked for now and then; as long as it is not known it is 80 columns and 24
    /// rows. `None` if no thread can be started.
    pub fn start(
        writer: impl Write + Send + 'static,
        look: Look,
        size: impl Fn() -> Option<Size> + Send + 'static,
    ) -> Option<Self> {
        let shared = Arc::new(Shared {
            look,
            told: Mutex::default(),
            has_waited: AtomicBool::new(false),
            canvas: Mutex::new(Canvas {
                writer: Box::new(writer),
                live: Live::default(),
                lines: Lines::new(look, true),
                spare: Notes::default(),
                above: String::new(),
                rows: Vec::new(),
                stands_down: false,
                is_broken: false,
            }),
            is_finished: Mutex::new(false),
            finished: Condvar::new(),
        });
        let painting = Arc::clone(&shared);
        let thread = thread::Builder::new().name("flyte-painter".to_owned());
        let thread = thread
            .spawn(move || painting.paint_until_finished(&size))
            .ok()?;
        Some(Self {
            shared,
            thread: Mutex::new(Some(thread)),
        })
    }

    /// What a run is to tell.
    pub fn observer(&self) -> impl Observer + use<> {
        Telling(Arc::clone(&self.shared))
    }

    /// Handles an event.
    pub fn event(&self, event: &Event) {
        self.shared.event(event);
    }

    /// Writes a text above the frame, and paints no other frame: the program may be ended now at any moment.
    pub fn stand_down(&self, text: &str) {
        let mut canvas = lock(&self.shared.canvas);
        self.shared.add_up(&mut canvas);
        canvas.stands_down = true;
        canvas.above += &visible(text);
        canvas.write(Vec::new());
    }

    /// Writes what is left, erases the frame and writes the summary, if the run has ended.
    pub fn finish(&self) {
        let thread = lock(&self.thread).take();
        let Some(thread) = thread else { return };
        *lock(&self.shared.is_finished) = true;
        self.shared.finished.notify_all();
        // The thread has nothing to say about how it ended.
        let _ended = thread.join();
        let mut canvas = lock(&self.shared.canvas);
        self.shared.add_up(&mut canvas);
        let summary = summary(&canvas.live, true, self.shared.look.colours);
        canvas.above += &summary;
        canvas.write(Vec::new());
    }
}

impl Drop for Painter {
    fn drop(&mut self) {
        self.finish();
    }
}

impl fmt::Debug for Painter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Painter").finish_non_exhaustive()
    }
}

/// Leaves everything to the thread of the painter but to keep what was told.
struct Telling(Arc<Shared>);

impl Observer for Telling {
    fn event(&self, event: &Event) {
        self.0.event(event);
    }
}

impl Shared {
    fn event(&self, event: &Event) {
        match &event.kind {
            EventKind::WaitStarted { reason, .. } if *reason != WaitReason::Permit => {
                self.has_waited.store(true, Ordering::Relaxed);
            }
            // It changes nothing: a node runs from its start on. After a wait for anything but its first permit it
            // runs again, and the same threads have told of that wait before.
            EventKind::AttemptStarted { attempt: 0, .. }
                if self.look.detail == Detail::Normal
                    && !self.has_waited.load(Ordering::Relaxed) =>
            {
                return;
            }
            _ => {}
        }
        let Some(new) = Told::of(event) else { return };
        let mut told = lock(&self.told);
        told.push(new);
        if told.len() < MOST {
            return;
        }
        drop(told);
        self.add_up(&mut lock(&self.canvas));
    }

    fn add_up(&self, canvas: &mut Canvas) {
        // The two lists change places, so that neither grows again.
        let mut told = mem::take(&mut canvas.spare);
        mem::swap(&mut told, &mut *lock(&self.told));
        told.drain(|told| {
            canvas.live.add(told);
            if let Some(line) = canvas.lines.tell(told) {
                canvas.above += &line;
            }
        });
        canvas.spare = told;
    }

    fn paint_until_finished(&self, size: &dyn Fn() -> Option<Size>) {
        let mut known = Size {
            columns: 80,
            rows: 24,
        };
        let mut asked: Option<Instant> = None;
        let mut finished = lock(&self.is_finished);
        loop {
            finished = self.wait(finished);
            if *finished {
                return;
            }
            drop(finished);
            if asked.is_none_or(|asked| asked.elapsed() >= RESIZE) {
                asked = Some(Instant::now());
                known = size().unwrap_or(known);
            }
            let mut canvas = lock(&self.canvas);
            self.add_up(&mut canvas);
            let rows = match canvas.stands_down {
                true => Vec::new(),
                false => frame(&canvas.live, SystemTime::now(), known, self.look.colours),
            };
            canvas.write(rows);
            drop(canvas);
            finished = lock(&self.is_finished);
        }
    }

    /// Until the next frame, or the end.
    fn wait<'s>(&'s self, finished: MutexGuard<'s, bool>) -> MutexGuard<'s, bool> {
        let until = |finished: &mut bool| !*finished;
        let waited = self.finished.wait_timeout_while(finished, FRAME, until);
        unpoisoned(waited).0
    }
}

impl Canvas {
    /// Writes what is new: lines above, and the rows of a frame below them.
    fn write(&mut self, rows: Vec<String>) {
        if self.above.is_empty() && rows == self.rows {
            return;
        }
        let text = painting(&self.above, &self.rows, &rows);
        self.above.clear();
        self.rows = rows;
        if self.is_broken {
            return;
        }
        let written = self.writer.write_all(text.as_bytes());
        // Nobody reads any more. The run goes on.
        self.is_broken = written.and_then(|()| self.writer.flush()).is_err();
    }
}

/// What a terminal is sent for lines and a frame below them, after an earlier frame.
///
/// Rows that are longer than the terminal, because it has become narrower, are cut by it: a frame is not wrapped.
fn painting(above: &str, before: &[String], rows: &[String]) -> String {
    let mut text = String::new();
    if !before.is_empty() || !above.is_empty() {
        // Erased from the cursor on, since the rest of its row may be one of a frame that has scrolled.
        text += "\x1b[J";
    }
    text += above;
    if rows.is_empty() {
        return text;
    }
    // Makes room below without leaving the column, and comes back.
    text.extend(rows.iter().map(|_| '\u{b}'));
    text += &format!("\x1b[{}A\x1b7\x1b[?7l", rows.len());
    for row in rows {
        text += "\r\n";
        text += row;
        text += "\x1b[K";
    }
    text + "\x1b[?7h\x1b8"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_below_the_cursor_and_leaves_it_where_it_was() {
        let rows = ["one".to_owned(), "two".to_owned()];
        assert_eq!(
            painting("", &[], &rows),
            "\u{b}\u{b}\x1b[2A\x1b7\x1b[?7l\r\none\x1b[K\r\ntwo\x1b[K\x1b[?7h\x1b8"
        );
        assert_eq!(painting("log\n", &rows, &[]), "\x1b[Jlog\n");
        assert_eq!(painting("", &rows, &[]), "\x1b[J");
    }
}
