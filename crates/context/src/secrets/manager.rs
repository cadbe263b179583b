//! Finds secrets in the environment and in files.

use std::{
    fmt,
    fs::{self, File},
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use zeroize::Zeroizing;

use super::{Secret, SecretBytes, SecretError, SecretName, Tried, name::is_plain};
use flyte_config::{
    config::{Environment, SecretsConfig},
    system::bytes_of,
};
use flyte_core::options::{MountRequirement, SecretRequest};

/// The prefix of variables on some of Flyte's pages. Three variables with this prefix are settings.
const DOCUMENTED_PREFIX: &str = "FLYTE_SECRETS_";
const SETTINGS: [&str; 3] = [
    "FLYTE_SECRETS_ENV_PREFIX",
    "FLYTE_SECRETS_DEFAULT_DIR",
    "FLYTE_SECRETS_FILE_PREFIX",
];

/// The maximum number of bytes of a secret, so that a wrong file does not fill the memory. The limit of Kubernetes is 1
/// MiB.
const LARGEST: u64 = 16 << 20;

/// Finds secrets. Corresponds to `flytekit.core.context_manager.SecretsManager`.
///
/// A secret is searched for in this order, with the defaults of [`SecretsConfig`]:
///
/// 1. the environment variable `_FSEC_<GROUP>_<KEY>`, in upper case;
/// 2. locally, but not in a container, the variable `<GROUP>_<KEY>`: see [`allow_unprefixed`](Self::allow_unprefixed);
/// 3. the file `/etc/secrets/<group>/<key>`, in lower case;
/// 4. the variable `FLYTE_SECRETS_<GROUP>_<KEY>`, as on some of Flyte's pages. flytekit does not use it.
///
/// A version of the group goes between group and key. A variable with an empty value is an empty secret. Nothing is
/// cached: every call searches again.
#[derive(Clone)]
pub struct SecretsManager {
    config: SecretsConfig,
    environment: Environment,
    allow_unprefixed: bool,
    /// Whether a test made the environment, so that errors should refer to the test's settings.
    in_test: bool,
}

impl SecretsManager {
    /// Searches an environment as a configuration says, and only for names with the prefix.
    pub fn new(config: SecretsConfig, environment: Environment) -> Self {
        Self {
            config,
            environment,
            allow_unprefixed: false,
            in_test: false,
        }
    }

    /// The secrets of a test.
    pub fn of_test(config: SecretsConfig, environment: Environment) -> Self {
        Self {
            allow_unprefixed: true,
            in_test: true,
            ..Self::new(config, environment)
        }
    }

    /// Sets whether variables without the prefix are used too.
    ///
    /// Enable this for local code: code outside of any execution, a local workflow, and a local task. In a container
    /// any variable could have such a name by accident.
    #[must_use]
    pub fn allow_unprefixed(mut self, allow: bool) -> Self {
        self.allow_unprefixed = allow;
        self
    }

    /// A secret text, without surrounding white space.
    ///
    /// # Errors
    ///
    /// [`SecretError::NotFound`] with all the places searched; [`SecretError::Name`] for a name that could lead out of
    /// the secrets directory.
    pub fn get(&self, group: &str, key: &str) -> Result<Secret, SecretError> {
        self.get_named(SecretName::new(group, key))
    }

    /// A secret that need not be text, without any trimming. (flytekit trims it, and so shortens a key that ends in a
    /// byte like a line feed.)
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn get_bytes(&self, group: &str, key: &str) -> Result<SecretBytes, SecretError> {
        self.get_named_bytes(SecretName::new(group, key))
    }

    /// As [`get`](Self::get), for any kind of name: with a version, or of a whole group.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn get_named<'a>(&self, name: impl Into<SecretName<'a>>) -> Result<Secret, SecretError> {
        match self.find(&name.into())? {
            Found::Variable(name, bytes) => {
                text(bytes).ok_or(SecretError::NotTextVariable { name })
            }
            Found::File(path, bytes) => text(bytes).ok_or(SecretError::NotText { path }),
        }
    }

    /// As [`get_bytes`](Self::get_bytes), for any kind of name.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn get_named_bytes<'a>(
        &self,
        name: impl Into<SecretName<'a>>,
    ) -> Result<SecretBytes, SecretError> {
        let (Found::Variable(_, bytes) | Found::File(_, bytes)) = self.find(&name.into())?;
        Ok(SecretBytes::new(bytes))
    }

    /// A group from which to get several secrets. `secrets.group("db").get("password")` is flytekit's
    /// `secrets.db.password`.
    pub fn group<'a>(&'a self, group: &'a str) -> SecretGroup<'a> {
        SecretGroup {
            manager: self,
            group,
        }
    }

    /// Whether a variable is set in the environment in which secrets are searched for.
    pub fn sees(&self, variable: &str) -> bool {
        self.environment.var(variable).is_some()
    }

    /// The environment for the process of a task, as on a cluster: each requested secret in the variable that the
    /// request names or that is searched first. All other secrets of this process are removed; these are the names
    /// without a value.
    ///
    /// A secret that must be a file is not included, and neither is one that contains a NUL.
    pub fn handed_over(
        &self,
        requests: &[SecretRequest],
    ) -> Result<Vec<(String, Option<SecretBytes>)>, SecretError> {
        let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
        let mut variables: Vec<_> = names
            .filter(|name| self.is_secret(name))
            .map(|name| (name, None))
            .collect();
        for request in requests {
            if request.mount_requirement == MountRequirement::File {
                continue;
            }
            let named = request.env_var.filter(|name| self.sees(name));
            let bytes = match named.and_then(|name| self.environment.var_os(name)) {
                Some(value) => SecretBytes::new(Zeroizing::new(bytes_of(value))),
                None => self.get_named_bytes(request)?,
            };
            if !bytes.expose().contains(&0) {
                let name = match request.env_var {
                    Some(name) => name.to_owned(),
                    None => self.get_secrets_env_var(request)?,
                };
                variables.push((name, Some(bytes)));
            }
        }
        Ok(variables)
    }

    /// Whether a variable can only be a secret.
    fn is_secret(&self, variable: &str) -> bool {
        let prefix = &**self.config.env_prefix;
        let is_prefixed = !prefix.is_empty() && variable.starts_with(prefix);
        let is_documented = variable.starts_with(DOCUMENTED_PREFIX);
        is_prefixed || (is_documented && !SETTINGS.contains(&variable))
    }

    /// The environment variable that is searched first for a secret.
    ///
    /// # Errors
    ///
    /// If the name is not valid for a secret.
    pub fn get_secrets_env_var<'a>(
        &self,
        name: impl Into<SecretName<'a>>,
    ) -> Result<String, SecretError> {
        let bare = bare_variable(&name.into().parts()?);
        Ok(format!("{}{bare}", *self.config.env_prefix))
    }

    /// The file that is searched for a secret.
    ///
    /// # Errors
    ///
    /// If the name is not valid for a secret.
    pub fn get_secrets_file<'a>(
        &self,
        name: impl Into<SecretName<'a>>,
    ) -> Result<PathBuf, SecretError> {
        let mut parts = name
            .into()
            .parts()?
            .into_iter()
            .map(str::to_lowercase)
            .collect::<Vec<_>>();
        if let Some(last) = parts.last_mut() {
            last.insert_str(0, &self.config.file_prefix);
            if !is_plain(last) {
                return Err(SecretError::Name { part: last.clone() });
            }
        }
        let mut path = self
            .environment
            .resolve(Path::new(&*self.config.default_dir));
        path.extend(parts);
        Ok(path)
    }

    /// The variables that are searched before and after the file.
    fn variables(&self, name: &SecretName<'_>) -> Result<[Vec<String>; 2], SecretError> {
        let bare = bare_variable(&name.parts()?);
        let prefixed = format!("{}{bare}", *self.config.env_prefix);
        let documented = format!("{DOCUMENTED_PREFIX}{bare}");
        let mut before = vec![prefixed];
        if self.allow_unprefixed && !before.contains(&bare) {
            before.push(bare);
        }
        let mut after = Vec::new();
        if !SETTINGS.contains(&documented.as_str()) && !before.contains(&documented) {
            after.push(documented);
        }
        Ok([before, after])
    }

    fn find(&self, name: &SecretName<'_>) -> Result<Found, SecretError> {
        let [before, after] = self.variables(name)?;
        let path = self.get_secrets_file(*name)?;
        let mut tried = Vec::new();

        if let Some(found) = self.variable(before, &mut tried) {
            return Ok(found);
        }
        match read(&path) {
            Ok(bytes) => return Ok(Found::File(path, bytes)),
            Err(error) => tried.push(Tried::File {
                path: path.clone(),
                reason: match error.kind() {
                    io::ErrorKind::NotFound => "not there".to_owned(),
                    _ => error.to_string(),
                },
            }),
        }
        if let Some(found) = self.variable(after, &mut tried) {
            return Ok(found);
        }
        Err(SecretError::NotFound {
            name: name.to_string(),
            fix: self.fix(name, &path)?,
            tried,
        })
    }

    fn variable(&self, names: Vec<String>, tried: &mut Vec<Tried>) -> Option<Found> {
        for name in names {
            match self.environment.var_os(&name) {
                Some(value) => {
                    let bytes = Zeroizing::new(bytes_of(value));
                    return Some(Found::Variable(name, bytes));
                }
                None => tried.push(Tried::Variable { name }),
            }
        }
        None
    }

    /// What to write, and where, so that the secret is found.
    fn fix(&self, name: &SecretName<'_>, path: &Path) -> Result<String, SecretError> {
        if self.in_test {
            return Ok(match name.unversioned() {
                Some((group, key)) => {
                    format!("TestContext::new().secret({group:?}, {key:?}, \"..\")")
                }
                None => "give TestContext::secrets(..) a manager that has it".to_owned(),
            });
        }
        if !self.allow_unprefixed {
            return Ok(format!(
                "#[task(secret_requests(secret({name})))], and the secret itself on the cluster"
            ));
        }
        let variable = self.get_secrets_env_var(*name)?;
        let exportable = variable
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            && !variable.starts_with(|first: char| first.is_ascii_digit());
        Ok(match exportable {
            true => format!("export {variable}='...'"),
            // A shell cannot set a variable with a `-` in its name.
            false => format!("write it to {}", path.display()),
        })
    }
}

