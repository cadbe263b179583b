//! Help on `run` and on an entity.

use expect_test::expect;

use crate::check;

#[test]
fn help_is_made_from_the_signature() {
    check(
        &["run", "add", "--help"],
        expect![[r#"
            Adds two numbers.

            The sum is exact.

            Usage: app run t.add --x <INTEGER> [OPTIONS]

            Inputs:
                  --x <INTEGER>         The first number. [required]
                  --y <INTEGER>         The second number, which may be left out. [default: 5]
                  --inputs-file <FILE>  Takes inputs by name from a file of JSON or YAML, or with `-` from standard input; options count more

            Run options:
                  --jobs <N>                   How many tasks may run at once [default: the number of cores]
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
                  --json            Prints one JSON document
                  --deck <DIR>      Writes the pages of tasks with decks into this directory, and an index of them
                  --events <FILE>   Writes what happens as lines of JSON to a file, or with `-` to standard output
                  --progress <HOW>  Tells on standard error what happens: live on a terminal, as lines, or never [default: auto] [possible values: auto, plain, none]
                  --color <WHEN>    Whether what happens is told in colours [default: auto] [possible values: auto, always, never]
              -q, --quiet           Tells nothing but notices and failures
              -v, --verbose         Also tells of every task that starts or ends
              -h, --help            Print help

            A value `@FILE` is what is in the file, and `@@text` the text `@text`. Lists, maps and structs are JSON, durations as in `1h30m`, bytes base64;
            `null` is nothing, and '{"Name": value}' names the variant of a union
            exit code 0
        "#]],
    );
    check(
        &["run", "everything", "-h"],
        expect![[r#"
            The task at flyte-runtime/tests/cli/entities.rs:LINE

            Usage: app run t.everything --int <INTEGER> --small <INTEGER> --float <FLOAT> --text <TEXT> --flag [<BOOLEAN>] --list <JSON> --map <JSON> --report <JSON> [OPTIONS]

            Inputs:
                  --int <INTEGER>       [required]
                  --small <INTEGER>     [required]
                  --float <FLOAT>       [required]
                  --text <TEXT>         [required]
                  --flag [<BOOLEAN>]    (or --no-flag) [required]
                  --list <JSON>         (list of integer) [required]
                  --map <JSON>          (map of float) [required]
                  --report <JSON>       (Report) [required]
                  --maybe <INTEGER>     [optional]
                  --maybe-text <TEXT>   [optional]
                  --maybe-list <JSON>   (list of integer or nothing) [optional]
                  --inputs-file <FILE>  Takes inputs by name from a file of JSON or YAML, or with `-` from standard input; options count more

            Run options:
                  --jobs <N>                   How many tasks may run at once [default: the number of cores]
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
                  --json            Prints one JSON document
                  --deck <DIR>      Writes the pages of tasks with decks into this directory, and an index of them
                  --events <FILE>   Writes what happens as lines of JSON to a file, or with `-` to standard output
                  --progress <HOW>  Tells on standard error what happens: live on a terminal, as lines, or never [default: auto] [possible values: auto, plain, none]
                  --color <WHEN>    Whether what happens is told in colours [default: auto] [possible values: auto, always, never]
              -q, --quiet           Tells nothing but notices and failures
              -v, --verbose         Also tells of every task that starts or ends
              -h, --help            Print help

            A value `@FILE` is what is in the file, and `@@text` the text `@text`. Lists, maps and structs are JSON, durations as in `1h30m`, bytes base64;
            `null` is nothing, and '{"Name": value}' names the variant of a union
            exit code 0
        "#]],
    );
    check(
        &["run", "--help"],
        expect![[r#"
            Runs a task, workflow or launch plan on this machine and prints its outputs

            Usage: app run [OPTIONS] <NAME> [INPUTS]

            Run options:
                  --jobs <N>                   How many tasks may run at once [default: the number of cores]
                  --strict                     Sends every value through the form it has on a cluster, and runs nothing that one would refuse
                  --isolate                    Makes each attempt of a task in a process of its own
                  --timeout <TIME>             How long the run may take, as in `90s` or `1h30m` [default: no limit]
                  --max-abandoned-threads <N>  How many threads tasks may leave behind that go on past their timeout [default: 256]
                  --answer <GATE=VALUE>        Answers a gate beforehand: `yes`, `no`, or the value it waits for [default: asks]

            Cache options:
                  --cache <MODE>     What is done about kept results: `use`, `refresh` (run and replace them) or `off` [default: use]
                  --cache-dir <DIR>  Where results are kept [default: ~/.flyte/rust/cache]

            History options:
                  --resume <ID>  Goes on with a run that ended early, or the `last`; inputs that are not given are what they were
                  --no-history   Does not record the run, which can then not be shown or resumed

            Output options:
                  --json            Prints one JSON document
                  --deck <DIR>      Writes the pages of tasks with decks into this directory, and an index of them
                  --events <FILE>   Writes what happens as lines of JSON to a file, or with `-` to standard output
                  --progress <HOW>  Tells on standard error what happens: live on a terminal, as lines, or never [default: auto] [possible values: auto, plain, none]
                  --color <WHEN>    Whether what happens is told in colours [default: auto] [possible values: auto, always, never]
              -q, --quiet           Tells nothing but notices and failures
              -v, --verbose         Also tells of every task that starts or ends
              -h, --help            Print help

            NAME is the name of a task, workflow or launch plan, or its last parts. Its inputs follow as options made from its signature;
            `app run NAME --help` shows them, `app list` shows the names.
            exit code 0
        "#]],
    );
    check(
        &["run", "nothing", "--help"],
        expect![[r#"
            The task at flyte-runtime/tests/cli/entities.rs:LINE

            Usage: app run t.nothing [OPTIONS]

            Run options:
                  --jobs <N>                   How many tasks may run at once [default: the number of cores]
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
                  --json            Prints one JSON document
                  --deck <DIR>      Writes the pages of tasks with decks into this directory, and an index of them
                  --events <FILE>   Writes what happens as lines of JSON to a file, or with `-` to standard output
                  --progress <HOW>  Tells on standard error what happens: live on a terminal, as lines, or never [default: auto] [possible values: auto, plain, none]
                  --color <WHEN>    Whether what happens is told in colours [default: auto] [possible values: auto, always, never]
              -q, --quiet           Tells nothing but notices and failures
              -v, --verbose         Also tells of every task that starts or ends
              -h, --help            Print help
            exit code 0
        "#]],
    );
}
