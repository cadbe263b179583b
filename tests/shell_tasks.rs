//! Tasks whose code is not Rust: scripts that really run, containers, and echoes.
#![cfg(unix)]
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test that another one starts tells it what happened, and a test shows what failed"
)]

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::Command,
    sync::atomic::{AtomicU32, Ordering},
};

use flyte_runtime::{
    compat::{
        SecretsConfig,
        options::{MetadataFormat, Process},
    },
    config::Environment,
    error::{FailureCause, ProcessError},
    files::TempSandbox,
    prelude::*,
    secrets::SecretsManager,
    testing::TestContext,
};

#[shell_task(script = r#"printf '%s' "{inputs.text}" | wc -w > "{outputs.o0}""#)]
fn count_words(text: &str) -> i64;

#[shell_task(script = r#"printf '%s\n' "{inputs.text}" > {outputs.o0}"#)]
fn same(text: String) -> String;

#[derive(Clone, Debug, PartialEq, FlyteOutputs)]
struct Listing {
    names: Vec<String>,
    sizes: BTreeMap<String, i64>,
    note: Option<String>,
}

#[shell_task(
    script = r#"
        test "$PWD" = "{ctx.working_directory}"
        echo '["a", "b"]' > {outputs.names}
        mkdir -p "found/{inputs.name}"
        echo '{"a": 1}' > "found/{inputs.name}/sizes.json"
        printf "%s" "$GREETING" > {outputs.note}
    "#,
    shell = "sh",
    output_locations(sizes = "found/{inputs.name}/sizes.json"),
    environment(GREETING = "hello"),
    retries = 2
)]
fn listing(name: String) -> Listing;

#[shell_task(
    script = "echo to standard output; echo broken >&2; exit 3",
    name = "shell.broken"
)]
fn broken(x: i64);

#[shell_task(script = "true || echo a > {outputs.o0}")]
fn silent() -> String;

#[shell_task(script = "echo many > {outputs.o0}")]
fn no_number() -> i64;

#[shell_task(script = "echo 1 > {outputs.count}")]
fn unknown_output() -> i64;

#[shell_task(script = "true", shell = "no-such-shell")]
fn no_shell();

#[shell_task(
    script = r#"test "{inputs.flag}" = true && test "{inputs.some}" = 3 && test -z "{inputs.none}" && echo "{inputs.xs}" > {outputs.o0}"#
)]
fn types(flag: bool, some: Option<i64>, none: Option<String>, xs: Vec<i64>) -> Vec<i64>;

#[echo_task(name = "shell.echo")]
fn both(x: i64, name: String) -> (i64, String);

#[echo_task]
fn one(xs: Vec<i64>) -> Vec<i64>;

#[echo_task]
fn nothing();

#[container_task(
    image = "example.org/tool:1",
    command("convert", "--level={{.inputs.level}}", "/in/text"),
    arguments("{{.inputs.text}}"),
    input_data_dir = "/in",
    output_data_dir = "/out",
    metadata_format = json,
    environment(MODE = "fast")
)]
fn convert(text: String, level: i64) -> (String, i64);

#[workflow]
fn pipeline(text: String) -> (i64, Vec<i64>) {
    let count = count_words(text);
    nothing();
    let (count, _) = both(count, text);
    (count, one(vec![count, 1]))
}

fn process_error(error: &RunError) -> &ProcessError {
    let RunError::Failed(failure) = error else {
        panic!("{error}");
    };
    let FailureCause::Error(error) = &failure.first.cause else {
        panic!("{error}");
    };
    error.downcast_ref().expect("it is of a process")
}

#[test]
fn a_script_runs_with_its_inputs_and_gives_its_outputs() {
    assert_eq!(count_words("one two three").expect("it runs"), 3);
    assert_eq!(pipeline("a b".into()).expect("it runs"), (2, vec![2, 1]));
    assert_eq!(
        types(true, Some(3), None, vec![1, 2]).expect("it runs"),
        [1, 2]
    );
}

#[test]
fn no_value_is_ever_run_as_a_command() {
    for text in [
        "$(touch pwned)",
        "`touch pwned`",
        "\"; touch pwned; echo \"",
        "'; touch pwned; '",
        "{inputs.text} {outputs.o0} ${HOME}",
        "a\nb\\n%s",
        "-n",
    ] {
        assert_eq!(same(text.to_owned()).expect("it runs"), text);
    }
}

