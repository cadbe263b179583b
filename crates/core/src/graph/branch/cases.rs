//! Converts cases as they are written to Flyte's branch node, in which every case is exactly one node.

use std::{borrow::Cow, sync::Arc};

use super::{
    BooleanExpression, BranchCase, BranchElse, BranchNode, Case, CaseNode, ConjunctionOperator,
    End, Operand, Recorded, capture::Captures, capture::settle_case, positional,
};
use crate::{
    graph::{
        Binding, BindingData, CompileProblem, Node, NodeList, NodeMetadata, NodeRef, NodeTarget,
        Variable,
        condition::{self, Condition, MAX_NESTED, Seen},
        entity::{EntityDescriptor, Location},
        gate::never,
        node::RawReference,
    },
    types::TypeInfo,
};

/// The content of the branch node besides its name.
struct Lowered {
    cases: Vec<BranchCase>,
    default: BranchElse,
    /// The values that the conditions read.
    bindings: Vec<Binding>,
}

impl NodeList {
    /// Adds the node of a branch.
    pub(crate) fn add_branch(&mut self, recorded: Recorded) -> NodeRef {
        let Recorded {
            name,
            location,
            cases,
            outputs,
        } = recorded;
        let cases = self.failures_last(cases, &name, location, &outputs);
        let variables = output_variables(&cases, &outputs);
        let waits_for: Vec<NodeRef> = cases
            .iter()
            .flat_map(|case| case.body.waits_for.iter().copied())
            .collect();
        let lowered = self.lower(cases, &variables, location);
        let mut node = Node {
            id: self.next_id(),
            metadata: NodeMetadata { name: name.clone() },
            target: NodeTarget::Branch(Arc::new(BranchNode {
                name,
                location,
                cases: lowered.cases,
                default: lowered.default,
                outputs: variables,
                captured: Vec::new(),
            })),
            bindings: lowered.bindings,
            upstream: Vec::new(),
            overrides: None,
            location,
        };
        settle_case(&mut node, self.graph());
        let node = self.push(node);
        // If a case waits for a node outside of it, the whole branch waits.
        for before in waits_for {
            self.order(before, node);
        }
        node
    }

    /// Flyte can fail only in `else`. A case that fails earlier is moved there: its condition is negated and selects
    /// the cases after it, and `else` fails.
    fn failures_last(
        &mut self,
        mut cases: Vec<Case>,
        name: &str,
        location: Location,
        outputs: &[TypeInfo],
    ) -> Vec<Case> {
        for case in &cases {
            if let (End::Fail(message), false) = (&case.end, case.body.nodes.is_empty()) {
                self.problems.push(CompileProblem::FailingBranchCalls {
                    message: message.clone(),
                    location,
                });
            }
        }
        let last = cases.len() - 1;
        let Some(at) = cases[..last]
            .iter()
            .position(|case| matches!(case.end, End::Fail(_)))
        else {
            return cases;
        };
        let rest = cases.split_off(at + 1);
        let failing = cases.pop();
        let Some(Case {
            condition: Some(condition),
            body,
            end,
            ..
        }) = failing
        else {
            return cases;
        };
        let follows = match <[Case; 1]>::try_from(rest) {
            Ok([case]) if matches!(case.end, End::Values(_)) => case,
            // There are two messages, and `else` can hold only one. The other one goes into a nested branch. The only
            // condition of that branch never holds there, and its case is a copy of one with the right outputs.
            Ok([case]) => {
                let gives = cases.iter().find(|case| matches!(case.end, End::Values(_)));
                let gives = gives.cloned();
                let never = Case {
                    condition: Some(condition.clone()),
                    ..gives.unwrap_or_else(|| self.impossible_case(location, outputs))
                };
                self.nested(vec![never, case], name, location, outputs)
            }
            Err(rest) => self.nested(rest, name, location, outputs),
        };
        cases.push(Case {
            condition: Some(!condition),
            else_if: false,
            ..follows
        });
        cases.push(Case {
            condition: None,
            body,
            end,
            else_if: false,
        });
        cases
    }

