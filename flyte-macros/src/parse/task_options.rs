//! The options of `#[task]` and of the macros that make other kinds of tasks.

use std::time::Duration;

use proc_macro2::{Ident, TokenStream};
use syn::Expr;

use super::args::{self, Arg, Scope, Usage, Value};
use super::naming::{CRATE, NAME, TYPE_NAME};
use super::value::{Docs, Quantity, Spanned, ungroup};
use super::workflow_options;
use crate::diag::Diag;

/// What was written in `#[task(..)]`. `None` and empty lists were not written, or not understood and reported.
#[derive(Default)]
pub(crate) struct TaskOptions {
    pub(crate) name: Option<Spanned<String>>,
    pub(crate) type_name: Option<Ident>,
    pub(crate) krate: Option<syn::Path>,
    pub(crate) retries: Option<Spanned<u32>>,
    pub(crate) timeout: Option<Spanned<Duration>>,
    pub(crate) cache: Option<Cache>,
    pub(crate) interruptible: Option<Spanned<bool>>,
    pub(crate) deprecated: Option<Spanned<String>>,
    pub(crate) environment: Vec<(Spanned<String>, Spanned<String>)>,
    /// Also what `resources(..)` requests.
    pub(crate) requests: Resources,
    /// Also what `resources(..)` limits.
    pub(crate) limits: Resources,
    pub(crate) secret_requests: Vec<SecretRequest>,
    pub(crate) container_image: Option<Spanned<String>>,
    pub(crate) enable_deck: Option<Spanned<bool>>,
    /// Variants of the runtime's `DeckField`.
    pub(crate) deck_fields: Option<Vec<Spanned<&'static str>>>,
    pub(crate) docs: Option<Docs>,
    pub(crate) accelerator: Option<Accelerator>,
    pub(crate) shared_memory: Option<SharedMemory>,
    pub(crate) pod_template_name: Option<Spanned<String>>,
    pub(crate) labels: Vec<(Spanned<String>, Spanned<String>)>,
    pub(crate) annotations: Vec<(Spanned<String>, Spanned<String>)>,
}

pub(crate) struct Cache {
    pub(crate) version: Spanned<String>,
    pub(crate) serialize: Option<Spanned<bool>>,
    /// Not yet compared with the parameters of the task.
    pub(crate) ignored_inputs: Vec<Ident>,
    pub(crate) salt: Option<Spanned<String>>,
}

#[derive(Default)]
pub(crate) struct Resources {
    pub(crate) cpu: Option<Spanned<Quantity>>,
    pub(crate) mem: Option<Spanned<Quantity>>,
    pub(crate) gpu: Option<Spanned<Quantity>>,
    pub(crate) ephemeral_storage: Option<Spanned<Quantity>>,
}

