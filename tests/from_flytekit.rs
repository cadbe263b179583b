//! The paths that `docs/from-flytekit.md` gives for flytekit's names are those of this crate.
//!
//! Whether a path exists is for the compiler to say, and it has no way to look one up from a text. So
//! `from_flytekit_paths.rs` uses each path in code that compiles only if it exists, public and of the kind it is said
//! to be, and the test here compares that list with the document. To generate such code from the document instead and
//! run `cargo check` on it was the other choice: it needs a second build of the crate, a cargo in the test, and cannot
//! know that a method takes `impl Into<String>` or that a name is a field's. Here an item that is renamed stops the
//! build at its line, and a path that stands in only one of the two places is named by the test.

#![allow(missing_docs, reason = "a test has no users")]

use std::collections::BTreeSet;

mod from_flytekit_paths;

const DOCUMENT: &str = include_str!("../docs/from-flytekit.md");
const PUBLIC_API: &str = include_str!("public_api.txt");

/// The classes of `flytekit.core.context_manager`, its own and those of other modules that it exports, with their
/// methods and properties; and of the kinds of Flyte 2's context. Parameters of methods are left out, and so are those
/// of the JSON of dataclasses.
const NAMES: &[(&str, &str)] = &[
    (
        "CompilationState",
        "prefix mode task_resolver nodes add_node with_params",
    ),
    (
        "ExecutionParameters",
        "execution_date execution_id task_id stats logging working_directory tmp_dir raw_output_prefix \
         output_metadata_prefix checkpoint secrets decks default_deck timeline_deck enable_deck builder get has_attr \
         new_builder with_enable_deck with_task_sandbox",
    ),
    (
        "ExecutionState",
        "mode working_dir engine_dir branch_eval_mode user_space_params branch_complete is_local_execution take_branch \
         with_params TASK_EXECUTION LOCAL_WORKFLOW_EXECUTION LOCAL_TASK_EXECUTION",
    ),
    ("BranchEvalMode", "BRANCH_ACTIVE BRANCH_SKIPPED"),
    (
        "FlyteContext",
        "file_access level flyte_client compilation_state execution_state serialization_settings in_a_condition \
         origin_stackframe output_metadata_tracker worker_queue user_space_params current_context \
         enter_conditional_section get_deck get_origin_stackframe_repr new_builder new_compilation_state \
         new_execution_state set_stackframe with_client with_compilation_state with_execution_state with_file_access \
         with_new_compilation_state with_output_metadata_tracker with_serialization_settings with_worker_queue",
    ),
    (
        "FlyteContextManager",
        "add_signal_handler current_context get_origin_stackframe initialize pop_context push_context size with_context",
    ),
    ("FlyteEntities", "entities"),
    (
        "OutputMetadata",
        "artifact dynamic_partitions time_partition additional_items",
    ),
    (
        "OutputMetadataTracker",
        "output_metadata add get with_params",
    ),
    ("SecretsManager", "get get_secrets_env_var get_secrets_file"),
    ("SerializableToString", "serialize_to_string"),
    ("Checkpoint", "prev_exists read restore save write"),
    (
        "SyncCheckpoint",
        "checkpoint_dest checkpoint_src prev_exists read restore save write",
    ),
    (
        "Config",
        "platform secrets stats data_config local_sandbox_path auto for_endpoint for_sandbox with_params",
    ),
    ("SecretsConfig", "env_prefix default_dir file_prefix auto"),
    (
        "FileAccessProvider",
        "local_sandbox_dir local_access raw_output_prefix raw_output_fs data_config execution_metadata async_get_data \
         async_put_data async_put_raw_data download download_directory exists generate_new_custom_path get \
         get_async_filesystem_for_path get_data get_file_tail get_filesystem get_filesystem_for_path \
         get_random_local_directory get_random_local_path get_random_remote_directory get_random_remote_path \
         get_random_string is_remote join put_data put_raw_data recursive_paths sep strip_file_header upload \
         upload_directory",
    ),
    (
        "Node",
        "id metadata bindings upstream_nodes flyte_entity run_entity outputs runs_before with_overrides",
    ),
    (
        "SerializationSettings",
        "image_config project domain version env git_repo python_interpreter flytekit_virtualenv_root \
         fast_serialization_settings source_root entrypoint_settings serialized_context default_entrypoint_settings \
         for_image from_dict from_json from_transport new_builder schema should_fast_serialize to_dict to_json \
         venv_root_from_interpreter with_serialized_context",
    ),
    (
        "WorkflowExecutionIdentifier",
        "project domain name is_empty from_flyte_idl from_python_std promote_from_model serialize_to_string \
         short_string to_flyte_idl verbose_string",
    ),
    (
        "TaskContext",
        "action attempt_number raw_data_path custom_context checkpoint data mode",
    ),
];

/// Names that stand alone: functions, a variable, and classes of Python's library that the module exports.
const ALONE: &str = "current_context new_context flyte_context_Var contextmanager dataclass field ctx custom_context \
     get_custom_context contextual_run ContextVar Enum FrameType datetime timezone";

/// What stands between back quotes, with the number of its line.
fn code_spans() -> impl Iterator<Item = (usize, &'static str)> {
    DOCUMENT.lines().enumerate().flat_map(|(index, line)| {
        assert!(
            line.matches('`').count() % 2 == 0,
            "docs/from-flytekit.md:{}: a code span that is not closed on its line",
            index + 1
        );
        line.split('`')
            .skip(1)
            .step_by(2)
            .map(move |span| (index + 1, span))
    })
}

