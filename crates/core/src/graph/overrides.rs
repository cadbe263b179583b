//! The differences between one use of an entity and its declaration.

use std::{borrow::Cow, collections::BTreeMap, fmt::Display, time::Duration};

use crate::{
    graph::dnsify::dnsify,
    options::{Backoff, resources::Quantity},
};
use flyte_grammar::{
    duration::DurationError,
    quantity::{QuantityError, nano_units},
};

mod local_effects;
mod values;

pub use values::{
    AcceleratorOverride, CacheOverride, CacheOverrideFields, IntoResourceRange, IntoTimeout,
    SharedMemoryOverride,
};

/// The overrides of one node: the argument of `promise.with_overrides(|o| o.retries(5).timeout("1m"))`.
///
/// Every method sets one key and keeps all others; if a key is set again, the later value counts. An invalid value is
/// recorded, and compiling the graph reports it at the node.
///
/// ```
/// # use flyte_runtime::graph::NodeOverrides;
/// # let _ = |o: NodeOverrides|
/// o.node_name("big").retries(5).timeout("1m").requests(|r| r.cpu(2).mem("4Gi"))
/// # ;
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
#[must_use = "the closure of `with_overrides` returns what it was given"]
pub struct NodeOverrides {
    pub(crate) node_name: Option<String>,
    /// The display name.
    pub name: Option<String>,
    /// Aliases of outputs, by the outputs' own names.
    pub aliases: BTreeMap<String, String>,
    /// The resources it needs to start.
    pub requests: ResourceAmounts,
    /// The resources it must not exceed.
    pub limits: ResourceAmounts,
    /// The maximum duration of an attempt; zero removes the entity's timeout.
    pub timeout: Option<Duration>,
    /// How often a failed attempt is repeated.
    pub retries: Option<u32>,
    /// How long to wait before each retry.
    pub backoff: Option<Backoff>,
    /// Whether it may run on preemptible machines.
    pub interruptible: Option<bool>,
    /// Whether and how its results are cached.
    pub cache: Option<CacheOverride>,
    /// The image that its container runs.
    pub container_image: Option<String>,
    /// The kind of graphics processor it needs.
    pub accelerator: Option<AcceleratorOverride>,
    /// The shared memory of its container.
    pub shared_memory: Option<SharedMemoryOverride>,
    /// The pod template of the cluster that it uses.
    pub pod_template_name: Option<String>,
    used_resources: bool,
    used_requests_or_limits: bool,
    errors: Vec<OverrideError>,
}

/// Every override of a [`NodeOverrides`].
#[doc(hidden)]
#[allow(missing_docs, reason = "they are those of `NodeOverrides`")]
#[derive(Clone, Copy, Debug)]
pub struct NodeOverridesFields<'o> {
    pub node_name: Option<&'o str>,
    pub name: Option<&'o str>,
    pub aliases: &'o BTreeMap<String, String>,
    pub requests: &'o ResourceAmounts,
    pub limits: &'o ResourceAmounts,
    pub timeout: Option<Duration>,
    pub retries: Option<u32>,
    pub backoff: Option<Backoff>,
    pub interruptible: Option<bool>,
    pub cache: Option<&'o CacheOverride>,
    pub container_image: Option<&'o str>,
    pub accelerator: Option<&'o AcceleratorOverride>,
    pub shared_memory: Option<&'o SharedMemoryOverride>,
    pub pod_template_name: Option<&'o str>,
}

impl NodeOverrides {
    /// Whether anything besides the id and the name is overridden.
    pub(crate) fn is_for_tasks(&self) -> bool {
        let named = Self {
            errors: self.errors.clone(),
            ..self.names()
        };
        *self != named
    }

    /// A copy with the id and the name alone.
    pub fn names(&self) -> Self {
        Self {
            node_name: self.node_name.clone(),
            name: self.name.clone(),
            ..Self::default()
        }
    }

