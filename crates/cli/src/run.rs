//! `run`: an entity on the inputs of the command line.

use std::{
    collections::BTreeSet,
    ffi::OsString,
    fs::{self, File},
    io::{self, Write as _},
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock},
    time::Duration,
};

use clap::ArgMatches;
use serde::ser::{SerializeMap as _, Serializer as _};
use serde_json::Value as Json;

use super::{
    Cli, Reply, cache, contents,
    failure::Failure,
    gates,
    given::{arguments, values_of},
    json, options, resume,
};
use flyte_config::{private, random::random_hex, system::take_stdout};
use flyte_context::{
    context::{FlyteContext, instead_of_the_end},
    question::{AnswerSource as _, Question},
};
use flyte_core::{
    graph::entity::EntityDescriptor,
    lock::lock,
    panic::{self, Each},
    text::hanging,
    types::{Value, json_from_typed_literal, named::naming, text_from_literal},
};
use flyte_engine::{
    CancellationToken, Runner,
    error::RunError,
    gate::{Answers, Terminal},
};
use flyte_events::{
    events::{Event, EventKind, JsonLines},
    history::RecordedCall,
};
use flyte_view::progress::Progress;

pub(super) fn reply(cli: &Cli<'_>, bin: &str, options: &ArgMatches) -> Reply {
    let Some((name, rest)) = options.subcommand() else {
        let json = json(options);
        let given = vec![options];
        return match resume::asked(cli, bin, &given) {
            Ok(None) => Reply::failed(&Failure::from(options::missing_name(bin)), json),
            Ok(Some(RecordedCall {
                run,
                entity,
                inputs,
                ..
            })) => Execution {
                cli,
                bin,
                entity,
                json,
                given,
                resume: Some(run),
            }
            .reply(inputs),
            Err(failure) => Reply::failed(&failure, json),
        };
    };
    let args: Vec<OsString> = rest
        .get_many::<OsString>("")
        .map(|args| args.cloned().collect())
        .unwrap_or_default();
    let entity = match cli.registry.find(name) {
        Ok(entity) => entity,
        // What the name would have made of `--json` cannot be known.
        Err(error) => return Reply::failed(&error.into(), json(options)),
    };
    if let Err(failure) = Failure::of_defaults(entity) {
        return Reply::failed(&failure, json(options));
    }
    let mut inputs = options::entity(bin, entity);
    // Looked for by hand, so that a mistake in another argument is reported as asked for.
    let is_option = |id| inputs.get_arguments().any(|arg| arg.get_id() == id);
    let json = json(options) || is_option(options::JSON) && args.iter().any(|arg| arg == "--json");
    let call = arguments(entity, &mut inputs, args).and_then(|own| {
        let recorded = resume::asked(cli, bin, &[&own, options])?;
        if let Some(recorded) = &recorded {
            resume::is_of(recorded, entity)?;
        }
        let values = recorded.as_ref().map(|recorded| &*recorded.inputs);
        let values = values_of(entity, &mut inputs, &own, values)?;
        Ok((values, own, recorded.map(|recorded| recorded.run)))
    });
    match call {
        Ok((values, own, resume)) => Execution {
            cli,
            bin,
            entity,
            json,
            given: vec![&own, options],
            resume,
        }
        .reply(values),
        Err(failure) => Reply::failed(&failure, json),
    }
}

/// What is run, and what was said about it.
struct Execution<'a> {
    cli: &'a Cli<'a>,
    bin: &'a str,
    entity: &'static EntityDescriptor,
    json: bool,
    /// The options, those behind the name first, which count more.
    given: Vec<&'a ArgMatches>,
    /// The id of the run to go on with.
    resume: Option<String>,
}

