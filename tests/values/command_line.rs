//! Inputs on the command line: booleans, files, and all of them in one file or from standard input.

use std::{
    env, fs,
    io::Write as _,
    process::{Command, Stdio},
};

use flyte_runtime::{Registry, cli::Cli, gate::wait_for_input, prelude::*};

use crate::Directory;

#[derive(Clone, Debug, FlyteType)]
#[serde(rename_all = "camelCase")]
struct Settings {
    #[serde(alias = "max")]
    upper_limit: f64,
    labels: Vec<String>,
}

#[task]
fn everything(
    text: String,
    count: i64,
    #[default(true)] flag: bool,
    maybe: Option<String>,
    settings: Option<Settings>,
) -> String {
    format!("{text:?} {count} {flag} {maybe:?} {settings:?}")
}

/// Options have names such as these.
#[task]
fn named(history: bool, no_flag: bool, #[default(false)] flag: bool) -> String {
    format!("{history} {no_flag} {flag}")
}

#[task]
fn length(text: String) -> usize {
    text.len()
}

#[task]
fn defaults(
    #[default(std::time::Duration::from_secs(5400))] every: std::time::Duration,
    #[default(flyte_runtime::types::Bytes(vec![1, 2, 3]))] data: flyte_runtime::types::Bytes,
    #[default("a b")] text: String,
    #[default(jiff::civil::date(2024, 7, 1))] day: jiff::civil::Date,
) -> String {
    format!("{every:?} {data:?} {text:?} {day:?}")
}

#[workflow]
fn asking() -> bool {
    wait_for_input::<bool>("go", "1h")
}

/// What is printed, and on an error what is wrong.
fn run(args: &[&str]) -> Result<String, String> {
    let registry = Registry::builder()
        .with::<everything>()
        .with::<named>()
        .with::<length>()
        .with::<defaults>()
        .with::<asking>();
    let registry = registry.build().unwrap();
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let words = ["app", "run"].iter().chain(args);
    let exit = Cli::new(&registry).run(words, &mut stdout, &mut stderr);
    match exit.code() {
        0 => Ok(String::from_utf8(stdout)
            .unwrap()
            .trim_end_matches('\n')
            .to_owned()),
        _ => Err(String::from_utf8(stderr).unwrap()),
    }
}

#[track_caller]
fn refused(args: &[&str], reason: &str) {
    let message = run(args).unwrap_err();
    assert!(message.contains(reason), "{message}");
}

#[test]
fn a_boolean_is_given_in_three_ways() {
    let flag = |arg: &[&str]| run(&[&["everything", "--text=", "--count=1"], arg].concat());
    for (arg, value) in [
        (&["--flag"][..], true),
        (&["--no-flag"], false),
        (&["--flag", "no"], false),
        (&["--flag=False"], false),
        (&["--flag=1"], true),
        (&[], true),
    ] {
        assert_eq!(
            flag(arg),
            Ok(format!("\"\" 1 {value} None None")),
            "{arg:?}"
        );
    }
    refused(
        &["everything", "--text=", "--count=1", "--flag", "--no-flag"],
        "cannot be used with",
    );
    refused(
        &["everything", "--text=", "--count=1", "--flag=maybe"],
        "neither true nor false; `yes`, `no`, `1` and `0` say it, too",
    );
    // What has such a name already is that.
    assert_eq!(
        run(&["named", "--history", "--no-flag"]),
        Ok("true true false".to_owned())
    );
    assert_eq!(
        run(&["named", "--history=no", "--no-flag", "--no-history"]),
        Ok("false true false".to_owned())
    );
    assert_eq!(
        run(&["asking", "--answer", "go=Yes"]),
        Ok("true".to_owned())
    );
    assert_eq!(run(&["asking", "--answer", "go=0"]), Ok("false".to_owned()));
    let help = run(&["everything", "--help"]).unwrap();
    assert!(help.contains("(or --no-flag) [default: true]"), "{help}");
    assert!(
        help.contains("`@FILE`") && help.contains("--inputs-file <FILE>"),
        "{help}"
    );
}

#[test]
fn a_text_may_be_in_a_file() {
    let directory = Directory::new("texts");
    let path = directory.file("text", "@ two\nlines\n");
    assert_eq!(
        run(&["everything", &format!("--text=@{path}"), "--count=1"]),
        Ok("\"@ two\\nlines\" 1 true None None".to_owned())
    );
    assert_eq!(
        run(&["everything", "--text=@@x", "--count=1"]),
        Ok("\"@x\" 1 true None None".to_owned())
    );
    assert_eq!(
        run(&["everything", "--text=@@@x", "--count=1"]),
        Ok("\"@@x\" 1 true None None".to_owned())
    );
    refused(
        &["everything", "--text=@no/such", "--count=1"],
        "the file cannot be read: No such file or directory (os error 2); a text that begins with `@` is written `@@no/such`",
    );
    let answer = directory.file("answer", "yes\n");
    assert_eq!(
        run(&["asking", &format!("--answer=go=@{answer}")]),
        Ok("true".to_owned())
    );
}

