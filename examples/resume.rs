//! Going on with a run that ended early: what had ended is not run again, also when the process was killed.
//!
//! ```console
//! $ cargo run --example resume -- run --jobs 1 release --answer publish=no
//! building api
//! building web
//! error: gate `publish` failed (node n1 of `resume.release`): User did not approve the transaction for gate node publish
//!   with: o0 = ["api.tar", "web.tar"]
//!   gate at examples/resume.rs:[..]
//! 1 node did not run
//!
//! To resume it, run 'resume run --resume [..]'.
//! $ cargo run --example resume -- run --resume last --answer publish=yes
//! published api.tar and web.tar
//! $ cargo run --example resume -- runs show last
//! [..] of resume.release: succeeded
//! started [..]
//! ended   [..]
//! resumed once
//! inputs:
//!   parts  ["api","web"]
//! outputs:
//!   o0  "published api.tar and web.tar"
//! nodes:
//!   n0       succeeded  [..]  map resume.build  part = parts
//!     n0[0]  succeeded  [..]  resume.build
//!     n0[1]  succeeded  [..]  resume.build
//!   n1       succeeded  [..]  publish           o0 = n0.o0
//!   n2       succeeded  [..]  resume.publish    archives = n1.o0
//! ```

#![allow(clippy::print_stdout, reason = "a task shows that it runs")]

use flyte_runtime::prelude::*;

/// Takes long, so that nobody wants it twice.
#[task]
fn build(part: String) -> String {
    println!("building {part}");
    format!("{part}.tar")
}

#[task]
fn publish(archives: &[String]) -> String {
    format!("published {}", archives.join(" and "))
}

// ANCHOR: release
/// Builds what there is and publishes it when a person has approved.
#[workflow]
fn release(#[default(vec!["api".to_owned(), "web".to_owned()])] parts: Vec<String>) -> String {
    let archives = parts.map(|part| build(part));
    publish(approve(archives, "publish", "1d"))
}
// ANCHOR_END: release

fn main() -> ExitCode {
    flyte_runtime::main()
}

#[cfg(test)]
mod tests {
    use flyte_runtime::{
        events::{NodeState, Recalled},
        files::TempSandbox,
        gate::Answers,
        history::{History, RunStatus},
        testing::RecordedEvents,
    };

    use super::*;

    #[test]
    fn nothing_is_built_twice() {
        let directory = TempSandbox::new();
        let history = History::in_dir(directory.path());
        let runner = Runner::local().history(&history);
        let call = call!(release());
        let no = Answers::new().disapprove("publish");
        runner
            .clone()
            .answers(no)
            .run(call.clone())
            .expect_err("nobody agrees");
        let run = history.run("last").expect("it is recorded");
        assert_eq!(run.status(), RunStatus::Failed);

        let events = RecordedEvents::new();
        let runner = runner.answers(Answers::new().approve("publish"));
        let runner = runner.observe(events.clone()).resume(run.id());
        assert_eq!(
            runner.run(call).expect("it goes on"),
            "published api.tar and web.tar"
        );
        let resumed = Some(NodeState::Recalled(Recalled::Resumed));
        assert_eq!(events.state("n0[0]"), resumed);
        assert_eq!(events.state("n0[1]"), resumed);
        assert_eq!(events.state("n2"), Some(NodeState::Succeeded));
    }
}