#[shell_task(
    script = r#"printf '%s\n' "{inputs.long}" > {outputs.long}; printf '%s\n' "{inputs.short}" > {outputs.short}"#
)]
fn long_and_short(long: String, short: String) -> Lengths;

#[derive(Clone, Debug, FlyteOutputs)]
struct Lengths {
    long: String,
    short: String,
}

#[shell_task(script = r#"
        for text in "{inputs.a}" "{inputs.b}" "{inputs.c}"; do printf '%s' "$text"; done | wc -c > {outputs.o0}
        sh -c 'test -n "$FLYTE_INPUT_a"'
    "#)]
fn three(a: String, b: String, c: String) -> i64;

/// What one variable of the environment can hold is 128 KiB, and a text may be longer.
#[test]
fn inputs_of_scripts_can_be_of_any_length() {
    let line = "it's \"quoted\" $(touch pwned) `x` \\ \t\u{1}\u{7f}\u{81} \u{1f980}\r\n";
    let long = line.repeat(30_000);
    assert!(long.len() > 1 << 20, "{}", long.len());
    let both = long_and_short(long.clone(), "a".to_owned()).expect("it runs");
    assert!(both.long == long, "a long input came out as another one");
    assert_eq!(both.short, "a");

    // None of them is too long alone; the shorter ones stay in the environment of what the script starts.
    let (a, b, c) = ("a".repeat(20), "b".repeat(90_000), "c".repeat(120_000));
    assert_eq!(three(a, b, c).expect("it runs"), 210_020);
}

#[test]
fn an_input_with_a_zero_byte_is_told_by_name() {
    let error = same("a\0b".to_owned()).expect_err("no variable holds it");
    assert!(
        error.to_string().contains(
            "input `text` contains a zero byte, which cannot be passed to a program; take the input as a `FlyteFile`"
        ),
        "{error}"
    );
}

#[test]
fn outputs_have_names_types_and_places() {
    let expected = Listing {
        names: vec!["a".to_owned(), "b".to_owned()],
        sizes: BTreeMap::from([("a".to_owned(), 1)]),
        note: Some("hello".to_owned()),
    };
    assert_eq!(listing("x y".into()).expect("it runs"), expected);
}

#[shell_task(
    script = r#"
        mkdir found && echo inside > found/here
        ln -s "{inputs.outside}" found/link
    "#,
    output_locations(o0 = "found/{inputs.name}")
)]
fn finds(name: String, outside: String) -> String;

#[shell_task(
    script = "touch ran",
    output_locations(o0 = "{inputs.name}{inputs.end}")
)]
fn finds_anywhere(name: String, end: String) -> String;

#[shell_task(script = "mkfifo {outputs.o0}")]
fn leaves_a_pipe() -> String;

#[test]
fn no_input_chooses_a_place_outside_of_the_working_directory() {
    let outside = TempSandbox::new();
    let outside = outside.create().expect("it can be made");
    fs::write(outside.join("there"), "secret").expect("it is ours");
    let finds = |name: &str| finds(name.to_owned(), outside.display().to_string());
    for name in ["here", "./here", "./././here"] {
        assert_eq!(finds(name).expect("it runs"), "inside", "{name}");
    }
    let error = finds("a/../../found/here").expect_err("it leads out on its way");
    assert!(
        matches!(process_error(&error), ProcessError::Outside { .. }),
        "{error}"
    );
    for (name, end) in [
        ("/proc/self/environ", ""),
        ("../../etc/hostname", ""),
        ("..", "/x"),
        (".", "./x"),
        ("", "/etc/hostname"),
        ("a/", "../../x"),
    ] {
        let error = finds_anywhere(name.into(), end.into()).expect_err("it leads out");
        assert!(
            matches!(process_error(&error), ProcessError::Outside { .. }),
            "{name}{end}: {error}"
        );
    }
    let error = finds_anywhere("/proc/self/environ".into(), String::new()).unwrap_err();
    assert!(
        error.to_string().contains(
            "input `name` is \"/proc/self/environ\", which leads the output `o0` to `/proc/self/environ`, outside of `"
        ),
        "{error}"
    );
    // By way of a link that the script has left.
    let error = finds("link/there").expect_err("it leads out");
    let ProcessError::Outside { input, path, .. } = process_error(&error) else {
        panic!("{error}");
    };
    assert_eq!(*input, "name");
    assert!(path.ends_with("there"), "{error}");
}

