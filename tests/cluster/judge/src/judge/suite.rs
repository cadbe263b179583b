//! Registers the cases of this program, runs them on either side, and judges.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    sync::Arc,
};

use anyhow::{Context as _, Result};
use flyte_rig::{Cluster, DOMAIN, Data, Rig, VERSION};
use flyte_runtime::{
    Registry,
    compat::{
        FlyteEntities,
        settings::{ImageConfig, SerializationSettings},
    },
    remote::serialize::{EntityMessage, SerializedEntity, Serializer},
};
use tokio::{sync::Semaphore, task::JoinSet};

use super::{
    Options,
    compare::{self, Ended},
    here::{self, Here},
    report::{Line, Report},
    shape,
    there::{self, There},
};
use crate::{
    case::{Case, Expected, Seen, Shows, Way},
    suite,
};

const PROJECT: &str = "suite";

/// How many cases run in this process at once.
const AT_ONCE_HERE: usize = 4;

/// Why entities are not registered, by the name of the entity.
type Refused = BTreeMap<String, String>;

pub(crate) async fn run(
    options: &Options,
    rig: &Rig,
    data: &Data,
    report: &mut Report,
) -> Result<()> {
    let mut cases = suite::cases();
    if let Some(only) = &options.only {
        cases.retain(|case| case.name.contains(only) || case.shows.to_string() == *only);
    }
    let Serialized {
        entities,
        mut refused,
        doubted,
    } = serialize()?;
    if options.only.is_none() {
        complete(&cases, report);
    }
    cases.retain(|case| options.long || !case.is_long);
    let mut cluster = Cluster::connect(rig.address(), PROJECT).await?;
    register(&mut cluster, &entities, &mut refused).await;
    agree(&doubted, &refused, report);
    report.registered += entities.len();

    let (here, there) = (
        Arc::new(Semaphore::new(AT_ONCE_HERE)),
        Arc::new(Semaphore::new(options.at_once)),
    );
    let refused = Arc::new(refused);
    let cases: Vec<Arc<Case>> = cases.into_iter().map(Arc::new).collect();
    let (mut ours, mut theirs) = (JoinSet::new(), JoinSet::new());
    let most = u32::try_from(options.at_once)?;
    // Those that run alone come last, so that nobody waits behind them.
    let (last, first): (Vec<_>, Vec<_>) = cases
        .iter()
        .enumerate()
        .partition(|(_, case)| case.is_alone);
    for (number, case) in first.into_iter().chain(last) {
        let (directory, ours_case) = (data.join(&format!("here/{number}")), Arc::clone(case));
        let here = Arc::clone(&here);
        ours.spawn(async move {
            // The semaphore is never closed.
            let _permit = here.acquire_owned().await.ok();
            let run = tokio::task::spawn_blocking(move || here::run(&ours_case, &directory));
            (number, run.await)
        });
        let (cluster, pods, case) = (cluster.clone(), rig.pods(), Arc::clone(case));
        let (there, refused) = (Arc::clone(&there), Arc::clone(&refused));
        let directory = data.join(&format!("there/{number}"));
        // All permits are those of a case that runs alone, which gets them when the others have ended.
        let permits = if case.is_alone { most } else { 1 };
        theirs.spawn(async move {
            let _permit = there.acquire_many_owned(permits).await.ok();
            let run = match refused.get(case.entity.name()) {
                Some(reason) => There {
                    ended: Ended::NotRegistered(reason.clone()),
                    second: None,
                    seen: Seen::default(),
                },
                None => there::run(cluster, &pods, &case, &directory).await,
            };
            (number, run)
        });
    }
    let mut ends_there: BTreeMap<usize, There> = theirs.join_all().await.into_iter().collect();
    let mut ends_here: BTreeMap<usize, Here> = BTreeMap::new();
    for (number, run) in ours.join_all().await {
        ends_here.insert(
            number,
            run.with_context(|| format!("{} here", cases[number].name))?,
        );
    }
    if options.only.is_none() {
        let outlines = ends_here
            .iter()
            .map(|(number, here)| (*number, here.outline.clone()))
            .collect();
        shape::check(&cases, &outlines, &entities, report);
    }
    for (number, case) in cases.iter().enumerate() {
        let (Some(here), Some(there)) = (ends_here.remove(&number), ends_there.remove(&number))
        else {
            continue;
        };
        report.lines.push(judge(case, here, there));
    }
    Ok(())
}

