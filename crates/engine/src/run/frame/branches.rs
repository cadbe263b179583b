//! Branch nodes: which case runs.

use std::{borrow::Cow, cmp::Ordering, sync::Arc};

use super::Frame;
use crate::{
    error::FailureCause,
    plan::{BranchPlan, CasePlan, DefaultPlan, Side, Test},
};
use flyte_context::context::{ExecutionState, Mode};
use flyte_core::{
    graph::{ComparisonOperator, ConjunctionOperator, entity::Input},
    panic::Each,
    types::{Literal, LiteralValue, TypeError, Value},
};

impl BranchPlan {
    /// The frame of the case that runs.
    ///
    /// The conditions are evaluated in order, as flytekit evaluates the sections of a conditional: a case is skipped
    /// unless its condition is the first to hold, and then it is taken until its frame ends.
    // Not inlined, to keep the worker's loop small for tasks.
    #[inline(never)]
    pub(crate) fn enter(
        &self,
        frame: &Arc<Frame>,
        node: u32,
        arguments: &mut Vec<Input>,
    ) -> Result<Arc<Frame>, FailureCause> {
        let chosen = self
            .choose(arguments)
            .map_err(|error| FailureCause::Condition {
                name: self.name.clone(),
                error: Box::new(error),
            })?;
        let Some(case) = chosen else {
            let DefaultPlan::Fail(message) = &self.default else {
                unreachable!("a branch without an `else` node fails")
            };
            return Err(FailureCause::Branch {
                name: self.name.clone(),
                message: message.clone(),
            });
        };
        let state = ExecutionState::empty()
            .with_mode(Mode::LocalWorkflowExecution)
            .in_branches();
        state.take_branch();
        let inputs = case.inputs(arguments);
        // One at a time: if two values panicked in the same drop, the process would end.
        while arguments.pop().is_some() {}
        Ok(Frame::of_case(
            Arc::clone(&case.plan),
            (Arc::clone(frame), node),
            inputs.into_inner(),
            state,
        ))
    }

    fn choose(&self, arguments: &[Input]) -> Result<Option<&CasePlan>, TypeError> {
        for (test, case) in &self.cases {
            if test.holds(arguments)? {
                return Ok(Some(case));
            }
        }
        Ok(match &self.default {
            DefaultPlan::Case(case) => Some(case),
            DefaultPlan::Fail(_) => None,
        })
    }
}

impl CasePlan {
    /// The inputs of the case, taken from the arguments of the branch node. Arguments that only other cases need are
    /// dropped.
    fn inputs(&self, arguments: &mut [Input]) -> Each<Value> {
        let inputs = self.arguments.iter().map(|&argument| {
            // Each argument is at most one input of the case, so the case may own the only copy.
            let slot = &mut arguments[argument];
            match std::mem::replace(slot, Input::Moved(String::new())) {
                Input::Present(value) => value,
                Input::Moved(_) => unreachable!("each argument is taken once"),
            }
        });
        Each::from(inputs.collect::<Vec<_>>())
    }
}

impl Test {
    fn holds(&self, arguments: &[Input]) -> Result<bool, TypeError> {
        match self {
            Self::Compare(operator, left, right) => {
                let (left, right) = (left.literal(arguments)?, right.literal(arguments)?);
                compare(*operator, &left, &right)
            }
            Self::Join(operator, terms) => {
                let settles = *operator == ConjunctionOperator::Or;
                for term in terms {
                    if term.holds(arguments)? == settles {
                        return Ok(settles);
                    }
                }
                Ok(!settles)
            }
        }
    }
}

impl Side {
    fn literal(&self, arguments: &[Input]) -> Result<Cow<'_, Literal>, TypeError> {
        match self {
            Self::Constant(literal) => Ok(Cow::Borrowed(literal)),
            Self::Argument {
                argument,
                path,
                info,
            } => {
                let Input::Present(value) = &arguments[*argument] else {
                    unreachable!("the conditions are looked at before a case takes its inputs")
                };
                if path.is_empty() {
                    return info.to_literal(value).map(Cow::Owned);
                }
                let mut part = value.clone();
                let mut taken = String::new();
                for (step, project) in path {
                    part = project(&part, step).map_err(|error| {
                        if taken.is_empty() {
                            error
                        } else {
                            error.at(&taken)
                        }
                    })?;
                    taken += &step.to_string();
                }
                info.to_literal(&part).map(Cow::Owned)
            }
        }
    }
}

/// Compares two literals as Flyte does: primitive values of the same kind, integers and floats by their numeric value,
/// and the contents of unions.
pub fn compare(
    operator: ComparisonOperator,
    left: &Literal,
    right: &Literal,
) -> Result<bool, TypeError> {
    use LiteralValue as V;
    let (left, right) = (inside(left), inside(right));
    let order = match (&left.value, &right.value) {
        (V::Integer(left), V::Integer(right)) => Some(left.cmp(right)),
        (V::Float(left), V::Float(right)) => left.partial_cmp(right),
        (V::Integer(left), V::Float(right)) => (*left as f64).partial_cmp(right),
        (V::Float(left), V::Integer(right)) => left.partial_cmp(&(*right as f64)),
        (V::String(left), V::String(right)) => Some(left.cmp(right)),
        (
            V::Datetime { seconds, nanos },
            V::Datetime {
                seconds: other,
                nanos: rest,
            },
        )
        | (
            V::Duration { seconds, nanos },
            V::Duration {
                seconds: other,
                nanos: rest,
            },
        ) => Some((seconds, nanos).cmp(&(other, rest))),
        (one, other) => {
            let equal = one == other;
            return match operator {
                ComparisonOperator::Eq => Ok(equal),
                ComparisonOperator::Neq => Ok(!equal),
                _ => Err(TypeError::mismatch(
                    format!("values that `{operator}` can order"),
                    format!("{} and {}", left.kind(), right.kind()),
                )),
            };
        }
    };
    Ok(match operator {
        ComparisonOperator::Eq => order == Some(Ordering::Equal),
        ComparisonOperator::Neq => order != Some(Ordering::Equal),
        ComparisonOperator::Gt => order == Some(Ordering::Greater),
        ComparisonOperator::Gte => order.is_some_and(Ordering::is_ge),
        ComparisonOperator::Lt => order == Some(Ordering::Less),
        ComparisonOperator::Lte => order.is_some_and(Ordering::is_le),
    })
}

fn inside(literal: &Literal) -> &Literal {
    match &literal.value {
        LiteralValue::Union { value, .. } => inside(value),
        _ => literal,
    }
}
