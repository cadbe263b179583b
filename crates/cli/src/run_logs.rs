//! `runs logs`: what the tasks of a run have said, of one on this machine and of one on a cluster.

use std::{collections::HashMap, io, thread, time::Duration};

use clap::{Arg, ArgAction, ArgMatches, Command};
use serde_json::{Value as Json, json};

use super::{
    answer::Answer,
    failure::Failure,
    options::{self, ID},
};
use flyte_core::text;
use flyte_events::history::{History, RunRecord, RunStatus};

pub(super) const NODE: &str = "NODE";
const FOLLOW: &str = "--follow";

/// The first and the longest pause between two looks at logs that are followed.
const PAUSES: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(5));

pub(super) fn command() -> Command {
    Command::new("logs")
        .about("Prints what the tasks of a run have said")
        .arg(options::json().conflicts_with(FOLLOW))
        .arg(
            Arg::new(ID)
                .value_name("ID")
                .help("The id of a run or a beginning of it, or `last`")
                .required(true),
        )
        .arg(node())
        .arg(
            Arg::new(FOLLOW)
                .long("follow")
                .action(ArgAction::SetTrue)
                .help("Goes on with what is said until the run has ended"),
        )
}

/// Which node a command is about.
pub(super) fn node() -> Arg {
    Arg::new(NODE).help(
        "The path of a node, as in `n0/n2` or `n1[3]`: of it and of those inside [default: all]",
    )
}

/// Whether a node is the one that is asked for, or inside of it.
pub(super) fn is_wanted(path: &str, wanted: Option<&str>) -> bool {
    let Some(wanted) = wanted else {
        return true;
    };
    let rest = path.strip_prefix(wanted);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '[']))
}

/// The error for a run that has no node of this path. `place` is the option that leads `runs show` to it, with a space
/// in front.
pub(super) fn no_node<'p>(
    run: &str,
    place: &str,
    wanted: Option<&str>,
    mut paths: impl Iterator<Item = &'p str> + Clone,
) -> Result<(), Failure> {
    match wanted {
        Some(wanted) if !paths.clone().any(|path| is_wanted(path, Some(wanted))) => {
            let first = paths.next();
            let such = first.map(|path| format!(", such as `{path}`"));
            Err(Failure::Encode(format!(
                "run {run} has no node `{wanted}`: `runs show {run}{place}` shows those it has{}",
                such.unwrap_or_default()
            )))
        }
        _ => Ok(()),
    }
}

/// What an attempt has said.
pub(super) struct Log {
    pub(super) node: String,
    pub(super) entity: String,
    pub(super) attempt: u32,
    /// The name of the log, and where it is, if it is on a cluster.
    pub(super) link: Option<(String, String)>,
    /// The text, or why it cannot be shown.
    pub(super) text: Result<String, String>,
    /// How many bytes are in front of this text, if it is the rest of one that is followed.
    pub(super) before: usize,
}

/// What identifies a log: the node, the attempt, and where it is if it is on a cluster.
pub(super) type LogKey = (String, u32, Option<String>);

/// How many bytes of logs are written already.
pub(super) type Known = HashMap<LogKey, usize>;

impl Log {
    fn to_json(&self) -> Json {
        let link = self.link.as_ref();
        json!({
            "node": self.node,
            "entity": self.entity,
            "attempt": self.attempt,
            "name": link.map(|(name, _)| name),
            "uri": link.map(|(_, uri)| uri),
            "text": self.text.as_ref().ok(),
            "problem": self.text.as_ref().err(),
        })
    }

    fn key(&self) -> LogKey {
        let uri = self.link.as_ref().map(|(_, uri)| uri.clone());
        (self.node.clone(), self.attempt, uri)
    }

    fn title(&self) -> String {
        let name = self.link.as_ref().map(|(name, _)| format!(", {name}"));
        format!(
            "{} {} attempt {}{}:\n",
            self.node,
            self.entity,
            self.attempt,
            name.unwrap_or_default()
        )
    }

