//! The nodes of a run as a tree: those that have run with those of the graphs that have not.

use std::collections::HashMap;

use flyte_events::history::{
    GraphNode, GraphValue, NodeRecord, RecordedGraph, RunRecord, RunStatus, ValueSource,
};

/// A node of the page.
#[derive(Debug)]
pub(super) struct Step<'r> {
    /// The last part of its path.
    pub(super) id: String,
    /// The step around it.
    pub(super) around: Option<usize>,
    pub(super) name: String,
    pub(super) kind: &'static str,
    pub(super) entity: &'r str,
    pub(super) record: Option<&'r NodeRecord>,
    /// The steps that had to end before it.
    pub(super) needs: Vec<usize>,
    /// Where its inputs come from.
    pub(super) from: Vec<(&'r str, String)>,
    /// Whether what it is in has ended, so that it does not begin any more.
    pub(super) is_over: bool,
    /// The condition of its case, or that it runs after a failure.
    pub(super) when: Option<String>,
}

/// The steps of a run, each after the one around it.
pub(super) fn steps(run: &RunRecord) -> Vec<Step<'_>> {
    let mut inside: HashMap<&str, Vec<&NodeRecord>> = HashMap::new();
    for node in run.nodes() {
        inside.entry(around(&node.path).0).or_default().push(node);
    }
    let of_entities = run.graphs().iter().filter(|graph| graph.built_by.is_none());
    let built = run.graphs().iter();
    let mut tree = Tree {
        run,
        inside,
        of_entities: of_entities
            .map(|graph| (graph.entity.as_str(), graph))
            .collect(),
        built: built
            .filter_map(|graph| Some((graph.built_by.as_deref()?, graph)))
            .collect(),
        steps: Vec::new(),
        names: Vec::new(),
    };
    tree.inside(None, "", tree.of_entities.get(run.entity()).copied());
    tree.steps
}

