//! Flyte's compiler, for many subjects at once.

use std::{
    collections::{HashMap, HashSet},
    fs,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, bail};
use flyte_runtime::{
    Registry,
    remote::serialize::{EntityMessage, SerializedEntity, Serializer},
};
use serde::Deserialize;

use crate::{
    subject::{Form, Messages, Subject, What},
    vocabulary,
};

/// What the cluster says about a file.
#[derive(Deserialize)]
struct Line {
    file: String,
    error: String,
}

/// What the cluster says about each subject: nothing, or why it is refused.
pub(crate) fn compile(
    cluster: &Path,
    directory: &Path,
    serializer: &Serializer<'_>,
    subjects: &[Subject],
    form: Form,
) -> Result<Vec<Option<String>>> {
    fs::create_dir_all(directory)?;
    let mut files = Files {
        directory,
        count: 0,
        known: HashSet::new(),
    };
    files.entities(&vocabulary_entities(serializer)?)?;
    let mut own = Vec::new();
    for subject in subjects {
        let file = match subject.messages(serializer, form)? {
            Messages::Entities(entities) => files.entities(&entities)?,
            Messages::Job(job, entities) => {
                files.entities(&entities)?;
                let What::Job(callee, _) = subject.what else {
                    bail!("a job of something that is no job");
                };
                files.write(&format!("random.vocabulary.{}_4.pb", callee.name()), &job)?
            }
        };
        own.push(file);
    }
    let output = Command::new(cluster)
        .args(["compile", "--json", "--dir"])
        .arg(directory)
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("{} does not start", cluster.display()))?;
    if !output.status.success() {
        bail!("the cluster ended with {}", output.status);
    }
    let mut said: HashMap<String, String> = HashMap::new();
    for line in String::from_utf8(output.stdout)?.lines() {
        let Line { file, error } = serde_json::from_str(line)?;
        said.insert(file, error);
    }
    // All that subjects share is taken; a workflow without nodes only if it is lowered.
    for (file, error) in &said {
        let shared = file
            .split_once('_')
            .is_some_and(|(_, name)| !name.starts_with("generated."));
        let is_judged =
            file.ends_with("_4.pb") || form == Form::Written && !file.ends_with("_1.pb");
        if shared && !is_judged && !error.is_empty() {
            bail!("{file} is refused: {error}");
        }
    }
    own.iter()
        .map(|file| {
            let error = said
                .remove(file)
                .with_context(|| format!("nothing is said about {file}"))?;
            Ok(Some(error).filter(|error| !error.is_empty()))
        })
        .collect()
}

/// What references name, and dynamic tasks, whose jobs are compiled.
pub(crate) fn vocabulary_entities(serializer: &Serializer<'_>) -> Result<Vec<SerializedEntity>> {
    let registry = Registry::builder()
        .with::<vocabulary::distant>()
        .with::<vocabulary::plan_int>()
        .with::<vocabulary::grown_int>()
        .with::<vocabulary::grown_text>()
        .with::<vocabulary::grown_thing>()
        .build()?;
    Ok(serializer.clone().unchecked().registry(&registry)?)
}

struct Files<'d> {
    directory: &'d Path,
    count: usize,
    known: HashSet<String>,
}

impl Files<'_> {
    /// Writes what was not written before, and gives the file of the last workflow.
    fn entities(&mut self, entities: &[SerializedEntity]) -> Result<String> {
        let mut last = String::new();
        for entity in entities {
            let kind = match entity.message() {
                EntityMessage::Task(_) => 1,
                EntityMessage::Workflow(_) => 2,
                _ => 3,
            };
            let name = format!("{}_{kind}.pb", entity.name());
            if self.known.insert(name.clone()) {
                let file = self.write(&name, &entity.encode())?;
                if kind == 2 {
                    last = file;
                }
            }
        }
        Ok(last)
    }

    fn write(&mut self, name: &str, bytes: &[u8]) -> Result<String> {
        let file = format!("{}_{name}", self.count);
        self.count += 1;
        fs::write(self.directory.join(&file), bytes)?;
        Ok(file)
    }
}
