//! The options of `run --remote`.

use std::path::PathBuf;

use clap::{Arg, ArgAction, value_parser};

use super::cluster::{self, CLUSTER_OPTIONS};

pub(super) const REMOTE: &str = "--remote";
pub(super) const IMAGE: &str = "--image";
pub(super) const VERSION: &str = "--version";
pub(super) const PROGRAM: &str = "--program";
pub(super) const LAUNCHER: &str = "--launcher";
pub(super) const BINARY: &str = "--binary";
pub(super) const RUN_NAME: &str = "--run-name";
pub(super) const LABEL: &str = "--label";
pub(super) const ANNOTATION: &str = "--annotation";
pub(super) const ENV: &str = "--env";
pub(super) const TAG: &str = "--tag";
pub(super) const OVERWRITE_CACHE: &str = "--overwrite-cache";
pub(super) const INTERRUPTIBLE: &str = "--interruptible";
pub(super) const MAX_PARALLELISM: &str = "--max-parallelism";
pub(super) const RAW_OUTPUT_PREFIX: &str = "--raw-output-prefix";
pub(super) const SERVICE_ACCOUNT: &str = "--service-account";
pub(super) const CLUSTER_POOL: &str = "--cluster-pool";
pub(super) const WAIT: &str = "--wait";
pub(super) const NO_WAIT: &str = "--no-wait";

/// The options of `run` that are for runs on a cluster.
pub(super) fn args() -> Vec<Arg> {
    let text = |id: &'static str, value_name, help| {
        Arg::new(id)
            .long(&id[2..])
            .value_name(value_name)
            .help(help)
    };
    let flag = |id: &'static str, help| {
        Arg::new(id)
            .long(&id[2..])
            .action(ArgAction::SetTrue)
            .help(help)
    };
    let args = vec![
        flag(
            REMOTE,
            "Runs it on a cluster, where what is missing is registered; the options below are for this",
        ),
        text(
            IMAGE,
            "[NAME=]IMAGE",
            "The image of the containers, as of `register`; can be repeated",
        )
        .action(ArgAction::Append),
        text(
            VERSION,
            "TEXT",
            "The version [default: that of the content]",
        ),
        text(
            PROGRAM,
            "PATH",
            "This program in the image [default: its name here]",
        ),
        text(
            LAUNCHER,
            "IMAGE",
            "Sends the program to the cluster's store, for containers of this image, as `register` does",
        ),
        text(
            BINARY,
            "FILE",
            "The program to send, built for Linux [default: this program]",
        )
        .value_parser(value_parser!(PathBuf)),
        text(
            RUN_NAME,
            "NAME",
            "The name of the execution [default: one is made]",
        ),
        text(LABEL, "KEY=VALUE", "A label; can be repeated").action(ArgAction::Append),
        text(ANNOTATION, "KEY=VALUE", "An annotation; can be repeated").action(ArgAction::Append),
        text(
            ENV,
            "NAME=VALUE",
            "A variable for the containers of this execution; can be repeated",
        )
        .action(ArgAction::Append),
        text(TAG, "TEXT", "A tag; can be repeated").action(ArgAction::Append),
        flag(
            OVERWRITE_CACHE,
            "Runs what the cluster has results of, and replaces these",
        ),
        text(
            INTERRUPTIBLE,
            "BOOLEAN",
            "Whether nodes may be taken away from its tasks",
        )
        .value_parser(value_parser!(bool))
        .num_args(0..=1)
        .require_equals(true)
        .default_missing_value("true"),
        text(MAX_PARALLELISM, "N", "How many nodes may run at once")
            .value_parser(value_parser!(u32)),
        text(RAW_OUTPUT_PREFIX, "URI", "Where files of tasks go"),
        text(
            SERVICE_ACCOUNT,
            "NAME",
            "The Kubernetes service account of the pods",
        ),
        text(CLUSTER_POOL, "NAME", "The pool of clusters that it runs on"),
        flag(
            WAIT,
            "Waits for the end and prints the outputs [default: on a terminal]",
        ),
        flag(NO_WAIT, "Prints the name of the execution, and leaves it").conflicts_with(WAIT),
    ];
    let own = args.into_iter().chain(cluster::args());
    own.map(|arg| arg.help_heading(CLUSTER_OPTIONS)).collect()
}
