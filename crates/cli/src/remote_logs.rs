//! `runs logs --remote` and `runs deck --remote`: what the tasks of an execution have said, and their pages.

use std::{fs, path::Path};

use clap::ArgMatches;

use super::{
    failure::Failure,
    run_decks::{self, Page},
    run_logs::{self, Log, Logs, NODE, is_wanted, no_node},
};
use flyte_cluster::flyte1::{BlockingRemote, ClusterError, Execution, ExecutionTree, NodeRun};

/// The nodes that are asked for.
fn wanted<'t>(tree: &'t ExecutionTree, options: &ArgMatches) -> Result<Vec<&'t NodeRun>, Failure> {
    let wanted = options.get_one::<String>(NODE).map(String::as_str);
    if tree.record.status.is_end() {
        let paths: Vec<_> = tree.all_nodes().map(|node| node.path.as_str()).collect();
        no_node(&tree.record.name, wanted, paths.into_iter())?;
    }
    let nodes = tree.all_nodes();
    Ok(nodes.filter(|node| is_wanted(&node.path, wanted)).collect())
}

/// What is behind the links to logs, as far as it can be fetched.
pub(super) fn logs(
    remote: &BlockingRemote,
    execution: &Execution,
    options: &ArgMatches,
    as_json: bool,
) -> Result<String, Failure> {
    run_logs::printed(options, as_json, || {
        // The links are in the attempts.
        let tree = remote.show_all(execution)?;
        let mut all = Vec::new();
        for node in wanted(&tree, options)? {
            for attempt in &node.attempts {
                for link in &attempt.logs {
                    let text = match remote.log_text(&link.1) {
                        Ok(text) => Ok(text),
                        // The link is of use all the same.
                        Err(ClusterError::Transfer { reason, .. }) => Err(reason),
                        Err(error) => return Err(error.into()),
                    };
                    all.push(Log {
                        node: node.path.clone(),
                        entity: node.entity.clone(),
                        attempt: attempt.number,
                        link: Some(link.clone()),
                        text,
                    });
                }
            }
        }
        Ok(Logs {
            all,
            is_over: tree.record.status.is_end(),
        })
    })
}

/// Fetches the pages with decks.
pub(super) fn decks(
    remote: &BlockingRemote,
    execution: &Execution,
    options: &ArgMatches,
    as_json: bool,
) -> Result<String, Failure> {
    let tree = remote.show(execution)?;
    let name = &execution.name;
    let directory = run_decks::directory(options).unwrap_or(Path::new("."));
    let mut pages = Vec::new();
    for node in wanted(&tree, options)? {
        if node.deck.is_none() {
            continue;
        }
        let page = remote.deck(node)?;
        let file = run_decks::file_name(name, &node.path);
        let file = run_decks::save(directory, &file, |path| fs::write(path, page))?;
        pages.push(Page {
            node: node.path.clone(),
            file,
        });
    }
    run_decks::printed(name, &pages, as_json)
}