/// Longer than an argument of a process may be.
#[test]
fn a_text_may_be_long() {
    let directory = Directory::new("long");
    let long = "x".repeat(3 << 20);
    let text = directory.file("text", &long);
    assert_eq!(
        run(&["length", &format!("--text=@{text}")]),
        Ok(long.len().to_string())
    );
    for (name, document) in [
        ("in.json", format!("{{\"text\": \"{long}\"}}")),
        ("in.yaml", format!("text: {long}\n")),
    ] {
        let path = directory.file(name, &document);
        assert_eq!(
            run(&["length", "--inputs-file", &path]),
            Ok(long.len().to_string()),
            "{name}"
        );
    }
}

#[test]
fn yaml_is_read_by_the_types_of_the_inputs() {
    let directory = Directory::new("typed");
    let given = |yaml: &str| {
        run(&[
            "everything",
            "--inputs-file",
            &directory.file("inputs", yaml),
        ])
    };
    assert_eq!(
        given("text: yes\ncount: 9007199254740993\nflag: no\nmaybe: 5\n"),
        Ok("\"yes\" 9007199254740993 false Some(\"5\") None".to_owned())
    );
    assert_eq!(
        given("text: null # a word\ncount: 0x1F\nmaybe: null\nsettings:\n  max: .inf\n  labels: [on, 1.0, '2', ~x]\n"),
        Ok("\"null\" 31 true None Some(Settings { upper_limit: inf, labels: [\"on\", \"1.0\", \"2\", \"~x\"] })".to_owned())
    );
    assert_eq!(
        given("text: |\n  two\n  lines\ncount: -1\nmaybe: 'null'\n"),
        Ok("\"two\\nlines\\n\" -1 true Some(\"null\") None".to_owned())
    );
    assert_eq!(
        given("{text: a, count: 1}"),
        Ok("\"a\" 1 true None None".to_owned())
    );
    for (yaml, reason) in [
        (
            "text: a\ncount: one\n",
            "invalid value for `count` (integer): expected integer, found the string \"one\"",
        ),
        (
            "text: a\ncount: 99999999999999999999\n",
            "integers go from -9223372036854775808 to 9223372036854775807",
        ),
        (
            "text:\ncount: 1\n",
            "invalid value for `text` (string): expected string, found null",
        ),
        (
            "text: a\ntext: b\ncount: 1\n",
            "line 2: the key `text` is there twice",
        ),
        (
            "text: a\ncoumt: 1\n",
            "has no input `coumt`; it has `text`, `count`, `flag`, `maybe`, `settings`",
        ),
        (
            "- a\n",
            "expected an object with inputs by name, as in `{\"x\": 1}`, found a list",
        ),
        ("text: [a\n", "line"),
        ("text: a\n", "is missing an input"),
        (
            "text: a\ncount: 1\nsettings: {max: 1, labels: [a, {}]}\n",
            "at .labels[1]: expected string, found an object",
        ),
    ] {
        let message = given(yaml).unwrap_err();
        assert!(message.contains(reason), "{yaml}: {message}");
    }
}

