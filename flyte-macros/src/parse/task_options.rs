//! The options of `#[task]`, and of the macros for other kinds of tasks.

use std::time::Duration;

use proc_macro2::{Ident, TokenStream};

use super::{
    args::{self, Arg, Scope, Usage, Value, joined},
    naming::{CRATE, NAME, TYPE_NAME},
    plugin_options::{self, PluginOptions},
    retries::{Backoff, Retries, retries},
    task_parts::{
        Accelerator, Cache, Resources, SecretRequest, SharedMemory, accelerator, amounts, cache,
        deck_fields, limits_above_requests, ranges, secrets, variable,
    },
    value::{Docs, Spanned},
    workflow_options,
};
use crate::diag::Diag;

/// The options in `#[task(..)]`. `None` and empty lists mean that an option is missing, or was wrong and reported.
#[derive(Default)]
pub(crate) struct TaskOptions {
    pub(crate) name: Option<Spanned<String>>,
    pub(crate) type_name: Option<Ident>,
    pub(crate) krate: Option<syn::Path>,
    pub(crate) retries: Option<Retries>,
    /// A variant of the runtime's `RetryOn`.
    pub(crate) retry_on: Option<Spanned<&'static str>>,
    pub(crate) timeout: Option<Spanned<Duration>>,
    pub(crate) deadline: Option<Spanned<Duration>>,
    pub(crate) cache: Option<Cache>,
    pub(crate) interruptible: Option<Spanned<bool>>,
    pub(crate) deprecated: Option<Spanned<String>>,
    pub(crate) environment: Vec<(Spanned<String>, Spanned<String>)>,
    /// Includes the requests in `resources(..)`.
    pub(crate) requests: Resources,
    /// Includes the limits in `resources(..)`.
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
    /// Only for `#[task]`.
    pub(crate) plugin: Option<PluginOptions>,
}

