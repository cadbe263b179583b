//! What differs between two runs.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    time::{Duration, SystemTime},
};

use serde_json::{Value as Json, json};

use super::{
    tree::{Step, paths, steps},
    values::{Types, text_of, types},
};
use flyte_core::{graph::entity::EntityDescriptor, registry::Registry};
use flyte_events::history::{NodeRecord, RecordedGraph, RunRecord, StoredValues};

/// How much longer the slower of two nodes must take for their times to count as different: by this factor, and by
/// this long. Less is noise.
const FACTOR: f64 = 1.25;
const LEAST: Duration = Duration::from_millis(10);

/// What differs between two recorded runs: in inputs, outputs, states, errors, times, attempts, the cache, and the
/// code. Their nodes are matched by path.
///
/// On the command line it is the command `runs compare`, and [`RunPage::compared_with`](super::RunPage::compared_with)
/// shows it in the page of the first run.
#[derive(Debug)]
pub struct Comparison<'r> {
    a: &'r RunRecord,
    b: &'r RunRecord,
    /// What differs in the runs themselves.
    of_runs: Vec<Difference>,
    /// The nodes that are in both runs and differ, by path, in the order of the first run.
    nodes: Vec<(String, Vec<Difference>)>,
    /// The paths of the nodes that only the first run has.
    only_a: Vec<String>,
    /// Those that only the second run has.
    pub(super) only_b: Vec<OnlyThere<'r>>,
    /// How long nodes of both runs took in the second run, in seconds.
    times_b: HashMap<String, f64>,
}

/// Something that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// What it is: `state`, `time`, `attempts`, `cache`, `input`, `output`, `error`, or `code`.
    pub what: &'static str,
    /// The name of the input, the output, or the part of the code; otherwise empty.
    pub name: String,
    /// As it is in the first run; `None` if it has nothing of the kind.
    pub a: Option<String>,
    /// As it is in the second run.
    pub b: Option<String>,
}

/// A node that only the second run has.
#[derive(Debug)]
pub(super) struct OnlyThere<'r> {
    pub(super) path: String,
    /// The path of the node around it, which is empty for one that is in no other.
    pub(super) around: String,
    pub(super) step: Step<'r>,
    pub(super) needs: Vec<String>,
}

impl Difference {
    fn to_json(&self) -> Json {
        json!({"what": self.what, "name": self.name, "a": self.a, "b": self.b})
    }
}