    /// Every override, for crates of this project, which name each of them.
    #[doc(hidden)]
    pub fn fields(&self) -> NodeOverridesFields<'_> {
        let Self {
            node_name,
            name,
            aliases,
            requests,
            limits,
            timeout,
            retries,
            backoff,
            interruptible,
            cache,
            container_image,
            accelerator,
            shared_memory,
            pod_template_name,
            // How it was said, and what was wrong with it.
            used_resources: _,
            used_requests_or_limits: _,
            errors: _,
        } = self;
        NodeOverridesFields {
            node_name: node_name.as_deref(),
            name: name.as_deref(),
            aliases,
            requests,
            limits,
            timeout: *timeout,
            retries: *retries,
            backoff: *backoff,
            interruptible: *interruptible,
            cache: cache.as_ref(),
            container_image: container_image.as_deref(),
            accelerator: accelerator.as_ref(),
            shared_memory: shared_memory.as_ref(),
            pod_template_name: pod_template_name.as_deref(),
        }
    }

    /// No overrides.
    pub fn new() -> Self {
        Self::default()
    }

    /// The id of the node, made into a DNS label: `big.job` becomes `big-job`.
    pub fn node_name(mut self, name: impl Into<String>) -> Self {
        let given = name.into();
        let id = dnsify(&given);
        if id.is_empty() {
            self.errors.push(OverrideError::NodeName(given));
        } else {
            self.node_name = Some(id);
        }
        self
    }

    /// The display name; the id does not change.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = self.text("name", name);
        self
    }

    /// Another name for one output, which a cluster uses; locally the output keeps its own.
    pub fn alias(mut self, output: impl Into<String>, alias: impl Into<String>) -> Self {
        self.aliases.insert(output.into(), alias.into());
        self
    }

    /// Aliases of several outputs: `.aliases([("o0", "total")])`.
    pub fn aliases<K: Into<String>, V: Into<String>>(
        mut self,
        aliases: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        self.aliases.extend(
            aliases
                .into_iter()
                .map(|(output, alias)| (output.into(), alias.into())),
        );
        self
    }

    /// The resources it needs to start: `.requests(|r| r.cpu(1).mem("2Gi"))`. Other amounts stay as they are.
    pub fn requests(mut self, amounts: impl FnOnce(ResourceAmounts) -> ResourceAmounts) -> Self {
        self.used_requests_or_limits = true;
        self.requests = amounts(self.requests);
        self
    }

    /// The resources it must not exceed: `.limits(|l| l.mem("4Gi"))`. Other amounts stay as they are.
    pub fn limits(mut self, amounts: impl FnOnce(ResourceAmounts) -> ResourceAmounts) -> Self {
        self.used_requests_or_limits = true;
        self.limits = amounts(self.limits);
        self
    }

    /// Requests and limits together: one value is a request, a pair is a request and a limit, as in
    /// `.resources(|r| r.cpu(1).mem(("1Gi", "2Gi")))`. Excludes [`requests`](Self::requests) and
    /// [`limits`](Self::limits).
    pub fn resources(mut self, ranges: impl FnOnce(ResourceRanges) -> ResourceRanges) -> Self {
        self.used_resources = true;
        let ranges = ranges(ResourceRanges {
            requests: self.requests,
            limits: self.limits,
        });
        (self.requests, self.limits) = (ranges.requests, ranges.limits);
        self
    }

    /// The maximum duration of one attempt: a [`Duration`], whole seconds, or text such as `"1m30s"`. Zero means no
    /// limit.
    pub fn timeout(mut self, timeout: impl IntoTimeout) -> Self {
        match timeout.into_timeout() {
            Ok(timeout) => self.timeout = Some(timeout),
            Err(error) => self.errors.push(error),
        }
        self
    }

    /// How often a failed attempt is repeated.
    pub fn retries(mut self, retries: u32) -> Self {
        self.retries = Some(retries);
        self
    }

    /// How long to wait before a failed attempt is repeated:
    /// `.retries(5).backoff(Backoff::new(Duration::from_secs(1)))`.
    pub fn backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = Some(backoff);
        self
    }

    /// Whether it may run on preemptible machines.
    pub fn interruptible(mut self, interruptible: bool) -> Self {
        self.interruptible = Some(interruptible);
        self
    }

    /// Whether and how results are kept: `false`, `true` for the entity's own version, a version, or a
    /// [`CacheOverride`].
    pub fn cache(mut self, cache: impl Into<CacheOverride>) -> Self {
        let cache = cache.into();
        if cache
            .version
            .as_deref()
            .is_some_and(|version| version.trim().is_empty())
        {
            self.errors.push(OverrideError::Empty { key: "cache" });
        } else if cache.version.as_deref() == Some("auto") {
            self.errors.push(OverrideError::AutoCache);
        } else {
            self.cache = Some(cache);
        }
        self
    }

    /// The image of its container.
    pub fn container_image(mut self, image: impl Into<String>) -> Self {
        self.container_image = self.text("container_image", image);
        self
    }

    /// The kind of graphics processor: a device, or a device and one of its partitions.
    pub fn accelerator(mut self, accelerator: impl Into<AcceleratorOverride>) -> Self {
        let accelerator = accelerator.into();
        if accelerator.device.trim().is_empty() {
            self.errors
                .push(OverrideError::Empty { key: "accelerator" });
        } else {
            self.accelerator = Some(accelerator);
        }
        self
    }

    /// The size of `/dev/shm`: text such as `"1Gi"`, or
    /// [`SharedMemory::Default`](crate::options::SharedMemory::Default).
    pub fn shared_memory(mut self, size: impl Into<SharedMemoryOverride>) -> Self {
        let size = size.into();
        if let SharedMemoryOverride::Size(text) = &size
            && let Err(source) = Quantity::check(text)
        {
            self.errors.push(OverrideError::Quantity {
                key: "shared_memory",
                source,
            });
        } else {
            self.shared_memory = Some(size);
        }
        self
    }

    /// The pod template of the cluster that its pod starts from.
    pub fn pod_template_name(mut self, name: impl Into<String>) -> Self {
        self.pod_template_name = self.text("pod_template_name", name);
        self
    }

    /// All invalid overrides, in the order in which they were set.
    ///
    /// Read it after all overrides are set, because some checks would otherwise depend on the order of the calls.
    pub fn errors(&self) -> Vec<OverrideError> {
        let mut errors = self.errors.clone();
        errors.extend(self.requests.errors("requests"));
        errors.extend(self.limits.errors("limits"));
        if self.used_resources && self.used_requests_or_limits {
            errors.push(OverrideError::ResourcesTwice);
        }
        for (&resource, limit) in &self.limits.amounts {
            if let Some(request) = self.requests.amounts.get(resource)
                && let (Ok(least), Ok(most)) = (nano_units(request), nano_units(limit))
                && most < least
            {
                let (request, limit) = (request.clone(), limit.clone());
                errors.push(OverrideError::LimitBelowRequest {
                    resource,
                    request,
                    limit,
                });
            }
        }
        errors
    }

    /// The aliases that are invalid for these outputs.
    pub(crate) fn wrong_aliases(&self, outputs: &[Cow<'static, str>]) -> Vec<OverrideError> {
        let mut wrong = Vec::new();
        for (output, alias) in &self.aliases {
            if alias.trim().is_empty() {
                wrong.push(OverrideError::Empty { key: "alias" });
            } else if !outputs.iter().any(|name| name == output) {
                let known: Vec<_> = outputs.iter().map(|name| format!("`{name}`")).collect();
                wrong.push(OverrideError::AliasOfNothing {
                    output: output.clone(),
                    known: match known.is_empty() {
                        true => "none".to_owned(),
                        false => known.join(", "),
                    },
                });
            }
        }
        let mut names = BTreeMap::new();
        for output in outputs {
            let name = self
                .aliases
                .get(&**output)
                .map_or(&**output, String::as_str);
            if let Some(other) = names.insert(name, output) {
                wrong.push(OverrideError::AliasTwice {
                    alias: name.to_owned(),
                    outputs: [other.to_string(), output.to_string()],
                });
            }
        }
        wrong
    }

    fn text(&mut self, key: &'static str, value: impl Into<String>) -> Option<String> {
        let value = value.into();
        if value.trim().is_empty() {
            self.errors.push(OverrideError::Empty { key });
            return None;
        }
        Some(value)
    }
}