#[test]
fn an_output_that_is_no_file_is_an_error() {
    let error = leaves_a_pipe().expect_err("it would be waited for");
    assert!(error.to_string().contains("it is not a file"), "{error}");
}

#[test]
fn a_script_that_fails_is_reported_with_what_it_said_last() {
    let error = broken(7).expect_err("it fails");
    let ProcessError::Failed { status, last, .. } = process_error(&error) else {
        panic!("{error}");
    };
    assert_eq!((status.code(), last.as_str()), (Some(3), "broken"));
    let text = error.to_string();
    for part in [
        "task `shell.broken` failed",
        "`sh` ended with exit status: 3: broken",
        "with: x = 7",
        "task at tests/shell_tasks.rs:",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn outputs_that_are_missing_or_wrong_are_told_by_name() {
    let text = silent().expect_err("it fails").to_string();
    assert!(
        text.contains("the output `o0` was not written; expected it at `"),
        "{text}"
    );
    let text = no_number().expect_err("it fails").to_string();
    assert!(
        text.contains("output `o0`: expected integer, found the string \"many\""),
        "{text}"
    );
    let text = unknown_output().expect_err("it fails").to_string();
    assert!(
        text.contains("this task has no output `count`; its outputs are: o0"),
        "{text}"
    );
    let text = no_shell().expect_err("it fails").to_string();
    assert!(text.contains("`no-such-shell` cannot be started"), "{text}");
}

#[test]
fn an_echo_gives_what_it_takes() {
    assert_eq!(both(3, "a".into()).expect("it runs"), (3, "a".to_owned()));
    assert_eq!(one(vec![1]).expect("it runs"), [1]);
    nothing().expect("it runs");
}

#[test]
fn what_a_task_runs_can_be_read() {
    let process = |entity: &'static flyte_runtime::graph::EntityDescriptor| {
        let options = entity.task_options().expect("it is a task");
        options.process.expect("it is no function")
    };
    assert_eq!(process(both::descriptor()).task_type(), "echo");
    let Process::Shell(shell) = process(listing::descriptor()) else {
        panic!("no shell");
    };
    assert!(shell.script.contains("{inputs.name}"));
    assert_eq!(
        shell.output_locations,
        [("sizes", "found/{inputs.name}/sizes.json")]
    );
    assert_eq!(
        listing::descriptor()
            .task_options()
            .expect("it is a task")
            .retries,
        2
    );
    assert_eq!(Process::Shell(shell).task_type(), "shell");
    let Process::Container(container) = process(convert::descriptor()) else {
        panic!("no container");
    };
    assert_eq!(container.image, "example.org/tool:1");
    assert_eq!(container.command.len(), 3);
    assert_eq!(container.arguments, ["{{.inputs.text}}"]);
    assert_eq!(
        (container.input_data_dir, container.output_data_dir),
        ("/in", "/out")
    );
    assert_eq!(container.metadata_format, MetadataFormat::Json);
    assert_eq!(Process::Container(container).task_type(), "raw-container");
}

/// Tells the number of a process that it leaves behind, and never ends.
#[shell_task(
    script = "sleep 100000 & echo $! > {inputs.file}.part; mv {inputs.file}.part {inputs.file}; wait"
)]
fn endless(file: String);

#[task]
fn fails_then(file: String) -> Result<(), String> {
    Err(format!("failed beside {}", number_in(&file)))
}

#[workflow]
fn endless_beside_a_failure(file: String) {
    endless(file);
    fails_then(file);
}

/// The number that the script has written, once it has.
fn number_in(file: &str) -> u32 {
    loop {
        if let Ok(number) = fs::read_to_string(file) {
            return number.trim().parse().expect("it is a number");
        }
        std::thread::yield_now();
    }
}

/// Waits for the end of a process that is no child of this one.
fn wait_for(process: u32) {
    let path = format!("/proc/{process}/stat");
    // Ended, but nobody has asked how: a `Z` behind the name.
    while fs::read_to_string(&path).is_ok_and(|stat| !stat.contains(") Z ")) {
        std::thread::yield_now();
    }
}

fn file_of(test: &str) -> String {
    let name = format!("flyte-{test}-{}", std::process::id());
    let path = std::env::temp_dir().join(name);
    path.to_str().expect("it is text").to_owned()
}