    /// An empty list for a case of the current branch.
    fn empty_case(&mut self) -> NodeList {
        let mut list = NodeList::new(self.prefix());
        list.name = format!("{}.{}-rest", self.name, self.next_id());
        list
    }

    /// A case that never runs, used when no case has a value: gates have outputs of every type.
    fn impossible_case(&mut self, location: Location, outputs: &[TypeInfo]) -> Case {
        let mut body = self.empty_case();
        body.name += "-never";
        let values = outputs.iter().map(|info| {
            let node = body.add_node(never(*info, location), Vec::new(), location);
            BindingData::Promise(RawReference {
                node,
                output: Ok(0),
            })
        });
        Case {
            condition: None,
            end: End::Values(values.collect()),
            body,
            else_if: false,
        }
    }

    /// A case that is another branch.
    fn nested(
        &mut self,
        cases: Vec<Case>,
        name: &str,
        location: Location,
        outputs: &[TypeInfo],
    ) -> Case {
        let mut body = self.empty_case();
        std::mem::swap(self, &mut body);
        self.parts = std::mem::take(&mut body.parts);
        self.outer = Some(Box::new(body));
        let node = self.add_branch(Recorded {
            name: name.to_owned(),
            location,
            cases,
            outputs: outputs.to_vec(),
        });
        let body = self
            .leave_case(location)
            .expect("the list around was put there above");
        let values = (0..outputs.len() as u32).map(|output| {
            BindingData::Promise(RawReference {
                node,
                output: Ok(output),
            })
        });
        Case {
            condition: None,
            end: End::Values(values.collect()),
            body,
            else_if: false,
        }
    }

    fn lower(&mut self, cases: Vec<Case>, variables: &[Variable], at: Location) -> Lowered {
        let mut lowered = Lowered {
            cases: Vec::new(),
            // Replaced by the last case, which always is `else`.
            default: BranchElse::Fail(String::new()),
            bindings: Vec::new(),
        };
        for case in cases {
            match (case.condition, case.end) {
                (Some(condition), End::Values(values)) => {
                    let condition = self.condition(&condition, false, &mut lowered.bindings, at);
                    let index = lowered.cases.len();
                    let then = self.case_node(index, case.body, values, variables, at);
                    lowered.cases.push(BranchCase { condition, then });
                }
                (None, End::Values(values)) => {
                    if case.else_if && splice(&mut lowered, &case.body, &values, variables) {
                        self.number(&mut lowered);
                        continue;
                    }
                    let index = lowered.cases.len();
                    let then = self.case_node(index, case.body, values, variables, at);
                    lowered.default = BranchElse::Node(Box::new(then));
                }
                (None, End::Fail(message)) => lowered.default = BranchElse::Fail(message),
                (Some(_), End::Fail(_)) => {
                    unreachable!("failing cases have become `else` before")
                }
            }
        }
        lowered.bindings.sort_by(|a, b| a.var.cmp(&b.var));
        lowered
    }

    /// Gives the nodes of cases from an `else if` ids that follow those of the other cases.
    fn number(&self, lowered: &mut Lowered) {
        let default = match &mut lowered.default {
            BranchElse::Node(node) => Some(&mut **node),
            BranchElse::Fail(_) => None,
        };
        let nodes = lowered.cases.iter_mut().map(|case| &mut case.then);
        for (index, case) in nodes.chain(default).enumerate() {
            if !case.node.has_own_id() {
                case.node.id = format!("{}n{index}", self.prefix());
            }
        }
    }

    /// The node of a case: its only call, or all of its calls as a nested workflow.
    fn case_node(
        &mut self,
        index: usize,
        mut body: NodeList,
        values: Vec<BindingData>,
        variables: &[Variable],
        at: Location,
    ) -> CaseNode {
        body.settle_upstream();
        body.apply_overrides();
        body.check_ids(None);
        self.problems.append(&mut body.problems);
        let id = format!("{}n{index}", self.prefix());
        let natural = natural_outputs(&body, &values)
            .filter(|natural| names_are(&body.nodes[0], natural, variables));
        if let Some(outputs) = natural {
            let mut node = body.nodes.swap_remove(0);
            if !node.has_own_id() {
                node.id = id;
            }
            settle_case(&mut node, self.graph());
            return CaseNode { node, outputs };
        }
        let node = self.inlined(id, body, values, variables, at);
        let outputs = (0..variables.len() as u32).collect();
        CaseNode { node, outputs }
    }

