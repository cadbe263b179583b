//! Answers to gates from the terminal.

use std::{
    io::{self, IsTerminal as _},
    sync::{Arc, Condvar, LazyLock, Mutex, MutexGuard},
    thread,
    time::Duration,
};

use super::answers::yes_or_no;
use flyte_config::system::drop_what_is_typed;
use flyte_context::question::{Answer, AnswerSource, Asked, Question};
use flyte_core::{
    error::BoxError,
    graph::gate::GateError,
    lock::{lock, unpoisoned},
    no_other_variant,
    text::visible,
    types::value_from_text,
};

/// Asks on standard error and reads the answers from standard input, one gate after the other. Runs without another
/// source use it.
///
/// An empty line approves, as in flytekit. An invalid answer is asked for again. If standard input is not a terminal,
/// the gate fails at once. When a gate times out or its run ends, the next gate takes its turn: a message says so, text
/// that was typed but not entered is dropped, and the next line answers the gate shown last.
#[derive(Clone, Copy, Debug, Default)]
pub struct Terminal;

impl AnswerSource for Terminal {
    fn answer(&self, question: &Question) -> Result<Answer, BoxError> {
        if !io::stdin().is_terminal() {
            return Err(GateError::NoTerminal {
                gate: question.gate.clone(),
            }
            .into());
        }
        static TERMINAL: LazyLock<Arc<Conversation>> =
            LazyLock::new(|| Conversation::new(|line| io::stdin().read_line(line)));
        TERMINAL.ask(question, &mut io::stderr())
    }
}

/// How often to check whether the gate still waits for the answer.
const LOOK: Duration = Duration::from_millis(50);

/// Appends a line and returns its length in bytes, zero at the end of the input.
type ReadLine = dyn Fn(&mut String) -> io::Result<usize> + Send + Sync;

/// The terminal, which serves one gate at a time: two at once would take each other's answers.
///
/// A separate thread reads the lines, because a read from a terminal cannot be interrupted. If its gate no longer
/// waits, it reads on for the next gate.
struct Conversation {
    read: Box<ReadLine>,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// A gate is asking.
    is_asking: bool,
    /// A thread is reading a line.
    is_reading: bool,
    /// The line that was read; empty at the end of the input.
    line: Option<io::Result<String>>,
    /// The last gate ended without an answer.
    is_left: bool,
}

/// A gate's turn at the terminal.
struct Turn<'c>(&'c Conversation);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.is_asking = false;
        state.is_left = state.is_reading || state.line.is_some();
        drop(state);
        self.0.changed.notify_all();
    }
}

