//! What the processes of attempts get from the run that starts them, and what they leave.

use std::{
    fs,
    io::Write as _,
    process::{self, Command, Output, Stdio},
};

use flyte_runtime::{compat::wire, files::TempSandbox, prelude::*};

use super::{Result2, is_running, isolated, says, variable, waits_until};

/// Starts processes that would go on for long: one in the group of this process, and one in a session of its own;
/// both hold standard error.
fn leave() -> Result2<Vec<u32>> {
    let start = |program: &str, words: &[&str]| -> Result2<u32> {
        let child = Command::new(program).args(words).spawn()?;
        Ok(child.id())
    };
    let inside = start("sleep", &["1000"])?;
    // Started from a process that ends at once, as services are.
    let directory = TempSandbox::new();
    let note = directory.create()?.join("note");
    let script = r#"setsid sh -c 'echo $$ > "$0.new"; mv "$0.new" "$0"; exec sleep 1000' "$0" &"#;
    Command::new("sh")
        .args(["-c", script])
        .arg(&note)
        .status()?;
    waits_until(|| note.exists());
    let outside = fs::read_to_string(&note)?.trim().parse()?;
    Ok(vec![inside, outside])
}

#[task]
fn leaves() -> Result2<Vec<u32>> {
    leave()
}

/// Writes down whom it leaves, and ends in its own way.
#[task]
fn leaves_and_dies(note: String, how: String) -> Result2<()> {
    let left: Vec<_> = leave()?.iter().map(u32::to_string).collect();
    fs::write(note, left.join(" "))?;
    match how.as_str() {
        "abort" => process::abort(),
        "exit" => process::exit(3),
        _ => Err("it has failed".into()),
    }
}

pub(super) fn what_a_task_leaves_ends_with_it() {
    for process in isolated().run(leaves::call()).unwrap() {
        waits_until(|| !is_running(&process.to_string()));
    }
    let directory = TempSandbox::new();
    let note = directory.create().unwrap().join("note");
    for how in ["abort", "exit", "error"] {
        let call = leaves_and_dies::call(note.display().to_string(), how.into());
        isolated().run(call).unwrap_err();
        for process in fs::read_to_string(&note).unwrap().split(' ') {
            waits_until(|| !is_running(process));
        }
    }
}

