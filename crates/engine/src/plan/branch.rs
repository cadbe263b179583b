//! The plan of a branch node.

use std::sync::Arc;

use super::Plan;
use flyte_core::{
    graph::{ComparisonOperator, ConjunctionOperator, PathStep, Projection, entity::Location},
    types::{Literal, TypeInfo},
};

/// A branch node, ready to be evaluated.
pub(crate) struct BranchPlan {
    pub(crate) name: String,
    pub(crate) location: Location,
    /// The conditions in the order of evaluation, each with the case that runs if it is the first to hold.
    pub(crate) cases: Vec<(Test, CasePlan)>,
    pub(crate) default: DefaultPlan,
}

/// What a branch does if no condition holds.
pub(crate) enum DefaultPlan {
    Case(CasePlan),
    Fail(String),
}

/// A condition.
pub(crate) enum Test {
    Compare(ComparisonOperator, Side, Side),
    Join(ConjunctionOperator, Vec<Test>),
}

/// One side of a comparison.
pub(crate) enum Side {
    Constant(Literal),
    /// An argument of the node, or a part of one.
    Argument {
        argument: usize,
        path: Vec<(PathStep, Projection)>,
        info: TypeInfo,
    },
}

/// A case of a branch, which is a graph of its own.
pub(crate) struct CasePlan {
    pub(crate) plan: Arc<Plan>,
    /// For each input of the case, the index of the branch node's argument. No argument is used twice.
    pub(crate) arguments: Vec<usize>,
}