    fn inlined(
        &mut self,
        id: String,
        mut body: NodeList,
        mut values: Vec<BindingData>,
        variables: &[Variable],
        at: Location,
    ) -> Node {
        let location = body.nodes.first().map_or(at, |node| node.location);
        let mut captures = Captures::new(body.graph(), &self.parts);
        let mut nodes = std::mem::take(&mut body.nodes);
        nodes.iter_mut().for_each(|node| captures.node(node));
        values.iter_mut().for_each(|value| captures.data(value));
        let outputs = variables
            .iter()
            .zip(values)
            .map(|(variable, data)| Binding {
                var: variable.name.clone(),
                data,
            });
        let (graph, mut bindings) = captures.graph(
            self.workflow(),
            body.name,
            nodes,
            outputs.collect(),
            variables.to_vec(),
            |node, output| self.variable(node, output),
        );
        bindings.sort_by(|a, b| a.var.cmp(&b.var));
        if let Some(problem) = graph.cycle() {
            self.problems.push(problem);
        }
        let mut node = Node {
            id,
            metadata: NodeMetadata {
                name: graph.short_name().to_owned(),
            },
            target: NodeTarget::Inlined(Arc::new(graph)),
            bindings,
            upstream: Vec::new(),
            overrides: None,
            location,
        };
        settle_case(&mut node, self.graph());
        node
    }

    /// A condition; the values it reads become bindings, named as in flytekit.
    fn condition(
        &mut self,
        condition: &Condition,
        is_negated: bool,
        bindings: &mut Vec<Binding>,
        at: Location,
    ) -> BooleanExpression {
        match condition.seen(is_negated) {
            Seen::Comparison(operator, left, right) => BooleanExpression::Comparison {
                operator,
                left: self.operand(left, bindings, at),
                right: self.operand(right, bindings, at),
            },
            Seen::Group(operator, terms, is_negated) => {
                let terms = terms.iter();
                let terms = terms.map(|term| self.condition(term, is_negated, bindings, at));
                BooleanExpression::Conjunction {
                    operator,
                    terms: terms.collect(),
                }
            }
            Seen::TooDeep => {
                let levels = MAX_NESTED;
                let problem = CompileProblem::ConditionTooDeep {
                    location: at,
                    levels,
                };
                self.problems.push(problem);
                BooleanExpression::Conjunction {
                    operator: ConjunctionOperator::And,
                    terms: Vec::new(),
                }
            }
        }
    }

    fn operand(
        &mut self,
        operand: &condition::Operand,
        bindings: &mut Vec<Binding>,
        at: Location,
    ) -> Operand {
        match operand {
            condition::Operand::Constant(constant) => {
                if let Err(error) = constant.to_literal() {
                    self.problems.push(CompileProblem::Condition { error });
                }
                Operand::Constant(constant.clone())
            }
            condition::Operand::Promise(reference, info) => {
                let data = BindingData::Promise(reference.clone());
                self.check_reference(&data, "a condition", at);
                let name = self.operand_name(reference);
                let same = |binding: &Binding| match &binding.data {
                    BindingData::Promise(other) => self.same_value(reference, other),
                    _ => false,
                };
                let known = bindings.iter().find(|binding| same(binding));
                let name = match known {
                    Some(binding) => binding.var.to_string(),
                    None => {
                        let taken = |name: &str| bindings.iter().any(|other| other.var == name);
                        let mut free = name.clone();
                        let mut number = 0;
                        while taken(&free) {
                            number += 1;
                            free = format!("{name}_{number}");
                        }
                        bindings.push(Binding {
                            var: Cow::Owned(free.clone()),
                            data,
                        });
                        free
                    }
                };
                Operand::Variable { name, info: *info }
            }
        }
    }

