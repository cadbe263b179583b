//! The parent of the process of a task, which says how that has died.

use std::{
    env,
    io::{self, Read as _},
    os::unix::{
        net::UnixStream,
        process::{CommandExt as _, ExitStatusExt as _},
    },
    process::{self, Command, ExitStatus},
};

use super::{
    Arguments, Executed,
    error_document::{Ending, Problem},
    files, report,
    report::PARENT,
    sigterm::Terminate,
};
use flyte_config::config::Environment;
use flyte_core::registry::Registry;
use flyte_engine::{
    name_of_signal,
    process::{Group, Watched},
};

/// What came of an attempt in a child.
#[derive(Debug)]
pub struct Outcome {
    /// What is written; nothing if that could not be done.
    pub executed: Option<Executed>,
    /// What the child has not said itself.
    pub said: Option<String>,
}

/// Runs this program again with its own arguments, and waits for it.
///
/// # Errors
///
/// When there is no child, and nothing has been run.
pub fn supervise(
    registry: &Registry,
    arguments: &Arguments,
    environment: &Environment,
) -> io::Result<Outcome> {
    let (mut own, its) = UnixStream::pair()?;
    let mut command = Command::new(env::current_exe()?);
    let mut words = env::args_os();
    if let Some(name) = words.next() {
        // The tasks that a dynamic task makes are started with it.
        command.arg0(name);
    }
    command.args(words).env(PARENT, process::id().to_string());
    // From here on SIGTERM is kept for the child.
    let mut terminate = Terminate::listen()?;
    let mut group = Group::spawn(&mut command, &Watched::Connected(&its))?;
    terminate.pass_to(group.killer());
    let waited = group.wait_and_reap();
    let status = waited.and_then(|()| group.end());
    let is_terminated = terminate.end();
    Ok(match reported(&mut own) {
        Some(executed) => Outcome {
            executed,
            said: None,
        },
        None => {
            let task = arguments.built_in().is_none().then(|| arguments.task());
            let task = task.and_then(|task| registry.find(task).ok());
            let problem = match is_terminated {
                true => Problem::terminated(),
                false => Problem::of_death(task, death(status)),
            };
            tell(&problem, arguments, environment)
        }
    })
}

/// What the child has said before it ended. Nothing else has the other end of the connection open for writing, but it
/// is not waited for.
fn reported(connection: &mut UnixStream) -> Option<Option<Executed>> {
    let mut letter = [0];
    connection.set_nonblocking(true).ok()?;
    connection.read_exact(&mut letter).ok()?;
    report::reported(letter[0])
}

fn death(status: io::Result<ExitStatus>) -> String {
    let how = match status {
        Ok(status) => match (status.signal(), status.code()) {
            (Some(signal), _) => {
                return format!(
                    "the process of the attempt was ended by signal {signal}{}",
                    name_of_signal(signal)
                );
            }
            (None, Some(code)) => format!("ended with exit code {code}"),
            (None, None) => format!("ended with {status}"),
        },
        Err(error) => format!("cannot be waited for ({error})"),
    };
    format!(
        "the process of the attempt {how} and has left neither outputs nor an error; write a task that returns an \
         error or panics, and does not end its process"
    )
}

/// Writes an error in the place of the child, unless it has written something.
fn tell(problem: &Problem, arguments: &Arguments, environment: &Environment) -> Outcome {
    let said = Some(problem.message().to_owned());
    let ending = match files(arguments, environment) {
        Ok(files) => Ending::new(files, arguments, environment),
        Err(error) => {
            return Outcome {
                executed: None,
                said: Some(format!("{}\n{error}", problem.message())),
            };
        }
    };
    if let Some(executed) = ending.is_there() {
        return Outcome {
            executed: Some(executed),
            said,
        };
    }
    match ending.fail(problem) {
        Ok(_) => Outcome {
            executed: Some(Executed::Failed),
            said,
        },
        Err(text) => Outcome {
            executed: None,
            said: Some(text),
        },
    }
}
