//! Reports changes between a graph and its registered form.

use super::{Finding, Rule, Walk, subject::Subject};
use crate::lower;

impl Walk<'_> {
    /// Reports the changes to a graph that matter to its author.
    pub(super) fn lowerings(&mut self, subject: &Subject) {
        let Some(lowered) = subject.lowered() else {
            return;
        };
        for done in lowered.lowerings() {
            let (place, location) = subject.source_place(&done.node);
            let mut tell = |rule, reason: &str, instead: &str| {
                self.find(Finding::new(rule, place.clone(), location, reason, instead));
            };
            match done.change {
                lower::Change::ReferenceWorkflow => tell(
                    Rule::StartedAsLaunchPlan,
                    "the workflow of the cluster is started as the launch plan that has its name, in an execution of \
                     its own",
                    "declare that launch plan, with `#[reference_launch_plan]`, and call it",
                ),
                lower::Change::Timeout => tell(
                    Rule::ShortTimeout,
                    "a `timeout` of less than a second is over there before the task starts, so it is made one of a \
                     second",
                    "give it a second, and the time that a container takes to start",
                ),
                _ => {}
            }
            if done.pod {
                tell(Rule::ExtraPod, pod(done.change), pod_instead(done.change));
            }
        }
    }
}

fn pod(change: lower::Change) -> &'static str {
    match change {
        lower::Change::ComputedCondition => {
            "its conditions are computed by a task of this program there, in a container of its own"
        }
        lower::Change::LaunchPlanMap => {
            "each element is an execution of its own there, which a task of this program starts, in a container of its \
             own"
        }
        _ => "a task of this program does it there, in a container of its own",
    }
}

fn pod_instead(change: lower::Change) -> &'static str {
    match change {
        lower::Change::ComputedCondition => {
            "have the task that gives the value give a `bool` beside it, and look at that"
        }
        _ => "",
    }
}