impl Resources {
    pub(crate) fn each(&self) -> [(&'static str, Option<&Spanned<Quantity>>); 4] {
        [
            ("cpu", self.cpu.as_ref()),
            ("mem", self.mem.as_ref()),
            ("gpu", self.gpu.as_ref()),
            ("ephemeral_storage", self.ephemeral_storage.as_ref()),
        ]
    }

    fn get_mut(&mut self, resource: &str) -> &mut Option<Spanned<Quantity>> {
        match resource {
            "cpu" => &mut self.cpu,
            "mem" => &mut self.mem,
            "gpu" => &mut self.gpu,
            _ => &mut self.ephemeral_storage,
        }
    }
}

pub(crate) struct SecretRequest {
    pub(crate) group: Spanned<String>,
    pub(crate) key: Option<Spanned<String>>,
    pub(crate) group_version: Option<Spanned<String>>,
    /// A variant of the runtime's `MountRequirement`.
    pub(crate) mount_requirement: Option<Spanned<&'static str>>,
    pub(crate) env_var: Option<Spanned<String>>,
}

pub(crate) struct Accelerator {
    pub(crate) device: Spanned<String>,
    pub(crate) partition: Option<Spanned<String>>,
}

pub(crate) enum SharedMemory {
    Default,
    Size(Spanned<Quantity>),
}

const DOCS: Usage = ("docs", "docs = \"one sentence\"");

pub(super) const KEYS: &[Usage] = &[
    NAME,
    TYPE_NAME,
    CRATE,
    ("retries", "retries = 3"),
    ("timeout", "timeout = \"30s\""),
    ("cache", "cache = \"1\""),
    ("interruptible", "interruptible"),
    ("deprecated", "deprecated = \"use cube\""),
    ("environment", "environment(KEY = \"value\")"),
    ("requests", "requests(cpu = \"500m\", mem = \"2Gi\")"),
    ("limits", "limits(cpu = \"1\", mem = \"4Gi\")"),
    (
        "resources",
        "resources(cpu = \"1\", mem = (\"1Gi\", \"2Gi\"))",
    ),
    (
        "secret_requests",
        "secret_requests(secret(group = \"group\", key = \"key\"))",
    ),
    (
        "container_image",
        "container_image = \"registry/image:tag\"",
    ),
    ("enable_deck", "enable_deck"),
    ("deck_fields", "deck_fields(input, output)"),
    DOCS,
    ("accelerator", "accelerator = \"nvidia-tesla-t4\""),
    ("shared_memory", "shared_memory = \"1Gi\""),
    ("pod_template_name", "pod_template_name = \"template\""),
    ("labels", "labels(team = \"research\")"),
    (
        "annotations",
        "annotations(\"example.org/key\" = \"value\")",
    ),
];

/// flytekit's older names, and names that people bring along.
const RENAMED: &[Usage] = &[
    ("cache_version", "cache = \"1\""),
    ("cache_serialize", "cache(version = \"1\", serialize)"),
    (
        "cache_ignore_input_vars",
        "cache(version = \"1\", ignored_inputs(a, b))",
    ),
    ("disable_deck", "enable_deck = false"),
    ("pod_template", "pod_template_name = \"template\""),
    ("image", "container_image = \"registry/image:tag\""),
    ("env", "environment(KEY = \"value\")"),
    (
        "secrets",
        "secret_requests(secret(group = \"group\", key = \"key\"))",
    ),
];

const RESOURCES: &[Usage] = &[
    ("cpu", "cpu = \"500m\""),
    ("mem", "mem = \"2Gi\""),
    ("gpu", "gpu = \"1\""),
    ("ephemeral_storage", "ephemeral_storage = \"10Gi\""),
];

const RANGES: &[Usage] = &[
    ("cpu", "cpu = (\"500m\", \"1\")"),
    ("mem", "mem = (\"1Gi\", \"2Gi\")"),
    ("gpu", "gpu = \"1\""),
    (
        "ephemeral_storage",
        "ephemeral_storage = (\"1Gi\", \"10Gi\")",
    ),
];

const RENAMED_RESOURCES: &[Usage] = &[
    ("memory", "mem = \"2Gi\""),
    ("storage", "ephemeral_storage = \"10Gi\""),
];

/// Reads the arguments of a macro that makes tasks: `#[task]`, `#[dynamic]`, `#[eager]`.
pub(crate) fn task_options(owner: &'static str, attr: TokenStream, diag: &mut Diag) -> TaskOptions {
    let scope = Scope {
        elsewhere: &[("#[workflow]", workflow_options::KEYS)],
        renamed: RENAMED,
        ..Scope::new(owner, "option", KEYS)
    };
    let args = args::known(attr, &scope, diag);
    let mut options = TaskOptions::default();
    for arg in &args {
        read(&mut options, arg, diag);
    }
    let written = |name: &str| args.iter().find(|arg| arg.name == name);
    if let Some(resources) = written("resources")
        && let Some(other) = written("requests").or_else(|| written("limits"))
    {
        let message = format!(
            "`resources` cannot be combined with `{}`; write a request and a limit as \
             `resources(mem = (\"1Gi\", \"2Gi\"))`, or only `requests(..)` and `limits(..)`",
            other.name
        );
        diag.push(resources.key.span(), message);
    }
    limits_above_requests(&options, diag);
    options
}

fn read(options: &mut TaskOptions, arg: &Arg, diag: &mut Diag) {
    match arg.name.as_str() {
        "name" => options.name = arg.entity_name(diag),
        "type_name" => options.type_name = arg.ident(diag),
        "crate" => options.krate = arg.crate_path(diag),
        "retries" => options.retries = arg.number(diag),
        "timeout" => options.timeout = arg.duration(diag),
        "cache" => options.cache = cache(arg, diag),
        "interruptible" => options.interruptible = arg.flag(diag),
        "deprecated" => options.deprecated = arg.text(diag),
        "environment" => {
            options.environment = arg.pairs(diag);
            options.environment.retain(|(name, _)| variable(name, diag));
        }
        "requests" => amounts(arg, "requests", &mut options.requests, diag),
        "limits" => amounts(arg, "limits", &mut options.limits, diag),
        "resources" => ranges(arg, options, diag),
        "secret_requests" => options.secret_requests = secrets(arg, diag),
        "container_image" => options.container_image = arg.text(diag),
        "enable_deck" => options.enable_deck = arg.flag(diag),
        "deck_fields" => options.deck_fields = deck_fields(arg, diag),
        "docs" => options.docs = arg.docs(diag),
        "accelerator" => options.accelerator = accelerator(arg, diag),
        "shared_memory" => {
            options.shared_memory = match &arg.value {
                Value::Flag => Some(SharedMemory::Default),
                _ => arg.quantity(diag).map(SharedMemory::Size),
            };
        }
        "pod_template_name" => options.pod_template_name = arg.text(diag),
        "labels" => options.labels = arg.pairs(diag),
        "annotations" => options.annotations = arg.pairs(diag),
        name => unreachable!("`{name}` is in the table of options but is not read"),
    }
}

fn cache(arg: &Arg, diag: &mut Diag) -> Option<Cache> {
    const SCOPE: Scope = Scope::new(
        "cache",
        "option",
        &[
            ("version", "version = \"1\""),
            ("serialize", "serialize"),
            ("ignored_inputs", "ignored_inputs(a, b)"),
            ("salt", "salt = \"x\""),
        ],
    );
    if !matches!(arg.value, Value::List(_)) {
        let version = arg.text(diag)?;
        return Some(Cache {
            version,
            serialize: None,
            ignored_inputs: Vec::new(),
            salt: None,
        });
    }
    let (mut version, mut serialize, mut ignored_inputs, mut salt) = (None, None, Vec::new(), None);
    let parts = arg.nested(&SCOPE, diag)?;
    for part in &parts {
        match part.name.as_str() {
            "version" => version = part.text(diag),
            "serialize" => serialize = part.flag(diag),
            "ignored_inputs" => ignored_inputs = part.names("input", diag),
            _ => salt = part.string(diag),
        }
    }
    required("version", "cache(version = \"1\", ..)", arg, &parts, diag);
    Some(Cache {
        version: version?,
        serialize,
        ignored_inputs,
        salt,
    })
}

fn amounts(arg: &Arg, owner: &'static str, resources: &mut Resources, diag: &mut Diag) {
    let scope = Scope {
        renamed: RENAMED_RESOURCES,
        ..Scope::new(owner, "resource", RESOURCES)
    };
    for part in arg.nested(&scope, diag).into_iter().flatten() {
        *resources.get_mut(&part.name) = part.quantity(diag);
    }
}

/// `resources(cpu = request, mem = (request, limit))`.
fn ranges(arg: &Arg, options: &mut TaskOptions, diag: &mut Diag) {
    let scope = Scope {
        renamed: RENAMED_RESOURCES,
        ..Scope::new("resources", "resource", RANGES)
    };
    for part in arg.nested(&scope, diag).into_iter().flatten() {
        let tuple = match &part.value {
            Value::Expr(expr) => match ungroup(expr) {
                Expr::Tuple(tuple) => Some(tuple),
                _ => None,
            },
            _ => None,
        };
        let (request, limit) = match tuple {
            None => (part.quantity(diag), None),
            Some(pair) if pair.elems.len() == 2 => (
                part.quantity_in(&pair.elems[0], diag),
                part.quantity_in(&pair.elems[1], diag),
            ),
            Some(_) => (
                part.refuse("a request, or a pair of a request and a limit", diag),
                None,
            ),
        };
        // What was written besides is kept, though the combination is refused.
        let place = options.requests.get_mut(&part.name);
        *place = place.take().or(request);
        let place = options.limits.get_mut(&part.name);
        *place = place.take().or(limit);
    }
}

fn limits_above_requests(options: &TaskOptions, diag: &mut Diag) {
    for ((resource, request), (_, limit)) in options
        .requests
        .each()
        .into_iter()
        .zip(options.limits.each())
    {
        if let (Some(request), Some(limit)) = (request, limit)
            && limit.value.nanos < request.value.nanos
        {
            diag.push(
                limit.span,
                format!(
                    "the limit of `{resource}`, `{}`, is below its request, `{}`; raise the limit or lower the request",
                    limit.value.text, request.value.text
                ),
            );
        }
    }
}

fn secrets(arg: &Arg, diag: &mut Diag) -> Vec<SecretRequest> {
    const SECRETS: &[Usage] = &[("secret", "secret(group = \"group\", key = \"key\")")];
    let scope = Scope {
        repeat: true,
        ..Scope::new("secret_requests", "entry", SECRETS)
    };
    let parts = arg.nested(&scope, diag).unwrap_or_default();
    parts.iter().filter_map(|part| secret(part, diag)).collect()
}

fn secret(arg: &Arg, diag: &mut Diag) -> Option<SecretRequest> {
    const SCOPE: Scope = Scope::new(
        "secret",
        "option",
        &[
            ("group", "group = \"group\""),
            ("key", "key = \"key\""),
            ("group_version", "group_version = \"1\""),
            ("mount_requirement", "mount_requirement = env_var"),
            ("env_var", "env_var = \"TOKEN\""),
        ],
    );
    let (mut group, mut key, mut group_version, mut mount_requirement, mut env_var) =
        (None, None, None, None, None);
    let parts = arg.nested(&SCOPE, diag)?;
    for part in &parts {
        match part.name.as_str() {
            "group" => group = part.text(diag),
            "key" => key = part.text(diag),
            "group_version" => group_version = part.text(diag),
            "mount_requirement" => {
                mount_requirement = part.choice(
                    &[("any", "Any"), ("env_var", "EnvVar"), ("file", "File")],
                    diag,
                );
            }
            _ => env_var = part.text(diag).filter(|name| variable(name, diag)),
        }
    }
    required("group", "secret(group = \"group\", ..)", arg, &parts, diag);
    Some(SecretRequest {
        group: group?,
        key,
        group_version,
        mount_requirement,
        env_var,
    })
}

fn deck_fields(arg: &Arg, diag: &mut Diag) -> Option<Vec<Spanned<&'static str>>> {
    const FIELDS: &[Usage] = &[
        ("input", "Input"),
        ("output", "Output"),
        ("source_code", "SourceCode"),
        ("timeline", "Timeline"),
        ("dependencies", "Dependencies"),
    ];
    let parts = arg.nested(&Scope::new("deck_fields", "deck field", FIELDS), diag)?;
    let fields = parts.iter().filter_map(|part| {
        if !matches!(part.value, Value::Flag) {
            diag.push(
                part.value_span(),
                format!("`{}` takes no value here; write only the name", part.name),
            );
            return None;
        }
        let (_, variant) = FIELDS.iter().find(|(name, _)| *name == part.name)?;
        Some(Spanned {
            value: *variant,
            span: part.key.span(),
        })
    });
    Some(fields.collect())
}

