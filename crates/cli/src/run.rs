//! `run`: runs an entity with the inputs of the command line.

use std::{
    collections::BTreeSet,
    ffi::OsString,
    fs::{self, File},
    io,
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock},
    time::Duration,
};

use clap::ArgMatches;

use super::{
    Cli, Reply, cache, contents,
    display::{Asked, Display},
    failure::Failure,
    gates,
    given::{arguments, values_of},
    json, options, outputs, resume,
};
use flyte_config::{private, random::random_hex, system::take_stdout};
use flyte_context::{
    context::{FlyteContext, instead_of_the_end},
    question::{AnswerSource as _, Question},
};
use flyte_core::{
    graph::entity::EntityDescriptor,
    lock::lock,
    panic::Each,
    text::hanging,
    types::{Value, named::naming},
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
        // Whether `--json` would have been an input of the entity cannot be known.
        Err(error) => return Reply::failed(&error.into(), json(options)),
    };
    if let Err(failure) = Failure::of_defaults(entity) {
        return Reply::failed(&failure, json(options));
    }
    let mut inputs = options::entity(bin, entity);
    // Searched for by hand, so that an error in another argument is reported in the requested form.
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

/// The entity to run, with its options.
struct Execution<'a> {
    cli: &'a Cli<'a>,
    bin: &'a str,
    entity: &'static EntityDescriptor,
    json: bool,
    /// The options in order of precedence: those after the name come first.
    given: Vec<&'a ArgMatches>,
    /// The id of the run to resume.
    resume: Option<String>,
}

impl Execution<'_> {
    /// The first value given for an option.
    fn option<T: Clone + Send + Sync + 'static>(&self, id: &str) -> Option<T> {
        let given = self.given.iter();
        // The option is missing if the entity has an input with the same name.
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
        #[cfg(feature = "cluster")]
        {
            let run = super::remote_run::Run {
                cli: self.cli,
                bin: self.bin,
                entity: self.entity,
                json: self.json,
                given: &self.given,
            };
            if let Some(reply) = super::remote_run::reply(&run, &values) {
                return reply;
            }
        }
        let notes = Arc::new(Notes::default());
        let takes = self.json && self.cli.owns_stdout;
        // If standard output cannot be redirected, tasks print before the results, which are the last line.
        let results = takes.then(|| take_stdout().ok()).flatten();
        let run = self.run(values, &notes, results.as_ref());
        let mut reply = Reply::of(run, self.json);
        reply.results = results;
        reply.stderr.insert_str(0, &notes.text());
        // Errors of the command line are reported before anything is written.
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
        let display = Display::start(&Asked::of(&self.given), self.cli.terminal);
        if self.cli.has_signals {
            runner = interruptible(runner, &display);
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
        runner = self.watched(runner, &display, notes, results)?;
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
                // Nothing has run yet. Recording was not requested explicitly, so the run continues without it.
                Err(RunError::History(error)) => {
                    notes.add(format!(
                        "the run is not recorded, and cannot be shown or resumed: {error}"
                    ));
                    runner.run_values(self.entity, values)
                }
                result => result,
            },
        };
        display.finish();
        if let Some(unasked) = asked {
            let unasked = lock(&unasked);
            // A run that has failed may not have reached all of its gates.
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
                let (shown, named) = naming(|| outputs::show(self.entity, &outputs, self.json));
                // A user is going to look at what the outputs name.
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

    /// Adds the observers to the runner.
    fn watched(
        &self,
        mut runner: Runner,
        display: &Display,
        notes: &Arc<Notes>,
        results: Option<&File>,
    ) -> Result<Runner, Failure> {
        if display.is_shown() {
            runner = runner.observe(display.clone());
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

    /// Adds the history in which the run is recorded, if it is.
    fn recorded(&self, runner: &Runner) -> Option<Runner> {
        let history = self.cli.history?;
        let recorded = runner.clone().history(history);
        match &self.resume {
            Some(id) => Some(recorded.resume(id)),
            None => (!self.flag(options::NO_HISTORY)).then_some(recorded),
        }
    }
}

/// Checks that files can be created in a directory, which is created if necessary. A run that cannot write its pages
/// should not begin.
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

/// A file of events that reports write errors.
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

/// Shows each notice once, for a run whose progress is not displayed.
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

/// How long an interrupted run waits for tasks that ignore the cancellation: the program must end within two seconds.
const GRACE_PERIOD: Duration = Duration::from_millis(1_500);

/// Lets the first Ctrl-C cancel the run; the second one ends the program.
fn interruptible(runner: Runner, display: &Display) -> Runner {
    let token = CancellationToken::new();
    let cancel = {
        let (token, display) = (token.clone(), display.clone());
        Arc::new(move || {
            display.interrupted("cancelling the run; Ctrl-C again ends the program at once\n");
            token.cancel();
        })
    };
    match instead_of_the_end(cancel) {
        Ok(()) => runner.cancellation(&token).grace_period(GRACE_PERIOD),
        // The program handles Ctrl-C itself, or ignores it.
        Err(_) => runner,
    }
}

/// The answers to gates that were given as options.
fn answers(options: &ArgMatches) -> impl Iterator<Item = &(String, String)> {
    // The option is missing if the entity has an input with the same name.
    let answers = options.try_get_many(options::ANSWER).ok().flatten();
    answers.into_iter().flatten()
}
