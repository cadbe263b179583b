//! What a container is given, as Flyte's engine makes it of a task and of what a node overrides (`MergeResources` and
//! `AdjustOrDefaultResource` in flyteplugins): zero is as if nothing was said, a request or a limit that is missing is
//! as large as the other one, and a request above the limit is lowered to it.

use std::collections::BTreeMap;

use flyte_core::{
    graph::overrides::NodeOverrides,
    options::{Quantity, TaskOptions, resources::Resources},
};
use flyte_grammar::quantity::nano_units;

/// One of a resource, in the unit of `nano_units`.
const ONE: u128 = 1_000_000_000;

const GPU: &str = "gpu";

/// All resources, by the names of their options.
const NAMES: [&str; 4] = ["cpu", "mem", GPU, "ephemeral_storage"];

/// How much is asked for, as it is written; nothing for zero.
fn said(text: Option<&str>) -> Option<(&str, u128)> {
    let text = text?;
    let nanos = nano_units(text).ok()?;
    (nanos > 0).then_some((text, nanos))
}

fn of_task<'t>(resources: &'t Resources, name: &str) -> Option<&'t str> {
    let amount = match name {
        "cpu" => resources.cpu.as_ref(),
        "mem" => resources.mem.as_ref(),
        GPU => resources.gpu.as_ref(),
        _ => resources.ephemeral_storage.as_ref(),
    };
    amount.map(|amount: &Quantity| amount.as_str())
}

/// What Kubernetes refuses of graphics processors.
#[derive(Clone, Copy)]
pub(super) enum Graphics {
    /// There are no parts of one.
    Part,
    /// Fewer are requested than there may be.
    Uneven,
}

impl Graphics {
    pub(super) fn reason(self) -> &'static str {
        match self {
            Self::Part => "a part of a graphics processor cannot be asked for",
            Self::Uneven => "it requests another number of graphics processors than its limit is",
        }
    }

    fn of(request: Option<&str>, limit: Option<&str>) -> Option<Self> {
        match (said(request), said(limit)) {
            (Some((_, nanos)), _) if nanos % ONE != 0 => Some(Self::Part),
            (_, Some((_, nanos))) if nanos % ONE != 0 => Some(Self::Part),
            (Some((_, request)), Some((_, limit))) if request < limit => Some(Self::Uneven),
            _ => None,
        }
    }

    pub(super) fn of_task(options: &TaskOptions) -> Option<Self> {
        let amount = |resources| of_task(resources, GPU);
        Self::of(amount(&options.requests), amount(&options.limits))
    }

    /// Of a node that overrides them.
    pub(super) fn of_node(overrides: &NodeOverrides, task: Option<&TaskOptions>) -> Option<Self> {
        let gpu = merged(overrides, task).find(|merged| merged.name == GPU)?;
        Self::of(gpu.request, gpu.limit)
    }

    pub(super) fn instead(self, is_node: bool) -> &'static str {
        match (self, is_node) {
            (Self::Part, _) => "write a whole number for `gpu`, and the part as `accelerator`",
            (Self::Uneven, false) => "write `gpu` once, in `requests`",
            (Self::Uneven, true) => "override `gpu` in `requests` and in `limits`, with one number",
        }
    }
}

/// A node's amounts of one resource together with those of its task.
struct Merged<'m> {
    name: &'static str,
    request: Option<&'m str>,
    limit: Option<&'m str>,
}

/// The resources that a node overrides.
fn merged<'m>(
    overrides: &'m NodeOverrides,
    task: Option<&'m TaskOptions>,
) -> impl Iterator<Item = Merged<'m>> {
    NAMES.into_iter().filter_map(move |name| {
        let own =
            |amounts: &'m BTreeMap<&'static str, String>| amounts.get(name).map(String::as_str);
        let request = own(&overrides.requests.amounts);
        let limit = own(&overrides.limits.amounts);
        if request.is_none() && limit.is_none() {
            return None;
        }
        let is_said = |text: &&str| said(Some(text)).is_some();
        let of_task = |resources: fn(&TaskOptions) -> &Resources| {
            task.and_then(|task| of_task(resources(task), name))
        };
        Some(Merged {
            name,
            request: request
                .filter(is_said)
                .or_else(|| of_task(|task| &task.requests)),
            limit: limit
                .filter(is_said)
                .or_else(|| of_task(|task| &task.limits)),
        })
    })
}

/// The requests of a node that are above the limits, which its task has.
pub(super) fn above_limits(overrides: &NodeOverrides, task: Option<&TaskOptions>) -> Vec<String> {
    let above = merged(overrides, task).filter_map(|merged| {
        let Merged {
            name,
            request,
            limit,
        } = merged;
        let ((request, least), (limit, most)) = (said(request)?, said(limit)?);
        (least > most).then(|| {
            format!(
                "it requests {request} of `{name}`, which is above the limit of {limit}, and is lowered to that there"
            )
        })
    });
    above.collect()
}
