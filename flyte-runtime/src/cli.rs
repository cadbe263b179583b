//! The command line of a binary with tasks: `list`, `describe`, `run`, `runs`, `cache` and `check`, and with the
//! feature `remote` `serialize` and `package`.
//!
//! A binary needs no more than
//!
//! ```no_run
//! fn main() -> std::process::ExitCode {
//!     flyte_runtime::main()
//! }
//! ```
//!
//! and can be asked what it contains and told to run it:
//!
//! ```text
//! my_binary list
//! my_binary describe pipeline
//! my_binary run --jobs 4 pipeline --xs '[1, 2]' --limit 10
//! ```
//!
//! The options of `run` that are not inputs, as `--json`, `--jobs` and `--resume`, come before the name. What follows
//! the name are the inputs; these options are understood there too unless an input has that name.
//!
//! An input is written as its type asks: numbers as numbers, strings as they are, booleans as `--flag`, `--no-flag` or
//! `--flag no`, durations as `90s` or `1h30m`, dates and datetimes as `2024-07-01` and `2024-07-01T12:00:00+02:00`,
//! bytes as base64, lists, maps and structs as JSON (`'[1, 2]'`). An `Option` is left out for nothing, or `null`;
//! `'"null"'` in quotes is that text. `@FILE` is what is in a file, without the line break at its end; a text that
//! begins with `@` is written `@@text`. Of a union `{"Name": value}` names the variant where the value alone does not
//! say which it is.
//!
//! `--inputs-file FILE` takes inputs from a file of JSON or YAML, with `-` from standard input:
//!
//! ```yaml
//! xs: [1, 2]
//! limit: 10
//! every: 1h30m
//! ```
//!
//! Whatever a run prints can be given to another one, in any of these ways.
//!
//! With `--deck DIR` a run writes the [pages](crate::deck) of its tasks into a directory, also when it fails, and says
//! where they are.
//!
//! Results of tasks that declare a [`cache`](crate::cache) are kept, and used again by later runs unless
//! `--cache refresh` or `--cache off` says otherwise:
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
//! `0`. `runs list` shows them and `runs show ID` one of them; `run --resume ID` goes on with one that ended early, and
//! runs only what had not ended. ID is a beginning of an id that no other run has, or `last`. What was run need not be
//! named again, and inputs that are not given are what they were, also where they have defaults. On a terminal `run`
//! tells on standard error what has ended (`--progress plain` elsewhere too, `none` nowhere); `--events FILE` writes
//! what happens as lines of JSON, with `-` to standard output.
//!
//! `check` tells what a Flyte 1 cluster would refuse, and what it does otherwise than a run on this machine; see
//! [`cluster`](crate::cluster). `serialize` and `package` ask the same, and write nothing if there is an error.
//! `--allow RULE` says nothing of a warning that is known:
//!
//! ```text
//! my_binary check
//! my_binary check --json pipeline
//! my_binary serialize --out DIR --image ghcr.io/acme/pipeline:v1 --allow no-backoff
//! ```
//!
//! `serialize --out DIR` writes every task, workflow and launch plan as a file that a cluster registers, and
//! `package` the same as one archive:
//!
//! ```text
//! my_binary package --image ghcr.io/acme/pipeline:v1
//! flytectl register files --archive flyte-package.tgz --project flytesnacks --domain development --version v1
//! ```
//!
//! flytekit's `--fast` is not among the options: it ships source code to an interpreter in the image, and what would be
//! shipped here is the program, which is the image's content. Who uploads archives all the same gives
//! [`FastSerializationSettings`](crate::compat::settings::FastSerializationSettings) to a
//! `remote::serialize::Serializer`.
//!
//! `flyte-execute` is what a cluster calls in a container; see `remote::execute`. A run with `--isolate` calls it for each
//! attempt. Without the feature `remote` it gives no graph of a dynamic task to a cluster, and SIGTERM just ends it.
//! `flyte-fast-execute` stands in front of it after a fast registration: it unpacks an archive of code, and becomes the
//! command that follows.
//!
//! `cache stats`, `cache explain`, `cache evict` and `cache clear` are about results that are kept, see
//! [`cache`](crate::cache): what there is, why a call would be run, and removing it.
//!
//! A single output is printed as its bare value, several as `name = value`. With `--json` standard output gets one JSON
//! document, and it is the last line of a run's output: the outputs by name or, when something is wrong,
//! `{"error": {"kind": .., "message": .., ..}}`. The message for people is on standard error either way. What tasks
//! print goes to standard error then, on Unix and with [`main`](crate::main()); a [`Cli`] whose output goes elsewhere
//! leaves standard output to them. What people read shows control characters in errors, names and values as escapes, as
//! `\u{1b}`; JSON has them as they are, and so has what a run gives.

pub use flyte_cli::{Cli, Exit};
