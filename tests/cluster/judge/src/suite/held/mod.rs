//! Kinds of workflows that have run the same way on either side from the beginning.

mod aborts;
mod cache_in_maps;
mod checkpoints;
mod conditions;
mod dynamic_tasks;
mod eager_tasks;
mod errors;
mod files;
mod gates;
mod handlers;
mod inner_workflows;
mod inputs_60;
mod launch_plans;
mod lists_and_maps;
mod maps;
mod maps_of_1000;
mod nodes_300;
mod numbers;
mod order;
mod outputs;
mod overrides;
mod recoveries;
mod recursion;
mod relaunches;
mod retries;
mod scripts;
mod secrets;
mod structs;
mod tables;
mod texts;
mod timeouts;
mod times;
mod unions;

use crate::case::Case;

/// Their names. A file of this directory has the cases of one.
pub(crate) const KINDS: &[&str] = &[
    "maps of 1,000",
    "recursion",
    "gates",
    "files",
    "tables",
    "unions",
    "checkpoints",
    "secrets",
    "cache in maps",
    "eager tasks",
    "handlers",
    "300 nodes",
    "60 inputs",
    "aborts",
    "recoveries",
    "relaunches",
    "numbers",
    "texts",
    "lists and maps",
    "structs",
    "times",
    "dynamic tasks",
    "maps",
    "inner workflows",
    "launch plans",
    "overrides",
    "order",
    "scripts",
    "retries",
    "errors",
    "timeouts",
    "conditions",
    "outputs",
];

/// Their cases.
pub(crate) fn cases() -> Vec<Case> {
    let mut all = Vec::new();
    all.extend(maps_of_1000::cases());
    all.extend(recursion::cases());
    all.extend(gates::cases());
    all.extend(files::cases());
    all.extend(tables::cases());
    all.extend(unions::cases());
    all.extend(checkpoints::cases());
    all.extend(secrets::cases());
    all.extend(cache_in_maps::cases());
    all.extend(eager_tasks::cases());
    all.extend(handlers::cases());
    all.extend(nodes_300::cases());
    all.extend(inputs_60::cases());
    all.extend(aborts::cases());
    all.extend(recoveries::cases());
    all.extend(relaunches::cases());
    all.extend(numbers::cases());
    all.extend(texts::cases());
    all.extend(lists_and_maps::cases());
    all.extend(structs::cases());
    all.extend(times::cases());
    all.extend(dynamic_tasks::cases());
    all.extend(maps::cases());
    all.extend(inner_workflows::cases());
    all.extend(launch_plans::cases());
    all.extend(overrides::cases());
    all.extend(order::cases());
    all.extend(scripts::cases());
    all.extend(retries::cases());
    all.extend(errors::cases());
    all.extend(timeouts::cases());
    all.extend(conditions::cases());
    all.extend(outputs::cases());
    all
}
