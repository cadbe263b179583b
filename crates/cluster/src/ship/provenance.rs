//! Where a program comes from, as labels of its image.

use std::{path::Path, process::Command, time::Duration};

use super::program::Program;
use crate::flyte1::output_within;

/// How long git may take.
const LIMIT: Duration = Duration::from_secs(20);

/// Labels that the program alone decides, and the revision of the repository that its lock file is in.
pub(super) fn labels(
    program: &Program,
    digest: &str,
    lock: Option<&Path>,
) -> Vec<(String, String)> {
    let mut labels = vec![
        ("org.flyte.program.digest", digest.to_owned()),
        (
            "org.flyte.sdk.version",
            env!("CARGO_PKG_VERSION").to_owned(),
        ),
    ];
    if let Some(build_id) = &program.elf.build_id {
        labels.push(("org.flyte.program.build-id", build_id.clone()));
    }
    if let Some(revision) = lock.and_then(Path::parent).and_then(revision) {
        labels.push(("org.opencontainers.image.revision", revision));
    }
    let labels = labels.into_iter();
    labels
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// The commit of a working copy, with `-dirty` if files differ from it; nothing where there is no git.
fn revision(directory: &Path) -> Option<String> {
    let said = |words: &[&str]| {
        let mut git = Command::new("git");
        if !directory.as_os_str().is_empty() {
            git.current_dir(directory);
        }
        let output = output_within(git.args(words), b"", LIMIT).ok()?;
        let said = String::from_utf8(output.stdout).ok()?;
        output.status.success().then(|| said.trim().to_owned())
    };
    let commit = said(&["rev-parse", "HEAD"])?;
    let changes = said(&["status", "--porcelain", "--untracked-files=no"])?;
    Some(match changes.is_empty() {
        true => commit,
        false => format!("{commit}-dirty"),
    })
}
