//! Runs programs on this machine and on the engine.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, anyhow};
use flyte_idl::flyteidl::core::{self, WorkflowExecutionIdentifier, workflow_execution::Phase};
use flyte_rig::{Cluster, Rig};
use flyte_runtime::{
    Runner,
    cluster::Rule,
    gate::Answers,
    graph::EntityDescriptor,
    remote::{literal::to_proto, serialize::Serializer},
    types::{TypeInfo, Value},
};

use crate::{
    agreement::{Verdict, Verdicts},
    compiler,
    ends::{Ended, Kind},
    program::{Answer, Program},
    random::Random,
    subject::{Form, Messages, Subject, What},
    types::with_type,
};

/// A run that takes longer than this hangs.
const LONGEST: Duration = Duration::from_secs(240);

/// How often an execution is looked at.
const PAUSE: Duration = Duration::from_millis(100);

/// What is known to end otherwise on a cluster, or may.
const OTHERWISE: [Rule; 3] = [
    Rule::WholeSeconds,
    Rule::TimeInStruct,
    // A container may take longer to start on a machine with other work.
    Rule::ShortTimeout,
];

/// A program that is run on both sides.
pub(crate) struct Run<'s> {
    pub(crate) subject: &'s Subject,
    program: &'s Program,
    entity: &'static EntityDescriptor,
    expected: Expected,
}

/// How the ends have to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    /// The same.
    Same,
    /// The same, or a part is not there that was not looked at here.
    SameOrMissing,
    /// The engine begins no run.
    NoRunThere,
}

/// How both ended.
pub(crate) struct Ends<'s> {
    pub(crate) subject: &'s Subject,
    pub(crate) here: Ended,
    pub(crate) there: Ended,
    expected: Expected,
}

impl Ends<'_> {
    /// Whether they are as they have to be.
    pub(crate) fn are_right(&self) -> bool {
        let is_same = self.here.is_same(&self.there);
        match self.expected {
            Expected::Same => is_same,
            Expected::SameOrMissing => {
                is_same || matches!(self.there, Ended::Failed(Kind::Value, _))
            }
            Expected::NoRunThere => !matches!(self.there, Ended::Succeeded(_)),
        }
    }

    /// Whether they count as a run that ends the same.
    pub(crate) fn counts(&self) -> bool {
        self.expected != Expected::NoRunThere
    }
}

/// The most programs that are started and begin no run.
const MOST_REFUSED: usize = 5;

/// The first programs that register, and of which nothing is known that ends otherwise.
pub(crate) fn chosen<'s>(verdicts: &Verdicts<'s>, count: usize) -> Vec<Run<'s>> {
    let runs = verdicts.all.iter().filter_map(|(subject, verdict)| {
        let What::Workflow(program, entity) = &subject.what else {
            return None;
        };
        let expected = expected(verdict).filter(|_| !program.is_costly())?;
        Some(Run {
            subject,
            program,
            entity,
            expected,
        })
    });
    let (refused, runs): (Vec<_>, Vec<_>) =
        runs.partition(|run| run.expected == Expected::NoRunThere);
    let runs = runs.into_iter().take(count);
    runs.chain(refused.into_iter().take(MOST_REFUSED)).collect()
}

/// How a program has to end; nothing if it is not run.
fn expected(verdict: &Verdict) -> Option<Expected> {
    let is_told = |rule: &Rule| verdict.findings.iter().any(|finding| finding.rule == *rule);
    if verdict.compiler.is_some() || OTHERWISE.iter().any(is_told) {
        return None;
    }
    let mut errors = verdict.findings.iter().filter(|finding| finding.is_error());
    if is_told(&Rule::IdOfCase) {
        return errors
            .all(|finding| finding.rule == Rule::IdOfCase)
            .then_some(Expected::NoRunThere);
    }
    if errors.next().is_some() {
        return None;
    }
    Some(match is_told(&Rule::GuardedPart) {
        true => Expected::SameOrMissing,
        false => Expected::Same,
    })
}

/// Runs all of them.
pub(crate) fn run<'s>(
    runs: &[Run<'s>],
    rig: &Rig,
    serializer: &Serializer<'_>,
    at_once: usize,
) -> Result<Vec<Ends<'s>>> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let mut cluster = runtime.block_on(Cluster::connect(rig.address(), "flytesnacks"))?;
    runtime.block_on(register(&mut cluster, runs, serializer))?;
    let permits = Arc::new(tokio::sync::Semaphore::new(at_once));
    let executions: Vec<_> = runs
        .iter()
        .map(|run| {
            let (mut cluster, permits, name) = (
                cluster.clone(),
                Arc::clone(&permits),
                run.entity.name().to_owned(),
            );
            let (inputs, answers) = (literals(run), told(run.program));
            runtime.spawn(async move {
                let _permit = permits.acquire().await;
                match inputs {
                    Ok(inputs) => execute(&mut cluster, &name, inputs, &answers)
                        .await
                        .unwrap_or_else(|error| Ended::Unknown(format!("{error:#}"))),
                    Err(error) => Ended::Unknown(error.to_string()),
                }
            })
        })
        .collect();
    let mut ends = Vec::new();
    for (run, execution) in runs.iter().zip(executions) {
        let here = here(run);
        let there = runtime.block_on(execution)?;
        let subject = run.subject;
        ends.push(Ends {
            subject,
            here,
            there,
            expected: run.expected,
        });
    }
    Ok(ends)
}

