//! Builds the cases of a branch one after the other.

use crate::{
    graph::{
        Case, CompileProblem, End, NodeList, NodeRef, Recorded,
        compilation::with_node_list,
        condition::{Condition, value::Sources},
        entity::Location,
    },
    types::TypeInfo,
};

/// A branch whose cases are being built.
#[derive(Debug)]
pub(crate) struct Recorder {
    name: String,
    location: Location,
    cases: Vec<Case>,
    outputs: Option<Vec<TypeInfo>>,
    /// Whether a case is open; calls become part of it.
    open: bool,
    finished: bool,
}

fn with_list<R>(with: impl FnOnce(&mut NodeList) -> R) -> R {
    let result = with_node_list(|list| list.map(with));
    result.expect("branches can only be made in the body of a workflow")
}

impl Recorder {
    pub(crate) fn new(name: impl Into<String>, location: Location) -> Self {
        Self {
            name: name.into(),
            location,
            cases: Vec::new(),
            outputs: None,
            open: false,
            finished: false,
        }
    }

    /// Begins a case.
    pub(crate) fn enter(&mut self) {
        with_list(|list| list.enter_case(self.cases.len()));
        self.open = true;
    }

    /// Ends the case with its value.
    pub(crate) fn leave(&mut self, condition: Option<Condition>, end: Ended, else_if: bool) {
        let location = self.location;
        self.open = false;
        let Some(body) = with_list(|list| list.leave_case(location)) else {
            return;
        };
        let end = match end {
            Ended::Gives(sources) => {
                self.outputs.get_or_insert(sources.infos);
                End::Values(sources.data)
            }
            Ended::Fails(message) => End::Fail(message),
        };
        self.cases.push(Case {
            condition,
            body,
            end,
            else_if,
        });
    }

    /// Adds the branch node; the last case was `else`.
    pub(crate) fn finish(&mut self) -> NodeRef {
        self.finished = true;
        let recorded = Recorded {
            name: std::mem::take(&mut self.name),
            location: self.location,
            cases: std::mem::take(&mut self.cases),
            outputs: self.outputs.take().unwrap_or_default(),
        };
        with_list(|list| list.add_branch(recorded))
    }

    /// Reports a value in a branch that gives none, which happens when all of its cases fail.
    pub(crate) fn gives(&self, node: NodeRef, outputs: u32) {
        with_list(|list| {
            let location = self.location;
            if list.outputs_of(node) < outputs as usize {
                list.problems
                    .push(CompileProblem::AllCasesFail { location });
            }
        });
    }
}

/// The end of a case.
#[derive(Debug)]
pub(crate) enum Ended {
    Gives(Sources),
    Fails(String),
}

impl Drop for Recorder {
    fn drop(&mut self) {
        let (open, finished) = (self.open, self.finished);
        if !open && finished {
            return;
        }
        let panicking = std::thread::panicking();
        with_node_list(|list| {
            let Some(list) = list else { return };
            if open {
                let _ended = list.leave_case(self.location);
            }
            if !finished && !panicking {
                list.problems.push(CompileProblem::UnfinishedCondition {
                    name: std::mem::take(&mut self.name),
                    location: self.location,
                });
            }
        });
    }
}
