//! What once did not hold on a cluster, row by row of the table in the README.

mod row01_branches_in_dynamic_tasks;
mod row02_lists_that_a_plan_fixes;
mod row03_arms_without_calls;

use crate::case::Case;

/// How many rows there are.
pub(crate) const COUNT: u8 = 19;

/// Their cases.
pub(crate) fn cases() -> Vec<Case> {
    let mut all = Vec::new();
    all.extend(row01_branches_in_dynamic_tasks::cases());
    all.extend(row02_lists_that_a_plan_fixes::cases());
    all.extend(row03_arms_without_calls::cases());
    all
}
