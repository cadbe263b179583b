//! Registers everything in the examples and the twins: all of it has to compile.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, bail};
use flyte_idl::{flyteidl::admin, prost::Message as _, tonic::Status};
use flyte_rig::{Cluster, DOMAIN, Data, Rig, VERSION};

use super::{report::Report, stand_ins};
use crate::examples;

/// An entity that does not compile, and has to be refused.
struct Exception {
    /// The program and the name of the entity.
    entity: &'static str,
    /// A part of what the cluster says.
    message: &'static str,
    reason: &'static str,
}

/// What does not compile, with the reason. An entity that compiles all the same is a mistake in this table.
const EXCEPTIONS: &[Exception] = &[
    Exception {
        entity: "twins.maps.some_plans",
        message: "Code: MismatchingTypes",
        reason: "no call of a mapped launch plan may fail",
    },
    Exception {
        entity: "twins.maps.two_plans",
        message: "Code: MismatchingTypes",
        reason: "no call of a mapped launch plan may fail",
    },
    Exception {
        entity: "twins.references.half_measured",
        message: "Code: MismatchingTypes",
        reason: "no call of a mapped reference may fail",
    },
];

/// What the cluster says of the launch plan of a workflow that it does not know.
const NO_WORKFLOW: &str = "missing entity of type WORKFLOW";

/// A program whose entities have to compile.
pub(crate) struct Program {
    /// The project that they are registered in.
    pub(crate) project: String,
    path: PathBuf,
}

/// The twins and all examples that have the command line.
pub(crate) fn all(programs: &Path, sources: &Path) -> Result<Vec<Program>> {
    let mut all = vec![Program {
        project: "twins".to_owned(),
        path: programs.join("twins"),
    }];
    let mut names = Vec::new();
    for entry in fs::read_dir(sources)? {
        let path = entry?.path();
        let name = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        // Two are tests of what the others and the book show. `new` declares nothing. `remote` has no command line and
        // needs the client of a cluster and a control plane to be built, which are not part of the judge; `maps` has a
        // map and a task such as its own.
        let is_program = !["book", "new", "remote", "shown_output"].contains(&&*name)
            && !examples::NAMES.contains(&&*name);
        if path.extension().is_some_and(|extension| extension == "rs") && is_program {
            names.push(name);
        }
    }
    names.sort();
    all.extend(names.into_iter().map(|name| Program {
        path: programs.join("examples").join(&name),
        project: name.replace('_', "-"),
    }));
    Ok(all)
}

/// Registers all programs' entities, and notes which do not compile.
pub(crate) async fn compile(
    program: &Program,
    rig: &Rig,
    data: &Data,
    report: &mut Report,
) -> Result<()> {
    let out = data.join(&format!("{}-serialized", program.project));
    let output = Command::new(&program.path)
        .args([
            "serialize",
            // What the cluster would refuse is given to it all the same: it has to.
            "--unchecked",
            "--image",
            "judge:v1",
            "--domain",
            DOMAIN,
            "--version",
            VERSION,
        ])
        .args(["--project", &program.project, "--out"])
        .arg(&out)
        .output()
        .with_context(|| format!("{} does not start", program.path.display()))?;
    if !output.status.success() {
        let reason = String::from_utf8_lossy(&output.stderr);
        report.problems.push(format!(
            "{} is not serialised: {}",
            program.project,
            reason.trim()
        ));
        return Ok(());
    }
    let mut cluster = Cluster::connect(rig.address(), &program.project).await?;
    stand_ins::register(&mut cluster, &program.project).await?;
    let mut files: Vec<PathBuf> = Vec::new();
    for entry in
        fs::read_dir(&out).with_context(|| format!("{} has written nothing", program.project))?
    {
        files.push(entry?.path());
    }
    // The number in front of a name has the same width in all of them.
    files.sort();
    let (mut compiled, mut declared) = (0, Vec::new());
    for file in &files {
        let entity = read(file)?;
        let name = file
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let result = entity.register(&mut cluster).await;
        let exception = EXCEPTIONS.iter().find(|exception| {
            let (of, entity) = exception.entity.split_once('.').unwrap_or_default();
            of == program.project && name.contains(&format!("_{of}.{entity}_"))
        });
        match (result, exception) {
            (Ok(()), None) => compiled += 1,
            (Ok(()), Some(exception)) => {
                report.problems.push(format!(
                    "{name} compiles, and is declared not to: {}",
                    exception.reason
                ));
            }
            (Err(status), Some(exception))
                if status.message().contains(exception.message)
                    || (name.ends_with("_3") && status.message().contains(NO_WORKFLOW)) =>
            {
                declared.push(format!("{name}: {}", exception.reason));
            }
            (Err(status), _) => {
                report
                    .problems
                    .push(format!("{name} does not compile: {}", status.message()));
            }
        }
    }
    report
        .compiled
        .insert(program.project.clone(), (compiled, declared));
    Ok(())
}

enum Entity {
    Task(Box<admin::TaskSpec>),
    Workflow(admin::WorkflowSpec),
    LaunchPlan(admin::LaunchPlan),
}

impl Entity {
    async fn register(self, cluster: &mut Cluster) -> Result<(), Status> {
        match self {
            Self::Task(spec) => cluster.register_task(*spec).await,
            Self::Workflow(spec) => cluster.register_workflow(spec).await,
            Self::LaunchPlan(plan) => cluster.register_launch_plan(plan).await,
        }
    }
}

fn read(file: &Path) -> Result<Entity> {
    let bytes = &*fs::read(file)?;
    let name = file.to_string_lossy();
    Ok(match () {
        () if name.ends_with("_1.pb") => Entity::Task(Box::new(admin::TaskSpec::decode(bytes)?)),
        () if name.ends_with("_2.pb") => Entity::Workflow(admin::WorkflowSpec::decode(bytes)?),
        () if name.ends_with("_3.pb") => Entity::LaunchPlan(admin::LaunchPlan::decode(bytes)?),
        () => bail!("{name} is not a file of an entity"),
    })
}
