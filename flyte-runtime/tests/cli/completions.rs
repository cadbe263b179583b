//! What the scripts of shells are told when they ask what can stand at the cursor. `tests/completions` asks the shells.

#![allow(clippy::unwrap_used, reason = "a test shows what failed")]

use std::fs;

use expect_test::expect;
use flyte_runtime::{
    Registry,
    cli::Cli,
    compat::FlyteEntities,
    files::{FlyteDirectory, FlyteFile, TempSandbox},
    history::{History, RunRecord},
    prelude::*,
};

use crate::{check, entities};

#[derive(Clone, Copy, Debug, FlyteType)]
enum Colour {
    Red,
    #[flyte(value = "dark red")]
    DarkRed,
    Blue,
    #[flyte(value = "it's:\"odd\"")]
    Odd,
}

/// Paints it.
#[task(name = "c.paint")]
fn paint(
    /// Which one.
    colour: Colour,
    #[default(true)] twice: bool,
    maybe: Option<Colour>,
    file: Option<FlyteFile>,
    directory: Option<FlyteDirectory>,
    allow: Option<String>,
) -> String {
    format!("{colour:?} {twice} {maybe:?} {file:?} {directory:?} {allow:?}")
}

#[task(name = "c.fails")]
fn fails() -> Result<(), &'static str> {
    Err("it is to fail")
}

#[workflow(name = "c.reviewed")]
fn reviewed(x: i64) -> i64 {
    approve(entities::add(x, 1), "review", "5m")
}

fn registry() -> Registry {
    Registry::builder()
        .with::<paint>()
        .with::<fails>()
        .with::<reviewed>()
        .with::<entities::add>()
        .with::<entities::cached>()
        .with::<entities::pipeline>()
        .build()
        .unwrap()
}

