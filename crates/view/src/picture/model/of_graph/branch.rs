//! Branches: what is looked at, and a step or frame for each case.

use flyte_core::{
    graph::{BranchElse, BranchNode, CaseNode, Node, NodeTarget},
    no_other_variant,
};

use super::{
    super::{Kind, Step, Why},
    Drawn, Place, Reader,
    sources::{Origin, Source, bound, sources},
};
use crate::picture::condition;

impl Reader {
    pub(super) fn branch(
        &mut self,
        place: Place<'_>,
        before: &[Drawn],
        node: &Node,
        branch: &BranchNode,
        id: String,
        caption: &str,
    ) -> Drawn {
        let step = self.step(Step {
            caption: caption.to_owned(),
            location: Some(branch.location()),
            group: place.group,
            ..Step::new(&id, Kind::Branch, branch.name())
        });
        for binding in node.bindings() {
            let sources = bound(place, before, node, binding);
            self.connect("", &sources, step);
        }
        self.order(place, before, node, &[step]);
        let mut drawn = Drawn {
            outputs: vec![Vec::new(); branch.outputs().len()],
            first: vec![step],
            last: Vec::new(),
        };
        let inside = format!("{id}/");
        let place = Place {
            around: &inside,
            ..place
        };
        let cases = branch.cases().iter().map(|case| {
            (
                format!("if {}", condition::text(&case.condition, place.graph)),
                &case.then,
            )
        });
        let default = match branch.default() {
            BranchElse::Node(case) => Some(("else".to_owned(), &**case)),
            BranchElse::Fail(_) => None,
            _ => no_other_variant!(BranchElse),
        };
        let mut given = vec![0; branch.outputs().len()];
        for (when, case) in cases.chain(default) {
            let own = self.case(place, before, case, &when, step);
            drawn.last.extend(own.last);
            for ((sources, number), &output) in
                drawn.outputs.iter_mut().zip(&mut given).zip(case.outputs())
            {
                let own = own.outputs.get(output as usize).cloned();
                let own = own.unwrap_or_default();
                // A branch in this case chooses, too.
                *number += own.first().map_or(0, |source| source.one_of);
                sources.extend(own);
            }
        }
        for (sources, number) in drawn.outputs.iter_mut().zip(given) {
            for source in sources {
                source.one_of = number;
            }
        }
        if let BranchElse::Fail(message) = branch.default() {
            let fail = self.step(Step {
                caption: "else".to_owned(),
                location: Some(branch.location()),
                group: place.group,
                ..Step::new(
                    &format!("{inside}fail"),
                    Kind::Failure,
                    &format!("fail {message:?}"),
                )
            });
            self.link(step, fail, Why::Case, None);
        }
        drawn
    }

    fn case(
        &mut self,
        place: Place<'_>,
        before: &[Drawn],
        case: &CaseNode,
        when: &str,
        branch: usize,
    ) -> Drawn {
        let node = case.node();
        let own = match node.target() {
            NodeTarget::Inlined(graph) if graph.nodes().is_empty() => {
                self.nothing(place, before, node, when)
            }
            _ => self.node(place, before, node, when),
        };
        for &first in &own.first {
            self.link(branch, first, Why::Case, None);
        }
        own
    }

    /// A case in which nothing runs, as a step: without one, the case and its condition would not be seen.
    fn nothing(&mut self, place: Place<'_>, before: &[Drawn], node: &Node, when: &str) -> Drawn {
        let id = format!("{}{}", place.around, node.id());
        let NodeTarget::Inlined(graph) = node.target() else {
            return Drawn::default();
        };
        let inputs: Vec<Vec<Source>> = graph
            .interface()
            .inputs
            .iter()
            .map(|variable| {
                let mut bindings = node.bindings().iter();
                let binding = bindings.find(|binding| binding.var == variable.name);
                binding.map_or_else(Vec::new, |binding| bound(place, before, node, binding))
            })
            .collect();
        let inner = Place {
            graph,
            inputs: &inputs,
            ..place
        };
        let given: Vec<Vec<Source>> = graph
            .outputs()
            .iter()
            .map(|binding| sources(inner, &[], &binding.data))
            .collect();
        let names: Vec<String> = given.iter().map(|sources| self.named(sources)).collect();
        let name = match names.join(", ") {
            names if names.is_empty() => "nothing runs".to_owned(),
            names => format!("takes {names}"),
        };
        let step = self.step(Step {
            caption: when.to_owned(),
            location: Some(node.location()),
            group: place.group,
            ..Step::new(&id, Kind::Nothing, &name)
        });
        let outputs = &graph.interface().outputs;
        for (variable, sources) in outputs.iter().zip(&given) {
            let sources = sources
                .iter()
                .filter(|source| matches!(source.from, Origin::Step { .. }));
            let sources: Vec<Source> = sources.cloned().collect();
            self.connect(&variable.name, &sources, step);
        }
        self.order(place, before, node, &[step]);
        Drawn {
            outputs: outputs
                .iter()
                .map(|variable| {
                    let name = variable.name.clone().into_owned();
                    vec![Source::step(step, name, variable.info.short_name())]
                })
                .collect(),
            first: vec![step],
            last: vec![step],
        }
    }

    /// What people call a value, by what it comes from.
    fn named(&self, sources: &[Source]) -> String {
        let mut names: Vec<String> = sources
            .iter()
            .map(|source| match &source.from {
                Origin::Constant(text) => text.clone(),
                Origin::Step { step, output, .. } => {
                    let step = &self.model.steps[*step];
                    match step.kind {
                        Kind::Input => output.clone(),
                        // Its only output, or a part of that.
                        _ => match output.strip_prefix("o0") {
                            Some(part) => format!("{}{part}", step.name),
                            None => format!("{}.{output}", step.name),
                        },
                    }
                }
            })
            .collect();
        names.dedup();
        names.join(" or ")
    }
}
