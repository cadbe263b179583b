//! `runs logs --remote` and `runs deck --remote`: what the tasks of an execution have said, and their pages.

use std::{collections::HashSet, fs, path::Path};

use clap::ArgMatches;

use super::{
    answer::Answer,
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
        no_node(&tree.record.name, " --remote", wanted, paths.into_iter())?;
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
) -> Result<Answer, Failure> {
    // Logs that were read after the end of their attempts.
    let mut whole = HashSet::new();
    run_logs::printed(options, as_json, |known| {
        // The links are in the attempts.
        let tree = remote.show_all(execution)?;
        let is_over = tree.record.status.is_end();
        let (mut all, mut attempts) = (Vec::new(), 0);
        for node in wanted(&tree, options)? {
            attempts += node.attempts.len();
            for attempt in &node.attempts {
                for link in &attempt.logs {
                    let key = (node.path.clone(), attempt.number, Some(link.1.clone()));
                    // What comes late is read at the end.
                    if whole.contains(&key) && !is_over {
                        continue;
                    }
                    let before = known.and_then(|known| known.get(&key).copied());
                    let before = before.unwrap_or_default();
                    let text = match known {
                        None => remote.log_text(&link.1),
                        Some(_) => remote.log_text_after(&link.1, before as u64),
                    };
                    let text = match text {
                        Ok(text) => {
                            if attempt.status.is_end() {
                                whole.insert(key);
                            }
                            Ok(text)
                        }
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
                        before,
                    });
                }
            }
        }
        let why = match attempts {
            0 => "no task of it has started",
            _ => {
                "the cluster has no links to them; who runs it sets these with `plugins.logs` of flytepropeller"
            }
        };
        let asked = options.get_one::<String>(NODE);
        let asked = asked.map(|node| format!(" of node {node}"));
        Ok(Logs {
            all,
            is_over,
            none: format!(
                "there are no logs{} of execution {}: {why}",
                asked.unwrap_or_default(),
                execution.name
            ),
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