impl Conversation {
    fn new(read: impl Fn(&mut String) -> io::Result<usize> + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self {
            read: Box::new(read),
            state: Mutex::default(),
            changed: Condvar::new(),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    fn ask(
        self: &Arc<Self>,
        question: &Question,
        output: &mut dyn io::Write,
    ) -> Result<Answer, BoxError> {
        let over = || "nobody waits for the answer any more";
        let _turn = self.turn(question).ok_or_else(over)?;
        let gate = &question.gate;
        loop {
            match &question.asked {
                Asked::Approval { value } => {
                    write!(output, "{gate}: approve {}? [Y/n] ", visible(value))?;
                }
                Asked::Input(info) => write!(output, "{gate}: {} = ", info.literal_type())?,
                _ => no_other_variant!(Asked),
            }
            output.flush()?;
            let Some(line) = self.line(question)? else {
                writeln!(
                    output,
                    "\n{gate}: too late, the gate no longer waits for an answer"
                )?;
                return Err(over().into());
            };
            if line.is_empty() {
                return Err("standard input has ended".into());
            }
            let line = line.trim_end_matches(['\r', '\n']);
            match &question.asked {
                Asked::Approval { .. } => match yes_or_no(line) {
                    Some(true) => return Ok(Answer::Approve),
                    Some(false) => return Ok(Answer::Disapprove),
                    None if line.trim().is_empty() => return Ok(Answer::Approve),
                    None => writeln!(output, "please answer `yes` or `no`")?,
                },
                Asked::Input(info) => match value_from_text(line, info) {
                    Ok(value) => return Ok(Answer::Value(value)),
                    Err(error) => writeln!(output, "{}", visible(&error.to_string()))?,
                },
                _ => no_other_variant!(Asked),
            }
        }
    }

    /// Waits until no other gate is asking; `None` if the question ends before.
    fn turn(&self, question: &Question) -> Option<Turn<'_>> {
        let mut state = self.state();
        while state.is_asking {
            if question.is_over() {
                return None;
            }
            state = self.wait(state);
        }
        if question.is_over() {
            return None;
        }
        if std::mem::take(&mut state.is_left) {
            // Entered or not, it was meant for the previous gate.
            state.line = None;
            drop_what_is_typed();
        }
        state.is_asking = true;
        Some(Turn(self))
    }

    /// The next line that is entered; `None` if the question ends before.
    fn line(self: &Arc<Self>, question: &Question) -> io::Result<Option<String>> {
        let mut state = self.state();
        if !state.is_reading {
            state.is_reading = true;
            let conversation = Arc::clone(self);
            let read = move || {
                let mut line = String::new();
                let read = (conversation.read)(&mut line);
                let mut state = conversation.state();
                state.is_reading = false;
                state.line = Some(read.map(|_length| line));
                drop(state);
                conversation.changed.notify_all();
            };
            let reading = thread::Builder::new().name("flyte-terminal".to_owned());
            if let Err(error) = reading.spawn(read) {
                state.is_reading = false;
                return Err(error);
            }
        }
        loop {
            if let Some(line) = state.line.take() {
                return line.map(Some);
            }
            if question.is_over() {
                return Ok(None);
            }
            state = self.wait(state);
        }
    }

    fn wait<'c>(&'c self, state: MutexGuard<'c, State>) -> MutexGuard<'c, State> {
        unpoisoned(self.changed.wait_timeout(state, LOOK)).0
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::BufRead as _,
        sync::{atomic::Ordering, mpsc},
    };

    use super::*;
    use flyte_core::types::TypeInfo;

    fn question(gate: &str, asked: Asked) -> Question {
        Question::new(gate, "n0", asked, Duration::from_secs(1))
    }

    fn typing(typed: &str) -> Arc<Conversation> {
        let typed = Mutex::new(io::Cursor::new(typed.to_owned()));
        Conversation::new(move |line| typed.lock().expect("one reads").read_line(line))
    }

    fn talk(asked: Asked, typed: &str) -> (Result<Answer, BoxError>, String) {
        let mut shown = Vec::new();
        let answer = typing(typed).ask(&question("review", asked), &mut shown);
        (answer, String::from_utf8(shown).expect("it is text"))
    }

    fn approval(typed: &str) -> (Result<Answer, BoxError>, String) {
        talk(
            Asked::Approval {
                value: "42".to_owned(),
            },
            typed,
        )
    }

    #[test]
    fn an_empty_line_approves_and_nonsense_is_asked_again() {
        let (answer, shown) = approval("\n");
        assert!(matches!(answer, Ok(Answer::Approve)));
        assert_eq!(shown, "review: approve 42? [Y/n] ");
        let (answer, shown) = approval("maybe\r\nNo\r\n");
        assert!(matches!(answer, Ok(Answer::Disapprove)));
        assert!(shown.contains("please answer `yes` or `no`"), "{shown}");
        let (answer, _) = approval("");
        assert_eq!(
            answer.expect_err("nobody is there").to_string(),
            "standard input has ended"
        );
    }

    #[test]
    fn a_value_of_another_type_is_asked_again() {
        let (answer, shown) = talk(Asked::Input(TypeInfo::of::<i64>()), "many\n3\n");
        let Ok(Answer::Value(value)) = answer else {
            panic!("{answer:?}");
        };
        assert_eq!(value.downcast_ref::<i64>(), Some(&3));
        assert!(shown.starts_with("review: integer = "), "{shown}");
        assert_eq!(shown.matches("review: integer = ").count(), 2);
    }

    #[test]
    fn a_text_is_written_as_it_is() {
        let (answer, _) = talk(Asked::Input(TypeInfo::of::<String>()), "3 apples\n");
        let Ok(Answer::Value(value)) = answer else {
            panic!("{answer:?}");
        };
        assert_eq!(value.downcast_ref::<String>().expect("a text"), "3 apples");
    }

    #[test]
    fn a_gate_that_nobody_waits_for_makes_room() {
        let (typed, lines) = mpsc::channel::<String>();
        let lines = Mutex::new(lines);
        let conversation = Conversation::new(move |line| {
            let typed = lines.lock().expect("one reads").recv();
            let typed = typed.map_err(io::Error::other)?;
            line.push_str(&typed);
            Ok(typed.len())
        });
        let late = question("late", Asked::Input(TypeInfo::of::<i64>()));
        let next = question("next", Asked::Input(TypeInfo::of::<i64>()));
        let asked = {
            let (conversation, late) = (Arc::clone(&conversation), late.clone());
            thread::spawn(move || {
                let mut shown = Vec::new();
                let answer = conversation.ask(&late, &mut shown);
                (
                    answer.expect_err("it is too late").to_string(),
                    String::from_utf8(shown).expect("it is text"),
                )
            })
        };
        while !conversation.state().is_reading {
            thread::yield_now();
        }
        late.over.store(true, Ordering::Release);
        assert_eq!(
            asked.join().expect("it ends"),
            (
                "nobody waits for the answer any more".to_owned(),
                "late: integer = \nlate: too late, the gate no longer waits for an answer\n"
                    .to_owned(),
            )
        );
        let answering = {
            let conversation = Arc::clone(&conversation);
            thread::spawn(move || conversation.ask(&next, &mut Vec::new()))
        };
        while !conversation.state().is_asking {
            thread::yield_now();
        }
        typed.send("3\n".to_owned()).expect("the reader is there");
        let Ok(Ok(Answer::Value(value))) = answering.join() else {
            panic!("it is answered");
        };
        assert_eq!(value.downcast_ref::<i64>(), Some(&3));
    }

    #[test]
    fn what_was_entered_for_another_gate_is_no_answer() {
        let conversation = typing("2\n");
        let late = question("late", Asked::Input(TypeInfo::of::<i64>()));
        {
            // The line arrives just as the gate gives up.
            let _turn = conversation.turn(&late).expect("nobody else asks");
            conversation.state().line = Some(Ok("1\n".to_owned()));
        }
        let next = question("next", Asked::Input(TypeInfo::of::<i64>()));
        let Ok(Answer::Value(value)) = conversation.ask(&next, &mut Vec::new()) else {
            panic!("it is answered");
        };
        assert_eq!(value.downcast_ref::<i64>(), Some(&2));
        assert!(conversation.state().line.is_none());
    }
}
