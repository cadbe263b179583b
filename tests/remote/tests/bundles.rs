//! Programs that are not in the image: sent once, checked before they run, and fetched once.

use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, chown, symlink},
    path::Path,
    process::Command,
};

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

/// Another user of the node may put a program where the launcher keeps them.
#[cfg(target_os = "linux")]
#[test]
fn a_launcher_runs_nothing_that_another_user_may_have_put_there() {
    let place = Place::new();
    let archive = place.0.join("there-is-none");
    let refused = |name: &str, plant: &dyn Fn(&Path, &Path), problem: &str| {
        let parent = place.0.join(name);
        let directory = parent.join("12");
        fs::create_dir_all(&directory).unwrap();
        fs::copy("/bin/echo", directory.join("echo")).unwrap();
        for path in [&parent, &directory] {
            fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        let (code, stdout, stderr) = launched(&archive, "12", &directory, "own");
        assert_eq!((code, &*stdout), (Some(0), "own\n"), "{stderr}");
        plant(&parent, &directory);
        let (code, stdout, stderr) = launched(&archive, "12", &directory, "planted");
        assert_eq!((code, &*stdout), (Some(1), ""), "{name}");
        let told = stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            told.contains(problem) && told.contains("nothing in it is run"),
            "{name}: {told}"
        );
    };
    let open = |path: &Path| fs::set_permissions(path, fs::Permissions::from_mode(0o777)).unwrap();
    refused(
        "parent",
        &|parent, _| open(parent),
        "can be changed by other users",
    );
    refused(
        "directory",
        &|_, directory| open(directory),
        "can be changed by other users",
    );
    let linked = |path: &Path| {
        let moved = path.with_extension("moved");
        fs::rename(path, &moved).unwrap();
        symlink(&moved, path).unwrap();
    };
    refused(
        "parent-link",
        &|parent, _| linked(parent),
        "is not a directory",
    );
    refused(
        "directory-link",
        &|_, directory| linked(directory),
        "is not a directory",
    );
    // Only root can give a file away.
    if chown(&place.0, Some(65534), None).is_ok() {
        let given = |path: &Path| chown(path, Some(65534), None).unwrap();
        refused(
            "parent-of-another",
            &|parent, _| given(parent),
            "belongs to another user",
        );
        refused(
            "directory-of-another",
            &|_, directory| given(directory),
            "belongs to another user",
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_bundle_that_cannot_be_unpacked_leaves_nothing() {
    let place = Place::new();
    let archive = place.write("bundle.tar.gz", b"this is not an archive");
    let sha256 = digest(b"this is not an archive");
    let sha256 = sha256.trim_start_matches("sha256:");
    let parent = place.0.join("bundles");
    for _ in 0..2 {
        let (code, _, stderr) = launched(&archive, sha256, &parent.join(sha256), "x");
        assert_eq!(code, Some(1));
        assert!(stderr.contains("cannot be unpacked"), "{stderr}");
    }
    assert_eq!(fs::read_dir(&parent).unwrap().count(), 0);
}