fn accelerator(arg: &Arg, diag: &mut Diag) -> Option<Accelerator> {
    const SCOPE: Scope = Scope::new(
        "accelerator",
        "option",
        &[
            ("device", "device = \"nvidia-tesla-a100\""),
            ("partition", "partition = \"1g.5gb\""),
        ],
    );
    if !matches!(arg.value, Value::List(_)) {
        return Some(Accelerator {
            device: arg.text(diag)?,
            partition: None,
        });
    }
    let (mut device, mut partition) = (None, None);
    let parts = arg.nested(&SCOPE, diag)?;
    for part in &parts {
        let place = if part.name == "device" {
            &mut device
        } else {
            &mut partition
        };
        *place = part.text(diag);
    }
    required(
        "device",
        "accelerator(device = \"nvidia-tesla-a100\", ..)",
        arg,
        &parts,
        diag,
    );
    Some(Accelerator {
        device: device?,
        partition,
    })
}

/// Reports that a part of a list is missing; one that is there but wrong was reported already.
fn required(part: &str, usage: &str, arg: &Arg, parts: &[Arg], diag: &mut Diag) {
    if parts.iter().all(|other| other.name != part) {
        diag.push(
            arg.value_span(),
            format!("`{}` needs a `{part}`; write `{usage}`", arg.name),
        );
    }
}

/// Whether text can be the name of an environment variable.
fn variable(name: &Spanned<String>, diag: &mut Diag) -> bool {
    let odd = name.value.chars().find(|c| matches!(c, '=' | '\0'));
    if let Some(c) = odd {
        let c = c.escape_default();
        diag.push(
            name.span,
            format!("the name of an environment variable must not contain `{c}`; write it without"),
        );
    }
    odd.is_none()
}
