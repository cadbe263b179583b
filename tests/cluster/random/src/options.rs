//! What the command line says.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use flyte_runtime::cluster::Rule;

pub(crate) const USAGE: &str = "random --cluster PROGRAM [--from SEED] [--count N] [--seed SEED] [--runs N] [--without RULE] [--show] \
    [--at-once N] [--keep]";

pub(crate) struct Options {
    /// The cluster.
    pub(crate) cluster: PathBuf,
    /// The first seed, and how many there are.
    pub(crate) from: u64,
    pub(crate) count: u64,
    /// How many of those that register are run.
    pub(crate) runs: usize,
    /// How many executions are under way at once.
    pub(crate) at_once: usize,
    /// A rule that is switched off.
    pub(crate) without: Option<Rule>,
    /// One seed alone: numbers are not looked at.
    pub(crate) is_one: bool,
    /// Prints the programs.
    pub(crate) show: bool,
    /// Keeps the data of the cluster.
    pub(crate) keep: bool,
}

impl Options {
    pub(crate) fn parse(mut args: impl Iterator<Item = String>) -> Result<Self> {
        let mut cluster = None;
        let mut options = Self {
            cluster: PathBuf::new(),
            from: 0,
            count: 500,
            runs: 100,
            at_once: 24,
            without: None,
            is_one: false,
            show: false,
            keep: false,
        };
        while let Some(flag) = args.next() {
            let mut value = || {
                args.next()
                    .with_context(|| format!("{flag} needs a value: {USAGE}"))
            };
            let number = |value: Result<String>| {
                let number: Result<u64, _> = value?.parse();
                number.with_context(|| format!("{flag} takes a number"))
            };
            match flag.as_str() {
                "--cluster" => cluster = Some(PathBuf::from(value()?)),
                "--from" => options.from = number(value())?,
                "--count" => options.count = number(value())?,
                "--seed" => {
                    (options.from, options.count) = (number(value())?, 1);
                    (options.is_one, options.show) = (true, true);
                }
                "--runs" => options.runs = usize::try_from(number(value())?)?,
                "--at-once" => options.at_once = usize::try_from(number(value())?)?.max(1),
                "--without" => {
                    let code = value()?;
                    let rule = Rule::of_code(&code);
                    options.without =
                        Some(rule.with_context(|| format!("there is no rule {code}"))?);
                }
                "--show" => options.show = true,
                "--keep" => options.keep = true,
                _ => bail!("there is no {flag}: {USAGE}"),
            }
        }
        options.cluster = cluster.context(USAGE)?;
        Ok(options)
    }
}
