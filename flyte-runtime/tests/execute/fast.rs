//! The packed code of a fast registration: unpacked in front of the command, and never outside of its directory.

use std::{
    fs,
    io::{self, Read as _, Write as _},
    path::Path,
    process::Stdio,
};

use flate2::{Compression, write::GzEncoder};
use flyte_runtime::files::TempSandbox;
use tar::{Builder, EntryType, Header};

use super::ARGUMENTS;

/// An archive with one entry whose path and target are written as they are.
fn pack(to: &Path, path: &str, kind: EntryType) {
    let mut archive = Builder::new(GzEncoder::new(
        fs::File::create(to).unwrap(),
        Compression::fast(),
    ));
    let mut header = Header::new_gnu();
    header.as_mut_bytes()[..path.len()].copy_from_slice(path.as_bytes());
    header.set_entry_type(kind);
    header.set_mode(0o644);
    let text: &[u8] = if kind.is_file() { b"packed" } else { b"" };
    header.set_size(text.len() as u64);
    if kind.is_symlink() {
        header.set_link_name("/tmp").unwrap();
    }
    header.set_cksum();
    archive.append(&header, text).unwrap();
    archive.into_inner().unwrap().finish().unwrap();
}

/// The exit code, standard output and standard error of `flyte-fast-execute`.
fn fast(archive: &str, directory: &Path, command: &[&str]) -> (Option<i32>, String, String) {
    let directory = directory.to_str().unwrap();
    let mut arguments = vec!["flyte-fast-execute", "--additional-distribution", archive];
    arguments.extend(["--dest-dir", directory, "--"]);
    arguments.extend(command);
    let ended = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child", "--nocapture"])
        .env(ARGUMENTS, arguments.join("\n"))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (ended.status.code(), text(ended.stdout), text(ended.stderr))
}

#[test]
fn the_command_finds_the_code_and_its_exit_code_is_kept() -> io::Result<()> {
    let root = TempSandbox::new();
    let archive = root.create()?.join("code.tgz");
    pack(&archive, "sub/code.txt", EntryType::Regular);
    let to = root.path().join("app");
    let code = to.join("sub/code.txt");
    let script = "cat \"$0\"; exit 7";
    let command = ["sh", "-c", script, code.to_str().unwrap()];
    for archive in [
        archive.display().to_string(),
        format!("file://{}", archive.display()),
    ] {
        let (exit, stdout, stderr) = fast(&archive, &to, &command);
        assert_eq!(exit, Some(7), "{stderr}");
        assert!(stdout.ends_with("packed"), "{stdout}");
    }
    Ok(())
}

/// A gzip file may have several parts, as `cat a.gz b.gz` and parallel programs write them.
#[test]
fn all_members_of_an_archive_are_unpacked() -> io::Result<()> {
    let root = TempSandbox::new();
    let whole = root.create()?.join("whole.tgz");
    pack(&whole, "sub/code.txt", EntryType::Regular);
    let mut plain = Vec::new();
    flate2::read::GzDecoder::new(fs::File::open(&whole)?).read_to_end(&mut plain)?;
    let mut members = Vec::new();
    for part in plain.chunks(512) {
        let mut member = GzEncoder::new(&mut members, Compression::fast());
        member.write_all(part)?;
        member.finish()?;
    }
    let archive = root.path().join("code.tgz");
    fs::write(&archive, members)?;
    let to = root.path().join("app");
    let (exit, _, stderr) = fast(archive.to_str().unwrap(), &to, &["true"]);
    assert_eq!(exit, Some(0), "{stderr}");
    assert_eq!(fs::read_to_string(to.join("sub/code.txt"))?, "packed");
    Ok(())
}

/// A directory that nothing can be put into any more stands in front of what is in it.
#[test]
fn a_closed_directory_gets_its_files_first() -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;

    let root = TempSandbox::new();
    let archive = root.create()?.join("code.tgz");
    let mut packed = Builder::new(GzEncoder::new(
        fs::File::create(&archive)?,
        Compression::fast(),
    ));
    for (path, kind, mode, text) in [
        ("outer/", EntryType::Directory, 0o555, ""),
        ("outer/inner/", EntryType::Directory, 0o500, ""),
        ("outer/inner/code.txt", EntryType::Regular, 0o444, "packed"),
        ("outer/last.txt", EntryType::Regular, 0o644, "packed"),
    ] {
        let mut header = Header::new_gnu();
        header.set_entry_type(kind);
        header.set_mode(mode);
        header.set_size(text.len() as u64);
        packed.append_data(&mut header, path, text.as_bytes())?;
    }
    packed.into_inner()?.finish()?;
    let to = root.path().join("app");
    // Root may do what permissions do not let others do, unless that is taken away.
    let is_root =
        fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0);
    let mut command = match is_root {
        true => {
            let mut command = std::process::Command::new("setpriv");
            command.args(["--bounding-set=-dac_override,-dac_read_search", "--"]);
            command.arg(std::env::current_exe()?);
            command
        }
        false => std::process::Command::new(std::env::current_exe()?),
    };
    let arguments = [
        "flyte-fast-execute",
        "--additional-distribution",
        archive.to_str().unwrap(),
        "--dest-dir",
        to.to_str().unwrap(),
        "--",
        "true",
    ];
    let ended = command
        .args(["--exact", "child", "--nocapture"])
        .env(ARGUMENTS, arguments.join("\n"))
        .stdin(Stdio::null())
        .output()?;
    assert!(ended.status.success(), "{ended:?}");
    let mode =
        |path: &str| Ok::<_, io::Error>(to.join(path).metadata()?.permissions().mode() & 0o777);
    assert_eq!((mode("outer")?, mode("outer/inner")?), (0o555, 0o500));
    for path in ["outer/inner/code.txt", "outer/last.txt"] {
        assert_eq!(fs::read_to_string(to.join(path))?, "packed");
    }
    for path in ["outer", "outer/inner"] {
        fs::set_permissions(to.join(path), fs::Permissions::from_mode(0o755))?;
    }
    Ok(())
}