impl<'r> Comparison<'r> {
    /// Compares two runs. The registry, if there is one, has the types of their values.
    pub fn of(a: &'r RunRecord, b: &'r RunRecord, registry: Option<&Registry>) -> Self {
        let types_of = |name: &str| types(entity(registry, name));
        let (steps_a, steps_b) = (steps(a), steps(b));
        let (paths_a, paths_b) = (paths(&steps_a), paths(&steps_b));
        let places_b: HashMap<&str, usize> = paths_b.iter().map(String::as_str).zip(0..).collect();
        let mut known_types: HashMap<&str, (Types, Types)> = HashMap::new();
        let (mut nodes, mut only_a, mut times_b) = (Vec::new(), Vec::new(), HashMap::new());
        for (step, path) in steps_a.iter().zip(&paths_a) {
            let Some(place) = places_b.get(path.as_str()) else {
                only_a.push(path.clone());
                continue;
            };
            let other = &steps_b[*place];
            let mut found = Vec::new();
            let needs = |step: &Step<'_>, paths: &[String]| -> BTreeSet<String> {
                step.needs.iter().map(|need| paths[*need].clone()).collect()
            };
            code(
                &mut found,
                (step, needs(step, &paths_a)),
                (other, needs(other, &paths_b)),
            );
            let of_entity = known_types
                .entry(step.entity)
                .or_insert_with(|| types_of(step.entity));
            // A map has lists of what its task has.
            let untyped = Default::default();
            let of_entity = match step.kind {
                "map" | "branch" => &untyped,
                _ => &*of_entity,
            };
            records(&mut found, step, other, of_entity);
            if let Some(took) = other.record.and_then(took) {
                times_b.insert(path.clone(), took.as_secs_f64());
            }
            if !found.is_empty() {
                nodes.push((path.clone(), found));
            }
        }
        let only_b = only(&paths_a, steps_b, paths_b);
        Self {
            a,
            b,
            of_runs: of_runs(a, b, &types_of(a.entity())),
            nodes,
            only_a,
            only_b,
            times_b,
        }
    }

    /// What differs in the runs themselves.
    pub fn of_runs(&self) -> &[Difference] {
        &self.of_runs
    }

    /// The paths of the nodes that are in both runs and differ, and how they differ.
    pub fn nodes(&self) -> impl Iterator<Item = (&str, &[Difference])> {
        let nodes = self.nodes.iter();
        nodes.map(|(path, found)| (path.as_str(), found.as_slice()))
    }

    /// The paths of the nodes that only the first run has.
    pub fn only_in_first(&self) -> impl Iterator<Item = &str> {
        self.only_a.iter().map(String::as_str)
    }

    /// The paths of the nodes that only the second run has.
    pub fn only_in_second(&self) -> impl Iterator<Item = &str> {
        self.only_b.iter().map(|only| only.path.as_str())
    }

    /// The comparison as JSON.
    pub fn to_json(&self) -> Json {
        let nodes = self.nodes().map(|(path, found)| {
            let found: Json = found.iter().map(Difference::to_json).collect();
            json!({"node": path, "differences": found})
        });
        json!({
            "a": self.a.id(),
            "b": self.b.id(),
            "differences": self.of_runs.iter().map(Difference::to_json).collect::<Json>(),
            "nodes": nodes.collect::<Json>(),
            "only_in_a": self.only_in_first().collect::<Json>(),
            "only_in_b": self.only_in_second().collect::<Json>(),
        })
    }

    /// Adds what a page says of it to what the page has of the first run, whose nodes have these paths.
    pub(super) fn put_into(&self, page: &mut Json, paths: &[String]) {
        let list = |found: &[Difference]| -> Json {
            let found = found.iter();
            found
                .map(|one| json!([one.what, one.name, one.a, one.b]))
                .collect()
        };
        let started = self.b.started().duration_since(SystemTime::UNIX_EPOCH);
        page["run"]["other"] = json!({
            "id": self.b.id(),
            "state": self.b.status().to_string(),
            "started": started.map_or(0.0, |since| since.as_secs_f64() * 1e3),
            "took": run_took(self.b).as_secs_f64(),
        });
        page["run"]["changes"] = list(&self.of_runs);
        let mut places: HashMap<&str, usize> = paths.iter().map(String::as_str).zip(0..).collect();
        let Some(nodes) = page["nodes"].as_array_mut() else {
            return;
        };
        for (path, found) in &self.nodes {
            nodes[places[path.as_str()]]["changes"] = list(found);
        }
        for (path, took) in &self.times_b {
            nodes[places[path.as_str()]]["then"] = json!(took);
        }
        for path in &self.only_a {
            nodes[places[path.as_str()]]["changes"] =
                json!([["node", "", "only in this run", null]]);
        }
        for only in &self.only_b {
            let mut node = json!({
                "id": only.step.id,
                "name": only.step.name,
                "kind": only.step.kind,
                "entity": only.step.entity,
                "state": "absent",
                "changes": [["node", "", null, "only in the other run"]],
            });
            if let Some(around) = places.get(only.around.as_str()) {
                node["in"] = json!(around);
            }
            let needs = only.needs.iter();
            let needs = needs.filter_map(|need| places.get(need.as_str()).copied());
            node["needs"] = needs.collect();
            places.insert(&only.path, nodes.len());
            nodes.push(node);
        }
    }
}

/// The entity with this name, if the program has it.
fn entity(registry: Option<&Registry>, name: &str) -> Option<&'static EntityDescriptor> {
    registry.and_then(|registry| registry.find(name).ok())
}

