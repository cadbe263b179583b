//! The options of `#[workflow]`.

use proc_macro2::{Ident, TokenStream};

use super::{
    args::{self, Scope, Usage},
    naming::{CRATE, NAME, TYPE_NAME},
    task_options,
    value::{Docs, Spanned},
};
use crate::diag::Diag;

/// The options in `#[workflow(..)]`. `None` means that an option is missing, or was wrong and reported.
#[derive(Default)]
pub(crate) struct WorkflowOptions {
    pub(crate) name: Option<Spanned<String>>,
    pub(crate) type_name: Option<Ident>,
    pub(crate) krate: Option<syn::Path>,
    /// A variant of the runtime's `FailurePolicy`.
    pub(crate) failure_policy: Option<Spanned<&'static str>>,
    pub(crate) interruptible: Option<Spanned<bool>>,
    /// The entity that runs when the workflow fails.
    pub(crate) on_failure: Option<syn::Path>,
    pub(crate) docs: Option<Docs>,
}

pub(super) const KEYS: &[Usage] = &[
    NAME,
    TYPE_NAME,
    CRATE,
    (
        "failure_policy",
        "failure_policy = fail_after_executable_nodes_complete",
    ),
    ("interruptible", "interruptible"),
    ("on_failure", "on_failure = clean_up"),
    ("docs", "docs = \"one sentence\""),
];

const POLICIES: &[(&str, &str)] = &[
    ("fail_immediately", "FailImmediately"),
    (
        "fail_after_executable_nodes_complete",
        "FailAfterExecutableNodesComplete",
    ),
];

/// Parses the arguments of `#[workflow]`.
pub(crate) fn workflow_options(attr: TokenStream, diag: &mut Diag) -> WorkflowOptions {
    let scope = Scope {
        elsewhere: &[("#[task]", task_options::KEYS)],
        ..Scope::new("#[workflow]", "option", KEYS)
    };
    let mut options = WorkflowOptions::default();
    for arg in args::known(attr, &scope, diag) {
        match arg.name.as_str() {
            "name" => options.name = arg.entity_name(diag),
            "type_name" => options.type_name = arg.ident(diag),
            "crate" => options.krate = arg.crate_path(diag),
            "failure_policy" => options.failure_policy = arg.choice(POLICIES, diag),
            "interruptible" => options.interruptible = arg.flag(diag),
            "on_failure" => options.on_failure = arg.path(diag),
            "docs" => options.docs = arg.docs(diag),
            name => unreachable!("`{name}` is in the table of options but is not read"),
        }
    }
    options
}