#[test]
fn what_leads_out_is_refused_and_the_command_not_run() -> io::Result<()> {
    for (path, kind, problem) in [
        (
            "../out.txt",
            EntryType::Regular,
            "leads out of the directory",
        ),
        ("/out.txt", EntryType::Regular, "leads out of the directory"),
        ("link", EntryType::Symlink, "is a link or device"),
        ("link", EntryType::Link, "is a link or device"),
    ] {
        let root = TempSandbox::new();
        let archive = root.create()?.join("code.tgz");
        pack(&archive, path, kind);
        let to = root.path().join("app");
        let (exit, stdout, stderr) = fast(archive.to_str().unwrap(), &to, &["echo", "has run"]);
        assert_eq!(exit, Some(1), "{path}: {stderr}");
        assert!(stderr.contains(problem), "{path}: {stderr}");
        assert!(!stdout.contains("has run"));
        assert!(!root.path().join("out.txt").exists());
        assert_eq!(fs::read_dir(&to)?.count(), 0, "{path}");
    }
    Ok(())
}

/// Of `pyflyte-fast-execute`: where the code has come from is told to what runs it.
#[test]
fn flyte_execute_is_told_where_the_code_has_come_from() -> io::Result<()> {
    let root = TempSandbox::new();
    let archive = root.create()?.join("code.tgz");
    pack(&archive, "code.txt", EntryType::Regular);
    let (archive, to) = (archive.display().to_string(), root.path().join("app"));
    let script = "printf '%s\\n' \"$@\"";
    let command = ["sh", "-c", script, "sh", "flyte-execute", "--inputs", "in"];
    let (_, stdout, stderr) = fast(&archive, &to, &command);
    let to = to.display();
    let told = format!(
        "flyte-execute\n--dynamic-addl-distro\n{archive}\n--dynamic-dest-dir\n{to}\n--inputs\nin\n"
    );
    assert!(stdout.ends_with(&told), "{stdout}{stderr}");
    Ok(())
}

/// The size is refused before it is on the disk.
#[test]
fn more_than_code_can_be_is_refused() -> io::Result<()> {
    let root = TempSandbox::new();
    let archive = root.create()?.join("code.tgz");
    let mut packed = GzEncoder::new(fs::File::create(&archive)?, Compression::fast());
    let mut header = Header::new_gnu();
    header.set_path("zeros")?;
    header.set_mode(0o644);
    header.set_size((16 << 30) + 1);
    header.set_cksum();
    io::Write::write_all(&mut packed, header.as_bytes())?;
    packed.finish()?;
    let to = root.path().join("app");
    let (exit, stdout, stderr) = fast(archive.to_str().unwrap(), &to, &["echo", "has run"]);
    assert_eq!(exit, Some(1));
    assert!(stderr.contains("unpacks to more than 16 GiB"), "{stderr}");
    assert!(!stdout.contains("has run") && fs::read_dir(&to)?.count() == 0);
    Ok(())
}

#[test]
fn a_missing_or_broken_archive_and_a_missing_command_are_told() -> io::Result<()> {
    let root = TempSandbox::new();
    let broken = root.create()?.join("code.tgz");
    fs::write(&broken, "no archive")?;
    let to = root.path().join("app");
    let (exit, _, stderr) = fast(broken.to_str().unwrap(), &to, &["true"]);
    assert_eq!(exit, Some(1));
    assert!(stderr.contains("must be a gzipped tar archive"), "{stderr}");
    let (exit, _, stderr) = fast("/no/such.tgz", &to, &["true"]);
    assert_eq!(exit, Some(1));
    assert!(stderr.contains("/no/such.tgz"), "{stderr}");
    // An unfilled template is no archive.
    let (exit, _, stderr) = fast("{{ .remote_package_path }}", &to, &["no-such-command"]);
    assert_eq!(exit, Some(1));
    assert!(
        stderr.contains("`no-such-command` cannot be run"),
        "{stderr}"
    );
    Ok(())
}
