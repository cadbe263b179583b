//! What the console does: runs in this process, and the questions of their gates.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use super::{failure::Failure, input::InputArg};
use flyte_context::question::{Answer, Asked, Question};
use flyte_core::{
    error::BoxError,
    graph::entity::EntityDescriptor,
    lock::lock,
    no_other_variant, panic,
    registry::Registry,
    types::{TypeInfo, Value, value_from_text, written},
};
use flyte_engine::{CancellationToken, Runner, error::RunError};
use flyte_events::{
    events::Event,
    history::{History, ResumeError},
};
use flyte_view::console::{Actions, OpenQuestion, Refused, is_secret};

/// How long a run may take to begin.
const BEGINNING: Duration = Duration::from_secs(20);

/// How often a gate that waits for the console checks whether it still has to.
const LOOK: Duration = Duration::from_millis(50);

/// Cancelled runs of the console end within this time.
const GRACE_PERIOD: Duration = Duration::from_secs(1);

/// The runs of this process.
pub(super) struct OwnRuns {
    history: History,
    registry: Registry,
    shared: Arc<Shared>,
}

/// What the runs have in common.
#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    /// Changes whenever the state does.
    revision: AtomicU64,
}

#[derive(Default)]
struct State {
    /// Those that go on, by their ids.
    running: HashMap<String, CancellationToken>,
    /// How many threads have not ended yet.
    threads: usize,
    /// The tokens of those that have no id yet are here, too.
    tokens: HashMap<u64, CancellationToken>,
    waiting: BTreeMap<u64, Waiting>,
    next: u64,
}

/// A gate that waits.
struct Waiting {
    question: OpenQuestion,
    wanted: Option<TypeInfo>,
    answer: mpsc::SyncSender<Answer>,
}

impl std::fmt::Debug for OwnRuns {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OwnRuns")
            .field("history", &self.history)
            .finish_non_exhaustive()
    }
}

impl OwnRuns {
    pub(super) fn new(history: History, registry: Registry) -> Self {
        Self {
            history,
            registry,
            shared: Arc::default(),
        }
    }

    /// Cancels all runs.
    pub(super) fn cancel_all(&self) {
        let state = lock(&self.shared.state);
        state.tokens.values().for_each(CancellationToken::cancel);
    }

    /// Whether any run has not ended.
    pub(super) fn is_busy(&self) -> bool {
        lock(&self.shared.state).threads > 0
    }

    fn entity(&self, name: &str) -> Result<&'static EntityDescriptor, Refused> {
        self.registry
            .find(name)
            .map_err(|error| Refused::missing(error.to_string()))
    }

    /// Runs an entity on a thread of its own, and returns the id of the run once it has begun.
    fn launch(
        &self,
        entity: &'static EntityDescriptor,
        values: Vec<Value>,
        resume: Option<String>,
    ) -> Result<String, Refused> {
        let token = CancellationToken::new();
        let id = Arc::new(OnceLock::<String>::new());
        let (tell, told) = mpsc::sync_channel(1);
        let mut runner = Runner::local()
            .history(&self.history)
            .cancellation(&token)
            .grace_period(GRACE_PERIOD)
            .answers({
                let (shared, id) = (Arc::clone(&self.shared), Arc::clone(&id));
                move |question: &Question| shared.ask(id.get().map_or("", String::as_str), question)
            })
            .observe({
                let (shared, id, token) =
                    (Arc::clone(&self.shared), Arc::clone(&id), token.clone());
                let tell = tell.clone();
                move |event: &Event| {
                    id.get_or_init(|| {
                        let run = event.run.id.clone();
                        shared.change(|state| state.running.insert(run.clone(), token.clone()));
                        // It waits for nothing else; if it has given up, the run goes on.
                        let _told = tell.try_send(Ok(run.clone()));
                        run
                    });
                }
            });
        if let Some(run) = resume {
            runner = runner.resume(run);
        }
        let number = self.shared.change(|state| {
            let number = state.number();
            state.tokens.insert(number, token.clone());
            state.threads += 1;
            number
        });
        let shared = Arc::clone(&self.shared);
        let work = move || {
            let ended = panic::catch(|| runner.run_values(entity, values));
            shared.change(|state| {
                if let Some(id) = id.get() {
                    state.running.remove(id);
                }
                state.tokens.remove(&number);
                state.threads -= 1;
            });
            // What has begun is recorded with its end, and the console shows it.
            let _told = match ended {
                Ok(Ok(_)) => tell.try_send(Err("the run has ended without an event".to_owned())),
                Ok(Err(error)) => tell.try_send(Err(Failure::from(error).text())),
                Err(panic) => tell.try_send(Err(panic.message)),
            };
        };
        if let Err(error) = thread::Builder::new()
            .name("flyte-console-run".to_owned())
            .spawn(work)
        {
            self.shared.change(|state| {
                state.tokens.remove(&number);
                state.threads -= 1;
            });
            return Err(Refused::new(format!("no thread could be started: {error}")));
        }
        match told.recv_timeout(BEGINNING) {
            Ok(Ok(run)) => Ok(run),
            Ok(Err(problem)) => Err(Refused::new(problem)),
            Err(_) => Err(Refused::new(
                "the run has not begun yet; the list shows it when it does",
            )),
        }
    }
}

impl State {
    fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }
}

