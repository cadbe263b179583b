//! The options of `#[launch_plan]`.

use std::time::Duration;

use flyte_grammar::cron;
use proc_macro2::{Ident, TokenStream};

use super::{
    args::{self, Arg, Key, Scope, Usage, Value},
    naming::{CRATE, NAME, TYPE_NAME},
    schedule, task_options, task_parts,
    value::{Docs, Spanned},
    workflow_options,
};
use crate::diag::Diag;

/// The options in `#[launch_plan(..)]`. `None` and empty lists mean that an option is missing, or was wrong and
/// reported.
#[derive(Default)]
pub(crate) struct LaunchPlanOptions {
    pub(crate) name: Option<Spanned<String>>,
    pub(crate) type_name: Option<Ident>,
    pub(crate) krate: Option<syn::Path>,
    pub(crate) schedule: Option<Schedule>,
    pub(crate) trigger: Option<Schedule>,
    pub(crate) notifications: Vec<Notification>,
    pub(crate) labels: Vec<(Spanned<String>, Spanned<String>)>,
    pub(crate) annotations: Vec<(Spanned<String>, Spanned<String>)>,
    pub(crate) max_parallelism: Option<Spanned<u32>>,
    pub(crate) concurrency: Option<Concurrency>,
    pub(crate) raw_output_prefix: Option<Spanned<String>>,
    pub(crate) security_context: Option<SecurityContext>,
    pub(crate) overwrite_cache: Option<Spanned<bool>>,
    pub(crate) auto_activate: Option<Spanned<bool>>,
    pub(crate) docs: Option<Docs>,
}

pub(crate) struct Schedule {
    pub(crate) when: When,
    /// Not yet checked against the parameters.
    pub(crate) kickoff_time_input: Option<Ident>,
}