    /// The text, or the link with a sentence.
    fn shown(&self) -> String {
        match (&self.text, &self.link) {
            (Ok(text), _) if text.is_empty() || text.ends_with('\n') => text.clone(),
            (Ok(text), _) => format!("{text}\n"),
            (Err(problem), Some((_, uri))) => format!("{uri}\n  {problem}\n"),
            (Err(problem), None) => format!("  {problem}\n"),
        }
    }
}

/// What is known of a run's logs at one time.
pub(super) struct Logs {
    pub(super) all: Vec<Log>,
    /// Whether nothing follows.
    pub(super) is_over: bool,
    /// Why there are none, if there are none.
    pub(super) none: String,
}

/// Prints logs, which are read again and again if they are followed. Then what is read need not have what is known.
pub(super) fn printed(
    options: &ArgMatches,
    as_json: bool,
    mut read: impl FnMut(Option<&Known>) -> Result<Logs, Failure>,
) -> Result<Answer, Failure> {
    if options.get_flag(FOLLOW) {
        return followed(&mut read, &mut io::stdout(), &mut io::stderr());
    }
    let Logs {
        all: logs, none, ..
    } = read(None)?;
    if as_json {
        let all: Json = logs.iter().map(Log::to_json).collect();
        return Ok(format!("{all:#}\n").into());
    }
    if logs.is_empty() {
        return Ok(Answer::from(String::new()).noted(&none));
    }
    // A single log needs no title, so that it can be given to another program.
    if let [only] = &logs[..]
        && options
            .get_one::<String>(NODE)
            .is_some_and(|node| *node == only.node)
    {
        return Ok(only.shown().into());
    }
    let logs = logs.iter().map(|log| log.title() + &log.shown());
    Ok(logs.collect::<String>().into())
}

/// Writes what is new until nothing follows. While a cluster does not answer it is waited for.
fn followed(
    read: &mut dyn FnMut(Option<&Known>) -> Result<Logs, Failure>,
    out: &mut dyn io::Write,
    messages: &mut dyn io::Write,
) -> Result<Answer, Failure> {
    let mut known = Known::new();
    let (first, longest) = PAUSES;
    let (mut pause, mut last, mut is_absent) = (first, None, false);
    loop {
        let logs = match read(Some(&known)) {
            Ok(logs) => logs,
            Err(failure) if failure.is_absence() => {
                if !is_absent {
                    // If standard error is closed, the message cannot be shown.
                    let _ = messages.write_all(failure.waiting().as_bytes());
                }
                is_absent = true;
                thread::sleep(pause);
                pause = (pause * 3 / 2).min(longest);
                continue;
            }
            Err(failure) => return Err(failure),
        };
        let mut is_new = std::mem::take(&mut is_absent);
        for log in &logs.all {
            let key = log.key();
            let is_first = !known.contains_key(&key);
            let written = known.entry(key.clone()).or_default();
            // A link that cannot be read is told once, and may be readable later.
            let text = match &log.text {
                Ok(text) => text
                    .get(written.saturating_sub(log.before)..)
                    .unwrap_or_default(),
                Err(_) if is_first => &log.shown(),
                Err(_) => "",
            };
            if text.is_empty() {
                continue;
            }
            if last.as_ref() != Some(&key) {
                let title = text::visible(&log.title()).into_owned();
                write(out, &title)?;
                last = Some(key);
            }
            write(out, &text::visible(text))?;
            if !text.ends_with('\n') && logs.is_over {
                write(out, "\n")?;
            }
            if let Ok(text) = &log.text {
                *written = log.before + text.len();
            }
            is_new = true;
        }
        out.flush().map_err(unwritable)?;
        if logs.is_over {
            let answer = Answer::from(String::new());
            return Ok(match last {
                Some(_) => answer,
                None => answer.noted(&logs.none),
            });
        }
        pause = match is_new {
            true => first,
            false => (pause * 3 / 2).min(longest),
        };
        thread::sleep(pause);
    }
}

fn write(out: &mut dyn io::Write, text: &str) -> Result<(), Failure> {
    out.write_all(text.as_bytes()).map_err(unwritable)
}