/// Amounts of resources for [`NodeOverrides::requests`] and [`NodeOverrides::limits`].
///
/// Amounts are text or numbers: `"500m"`, `2`, `0.5`, `"2Gi"`.
#[derive(Debug, Clone, Default, PartialEq)]
#[must_use = "the closure returns what it was given"]
#[non_exhaustive]
pub struct ResourceAmounts {
    /// By the name of the resource; amounts are parsed as quantities only at the end.
    pub amounts: BTreeMap<&'static str, String>,
}

impl ResourceAmounts {
    /// Processors: `2`, `"500m"`.
    pub fn cpu(self, amount: impl Display) -> Self {
        self.with("cpu", amount)
    }

    /// Memory: `"2Gi"`.
    pub fn mem(self, amount: impl Display) -> Self {
        self.with("mem", amount)
    }

    /// Graphics processors: `1`.
    pub fn gpu(self, amount: impl Display) -> Self {
        self.with("gpu", amount)
    }

    /// Scratch disk space: `"10Gi"`.
    pub fn ephemeral_storage(self, amount: impl Display) -> Self {
        self.with("ephemeral_storage", amount)
    }

    fn with(mut self, resource: &'static str, amount: impl Display) -> Self {
        self.amounts.insert(resource, amount.to_string());
        self
    }

