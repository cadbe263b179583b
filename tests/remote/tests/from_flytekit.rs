//! The table of flytekit's `FlyteRemote` in `docs/from-flytekit.md`: that it is complete, and that its paths exist.
//! They are behind the feature `cluster`, which the test of the other tables does not have.

use std::{collections::BTreeSet, path::Path};

use flyte_remote::square;
use flyte_runtime::cluster::{Inputs, Remote, RemoteTask, Version};

const DOCUMENT: &str = include_str!("../../../docs/from-flytekit.md");

/// The public methods and properties of `flytekit.remote.FlyteRemote` 1.16, in the order of its source.
const METHODS: &str = "context client default_project default_domain config file_access interactive_mode_enabled get \
     remote_context fetch_task_lazy fetch_task fetch_workflow_lazy fetch_workflow find_launch_plan \
     find_launch_plan_for_node fetch_active_launchplan fetch_launch_plan fetch_execution list_signals approve reject \
     set_input set_signal recent_executions list_tasks_by_version raw_register register_task register_workflow \
     fast_register_workflow fast_package upload_file register_script register_launch_plan execute \
     execute_remote_task_lp execute_remote_wf execute_reference_task execute_reference_workflow \
     execute_reference_launch_plan execute_local_task execute_local_workflow execute_local_launch_plan wait sync \
     sync_execution sync_node_execution sync_task_execution terminate list_projects get_domains \
     generate_console_http_domain generate_console_url launch_backfill get_extra_headers_for_protocol \
     activate_launchplan deactivate_launchplan download get_execution_metrics for_endpoint auto for_sandbox";

/// An argument of whatever type is wanted, for code that is compiled and never run.
fn any<T>() -> T {
    unreachable!("nothing here is run")
}

/// Each path is imported, or called in a closure that nobody calls.
macro_rules! paths {
    (@used ($($path:tt)+)) => {
        #[expect(unused_imports, reason = "that the import compiles is all that is asked of it")]
        const _: () = {
            use $($path)+ as _;
        };
    };
    (@used ($($path:tt)+) ($($argument:expr),*)) => {
        const _: fn() = || {
            let _ = || $($path)+($($argument),*);
        };
    };
    ($($($segment:ident)::+ $(::<$generic:ty>)? $(($($argument:expr),*))?;)*) => {
        $(paths!(@used ($($segment)::+ $(::<$generic>)?) $(($($argument),*))?);)*

        /// All of them, as the document writes them.
        fn checked() -> Vec<String> {
            let paths: &[&[&str]] = &[$(&[$(stringify!($segment),)+],)*];
            paths.iter().map(|segments| segments.join("::")).collect()
        }
    };
}

fn remote() -> &'static Remote {
    any()
}

