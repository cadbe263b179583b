//! `image build`, `image push` and `image save`, with a registry that fails in every way.

use std::{
    fs,
    io::{Read as _, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{self, Command},
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use flate2::read::MultiGzDecoder;
use serde_json::{Value as Json, json};

use crate::registry::{Access, Faults, TestRegistry, digest};

/// A directory of one test, with a home in it.
pub(crate) struct Place(pub(crate) PathBuf);

struct Said {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Place {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("flyte-images-{}-{number}", process::id()));
        fs::create_dir_all(path.join("home")).unwrap();
        Self(path)
    }

    pub(crate) fn write(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    /// What `image` says, of a program that is static and of about this size.
    fn say(&self, size: usize, words: &str) -> Said {
        let binary = self.write("app", &program(size, false));
        self.say_of(&binary, words)
    }

    fn say_of(&self, binary: &Path, words: &str) -> Said {
        let output = Command::new(env!("CARGO_BIN_EXE_remote-program"))
            .arg("image")
            .args(words.split_whitespace())
            .arg("--binary")
            .arg(binary)
            .env_clear()
            .env("HOME", self.0.join("home"))
            .env(
                "PATH",
                format!("{}:/usr/bin:/bin", self.0.join("bin").display()),
            )
            .output()
            .unwrap();
        Said {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Keeps what `docker login` would.
    fn log_in(&self, host: &str, password: &str) {
        let auth = BASE64_STANDARD.encode(format!("ada:{password}"));
        let config = json!({"auths": {host: {"auth": auth}}});
        self.write("home/.docker/config.json", config.to_string().as_bytes());
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _left = fs::remove_dir_all(&self.0);
    }
}

impl Said {
    #[track_caller]
    fn json(&self) -> Json {
        assert_eq!(self.code, Some(0), "{}{}", self.stdout, self.stderr);
        serde_json::from_str(&self.stdout).unwrap()
    }

    #[track_caller]
    fn fails_with(&self, text: &str) {
        assert_eq!(self.code, Some(1), "{}", self.stdout);
        // Lines are broken where a terminal ends.
        let told = self.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(told.contains(text), "{text}: {told}");
        assert!(!told.contains("planted"), "{told}");
    }
}

/// A program for x86_64 with content that does not compress, and with symbols behind it.
pub(crate) fn program(size: usize, is_dynamic: bool) -> Vec<u8> {
    let interpreter = b"/lib64/ld-linux-x86-64.so.2\0";
    let count: u16 = if is_dynamic { 2 } else { 1 };
    let start = 64 + 56 * u64::from(count);
    let end = start + (interpreter.len() + size) as u64;
    let mut bytes = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x3e\0\x01\0\0\0".to_vec();
    bytes.extend([0; 8]);
    bytes.extend(64_u64.to_le_bytes());
    bytes.extend(end.to_le_bytes());
    bytes.extend([0; 4]);
    for half in [64, 56, count, 64, 0, 0] {
        bytes.extend(half.to_le_bytes());
    }
    let mut segment = |kind: u32, offset: u64, size: u64| {
        bytes.extend(kind.to_le_bytes());
        bytes.extend(5_u32.to_le_bytes());
        for number in [offset, offset, offset, size, size, 1] {
            bytes.extend(number.to_le_bytes());
        }
    };
    segment(1, 0, end);
    if is_dynamic {
        segment(3, start, interpreter.len() as u64);
    }
    bytes.extend(interpreter);
    let mut random = 1_u64;
    while bytes.len() < end as usize {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        bytes.push((random >> 56) as u8);
    }
    bytes.extend(b"symbols");
    bytes
}

/// The files of a layer with their modes.
fn unpacked(layer: &[u8]) -> Vec<(String, u32, Vec<u8>)> {
    let mut archive = tar::Archive::new(MultiGzDecoder::new(layer));
    let files = archive.entries().unwrap().map(|entry| {
        let mut entry = entry.unwrap();
        let path = entry.path().unwrap().display().to_string();
        let mode = entry.header().mode().unwrap();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        (path, mode, content)
    });
    files.collect()
}

fn digest_of(value: &Json) -> &str {
    value["digest"].as_str().unwrap()
}

#[test]
fn an_image_has_the_program_and_what_every_program_needs() {
    let (place, registry) = (Place::new(), TestRegistry::start(Access::Open));
    let name = format!("{}/team/app:v1", registry.host);
    let pushed = place
        .say(3_000, &format!("push {name} --label team=blue --json"))
        .json();
    let manifest = registry.manifest("team/app", "v1").unwrap();
    assert_eq!(
        registry.manifest("team/app", digest_of(&pushed)).as_ref(),
        Some(&manifest)
    );
    let own = &manifest["layers"][1];
    let layer = registry.blob("team/app", digest_of(own)).unwrap();
    assert_eq!(
        (layer.len() as u64, digest(&layer)),
        (own["size"].as_u64().unwrap(), digest_of(own).to_owned())
    );
    let files = unpacked(&layer);
    assert_eq!(files.len(), 1);
    let (path, mode, content) = &files[0];
    assert_eq!((path.as_str(), mode), ("usr/local/bin/app", &0o755));
    let whole = program(3_000, false);
    assert_eq!(content.len(), whole.len() - "symbols".len());
    assert_eq!(content[64..], whole[64..content.len()]);
    let below = registry
        .blob("team/app", digest_of(&manifest["layers"][0]))
        .unwrap();
    let below: Vec<_> = unpacked(&below)
        .into_iter()
        .map(|file| (file.0, file.1))
        .collect();
    assert!(below.contains(&("tmp/".to_owned(), 0o1777)), "{below:?}");
    let config = registry
        .blob("team/app", digest_of(&manifest["config"]))
        .unwrap();
    let config: Json = serde_json::from_slice(&config).unwrap();
    assert_eq!(
        (&config["architecture"], &config["os"]),
        (&json!("amd64"), &json!("linux"))
    );
    assert_eq!(config["config"]["Labels"]["team"], "blue");
    assert_eq!(config["rootfs"]["diff_ids"].as_array().unwrap().len(), 2);
}

#[test]
fn a_lock_file_becomes_a_bill_of_materials() {
    let (place, registry) = (Place::new(), TestRegistry::start(Access::Open));
    let lock = place.write(
        "project/Cargo.lock",
        b"[[package]]\nname = \"app\"\nversion = \"1.2.3\"\n",
    );
    let name = format!("{}/app:v1", registry.host);
    let words = format!("push {name} --json --lockfile {}", lock.display());
    place.say(300, &words).json();
    let manifest = registry.manifest("app", "v1").unwrap();
    let layer = registry
        .blob("app", digest_of(&manifest["layers"][1]))
        .unwrap();
    let files = unpacked(&layer);
    assert_eq!(files[1].0, "usr/local/share/sbom/app.cdx.json");
    let bill: Json = serde_json::from_slice(&files[1].2).unwrap();
    assert_eq!(bill["components"][0]["purl"], "pkg:cargo/app@1.2.3");
    let program = digest(&files[0].2);
    let told = bill["metadata"]["component"]["hashes"][0]["content"].as_str();
    assert_eq!(told, program.strip_prefix("sha256:"));
    let config = registry
        .blob("app", digest_of(&manifest["config"]))
        .unwrap();
    let config: Json = serde_json::from_slice(&config).unwrap();
    assert_eq!(
        config["config"]["Labels"]["org.flyte.program.digest"],
        *program
    );
    let empty = place.write("project/Cargo.lock", b"version = 4\n");
    let said = place.say(300, &format!("build --lockfile {}", empty.display()));
    said.fails_with("has no packages; give the `Cargo.lock` of the program");
}

#[test]
fn the_same_image_is_not_sent_twice() {
    let (place, registry) = (Place::new(), TestRegistry::start(Access::Open));
    let push = |size, tag: &str| {
        place
            .say(size, &format!("push {}/app:{tag} --json", registry.host))
            .json()
    };
    let (first, second) = (push(5_000, "v1"), push(5_000, "v2"));
    assert_eq!(first["digest"], second["digest"]);
    assert_eq!(second["bytes"], 0);
    assert_eq!(
        registry.manifest("app", "v1"),
        registry.manifest("app", "v2")
    );
    let edited = push(5_001, "v3");
    assert_eq!(edited["blobs"][0]["outcome"], "present");
    assert_eq!(edited["blobs"][1]["outcome"], "sent");
}

#[test]
fn a_file_with_the_image_is_the_same_each_time() {
    let place = Place::new();
    let save = |file: &str| {
        let path = place.0.join(file);
        place
            .say(
                2_500_000,
                &format!(
                    "save registry.example.com/app:v1 -o {} --json",
                    path.display()
                ),
            )
            .json();
        fs::read(path).unwrap()
    };
    let (first, second) = (save("first.tar"), save("second.tar"));
    assert!(first == second);
    // It is written beside its place, of which nothing is left.
    assert!(save("first.tar") == second);
    let left = fs::read_dir(&place.0).unwrap();
    let left = left.filter(|entry| {
        let name = entry.as_ref().unwrap().file_name();
        name.to_string_lossy().starts_with('.')
    });
    assert_eq!(left.count(), 0);
    let mut archive = tar::Archive::new(&*first);
    let names = archive.entries().unwrap().map(|entry| {
        let entry = entry.unwrap();
        entry.path().unwrap().display().to_string()
    });
    let names: Vec<_> = names.collect();
    for name in ["index.json", "manifest.json", "oci-layout"] {
        assert!(names.iter().any(|one| one == name), "{names:?}");
    }
}

#[test]
fn half_a_blob_is_completed_or_sent_again() {
    for faults in [
        Faults {
            half_blobs: 3,
            ..Faults::default()
        },
        Faults {
            lost_blobs: 2,
            ..Faults::default()
        },
    ] {
        let (place, registry) = (Place::new(), TestRegistry::start(Access::Open));
        registry.order(faults);
        place
            .say(900_000, &format!("push {}/app:v1 --json", registry.host))
            .json();
        let manifest = registry.manifest("app", "v1").unwrap();
        for layer in manifest["layers"].as_array().unwrap() {
            let blob = registry.blob("app", digest_of(layer)).unwrap();
            assert_eq!(digest(&blob), digest_of(layer));
        }
    }
}

#[test]
fn an_upload_that_never_ends_names_nothing() {
    let (place, registry) = (Place::new(), TestRegistry::start(Access::Open));
    registry.order(Faults {
        lost_blobs: 100,
        ..Faults::default()
    });
    let said = place.say(300, &format!("push {}/app:v1", registry.host));
    said.fails_with("in 6 tries; the last ended with:");
    assert_eq!(registry.manifest("app", "v1"), None);
}

#[test]
fn each_kind_of_sign_in_is_understood() {
    for access in [Access::Basic, Access::Bearer] {
        let (place, registry) = (Place::new(), TestRegistry::start(access));
        let push = format!("push {}/app:v1", registry.host);
        place
            .say(300, &push)
            .fails_with(&format!("sign in with `docker login {}`", registry.host));
        place.log_in(&registry.host, "wrong-password");
        place.say(300, &push).fails_with("`docker login");
        assert_eq!(registry.manifest("app", "v1"), None);
        place.log_in(&registry.host, "planted-secret");
        let said = place.say(300, &push);
        assert_eq!(said.code, Some(0), "{}", said.stderr);
        assert!(registry.manifest("app", "v1").is_some());
        if access == Access::Bearer {
            // Each try and the last one ask for one token.
            assert!(registry.count("GET /token") <= 3);
        }
    }
}

#[test]
fn a_file_of_credentials_that_is_broken_is_named_without_what_is_in_it() {
    let (place, registry) = (Place::new(), TestRegistry::start(Access::Basic));
    let config = format!(r#"{{"auths": {{"{}": "planted-secret"}}}}"#, registry.host);
    place.write("home/.docker/config.json", config.as_bytes());
    let said = place.say(300, &format!("push {}/app:v1", registry.host));
    said.fails_with("is not what `docker login` writes, in line 1, column");
}

#[test]
fn helpers_are_asked_for_credentials() {
    let (place, registry) = (Place::new(), TestRegistry::start(Access::Bearer));
    let config = json!({"credHelpers": {&registry.host: "tests"}});
    place.write("home/.docker/config.json", config.to_string().as_bytes());
    let push = format!("push {}/app:v1", registry.host);
    place
        .say(300, &push)
        .fails_with("`docker-credential-tests` cannot be asked");
    let script = format!(
        "#!/bin/sh\nread -r registry\n[ \"$1 $registry\" = 'get {}' ] || exit 3\n\
         echo '{{\"Username\": \"ada\", \"Secret\": \"planted-secret\"}}'\n",
        registry.host
    );
    let helper = place.write("bin/docker-credential-tests", script.as_bytes());
    fs::set_permissions(&helper, fs::Permissions::from_mode(0o755)).unwrap();
    let said = place.say(300, &push);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
}

#[test]
fn a_registry_that_is_too_busy_is_asked_later() {
    let (place, registry) = (Place::new(), TestRegistry::start(Access::Open));
    registry.order(Faults {
        busy: 2,
        ..Faults::default()
    });
    let began = Instant::now();
    place
        .say(300, &format!("push {}/app:v1 --json", registry.host))
        .json();
    // It wanted a second of silence each time.
    assert!(began.elapsed() >= Duration::from_secs(2));
}

#[test]
fn a_registry_that_lies_is_not_believed() {
    let (place, registry) = (Place::new(), TestRegistry::start(Access::Open));
    let push = format!("push {}/app:v1", registry.host);
    registry.order(Faults {
        lies_about_blobs: true,
        ..Faults::default()
    });
    place
        .say(300, &push)
        .fails_with("says that it has kept sha256:");
    assert_eq!(registry.manifest("app", "v1"), None);
    registry.order(Faults {
        lies_about_manifests: true,
        ..Faults::default()
    });
    place
        .say(300, &push)
        .fails_with("says that the image has the digest sha256:");
    assert_eq!(registry.manifest("app", "v1"), None);
}

#[test]
fn a_slow_link_takes_its_time() {
    let (place, registry) = (Place::new(), TestRegistry::start(Access::Open));
    let slow = Some(Duration::from_millis(60));
    registry.order(Faults {
        slow,
        ..Faults::default()
    });
    place
        .say(2_000_000, &format!("push {}/app:v1 --json", registry.host))
        .json();
    assert!(registry.manifest("app", "v1").is_some());
}

/// Puts an image with these files into a registry.
fn base(registry: &TestRegistry, repository: &str, files: &[&str]) -> String {
    let mut archive = tar::Builder::new(Vec::new());
    for path in files {
        let mut header = tar::Header::new_ustar();
        header.set_size(0);
        archive.append_data(&mut header, path, &[][..]).unwrap();
    }
    let archive = archive.into_inner().unwrap();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(&archive).unwrap();
    let layer = gzip.finish().unwrap();
    let config = json!({
        "architecture": "amd64",
        "os": "linux",
        "config": {"Env": ["PATH=/bin", "LANG=C.UTF-8"], "Entrypoint": ["/init"]},
        "rootfs": {"type": "layers", "diff_ids": [digest(&archive)]},
    });
    let config = config.to_string();
    let kind = "application/vnd.docker.distribution.manifest.v2+json";
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": kind,
        "config": {
            "mediaType": "application/vnd.docker.container.image.v1+json",
            "digest": registry.put_blob(repository, config.as_bytes()),
            "size": config.len(),
        },
        "layers": [{
            "mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip",
            "digest": registry.put_blob(repository, &layer),
            "size": layer.len(),
        }],
    });
    let manifest = manifest.to_string();
    registry.put_manifest(repository, "v1", kind, manifest.as_bytes());
    let index = json!({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [
        {"digest": digest(manifest.as_bytes()), "platform": {"os": "linux", "architecture": "amd64"}},
        {"digest": digest(b"another"), "platform": {"os": "linux", "architecture": "arm64"}},
    ]});
    let kind = "application/vnd.oci.image.index.v1+json";
    registry.put_manifest(repository, "all", kind, index.to_string().as_bytes());
    format!("{}/{repository}", registry.host)
}

#[test]
fn layers_of_a_base_are_taken_from_where_they_are() {
    let (place, here) = (Place::new(), TestRegistry::start(Access::Open));
    let elsewhere = TestRegistry::start(Access::Open);
    let name = base(&here, "library/base", &["etc/os-release"]);
    let push = |registry: &TestRegistry| {
        let words = format!("push {}/app:v1 --base {name}:all --json", registry.host);
        place.say(300, &words).json()
    };
    assert_eq!(push(&here)["blobs"][0]["outcome"], "mounted");
    assert_eq!(push(&here)["blobs"][0]["outcome"], "present");
    assert_eq!(push(&elsewhere)["blobs"][0]["outcome"], "sent");
    let manifest = elsewhere.manifest("app", "v1").unwrap();
    assert_eq!(here.manifest("app", "v1"), Some(manifest.clone()));
    let config = elsewhere
        .blob("app", digest_of(&manifest["config"]))
        .unwrap();
    let config: Json = serde_json::from_slice(&config).unwrap();
    assert_eq!(
        config["config"]["Env"],
        json!(["PATH=/bin:/usr/local/bin", "LANG=C.UTF-8"])
    );
    assert_eq!(config["config"]["Entrypoint"], json!(["/init"]));
    assert_eq!(config["rootfs"]["diff_ids"].as_array().unwrap().len(), 2);
}

#[test]
fn a_program_that_does_not_start_in_its_base_is_refused() {
    let (place, registry) = (Place::new(), TestRegistry::start(Access::Open));
    let binary = place.write("dynamic", &program(300, true));
    let push = format!("push {}/app:v1", registry.host);
    place
        .say_of(&binary, &push)
        .fails_with("needs a base image with these: `--base debian:13-slim`");
    let musl = base(&registry, "alpine", &["lib/ld-musl-x86_64.so.1"]);
    let said = place.say_of(&binary, &format!("{push} --base {musl}:v1"));
    said.fails_with("it is loaded by /lib64/ld-linux-x86-64.so.2, which is not there");
    let glibc = base(&registry, "debian", &["usr/lib64/ld-linux-x86-64.so.2"]);
    let said = place.say_of(&binary, &format!("{push} --base {glibc}:v1"));
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    let mut arm = program(300, false);
    arm[18] = 183;
    let binary = place.write("arm", &arm);
    let said = place.say_of(&binary, &format!("{push} --base {glibc}:v1"));
    said.fails_with("for amd64, and the program is for arm64");
    let script = place.write("script", b"#!/bin/sh\n");
    place
        .say_of(&script, &push)
        .fails_with("is not a program for Linux; build one with");
}

#[test]
fn a_base_that_is_not_what_it_is_called_is_refused() {
    let (place, registry) = (Place::new(), TestRegistry::start(Access::Open));
    let name = base(&registry, "base", &[]);
    registry.order(Faults {
        lies_about_blobs: true,
        ..Faults::default()
    });
    let said = place.say(300, &format!("build --base {name}:v1"));
    said.fails_with("gives content with the digest sha256:");
    let said = place.say(300, &format!("build --base {name}:v2"));
    said.fails_with("has no image `base` of `v2`");
    registry.order(Faults::default());
    let said = place.say(300, &format!("build --base {name}@sha512:12"));
    assert_eq!(said.code, Some(2), "{}", said.stderr);
    assert!(
        said.stderr.contains("has a digest of sha512"),
        "{}",
        said.stderr
    );
    // A manifest that says less than the registry sends: the rest is not read.
    let mut manifest = registry.manifest("base", "v1").unwrap();
    manifest["config"]["size"] = json!(10);
    let kind = "application/vnd.docker.distribution.manifest.v2+json";
    registry.put_manifest("base", "short", kind, manifest.to_string().as_bytes());
    let said = place.say(300, &format!("build --base {name}:short"));
    said.fails_with("gives more than the 10 bytes that");
}

#[test]
fn names_that_are_not_names_are_told_before_anything_is_sent() {
    let (place, registry) = (Place::new(), TestRegistry::start(Access::Open));
    for (words, problem) in [
        (format!("push {}/app", registry.host), "has no tag; write"),
        (
            format!("push {}/app@sha256:12", registry.host),
            "names an image by its content",
        ),
        (
            format!("push {}/app:v1@sha512:12", registry.host),
            "names an image by its content",
        ),
        (
            format!("save {}/app@sha256:12 -o never.tar", registry.host),
            "names an image by its content",
        ),
        (
            format!("push {}/app:v1 --label blue", registry.host),
            "`--label blue` is not `--label KEY=VALUE`",
        ),
    ] {
        let said = place.say(300, &words);
        assert_eq!(said.code, Some(2), "{}", said.stderr);
        assert!(said.stderr.contains(problem), "{problem}: {}", said.stderr);
    }
    assert_eq!(registry.count(""), 0);
}
