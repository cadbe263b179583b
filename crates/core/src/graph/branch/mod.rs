//! Branch nodes: the compiled form of an `if` or a `match` on promises.

mod capture;
mod cases;
mod expression;
mod record;

use std::borrow::Cow;

use super::{Node, Variable};
use crate::graph::entity::Location;

pub use capture::case_graph;
pub use expression::{BooleanExpression, ComparisonOperator, ConjunctionOperator, Operand};
pub use record::{Case, End, Recorded};

/// A node that runs one of several others (`flyteidl.core.BranchNode`).
///
/// Corresponds to the result of flytekit's `conditional`. The values that its conditions read are the bindings of its
/// [`Node`], named `<node id>.<output>`.
#[derive(Clone, Debug)]
pub struct BranchNode {
    pub(crate) name: String,
    pub(crate) location: Location,
    /// The cases with a condition, in the order in which they are tried.
    pub cases: Vec<BranchCase>,
    pub(crate) default: BranchElse,
    /// The outputs of the branch in every case.
    pub outputs: Vec<Variable>,
    /// Outside nodes whose values the cases use, without those that the conditions read.
    pub captured: Vec<usize>,
}

/// A condition, and the node that runs if no earlier condition holds (`flyteidl.core.IfBlock`).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct BranchCase {
    /// The condition.
    pub condition: BooleanExpression,
    /// The node that runs.
    pub then: CaseNode,
}

/// The node of a case (`then_node`, `else_node`).
///
/// Its bindings refer to nodes of the graph that contains the branch node.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CaseNode {
    /// The node.
    pub node: Node,
    /// For each output of the branch, the index of the node's output.
    pub outputs: Vec<u32>,
}

/// The case without a condition (`flyteidl.core.IfElseBlock`'s `default`).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum BranchElse {
    /// Another node runs (`else_node`).
    Node(Box<CaseNode>),
    /// The run fails with this message (`error`).
    Fail(String),
}

impl BranchNode {
    /// The display name: that of `conditional("name")`, otherwise `if` or `match`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where it is written.
    pub fn location(&self) -> Location {
        self.location
    }

    /// Its conditions in the order in which they are tried.
    pub fn cases(&self) -> &[BranchCase] {
        &self.cases
    }

    /// The case that applies when no condition holds.
    pub fn default(&self) -> &BranchElse {
        &self.default
    }

    /// The outputs, which all of its cases have.
    pub fn outputs(&self) -> &[Variable] {
        &self.outputs
    }

    /// The nodes of its cases, including `else`.
    pub fn case_nodes(&self) -> impl Iterator<Item = &CaseNode> {
        let default = match &self.default {
            BranchElse::Node(node) => Some(&**node),
            BranchElse::Fail(_) => None,
        };
        self.cases.iter().map(|case| &case.then).chain(default)
    }

    /// As [`case_nodes`](Self::case_nodes), with mutable access.
    pub fn case_nodes_mut(&mut self) -> impl Iterator<Item = &mut CaseNode> {
        let default = match &mut self.default {
            BranchElse::Node(node) => Some(&mut **node),
            BranchElse::Fail(_) => None,
        };
        self.cases
            .iter_mut()
            .map(|case| &mut case.then)
            .chain(default)
    }
}

impl CaseNode {
    /// The node.
    pub fn node(&self) -> &Node {
        &self.node
    }

    /// For each output of the branch, the index of the node's output.
    pub fn outputs(&self) -> &[u32] {
        &self.outputs
    }
}

/// The name of an unnamed output.
fn positional(index: usize) -> Cow<'static, str> {
    Cow::Owned(format!("o{index}"))
}
