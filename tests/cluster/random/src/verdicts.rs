//! What the compiler says (first form).

use std::{collections::BTreeMap, fs, path::PathBuf, process::{Command, ExitCode}};

use anyhow::{Context as _, Result};
use flyte_runtime::{entity::Registry, remote::serialize::{EntityMessage, Serializer}, settings::SerializationSettings};
use serde::Deserialize;

use crate::{build, generate};

#[derive(Deserialize)]
struct Line { file: String, error: String }

pub(crate) fn main(args: impl Iterator<Item = String>) -> ExitCode {
    match run(args.collect()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => { eprintln!("{error:#}"); ExitCode::from(2) }
    }
}

fn run(args: Vec<String>) -> Result<()> {
    let cluster = &args[0];
    let from: u64 = args[1].parse()?;
    let count: u64 = args[2].parse()?;
    let show = args.get(3).is_some();
    let dir = PathBuf::from("/tmp/random-out");
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(&dir)?;
    let settings = SerializationSettings::for_image("random:v1", "v1")?.new_builder().project("flytesnacks").domain("development").build();
    let serializer = Serializer::new(&settings).program(std::env::current_exe()?.display().to_string());
    let mut all: BTreeMap<String, EntityMessage> = BTreeMap::new();
    let mut files = Vec::new();
    for seed in from..from + count {
        let program = generate::program(seed);
        if show { println!("{program}"); }
        let built = match build::build(&program) {
            Ok(built) => built,
            Err(error) => { println!("NOT BUILT seed {seed}: {error}"); continue; }
        };
        let top = built[built.len() - 1].descriptor();
        let registry = Registry::builder().with_descriptor(top).build()?;
        let entities = match serializer.registry(&registry) {
            Ok(entities) => entities,
            Err(error) => { println!("NOT SERIALISED seed {seed}: {error}"); continue; }
        };
        for entity in entities {
            let is_inner = entity.name().starts_with("generated.") && entity.name() != top.name();
            let key = format!("{}_{}", entity.name(), match entity.message() { EntityMessage::Task(_) => 1, EntityMessage::Workflow(_) => 2, _ => 3 });
            if is_inner || all.contains_key(&key) { continue; }
            let file = format!("{}_{key}.pb", files.len());
            fs::write(dir.join(&file), entity.encode())?;
            all.insert(key, entity.message().clone());
            files.push(file);
        }
    }
    let out = Command::new(cluster).args(["compile", "--json", "--dir"]).arg(&dir).output().context("the cluster")?;
    eprint!("{}", String::from_utf8_lossy(&out.stderr));
    let mut kinds: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let (mut good, mut bad) = (0, 0);
    for line in String::from_utf8_lossy(&out.stdout).lines() {
        let line: Line = serde_json::from_str(line)?;
        if !line.file.ends_with("_2.pb") { if !line.error.is_empty() && line.file.ends_with("_1.pb") { println!("{}: {}", line.file, line.error); } continue; }
        if line.error.is_empty() { good += 1; continue; }
        bad += 1;
        println!("{}: {}", line.file, line.error.chars().take(1500).collect::<String>());
        for part in line.error.split("Code: ").skip(1) {
            let code = part.split(',').next().unwrap_or_default().to_owned();
            kinds.entry(code).or_default().push(line.file.clone());
        }
    }
    println!("{good} taken, {bad} refused");
    for (kind, files) in kinds { println!("{kind}: {}", files.len()); }
    Ok(())
}
