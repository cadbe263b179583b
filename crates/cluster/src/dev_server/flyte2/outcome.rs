//! What the engine makes of how a container ends.

use std::{fs, path::Path, process::ExitStatus};

use super::state::error;
use flyte_core::types::wire::{ErrorOrigin, decode_error};
use flyte_idl::flyteidl2::core::{ExecutionError, execution_error::ErrorKind};

/// What follows the end of a container.
#[derive(Debug)]
pub(super) enum Outcome {
    Succeeded,
    Failed(ExecutionError),
    /// Another attempt, if any is left.
    Retried(ExecutionError),
    /// The same attempt again, with the same directory, however often that was.
    Restarted,
}

/// What the files in a directory, and the end of the process, mean.
pub(super) fn of(directory: &Path, status: Option<ExitStatus>) -> Outcome {
    if !status.is_some_and(|status| status.success()) {
        return Outcome::Restarted;
    }
    // It is looked at first, even if there are outputs.
    if let Ok(bytes) = fs::read(directory.join("error.pb")) {
        return match decode_error(&bytes) {
            Ok(document) => {
                let kind = match document.origin {
                    ErrorOrigin::System => ErrorKind::System,
                    _ => ErrorKind::User,
                };
                let told = error(&document.code, document.message, kind);
                match (document.origin, document.is_recoverable) {
                    (ErrorOrigin::System, true) => Outcome::Restarted,
                    (_, true) => Outcome::Retried(told),
                    (_, false) => Outcome::Failed(told),
                }
            }
            Err(unreadable) => {
                Outcome::Failed(error("SYSTEM", unreadable.to_string(), ErrorKind::System))
            }
        };
    }
    let outputs = directory.join("outputs.pb");
    if outputs.exists() {
        return Outcome::Succeeded;
    }
    let message = format!(
        "plugin \"pod\" failed with system error 4 times: failed to read data from dataDir [{}]",
        outputs.display()
    );
    Outcome::Failed(error("MaxSystemFailures", message, ErrorKind::System))
}

#[cfg(all(test, unix))]
mod tests {
    use std::{fs, os::unix::process::ExitStatusExt as _, process::ExitStatus};

    use super::{Outcome, of};
    use flyte_config::random::random_hex;
    use flyte_core::types::wire::{ContainerError, ErrorOrigin, encode_error};

    /// What follows a container that has left these files.
    fn outcome(error: Option<(ErrorOrigin, bool)>, has_outputs: bool, code: i32) -> Outcome {
        let directory = std::env::temp_dir().join(format!("flyte-outcome-{}", random_hex()));
        fs::create_dir(&directory).expect("it is there");
        if let Some((origin, is_recoverable)) = error {
            let document = ContainerError {
                origin,
                is_recoverable,
                ..ContainerError::default()
            };
            fs::write(directory.join("error.pb"), encode_error(&document)).expect("it is there");
        }
        if has_outputs {
            fs::write(directory.join("outputs.pb"), b"").expect("it is there");
        }
        let outcome = of(&directory, Some(ExitStatus::from_raw(code << 8)));
        fs::remove_dir_all(&directory).expect("it is there");
        outcome
    }

    #[test]
    fn containers_end_as_they_were_seen_to_on_a_cluster() {
        use ErrorOrigin::{System, Unknown, User};
        assert!(matches!(outcome(None, true, 0), Outcome::Succeeded));
        assert!(matches!(
            outcome(Some((User, true)), false, 0),
            Outcome::Retried(_)
        ));
        assert!(matches!(
            outcome(Some((Unknown, true)), false, 0),
            Outcome::Retried(_)
        ));
        assert!(matches!(
            outcome(Some((System, false)), false, 0),
            Outcome::Failed(_)
        ));
        assert!(matches!(
            outcome(Some((System, true)), false, 0),
            Outcome::Restarted
        ));
        assert!(matches!(
            outcome(Some((User, false)), true, 0),
            Outcome::Failed(_)
        ));
        assert!(matches!(outcome(None, true, 3), Outcome::Restarted));
        assert!(matches!(outcome(None, false, 0), Outcome::Failed(_)));
    }
}