/// Without the environment, which may contain the secrets.
impl fmt::Debug for SecretsManager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretsManager")
            .field("config", &self.config)
            .field("allow_unprefixed", &self.allow_unprefixed)
            .finish_non_exhaustive()
    }
}

enum Found {
    Variable(String, Zeroizing<Vec<u8>>),
    File(PathBuf, Zeroizing<Vec<u8>>),
}

/// `None` for bytes that are not UTF-8.
fn text(mut bytes: Zeroizing<Vec<u8>>) -> Option<Secret> {
    match String::from_utf8(std::mem::take(&mut *bytes)) {
        Ok(text) => Some(Secret::trimmed(Zeroizing::new(text))),
        Err(error) => {
            drop(Zeroizing::new(error.into_bytes()));
            None
        }
    }
}

/// The contents of a file, in one allocation, so that no other memory holds a copy.
fn read(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    // Opening a pipe or a device may block, and reading it may never end.
    let metadata = fs::metadata(path)?;
    if metadata.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if !metadata.is_file() {
        return Err(io::Error::other("neither a file nor a directory"));
    }
    let mut bytes = Zeroizing::new(Vec::new());
    if metadata.len() <= LARGEST {
        // One more than its size, so that reaching the end does not need a larger allocation.
        bytes.reserve_exact(usize::try_from(metadata.len()).unwrap_or(0) + 1);
        File::open(path)?
            .take(LARGEST + 1)
            .read_to_end(&mut bytes)?;
    }
    if metadata.len().max(bytes.len() as u64) > LARGEST {
        let reason = format!(
            "larger than {} MiB, the most that a secret may have",
            LARGEST >> 20
        );
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, reason));
    }
    Ok(bytes)
}

fn bare_variable(parts: &[&str]) -> String {
    parts.join("_").to_uppercase()
}

/// One group of a [`SecretsManager`].
#[derive(Clone, Copy, Debug)]
pub struct SecretGroup<'a> {
    manager: &'a SecretsManager,
    group: &'a str,
}

impl SecretGroup<'_> {
    /// A secret of the group: [`SecretsManager::get`].
    ///
    /// # Errors
    ///
    /// As [`SecretsManager::get`].
    pub fn get(&self, key: &str) -> Result<Secret, SecretError> {
        self.manager.get(self.group, key)
    }

    /// A secret of the group that need not be text: [`SecretsManager::get_bytes`].
    ///
    /// # Errors
    ///
    /// As [`SecretsManager::get`].
    pub fn get_bytes(&self, key: &str) -> Result<SecretBytes, SecretError> {
        self.manager.get_bytes(self.group, key)
    }
}
