//! The options of `#[task(..)]` for the cluster's plugin that runs the task.

use proc_macro2::Span;
use syn::{Expr, UnOp};

use super::{
    args::{Arg, Known, Usage, Value},
    task_options::TaskOptions,
    value::{Spanned, describe, ungroup},
};
use crate::diag::Diag;

/// The options that were written and could be read.
#[derive(Default)]
pub(crate) struct PluginOptions {
    pub(crate) task_type: Option<Spanned<String>>,
    pub(crate) custom: Option<Expr>,
    pub(crate) config: Vec<(Spanned<String>, Spanned<String>)>,
}

pub(super) const KEYS: &[Usage] = &[
    ("task_type", "task_type = \"spark\""),
    ("custom", "custom = serde_json::json!({ \"executors\": 4 })"),
    ("config", "config(\"spark.version\" = \"3.5\")"),
];

/// The types of tasks that run the task's container. A task without a body has none.
const OF_CONTAINERS: [&str; 4] = ["container", "python-task", "raw-container", "sidecar"];

impl PluginOptions {
    /// Parses one of the keys.
    pub(super) fn read(&mut self, arg: &Arg, diag: &mut Diag) {
        match arg.name.as_str() {
            "task_type" => self.task_type = task_type(arg, diag),
            "custom" => self.custom = custom(arg, diag),
            _ => self.config = arg.pairs(diag),
        }
    }
}

fn task_type(arg: &Arg, diag: &mut Diag) -> Option<Spanned<String>> {
    let text = arg.text(diag)?;
    if text.value.contains(char::is_whitespace) {
        diag.push(
            text.span,
            "`task_type` is the name by which a plugin takes its tasks, without spaces; write for example `task_type = \"spark\"`",
        );
        return None;
    }
    Some(text)
}

/// An expression that is evaluated when the task is registered. One that is visibly not an object is refused here.
fn custom(arg: &Arg, diag: &mut Diag) -> Option<Expr> {
    let Value::Expr(expr) = &arg.value else {
        return arg.refuse("a value with named fields", diag);
    };
    let is_none = match ungroup(expr) {
        Expr::Lit(_)
        | Expr::Array(_)
        | Expr::Tuple(_)
        | Expr::Repeat(_)
        | Expr::Range(_)
        | Expr::Closure(_) => true,
        Expr::Unary(unary) => matches!(unary.op, UnOp::Neg(_) | UnOp::Not(_)),
        _ => false,
    };
    if is_none {
        diag.push_spanned(
            expr,
            format!(
                "`custom` takes a value with named fields, found {}; write a struct that derives `serde::Serialize`, or `{}`",
                describe(expr),
                arg.usage
            ),
        );
        return None;
    }
    Some(expr.clone())
}

/// Reports options for a plugin when none is named.
pub(super) fn check(args: &Known, diag: &mut Diag) {
    if !args.lack("task_type") {
        return;
    }
    for arg in args.iter() {
        if ["custom", "config"].contains(&arg.name.as_str()) {
            diag.push(
                arg.key.span(),
                format!(
                    "`{}` is for the plugin that runs the task, and none is named; write `{}` as well",
                    arg.name, KEYS[0].1
                ),
            );
            return;
        }
    }
}

/// Reports container options of a task without a body, and so without a container.
pub(crate) fn check_without_container(options: &TaskOptions, diag: &mut Diag) {
    let about = |key: &str, span: Span, diag: &mut Diag| {
        diag.push(
            span,
            format!(
                "`{key}` is about the container of a task, and a task without a body has none: write a body, which the plugin's container \
                 runs, or leave `{key}` out"
            ),
        );
    };
    let plugin = options.plugin.as_ref();
    if let Some(task_type) = plugin.and_then(|plugin| plugin.task_type.as_ref())
        && OF_CONTAINERS.contains(&task_type.value.as_str())
    {
        diag.push(
            task_type.span,
            format!(
                "a task of type `{}` runs a container, and a task without a body has none: write a body, or use `#[container_task]`",
                task_type.value
            ),
        );
    }
    if let Some((name, _)) = options.environment.first() {
        about("environment", name.span, diag);
    }
    for (key, amounts) in [("requests", &options.requests), ("limits", &options.limits)] {
        let amount = amounts.each().into_iter().find_map(|(_, amount)| amount);
        if let Some(amount) = amount {
            about(key, amount.span, diag);
        }
    }
    if let Some(image) = &options.container_image {
        about("container_image", image.span, diag);
    }
}
