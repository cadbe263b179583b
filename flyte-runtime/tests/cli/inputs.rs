//! Inputs of `run`: the form of every type.

use expect_test::expect;

use crate::{check, words};

const EVERYTHING: &[&str] = &[
    "--int",
    "-3",
    "--small=255",
    "--float",
    "-1e-3",
    "--text",
    "-7 \"a\"\n",
    "--flag",
    "--list",
    "[1, -2]",
    "--map",
    r#"{"b": 1, "a": 2.5}"#,
    "--report",
    r#"{"mean": 1, "label": "x"}"#,
];

#[test]
fn every_type_has_a_form_on_the_command_line() {
    check(
        &words("run everything", EVERYTHING),
        expect![[r#"
            -3 255 -0.001 "-7 \"a\"\n" true [1, -2] {"a": 2.5, "b": 1.0} Report { mean: 1.0, label: "x" } None None None
            exit code 0
        "#]],
    );
    let optional = [
        "--maybe",
        "-1",
        "--maybe_text",
        "null",
        "--maybe-list",
        "[7]",
    ];
    let all: Vec<_> = EVERYTHING.iter().chain(&optional).copied().collect();
    check(
        &words("run everything", &all),
        expect![[r#"
            -3 255 -0.001 "-7 \"a\"\n" true [1, -2] {"a": 2.5, "b": 1.0} Report { mean: 1.0, label: "x" } Some(-1) None Some([7])
            exit code 0
        "#]],
    );
}

#[test]
fn booleans_may_say_which() {
    check(
        &words("run flag", &[]),
        expect![[r#"
        true
        exit code 0
    "#]],
    );
    check(
        &words("run flag --on", &[]),
        expect![[r#"
        true
        exit code 0
    "#]],
    );
    check(
        &words("run flag --on false", &[]),
        expect![[r#"
        false
        exit code 0
    "#]],
    );
    check(
        &words("run flag --on=false", &[]),
        expect![[r#"
        false
        exit code 0
    "#]],
    );
    check(
        &words("run flag --on no", &[]),
        expect![[r#"
            false
            exit code 0
        "#]],
    );
}

#[test]
fn optional_inputs_may_be_left_out_or_be_nothing() {
    check(
        &words("run maybe", &[]),
        expect![[r#"
        o0 = 5
        o1 = null
        exit code 0
    "#]],
    );
    check(
        &words("run maybe --x null --text null", &[]),
        expect![[r#"
        o0 = null
        o1 = null
        exit code 0
    "#]],
    );
    check(
        &words("run maybe --x three", &[]),
        expect![[r#"
            --- stderr
            error: invalid value 'three' for '--x <INTEGER>' (integer or nothing): not a whole number

            Usage: app run t.maybe [OPTIONS]

            For more information, try '--help'.
            exit code 2
        "#]],
    );
}

#[test]
fn structured_inputs_can_come_from_a_file() {
    let path = std::env::temp_dir().join(format!("flyte-cli-{}.json", std::process::id()));
    std::fs::write(&path, "[1,\n2]\n").expect("the directory for temporary files is writable");
    let argument = format!("@{}", path.display());
    check(
        &["run", "bytes", "--xs", &argument],
        expect![[r#"
        [1,2]
        exit code 0
    "#]],
    );
    std::fs::remove_file(&path).expect("it was just written");
    check(
        &["run", "bytes", "--xs", "@no/such/file.json"],
        expect![[r#"
            --- stderr
            error: invalid value '@no/such/file.json' for '--xs <JSON>' (list of integer): the file cannot be read: No such file or directory (os error 2); a text that begins with `@` is written `@@no/such/file.json`

            Usage: app run t.bytes --xs <JSON> [OPTIONS]

            For more information, try '--help'.
            exit code 2
        "#]],
    );
    check(
        &["run", "t.echo", "--text", "@no/such/file.json"],
        expect![[r#"
            --- stderr
            error: invalid value '@no/such/file.json' for '--text <TEXT>' (string): the file cannot be read: No such file or directory (os error 2); a text that begins with `@` is written `@@no/such/file.json`

            Usage: app run t.echo --text <TEXT> [OPTIONS]

            For more information, try '--help'.
            exit code 2
        "#]],
    );
}

#[test]
fn inputs_may_have_the_names_of_options() {
    let line = "run --jobs 2 --json named --json 3 --jobs --help me --snake_case 5 --_kept 1";
    check(
        &words(line, &[]),
        expect![[r#"
        {"o0":"3 true me 5 1"}
        exit code 0
    "#]],
    );
    check(
        &words(
            "run named --json 3 --jobs --help me --snake-case 5 --_kept 1",
            &[],
        ),
        expect![[r#"
            3 true me 5 1
            exit code 0
        "#]],
    );
    check(
        &words("run named -h", &[]),
        expect![[r#"
            Its inputs have the names of options.

            Usage: app run t.named --json <INTEGER> --jobs [<BOOLEAN>] --help <TEXT> --snake-case <INTEGER> --_kept <INTEGER> [OPTIONS]

            Inputs:
                  --json <INTEGER>        [required]
                  --jobs [<BOOLEAN>]      (or --no-jobs) [required]
                  --help <TEXT>           [required]
                  --snake-case <INTEGER>  [required]
                  --_kept <INTEGER>       [required]
                  --inputs-file <FILE>    Takes inputs by name from a file of JSON or YAML, or with `-` from standard input; options count more

            Run options:
                  --strict                     Sends every value through the form it has on a cluster, and runs nothing that one would refuse
                  --isolate                    Makes each attempt of a task in a process of its own
                  --timeout <TIME>             How long the run may take, as in `90s` or `1h30m` [default: no limit]
                  --max-abandoned-threads <N>  How many threads tasks may leave behind that go on past their timeout [default: 256]

            Cache options:
                  --cache <MODE>     What is done about kept results: `use`, `refresh` (run and replace them) or `off` [default: use]
                  --cache-dir <DIR>  Where results are kept [default: ~/.flyte/rust/cache]

            History options:
                  --resume <ID>  Goes on with a run that ended early, or the `last`; inputs that are not given are what they were
                  --no-history   Does not record the run, which can then not be shown or resumed

            Output options:
                  --deck <DIR>      Writes the pages of tasks with decks into this directory, and an index of them
                  --events <FILE>   Writes what happens as lines of JSON to a file, or with `-` to standard output
                  --progress <HOW>  Tells on standard error what happens: live on a terminal, as lines, or never [default: auto] [possible values: auto, plain, none]
                  --color <WHEN>    Whether what happens is told in colours [default: auto] [possible values: auto, always, never]
              -q, --quiet           Tells nothing but notices and failures
              -v, --verbose         Also tells of every task that starts or ends
              -h                    Print help

            A value `@FILE` is what is in the file, and `@@text` the text `@text`. Lists, maps and structs are JSON, durations as in `1h30m`, bytes base64;
            `null` is nothing, and '{"Name": value}' names the variant of a union
            exit code 0
        "#]],
    );
}