    /// `n0.o0` for an output, `.x` for an input, followed by the path of a part.
    fn operand_name(&self, reference: &RawReference) -> String {
        let (node, output, path) = self.whole(reference);
        let variable = self.variable_name(node, output);
        let path: String = path.iter().map(ToString::to_string).collect();
        format!("{}.{variable}{path}", self.id_of(node))
    }

    fn same_value(&self, one: &RawReference, other: &RawReference) -> bool {
        self.whole(one) == self.whole(other)
    }

    pub(in crate::graph) fn workflow(&self) -> &'static EntityDescriptor {
        let mut list = self;
        while let Some(outer) = &list.outer {
            list = outer;
        }
        list.entity
            .expect("a body that has branches is that of an entity")
    }
}

/// The branch's outputs: named after those of the first case that is one node, otherwise by position.
fn output_variables(cases: &[Case], outputs: &[TypeInfo]) -> Vec<Variable> {
    let named = cases.iter().find_map(|case| {
        let End::Values(values) = &case.end else {
            return None;
        };
        let natural = natural_outputs(&case.body, values)?;
        let node = &case.body.nodes[0];
        let names: Vec<_> = natural
            .iter()
            .map(|&output| node.target.output_name(output as usize))
            .collect();
        Some(names)
    });
    let names = named.unwrap_or_else(|| (0..outputs.len()).map(positional).collect());
    let variables = names
        .into_iter()
        .zip(outputs)
        .map(|(name, &info)| Variable {
            name,
            info,
            description: "",
        });
    variables.collect()
}

/// If a case is one node and gives only outputs of that node, each at most once: the indices of those outputs.
fn natural_outputs(body: &NodeList, values: &[BindingData]) -> Option<Vec<u32>> {
    if body.nodes.len() != 1 {
        return None;
    }
    let mut outputs = Vec::with_capacity(values.len());
    for value in values {
        match value {
            BindingData::Promise(RawReference {
                node,
                output: Ok(output),
            }) if node.graph == body.graph() && !outputs.contains(output) => outputs.push(*output),
            _ => return None,
        }
    }
    Some(outputs)
}

fn names_are(node: &Node, outputs: &[u32], variables: &[Variable]) -> bool {
    outputs.len() == variables.len()
        && outputs
            .iter()
            .zip(variables)
            .all(|(&output, variable)| node.target.output_name(output as usize) == variable.name)
}

/// Moves the cases of a branch in `else` into the enclosing branch: `else if`.
fn splice(
    lowered: &mut Lowered,
    body: &NodeList,
    values: &[BindingData],
    variables: &[Variable],
) -> bool {
    let [node] = body.nodes.as_slice() else {
        return false;
    };
    let NodeTarget::Branch(inner) = &node.target else {
        return false;
    };
    let whole = natural_outputs(body, values);
    let in_order = whole.is_some_and(|whole| whole.iter().copied().eq(0..variables.len() as u32));
    let clash = node.bindings.iter().any(|own| {
        lowered
            .bindings
            .iter()
            .any(|other| own.var == other.var && !same_source(own, other))
    });
    if !in_order
        || clash
        || node.overrides.is_some()
        || !names_are(
            node,
            &(0..variables.len() as u32).collect::<Vec<_>>(),
            variables,
        )
    {
        return false;
    }
    for binding in &node.bindings {
        if lowered
            .bindings
            .iter()
            .all(|other| other.var != binding.var)
        {
            lowered.bindings.push(binding.clone());
        }
    }
    lowered.cases.extend(inner.cases.iter().cloned());
    lowered.default = inner.default.clone();
    true
}

fn same_source(one: &Binding, other: &Binding) -> bool {
    match (&one.data, &other.data) {
        // A part that is used twice is two parts in the list, so two values with the same name may be equal. The inner
        // branch then stays nested, which affects only the picture.
        (BindingData::Promise(one), BindingData::Promise(other)) => {
            one.node == other.node && one.output == other.output
        }
        _ => false,
    }
}