impl Execution<'_> {
    /// The first value that was given for an option.
    fn option<T: Clone + Send + Sync + 'static>(&self, id: &str) -> Option<T> {
        let given = self.given.iter();
        // An entity with an input of that name has no such option.
        given
            .filter_map(|options| options.try_get_one::<T>(id).ok().flatten())
            .next()
            .cloned()
    }

    fn flag(&self, id: &str) -> bool {
        let given = self.given.iter();
        given
            .filter_map(|options| options.try_get_one::<bool>(id).ok().flatten())
            .any(|flag| *flag)
    }

    fn reply(&self, values: Vec<Value>) -> Reply {
        let notes = Arc::new(Notes::default());
        let takes = self.json && self.cli.owns_stdout;
        // Where that cannot be, tasks print in front of the results, which are the last line.
        let results = takes.then(|| take_stdout().ok()).flatten();
        let run = self.run(values, &notes, results.as_ref());
        let mut reply = Reply::of(run, self.json);
        reply.results = results;
        reply.stderr.insert_str(0, &notes.text());
        // What is wrong with the command line is wrong before anything is written.
        if let Some(directory) = self.option::<PathBuf>(options::DECK) {
            let index = directory.join("index.html");
            reply.stderr += &format!("decks: {}\n", index.display());
        }
        reply
    }

    fn run(
        &self,
        values: Vec<Value>,
        notes: &Arc<Notes>,
        results: Option<&File>,
    ) -> Result<String, Failure> {
        let mut runner = Runner::local()
            .strict(self.flag(options::STRICT))
            .isolate(self.flag(options::ISOLATE));
        if let Some(jobs) = self.option::<NonZeroUsize>(options::JOBS) {
            runner = runner.jobs(jobs.get());
        }
        runner = cache::choose(runner, &self.given);
        if let Some(timeout) = self.option::<Duration>(options::TIMEOUT) {
            runner = runner.deadline(timeout);
        }
        if let Some(threads) = self.option::<usize>(options::MAX_ABANDONED_THREADS) {
            runner = runner.max_abandoned_threads(threads);
        }
        if self.cli.has_signals {
            runner = interruptible(runner);
        }
        let answers = self.given.iter().rev().flat_map(|options| answers(options));
        let answers = answers.map(|(gate, text)| match contents::of_word(text) {
            Ok(text) => Ok((gate, text)),
            Err(problem) => Err(Failure::from(options::bad_answer(self.bin, gate, &problem))),
        });
        let answers = answers.collect::<Result<Vec<_>, Failure>>()?;
        let mut answered = BTreeSet::new();
        if let Some((gate, _)) = answers.iter().find(|(gate, _)| !answered.insert(*gate)) {
            let problem = "it is there twice; keep one of them";
            return Err(options::bad_answer(self.bin, gate, problem).into());
        }
        let mut asked = None;
        if !answers.is_empty() {
            let given = Answers::new().or(Terminal);
            let gates = answers.iter().map(|(gate, _)| (*gate).clone()).collect();
            let unasked: Arc<Mutex<BTreeSet<String>>> = Arc::new(Mutex::new(gates));
            let given = answers
                .into_iter()
                .fold(given, |given, (gate, text)| given.text(gate, text));
            asked = Some(Arc::clone(&unasked));
            runner = runner.answers(move |question: &Question| {
                let mut unasked = lock(&unasked);
                unasked.remove(&question.gate);
                drop(unasked);
                given.answer(question)
            });
        }
        if let Some(directory) = self.option::<PathBuf>(options::DECK) {
            check_directory(&directory)?;
            runner = runner.deck_dir(directory);
        }
        runner = self.watched(runner, notes, results)?;
        let id = Arc::new(OnceLock::new());
        let recorded = self.recorded(&runner).map(|recorded| {
            let id = Arc::clone(&id);
            recorded.observe(move |event: &Event| {
                id.get_or_init(|| event.run.id.clone());
            })
        });
        let result = match recorded {
            None => runner.run_values(self.entity, values),
            Some(recorded) => match recorded.run_values(self.entity, values.clone()) {
                // Nothing has run yet. That a run is recorded is nothing that was asked for, and no reason not to run.
                Err(RunError::History(error)) => {
                    notes.add(format!(
                        "the run is not recorded, and cannot be shown or resumed: {error}"
                    ));
                    runner.run_values(self.entity, values)
                }
                result => result,
            },
        };
        if let Some(unasked) = asked {
            let unasked = lock(&unasked);
            // A run that has failed may not have come to all of its gates.
            let not_reached = match &result {
                Ok(_) => BTreeSet::new(),
                Err(_) => gates::of(self.entity),
            };
            for gate in unasked.difference(&not_reached) {
                notes.add(format!(
                    "no gate `{gate}` was asked: its answer was not used"
                ));
            }
        }
        match result {
            Ok(outputs) => {
                let outputs = Each::from(outputs);
                let (shown, named) = naming(|| show(self.entity, &outputs, self.json));
                // Somebody is going to look at what the outputs name.
                if let Ok(files) = FlyteContext::current().file_access() {
                    files.leave(&named);
                }
                shown
            }
            Err(error) => {
                let resume = id.get().map(|id| format!("{} run --resume {id}", self.bin));
                Err(Failure::run(error, resume))
            }
        }
    }

    /// With those who are told what happens.
    fn watched(
        &self,
        mut runner: Runner,
        notes: &Arc<Notes>,
        results: Option<&File>,
    ) -> Result<Runner, Failure> {
        let progress = self.option::<String>(options::PROGRESS);
        let is_shown = match progress.as_deref() {
            Some("plain") => true,
            Some("none") => false,
            _ => self.cli.terminal,
        };
        if is_shown {
            runner = runner.observe(Progress::new(io::stderr()));
        } else {
            let notes = Arc::clone(notes);
            runner = runner.observe(move |event: &Event| notes.event(event));
        }
        match self.option::<String>(options::EVENTS).as_deref() {
            None => {}
            Some("-") => {
                let results = results.map(File::try_clone).transpose();
                let results = results.map_err(|error| {
                    Failure::Encode(format!(
                        "events cannot be written to standard output: {error}"
                    ))
                })?;
                runner = match results {
                    Some(results) => runner.observe(JsonLines::new(results)),
                    None => runner.observe(JsonLines::new(io::stdout())),
                };
            }
            Some(path) => {
                let file = File::create(path).map_err(|error| {
                    Failure::Encode(format!("events cannot be written to {path}: {error}"))
                })?;
                runner = runner.observe(JsonLines::new(Told {
                    writer: file,
                    path: path.to_owned(),
                    notes: Arc::clone(notes),
                }));
            }
        }
        Ok(runner)
    }

    /// With the history that the run is recorded in, if it is.
    fn recorded(&self, runner: &Runner) -> Option<Runner> {
        let history = self.cli.history?;
        let recorded = runner.clone().history(history);
        match &self.resume {
            Some(id) => Some(recorded.resume(id)),
            None => (!self.flag(options::NO_HISTORY)).then_some(recorded),
        }
    }
}