/// The paths of steps, as the page makes them of the steps around and the last parts.
pub(super) fn paths(steps: &[Step<'_>]) -> Vec<String> {
    let mut paths: Vec<String> = Vec::with_capacity(steps.len());
    for step in steps {
        let path = match step.around.map(|around| paths[around].as_str()) {
            None | Some("") => step.id.clone(),
            Some(around) if step.kind == "element" => format!("{around}{}", step.id),
            Some(around) => format!("{around}/{}", step.id),
        };
        paths.push(path);
    }
    paths
}

/// The path of the node around one, and the last part.
fn around(path: &str) -> (&str, &str) {
    if path.ends_with(']')
        && let Some(start) = path.rfind('[')
    {
        return path.split_at(start);
    }
    path.rsplit_once('/').unwrap_or(("", path))
}

/// The last part of the name of an entity.
fn short(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

struct Tree<'r> {
    run: &'r RunRecord,
    /// The recorded nodes by the path of the one around them.
    inside: HashMap<&'r str, Vec<&'r NodeRecord>>,
    of_entities: HashMap<&'r str, &'r RecordedGraph>,
    built: HashMap<&'r str, &'r RecordedGraph>,
    steps: Vec<Step<'r>>,
    /// The names of the nodes of the graphs around, by their ids, the innermost last.
    names: Vec<HashMap<&'r str, &'r str>>,
}

impl<'r> Tree<'r> {
    /// Adds what is in a step: first what is in its graph, then what was recorded beyond that.
    fn inside(&mut self, step: Option<usize>, path: &str, graph: Option<&'r RecordedGraph>) {
        let mut known = HashMap::new();
        if let Some(graph) = graph {
            let names = graph.nodes.iter();
            let names = names.map(|node| (node.id.as_str(), shown(node)));
            self.names.push(names.collect());
            for node in &graph.nodes {
                let place = self.node(step, path, node, None);
                known.insert(node.id.as_str(), place);
            }
            for node in &graph.nodes {
                let needs = node.needs.iter();
                let mut needs: Vec<_> = needs
                    .filter_map(|need| known.get(need.as_str()).copied())
                    .collect();
                needs.sort_unstable();
                self.steps[known[node.id.as_str()]].needs = needs;
                self.name_sources(known[node.id.as_str()], &node.inputs);
            }
            if let Some(handler) = &graph.on_failure {
                let place = self.node(step, path, handler, Some("on failure".to_owned()));
                self.steps[place].kind = "handler";
                self.steps[place].needs = self.what_failed(known.values().copied().collect());
                known.insert(handler.id.as_str(), place);
            }
            self.names.pop();
        }
        let recorded = self.inside.get(path).cloned().unwrap_or_default();
        let mut others: Vec<_> = recorded
            .into_iter()
            .filter(|node| !known.contains_key(around(&node.path).1) && !self.is_case(step, node))
            .collect();
        // Elements in the order of the list, and not in that in which they began.
        others.sort_by_key(|node| element(&node.path));
        for node in others {
            self.recorded(step, node);
        }
    }

    /// Whether a node is a case of a branch, which is there already.
    fn is_case(&self, branch: Option<usize>, node: &NodeRecord) -> bool {
        branch.is_some_and(|branch| {
            let (_, id) = around(&node.path);
            let cases = self.steps[branch + 1..].iter();
            cases
                .filter(|case| case.around == Some(branch))
                .any(|case| case.id == id)
        })
    }

    /// A node of a graph.
    fn node(
        &mut self,
        step: Option<usize>,
        path: &str,
        node: &'r GraphNode,
        when: Option<String>,
    ) -> usize {
        let path = match path {
            "" => node.id.clone(),
            path => format!("{path}/{}", node.id),
        };
        let record = self.run.node(&path);
        let kind = match node.kind.as_str() {
            "case" => "case",
            "branch" => "branch",
            "map" => "map",
            "gate" => "gate",
            "workflow" => "workflow",
            "launch_plan" => "launch plan",
            _ if self.built.contains_key(path.as_str()) => "dynamic",
            _ => "task",
        };
        let place = self.add(Step {
            id: node.id.clone(),
            around: step,
            name: shown(node).to_owned(),
            kind,
            entity: &node.entity,
            record,
            needs: Vec::new(),
            from: Vec::new(),
            is_over: false,
            when,
        });
        for (index, case) in node.cases.iter().enumerate() {
            let condition = case.condition.as_deref();
            let when = match condition.map(|condition| self.worded(condition, &node.inputs)) {
                Some(condition) if index == 0 => format!("if {condition}"),
                Some(condition) => format!("else if {condition}"),
                None => "else".to_owned(),
            };
            if let Some(inner) = &case.node {
                self.node(Some(place), &path, inner, Some(when));
            }
        }
        // What never began is not opened, so a workflow that calls itself ends.
        let graph = match record {
            Some(record) if record.started.is_some() => self.graph(node, &path),
            _ => None,
        };
        self.inside(Some(place), &path, graph);
        place
    }

    /// What is in a node of a graph.
    fn graph(&self, node: &'r GraphNode, path: &str) -> Option<&'r RecordedGraph> {
        match node.kind.as_str() {
            "case" => node.graph.as_deref(),
            "workflow" | "launch_plan" => self.of_entities.get(node.entity.as_str()).copied(),
            "task" => self.built.get(path).copied(),
            _ => None,
        }
    }

    /// A node that no graph has: an element of a map, or a call of an eager task.
    fn recorded(&mut self, step: Option<usize>, node: &'r NodeRecord) {
        let (_, id) = around(&node.path);
        let is_element = id.starts_with('[');
        let graph = self
            .built
            .get(node.path.as_str())
            .or_else(|| self.of_entities.get(node.entity.as_str()))
            .copied();
        // A call of a task is a run of one node, whose record says more.
        let own = match self.inside.get(node.path.as_str()).map(Vec::as_slice) {
            Some([inner]) if node.kind == "call" && inner.entity == node.entity => Some(*inner),
            _ => None,
        };
        let is_task = node.kind == "task" || own.is_some_and(|own| own.kind == "task");
        let place = self.add(Step {
            id: id.to_owned(),
            around: step,
            name: match is_element {
                true => id.to_owned(),
                false => short(&node.entity).to_owned(),
            },
            kind: match (is_element, node.kind.as_str()) {
                (true, _) => "element",
                (false, "call") => "call",
                (false, "workflow") => "workflow",
                (false, "map") => "map",
                (false, "gate") => "gate",
                (false, "branch") => "branch",
                (false, _) => "task",
            },
            entity: &node.entity,
            record: Some(own.unwrap_or(node)),
            needs: Vec::new(),
            from: Vec::new(),
            is_over: false,
            when: None,
        });
        let path = own.map_or(node.path.as_str(), |own| own.path.as_str());
        let graph = match is_task {
            true => self.built.get(path).copied(),
            false => graph,
        };
        self.inside(Some(place), path, graph);
    }

    fn add(&mut self, mut step: Step<'r>) -> usize {
        let around = step.around.map(|around| &self.steps[around]);
        step.is_over = around.is_some_and(|around| {
            around.is_over || around.record.is_some_and(|record| record.ended.is_some())
        });
        self.steps.push(step);
        self.steps.len() - 1
    }

    /// The steps that made a failure handler run; if none did, the last ones.
    fn what_failed(&self, mut steps: Vec<usize>) -> Vec<usize> {
        steps.sort_unstable();
        let has_failed = |step: &usize| {
            let record = self.steps[*step].record;
            record.is_some_and(|record| record.status == RunStatus::Failed)
        };
        let failed: Vec<_> = steps.iter().copied().filter(has_failed).collect();
        if !failed.is_empty() {
            return failed;
        }
        let needed = |step: &usize| {
            steps
                .iter()
                .any(|other| self.steps[*other].needs.contains(step))
        };
        let last = steps.iter().copied().filter(|step| !needed(step));
        last.collect()
    }

    /// An output of a node, by the name of the node.
    fn output(&self, node: &str, output: &str, part: &str) -> String {
        let name = self.names.iter().rev().find_map(|names| names.get(node));
        let name = name.copied().unwrap_or(node);
        // The only output of a task that names none.
        match output {
            "o0" => format!("{name}{part}"),
            output => format!("{name}.{output}{part}"),
        }
    }

    /// A condition with names of nodes in place of their ids.
    fn worded(&self, condition: &str, read: &[GraphValue]) -> String {
        let mut names = HashMap::new();
        for source in read.iter().flat_map(|value| &value.sources) {
            if let ValueSource::Node { node, output, part } = source {
                let told = format!("{node}.{output}{part}");
                names.insert(told, self.output(node, output, part));
            }
        }
        renamed(condition, &names)
    }

    /// Says where the inputs of a step come from.
    fn name_sources(&mut self, step: usize, inputs: &'r [GraphValue]) {
        let mut from = Vec::new();
        for input in inputs {
            let sources = input.sources.iter();
            let sources = sources.filter_map(|source| match source {
                ValueSource::Input { name, part } => Some(format!("the input {name}{part}")),
                ValueSource::Node { node, output, part } => Some(self.output(node, output, part)),
                _ => None,
            });
            let sources: Vec<_> = sources.collect();
            if !sources.is_empty() {
                from.push((input.name.as_str(), sources.join(", ")));
            }
        }
        self.steps[step].from = from;
    }
}

/// A condition with other names for what it reads. Only whole names count, so `n0.o1` is not a part of `n0.o10`, and
/// texts in quotes stay as they are.
fn renamed(condition: &str, names: &HashMap<String, String>) -> String {
    let mut told = String::new();
    let mut rest = condition;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => quoted(rest),
            _ => name(rest).max(first.len_utf8()),
        };
        let (token, after) = rest.split_at(length);
        told.push_str(names.get(token).map_or(token, String::as_str));
        rest = after;
    }
    told
}

