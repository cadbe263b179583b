//! Greets people, each in a task of its own.
//!
//! ```console
//! $ cargo run -- run greetings
//! $ cargo run -- graph greetings
//! $ cargo test
//! ```

use flyte_runtime::prelude::*;

/// Greets a person.
#[task(retries = 2)]
fn greet(name: &str) -> Result<String, String> {
    match name {
        "" => Err("a person needs a name".to_owned()),
        name => Ok(format!("Hello, {name}!")),
    }
}

/// Joins lines.
#[task]
fn join(lines: &[String]) -> String {
    lines.join("\n")
}

/// Greets everyone, all at the same time.
#[workflow]
fn greetings(
    #[default(vec!["Ada".to_owned(), "Grace".to_owned()])] names: Vec<String>,
) -> String {
    join(names.map(|name| greet(name)))
}

fn main() -> ExitCode {
    flyte_runtime::main()
}

#[cfg(test)]
mod tests {
    use flyte_runtime::testing::mock;

    use super::*;

    #[test]
    fn a_task_is_a_function() {
        assert_eq!(greet("Ada").as_deref(), Ok("Hello, Ada!"));
    }

    #[test]
    fn a_workflow_runs_in_a_test() -> Result<(), RunError> {
        let _mocked = mock::<greet>(|name| format!("Hi, {name}"));
        let said = greetings(vec!["Ada".to_owned(), "Lin".to_owned()])?;
        assert_eq!(said, "Hi, Ada\nHi, Lin");
        Ok(())
    }
}