pub(crate) enum When {
    Cron {
        expression: Spanned<String>,
        offset: Option<Spanned<Duration>>,
    },
    /// A count of units; the unit is a variant of the runtime's `RateUnit`.
    Rate(u32, &'static str),
}

pub(crate) struct Notification {
    /// A variant of the runtime's `Channel`.
    pub(crate) channel: &'static str,
    /// Variants of the runtime's `Phase`.
    pub(crate) phases: Vec<&'static str>,
    pub(crate) recipients: Vec<String>,
}

pub(crate) struct Concurrency {
    pub(crate) max: Spanned<u32>,
    /// A variant of the runtime's `ConcurrencyBehavior`.
    pub(crate) behavior: Option<Spanned<&'static str>>,
}

#[derive(Default)]
pub(crate) struct SecurityContext {
    pub(crate) iam_role: Option<Spanned<String>>,
    pub(crate) service_account: Option<Spanned<String>>,
}

const KEYS: &[Usage] = &[
    NAME,
    TYPE_NAME,
    CRATE,
    ("schedule", "schedule = \"0 6 * * *\""),
    ("trigger", "trigger(cron = \"0 6 * * *\")"),
    (
        "notifications",
        "notifications(email(phases(failed), recipients(\"me@example.org\")))",
    ),
    ("labels", "labels(team = \"research\")"),
    (
        "annotations",
        "annotations(\"example.org/key\" = \"value\")",
    ),
    ("max_parallelism", "max_parallelism = 10"),
    ("concurrency", "concurrency(max = 1, behavior = skip)"),
    (
        "raw_output_prefix",
        "raw_output_prefix = \"s3://bucket/raw\"",
    ),
    (
        "security_context",
        "security_context(service_account = \"name\")",
    ),
    ("overwrite_cache", "overwrite_cache"),
    ("auto_activate", "auto_activate"),
    ("docs", "docs = \"one sentence\""),
];

/// flytekit's names for options with other names here.
const RENAMED: &[Usage] = &[
    (
        "fixed_inputs",
        "limit = 10` in the call of the workflow, without a parameter `limit",
    ),
    ("default_inputs", "fn daily(#[default(10)] limit: i64)"),
    (
        "workflow",
        "fn daily(limit: i64) { pipeline(limit = limit) }",
    ),
    (
        "raw_output_data_config",
        "raw_output_prefix = \"s3://bucket/raw\"",
    ),
    ("auth_role", "security_context(iam_role = \"role\")"),
    (
        "service_account",
        "security_context(service_account = \"name\")",
    ),
    ("iam_role", "security_context(iam_role = \"role\")"),
    ("cron", "schedule = \"0 6 * * *\""),
    ("cron_schedule", "schedule = \"0 6 * * *\""),
    ("fixed_rate", "schedule(rate = \"2h\")"),
];

/// Parses the arguments of `#[launch_plan]`.
pub(crate) fn launch_plan_options(attr: TokenStream, diag: &mut Diag) -> LaunchPlanOptions {
    let scope = Scope {
        elsewhere: &[
            ("#[task]", task_options::KEYS),
            ("#[workflow]", workflow_options::KEYS),
        ],
        renamed: RENAMED,
        ..Scope::new("#[launch_plan]", "option", KEYS)
    };
    let mut options = LaunchPlanOptions::default();
    for arg in args::known(attr, &scope, diag) {
        match arg.name.as_str() {
            "name" => options.name = arg.entity_name(diag),
            "type_name" => options.type_name = arg.ident(diag),
            "crate" => options.krate = arg.crate_path(diag),
            "schedule" => options.schedule = read_schedule(&arg, "schedule", diag),
            "trigger" => options.trigger = read_schedule(&arg, "trigger", diag),
            "notifications" => options.notifications = notifications(&arg, diag),
            "labels" => options.labels = arg.pairs(diag),
            "annotations" => options.annotations = arg.pairs(diag),
            "max_parallelism" => options.max_parallelism = positive(&arg, diag),
            "concurrency" => options.concurrency = concurrency(&arg, diag),
            "raw_output_prefix" => options.raw_output_prefix = arg.text(diag),
            "security_context" => options.security_context = security_context(&arg, diag),
            "overwrite_cache" => options.overwrite_cache = arg.flag(diag),
            "auto_activate" => options.auto_activate = arg.flag(diag),
            "docs" => options.docs = arg.docs(diag),
            name => unreachable!("`{name}` is in the table of options but is not read"),
        }
    }
    options
}

/// `schedule = "0 6 * * *"`, or `schedule(..)` with `cron` or `rate`.
fn read_schedule(arg: &Arg, owner: &'static str, diag: &mut Diag) -> Option<Schedule> {
    const PARTS: &[Usage] = &[
        ("cron", "cron = \"0 6 * * *\""),
        ("rate", "rate = \"2h\""),
        ("offset", "offset = \"10m\""),
        ("kickoff_time_input", "kickoff_time_input = started"),
    ];
    if !matches!(arg.value, Value::List(_)) {
        return Some(Schedule {
            when: When::Cron {
                expression: cron(arg, diag)?,
                offset: None,
            },
            kickoff_time_input: None,
        });
    }
    let parts = arg.nested(&Scope::new(owner, "part", PARTS), diag)?;
    let written = |name: &str| parts.iter().find(|part| part.name == name);
    let (mut expression, mut rate, mut offset, mut kickoff_time_input) = (None, None, None, None);
    for part in parts.iter() {
        match part.name.as_str() {
            "cron" => expression = cron(part, diag),
            "rate" => rate = fixed_rate(part, diag),
            "offset" => offset = part.any_duration(diag),
            _ => kickoff_time_input = part.ident(diag),
        }
    }
    let when = match (written("cron"), written("rate"), written("offset")) {
        (Some(_), Some(other), _) => {
            diag.push(
                other.key.span(),
                format!("`{owner}` already has a `cron`, and allows only one of `cron` and `rate`; remove one"),
            );
            None
        }
        // An unknown key may be a misspelling of one of them, and was reported.
        (None, None, _) if !parts.lack("cron") => None,
        (None, None, _) => {
            diag.push(
                arg.value_span(),
                format!("`{owner}` does not say when; write `{owner}(cron = \"0 6 * * *\")` or `{owner}(rate = \"2h\")`"),
            );
            None
        }
        (None, Some(_), Some(offset)) => {
            diag.push(
                offset.key.span(),
                "`offset` moves the times of a `cron`, and a `rate` has none; leave it out",
            );
            None
        }
        (Some(_), None, _) => expression.map(|expression| When::Cron { expression, offset }),
        (None, Some(_), None) => rate,
    };
    Some(Schedule {
        when: when?,
        kickoff_time_input,
    })
}

fn cron(arg: &Arg, diag: &mut Diag) -> Option<Spanned<String>> {
    let text = arg.string(diag)?;
    if let Err(message) = cron::check(&text.value) {
        diag.push(text.span, format!("`{}` {message}", arg.name));
        return None;
    }
    Some(text)
}

fn fixed_rate(arg: &Arg, diag: &mut Diag) -> Option<When> {
    let duration = arg.any_duration(diag)?;
    match schedule::rate(duration.value) {
        Ok((value, unit)) => Some(When::Rate(value, unit)),
        Err(message) => {
            diag.push(duration.span, format!("`{}` {message}", arg.name));
            None
        }
    }
}

fn notifications(arg: &Arg, diag: &mut Diag) -> Vec<Notification> {
    const CHANNELS: &[Usage] = &[
        (
            "email",
            "email(phases(failed), recipients(\"me@example.org\"))",
        ),
        (
            "slack",
            "slack(phases(failed), recipients(\"room@example.slack.com\"))",
        ),
        (
            "pager_duty",
            "pager_duty(phases(failed), recipients(\"me@example.pagerduty.com\"))",
        ),
    ];
    let scope = Scope {
        repeat: true,
        ..Scope::new("notifications", "channel", CHANNELS)
    };
    let parts = arg.nested(&scope, diag).unwrap_or_default();
    parts
        .iter()
        .filter_map(|part| notification(part, diag))
        .collect()
}

fn notification(arg: &Arg, diag: &mut Diag) -> Option<Notification> {
    const PARTS: &[Usage] = &[
        ("phases", "phases(failed, aborted)"),
        ("recipients", "recipients(\"me@example.org\")"),
    ];
    const PHASES: &[Usage] = &[
        ("succeeded", "Succeeded"),
        ("failed", "Failed"),
        ("aborted", "Aborted"),
        ("timed_out", "TimedOut"),
    ];
    let (owner, channel) = match arg.name.as_str() {
        "email" => ("email", "Email"),
        "slack" => ("slack", "Slack"),
        _ => ("pager_duty", "PagerDuty"),
    };
    let parts = arg.nested(&Scope::new(owner, "part", PARTS), diag)?;
    let (mut phases, mut recipients) = (Vec::new(), Vec::new());
    for part in parts.iter() {
        if part.name == "phases" {
            let read = part.nested(&Scope::new("phases", "phase", PHASES), diag);
            for phase in read.into_iter().flatten() {
                let known = PHASES.iter().find(|(name, _)| *name == phase.name);
                phases.extend(known.map(|(_, variant)| *variant));
            }
        } else {
            recipients = addresses(part, diag);
        }
    }
    for (part, usage) in PARTS {
        task_parts::required(part, &format!("{owner}({usage}, ..)"), arg, &parts, diag);
    }
    Some(Notification {
        channel,
        phases,
        recipients,
    })
}

/// `recipients("a@example.org", "b@example.org")`.
fn addresses(arg: &Arg, diag: &mut Diag) -> Vec<String> {
    let Some(group) = arg.list(diag) else {
        return Vec::new();
    };
    let mut addresses = args::any(group.stream(), "recipient", diag);
    args::once(&mut addresses, diag);
    let addresses = addresses.into_iter().filter_map(|address| {
        let quoted = matches!(address.key, Key::Quoted(_)) && matches!(address.value, Value::Flag);
        if quoted && address.name.contains('@') {
            return Some(address.name);
        }
        diag.push(
            address.key.span(),
            format!(
                "`{}` is not an address; write `recipients(\"me@example.org\")`",
                address.name
            ),
        );
        None
    });
    addresses.collect()
}

fn concurrency(arg: &Arg, diag: &mut Diag) -> Option<Concurrency> {
    const PARTS: &[Usage] = &[("max", "max = 1"), ("behavior", "behavior = skip")];
    let parts = arg.nested(&Scope::new("concurrency", "part", PARTS), diag)?;
    let (mut max, mut behavior) = (None, None);
    for part in parts.iter() {
        if part.name == "max" {
            max = positive(part, diag);
        } else {
            behavior = part.choice(&[("skip", "Skip")], diag);
        }
    }
    task_parts::required("max", "concurrency(max = 1)", arg, &parts, diag);
    Some(Concurrency {
        max: max?,
        behavior,
    })
}

fn security_context(arg: &Arg, diag: &mut Diag) -> Option<SecurityContext> {
    const PARTS: &[Usage] = &[
        ("iam_role", "iam_role = \"role\""),
        ("service_account", "service_account = \"name\""),
    ];
    let mut context = SecurityContext::default();
    for part in arg.nested(&Scope::new("security_context", "part", PARTS), diag)? {
        let place = if part.name == "iam_role" {
            &mut context.iam_role
        } else {
            &mut context.service_account
        };
        *place = part.text(diag);
    }
    Some(context)
}

fn positive(arg: &Arg, diag: &mut Diag) -> Option<Spanned<u32>> {
    let number = arg.number(diag)?;
    if number.value == 0 {
        diag.push(
            number.span,
            format!(
                "`{}` of zero would let nothing run; write at least 1, or leave it out for no limit",
                arg.name
            ),
        );
        return None;
    }
    Some(number)
}