/// The nodes of the second run that the first does not have, each after the one around it.
fn only<'r>(
    paths_a: &[String],
    steps_b: Vec<Step<'r>>,
    paths_b: Vec<String>,
) -> Vec<OnlyThere<'r>> {
    let known: BTreeSet<&str> = paths_a.iter().map(String::as_str).collect();
    let new = steps_b
        .into_iter()
        .zip(&paths_b)
        .filter(|(_, path)| !known.contains(path.as_str()));
    new.map(|(step, path)| OnlyThere {
        path: path.clone(),
        around: step
            .around
            .map(|around| paths_b[around].clone())
            .unwrap_or_default(),
        needs: step
            .needs
            .iter()
            .map(|need| paths_b[*need].clone())
            .collect(),
        step,
    })
    .collect()
}

/// Adds a difference if there is one.
fn put(
    found: &mut Vec<Difference>,
    what: &'static str,
    name: &str,
    a: Option<String>,
    b: Option<String>,
) {
    if a != b {
        let name = name.to_owned();
        found.push(Difference { what, name, a, b });
    }
}

/// Text, if there is any.
fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn of_runs(a: &RunRecord, b: &RunRecord, (inputs, outputs): &(Types, Types)) -> Vec<Difference> {
    let mut found = Vec::new();
    put(
        &mut found,
        "state",
        "",
        Some(a.status().to_string()),
        Some(b.status().to_string()),
    );
    put(
        &mut found,
        "code",
        "entity",
        some(a.entity()),
        some(b.entity()),
    );
    let version = |run: &RunRecord| run.origin().map(|origin| origin.version.clone());
    put(&mut found, "code", "version", version(a), version(b));
    let graphs = |run: &RunRecord| -> BTreeMap<String, RecordedGraph> {
        let graphs = run.graphs().iter().filter(|graph| graph.built_by.is_none());
        graphs
            .map(|graph| (graph.entity.clone(), graph.clone()))
            .collect()
    };
    let (graphs_a, graphs_b) = (graphs(a), graphs(b));
    let names: BTreeSet<&String> = graphs_a.keys().chain(graphs_b.keys()).collect();
    for name in names {
        let (own, other) = (graphs_a.get(name), graphs_b.get(name));
        if own != other {
            let told = |graph: Option<&RecordedGraph>| {
                graph.map(|graph| match graph.nodes.len() {
                    1 => "1 node".to_owned(),
                    count => format!("{count} nodes"),
                })
            };
            let (a, b) = (told(own), told(other));
            let name = format!("graph of {name}");
            // As many nodes, which are not the same.
            let b = match a == b {
                true => b.map(|told| told + ", changed"),
                false => b,
            };
            put(&mut found, "code", &name, a, b);
        }
    }
    values(&mut found, "input", (a.inputs(), b.inputs()), inputs);
    values(&mut found, "output", (a.outputs(), b.outputs()), outputs);
    put(
        &mut found,
        "error",
        "",
        a.error().map(str::to_owned),
        b.error().map(str::to_owned),
    );
    times(&mut found, Some(run_took(a)), Some(run_took(b)));
    found
}