/// What there is to register.
#[derive(Default)]
struct Serialized {
    entities: Vec<SerializedEntity>,
    /// Why some have no message.
    refused: Refused,
    /// What `check` says of those that a cluster refuses.
    doubted: Refused,
}

/// What `check` refuses is what the cluster does.
fn agree(doubted: &Refused, refused: &Refused, report: &mut Report) {
    for (name, reason) in doubted {
        if !refused.contains_key(name) {
            report.problems.push(format!(
                "{name} is registered, and `check` refuses it: {reason}"
            ));
        }
    }
    let examples = refused
        .iter()
        .filter(|(name, _)| name.starts_with("judge.examples."));
    for (name, reason) in examples {
        report.problems.push(format!("{name} is refused: {reason}"));
    }
    for (name, reason) in refused {
        if !doubted.contains_key(name) {
            report.problems.push(format!(
                "{name} is refused, and `check` says nothing: {reason}"
            ));
        }
    }
}

/// Every entity of this program, each after what it uses, and why some have no message.
fn serialize() -> Result<Serialized> {
    let images = ImageConfig::validate_image("--image", &["judge:v1"])?;
    let settings = SerializationSettings::builder(images)
        .project(PROJECT)
        .domain(DOMAIN)
        .version(VERSION)
        .build();
    let program = env::current_exe()?;
    let serializer = Serializer::new(&settings).program(program.to_string_lossy());
    let (mut all, mut seen) = (Serialized::default(), BTreeSet::new());
    // One by one, so that one that cannot be serialised does not hide the others.
    for entity in FlyteEntities::entities() {
        let alone = Registry::builder().with_descriptor(entity).build()?;
        let name = entity.name().to_owned();
        if let Err(error) = serializer.registry(&alone) {
            all.doubted.insert(name.clone(), error.to_string());
        }
        // What the cluster would refuse is given to it all the same: it has to.
        match serializer.clone().unchecked().registry(&alone) {
            Ok(entities) => all.entities.extend(entities.into_iter().filter(|entity| {
                seen.insert((entity.resource_type().name(), entity.name().to_owned()))
            })),
            Err(error) => {
                all.refused.insert(name, error.to_string());
            }
        }
    }
    Ok(all)
}

async fn register(cluster: &mut Cluster, entities: &[SerializedEntity], refused: &mut Refused) {
    let mut waiting: Vec<_> = entities.iter().collect();
    // A reference to an entity of this program may come before it: what misses something is tried again while others
    // succeed.
    loop {
        let (mut missing, before) = (Vec::new(), waiting.len());
        for entity in waiting {
            if let Err(status) = cluster.register(entity.message()).await {
                missing.push((entity, status.message().to_owned()));
            }
        }
        if missing.len() == before || missing.is_empty() {
            for (entity, reason) in missing {
                // What uses it is refused as well, and of a workflow the launch plan: the first reason says why.
                refused.entry(entity.name().to_owned()).or_insert(reason);
            }
            return;
        }
        waiting = missing.into_iter().map(|(entity, _)| entity).collect();
    }
}

