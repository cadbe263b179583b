//! The options of `#[reference_task]`, `#[reference_workflow]` and `#[reference_launch_plan]`.

use proc_macro2::{Ident, Span, TokenStream};

use super::{
    args::{self, Scope, Usage},
    naming::{CRATE, TYPE_NAME},
    nearest::listed,
    value::Spanned,
};
use crate::diag::Diag;

/// The options that were written. `None` means that an option is missing, or was wrong and reported.
#[derive(Default)]
pub(crate) struct ReferenceOptions {
    pub(crate) type_name: Option<Ident>,
    pub(crate) krate: Option<syn::Path>,
    pub(crate) project: Option<Spanned<String>>,
    pub(crate) domain: Option<Spanned<String>>,
    /// The name of the entity on the cluster.
    pub(crate) name: Option<Spanned<String>>,
    pub(crate) version: Option<Spanned<String>>,
}

const KEYS: &[Usage] = &[
    ("project", "project = \"flytesnacks\""),
    ("domain", "domain = \"development\""),
    ("name", "name = \"reports.daily\""),
    ("version", "version = \"v1\""),
    TYPE_NAME,
    CRATE,
];

const NEEDED: [&str; 4] = ["project", "domain", "name", "version"];

/// Parses the arguments of the macro `owner`.
pub(crate) fn reference_options(
    owner: &'static str,
    attr: TokenStream,
    diag: &mut Diag,
) -> ReferenceOptions {
    let mut options = ReferenceOptions::default();
    let args = args::known(attr, &Scope::new(owner, "option", KEYS), diag);
    for arg in args.iter() {
        match arg.name.as_str() {
            "project" => options.project = arg.identifier_part(diag),
            "domain" => options.domain = arg.identifier_part(diag),
            "name" => options.name = arg.identifier_part(diag),
            "version" => options.version = arg.identifier_part(diag),
            "type_name" => options.type_name = arg.ident(diag),
            "crate" => options.krate = arg.crate_path(diag),
            name => unreachable!("`{name}` is in the table of options but is not read"),
        }
    }
    let missing: Vec<_> = NEEDED.into_iter().filter(|key| args.lack(key)).collect();
    if !missing.is_empty() {
        diag.push(
            Span::call_site(),
            format!(
                "`{owner}` does not say which entity of the cluster is meant: {} {} missing; write \
                 `project = \"flytesnacks\", domain = \"development\", name = \"reports.daily\", version = \"v1\"`",
                listed(missing.iter().copied(), "and"),
                if missing.len() == 1 { "is" } else { "are" },
            ),
        );
    }
    options
}
