//! The manual page.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test shows what failed, and what is not there"
)]

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

use crate::{output_of, registry};

#[test]
fn the_page_tells_of_commands_options_and_entities() {
    let page = output_of(&registry(), &["man"]);
    for part in [
        ".TH \"APP\" 1 ",
        ".SH \"NAME\"\napp \\- Lists, describes and runs the tasks",
        ".SS \"app runs show [OPTIONS] <ID>\"\n",
        ".PP\n\\fIRun options\\fR:\n.TP\n\\fB\\-\\-jobs\\fR \\fIN\\fR\nHow many tasks may run at once",
        ".TP\n\\fB\\-o\\fR, \\fB\\-\\-output\\fR \\fIFILE\\fR\n",
        ".TP\n\\fBt.add\\fR (task)\nAdds two numbers.\n",
        ".SH \"EXIT STATUS\"\n",
    ] {
        assert!(page.contains(part), "{part}\nis not in\n{page}");
    }
    // What is hidden in help is hidden here.
    assert!(!page.contains("replaces"), "{page}");
}

/// The formatters that are there have nothing to complain about.
#[test]
fn formatters_read_the_page_without_a_warning() {
    let page = output_of(&registry(), &["man"]);
    let page = page.strip_suffix("exit code 0\n").unwrap();
    let mut found = false;
    for (program, args) in [
        ("groff", &["-man", "-Tutf8", "-ww", "-z"][..]),
        ("mandoc", &["-T", "lint", "-W", "warning"]),
    ] {
        let child = Command::new(program)
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let Ok(mut child) = child else {
            println!("skipped: there is no {program}");
            continue;
        };
        child
            .stdin
            .take()
            .unwrap()
            .write_all(page.as_bytes())
            .unwrap();
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        // A program does not know the day of its release.
        let said = said
            .lines()
            .filter(|line| !line.is_empty() && !line.contains("missing date"));
        let said: Vec<_> = said.collect();
        assert!(said.is_empty(), "{program}: {said:#?}");
        found = true;
    }
    if !found {
        println!("skipped: no formatter of manual pages is installed");
    }
}
