//! Programs that are not in the image: sent once, checked before they run, and fetched once.

use std::{fs, path::Path, process::Command};

use serde_json::Value as Json;

use crate::{
    commands::say,
    images::{Place, program},
    plane,
    registry::digest,
};

/// The file below a directory whose name ends like this.
fn found(directory: &Path, end: &str) -> Option<std::path::PathBuf> {
    let entries = fs::read_dir(directory).ok()?;
    let mut paths = entries.map(|entry| entry.unwrap().path());
    paths.find_map(|path| match path.is_dir() {
        true => found(&path, end),
        false => path.to_str()?.ends_with(end).then_some(path),
    })
}

#[test]
fn a_program_is_sent_once() {
    let (plane, place) = (plane(), Place::new());
    let binary = place.write("app", &program(200_000, false));
    let register = format!(
        "register --launcher registry.example.com/launcher:v1 --binary {} --json",
        binary.display()
    );
    let bytes = |more: &str| -> u64 {
        let said: Json = say(&plane, &format!("{register}{more}")).json();
        said["bytes"].as_u64().unwrap()
    };
    assert!(bytes("") > 200_000);
    assert_eq!(bytes(""), 0);
    // Another version with the same program.
    let entities = bytes(" --env A=B");
    assert!((1..200_000).contains(&entities), "{entities}");
    // Another program.
    place.write("app", &program(200_001, false));
    assert!(bytes("") > 200_000);
}

#[test]
fn a_dry_run_sends_no_program() {
    let (plane, place) = (plane(), Place::new());
    let binary = place.write("app", &program(300, false));
    let register = format!("register --launcher l:v1 --binary {}", binary.display());
    let said = say(&plane, &format!("{register} --dry-run --json")).json();
    assert_eq!(said["bytes"], 0);
    assert_eq!(found(plane.directory(), "app.tar.gz"), None);
}

#[test]
fn what_contradicts_a_launcher_is_refused() {
    let plane = plane();
    for (words, problem) in [
        (
            "register --launcher l:v1 --image i:v1",
            "leave `--image` out",
        ),
        ("register --binary app", "give `--launcher IMAGE`, too"),
        (
            "run hypotenuse --b 4 --remote --binary app --image i:v1",
            "give `--launcher IMAGE`, too",
        ),
        (
            "register --launcher l:v1 --program app",
            "the program is started from the bundle",
        ),
    ] {
        let said = say(&plane, words);
        assert_eq!(said.exit, flyte_runtime::cli::Exit::Usage, "{words}");
        assert!(said.stderr.contains(problem), "{words}: {}", said.stderr);
    }
}

/// The program of these tests as a launcher: exit code, output and error.
fn launched(archive: &Path, sha256: &str, to: &Path, word: &str) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_remote-program"))
        .args(["flyte-fast-execute", "--additional-distribution"])
        .arg(archive)
        .args(["--distribution-sha256", sha256, "--dest-dir"])
        .arg(to)
        .arg("--")
        .arg(to.join("echo"))
        .arg(word)
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

#[cfg(target_os = "linux")]
#[test]
fn a_launcher_checks_what_it_fetches_and_fetches_it_once() {
    let (plane, place) = (plane(), Place::new());
    let said = say(&plane, "register --launcher l:v1 --binary /bin/echo");
    assert_eq!(
        said.exit,
        flyte_runtime::cli::Exit::Success,
        "{}",
        said.stderr
    );
    let archive = found(plane.directory(), "echo.tar.gz").unwrap();
    let bytes = fs::read(&archive).unwrap();
    let digest = digest(&bytes);
    let sha256 = digest.trim_start_matches("sha256:");
    let to = place.0.join("bundles").join(sha256);
    let (code, stdout, stderr) = launched(&archive, sha256, &to, "first");
    assert_eq!((code, &*stdout), (Some(0), "first\n"), "{stderr}");
    // It is there, so that it is not asked for again.
    fs::write(&archive, [&bytes[..], b"x"].concat()).unwrap();
    let (code, stdout, stderr) = launched(&archive, sha256, &to, "second");
    assert_eq!((code, &*stdout), (Some(0), "second\n"), "{stderr}");
    let elsewhere = place.0.join("others").join(sha256);
    let (code, stdout, stderr) = launched(&archive, sha256, &elsewhere, "third");
    assert_eq!((code, &*stdout), (Some(1), ""));
    assert!(stderr.contains("and "), "{stderr}");
    assert!(
        stderr.contains(&format!("{sha256} was registered; nothing of it is run")),
        "{stderr}"
    );
    assert!(!elsewhere.exists());
}
