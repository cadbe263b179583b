//! Writes a new project: a first workflow, tests, CI and the settings of a cluster. The same files as those of
//! `cargo generate --path template`.
//!
//! ```console
//! $ cargo run --example new
//! error: say where the project should be, as in `cargo run --example new -- ../my-project`
//! ```

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program prints"
)]

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
};

/// The files, with places for the name of the project and the path of `flyte-runtime`.
const FILES: [(&str, &str); 6] = [
    ("Cargo.toml", include_str!("../template/Cargo.toml")),
    ("src/main.rs", include_str!("../template/src/main.rs")),
    ("README.md", include_str!("../template/README.md")),
    ("flyte.yaml", include_str!("../template/flyte.yaml")),
    (".gitignore", include_str!("../template/.gitignore")),
    (
        ".github/workflows/ci.yml",
        include_str!("../template/.github/workflows/ci.yml"),
    ),
];

/// A package's name made of that of a folder, as Cargo wants it.
fn package_name(directory: &Path) -> Option<String> {
    let name = directory.file_name()?.to_str()?.to_lowercase();
    let kept = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let name: String = name.chars().map(kept).collect();
    let starts_well = name.starts_with(|c: char| c.is_ascii_alphabetic());
    starts_well.then_some(name)
}

fn write(directory: &Path) -> Result<String, String> {
    let name = package_name(directory).ok_or_else(|| {
        format!(
            "no package can be named after `{}`: start with an ASCII letter",
            directory.display()
        )
    })?;
    let is_taken = fs::read_dir(directory).is_ok_and(|mut entries| entries.next().is_some());
    if is_taken || directory.is_file() {
        return Err(format!("`{}` exists and is not empty", directory.display()));
    }
    let failed = |error: io::Error| format!("`{}` cannot be written: {error}", directory.display());
    let runtime = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../flyte-runtime");
    let runtime = fs::canonicalize(runtime).map_err(failed)?;
    for (file, text) in FILES {
        let path = directory.join(file);
        fs::create_dir_all(path.parent().unwrap_or(directory)).map_err(failed)?;
        let text = text.replace("{{project-name}}", &name).replace(
            "{{flyte_runtime}}",
            &runtime.to_string_lossy().replace('\\', "/"),
        );
        fs::write(path, text).map_err(failed)?;
    }
    Ok(name)
}

fn main() -> ExitCode {
    let Some(directory) = env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!(
            "error: say where the project should be, as in `cargo run --example new -- ../my-project`"
        );
        return ExitCode::from(2);
    };
    match write(&directory) {
        Ok(name) => {
            println!("{name} is in {}; to run it:\n", directory.display());
            println!("cd {}\ncargo run -- run greetings", directory.display());
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use flyte_runtime::files::TempSandbox;

    use super::*;

    /// Every file of the template is written, and has no place left that is not filled.
    #[test]
    fn the_files_are_those_of_the_template() {
        let sandbox = TempSandbox::new();
        let directory = sandbox.create().expect("it is made").join("My_Project 2");
        assert_eq!(write(&directory).as_deref(), Ok("my-project-2"));
        let template = Path::new(env!("CARGO_MANIFEST_DIR")).join("../template");
        let mut folders = vec![template.clone()];
        let mut files = 0;
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("it is read") {
                let path = entry.expect("it is read").path();
                let relative = path.strip_prefix(&template).expect("it is inside");
                match path.is_dir() {
                    true => folders.push(path),
                    false if relative == Path::new("cargo-generate.toml") => {}
                    false => {
                        let text = fs::read_to_string(directory.join(relative));
                        assert!(!text.expect("it is written").contains("{{"), "{relative:?}");
                        files += 1;
                    }
                }
            }
        }
        assert_eq!(files, FILES.len());
        let error = write(&directory).expect_err("it is not empty");
        assert!(error.ends_with("exists and is not empty"), "{error}");
        assert!(write(Path::new("7 days")).is_err());
    }

    /// Its tests pass, its workflow runs, and a cluster would take it.
    #[test]
    fn the_project_works() {
        let sandbox = TempSandbox::new();
        let directory = sandbox.create().expect("it is made").join("greeter");
        write(&directory).expect("it is written");
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        // The versions that the rest is built with, which are on this machine.
        fs::copy(workspace.join("Cargo.lock"), directory.join("Cargo.lock")).expect("it is there");
        let test = env::current_exe().expect("a test is a file");
        let target = test
            .ancestors()
            .nth(3)
            .expect("it is in a target folder")
            .join("template");
        let cargo = |args: &[&str]| {
            let output = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()))
                .args(args)
                .current_dir(&directory)
                .env("CARGO_TARGET_DIR", &target)
                .env("FLYTE_LOCAL_STATE_DIR", directory.join("state"))
                .output()
                .expect("cargo starts");
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            let problem = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success(), "{args:?}: {text}{problem}");
            text
        };
        assert!(cargo(&["test", "--offline"]).contains("2 passed"));
        assert_eq!(
            cargo(&["run", "-q", "--offline", "--", "run", "greetings"]),
            "Hello, Ada!\nHello, Grace!\n"
        );
        assert!(cargo(&["run", "-q", "--offline", "--", "check"]).contains("0 errors"));
    }
}
