//! What once did not hold on a cluster, row by row of the table in the README.

use crate::case::Case;

/// How many rows there are.
pub(crate) const COUNT: u8 = 19;

/// The modules with the cases of a row each.
macro_rules! rows {
    ($($module:ident),* $(,)?) => {
        $(mod $module;)*

        /// Their cases.
        pub(crate) fn cases() -> Vec<Case> {
            let mut all = Vec::new();
            $(all.extend($module::cases());)*
            all
        }
    };
}

rows![
    row01_branches_in_dynamic_tasks,
    row02_lists_that_a_plan_fixes,
    row03_arms_without_calls,
    row04_handlers_with_errors,
    row05_integers_of_go_clients,
    row06_variables,
    row07_ends_of_the_world,
    row08_long_errors,
    row09_parts_in_conditions,
    row10_enums_in_conditions,
    row11_options_in_conditions,
    row12_maps_over_plans,
    row13_references,
    row14_names,
    row15_sizes,
    row16_tasks_alone,
    row17_processes_that_die,
    row18_cache_overrides,
    row19_by_design,
];
