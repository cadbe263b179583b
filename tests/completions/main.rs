//! Shells complete the command line of a program, asked as a user asks them: with keys, on a terminal.
//!
//! A program without the harness of tests, since it is the one whose command line is completed. A shell that is not
//! installed is left out, with a line that says so.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test has no users and shows what failed"
)]

#[cfg(unix)]
mod terminal;

use flyte_runtime::{files::FlyteFile, prelude::*};

#[derive(Clone, Copy, Debug, FlyteType)]
enum Colour {
    Red,
    #[flyte(value = "dark red")]
    DarkRed,
    #[flyte(value = "it's: \"odd\"")]
    Odd,
}

/// Paints it.
#[task]
fn paint(colour: Colour, file: Option<FlyteFile>) -> String {
    format!("{colour:?} {file:?}")
}

#[task]
fn pack() {}

fn main() -> ExitCode {
    // `cargo test` may give options of its harness; commands are ours.
    let command = std::env::args().nth(1).unwrap_or_default();
    if ["completions", "run"].contains(&&*command) {
        return flyte_runtime::main();
    }
    #[cfg(unix)]
    shells::all();
    ExitCode::SUCCESS
}

#[cfg(unix)]
mod shells {
    use std::{
        env, fs,
        os::unix::fs::symlink,
        path::{Path, PathBuf},
        process::Command,
    };

    use flyte_runtime::files::TempSandbox;

    use super::terminal::Terminal;

    /// What is typed before the Tab key, and the line behind it.
    const TYPED: [(&str, &str); 9] = [
        ("app comp", "app completions "),
        ("app run pai", "app run paint "),
        // As far as all names that begin so are the same.
        ("app run p", "app run pa"),
        ("app run paint --colou", "app run paint --colour "),
        ("app run paint --colour=R", "app run paint --colour=Red "),
        (
            "app run paint --colour \"dar",
            "app run paint --colour \"dark red\" ",
        ),
        ("app run paint --file dat", "app run paint --file data/"),
        (
            "app run paint --file=data/se",
            "app run paint --file=data/set ",
        ),
        // The program by its path.
        ("./my\\ tools/app run pai", "./my\\ tools/app run paint "),
    ];

    /// A directory with the program in `my tools`, which is on the path, and with a file.
    fn place(sandbox: &TempSandbox) -> PathBuf {
        let directory = sandbox.create().unwrap().to_owned();
        fs::create_dir_all(directory.join("my tools")).unwrap();
        fs::create_dir_all(directory.join("data")).unwrap();
        fs::write(directory.join("data/set"), "x").unwrap();
        symlink(env::current_exe().unwrap(), directory.join("my tools/app")).unwrap();
        directory
    }

    fn command(shell: &str, directory: &Path) -> Command {
        let path = env::var("PATH").unwrap_or_default();
        let mut command = Command::new(shell);
        command
            .current_dir(directory)
            .env(
                "PATH",
                format!("{}:{path}", directory.join("my tools").display()),
            )
            .env("HOME", directory)
            .env("ZDOTDIR", directory)
            .env("XDG_CONFIG_HOME", directory)
            .env("XDG_DATA_HOME", directory)
            .env("FLYTE_LOCAL_STATE_DIR", directory.join("state"))
            .env("TERM", "vt100")
            .env("LC_ALL", "C.UTF-8");
        command
    }

    /// Whether a shell is installed.
    fn is_there(shell: &str) -> bool {
        let found = Command::new(shell).arg("--version").output().is_ok();
        if !found {
            println!("skipped: {shell} is not installed");
        }
        found
    }

    fn bash() {
        let sandbox = TempSandbox::new();
        let mut bash = command("bash", &place(&sandbox));
        bash.args(["--norc", "--noprofile", "-i"]);
        let mut terminal = Terminal::start(bash);
        terminal.keys(
            "bind 'set bell-style none'; bind -x '\"\\C-g\": printf \"\\n<<%s>>\\n\" \"$READLINE_LINE\"'; \
             source <(app completions bash); printf '<<%s>>' there\r",
        );
        assert_eq!(terminal.answer(), "there");
        let own = [
            (
                "app run paint --colour dar",
                "app run paint --colour dark\\ red ",
            ),
            (
                "app run paint --colour it",
                r#"app run paint --colour it\'s:\ \"odd\" "#,
            ),
            // bash takes the word apart at a colon.
            (
                r"app run paint --colour it\'s:",
                r#"app run paint --colour it\'s:\ \"odd\" "#,
            ),
            (
                "app run paint --colour 'it",
                r#"app run paint --colour 'it'\''s: "odd"' "#,
            ),
            (
                "app run paint --colour @da",
                "app run paint --colour @data/",
            ),
        ];
        for (typed, completed) in TYPED.into_iter().chain(own) {
            assert_eq!(terminal.complete(typed), completed, "bash: {typed}");
        }
    }

    fn zsh() {
        let sandbox = TempSandbox::new();
        let mut zsh = command("zsh", &place(&sandbox));
        zsh.args(["-f", "-i"]);
        let mut terminal = Terminal::start(zsh);
        terminal.keys(
            "unsetopt beep list_beep; autoload -Uz compinit; compinit -u -D; source <(app completions zsh); \
             tell() { print -r -- \"<<$BUFFER>>\" }; zle -N tell; bindkey '^G' tell; bindkey '^U' kill-whole-line; \
             printf '<<%s>>' there\r",
        );
        assert_eq!(terminal.answer(), "there");
        let own = [
            (
                "app run paint --colour dar",
                "app run paint --colour dark\\ red ",
            ),
            (
                "app run paint --colour it",
                r#"app run paint --colour it\'s:\ \"odd\" "#,
            ),
            (
                r"app run paint --colour it\'s:",
                r#"app run paint --colour it\'s:\ \"odd\" "#,
            ),
            ("app run paint --file ~/dat", "app run paint --file ~/data/"),
        ];
        for (typed, completed) in TYPED.into_iter().chain(own) {
            assert_eq!(terminal.complete(typed), completed, "zsh: {typed}");
        }
    }

    /// fish tells by itself what it would offer.
    fn fish() {
        let sandbox = TempSandbox::new();
        let directory = place(&sandbox);
        let offered = |typed: &str| {
            let script = "app completions fish | source; complete -C $argv[1]";
            let output = command("fish", &directory)
                .args(["--no-config", "-c", script, typed])
                .output()
                .unwrap();
            String::from_utf8(output.stdout).unwrap()
        };
        for (typed, expected) in [
            (
                "app comp",
                "completions\tPrints a script with which a shell completes commands, names, inputs and runs\n",
            ),
            (
                "app run completions.pai",
                "completions.paint\ttask: Paints it.\n",
            ),
            ("app run pai", "paint\ttask: Paints it.\n"),
            ("app run paint --colour ", "Red\ndark red\nit's: \"odd\"\n"),
            ("app run paint --colour 'da", "dark red\n"),
            ("app run paint --colour=R", "--colour=Red\n"),
            ("app run paint --file data/s", "data/set\n"),
            ("./my\\ tools/app run pai", "paint\ttask: Paints it.\n"),
        ] {
            assert_eq!(offered(typed), expected, "fish: {typed}");
        }
    }

    pub(crate) fn all() {
        let shells: [(&str, fn()); 3] = [("bash", bash), ("zsh", zsh), ("fish", fish)];
        for (name, test) in shells {
            if is_there(name) {
                test();
                println!("{name} completes the command line");
            }
        }
    }
}