/// What of the code differs: what a node runs, when, and after what.
fn code(
    found: &mut Vec<Difference>,
    (a, needs_a): (&Step<'_>, BTreeSet<String>),
    (b, needs_b): (&Step<'_>, BTreeSet<String>),
) {
    put(found, "code", "kind", some(a.kind), some(b.kind));
    put(found, "code", "entity", some(a.entity), some(b.entity));
    put(found, "code", "condition", a.when.clone(), b.when.clone());
    let list = |needs: BTreeSet<String>| some(&needs.into_iter().collect::<Vec<_>>().join(", "));
    put(found, "code", "needs", list(needs_a), list(needs_b));
    let sources = |step: &Step<'_>| -> BTreeMap<String, String> {
        let from = step.from.iter();
        from.map(|(input, source)| ((*input).to_owned(), source.clone()))
            .collect()
    };
    let (from_a, from_b) = (sources(a), sources(b));
    for input in from_a.keys().chain(from_b.keys()).collect::<BTreeSet<_>>() {
        let name = format!("source of {input}");
        put(
            found,
            "code",
            &name,
            from_a.get(input).cloned(),
            from_b.get(input).cloned(),
        );
    }
}

fn records(
    found: &mut Vec<Difference>,
    a: &Step<'_>,
    b: &Step<'_>,
    (inputs, outputs): &(Types, Types),
) {
    let state = |step: &Step<'_>| {
        step.record.map_or("never started".to_owned(), |record| {
            record.status.to_string()
        })
    };
    put(found, "state", "", Some(state(a)), Some(state(b)));
    let (Some(a), Some(b)) = (a.record, b.record) else {
        return;
    };
    let tries = |record: &NodeRecord| Some(record.tried.len().to_string());
    if a.started.is_some() && b.started.is_some() && a.tried.len() != b.tried.len() {
        put(found, "attempts", "", tries(a), tries(b));
    }
    put(found, "error", "", a.error.clone(), b.error.clone());
    let before = found.len();
    values(found, "input", (&a.inputs, &b.inputs), inputs);
    let has_same_inputs = found.len() == before;
    values(found, "output", (&a.outputs, &b.outputs), outputs);
    let told = |record: &NodeRecord| {
        let cache = record.cache.as_ref()?;
        Some(match (cache.hit, cache.why.is_empty()) {
            (true, _) => "it had the outputs".to_owned(),
            (false, true) => "it did not have the outputs".to_owned(),
            (false, false) => format!("it did not have the outputs: {}", cache.why.join("; ")),
        })
    };
    let hit = |record: &NodeRecord| record.cache.as_ref().map(|cache| cache.hit);
    if hit(a) != hit(b) {
        put(found, "cache", "", told(a), told(b));
    }
    let key = |record: &NodeRecord| record.cache.as_ref().map(|cache| cache.key.clone());
    // With other inputs the key must be another one. With the same it is the version or the interface that differs.
    if has_same_inputs && key(a).is_some() && key(b).is_some() {
        put(
            found,
            "code",
            "cache key, with the same inputs",
            key(a),
            key(b),
        );
    }
    times(found, took(a), took(b));
}

fn values(
    found: &mut Vec<Difference>,
    what: &'static str,
    (a, b): (&StoredValues, &StoredValues),
    types: &Types,
) {
    let names = a.iter().map(|(name, _)| name);
    let more = b.iter().map(|(name, _)| name);
    let more = more.filter(|name| a.iter().all(|(own, _)| own != *name));
    for name in names.chain(more) {
        let own = a
            .iter()
            .find(|(own, _)| *own == name)
            .map(|(_, value)| value);
        let other = b
            .iter()
            .find(|(own, _)| *own == name)
            .map(|(_, value)| value);
        if own == other {
            continue;
        }
        let text = |value: Option<Result<_, &str>>| value.map(|value| text_of(name, value, types));
        let (own, other) = (text(own), text(other));
        let other = match own == other {
            // What differs in them is not shown, as the type of a file.
            true => other.map(|text| text + " (of another type or origin)"),
            false => other,
        };
        put(found, what, name, own, other);
    }
}

/// How long a run took; one that goes on or was interrupted, until the last thing that is known of it.
fn run_took(run: &RunRecord) -> Duration {
    let ends = run
        .nodes()
        .iter()
        .filter_map(|node| node.ended.or(node.started));
    let ended = run.ended().or_else(|| ends.max());
    ended
        .and_then(|ended| ended.duration_since(run.started()).ok())
        .unwrap_or_default()
}

fn took(node: &NodeRecord) -> Option<Duration> {
    node.ended?.duration_since(node.started?).ok()
}

fn times(found: &mut Vec<Difference>, a: Option<Duration>, b: Option<Duration>) {
    let (Some(a), Some(b)) = (a, b) else {
        return;
    };
    let (less, more) = (a.min(b), a.max(b));
    if more - less >= LEAST && more.as_secs_f64() >= FACTOR * less.as_secs_f64() {
        put(found, "time", "", Some(length(a)), Some(length(b)));
    }
}

/// A length of time, as the page writes it.
fn length(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    match seconds {
        ..0.95 => format!("{} ms", time.as_millis()),
        ..59.95 => format!("{seconds:.1} s"),
        ..3600.0 => format!("{} m {:02} s", time.as_secs() / 60, time.as_secs() % 60),
        _ => format!(
            "{} h {:02} m",
            time.as_secs() / 3600,
            time.as_secs() / 60 % 60
        ),
    }
}