/// There are cases for all that there have to be some for.
fn complete(cases: &[Case], report: &mut Report) {
    let mut entities: BTreeMap<Shows, BTreeSet<&str>> = BTreeMap::new();
    let mut names = BTreeSet::new();
    for case in cases {
        entities
            .entry(case.shows)
            .or_default()
            .insert(case.entity.name());
        if !names.insert(&case.name) {
            report
                .problems
                .push(format!("two cases are called {}", case.name));
        }
    }
    for shows in suite::all() {
        let count = entities.remove(&shows).map_or(0, |names| names.len());
        if count < suite::LEAST {
            report.problems.push(format!(
                "{shows} has {count} entities, at least {} are needed",
                suite::LEAST
            ));
        }
    }
    for unknown in entities.keys() {
        report.problems.push(format!(
            "{unknown} is not among what there have to be cases for"
        ));
    }
    let workflows: BTreeSet<&str> = cases.iter().map(|case| case.entity.name()).collect();
    if workflows.len() < suite::LEAST_ENTITIES {
        let (count, least) = (workflows.len(), suite::LEAST_ENTITIES);
        report.problems.push(format!(
            "there are cases for {count} entities, at least {least} are needed"
        ));
    }
}

fn judge(case: &Case, here: Here, there: There) -> Line {
    let mut wrong = Vec::new();
    let mut say = |what: &str, result: Result<(), String>| {
        if let Err(reason) = result {
            wrong.push(format!("{what}{reason}"));
        }
    };
    say(
        "here: ",
        compare::is_as_expected(&here.ended, &case.expected),
    );
    match &case.difference {
        None => {
            let is_expected = compare::is_as_expected(&there.ended, &case.expected);
            let is_known = is_expected.is_ok();
            say("there: ", is_expected);
            // What is wrong there is said once.
            if is_known {
                say("", compare::are_same(&here.ended, &there.ended));
            }
        }
        Some(difference) => {
            say(
                "there: ",
                compare::is_as_expected(&there.ended, &difference.there),
            );
            if compare::are_same(&here.ended, &there.ended).is_ok() {
                say(
                    "",
                    Err("both ends are the same, and a difference is declared".to_owned()),
                );
            }
        }
    }
    let second = match &case.way {
        Way::Once | Way::AbortAt(_) => None,
        Way::Again => Some(&case.expected),
        Way::Recover(expected) => Some(expected),
    };
    if let Some(expected) = second {
        say_second(expected, &here, &there, &mut say);
    }
    let [_, scratch] = there.seen.scratch.clone();
    let seen = Seen {
        attempts_here: here.attempts,
        scratch: [here.scratch.clone(), scratch],
        ..there.seen
    };
    // Without an execution there is nothing to look at.
    if matches!(
        there.ended,
        Ended::Succeeded(_) | Ended::Failed { .. } | Ended::Aborted
    ) {
        for check in &case.checks {
            say("there: ", check(&seen));
        }
    }
    Line {
        name: short(&case.name).to_owned(),
        shows: case.shows.to_string(),
        here: here.ended.phase(),
        there: there.ended.phase(),
        because: case
            .difference
            .as_ref()
            .map(|difference| difference.because),
        wrong,
    }
}

fn say_second(
    expected: &Expected,
    here: &Here,
    there: &There,
    say: &mut impl FnMut(&str, Result<(), String>),
) {
    let none = Ended::Unknown("it did not start".to_owned());
    let (here, there) = (
        here.second.as_ref().unwrap_or(&none),
        there.second.as_ref().unwrap_or(&none),
    );
    say(
        "the second time, here: ",
        compare::is_as_expected(here, expected),
    );
    say(
        "the second time, there: ",
        compare::is_as_expected(there, expected),
    );
    say("the second time: ", compare::are_same(here, there));
}

/// Without the modules that all cases are in.
fn short(name: &str) -> &str {
    let after = |module: &str| name.strip_prefix(module);
    after("judge.suite.rows.")
        .or_else(|| after("judge.suite.held."))
        .unwrap_or(name)
}

/// The message of an entity, if it was serialised.
pub(crate) fn message_of<'e>(
    entities: &'e [SerializedEntity],
    name: &str,
    kind: &str,
) -> Option<&'e EntityMessage> {
    let mut all = entities.iter();
    let found = all.find(|entity| entity.name() == name && entity.resource_type().name() == kind);
    found.map(SerializedEntity::message)
}
