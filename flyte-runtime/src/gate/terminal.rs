//! Asking on the terminal.

use std::{
    io::{self, IsTerminal as _},
    sync::{Mutex, PoisonError},
};

use super::{Answer, AnswerSource, Asked, GateError, Question, answers::yes_or_no};
use crate::{BoxError, types::value_from_text};

/// Asks on standard error and reads the answers from standard input, one gate after the other; the source of runs that have no other.
///
/// An empty line approves, as in flytekit. An answer that is none is asked for again. When standard input is no terminal the gate
/// fails at once.
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
        // Two gates that ask at once would take each other's answers.
        static ASKING: Mutex<()> = Mutex::new(());
        let _asking = ASKING.lock().unwrap_or_else(PoisonError::into_inner);
        converse(question, &mut io::stdin().lock(), &mut io::stderr())
    }
}

fn converse(
    question: &Question,
    input: &mut dyn io::BufRead,
    output: &mut dyn io::Write,
) -> Result<Answer, BoxError> {
    let gate = &question.gate;
    loop {
        match &question.asked {
            Asked::Approval { value } => write!(output, "{gate}: approve {value}? [Y/n] ")?,
            Asked::Input(info) => write!(output, "{gate}: {} = ", info.literal_type())?,
        }
        output.flush()?;
        let mut line = String::new();
        if input.read_line(&mut line)? == 0 {
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
                Err(error) => writeln!(output, "{error}")?,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::types::TypeInfo;

    fn talk(asked: Asked, typed: &str) -> (Result<Answer, BoxError>, String) {
        let question = Question {
            gate: "review".to_owned(),
            node: "n0".to_owned(),
            asked,
            timeout: Duration::from_secs(1),
        };
        let mut shown = Vec::new();
        let answer = converse(&question, &mut typed.as_bytes(), &mut shown);
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
}