/// How long the name is with which `text` begins, with its part, as in `n0.o0.mean["a b"][1]`.
fn name(text: &str) -> usize {
    let mut length = 0;
    while let Some(letter) = text[length..].chars().next() {
        length += match letter {
            '"' if text[..length].ends_with('[') => quoted(&text[length..]),
            letter if letter.is_alphanumeric() || "_.-[]".contains(letter) => letter.len_utf8(),
            _ => break,
        };
    }
    length
}

/// How long the quoted text is with which `text` begins.
fn quoted(text: &str) -> usize {
    let mut is_escaped = false;
    for (place, letter) in text.char_indices().skip(1) {
        match letter {
            '"' if !is_escaped => return place + 1,
            letter => is_escaped = letter == '\\' && !is_escaped,
        }
    }
    text.len()
}

/// The name of a node: that of a map would say what a cluster calls it.
fn shown(node: &GraphNode) -> &str {
    match node.kind.as_str() {
        "case" => "case",
        "map" => short(&node.entity),
        _ => &node.name,
    }
}

/// The number of an element of a map.
fn element(path: &str) -> Option<usize> {
    let (_, id) = around(path);
    id.strip_prefix('[')?.strip_suffix(']')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::renamed;

    #[test]
    fn only_whole_names_are_replaced() {
        let names = [
            ("n0.o1", "first.a"),
            ("n0.o10", "first.b"),
            ("n1.o0", "total"),
            ("n2.o0[\"a b\"]", "sizes[\"a b\"]"),
        ];
        let names: HashMap<_, _> = names
            .map(|(id, name)| (id.to_owned(), name.to_owned()))
            .into();
        let told = |condition: &str| renamed(condition, &names);
        assert_eq!(told("n0.o10 > n0.o1"), "first.b > first.a");
        assert_eq!(
            told("(n1.o0 == 1) && n11.o0 < -1"),
            "(total == 1) && n11.o0 < -1"
        );
        assert_eq!(
            told("n1.o0 == \"n0.o1\\\"n0.o1\""),
            "total == \"n0.o1\\\"n0.o1\""
        );
        assert_eq!(told("n1.o0 == \"ä"), "total == \"ä");
        assert_eq!(told("n2.o0[\"a b\"] > 1"), "sizes[\"a b\"] > 1");
    }
}
