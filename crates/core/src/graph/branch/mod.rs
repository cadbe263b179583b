//! Branch nodes: what an `if` or a `match` on promises becomes.

mod capture;
mod expression;
mod lower;
mod record;

use std::borrow::Cow;

use super::{Node, Variable};
use crate::graph::entity::Location;

pub use capture::case_graph;
pub use expression::{BooleanExpression, ComparisonOperator, ConjunctionOperator, Operand};
pub use record::{Case, End, Recorded};

/// A node that runs one of several others (`flyteidl.core.BranchNode`).
///
/// Corresponds to what flytekit's `conditional` compiles to. The values its conditions look at are the bindings of its
/// [`Node`], named `<node id>.<output>`.
#[derive(Clone, Debug)]
pub struct BranchNode {
    pub(crate) name: String,
    pub(crate) location: Location,
    /// The cases that have a condition, in the order in which they are tried.
    pub cases: Vec<BranchCase>,
    pub(crate) default: BranchElse,
    /// The outputs of the branch, whichever case runs.
    pub outputs: Vec<Variable>,
    /// Nodes around whose values the cases use, besides those that the conditions look at.
    pub captured: Vec<usize>,
}

/// A condition and the node that runs when it is the first that holds (`flyteidl.core.IfBlock`).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct BranchCase {
    /// What has to hold.
    pub condition: BooleanExpression,
    /// What runs then.
    pub then: CaseNode,
}

/// The node of a case (`then_node`, `else_node`).
///
/// Its bindings name nodes of the graph that the branch node is in.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CaseNode {
    /// The node.
    pub node: Node,
    /// For each output of the branch, which output of the node it is.
    pub outputs: Vec<u32>,
}

/// What happens when no condition holds (`flyteidl.core.IfElseBlock`'s `default`).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum BranchElse {
    /// Another node runs (`else_node`).
    Node(Box<CaseNode>),
    /// The run fails with this message (`error`).
    Fail(String),
}

impl BranchNode {
    /// The name people see: that of `conditional("name")`, else `if` or `match`.
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

    /// What happens when none of them holds.
    pub fn default(&self) -> &BranchElse {
        &self.default
    }

    /// What it gives: the outputs that all of its cases have.
    pub fn outputs(&self) -> &[Variable] {
        &self.outputs
    }

    /// The nodes of its cases, that of `else` included.
    pub fn case_nodes(&self) -> impl Iterator<Item = &CaseNode> {
        let default = match &self.default {
            BranchElse::Node(node) => Some(&**node),
            BranchElse::Fail(_) => None,
        };
        self.cases.iter().map(|case| &case.then).chain(default)
    }

    /// As [`case_nodes`](Self::case_nodes), to change them.
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

    /// For each output of the branch, which output of the node it is.
    pub fn outputs(&self) -> &[u32] {
        &self.outputs
    }
}

/// The name of an output without one.
fn positional(index: usize) -> Cow<'static, str> {
    Cow::Owned(format!("o{index}"))
}