/// `RunError` names the failure alone: what was killed for it is not one.
#[test]
fn a_script_and_what_it_started_are_killed_when_something_else_fails() {
    let file = file_of("beside-a-failure");
    let call = endless_beside_a_failure::call(file.clone());
    let error = Runner::local().jobs(2).run(call).expect_err("it fails");
    let number = number_in(&file);
    fs::remove_file(&file).expect("it was written");
    assert!(
        error
            .to_string()
            .contains(&format!("failed beside {number}")),
        "{error}"
    );
    wait_for(number);
}

/// Leaves one process that holds its standard error, and one that does not.
#[shell_task(script = r#"
        sleep 60 &
        echo $! > "{inputs.file}"
        sleep 60 > /dev/null 2>&1 &
        echo $! > "{inputs.file}.2"
        (sleep 0.1; echo in time > "{inputs.file}.3") &
        echo done > {outputs.o0}
    "#)]
fn leaves_processes(file: String) -> String;

#[test]
fn what_a_script_leaves_running_ends_soon_after_it() {
    let file = file_of("left-behind");
    assert_eq!(leaves_processes(file.clone()).expect("it runs"), "done");
    for name in [file.clone(), format!("{file}.2")] {
        wait_for(number_in(&name));
        fs::remove_file(&name).expect("it was written");
    }
    let late = format!("{file}.3");
    let text = fs::read_to_string(&late).expect("what ends soon is waited for");
    assert_eq!(text, "in time\n");
    fs::remove_file(&late).expect("it was written");
}

#[test]
fn a_script_is_killed_when_the_future_of_its_run_is_dropped() {
    let file = file_of("dropped");
    let started = Runner::local().start(endless::call(file.clone()));
    let number = number_in(&file);
    drop(started);
    wait_for(number);
    fs::remove_file(&file).expect("it was written");
}

/// The first attempt does not end, nor what it has started.
#[shell_task(
    script = r#"
        test -e "{inputs.file}" && echo again > {outputs.o0} && exit
        sleep 100000 &
        echo $! > "{inputs.file}.part"
        mv "{inputs.file}.part" "{inputs.file}"
        wait
    "#,
    timeout = "2s",
    retries = 3
)]
fn ends_later(file: String) -> String;

#[test]
fn a_script_is_killed_when_its_time_is_over() {
    let file = file_of("late");
    assert_eq!(ends_later(file.clone()).expect("it runs"), "again");
    wait_for(number_in(&file));
    fs::remove_file(&file).expect("it was written");
}

#[shell_task(timeout = "50ms", script = "sleep 600")]
fn takes_long();

/// There is no code of a script that could go on.
#[test]
fn a_script_that_is_killed_in_time_leaves_no_thread() {
    let error = takes_long::run()
        .expect_err("it takes too long")
        .to_string();
    assert!(error.contains("timed out after 50ms"), "{error}");
    assert!(!error.contains("thread"), "{error}");
}

#[shell_task(script = r#"
        printf '%s' "{inputs.text}" > {outputs.whole}
        mkdir {outputs.parts}
        for word in {inputs.text}; do printf '%s' "$word" > "{outputs.parts}/$word"; done
    "#)]
fn written(text: String) -> Written;

#[derive(Clone, Debug, FlyteOutputs)]
struct Written {
    whole: FlyteFile,
    parts: FlyteDirectory,
}

#[shell_task(script = r#"cat "{inputs.whole}" "{inputs.parts}"/* "{inputs.more}" > {outputs.o0}"#)]
fn read_again(whole: FlyteFile, parts: &FlyteDirectory, more: Option<FlyteFile>) -> String;

#[workflow]
fn through_files(text: String) -> (String, FlyteFile) {
    let written = written(text);
    let again = read_again(written.whole, written.parts, Some(written.whole));
    (again, written.whole)
}

#[test]
fn files_and_directories_are_inputs_and_outputs_of_scripts()
-> Result<(), Box<dyn std::error::Error>> {
    let call = through_files::call("a bc".into());
    for runner in [Runner::local(), Runner::local().strict(true)] {
        let (again, whole) = runner.run(call.clone())?;
        assert_eq!(again, "a bcabca bc");
        assert_eq!(whole.read_to_string()?, "a bc");
    }
    let missing = FlyteFile::from_path("/no/such file");
    let error = read_again::run(missing, &FlyteDirectory::from_path("."), None).unwrap_err();
    let error = error.to_string();
    assert!(
        error.contains("input `whole`: File not found: /no/such file"),
        "{error}"
    );
    Ok(())
}

