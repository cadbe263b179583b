//! The key of a call.

use std::sync::OnceLock;

use sha2::{Digest, Sha256};

use flyte_context::storage::by_content;
use flyte_core::{
    graph::{NodeOverrides, entity::EntityDescriptor, overrides::CacheOverride},
    hexadecimal::hexadecimal,
    options::TaskOptions,
    types::{
        Literal, TypeError, Value,
        wire::{encode_type, local_cache_key},
    },
};

/// How a task is cached: its options, with the overrides of the node.
#[derive(Debug)]
pub struct CachePolicy {
    pub(crate) version: String,
    /// Equal calls wait for the first.
    pub(crate) serialize: bool,
    pub(crate) ignored: Vec<String>,
    pub(crate) salt: String,
    /// The hash of the interface. It is computed once because it takes longer than the rest and does not change.
    interface: OnceLock<String>,
}

impl CachePolicy {
    /// `None` if the task is not cached.
    pub(crate) fn of(options: &TaskOptions, overrides: Option<&NodeOverrides>) -> Option<Self> {
        let none = CacheOverride::from(true);
        let own = overrides.and_then(|overrides| overrides.cache.as_ref());
        let said = own.unwrap_or(&none);
        let declared = options.cache;
        let version = said
            .version
            .clone()
            .or_else(|| declared.map(|cache| cache.version.to_owned()));
        Some(Self {
            version: version.filter(|_| said.enabled)?,
            serialize: said
                .serialize
                .or_else(|| declared.map(|cache| cache.serialize))
                .unwrap_or_default(),
            ignored: said.ignored_inputs.clone().unwrap_or_else(|| {
                let ignored = declared.map_or(&[][..], |cache| cache.ignored_inputs);
                ignored.iter().map(|&name| name.to_owned()).collect()
            }),
            salt: said
                .salt
                .clone()
                .or_else(|| declared.map(|cache| cache.salt.to_owned()))
                .unwrap_or_default(),
            interface: OnceLock::new(),
        })
    }

    /// The key of a call with inputs in declaration order.
    pub(crate) fn key<'a>(
        &self,
        task: &EntityDescriptor,
        inputs: impl IntoIterator<Item = &'a Value>,
    ) -> Result<CacheKey, TypeError> {
        let mut literals = Vec::new();
        for (input, value) in task.inputs().iter().zip(inputs) {
            if self.ignored.iter().any(|ignored| ignored == input.name) {
                continue;
            }
            let literal = by_content(|| input.info.to_literal(value));
            let literal = literal.map_err(|error| error.at(format!("`{}`", input.name)))?;
            literals.push((input.name, literal));
        }
        let interface = self.interface.get_or_init(|| interface(task));
        Ok(CacheKey::new(task.name(), self, interface, &literals))
    }
}

/// What identifies a call.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CacheKey {
    /// The name of the task.
    pub task: String,
    /// The version that the task declares.
    pub version: String,
    /// Separates calls that would share a key.
    pub salt: String,
    /// A hash of the names and types of its inputs and outputs.
    pub interface: String,
    /// The hash of the value of each input that counts.
    pub inputs: Vec<(String, String)>,
    /// flytekit's key of the call: `NAME-VERSION-HASH`.
    pub flytekit: String,
}

impl CacheKey {
    fn new(
        task: &str,
        policy: &CachePolicy,
        interface: &str,
        inputs: &[(&'static str, Literal)],
    ) -> Self {
        let hashed = |(name, literal): &(&'static str, Literal)| {
            let key = local_cache_key("", "", [(*name, literal)], &[]);
            ((*name).to_owned(), key.trim_start_matches('-').to_owned())
        };
        let all = inputs.iter().map(|(name, literal)| (*name, literal));
        Self {
            task: task.to_owned(),
            version: policy.version.clone(),
            salt: policy.salt.clone(),
            interface: interface.to_owned(),
            inputs: inputs.iter().map(hashed).collect(),
            flytekit: local_cache_key(task, &policy.version, all, &[]),
        }
    }

    /// The whole key as hexadecimal digits, equal for equal calls only.
    pub fn id(&self) -> String {
        let mut sha = Sha256::new();
        for part in [&self.flytekit, &self.salt, &self.interface] {
            sha.update((part.len() as u64).to_le_bytes());
            sha.update(part);
        }
        hexadecimal(&sha.finalize())
    }
}

/// A hash of the names and types of the inputs and outputs.
fn interface(task: &EntityDescriptor) -> String {
    let mut sha = Sha256::new();
    let mut add = |name: &str, kind: &[u8]| {
        for part in [name.as_bytes(), kind] {
            sha.update((part.len() as u64).to_le_bytes());
            sha.update(part);
        }
    };
    for input in task.inputs() {
        add(input.name, &encode_type(&input.info.literal_type()));
    }
    add("->", b"");
    for output in task.outputs() {
        add(output.name, &encode_type(&output.info.literal_type()));
    }
    hexadecimal(&sha.finalize()[..16])
}
