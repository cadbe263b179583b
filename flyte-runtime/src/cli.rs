//! The command line of a program with tasks: `list`, `describe`, `graph`, `run`, `runs`, `cache`, `check`,
//! `completions` and `man`, and with the feature `remote` also `serialize` and `package`.
//!
//! This is all the code that a program needs:
//!
//! ```no_run
//! fn main() -> std::process::ExitCode {
//!     flyte_runtime::main()
//! }
//! ```
//!
//! It can then list its entities and run them:
//!
//! ```text
//! my_binary list
//! my_binary describe pipeline
//! my_binary run --jobs 4 pipeline --xs '[1, 2]' --limit 10
//! ```
//!
//! The options of `run` that are not inputs, such as `--json`, `--jobs` and `--resume`, come before the name. The
//! inputs come after the name; the options are accepted there too unless an input has the same name.
//!
//! An input is written according to its type: numbers as numbers, strings as they are, booleans as `--flag`,
//! `--no-flag` or `--flag no`, durations as `90s` or `1h30m`, dates and datetimes as `2024-07-01` and
//! `2024-07-01T12:00:00+02:00`, bytes as base64, lists, maps and structs as JSON (`'[1, 2]'`). For an empty `Option`,
//! leave the input out or write `null`; the quoted `'"null"'` is a text. `@FILE` stands for the contents of a file,
//! without a final line break; a text that begins with `@` is written `@@text`. For a union, `{"Name": value}` names
//! the variant if the value alone does not identify it.
//!
//! `--inputs-file FILE` reads inputs from a JSON or YAML file, or from standard input with `-`:
//!
//! ```yaml
//! xs: [1, 2]
//! limit: 10
//! every: 1h30m
//! ```
//!
//! The output of a run can be used as input of another one, in any of these ways.
//!
//! With `--deck DIR` a run writes the [pages](crate::deck) of its tasks into a directory, also when it fails, and
//! prints the path.
//!
//! Results of tasks that declare a [`cache`](crate::cache) are stored, and used again by later runs unless
//! `--cache refresh` or `--cache off` is given:
//!
//! ```text
//! my_binary run --cache refresh pipeline --xs '[1, 2]' --limit 10
//! my_binary cache explain count --text 'a b'
//! my_binary cache stats
//! my_binary cache evict --max-size 1Gi
//! my_binary cache clear count
//! ```
//!
//! Runs are recorded in the [history](crate::history) of the user unless `--no-history` is given or `FLYTE_HISTORY` is
//! `0`. `runs list` lists them and `runs show ID` shows one of them; `run --resume ID` resumes one that ended early,
//! and runs only what had not ended. ID is a unique prefix of an id, or `last`. The name of the entity is optional
//! then, and inputs that are not given keep their recorded values, even if they have defaults. On a terminal `run`
//! shows live on standard error what runs, what waits and for what, and what failed (`--progress plain` writes lines,
//! also elsewhere, and `none` or `-q` nothing; `-v` tells of every task; `--color`, `NO_COLOR` and `CLICOLOR_FORCE` are
//! for colours); `--events FILE` writes its events as lines of JSON, or to standard output with `-`.
//!
//! `check` reports what a Flyte 1 cluster would refuse, and what it does differently from a local run; see
//! [`cluster`](crate::cluster). `serialize` and `package` run the same check, and write nothing if there is an error.
//! `--allow RULE` suppresses the warnings of a rule:
//!
//! ```text
//! my_binary check
//! my_binary check --json pipeline
//! my_binary serialize --out DIR --image registry.example.com/pipeline:v1 --allow no-backoff
//! ```
//!
//! `serialize --out DIR` writes every task, workflow and launch plan as a file that a cluster registers, and `package`
//! writes them as one archive:
//!
//! ```text
//! my_binary package --image registry.example.com/pipeline:v1
//! flytectl register files --archive flyte-package.tgz --project flytesnacks --domain development --version v1
//! ```
//!
//! With the feature `cluster`, `doctor`, `login`, `logout`, `config show`, `register`, `check-references`,
//! `run --remote`, `runs --remote`, `entities`, `plans`, `backfill` and `projects` talk to a Flyte 1 cluster;
//! `docs/cluster.md` shows them:
//!
//! ```text
//! my_binary doctor --image registry.example.com/pipeline:v1
//! my_binary register --image registry.example.com/pipeline:v1 --prune-schedules
//! my_binary backfill nightly --from 2026-02-01 --to 2026-03-01 --dry-run
//! ```
//!
//! `image push` makes an image with the program and pushes it, without a container engine; `docs/shipping.md` shows it:
//!
//! ```text
//! my_binary image push registry.example.com/pipeline:v1 --base debian:13-slim
//! ```
//!
//! flytekit's option `--fast` does not exist here, because it ships source code to an interpreter in the image. What
//! does the same for a program is `register --launcher`: it sends the program itself to the cluster's store. A program
//! that uploads archives anyway passes
//! [`FastSerializationSettings`](crate::compat::settings::FastSerializationSettings) to a
//! `remote::serialize::Serializer`.
//!
//! `flyte-execute` is what a cluster calls in a container; see `remote::execute`. A run with `--isolate` calls it for
//! each attempt. Without the feature `remote` it does not pass graphs of dynamic tasks to a cluster, and SIGTERM just
//! ends it. After a fast registration `flyte-fast-execute` comes before it: it unpacks an archive of code, and becomes
//! the command after it.
//!
//! `cache stats`, `cache explain`, `cache evict` and `cache clear` inspect and clean the [`cache`](crate::cache): its
//! contents, and why a call would run.
//!
//! `completions SHELL` prints a script with which bash, zsh, fish or PowerShell completes commands, options, names of
//! entities, inputs with their values, and ids of runs. The script asks the program at each press of the key, so it
//! never has to be made again. `man` prints a manual page.
//!
//! On a terminal, help and messages are coloured. `NO_COLOR` or `TERM=dumb` turns this off, and `CLICOLOR_FORCE` turns
//! it on everywhere. Only [`main`](crate::main()) looks at terminals and variables; a [`Cli`] of your own writes plain
//! text.
//!
//! A single output is printed as its bare value, several as `name = value`. With `--json` standard output gets one JSON
//! document, which is the last line of a run's output: the outputs by name or, after an error,
//! `{"error": {"kind": .., "message": .., ..}}`. The message for users goes to standard error in both cases. With
//! `--json`, the output of tasks goes to standard error too, on Unix and with [`main`](crate::main()); a [`Cli`] that
//! writes its results elsewhere leaves standard output to the tasks. For users, control characters in errors, names and
//! values are shown as escapes such as `\u{1b}`; JSON and the results of a run contain them unchanged.

pub use flyte_cli::{Cli, Exit};
