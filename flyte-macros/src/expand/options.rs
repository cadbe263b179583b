//! Options as constants of the runtime's types.

use std::time::Duration;

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned as _;

use super::{built_from::built_from, cache_version};
use crate::parse::{
    Backoff, Cache, Concurrency, Constant, Docs, LaunchPlanOptions, Notification, PluginOptions,
    ProcessKind, ProcessOptions, Quantity, Resources, Schedule, SecretRequest, SecurityContext,
    SharedMemory, Spanned, TaskOptions, When, WorkflowOptions, Written,
};

/// An expression of type `&TaskOptions` for use in a constant. `item` is the function, `process` the process that runs
/// instead, `krate` the path of the runtime.
pub(crate) fn task(
    options: &TaskOptions,
    item: &TokenStream,
    process: Option<TokenStream>,
    krate: &TokenStream,
) -> TokenStream {
    let at = &quote!(__flyte::options);
    let mut fields = Fields::default();
    for Written { name, value, .. } in options.written() {
        fields.set(name, value.map(|value| constant(value, item, krate, at)));
    }
    fields.set("built_from", built_from(options, item, at));
    fields.set("process", process);
    fields.lent(&quote!(#at::TaskOptions))
}

/// An expression of the type that the option has in the runtime.
fn constant(
    value: Constant<'_>,
    item: &TokenStream,
    krate: &TokenStream,
    at: &TokenStream,
) -> TokenStream {
    match value {
        Constant::Number(value) => number(value),
        Constant::Flag(value) => flag(value),
        Constant::Text(value) => text(value),
        Constant::Duration(value) => duration(value),
        Constant::Variant(ty, value) => variant(value, ty, at),
        Constant::Variants(ty, values) => {
            let values = values.iter().map(|value| variant(value, ty, at));
            quote!(&[#(#values),*])
        }
        Constant::Pairs(values) => pairs(values),
        Constant::Backoff(value) => backoff(value, at),
        Constant::Cache(value) => cache(value, item, at),
        Constant::Resources(value) => resources(value, at),
        Constant::Secrets(values) => {
            let values = values.iter().map(|value| secret(value, at));
            quote!(&[#(#values),*])
        }
        Constant::Docs(value) => docs(value, at),
        Constant::Accelerator(value) => {
            let mut fields = Fields::default();
            fields.set("partition", value.partition.as_ref().map(text));
            fields.build(&quote!(#at::Accelerator), &text(&value.device))
        }
        Constant::SharedMemory(SharedMemory::Default) => quote!(#at::SharedMemory::Default),
        Constant::SharedMemory(SharedMemory::Size(size)) => {
            let size = quantity(size, at);
            quote!(#at::SharedMemory::Size(#size))
        }
        Constant::Plugin(value) => plugin_of(value, item, krate),
    }
}

/// An expression of type `Plugin`.
fn plugin_of(plugin: &PluginOptions, item: &TokenStream, krate: &TokenStream) -> TokenStream {
    let at = &quote!(__flyte::options);
    let mut fields = Fields::default();
    let custom = plugin.custom.as_ref().map(|custom| {
        let call = quote_spanned!(custom.span()=> #krate::__private::plugin::custom);
        quote!(#at::Custom::new(|| #call(#custom)))
    });
    fields.set("custom", custom);
    fields.set("config", some_pairs(&plugin.config));
    let last = item.clone().into_iter().last();
    let has_body = last.is_none_or(|token| token.to_string() != ";");
    fields.set("has_container", (!has_body).then(|| quote!(false)));
    // A value that could not be read was reported.
    let task_type = plugin.task_type.as_ref().map_or("", |text| &text.value);
    fields.build(&quote!(#at::Plugin), &quote!(#task_type))
}

/// An expression of type `&WorkflowOptions` for use in a constant.
pub(crate) fn workflow(options: &WorkflowOptions) -> TokenStream {
    let WorkflowOptions {
        name: _,
        type_name: _,
        krate: _,
        failure_policy,
        interruptible,
        // This is an entity and part of the graph.
        on_failure: _,
        docs: about,
    } = options;
    let at = &quote!(__flyte::options);
    let policy = failure_policy.as_ref();
    let mut fields = Fields::default();
    fields.set(
        "failure_policy",
        policy.map(|policy| variant(policy, "FailurePolicy", at)),
    );
    fields.set("interruptible", interruptible.as_ref().map(flag));
    fields.set("docs", about.as_ref().map(|value| docs(value, at)));
    fields.lent(&quote!(#at::WorkflowOptions))
}

/// An expression of type `&LaunchPlanOptions` for use in a constant.
pub(crate) fn launch_plan(options: &LaunchPlanOptions) -> TokenStream {
    let LaunchPlanOptions {
        name: _,
        type_name: _,
        krate: _,
        schedule: starts,
        trigger,
        notifications,
        labels,
        annotations,
        max_parallelism,
        concurrency: most,
        raw_output_prefix,
        security_context: context,
        overwrite_cache,
        auto_activate,
        docs: about,
    } = options;
    let at = &quote!(__flyte::options);
    let mut fields = Fields::default();
    fields.set("schedule", starts.as_ref().map(|s| schedule(s, at)));
    fields.set("trigger", trigger.as_ref().map(|s| schedule(s, at)));
    let notifications = notifications.iter().map(|n| notification(n, at));
    fields.set("notifications", list(notifications));
    fields.set("labels", some_pairs(labels));
    fields.set("annotations", some_pairs(annotations));
    fields.set("max_parallelism", max_parallelism.as_ref().map(number));
    fields.set("concurrency", most.as_ref().map(|c| concurrency(c, at)));
    fields.set("raw_output_prefix", raw_output_prefix.as_ref().map(text));
    let context = context.as_ref();
    fields.set(
        "security_context",
        context.map(|context| security_context(context, at)),
    );
    fields.set("overwrite_cache", overwrite_cache.as_ref().map(flag));
    fields.set("auto_activate", auto_activate.as_ref().map(flag));
    fields.set("docs", about.as_ref().map(|value| docs(value, at)));
    fields.lent(&quote!(#at::LaunchPlanOptions))
}

/// An expression of type `Process` for use in a constant.
pub(crate) fn process(kind: ProcessKind, options: &ProcessOptions) -> TokenStream {
    let at = &quote!(__flyte::options);
    match (kind, &options.shell, &options.container) {
        (ProcessKind::Shell, Some(shell), _) => {
            let mut fields = Fields::default();
            fields.set("shell", shell.shell.as_ref().map(text));
            fields.set("output_locations", some_pairs(&shell.output_locations));
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
        // Missing options of a shell or container task were reported.
        _ => quote!(#at::Process::Echo),
    }
}

/// The fields that differ from the result of `new`.
#[derive(Default)]
struct Fields(TokenStream);

impl Fields {
    /// Sets a field through the method of the same name, if there is a value.
    fn set(&mut self, name: &str, value: Option<TokenStream>) {
        if let Some(value) = value {
            let name = format_ident!("{name}");
            self.0.extend(quote!(.#name(#value)));
        }
    }

    /// A reference to the options. Without options, it is to a constant that all entities share.
    fn lent(self, path: &TokenStream) -> TokenStream {
        if self.0.is_empty() {
            return quote!(#path::NONE);
        }
        let options = self.build(path, &quote!());
        quote!(&#options)
    }

    fn build(self, path: &TokenStream, arguments: &TokenStream) -> TokenStream {
        let Self(given) = self;
        quote!(#path::new(#arguments) #given)
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

fn pairs(pairs: &[(Spanned<String>, Spanned<String>)]) -> TokenStream {
    let pairs = pairs.iter().map(|(name, value)| {
        let (name, value) = (text(name), text(value));
        quote!((#name, #value))
    });
    quote!(&[#(#pairs),*])
}

fn some_pairs(written: &[(Spanned<String>, Spanned<String>)]) -> Option<TokenStream> {
    (!written.is_empty()).then(|| pairs(written))
}

fn resources(resources: &Resources, at: &TokenStream) -> TokenStream {
    let mut fields = Fields::default();
    for (resource, amount) in resources.each() {
        fields.set(resource, amount.map(|amount| quantity(amount, at)));
    }
    fields.build(&quote!(#at::Resources), &quote!())
}

fn backoff(backoff: &Backoff, at: &TokenStream) -> TokenStream {
    let (base, factor, jitter) = (
        duration(backoff.base),
        backoff.factor_thousandths,
        backoff.jitter,
    );
    let cap = option(backoff.cap.map(duration));
    quote!(#at::Backoff::checked(#base, #factor, #cap, #jitter))
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
    fields.set("key", request.key.as_ref().map(text));
    fields.set("group_version", request.group_version.as_ref().map(text));
    let mount = request
        .mount_requirement
        .as_ref()
        .map(|mount| variant(mount, "MountRequirement", at));
    fields.set("mount_requirement", mount);
    fields.set("env_var", request.env_var.as_ref().map(text));
    fields.build(&quote!(#at::SecretRequest), &text(&request.group))
}

fn docs(docs: &Docs, at: &TokenStream) -> TokenStream {
    let mut fields = Fields::default();
    fields.set("short", docs.short.as_ref().map(text));
    fields.set("long", docs.long.as_ref().map(text));
    fields.set("source_link", docs.source_link.as_ref().map(text));
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
    fields.set("kickoff_time_input", input);
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
    quote!(#at::Notification::new(
        #at::Channel::#channel,
        &[#(#at::Phase::#phases),*],
        &[#(#recipients),*],
    ))
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
    fields.set("iam_role", context.iam_role.as_ref().map(text));
    fields.set(
        "service_account",
        context.service_account.as_ref().map(text),
    );
    fields.build(&quote!(#at::SecurityContext), &quote!())
}