#[container_task(
    image = "example.org/copy:1",
    command("copy", "{{.inputs.file}}"),
    input_data_dir = "/in",
    output_data_dir = "/out"
)]
fn copied(file: FlyteFile) -> FlyteFile;

/// An engine that checks what the container is told, and copies.
const COPIES: &str = r#"#!/bin/sh
test "$1" = run || exit 0
while [ "$#" -gt 0 ]; do
    case "$1" in *,target=/out) out="${1%,*}" ;; *,target=/in,readonly) in="${1%,*,*}" ;; esac
    last="$1"
    shift
done
test "$last" = /in/file || exit 1
while read -r line; do echo "$line"; done < "${in#*source=}/file" > "${out#*source=}/o0"
"#;

#[test]
fn a_container_finds_files_where_its_inputs_are() {
    let shown = with_programs("copies_a_file", &[("docker", COPIES)]);
    assert!(shown.contains("<one\ntwo\n>"), "{shown}");
}

#[test]
#[ignore = "a part of another test"]
fn copies_a_file() {
    let file = std::env::temp_dir().join(format!("flyte-copied-{}", std::process::id()));
    fs::write(&file, "one\ntwo\n").expect("it can be written");
    let copy = copied::run(FlyteFile::from_path(&file));
    fs::remove_file(&file).expect("it was written");
    let copy = copy.expect("it runs");
    println!("<{}>", copy.read_to_string().expect("it is there"));
}

/// Runs one of the ignored tests below in a process whose PATH is a directory with these programs.
fn with_programs(test: &str, programs: &[(&str, &str)]) -> String {
    with_programs_and(test, programs, &std::env::temp_dir())
}

/// The same, with another directory for what is temporary.
fn with_programs_and(test: &str, programs: &[(&str, &str)], temporary: &Path) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let name = format!("flyte-engines-{}-{number}", std::process::id());
    let directory = std::env::temp_dir().join(name);
    fs::create_dir_all(&directory).expect("it can be made");
    for (name, script) in programs {
        let path = directory.join(name);
        fs::write(&path, script).expect("it can be written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it is ours");
    }
    let output = Command::new(std::env::current_exe().expect("it is running"))
        .args(["--exact", test, "--ignored", "--nocapture"])
        .env("PATH", &directory)
        .env("TMPDIR", temporary)
        .output()
        .expect("it starts");
    fs::remove_dir_all(&directory).expect("it is ours");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// An engine that leaves its own arguments as the first output.
const ENGINE: &str = r#"#!/bin/sh
test "$1" = run || exit 0
while [ "$#" -gt 0 ]; do
    case "$1" in
        --mount) case "$2" in *,target=/out) out="${2%,*}" ;; *,target=/in,readonly) in="${2%,*,*}" ;; esac; shift 2 ;;
        --name) case "$2" in flyte-*-*) shift 2 ;; esac ;;
        --label) case "$2" in flyte.container=*) shift 2 ;; esac ;;
        *) rest="$rest|$1"; shift ;;
    esac
done
in="${in#type=bind,source=}"
out="${out#type=bind,source=}"
read -r text < "$in/text"
printf '%s\n' "$rest|$text" > "$out/o0"
printf '%s\n' 5 > "$out/o1"
"#;

#[test]
fn a_container_runs_through_the_first_engine_there_is() {
    let expected = r#"run|--rm|--env|MODE=fast|--entrypoint|convert|example.org/tool:1|--level=9|/in/text|a "b" $c|a "b" $c"#;
    for engine in ["docker", "podman"] {
        let shown = with_programs("runs_a_container", &[(engine, ENGINE)]);
        assert!(shown.contains(&format!("<|{expected}> 5")), "{shown}");
    }
}

#[test]
fn without_an_engine_a_container_task_says_so() {
    let shown = with_programs("runs_a_container", &[]);
    assert!(
        shown.contains(
            "runs through `docker` or `podman` on this machine, and neither is in the PATH"
        ),
        "{shown}"
    );
}

#[test]
fn an_engine_that_fails_is_reported_with_what_it_said() {
    let failing = "#!/bin/sh\necho 'no daemon' >&2\nexit 125\n";
    let shown = with_programs("runs_a_container", &[("docker", failing)]);
    assert!(
        shown.contains("`docker` ended with exit status: 125: no daemon"),
        "{shown}"
    );
}

