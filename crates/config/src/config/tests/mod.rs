#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod files;
mod values;

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use super::*;

/// A directory of one test, which is removed with this value.
struct Dir(PathBuf);

impl Dir {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "flyte-config-test-{}-{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        let dir = std::env::temp_dir().join(name);
        fs::create_dir_all(&dir).unwrap();
        Self(dir)
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The configuration that a file gives in an otherwise empty environment.
fn from_file(name: &str, text: &str) -> Result<Config, ConfigError> {
    let dir = Dir::new();
    let path = dir.write(name, text);
    Config::loader()
        .environment(Environment::empty())
        .file(path)
        .load()
}

fn from_vars(vars: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let env = vars
        .iter()
        .fold(Environment::empty(), |env, (name, value)| {
            env.with_var(*name, *value)
        });
    Config::loader().environment(env).load()
}

/// The text of an error, without the directory, which differs in every run.
fn message<T: std::fmt::Debug>(result: Result<T, ConfigError>) -> String {
    let text = result.unwrap_err().to_string();
    let cut = text
        .find("flyte-config-test-")
        .and_then(|start| Some((start, text[start..].find('/')? + start + 1)));
    match cut {
        Some((start, end)) => {
            let before =
                text[..start].trim_end_matches(&format!("{}/", std::env::temp_dir().display()));
            format!("{before}{}", &text[end..])
        }
        None => text,
    }
}