fn ask(history: Option<&History>, args: &[&str]) -> String {
    let registry = registry();
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let mut cli = Cli::new(&registry);
    if let Some(history) = history {
        cli = cli.history(history);
    }
    let exit = cli.run(["app"].iter().chain(args), &mut stdout, &mut stderr);
    assert_eq!(exit.code(), 0, "{}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).unwrap()
}

/// The words that bash is given for a line.
fn bash(line: &str) -> Vec<String> {
    let answer = ask(None, &["completions", "bash", "--line", line]);
    answer.lines().map(str::to_owned).collect()
}

/// The words and what they are, as zsh is given them; the last word is at the cursor.
fn zsh(words: &[&str]) -> String {
    let args = ["completions", "zsh", "--", "app"];
    let args: Vec<_> = args.iter().chain(words).copied().collect();
    ask(None, &args)
}

#[test]
fn commands_and_their_options_are_offered() {
    assert!(bash("app ").contains(&"run".to_owned()));
    assert_eq!(bash("app comp"), ["completions"]);
    assert_eq!(
        bash("app runs "),
        ["list", "show", "page", "compare", "logs", "deck", "prune"]
    );
    assert_eq!(bash("app list --"), ["--json", "--help"]);
    // Each once.
    assert_eq!(bash("app list --json --"), ["--help"]);
    assert_eq!(
        bash("app completions "),
        ["bash", "zsh", "fish", "powershell"]
    );
    assert_eq!(bash("app graph --format s"), ["svg"]);
    assert_eq!(
        bash("app run --progress="),
        ["auto", "plain", "none"].map(|how| format!("--progress={how}"))
    );
    assert_eq!(bash("app run --cache r"), ["refresh"]);
    assert_eq!(bash("app check --allow no-back"), ["no-backoff"]);
    // What a cluster calls without the feature `remote` is for the program itself.
    assert!(!bash("app ").contains(&"flyte-execute".to_owned()) || cfg!(feature = "remote"));
    assert_eq!(bash("app no-such-command "), [""; 0]);
}

#[test]
fn entities_are_offered_with_what_they_are() {
    expect![[r#"
        c.fails	task
        c.paint	task: Paints it.
        c.reviewed	workflow
        t.add	task: Adds two numbers.
        t.cached	task: A square, kept.
        t.pipeline	workflow: Adds and adds again.
    "#]]
    .assert_eq(&zsh(&["run", ""]));
    // By their last parts, where no whole name begins as typed.
    assert_eq!(zsh(&["run", "pai"]), "paint\ttask: Paints it.\n");
    assert_eq!(
        zsh(&["describe", "t.p"]),
        "t.pipeline\tworkflow: Adds and adds again.\n"
    );
    // Only tasks have results.
    assert!(!zsh(&["cache", "clear", "t."]).contains("t.pipeline"));
    // zsh and fish find names by what is inside.
    assert!(zsh(&["run", "PIPE"]).contains("t.pipeline"));
}

#[test]
fn inputs_and_their_values_are_offered() {
    let inputs = bash("app run paint ");
    assert_eq!(inputs[..3], ["--colour", "--twice", "--maybe"]);
    assert!(inputs.contains(&"--jobs".to_owned()), "{inputs:?}");
    assert_eq!(
        bash("app run --jobs 2 paint --colour "),
        ["Red", "dark\\ red", "Blue", r#"it\'s:\"odd\""#]
    );
    assert_eq!(bash("app run paint --maybe d"), ["dark\\ red"]);
    assert_eq!(bash("app run paint --colour=B"), ["--colour=Blue"]);
    assert_eq!(bash("app run paint --twice t"), ["true"]);
    // A flag may stand alone.
    assert_eq!(bash("app run paint --twice --col"), ["--colour", "--color"]);
    assert_eq!(bash("app run paint --no-t"), ["--no-twice"]);
    // An input that is called like an option has no value of that option.
    assert_eq!(bash("app run paint --allow "), [""; 0]);
    assert_eq!(
        bash("app cache explain cached --"),
        ["--x", "--inputs-file", "--json", "--cache-dir", "--help"]
    );
    assert_eq!(bash("app run reviewed --answer "), ["review="]);
    assert_eq!(bash("app run no_such_task --"), [""; 0]);
}

#[test]
fn values_with_spaces_and_quotes_are_put_in_as_the_shell_reads_them() {
    assert_eq!(bash(r"app run paint --colour dark\ "), [r"dark\ red"]);
    let inside = |line: &str, replaces: &str| {
        let line = format!("app run paint {line}");
        let args = [
            "completions",
            "bash",
            "--line",
            &line,
            "--replaces",
            replaces,
        ];
        ask(None, &args)
    };
    assert_eq!(inside("--colour \"dark", "dark"), "dark red\n");
    assert_eq!(inside("--colour 'it", "it"), "it'\\''s:\"odd\"\n");
    // bash takes the word apart at colons and at equals signs.
    assert_eq!(inside(r"--colour it\'s:", ""), "\\\"odd\\\"\n");
    assert_eq!(inside("--colour=R", "R"), "Red\n");
    let line = "app run paint --colour 'it\\'s";
    let fish = ask(None, &["completions", "fish", "--line", line]);
    assert_eq!(fish, "it's:\"odd\"\t\n");
    let words = "app\nrun\npaint\n--colour\nit";
    let hex: Vec<_> = words.bytes().map(|byte| format!("{byte:02X}")).collect();
    let powershell = ask(
        None,
        &["completions", "powershell", "--hex", &hex.join("-")],
    );
    assert_eq!(powershell, "'it''s:\"odd\"'\tit's:\"odd\"\tit's:\"odd\"\n");
}

#[test]
fn files_are_offered_where_there_can_be_one() {
    let sandbox = TempSandbox::new();
    let directory = sandbox.create().unwrap();
    fs::create_dir(directory.join("data")).unwrap();
    fs::write(directory.join("data.txt"), "x").unwrap();
    fs::write(directory.join(".hidden"), "x").unwrap();
    let at = directory.to_str().unwrap();
    let found = |line: &str| {
        let found = bash(&format!("app {}", line.replace('%', at)));
        let found = found.iter().map(|found| found.replace(at, "%"));
        found.collect::<Vec<_>>()
    };
    assert_eq!(found("run paint --file %/"), ["%/data.txt", "%/data/"]);
    assert_eq!(found("run paint --file %/."), ["%/.hidden"]);
    assert_eq!(found("run paint --directory %/"), ["%/data/"]);
    assert_eq!(found("run paint --colour @%/data."), ["@%/data.txt"]);
    assert_eq!(
        found("run paint --inputs-file=%/data."),
        ["--inputs-file=%/data.txt"]
    );
    assert_eq!(found("run --deck %/da"), ["%/data/"]);
    assert_eq!(found("graph paint -o %/data."), ["%/data.txt"]);
    assert_eq!(found("run paint --file %/no/such/"), [""; 0]);
}

#[test]
fn recorded_runs_are_offered_the_last_first() {
    let sandbox = TempSandbox::new();
    let history = History::in_dir(sandbox.create().unwrap());
    let registry = registry();
    let cli = Cli::new(&registry).history(&history);
    for name in ["fails", "cached", "fails"] {
        let args = ["app", "run", name, "--x", "3"];
        // A task without inputs takes none.
        let args = &args[..if name == "fails" { 3 } else { 5 }];
        cli.run(args, &mut Vec::new(), &mut Vec::new());
    }
    let runs = history.runs().unwrap();
    let ids: Vec<_> = runs.iter().map(RunRecord::id).collect();
    let asked = |line: &str| {
        let answer = ask(Some(&history), &["completions", "bash", "--line", line]);
        answer.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(asked("app runs show "), ["last", ids[0], ids[1], ids[2]]);
    assert_eq!(asked("app runs prune la"), ["last"]);
    // Only what has not succeeded can go on, and behind a name only its own runs.
    assert_eq!(asked("app run --resume "), ["last", ids[0], ids[2]]);
    assert_eq!(asked("app run paint --resume "), [""; 0]);
    assert_eq!(asked("app run fails --resume "), ["last", ids[0], ids[2]]);
    let zsh = ["completions", "zsh", "--", "app", "runs", "show", "l"];
    assert_eq!(ask(Some(&history), &zsh), "last\tfailed of c.fails\n");
    // Nothing is recorded.
    assert_eq!(bash("app runs show l"), [""; 0]);
}

#[test]
fn a_name_that_is_there_twice_disturbs_nothing() {
    let mut stdout = Vec::new();
    let line = "app run t.twi";
    let cli = Cli::new(FlyteEntities::registry());
    cli.run(
        ["app", "completions", "bash", "--line", line],
        &mut stdout,
        &mut Vec::new(),
    );
    assert_eq!(String::from_utf8(stdout).unwrap(), "t.twice\n");
}

#[test]
fn the_command_prints_a_script_and_how_to_load_it() {
    let script = ask(None, &["completions", "bash"]);
    assert!(
        script.ends_with("complete -F _app_completions 'app'\n"),
        "{script}"
    );
    check(
        &["completions", "--help"],
        expect![[r#"
            Prints a script with which a shell completes commands, names, inputs and runs

            Usage: app completions <SHELL>

            Arguments:
              <SHELL>  The shell that is to load it [possible values: bash, zsh, fish, powershell]

            Options:
              -h, --help  Print help

            How to load it in each new shell:
              bash        app completions bash > ~/.local/share/bash-completion/completions/app
                          without the package bash-completion, in ~/.bashrc: eval "$(app completions bash)"
              zsh         in ~/.zshrc, below compinit: source <(app completions zsh)
              fish        app completions fish > ~/.config/fish/completions/app.fish
              PowerShell  in $PROFILE: app completions powershell | Out-String | Invoke-Expression
            exit code 0
        "#]],
    );
    check(
        &["completions", "tcsh"],
        expect![[r#"
        --- stderr
        error: invalid value 'tcsh' for '<SHELL>'
          [possible values: bash, zsh, fish, powershell]

          tip: a similar value exists: 'zsh'

        For more information, try '--help'.
        exit code 2
    "#]],
    );
}