impl Shared {
    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = lock(&self.state);
        let changed = change(&mut state);
        self.revision.fetch_add(1, Ordering::Release);
        changed
    }

    /// Waits for an answer from a browser.
    fn ask(&self, run: &str, question: &Question) -> Result<Answer, BoxError> {
        let (answer, answered) = mpsc::sync_channel(1);
        let (value, wanted) = match &question.asked {
            Asked::Approval { value } => (Some(value.clone()), None),
            Asked::Input(info) => (None, Some(*info)),
            _ => no_other_variant!(Asked),
        };
        let number = self.change(|state| {
            let number = state.number();
            let question = OpenQuestion {
                number,
                run: run.to_owned(),
                node: question.node.clone(),
                gate: question.gate.clone(),
                value,
                wanted: wanted.map(|info| info.literal_type().to_string()),
                is_secret: is_secret(&question.gate),
            };
            state.waiting.insert(
                number,
                Waiting {
                    question,
                    wanted,
                    answer,
                },
            );
            number
        });
        let answer = loop {
            match answered.recv_timeout(LOOK) {
                Ok(answer) => break Ok(answer),
                Err(mpsc::RecvTimeoutError::Timeout) if !question.is_over() => {}
                Err(_) => break Err("nobody has answered in the console".into()),
            }
        };
        self.change(|state| state.waiting.remove(&number));
        answer
    }
}

impl Actions for OwnRuns {
    fn start(&self, name: &str, inputs: &BTreeMap<String, String>) -> Result<String, Refused> {
        let entity = self.entity(name)?;
        let mut refused = Refused::default();
        let mut values = Vec::new();
        for input in entity.inputs() {
            let value = match inputs.get(input.name) {
                Some(text) => InputArg::new(input).value(text),
                None => match panic::catch(|| input.missing()) {
                    Ok(Some(default)) => Ok(default.value),
                    Ok(None) => Err("it is required".to_owned()),
                    Err(panic) => Err(format!("its default cannot be computed: {}", panic.message)),
                },
            };
            match value {
                Ok(value) => values.push(value),
                Err(problem) => {
                    refused.inputs.insert(input.name.to_owned(), problem);
                }
            }
        }
        let unknown = inputs
            .keys()
            .find(|name| entity.inputs().iter().all(|input| input.name != **name));
        if let Some(unknown) = unknown {
            refused.message = format!("`{}` has no input `{unknown}`", entity.name());
        } else if !refused.inputs.is_empty() {
            refused.message = "The run was not started: look at the inputs.".to_owned();
        }
        match refused.message.is_empty() {
            true => self.launch(entity, values, None),
            false => Err(refused),
        }
    }

    fn again(&self, run: &str, path: &str) -> Result<String, Refused> {
        let run = self
            .history
            .run(run)
            .map_err(|error| Refused::missing(error.to_string()))?;
        let node = run.node(path);
        let node = node
            .ok_or_else(|| Refused::missing(format!("the run has not recorded a node `{path}`")))?;
        if ["branch", "gate", "map"].contains(&node.kind.as_str()) {
            let kind = &node.kind;
            return Err(Refused::new(format!(
                "`{path}` is a {kind}, which cannot run alone; select a task or a workflow"
            )));
        }
        let entity = self.entity(&node.entity)?;
        let mut values = Vec::new();
        for input in entity.inputs() {
            let stored = node.inputs.iter().find(|(name, _)| *name == input.name);
            let value = match stored {
                Some((_, Ok(literal))) => {
                    let value = input.info.from_literal(literal.clone());
                    value.map_err(|error| error.to_string())
                }
                Some((_, Err(problem))) => Err(problem.to_owned()),
                None => match panic::catch(|| input.missing()) {
                    Ok(Some(default)) => Ok(default.value),
                    _ => Err("it is not recorded".to_owned()),
                },
            };
            values.push(value.map_err(|problem| {
                Refused::new(format!("the input `{}` of `{path}`: {problem}", input.name))
            })?);
        }
        self.launch(entity, values, None)
    }

    fn resume(&self, run: &str) -> Result<String, Refused> {
        let call = self
            .history
            .call_of(run, |name| self.registry.find(name).ok());
        let call = call.map_err(|error| match &error {
            ResumeError::History(_) => Refused::missing(error.to_string()),
            _ => Refused::new(RunError::from(error).to_string()),
        })?;
        self.launch(call.entity, call.inputs, Some(call.run))
    }

    fn cancel(&self, run: &str) -> Result<(), Refused> {
        let state = lock(&self.shared.state);
        match state.running.get(run) {
            Some(token) => {
                token.cancel();
                Ok(())
            }
            None => Err(Refused::new(format!(
                "run `{run}` does not go on in this process; Ctrl-C cancels it where it does"
            ))),
        }
    }

    fn own(&self) -> Vec<String> {
        let mut own: Vec<_> = lock(&self.shared.state).running.keys().cloned().collect();
        own.sort();
        own
    }

    fn questions(&self) -> Vec<OpenQuestion> {
        let state = lock(&self.shared.state);
        state
            .waiting
            .values()
            .map(|waiting| waiting.question.clone())
            .collect()
    }

    fn answer(&self, number: u64, run: &str, node: &str, text: &str) -> Result<(), Refused> {
        let over = || Refused::new("the gate no longer waits for an answer");
        let (wanted, answer) = {
            let state = lock(&self.shared.state);
            let waiting = state.waiting.get(&number).filter(|waiting| {
                let question = &waiting.question;
                question.run == run && question.node == node
            });
            let waiting = waiting.ok_or_else(over)?;
            (waiting.wanted, waiting.answer.clone())
        };
        let given = match wanted {
            Some(info) => Answer::Value(
                value_from_text(text, &info).map_err(|error| Refused::new(error.to_string()))?,
            ),
            None => match written::boolean(text) {
                Some(true) => Answer::Approve,
                Some(false) => Answer::Disapprove,
                None => return Err(Refused::new("answer `yes` or `no`")),
            },
        };
        answer.try_send(given).map_err(|_| over())
    }

    fn revision(&self) -> u64 {
        self.shared.revision.load(Ordering::Acquire)
    }
}