/// The lines of a section whose paths need a feature: `tests/remote/tests/from_flytekit.rs` checks them.
fn behind_a_feature() -> std::ops::Range<usize> {
    let lines: Vec<_> = DOCUMENT.lines().collect();
    let start = lines.iter().position(|line| *line == "## FlyteRemote");
    let start = start.expect("the section is there");
    let rest = lines[start + 1..].iter();
    let length = rest.take_while(|line| !line.starts_with("## ")).count();
    start + 1..start + 2 + length
}

fn documented() -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    let others = behind_a_feature();
    for (line, span) in code_spans().filter(|(line, _)| !others.contains(line)) {
        if span.starts_with("flyte_runtime") {
            let is_path = span.split("::").count() > 1
                && span.split("::").all(|segment| {
                    !segment.is_empty()
                        && segment
                            .chars()
                            .all(|c| c.is_ascii_alphanumeric() || c == '_')
                });
            assert!(
                is_path,
                "docs/from-flytekit.md:{line}: `{span}` is more than a path, and cannot be checked"
            );
            paths.insert(span.to_owned());
        }
    }
    paths
}

#[test]
fn the_document_and_the_checked_list_name_the_same_paths() {
    let documented = documented();
    let mut checked = BTreeSet::new();
    for path in from_flytekit_paths::all() {
        assert!(
            checked.insert(path.clone()),
            "tests/from_flytekit_paths.rs lists {path} twice"
        );
    }
    let unchecked: Vec<_> = documented.difference(&checked).collect();
    let forgotten: Vec<_> = checked.difference(&documented).collect();
    assert!(
        unchecked.is_empty() && forgotten.is_empty(),
        "only in docs/from-flytekit.md, so perhaps it does not exist; if it does, list it in tests/from_flytekit_paths.rs: \
         {unchecked:#?}\nonly in tests/from_flytekit_paths.rs; tell of it in docs/from-flytekit.md or remove it: \
         {forgotten:#?}"
    );
}

#[test]
fn every_row_has_three_cells_and_every_name_an_answer() {
    let mut rows = 0;
    for (index, line) in DOCUMENT.lines().enumerate() {
        let Some(row) = line.strip_prefix("| ") else {
            continue;
        };
        let place = format!("docs/from-flytekit.md:{}: {line}", index + 1);
        let row = row.replace(r"\|", "");
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let [name, item, difference, ""] = cells[..] else {
            panic!("{place}\nhas not three cells");
        };
        assert!(!name.is_empty() && !difference.is_empty(), "{place}");
        if matches!(name, "flytekit" | "Flyte 2") {
            continue;
        }
        rows += 1;
        let has_item = item.starts_with("`flyte_runtime::");
        let says_why = item == "-" && difference != "-";
        assert!(
            has_item || says_why,
            "{place}\ngives neither an item nor why there is none"
        );
    }
    assert!(rows > 250, "only {rows} rows were read");
}

/// What `public_api.txt` lists, and which of it are modules.
fn public_api() -> (BTreeSet<&'static str>, BTreeSet<&'static str>) {
    let lines: BTreeSet<_> = PUBLIC_API
        .lines()
        .filter(|line| line.starts_with("flyte_runtime::"))
        .collect();
    let modules = lines
        .iter()
        .filter_map(|line| line.rsplit_once("::"))
        .map(|(module, _)| module)
        .collect();
    (lines, modules)
}

#[test]
fn every_path_of_the_document_is_public() {
    let (items, modules) = public_api();
    let hidden: Vec<_> = documented()
        .into_iter()
        .filter(|path| {
            let mut ends = path.match_indices("::").map(|(end, _)| &path[..end]);
            let in_an_item = ends.any(|part| items.contains(part) && !modules.contains(part));
            !items.contains(path.as_str()) && !in_an_item
        })
        .collect();
    assert!(
        hidden.is_empty(),
        "not in tests/public_api.txt: {hidden:#?}"
    );
}

/// The words in the first cells of the document: flytekit's names.
fn answered() -> BTreeSet<&'static str> {
    DOCUMENT
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(" | ").next())
        .flat_map(|cell| cell.split(|c: char| !c.is_alphanumeric() && c != '_'))
        .collect()
}

#[test]
fn every_name_of_the_context_module_has_a_row() {
    let answered = answered();
    let mut missing = Vec::new();
    for (class, members) in NAMES {
        for name in members.split_whitespace() {
            if !answered.contains(name) {
                missing.push(format!("{class}.{name}"));
            }
        }
    }
    for name in ALONE.split_whitespace() {
        if !answered.contains(name) {
            missing.push(name.to_owned());
        }
    }
    assert!(
        missing.is_empty(),
        "docs/from-flytekit.md has no row for {missing:#?}"
    );
}

#[test]
fn classes_keep_their_names() {
    let (items, _) = public_api();
    for (class, _) in NAMES {
        let paths: Vec<_> = items
            .iter()
            .filter(|path| {
                path.rsplit_once("::")
                    .is_some_and(|(_, name)| name == *class)
            })
            .collect();
        assert_eq!(paths.len(), 1, "{class} has these paths: {paths:?}");
        assert!(
            DOCUMENT.contains(&format!("`{}", paths[0])),
            "{class} is not in the document"
        );
    }
}