/// Whether files can be made in a directory, which is made if it is not there. A run that cannot write its pages need
/// not begin.
fn check_directory(directory: &Path) -> Result<(), Failure> {
    let made = private::make(directory).and_then(|()| {
        let probe = directory.join(format!(".{}", random_hex()));
        private::create(&probe)?;
        fs::remove_file(&probe)
    });
    made.map_err(|error| {
        let directory = directory.display();
        Failure::Encode(format!("pages cannot be written to {directory}: {error}"))
    })
}

/// A file of events that says when it cannot be written.
struct Told {
    writer: File,
    path: String,
    notes: Arc<Notes>,
}

impl Told {
    fn tell<T>(&self, done: io::Result<T>) -> io::Result<T> {
        done.inspect_err(|error| {
            let path = &self.path;
            self.notes.add(format!(
                "events cannot be written to {path} any more: {error}"
            ));
        })
    }
}

impl io::Write for Told {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.writer.write(bytes);
        self.tell(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.writer.flush();
        self.tell(flushed)
    }
}

/// What a user should know about a run whose progress is not shown, once each.
#[derive(Default)]
struct Notes(Mutex<Vec<String>>);

impl Notes {
    fn add(&self, note: String) {
        let mut notes = lock(&self.0);
        if !notes.contains(&note) {
            notes.push(note);
        }
    }

