//! Options as constants of the runtime's types.

use std::time::Duration;

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned as _;

use super::{built_from::built_from, cache_version};
use crate::parse::{
    Backoff, Cache, Concurrency, Docs, LaunchPlanOptions, Notification, PluginOptions, ProcessKind,
    ProcessOptions, Quantity, Resources, Schedule, SecretRequest, SecurityContext, SharedMemory,
    Spanned, TaskOptions, When, WorkflowOptions,
};

/// An expression of type `&TaskOptions`, usable in a constant. `item` is the function, `process` what is run in its
/// place, `krate` the path of the runtime.
pub(crate) fn task(
    options: &TaskOptions,
    item: &TokenStream,
    process: Option<TokenStream>,
    krate: &TokenStream,
) -> TokenStream {
    // Without `..`: an option that is not written here does not compile. What is left out has places of its own.
    let TaskOptions {
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
    } = options;
    let at = &quote!(__flyte::options);
    let mut fields = Fields::default();
    let retries = retries.as_ref();
    fields.set("retries", retries.map(|retries| number(&retries.count)));
    let retry_on = retry_on.as_ref().map(|on| variant(on, "RetryOn", at));
    fields.set("retry_on", retry_on);
    let waits = retries.and_then(|retries| retries.backoff.as_ref());
    fields.some("backoff", waits.map(|waits| backoff(waits, at)));
    fields.some(
        "timeout",
        timeout.as_ref().map(|timeout| duration(timeout.value)),
    );
    let deadline = deadline.as_ref();
    fields.some(
        "deadline",
        deadline.map(|deadline| duration(deadline.value)),
    );
    fields.some(
        "cache",
        cache.as_ref().map(|value| self::cache(value, item, at)),
    );
    fields.some("interruptible", interruptible.as_ref().map(flag));
    fields.some("deprecated", deprecated.as_ref().map(text));
    fields.set("environment", pairs(environment));
    fields.set("requests", resources(requests, at));
    fields.set("limits", resources(limits, at));
    let secrets = secret_requests.iter().map(|request| secret(request, at));
    fields.set("secret_requests", list(secrets));
    fields.some("container_image", container_image.as_ref().map(text));
    fields.some("enable_deck", enable_deck.as_ref().map(flag));
    let decks = deck_fields.as_ref().map(|decks| {
        let decks = decks.iter().map(|field| variant(field, "DeckField", at));
        quote!(&[#(#decks),*])
    });
    fields.some("deck_fields", decks);
    fields.some("built_from", built_from(options, item, at));
    fields.some("docs", docs.as_ref().map(|value| self::docs(value, at)));
    let accelerator = accelerator.as_ref().map(|accelerator| {
        let device = text(&accelerator.device);
        let partition = option(accelerator.partition.as_ref().map(text));
        quote!(#at::Accelerator { device: #device, partition: #partition })
    });
    fields.some("accelerator", accelerator);
    let memory = shared_memory.as_ref().map(|memory| match memory {
        SharedMemory::Default => quote!(#at::SharedMemory::Default),
        SharedMemory::Size(size) => {
            let size = quantity(size, at);
            quote!(#at::SharedMemory::Size(#size))
        }
    });
    fields.some("shared_memory", memory);
    fields.some("pod_template_name", pod_template_name.as_ref().map(text));
    fields.set("labels", pairs(labels));
    fields.set("annotations", pairs(annotations));
    fields.some("process", process);
    let plugin = plugin.as_ref();
    fields.some("plugin", plugin.map(|told| plugin_of(told, item, krate)));
    fields.lent(&quote!(#at::TaskOptions))
}

/// An expression of type `Plugin`.
fn plugin_of(plugin: &PluginOptions, item: &TokenStream, krate: &TokenStream) -> TokenStream {
    let at = &quote!(__flyte::options);
    let mut fields = Fields::default();
    let custom = plugin.custom.as_ref().map(|custom| {
        let call = quote_spanned!(custom.span()=> #krate::__private::plugin::custom);
        quote!(#at::Custom::new(|| #call(#custom)))
    });
    fields.some("custom", custom);
    fields.set("config", pairs(&plugin.config));
    let last = item.clone().into_iter().last();
    let has_body = last.is_none_or(|token| token.to_string() != ";");
    fields.set("has_container", (!has_body).then(|| quote!(false)));
    // What is not understood was reported.
    let task_type = plugin.task_type.as_ref().map_or("", |text| &text.value);
    fields.build(&quote!(#at::Plugin), &quote!(#task_type))
}

/// An expression of type `&WorkflowOptions`, usable in a constant.
pub(crate) fn workflow(options: &WorkflowOptions) -> TokenStream {
    // Without `..`: an option that is not written here does not compile. What is left out has places of its own.
    let WorkflowOptions {
        name: _,
        type_name: _,
        krate: _,
        failure_policy,
        interruptible,
        on_failure: _,
        docs,
    } = options;
    let at = &quote!(__flyte::options);
    let mut fields = Fields::default();
    fields.set(
        "failure_policy",
        failure_policy
            .as_ref()
            .map(|policy| variant(policy, "FailurePolicy", at)),
    );
    fields.set("interruptible", interruptible.as_ref().map(flag));
    fields.some("docs", docs.as_ref().map(|value| self::docs(value, at)));
    fields.lent(&quote!(#at::WorkflowOptions))
}

/// An expression of type `&LaunchPlanOptions`, usable in a constant.
pub(crate) fn launch_plan(options: &LaunchPlanOptions) -> TokenStream {
    // Without `..`: an option that is not written here does not compile. What is left out has places of its own.
    let LaunchPlanOptions {
        name: _,
        type_name: _,
        krate: _,
        schedule,
        trigger,
        notifications,
        labels,
        annotations,
        max_parallelism,
        concurrency,
        raw_output_prefix,
        security_context,
        overwrite_cache,
        auto_activate,
        docs,
    } = options;
    let at = &quote!(__flyte::options);
    let mut fields = Fields::default();
    fields.some("schedule", schedule.as_ref().map(|s| self::schedule(s, at)));
    fields.some("trigger", trigger.as_ref().map(|s| self::schedule(s, at)));
    let notifications = notifications.iter().map(|n| notification(n, at));
    fields.set("notifications", list(notifications));
    fields.set("labels", pairs(labels));
    fields.set("annotations", pairs(annotations));
    fields.some("max_parallelism", max_parallelism.as_ref().map(number));
    fields.some(
        "concurrency",
        concurrency.as_ref().map(|c| self::concurrency(c, at)),
    );
    fields.some("raw_output_prefix", raw_output_prefix.as_ref().map(text));
    fields.some(
        "security_context",
        security_context
            .as_ref()
            .map(|context| self::security_context(context, at)),
    );
    fields.set("overwrite_cache", overwrite_cache.as_ref().map(flag));
    fields.set("auto_activate", auto_activate.as_ref().map(flag));
    fields.some("docs", docs.as_ref().map(|value| self::docs(value, at)));
    fields.lent(&quote!(#at::LaunchPlanOptions))
}

/// An expression of type `Process`, usable in a constant.
pub(crate) fn process(kind: ProcessKind, options: &ProcessOptions) -> TokenStream {
    let at = &quote!(__flyte::options);
    match (kind, &options.shell, &options.container) {
        (ProcessKind::Shell, Some(shell), _) => {
            let mut fields = Fields::default();
            fields.set("shell", shell.shell.as_ref().map(text));
            fields.set("output_locations", pairs(&shell.output_locations));
            let shell = fields.build(&quote!(#at::ShellProcess), &text(&shell.script));
            quote!(#at::Process::Shell(#shell))
        }
        (ProcessKind::Container, _, Some(container)) => {
            let mut fields = Fields::default();
            fields.set("command", list(container.command.iter().map(text)));
            fields.set("arguments", list(container.arguments.iter().map(text)));
            let dirs = [
                ("input_data_dir", &container.input_data_dir),
                ("output_data_dir", &container.output_data_dir),
            ];
            for (name, dir) in dirs {
                fields.set(name, dir.as_ref().map(text));
            }
            let format = container.metadata_format.as_ref();
            let format = format.map(|format| variant(format, "MetadataFormat", at));
            fields.set("metadata_format", format);
            let container = fields.build(&quote!(#at::ContainerProcess), &text(&container.image));
            quote!(#at::Process::Container(#container))
        }
        // What a shell or container task lacks was reported.
        _ => quote!(#at::Process::Echo),
    }
}

/// The fields that differ from what `new` gives.
#[derive(Default)]
struct Fields {
    given: Vec<TokenStream>,
    /// How many the type has besides the arguments of `new`.
    known: usize,
}

impl Fields {
    fn set(&mut self, name: &str, value: Option<TokenStream>) {
        self.known += 1;
        if let Some(value) = value {
            let name = format_ident!("{name}");
            self.given.push(quote!(#name: #value));
        }
    }

    fn some(&mut self, name: &str, value: Option<TokenStream>) {
        self.set(name, value.map(|value| option(Some(value))));
    }

    /// A reference to the options; where there are none, to those that are there once for all entities.
    fn lent(self, path: &TokenStream) -> TokenStream {
        if self.given.is_empty() {
            return quote!(#path::NONE);
        }
        let options = self.build(path, &quote!());
        quote!(&#options)
    }

    fn build(self, path: &TokenStream, arguments: &TokenStream) -> TokenStream {
        let Self { given, known } = self;
        let rest = quote!(#path::new(#arguments));
        if given.is_empty() {
            rest
        } else if given.len() == known && arguments.is_empty() {
            // Nothing is left for the rest, of which clippy would tell the user.
            quote!(#path { #(#given,)* })
        } else {
            quote!(#path { #(#given,)* ..#rest })
        }
    }
}

fn option(value: Option<TokenStream>) -> TokenStream {
    match value {
        Some(value) => quote!(__flyte::Option::Some(#value)),
        None => quote!(__flyte::Option::None),
    }
}

fn number(number: &Spanned<u32>) -> TokenStream {
    let value = number.value;
    quote!(#value)
}

fn flag(flag: &Spanned<bool>) -> TokenStream {
    let value = flag.value;
    quote!(#value)
}

fn text(text: &Spanned<String>) -> TokenStream {
    let value = &text.value;
    quote!(#value)
}

fn duration(duration: Duration) -> TokenStream {
    let (seconds, nanos) = (duration.as_secs(), duration.subsec_nanos());
    quote!(::core::time::Duration::new(#seconds, #nanos))
}

fn variant(variant: &Spanned<&'static str>, ty: &str, at: &TokenStream) -> TokenStream {
    let (ty, variant) = (format_ident!("{ty}"), format_ident!("{}", variant.value));
    quote!(#at::#ty::#variant)
}

fn quantity(quantity: &Spanned<Quantity>, at: &TokenStream) -> TokenStream {
    let text = &quantity.value.text;
    quote!(#at::Quantity::checked(#text))
}

fn list(items: impl Iterator<Item = TokenStream>) -> Option<TokenStream> {
    let items: Vec<_> = items.collect();
    (!items.is_empty()).then(|| quote!(&[#(#items),*]))
}

fn pairs(pairs: &[(Spanned<String>, Spanned<String>)]) -> Option<TokenStream> {
    list(pairs.iter().map(|(name, value)| {
        let (name, value) = (text(name), text(value));
        quote!((#name, #value))
    }))
}

fn resources(resources: &Resources, at: &TokenStream) -> Option<TokenStream> {
    let mut fields = Fields::default();
    for (resource, amount) in resources.each() {
        fields.some(resource, amount.map(|amount| quantity(amount, at)));
    }
    (!fields.given.is_empty()).then(|| fields.build(&quote!(#at::Resources), &quote!()))
}

fn backoff(backoff: &Backoff, at: &TokenStream) -> TokenStream {
    let (base, factor, jitter) = (
        duration(backoff.base),
        backoff.factor_thousandths,
        backoff.jitter,
    );
    let cap = option(backoff.cap.map(duration));
    quote!(#at::Backoff { base: #base, factor_thousandths: #factor, cap: #cap, jitter: #jitter })
}

fn cache(cache: &Cache, item: &TokenStream, at: &TokenStream) -> TokenStream {
    let mut fields = Fields::default();
    fields.set("serialize", cache.serialize.as_ref().map(flag));
    fields.set(
        "ignored_inputs",
        list(cache.ignored_inputs.iter().map(|input| {
            let name = syn::ext::IdentExt::unraw(input).to_string();
            quote!(#name)
        })),
    );
    fields.set("salt", cache.salt.as_ref().map(text));
    let version = if cache.version.value == cache_version::AUTO {
        cache_version::version(item)
    } else {
        text(&cache.version)
    };
    fields.build(&quote!(#at::CacheOptions), &version)
}

fn secret(request: &SecretRequest, at: &TokenStream) -> TokenStream {
    let mut fields = Fields::default();
    fields.some("key", request.key.as_ref().map(text));
    fields.some("group_version", request.group_version.as_ref().map(text));
    let mount = request
        .mount_requirement
        .as_ref()
        .map(|mount| variant(mount, "MountRequirement", at));
    fields.set("mount_requirement", mount);
    fields.some("env_var", request.env_var.as_ref().map(text));
    fields.build(&quote!(#at::SecretRequest), &text(&request.group))
}

fn docs(docs: &Docs, at: &TokenStream) -> TokenStream {
    let mut fields = Fields::default();
    fields.some("short", docs.short.as_ref().map(text));
    fields.some("long", docs.long.as_ref().map(text));
    fields.some("source_link", docs.source_link.as_ref().map(text));
    fields.build(&quote!(#at::Documentation), &quote!())
}

fn schedule(schedule: &Schedule, at: &TokenStream) -> TokenStream {
    let when = match &schedule.when {
        When::Cron { expression, offset } => {
            let expression = text(expression);
            let offset = option(offset.as_ref().map(|offset| duration(offset.value)));
            quote!(#at::When::Cron { expression: #expression, offset: #offset })
        }
        When::Rate(value, unit) => {
            let unit = format_ident!("{unit}");
            quote!(#at::When::Rate { value: #value, unit: #at::RateUnit::#unit })
        }
    };
    let mut fields = Fields::default();
    let input = schedule.kickoff_time_input.as_ref().map(|input| {
        let name = syn::ext::IdentExt::unraw(input).to_string();
        quote!(#name)
    });
    fields.some("kickoff_time_input", input);
    fields.build(&quote!(#at::Schedule), &when)
}

fn notification(notification: &Notification, at: &TokenStream) -> TokenStream {
    let Notification {
        channel,
        phases,
        recipients,
    } = notification;
    let channel = format_ident!("{channel}");
    let phases = phases.iter().map(|phase| format_ident!("{phase}"));
    quote!(#at::Notification {
        channel: #at::Channel::#channel,
        phases: &[#(#at::Phase::#phases),*],
        recipients: &[#(#recipients),*],
    })
}

fn concurrency(concurrency: &Concurrency, at: &TokenStream) -> TokenStream {
    let mut fields = Fields::default();
    let behavior = concurrency.behavior.as_ref();
    fields.set(
        "behavior",
        behavior.map(|behavior| variant(behavior, "ConcurrencyBehavior", at)),
    );
    fields.build(&quote!(#at::Concurrency), &number(&concurrency.max))
}

fn security_context(context: &SecurityContext, at: &TokenStream) -> TokenStream {
    let mut fields = Fields::default();
    fields.some("iam_role", context.iam_role.as_ref().map(text));
    fields.some(
        "service_account",
        context.service_account.as_ref().map(text),
    );
    fields.build(&quote!(#at::SecurityContext), &quote!())
}
