//! A program that is not in the image: packed, named by its content, and fetched by a launcher before a task starts.

use std::fmt;

/// The name of the launcher in its image: any program of this library, in its role `flyte-fast-execute`.
pub const LAUNCHER: &str = "flyte-launcher";

/// The variable by which a launcher tells the program that it starts who it is, and the digest of the bundle: a dynamic
/// task makes tasks that are started in the same way.
pub const LAUNCHED_BY: &str = "FLYTE_BUNDLE_LAUNCHER";

/// Where containers keep bundles. What is there already is not fetched again.
const DIRECTORY: &str = "/tmp/flyte-bundles";

/// How a program is started that is not in the image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Launcher {
    /// The program in the image that fetches it.
    pub program: String,
    /// The digest of the bundle, in hexadecimal.
    pub sha256: String,
}

impl Launcher {
    /// As [`LAUNCHED_BY`] has it.
    pub fn to_text(&self) -> String {
        format!("{} {}", self.sha256, self.program)
    }

    /// From what [`LAUNCHED_BY`] has.
    pub fn parse(text: &str) -> Option<Self> {
        let (sha256, program) = text.split_once(' ')?;
        Some(Self {
            program: program.to_owned(),
            sha256: sha256.to_owned(),
        })
    }
}

/// A packed program.
#[derive(Clone)]
pub struct Bundle {
    /// The name of the program.
    pub name: String,
    /// The archive with it.
    pub bytes: Vec<u8>,
    /// The digest of the archive, in hexadecimal.
    pub sha256: String,
}

impl fmt::Debug for Bundle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Bundle");
        shown
            .field("name", &self.name)
            .field("sha256", &self.sha256);
        shown.finish_non_exhaustive()
    }
}

impl Bundle {
    /// Where it is unpacked in a container.
    pub fn directory(&self) -> String {
        format!("{DIRECTORY}/{}", self.sha256)
    }

    /// The program there.
    pub fn program(&self) -> String {
        format!("{}/{}", self.directory(), self.name)
    }

    /// Who starts it.
    pub fn launcher(&self) -> Launcher {
        Launcher {
            program: LAUNCHER.to_owned(),
            sha256: self.sha256.clone(),
        }
    }
}
