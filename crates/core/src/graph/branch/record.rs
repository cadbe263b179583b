//! The data of a branch while its cases are built.

use crate::{
    graph::{BindingData, NodeList, condition::Condition, entity::Location},
    types::TypeInfo,
};

/// A branch whose cases have all been built.
pub struct Recorded {
    pub(crate) name: String,
    pub(crate) location: Location,
    /// In the order in which they are tried; the last one, and only that one, is without a condition.
    pub(crate) cases: Vec<Case>,
    /// The types of the values that every case gives.
    pub(crate) outputs: Vec<TypeInfo>,
}

/// One case.
#[derive(Clone, Debug)]
pub struct Case {
    pub(crate) condition: Option<Condition>,
    /// The nodes that were made in it.
    pub(crate) body: NodeList,
    pub(crate) end: End,
    /// Whether it follows `else` in `else if`.
    pub(crate) else_if: bool,
}

/// How a case ends.
#[derive(Clone, Debug)]
pub enum End {
    /// The sources of the branch's outputs.
    Values(Vec<BindingData>),
    /// `fail("…")`.
    Fail(String),
}

impl NodeList {
    /// Begins a case: nodes go to its own list until it ends.
    pub(crate) fn enter_case(&mut self, case: usize) {
        let mut inner = NodeList::new(self.prefix());
        inner.name = format!(
            "{}.{}n{}-{case}",
            self.name,
            self.prefix(),
            self.nodes.len()
        );
        // The whole body shares one list of parts, because a part is identified by its index.
        inner.parts = std::mem::take(&mut self.parts);
        let outer = std::mem::replace(self, inner);
        self.outer = Some(Box::new(outer));
    }

    /// Ends a case and returns its nodes; `None` outside of a case.
    pub(crate) fn leave_case(&mut self, location: Location) -> Option<NodeList> {
        let outer = *self.outer.take()?;
        let mut inner = std::mem::replace(self, outer);
        self.parts = std::mem::take(&mut inner.parts);
        self.problems.append(&mut inner.problems);
        self.closed.append(&mut inner.closed);
        self.closed.push((inner.graph(), location, false));
        Some(inner)
    }
}