/// This program, on a command line.
fn program(arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    Command::new(std::env::current_exe().unwrap())
        .env("FLYTE_HISTORY", "off")
        .envs(environment.iter().copied())
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn stdout(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub(super) fn the_output_of_a_run_is_not_held() {
    // Both pipes are read to their end.
    let told = stdout(&program(&["run", "--isolate", "leaves"], &[]));
    let left: Vec<u32> = serde_json::from_str(told.trim()).unwrap();
    for process in left {
        waits_until(|| !is_running(&process.to_string()));
    }
}

/// The variables of a process that the task starts.
#[task(retries = 1, cache = "1")]
fn started_with() -> Result2<Vec<String>> {
    let attempt = ctx().unwrap().attempt_number();
    if attempt == 0 {
        return Err("again".into());
    }
    let output = Command::new("env").output()?;
    let variables = String::from_utf8(output.stdout)?;
    Ok(variables.lines().map(str::to_owned).collect())
}

/// Executes another task as a cluster does, and says what it has written.
#[task]
fn executes() -> Result2<Vec<String>> {
    let directory = TempSandbox::new();
    let directory = directory.create()?;
    let literals: [(&str, flyte_runtime::types::Literal); 0] = [];
    let inputs = wire::encode_map(literals.iter().map(|(name, literal)| (*name, literal)));
    fs::write(directory.join("inputs.pb"), inputs)?;
    let status = Command::new(std::env::current_exe()?)
        .args(["flyte-execute", "--inputs"])
        .arg(directory.join("inputs.pb"))
        .arg("--output-prefix")
        .arg(directory.join("out"))
        .args(["--", "task", variable::descriptor().name()])
        .status()?;
    let written = fs::read_dir(directory.join("out"))?;
    let names = written.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
    let names: Result2<Vec<_>> = names.collect();
    Ok([vec![status.to_string()], names?].concat())
}

pub(super) fn what_a_task_starts_is_not_an_attempt() {
    let directory = TempSandbox::new();
    let cache = flyte_runtime::cache::Cache::at(directory.create().unwrap());
    let variables = isolated().cache(cache).run(started_with::call()).unwrap();
    let ours: Vec<_> = variables
        .iter()
        .filter(|variable| {
            ["FLYTE_ISOLATED", "FLYTE_ATTEMPT", "FLYTE_LOCAL_CACHE"]
                .iter()
                .any(|name| variable.starts_with(name))
        })
        .collect();
    assert!(ours.is_empty(), "{ours:?}");
    let written = isolated().run(executes::call()).unwrap();
    assert_eq!(written, ["exit status: 0", "outputs.pb"]);
}

fn secrets_around() -> Vec<String> {
    let secrets = std::env::vars().filter(|(name, _)| name.starts_with("_FSEC_"));
    let mut secrets: Vec<_> = secrets
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    secrets.sort_unstable();
    secrets
}

#[task(secret_requests(secret(group = "mine", key = "key", env_var = "MY_KEY")))]
fn has_one() -> Result2<Vec<String>> {
    let mut all = secrets_around();
    all.push(std::env::var("MY_KEY")?);
    let context = flyte_runtime::compat::current_context();
    all.push(context.secrets()?.get("mine", "key")?.expose().to_owned());
    Ok(all)
}

#[task]
fn has_none() -> Vec<String> {
    secrets_around()
}

#[dynamic]
fn runs_one_that_has() -> Vec<String> {
    has_one()
}

#[task(secret_requests(secret(group = "one", key = "key", env_var = "SHARED")))]
fn means_one() -> Result2<String> {
    Ok(std::env::var("SHARED")?)
}

#[task(secret_requests(secret(group = "two", key = "key", env_var = "SHARED")))]
fn means_two() -> Result2<String> {
    Ok(std::env::var("SHARED")?)
}

#[dynamic]
fn runs_both() -> (String, String) {
    (means_one(), means_two())
}

/// Nothing sets a variable of the process that runs the program: the notice says so.
pub(super) fn the_variable_of_a_secret_is_that_of_a_process() {
    let notice = "`secret_requests(env_var)` of task";
    let run = |options: &[&str], environment: &[(&str, &str)]| {
        let output = program(
            &[&["run"], options, &["--json", "means_one"]].concat(),
            environment,
        );
        let stderr = String::from_utf8(output.stderr).unwrap();
        (output.status.success(), stderr.contains(notice))
    };
    let secret = ("_FSEC_ONE_KEY", "1");
    assert_eq!(run(&[], &[secret]), (false, true));
    assert_eq!(run(&["--isolate"], &[secret]), (true, false));
    assert_eq!(run(&[], &[("SHARED", "1")]), (true, false));
}

pub(super) fn a_process_has_the_secrets_of_its_task() {
    let environment = [("_FSEC_MINE_KEY", "planted"), ("_FSEC_OTHER_KEY", "hidden")];
    let run = |task: &str| {
        stdout(&program(
            &["run", "--isolate", "--json", task],
            &environment,
        ))
    };
    assert_eq!(run("has_none"), "{\"o0\":[]}\n");
    let one = "{\"o0\":[\"_FSEC_MINE_KEY=planted\",\"planted\",\"planted\"]}\n";
    assert_eq!(run("has_one"), one);
    let inside = stdout(&program(
        &["run", "--isolate", "--json", "runs_one_that_has"],
        &environment,
    ));
    assert_eq!(inside, one);
    // Two tasks mean different secrets by the variable `SHARED`.
    let environment = [("_FSEC_ONE_KEY", "1"), ("_FSEC_TWO_KEY", "2")];
    let run = |task: &str| program(&["run", "--isolate", "--json", task], &environment);
    assert_eq!(stdout(&run("means_one")), "{\"o0\":\"1\"}\n");
    assert_eq!(stdout(&run("means_two")), "{\"o0\":\"2\"}\n");
    let inside = run("runs_both");
    assert!(
        String::from_utf8_lossy(&inside.stderr).contains("environment variable not found"),
        "{inside:?}"
    );
}

/// Prints in its own process, and in one that it starts.
#[task]
fn prints(text: String) -> Result2<String> {
    println!("{text}");
    print!("without an end");
    std::io::stdout().flush()?;
    Command::new("echo").arg(&text).status()?;
    Ok(text)
}

#[shell_task(script = "echo to standard output; echo of a script > {outputs.o0}")]
fn script_prints() -> String;

#[workflow]
fn print_all(text: String) -> (String, String) {
    (prints(text), script_prints())
}

pub(super) fn prints_of_tasks_are_not_results() {
    let expected = "{\"o0\":\"said\",\"o1\":\"of a script\"}\n";
    for option in ["--no-history", "--isolate"] {
        let output = program(
            &["run", "--json", option, "print_all", "--text", "said"],
            &[],
        );
        assert_eq!(stdout(&output), expected, "{option}");
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(stderr.matches("said").count(), 2, "{stderr}");
        says(&stderr, "to standard output");
    }
    // Events are asked for there.
    let output = program(
        &["run", "--json", "--events", "-", "prints", "--text", "said"],
        &[],
    );
    let told = stdout(&output);
    let lines: Vec<serde_json::Value> = told
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(lines.len() > 2, "{told}");
    assert_eq!(told.lines().last(), Some("{\"o0\":\"said\"}"));
}