/// The value of an option, from which a constant of the runtime's types is made.
pub(crate) enum Constant<'o> {
    Number(&'o Spanned<u32>),
    Flag(&'o Spanned<bool>),
    Text(&'o Spanned<String>),
    Duration(Duration),
    /// A variant of an enum of the runtime.
    Variant(&'static str, &'o Spanned<&'static str>),
    Variants(&'static str, &'o [Spanned<&'static str>]),
    Pairs(&'o [(Spanned<String>, Spanned<String>)]),
    Backoff(&'o Backoff),
    Cache(&'o Cache),
    Resources(&'o Resources),
    Secrets(&'o [SecretRequest]),
    Docs(&'o Docs),
    Accelerator(&'o Accelerator),
    SharedMemory(&'o SharedMemory),
    Plugin(&'o PluginOptions),
}

/// The pairs, if there are any.
fn pairs(pairs: &[(Spanned<String>, Spanned<String>)]) -> Option<Constant<'_>> {
    (!pairs.is_empty()).then_some(Constant::Pairs(pairs))
}

/// The amounts, if there are any.
fn amounts_of(amounts: &Resources) -> Option<Constant<'_>> {
    let mut each = amounts.each().into_iter();
    each.any(|(_, amount)| amount.is_some())
        .then_some(Constant::Resources(amounts))
}

/// An option and its value, if it was written.
pub(crate) struct Written<'o> {
    /// The name of the runtime's method that sets it.
    pub(crate) name: &'static str,
    /// Whether it affects how the task runs, which only the engine and the cluster can apply.
    is_about_runs: bool,
    pub(crate) value: Option<Constant<'o>>,
}

impl TaskOptions {
    /// Whether an option affects how the task runs, which only the engine and the cluster can apply.
    pub(crate) fn say_how_it_runs(&self) -> bool {
        let mut written = self.written().into_iter();
        written.any(|option| option.is_about_runs && option.value.is_some())
    }

    /// The options of the runtime's `TaskOptions`, in the same order.
    pub(crate) fn written(&self) -> Vec<Written<'_>> {
        // Without `..`, so that an option that is parsed but not passed on does not compile.
        let Self {
            name: _,
            type_name: _,
            krate: _,
            retries,
            retry_on,
            timeout,
            deadline,
            cache,
            interruptible,
            deprecated,
            environment,
            requests,
            limits,
            secret_requests,
            container_image,
            enable_deck,
            deck_fields,
            docs,
            accelerator,
            shared_memory,
            pod_template_name,
            labels,
            annotations,
            plugin,
        } = self;
        let option = |is_about_runs| {
            move |name, value| Written {
                name,
                is_about_runs,
                value,
            }
        };
        let (runs, tells) = (option(true), option(false));
        let retries = retries.as_ref();
        let backoff = retries.and_then(|retries| retries.backoff.as_ref());
        let decks = deck_fields.as_deref();
        let secrets = (!secret_requests.is_empty()).then_some(Constant::Secrets(secret_requests));
        vec![
            runs(
                "retries",
                retries.map(|retries| Constant::Number(&retries.count)),
            ),
            runs(
                "retry_on",
                retry_on.as_ref().map(|on| Constant::Variant("RetryOn", on)),
            ),
            runs("backoff", backoff.map(Constant::Backoff)),
            runs(
                "timeout",
                timeout.as_ref().map(|time| Constant::Duration(time.value)),
            ),
            runs(
                "deadline",
                deadline.as_ref().map(|time| Constant::Duration(time.value)),
            ),
            runs("cache", cache.as_ref().map(Constant::Cache)),
            runs("interruptible", interruptible.as_ref().map(Constant::Flag)),
            tells("deprecated", deprecated.as_ref().map(Constant::Text)),
            runs("environment", pairs(environment)),
            runs("requests", amounts_of(requests)),
            runs("limits", amounts_of(limits)),
            runs("secret_requests", secrets),
            runs(
                "container_image",
                container_image.as_ref().map(Constant::Text),
            ),
            runs("enable_deck", enable_deck.as_ref().map(Constant::Flag)),
            runs(
                "deck_fields",
                decks.map(|decks| Constant::Variants("DeckField", decks)),
            ),
            tells("docs", docs.as_ref().map(Constant::Docs)),
            runs(
                "accelerator",
                accelerator.as_ref().map(Constant::Accelerator),
            ),
            runs(
                "shared_memory",
                shared_memory.as_ref().map(Constant::SharedMemory),
            ),
            runs(
                "pod_template_name",
                pod_template_name.as_ref().map(Constant::Text),
            ),
            tells("labels", pairs(labels)),
            tells("annotations", pairs(annotations)),
            runs("plugin", plugin.as_ref().map(Constant::Plugin)),
        ]
    }
}

const DOCS: Usage = ("docs", "docs = \"one sentence\"");

pub(super) const KEYS: &[Usage] = &[
    NAME,
    TYPE_NAME,
    CRATE,
    ("retries", "retries = 3"),
    ("retry_on", "retry_on = recoverable"),
    ("timeout", "timeout = \"30s\""),
    ("deadline", "deadline = \"10m\""),
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

/// flytekit's older names, and names from other tools.
pub(super) const RENAMED: &[Usage] = &[
    ("retry", "retries = 3"),
    ("backoff", "retries(count = 3, backoff = \"1s\")"),
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

/// Those, and flytekit's option for the settings of a plugin.
static RENAMED_OF_TASK: [Usage; RENAMED.len() + 1] = joined(
    RENAMED,
    &[(
        "task_config",
        "task_type = \"spark\", custom = serde_json::json!({ \"executors\": 4 })",
    )],
);

/// The options of `#[task]`, whose tasks may run in a plugin.
static OF_TASK: [Usage; KEYS.len() + plugin_options::KEYS.len()] =
    joined(KEYS, plugin_options::KEYS);

/// Parses the arguments of a macro for tasks: `#[task]`, `#[dynamic]`, `#[eager]`.
pub(crate) fn task_options(owner: &'static str, attr: TokenStream, diag: &mut Diag) -> TaskOptions {
    let scope = match owner {
        "#[task]" => Scope {
            elsewhere: &[("#[workflow]", workflow_options::KEYS)],
            renamed: &RENAMED_OF_TASK,
            ..Scope::new(owner, "option", &OF_TASK)
        },
        _ => Scope {
            elsewhere: &[
                ("#[workflow]", workflow_options::KEYS),
                ("#[task]", plugin_options::KEYS),
            ],
            renamed: RENAMED,
            ..Scope::new(owner, "option", KEYS)
        },
    };
    let args = args::known(attr, &scope, diag);
    plugin_options::check(&args, diag);
    of_args(&args, diag)
}

/// The options in arguments whose keys are in [`KEYS`].
pub(super) fn of_args(args: &[Arg], diag: &mut Diag) -> TaskOptions {
    let mut options = TaskOptions::default();
    for arg in args {
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
        "retries" => options.retries = retries(arg, diag),
        "retry_on" => {
            options.retry_on = arg.choice(&[("any", "Any"), ("recoverable", "Recoverable")], diag);
        }
        "timeout" => options.timeout = arg.duration(diag),
        "deadline" => options.deadline = arg.duration(diag),
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
        "task_type" | "custom" | "config" => {
            options.plugin.get_or_insert_default().read(arg, diag);
        }
        name => unreachable!("`{name}` is in the table of options but is not read"),
    }
}