#[test]
fn options_count_more_than_the_file() {
    let directory = Directory::new("both");
    let path = directory.file("inputs.json", r#"{"text": "a", "count": 1, "flag": true}"#);
    assert_eq!(
        run(&[
            "everything",
            "--inputs-file",
            &path,
            "--count=2",
            "--no-flag"
        ]),
        Ok("\"a\" 2 false None None".to_owned())
    );
    let twice = directory.file("twice.json", r#"{"text": "a", "text": "b"}"#);
    refused(
        &["everything", "--inputs-file", &twice],
        "this is not JSON: the key `text` is there twice",
    );
    refused(
        &["everything", "--inputs-file", "/no/such"],
        "the inputs in /no/such cannot be read: No such file",
    );
}

#[test]
fn defaults_are_shown_as_they_are_given() {
    let help = run(&["defaults", "--help"]).unwrap();
    for (option, default) in [
        ("every=1h30m", "[default: 1h30m]"),
        ("data=AQID", "[default: AQID]"),
        ("text=a b", "[default: \"a b\"]"),
        ("day=2024-07-01", "[default: 2024-07-01]"),
    ] {
        assert!(help.contains(default), "{help}");
        assert_eq!(
            run(&["defaults", &format!("--{option}")]),
            run(&["defaults"]),
            "{option}"
        );
    }
}

/// The child of the next one, whose standard input it reads.
#[test]
fn reads_standard_input() {
    let Ok(output) = env::var("FLYTE_VALUES_OUTPUT") else {
        return;
    };
    fs::write(output, run(&["everything", "--inputs-file", "-"]).unwrap()).unwrap();
}

#[test]
fn inputs_come_from_standard_input() {
    let directory = Directory::new("stdin");
    for document in ["text: yes\ncount: 3\n", r#"{"text": "yes", "count": 3}"#] {
        let output = directory.file("output", "");
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "command_line::reads_standard_input"])
            .env("FLYTE_VALUES_OUTPUT", &output)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(document.as_bytes())
            .unwrap();
        assert!(child.wait().unwrap().success());
        assert_eq!(
            fs::read_to_string(&output).unwrap(),
            "\"yes\" 3 true None None",
            "{document}"
        );
    }
}

#[test]
fn a_file_may_be_of_another_system() {
    let directory = Directory::new("crlf");
    for (content, length) in [
        ("\u{feff}ab\r\n", 2),
        ("ab\r\n", 2),
        ("ab\n", 2),
        ("ab", 2),
        ("ab\r\n\r\n", 4),
        ("ab\n\n", 3),
        ("ab\r", 3),
        ("a\r\nb", 4),
        ("\r\n", 0),
    ] {
        let path = directory.file("text", content);
        assert_eq!(
            run(&["length", &format!("--text=@{path}")]),
            Ok(length.to_string()),
            "{content:?}"
        );
    }
    for document in ["\u{feff}text: ab\r\n", "\u{feff}{\"text\": \"ab\"}\r\n"] {
        for name in ["inputs.yaml", "inputs"] {
            let path = directory.file(name, document);
            assert_eq!(run(&["length", "--inputs-file", &path]), Ok("2".to_owned()));
        }
    }
}

#[test]
fn a_file_has_an_end() {
    let directory = Directory::new("end");
    let large = directory.file("large", "");
    // Sparse: it takes no room.
    let file = fs::File::options().write(true).open(&large).unwrap();
    file.set_len((1 << 30) + 1).unwrap();
    for (path, reason) in [
        ("/dev/zero", "it is neither a file nor a pipe"),
        (
            &*large,
            "it has more than the 1073741824 bytes that are read",
        ),
    ] {
        refused(&["length", &format!("--text=@{path}")], reason);
        refused(&["length", "--inputs-file", path], reason);
    }
}

#[test]
fn a_file_is_told_to_be_wrong_as_what_it_looks_like() {
    let directory = Directory::new("broken");
    for (document, reason) in [
        (
            "{\"text\": \"a\", \"count\": 1",
            "and it is not JSON either: EOF while parsing an object",
        ),
        (
            "[1, 2",
            "and it is not JSON either: EOF while parsing a list",
        ),
    ] {
        let path = directory.file("inputs", document);
        refused(&["everything", "--inputs-file", &path], reason);
    }
    let path = directory.file("inputs.json", "{\"text\": NaN}");
    refused(
        &["everything", "--inputs-file", &path],
        "this is not JSON: expected value at line 1 column 10; JSON has no NaN",
    );
}

#[test]
fn a_gate_has_one_answer() {
    refused(
        &["asking", "--answer=go=yes", "--answer=go=no"],
        "invalid answer to the gate 'go': it is there twice; keep one of them",
    );
    refused(
        &["asking", "--answer=go=maybe", "--answer=g=1"],
        "note: no gate `g` was asked: its answer was not used",
    );
}

#[test]
fn a_variant_that_is_misnamed_is_no_text() {
    refused(
        &[
            "everything",
            "--text=",
            "--count=1",
            r#"--maybe={"Some": 1}"#,
        ],
        r#"at .Some: expected string, found the number 1; a text that is a JSON object has to be in quotes, as JSON: `"{\"Some\": 1}"`"#,
    );
    let texts = [r#""{\"Some\": 1}""#, r#"{"Sum": 1}"#];
    for (given, text) in texts.iter().zip([r#"{"Some": 1}"#, r#"{"Sum": 1}"#]) {
        assert_eq!(
            run(&[
                "everything",
                "--text=",
                "--count=1",
                &format!("--maybe={given}")
            ]),
            Ok(format!("\"\" 1 true Some({text:?}) None"))
        );
    }
}