/// A container that leaves a link, which leads elsewhere on this machine.
const LINKS: &str = r#"#!/bin/sh
test "$1" = run || exit 0
while [ "$#" -gt 0 ]; do
    case "$1" in *,target=/out) out="${1%,*}" ;; esac
    shift
done
/bin/ln -s /proc/self/environ "${out#*source=}/o0"
echo 5 > "${out#*source=}/o1"
"#;

#[test]
fn a_link_that_a_container_leaves_is_not_followed_out() {
    let shown = with_programs("runs_a_container", &[("docker", LINKS)]);
    assert!(
        shown.contains("is a link that leads out of the directory of the outputs"),
        "{shown}"
    );
}

/// An engine that reads the quotes of its mounts.
const QUOTED: &str = r#"#!/bin/sh
test "$1" = run || exit 0
while [ "$#" -gt 0 ]; do
    case "$1" in *'",target=/out') out="${1%'",target=/out'}" ;; *,target=/out) exit 1 ;; esac
    shift
done
out="${out#'type=bind,"source='}"
rest="$out" out=
while case "$rest" in *'""'*) ;; *) false ;; esac; do
    out="$out${rest%%'""'*}\""
    rest="${rest#*'""'}"
done
echo found > "$out$rest/o0"
echo 7 > "$out$rest/o1"
"#;

/// Docker takes what is between colons, or between commas, for parts of what it is to mount.
#[test]
fn a_container_finds_its_files_wherever_temporary_directories_are() {
    let name = format!("flyte-odd:,\"na me\"-{}", std::process::id());
    let directory = std::env::temp_dir().join(name);
    fs::create_dir_all(&directory).expect("it can be made");
    let shown = with_programs_and("runs_a_container", &[("podman", QUOTED)], &directory);
    fs::remove_dir_all(&directory).expect("it is ours");
    assert!(shown.contains("<found> 7"), "{shown}");
}

/// The arguments of a container are those of docker, for which the system has a limit.
#[test]
fn an_input_that_is_too_long_for_a_container_is_told_with_the_file_it_is_in() {
    let shown = with_programs("runs_a_container_with_much_text", &[("docker", ENGINE)]);
    for part in [
        "input `text` is 200000 bytes long, more than the system takes in the arguments of a program",
        "read it from the file `/in/text`, or take it as a `FlyteFile`",
        "input `text` contains a zero byte",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
}

#[test]
#[ignore = "started by another test, with a PATH of its own"]
fn runs_a_container_with_much_text() {
    for text in ["a".repeat(200_000), "a\0b".to_owned()] {
        let error = convert(text, 9).expect_err("it cannot be an argument");
        println!("{error:.2000}");
    }
}

#[test]
#[ignore = "started by other tests, with a PATH of their own"]
fn runs_a_container() {
    match convert("a \"b\" $c".to_owned(), 9) {
        Ok((text, number)) => println!("<{text}> {number}"),
        Err(error) => println!("{error}"),
    }
}

#[container_task(
    image = "example.org/tool:1",
    command("true"),
    input_data_dir = "/in",
    output_data_dir = "/out",
    secret_requests(secret(group = "tool", key = "token"))
)]
fn uses_a_token() -> String;

/// By its name: what is an argument of a process can be seen by everyone.
#[test]
fn a_container_is_handed_the_secrets_that_it_asks_for() {
    let engine = r#"#!/bin/sh
test "$1" = run || exit 0
all="$*"
while [ "$#" -gt 0 ]; do
    case "$1" in *,target=/out) out="${1%,*}" ;; esac
    shift
done
printf '%s' "<$all|$_FSEC_TOOL_TOKEN>" > "${out#*source=}/o0"
"#;
    let shown = with_programs("runs_a_container_with_a_secret", &[("docker", engine)]);
    let end = " --env _FSEC_TOOL_TOKEN --entrypoint true example.org/tool:1|planted>";
    assert!(shown.contains(end), "{shown}");
    assert_eq!(shown.matches("planted").count(), 1, "{shown}");
}

#[test]
#[ignore = "started by another test, with a PATH of its own"]
fn runs_a_container_with_a_secret() {
    let environment = Environment::empty().with_var("_FSEC_TOOL_TOKEN", "planted");
    let secrets = SecretsManager::new(SecretsConfig::default(), environment);
    println!(
        "{:?}",
        TestContext::new().secrets(secrets).run(uses_a_token::run)
    );
}
