//! Files and directories: what is in them is compared, and that an address stays as it is.

use std::path::PathBuf;

use flyte_runtime::{
    files::{AnyFormat, Csv, FileFormat},
    prelude::*,
};
use serde_json::{Value as Json, json};

use crate::{Case, random::Random, twin::Twin};

/// A path that nobody else uses, in the directory that the judge reads and removes.
fn path(random: &mut Random, extension: &str) -> PathBuf {
    let root = std::env::var_os("ORACLE_FILES").unwrap_or_else(|| "target/oracle/files".into());
    let directory = PathBuf::from(root).join(format!("{:016x}", random.next()));
    std::fs::create_dir_all(&directory).expect("the judge's directory can be written");
    directory.join(format!("data{extension}"))
}

fn content(random: &mut Random) -> String {
    random
        .below(1 << 20)
        .to_string()
        .repeat(random.below(4) as usize)
}

impl<F: FileFormat> Twin for FlyteFile<F> {
    fn random(random: &mut Random) -> Self {
        let extension = match F::NAME {
            "" => String::new(),
            name => format!(".{name}"),
        };
        let file = Self::from_path(path(random, &extension));
        file.write(content(random)).expect("a file can be written");
        file.with_metadata("made", "here")
    }

    fn shown(&self) -> Json {
        json!({"file": self.read_to_string().expect("a file can be read")})
    }
}

impl<F: FileFormat> Twin for FlyteDirectory<F> {
    fn random(random: &mut Random) -> Self {
        let path = path(random, ".d");
        std::fs::create_dir(&path).expect("a directory can be made");
        for number in 0..random.below(4) {
            let file = path.join(format!("{number}.txt"));
            std::fs::write(file, content(random)).expect("a file can be written");
        }
        Self::from_path(path)
    }

    fn shown(&self) -> Json {
        let path = self.path().expect("a directory can be read");
        let entries = std::fs::read_dir(path).expect("a directory can be read");
        let files = entries.map(|entry| {
            let path = entry.expect("a directory can be read").path();
            let name = path
                .file_name()
                .map(|name| name.to_string_lossy().into_owned());
            let text = std::fs::read_to_string(&path).expect("a file can be read");
            (name.unwrap_or_default(), Json::from(text))
        });
        json!({"directory": files.collect::<serde_json::Map<_, _>>()})
    }
}

impl Twin for PathBuf {
    fn random(random: &mut Random) -> Self {
        let path = path(random, "");
        std::fs::write(&path, content(random)).expect("a file can be written");
        path
    }

    fn shown(&self) -> Json {
        json!({"file": std::fs::read_to_string(self).expect("a file can be read")})
    }
}

#[derive(Clone, Debug, FlyteType)]
struct Files {
    file: FlyteFile,
    table: FlyteFile<Csv>,
    directory: FlyteDirectory,
    more: Vec<FlyteFile>,
}

impl Twin for Files {
    fn random(random: &mut Random) -> Self {
        Self {
            file: Twin::random(random),
            table: Twin::random(random),
            directory: Twin::random(random),
            more: Twin::random(random),
        }
    }

    fn shown(&self) -> Json {
        json!({
            "file": self.file.shown(),
            "table": self.table.shown(),
            "directory": self.directory.shown(),
            "more": self.more.shown(),
        })
    }
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::of::<FlyteFile>("file"),
        Case::of::<FlyteFile<Csv>>("file of csv"),
        Case::of::<PathBuf>("path"),
        Case::of::<FlyteDirectory<AnyFormat>>("directory"),
        Case::of::<FlyteDirectory<Csv>>("directory of csv"),
        Case::of::<Option<FlyteFile>>("optional file"),
        Case::of::<Vec<FlyteFile<Csv>>>("list of files"),
        Case::of::<Files>("dataclass of files"),
    ]
}