async fn register(
    cluster: &mut Cluster,
    runs: &[Run<'_>],
    serializer: &Serializer<'_>,
) -> Result<()> {
    let mut known = std::collections::HashSet::new();
    let mut all = compiler::vocabulary_entities(serializer)?;
    for run in runs {
        if let Messages::Entities(entities) = run.subject.messages(serializer, Form::Lowered)? {
            all.extend(entities);
        }
    }
    for entity in all {
        if known.insert((entity.name().to_owned(), entity.resource_type().name())) {
            let registered = cluster.register(entity.message()).await;
            registered.map_err(|status| anyhow!("{}: {}", entity.name(), status.message()))?;
        }
    }
    Ok(())
}

fn inputs(run: &Run<'_>) -> Vec<(TypeInfo, Value)> {
    let mut random = Random::new(run.subject.seed ^ 0x1a);
    let inputs = run
        .program
        .workflows
        .last()
        .into_iter()
        .flat_map(|workflow| &workflow.inputs);
    inputs.map(|(_, ty)| ty.value(random.number())).collect()
}

fn literals(run: &Run<'_>) -> Result<core::LiteralMap> {
    let mut literals = BTreeMap::new();
    for (input, (info, value)) in run.entity.inputs().iter().zip(inputs(run)) {
        literals.insert(input.name.to_owned(), to_proto(&info.to_literal(&value)?));
    }
    Ok(core::LiteralMap { literals })
}

/// What the gates are told there.
fn told(program: &Program) -> Vec<(String, core::Literal)> {
    let told = program.gates.iter().filter_map(|gate| {
        let (info, value) = match gate.answer {
            Answer::Approval(yes) => (TypeInfo::of::<bool>(), Value::new(yes)),
            Answer::Value(ty, number) => ty.value(number),
        };
        Some((gate.name.clone(), to_proto(&info.to_literal(&value).ok()?)))
    });
    told.collect()
}

/// What they are told here.
fn answers(program: &Program) -> Answers {
    program
        .gates
        .iter()
        .fold(Answers::new(), |answers, gate| match gate.answer {
            Answer::Approval(true) => answers.approve(&gate.name),
            Answer::Approval(false) => answers.disapprove(&gate.name),
            Answer::Value(ty, number) => with_type!(
                ty,
                T => answers.input(&gate.name, <T as crate::types::Kind>::sample(number)),
                answers
            ),
        })
}

fn here(run: &Run<'_>) -> Ended {
    let runner = Runner::local()
        .jobs(4)
        .deadline(LONGEST)
        .answers(answers(run.program));
    let values = inputs(run).into_iter().map(|(_, value)| value).collect();
    match runner.run_values(run.entity, values) {
        Ok(values) => {
            let outputs = run
                .entity
                .outputs()
                .iter()
                .zip(&values)
                .map(|(output, value)| {
                    let literal = output.info.to_literal(value)?;
                    Ok((output.name.to_owned(), to_proto(&literal)))
                });
            let outputs: Result<_> = outputs.collect();
            outputs.map_or_else(|error| Ended::Unknown(error.to_string()), Ended::Succeeded)
        }
        Err(error) => Ended::here(&error),
    }
}

async fn execute(
    cluster: &mut Cluster,
    name: &str,
    inputs: core::LiteralMap,
    answers: &[(String, core::Literal)],
) -> Result<Ended> {
    let started = cluster
        .start(core::ResourceType::LaunchPlan, name, inputs)
        .await;
    let id = started.map_err(|status| anyhow!("it does not start: {}", status.message()))?;
    let began = Instant::now();
    loop {
        let closure = cluster.execution(&id).await?;
        match closure.phase() {
            Phase::Succeeded => return Ok(Ended::Succeeded(cluster.outputs(&id).await?.literals)),
            Phase::Failed | Phase::TimedOut => return Ok(Ended::there(&closure)),
            Phase::Aborted => return Ok(Ended::Unknown("aborted".to_owned())),
            _ => {}
        }
        if began.elapsed() > LONGEST {
            // So that it does not keep the others waiting.
            cluster.terminate(&id).await?;
            return Ok(Ended::Unknown(format!(
                "{} has no end after {LONGEST:?}",
                id.name
            )));
        }
        if !answers.is_empty() {
            answer(cluster, &id, answers).await?;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn answer(
    cluster: &mut Cluster,
    id: &WorkflowExecutionIdentifier,
    answers: &[(String, core::Literal)],
) -> Result<()> {
    for signal in cluster.signals(id).await? {
        let Some(gate) = signal.id.filter(|_| signal.value.is_none()) else {
            continue;
        };
        if let Some((_, literal)) = answers.iter().find(|(name, _)| *name == gate.signal_id) {
            cluster
                .answer(gate, literal.clone())
                .await
                .context("a gate")?;
        }
    }
    Ok(())
}

/// A directory of a cluster.
pub(crate) fn start(program: &Path, data: &Path) -> Result<Rig> {
    Rig::start(program, data, &[])
}
