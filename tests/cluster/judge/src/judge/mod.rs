//! Runs everything on either side, compares, and reports.

mod compare;
mod here;
mod literals;
mod programs;
mod report;
mod shape;
mod stand_ins;
mod suite;
mod there;

use std::{path::PathBuf, process::ExitCode, time::Instant};

use anyhow::{Context as _, Result, bail};
use flyte_rig::{Data, Rig};

use report::Report;

/// What the tasks of the suite ask for.
const SECRETS: [&str; 4] = [
    "--secret",
    "judge/token=open sesame",
    "--secret",
    "judge/key=a1b2",
];

/// What the command line says.
pub(crate) struct Options {
    /// The cluster.
    pub(crate) cluster: PathBuf,
    /// Where the other programs are built: the examples in `examples`, and `twins`.
    pub(crate) programs: Option<PathBuf>,
    /// The sources of the examples.
    pub(crate) examples: Option<PathBuf>,
    /// The cases whose names have this, or stand for it; all if there is none.
    pub(crate) only: Option<String>,
    /// How many executions are under way at once.
    pub(crate) at_once: usize,
    /// Runs the long cases, too.
    pub(crate) long: bool,
    /// Keeps the data of the cluster.
    pub(crate) keep: bool,
}

/// What `--only` names the examples and twins by, which are no cases.
const PROGRAMS: &str = "programs";

const USAGE: &str = "judge --cluster PROGRAM [--programs DIR --examples DIR] [--only TEXT] [--at-once N] [--long] [--keep]";

impl Options {
    fn parse(mut args: impl Iterator<Item = String>) -> Result<Self> {
        let mut cluster = None;
        let mut options = Self {
            cluster: PathBuf::new(),
            programs: None,
            examples: None,
            only: None,
            at_once: 24,
            long: false,
            keep: false,
        };
        while let Some(flag) = args.next() {
            let mut value = || {
                args.next()
                    .with_context(|| format!("{flag} needs a value: {USAGE}"))
            };
            match flag.as_str() {
                "--cluster" => cluster = Some(PathBuf::from(value()?)),
                "--programs" => options.programs = Some(value()?.into()),
                "--examples" => options.examples = Some(value()?.into()),
                "--only" => options.only = Some(value()?),
                "--at-once" => {
                    options.at_once = value()?.parse().context("--at-once takes a number")?;
                }
                "--long" => options.long = true,
                "--keep" => options.keep = true,
                _ => bail!("there is no {flag}: {USAGE}"),
            }
        }
        options.cluster = cluster.context(USAGE)?;
        Ok(options)
    }
}

/// The command `judge`: 0 if everything is as it has to be, 1 if not, 2 if it could not be found out.
pub(crate) fn main(args: impl Iterator<Item = String>) -> ExitCode {
    match judge(args) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            report::say_error(&error);
            ExitCode::from(2)
        }
    }
}

fn judge(args: impl Iterator<Item = String>) -> Result<bool> {
    let options = Options::parse(args)?;
    let began = Instant::now();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let data = Data::new()?;
    let mut report = Report::default();
    if let (Some(programs), Some(examples)) = (&options.programs, &options.examples)
        && options.only.as_deref().is_none_or(|only| only == PROGRAMS)
    {
        for program in programs::all(programs, examples)? {
            let rig = Rig::start(&options.cluster, &data.join(&program.project), &[])?;
            runtime.block_on(programs::compile(&program, &rig, &data, &mut report))?;
            rig.stop()?;
        }
    }
    if options.only.as_deref() != Some(PROGRAMS) {
        let rig = Rig::start(&options.cluster, &data.join("suite"), &SECRETS)?;
        runtime.block_on(suite::run(&options, &rig, &data, &mut report))?;
        rig.stop()?;
    }
    report.print(began.elapsed());
    if options.keep || !report.is_good() {
        report::say_kept(&data.keep());
    }
    Ok(report.is_good())
}