    fn errors(&self, section: &'static str) -> impl Iterator<Item = OverrideError> {
        self.amounts.iter().filter_map(move |(&resource, amount)| {
            let source = Quantity::check(amount).err()?;
            Some(OverrideError::Resource {
                section,
                resource,
                source,
            })
        })
    }
}

/// Requests and limits together for [`NodeOverrides::resources`].
#[derive(Debug, Clone, Default, PartialEq)]
#[must_use = "the closure returns what it was given"]
pub struct ResourceRanges {
    requests: ResourceAmounts,
    limits: ResourceAmounts,
}

impl ResourceRanges {
    /// Processors: `1`, or `(1, 2)`.
    pub fn cpu(self, range: impl IntoResourceRange) -> Self {
        self.with("cpu", range)
    }

    /// Memory: `"1Gi"`, or `("1Gi", "2Gi")`.
    pub fn mem(self, range: impl IntoResourceRange) -> Self {
        self.with("mem", range)
    }

    /// Graphics processors: `1`.
    pub fn gpu(self, range: impl IntoResourceRange) -> Self {
        self.with("gpu", range)
    }

    /// Scratch disk space: `"1Gi"`, or `("1Gi", "10Gi")`.
    pub fn ephemeral_storage(self, range: impl IntoResourceRange) -> Self {
        self.with("ephemeral_storage", range)
    }

    fn with(mut self, resource: &'static str, range: impl IntoResourceRange) -> Self {
        let (request, limit) = range.into_resource_range();
        self.requests = self.requests.with(resource, request);
        if let Some(limit) = limit {
            self.limits = self.limits.with(resource, limit);
        }
        self
    }
}

/// Why an override is invalid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OverrideError {
    /// The text of a timeout that is not a duration.
    #[error("`timeout`: {0}")]
    Timeout(#[from] DurationError),
    /// A negative timeout.
    #[error("`timeout` must not be negative, got {0} seconds; write 0 for no limit")]
    NegativeTimeout(i64),
    /// An amount of a resource is not a quantity.
    #[error("`{resource}` of `{section}`: {source}")]
    Resource {
        /// `requests` or `limits`.
        section: &'static str,
        /// The resource.
        resource: &'static str,
        /// What is wrong with the amount.
        source: QuantityError,
    },
    /// A size that is not a quantity.
    #[error("`{key}`: {source}")]
    Quantity {
        /// The override.
        key: &'static str,
        /// What is wrong with the size.
        source: QuantityError,
    },
    /// Both ways to name resources were used.
    #[error(
        "`resources` cannot be combined with `requests` or `limits`; write `.resources(|r| r.mem((\"1Gi\", \"2Gi\")))` \
         for a request and a limit"
    )]
    ResourcesTwice,
    /// A limit below the request.
    #[error(
        "the limit of `{resource}`, `{limit}`, is below its request, `{request}`; raise the limit or lower the request"
    )]
    LimitBelowRequest {
        /// The resource.
        resource: &'static str,
        /// The request.
        request: String,
        /// The limit.
        limit: String,
    },
    /// A node's name without any character that an id may have.
    #[error(
        "`node_name` must have letters or digits, got `{0}`; write for example `node_name(\"train-big\")`"
    )]
    NodeName(String),
    /// A version that only the macro can compute.
    #[error(
        "`cache`: only `#[task(cache = \"auto\")]` sees the code that `auto` makes a version of; write `true` for the \
         version of the task, or a version"
    )]
    AutoCache,
    /// An alias for an output that does not exist.
    #[error("`alias`: there is no output `{output}`; the outputs are {known}")]
    AliasOfNothing {
        /// The name that was written.
        output: String,
        /// The names of the outputs.
        known: String,
    },
    /// An alias that gives two outputs the same name.
    #[error("`alias`: the outputs `{}` and `{}` would both be `{alias}`; give each a name of its \
             own", outputs[0], outputs[1])]
    AliasTwice {
        /// The name.
        alias: String,
        /// The outputs.
        outputs: [String; 2],
    },
    /// An override with an empty value.
    #[error("`{key}` must not be empty; leave it out to keep what the entity declares")]
    Empty {
        /// The override.
        key: &'static str,
    },
}

#[cfg(test)]
mod tests;