fn unwritable(error: io::Error) -> Failure {
    Failure::Write(error.to_string())
}

/// Those of a run on this machine.
pub(super) fn of_run(
    history: &History,
    options: &ArgMatches,
    as_json: bool,
) -> Result<Answer, Failure> {
    let id = options.get_one::<String>(ID).map_or("", String::as_str);
    // The last run may be another one soon.
    let id = history.run(id)?.id().to_owned();
    let wanted = options.get_one::<String>(NODE).map(String::as_str);
    printed(options, as_json, |_| recorded(&history.run(&id)?, wanted))
}

fn recorded(run: &RunRecord, wanted: Option<&str>) -> Result<Logs, Failure> {
    let is_over = run.status() != RunStatus::Running;
    let paths = run.nodes().iter().map(|node| node.path.as_str());
    if is_over {
        no_node(run.id(), "", wanted, paths)?;
    }
    let nodes = run.nodes().iter();
    let nodes = nodes.filter(|node| is_wanted(&node.path, wanted));
    let logs = nodes.flat_map(|node| {
        let attempts = node.tried.iter().filter(|tried| !tried.lines.is_empty());
        attempts.map(|tried| Log {
            node: node.path.clone(),
            entity: node.entity.clone(),
            attempt: tried.number,
            link: None,
            text: Ok(tried.lines.text()),
            before: 0,
        })
    });
    Ok(Logs {
        all: logs.collect(),
        is_over,
        none: format!(
            "no task of run {} has written anything that is recorded",
            run.id()
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(text: Result<&str, &str>) -> Log {
        Log {
            node: "n0".to_owned(),
            entity: "app.task".to_owned(),
            attempt: 1,
            link: Some(("Log".to_owned(), "x://y".to_owned())),
            text: text.map(str::to_owned).map_err(str::to_owned),
            before: 0,
        }
    }

    #[test]
    fn what_is_followed_is_written_once_and_in_order() {
        let texts = [
            Err("not there yet"),
            Err("not there yet"),
            Ok("a\n"),
            Ok("a\nb\n"),
        ];
        let mut texts = texts.into_iter().peekable();
        let (mut out, mut messages) = (Vec::new(), Vec::new());
        let mut read = |_: Option<&Known>| {
            let text = texts.next().unwrap_or(Ok(""));
            Ok(Logs {
                all: vec![log(text)],
                is_over: texts.peek().is_none(),
                none: String::new(),
            })
        };
        assert!(followed(&mut read, &mut out, &mut messages).is_ok());
        assert_eq!(
            String::from_utf8_lossy(&out),
            "n0 app.task attempt 1, Log:\nx://y\n  not there yet\na\nb\n"
        );
    }

    /// A part is asked for by what is known, and what is known of it is not written again.
    #[test]
    fn the_rest_of_a_log_is_enough() {
        let (mut out, mut messages, mut asked) = (Vec::new(), Vec::new(), Vec::new());
        let mut read = |known: Option<&Known>| {
            let before: usize = known.into_iter().flat_map(|known| known.values()).sum();
            asked.push(before);
            let whole = "a\nb\nc\n";
            // A server that sends too much, and then the rest alone.
            let from = if before == 2 { 0 } else { before };
            Ok(Logs {
                all: vec![Log {
                    before: from,
                    ..log(Ok(&whole[from..before + 2]))
                }],
                is_over: before == 4,
                none: String::new(),
            })
        };
        assert!(followed(&mut read, &mut out, &mut messages).is_ok());
        assert_eq!(asked, [0, 2, 4]);
        assert_eq!(
            String::from_utf8_lossy(&out),
            "n0 app.task attempt 1, Log:\na\nb\nc\n"
        );
    }

    #[test]
    fn a_node_is_wanted_with_those_inside() {
        assert!(is_wanted("n0", None));
        for path in ["n1", "n1/n0", "n1[3]", "n1[3]/n0"] {
            assert!(is_wanted(path, Some("n1")), "{path}");
        }
        for path in ["n10", "n0/n1", "n"] {
            assert!(!is_wanted(path, Some("n1")), "{path}");
        }
    }
}
