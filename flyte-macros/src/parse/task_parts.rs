//! The task options that contain further options: `cache(..)`, `requests(..)`, `secret_requests(..)` and others.

use proc_macro2::Ident;
use syn::Expr;

use super::{
    args::{Arg, Known, Scope, Usage, Value},
    task_options::TaskOptions,
    value::{Quantity, Spanned, ungroup},
};
use crate::diag::Diag;

pub(crate) struct Cache {
    pub(crate) version: Spanned<String>,
    pub(crate) serialize: Option<Spanned<bool>>,
    /// Not yet checked against the parameters of the task.
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

pub(super) fn cache(arg: &Arg, diag: &mut Diag) -> Option<Cache> {
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
    for part in parts.iter() {
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

pub(super) fn amounts(arg: &Arg, owner: &'static str, resources: &mut Resources, diag: &mut Diag) {
    let scope = Scope {
        renamed: RENAMED_RESOURCES,
        ..Scope::new(owner, "resource", RESOURCES)
    };
    for part in arg.nested(&scope, diag).into_iter().flatten() {
        *resources.get_mut(&part.name) = part.quantity(diag);
    }
}

/// `resources(cpu = request, mem = (request, limit))`.
pub(super) fn ranges(arg: &Arg, options: &mut TaskOptions, diag: &mut Diag) {
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
        // The other parts are kept, although the combination is refused.
        let place = options.requests.get_mut(&part.name);
        *place = place.take().or(request);
        let place = options.limits.get_mut(&part.name);
        *place = place.take().or(limit);
    }
}

pub(super) fn limits_above_requests(options: &TaskOptions, diag: &mut Diag) {
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

pub(super) fn secrets(arg: &Arg, diag: &mut Diag) -> Vec<SecretRequest> {
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
    for part in parts.iter() {
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

pub(super) fn deck_fields(arg: &Arg, diag: &mut Diag) -> Option<Vec<Spanned<&'static str>>> {
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

pub(super) fn accelerator(arg: &Arg, diag: &mut Diag) -> Option<Accelerator> {
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
    for part in parts.iter() {
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

/// Reports a missing part of a list. A part that is there but wrong was already reported.
pub(super) fn required(part: &str, usage: &str, arg: &Arg, parts: &Known, diag: &mut Diag) {
    if parts.lack(part) {
        diag.push(
            arg.value_span(),
            format!("`{}` needs a `{part}`; write `{usage}`", arg.name),
        );
    }
}

/// Whether a text can be the name of an environment variable.
pub(super) fn variable(name: &Spanned<String>, diag: &mut Diag) -> bool {
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