    fn event(&self, event: &Event) {
        if let EventKind::Notice { node, message } = &event.kind {
            let node = node.as_ref().map(|node| format!("{}: ", node.path));
            self.add(node.unwrap_or_default() + message);
        }
    }

    fn text(&self) -> String {
        let notes = lock(&self.0);
        let lines = notes
            .iter()
            .map(|note| format!("note: {}\n", hanging(note)));
        lines.collect()
    }
}

/// How long an interrupted run waits for tasks that do not listen: the program is to end within two seconds.
const GRACE_PERIOD: Duration = Duration::from_millis(1_500);

/// Has the first Ctrl-C cancel the run; the second ends the program.
fn interruptible(runner: Runner) -> Runner {
    let token = CancellationToken::new();
    let cancel = {
        let token = token.clone();
        Arc::new(move || {
            // Nobody is left to be told when standard error is closed.
            let _ = writeln!(
                io::stderr(),
                "cancelling the run; Ctrl-C again ends the program at once"
            );
            token.cancel();
        })
    };
    match instead_of_the_end(cancel) {
        Ok(()) => runner.cancellation(&token).grace_period(GRACE_PERIOD),
        // Ctrl-C is somebody else's, or ignored.
        Err(_) => runner,
    }
}

/// The answers to gates that were given beforehand.
fn answers(options: &ArgMatches) -> impl Iterator<Item = &(String, String)> {
    // An entity with an input of that name has no such option.
    let answers = options.try_get_many(options::ANSWER).ok().flatten();
    answers.into_iter().flatten()
}

/// The outputs as they are printed.
fn show(entity: &EntityDescriptor, values: &[Value], as_json: bool) -> Result<String, Failure> {
    let mut outputs = Vec::new();
    for (output, value) in entity.outputs().iter().zip(values) {
        // What makes the literal may be the user's.
        let literal = panic::catch(|| output.info.to_literal(value));
        let shown = match literal {
            Ok(literal) => literal
                .and_then(|literal| {
                    let literal_type = output.info.shared_literal_type();
                    Ok(match as_json {
                        true => json_from_typed_literal(&literal, &literal_type)?,
                        false => text_from_literal(&literal, &literal_type)?.into(),
                    })
                })
                .map_err(|error| error.to_string()),
            Err(panic) => Err(format!("panicked at {}: {}", panic.place, panic.message)),
        };
        let shown = shown.map_err(|problem| {
            let (name, entity) = (output.name, entity.name());
            Failure::Encode(format!(
                "output `{name}` of `{entity}` cannot be shown: {problem}"
            ))
        });
        outputs.push((output.name, shown?));
    }
    if as_json {
        return object(&outputs).map_err(|error| Failure::Encode(error.to_string()));
    }
    let lines = outputs.iter().map(|(name, value)| {
        let text = match value {
            Json::String(text) => text.clone(),
            value => value.to_string(),
        };
        match outputs.len() {
            1 => text + "\n",
            _ => format!("{name} = {text}\n"),
        }
    });
    Ok(lines.collect())
}

/// One line of JSON with the outputs in their order, which a map would sort: `o10` before `o2`.
fn object(outputs: &[(&str, Json)]) -> serde_json::Result<String> {
    let mut text = Vec::new();
    let mut serializer = serde_json::Serializer::new(&mut text);
    let mut object = serializer.serialize_map(Some(outputs.len()))?;
    for (name, value) in outputs {
        object.serialize_entry(name, value)?;
    }
    object.end()?;
    Ok(String::from_utf8_lossy(&text).into_owned() + "\n")
}
