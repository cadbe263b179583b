//! Containers left by programs that could not end them.
//!
//! A container belongs to a service of the machine and not to the program that requested it. Its label marks it as one
//! of ours, and its name identifies the program. If that program and its guard are both gone, the next program that
//! starts a container removes it.

use std::{
    process::{self, Command, Stdio},
    sync::{
        Once,
        atomic::{AtomicU64, Ordering},
    },
};

use super::group::began;

/// The label of all our containers, with the program as its value.
const LABEL: &str = "flyte.container";

/// A program on this machine. A process id alone is not enough: the system reuses it, and in another container it
/// belongs to another process.
#[derive(PartialEq, Eq)]
struct Owner {
    /// The boot of the machine, the process table, and the user whose processes can be seen.
    place: String,
    process: u32,
    /// When the process began.
    began: u64,
}

impl Owner {
    /// This program; `None` if the system does not report enough.
    #[cfg(target_os = "linux")]
    fn this() -> Option<Self> {
        use std::{fmt::Write as _, fs, os::unix::fs::MetadataExt as _};

        use sha2::{Digest as _, Sha256};

        let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
        let table = fs::read_link("/proc/self/ns/pid").ok()?;
        let user = fs::metadata("/proc/self").ok()?.uid();
        // The hash must be the same in every build of the program.
        let hash = Sha256::digest(format!("{boot}\n{}\n{user}", table.display()));
        let mut place = String::with_capacity(16);
        for byte in &hash[..8] {
            write!(place, "{byte:02x}").ok()?;
        }
        let process = process::id();
        Some(Self {
            place,
            process,
            began: began(process)?,
        })
    }

    #[cfg(not(target_os = "linux"))]
    fn this() -> Option<Self> {
        None
    }

    fn name(&self, number: u64) -> String {
        let Self {
            place,
            process,
            began,
        } = self;
        format!("flyte-{process}-{number}-{began}-{place}")
    }

    fn of(name: &str) -> Option<Self> {
        let mut parts = name.trim().strip_prefix("flyte-")?.split('-');
        let process = parts.next()?.parse().ok()?;
        let _number: u64 = parts.next()?.parse().ok()?;
        let began = parts.next()?.parse().ok()?;
        let place = parts.next()?.to_owned();
        parts.next().is_none().then_some(Self {
            place,
            process,
            began,
        })
    }

    /// Whether the program has ended, as far as this one can tell.
    fn is_gone(&self, this: &Self) -> bool {
        self.place == this.place && began(self.process) != Some(self.began)
    }
}

/// A name that no other container on this machine has, and the label of this program's containers.
pub(super) fn name_and_label() -> [String; 2] {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    match Owner::this() {
        Some(this) => [
            this.name(number),
            format!("{LABEL}={}-{}-{}", this.process, this.began, this.place),
        ],
        None => {
            let process = process::id();
            [
                format!("flyte-{process}-{number}"),
                format!("{LABEL}={process}"),
            ]
        }
    }
}

/// Removes the containers of programs that are gone, once per program, before its first container.
pub(super) fn remove(engine: &str) {
    static REMOVED: Once = Once::new();
    REMOVED.call_once(|| {
        let Some(this) = Owner::this() else {
            return;
        };
        let listed = Command::new(engine)
            .args(["ps", "--all", "--format", "{{.Names}}", "--filter"])
            .arg(format!("label={LABEL}"))
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .output();
        // If the engine does not answer, starting the container reports it.
        let names = listed.map(|output| output.stdout).unwrap_or_default();
        let names = String::from_utf8_lossy(&names);
        let is_left = |name: &&str| Owner::of(name).is_some_and(|owner| owner.is_gone(&this));
        let left: Vec<_> = names.lines().map(str::trim).filter(is_left).collect();
        if !left.is_empty() {
            tracing::info!(containers = ?left, "removing containers of programs that are gone");
            let mut words = vec!["rm".into(), "--force".into()];
            words.extend(left.into_iter().map(Into::into));
            super::container::ask(engine, &words);
        }
    });
}

#[cfg(all(test, target_os = "linux"))]
#[expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_whose_container_it_is() {
        let this = Owner::this().unwrap();
        let named = Owner::of(&this.name(7)).unwrap();
        assert!(named == this && !named.is_gone(&this));
        let gone = |place: &str, process: u32, began: u64| {
            let owner = Owner {
                place: place.to_owned(),
                process,
                began,
            };
            owner.is_gone(&this)
        };
        // The id now belongs to another process, or to none.
        assert!(gone(&this.place, this.process, 1));
        assert!(gone(&this.place, u32::MAX, this.began));
        // Nothing is known about processes elsewhere.
        assert!(!gone("another", u32::MAX, 1));
        for name in ["flyte-1-2", "mine", "flyte-a-b-c-d", "flyte-1-2-3-4-5"] {
            assert!(Owner::of(name).is_none(), "{name}");
        }
    }
}