paths! {
    flyte_runtime::cluster::Remote;
    flyte_runtime::cluster::BlockingRemote;
    flyte_runtime::cluster::Remote::connect(any());
    flyte_runtime::cluster::Remote::within(remote(), "", "");
    flyte_runtime::cluster::Remote::register(remote(), any(), any());
    flyte_runtime::cluster::RegisterOptions::only(any(), any());
    flyte_runtime::cluster::Remote::activate_launch_plan(remote(), "", None);
    flyte_runtime::cluster::Remote::deactivate_launch_plan(remote(), "");
    flyte_runtime::cluster::Remote::projects(remote());
    flyte_runtime::cluster::Remote::backfill(remote(), "", any());
    flyte_runtime::cluster::Remote::execute::<square>(remote(), any(), "", any());
    flyte_runtime::cluster::Remote::execute_fetched(remote(), any::<&RemoteTask>(), any::<&Inputs>(), any());
    flyte_runtime::cluster::ExecuteOptions;
    flyte_runtime::cluster::ExecuteOptions::name_prefix(any(), "");
    flyte_runtime::cluster::Inputs;
    flyte_runtime::cluster::Version::Latest;
    flyte_runtime::cluster::Fetched;
    flyte_runtime::cluster::Remote::fetch_task(remote(), "", Version::Latest);
    flyte_runtime::cluster::Remote::fetch_workflow(remote(), "", Version::Latest);
    flyte_runtime::cluster::Remote::fetch_launch_plan(remote(), "", Version::Latest);
    flyte_runtime::cluster::Remote::fetch_active_launch_plan(remote(), "");
    flyte_runtime::cluster::Remote::fetch_execution(remote(), "");
    flyte_runtime::cluster::RemoteExecution;
    flyte_runtime::cluster::Remote::list_executions(remote(), any(), 0);
    flyte_runtime::cluster::ExecutionFilter;
    flyte_runtime::cluster::Remote::executions(remote(), 0);
    flyte_runtime::cluster::Remote::signals(remote(), any());
    flyte_runtime::cluster::Remote::approve(remote(), any(), "");
    flyte_runtime::cluster::Remote::reject(remote(), any(), "");
    flyte_runtime::cluster::Remote::set_input::<i64>(remote(), any(), "", 1);
    flyte_runtime::cluster::Remote::set_input_text(remote(), any(), "", "");
    flyte_runtime::cluster::Remote::wait(remote(), any());
    flyte_runtime::cluster::Remote::wait_with(remote(), any(), any());
    flyte_runtime::cluster::WaitOptions;
    flyte_runtime::cluster::Remote::sync(remote(), any());
    flyte_runtime::cluster::NodeValues;
    flyte_runtime::cluster::Remote::outputs::<square>(remote(), any());
    flyte_runtime::cluster::Remote::output::<i64>(remote(), any(), "");
    flyte_runtime::cluster::Remote::terminate(remote(), any(), "");
    flyte_runtime::cluster::Remote::upload_file(remote(), any::<&Path>());
    flyte_runtime::cluster::Remote::upload_directory(remote(), any::<&Path>());
    flyte_runtime::cluster::Remote::download(remote(), any(), any::<&Path>());
    flyte_runtime::cluster::Remote::console_url(remote(), any::<&RemoteTask>());
    flyte_runtime::cluster::Execution;
    flyte_runtime::cluster::AttemptRun;
    flyte_runtime::cluster::Remote::check_references(remote(), any(), any());
    flyte_runtime::config::Config::auto(any());
    flyte_runtime::config::Config::for_endpoint("", true);
    flyte_runtime::config::Config::for_sandbox();
    flyte_runtime::Runner;
}

/// The lines of the section about it.
fn section() -> impl Iterator<Item = &'static str> {
    let lines = DOCUMENT.lines();
    let section = lines.skip_while(|line| *line != "## FlyteRemote").skip(1);
    section.take_while(|line| !line.starts_with("## "))
}

#[test]
fn every_method_has_a_row() {
    let first_cells = section().filter_map(|line| line.strip_prefix("| ")?.split(" | ").next());
    let words = first_cells.flat_map(|cell| cell.split(|c: char| !c.is_alphanumeric() && c != '_'));
    let words: BTreeSet<_> = words.collect();
    let missing: Vec<_> = METHODS
        .split_whitespace()
        .filter(|method| !words.contains(method))
        .collect();
    assert!(
        missing.is_empty(),
        "docs/from-flytekit.md has no row for {missing:?}"
    );
}

#[test]
fn the_section_and_the_checked_list_name_the_same_paths() {
    let spans = section().flat_map(|line| line.split('`').skip(1).step_by(2));
    let documented: BTreeSet<_> = spans
        .filter(|span| span.starts_with("flyte_runtime"))
        .map(str::to_owned)
        .collect();
    let checked: BTreeSet<_> = checked().into_iter().collect();
    let unchecked: Vec<_> = documented.difference(&checked).collect();
    let forgotten: Vec<_> = checked.difference(&documented).collect();
    assert!(
        unchecked.is_empty() && forgotten.is_empty(),
        "only in docs/from-flytekit.md: {unchecked:#?}\nonly in the list of this test: {forgotten:#?}"
    );
}
