//! Options of all entity macros: the entity's name and the path of the runtime.

use super::{
    args::{Arg, Usage},
    value::{Spanned, joined},
};
use crate::diag::Diag;

pub(super) const NAME: Usage = ("name", "name = \"reports.daily\"");
pub(super) const TYPE_NAME: Usage = ("type_name", "type_name = SquareTask");
pub(super) const CRATE: Usage = ("crate", "crate = ::flyte_runtime");

impl Arg {
    /// `name = "…"`.
    pub(super) fn entity_name(&self, diag: &mut Diag) -> Option<Spanned<String>> {
        let name = self.text(diag)?;
        self.without_separators(name, diag)
    }

    /// The same for a required part of an identifier.
    pub(super) fn identifier_part(&self, diag: &mut Diag) -> Option<Spanned<String>> {
        let part = self.string(diag)?;
        if part.value.is_empty() {
            let message = format!("`{}` must not be empty; write `{}`", self.name, self.usage);
            diag.push(part.span, message);
            return None;
        }
        self.without_separators(part, diag)
    }

    fn without_separators(
        &self,
        name: Spanned<String>,
        diag: &mut Diag,
    ) -> Option<Spanned<String>> {
        if let Some(c) = name
            .value
            .chars()
            .find(|c| c.is_whitespace() || c.is_control() || *c == ':')
        {
            let why = match c {
                ':' => "`:`, which separates the parts of an identifier".to_owned(),
                ' ' => "a space".to_owned(),
                c => format!("`{}`", c.escape_default()),
            };
            diag.push(
                name.span,
                format!(
                    "`{}` must not contain {why}; join words with `.`, `_` or `-`",
                    self.name
                ),
            );
            return None;
        }
        Some(name)
    }

    /// `crate = ::path` or `crate = crate::path`.
    pub(super) fn crate_path(&self, diag: &mut Diag) -> Option<syn::Path> {
        let path = self.path(diag)?;
        let written = joined(&path);
        let first = path
            .segments
            .first()
            .map(|segment| segment.ident.to_string())
            .unwrap_or_default();
        let message = if path
            .segments
            .iter()
            .any(|segment| !segment.arguments.is_none())
        {
            "`crate` takes the path of the runtime, without generic arguments; write `crate = ::flyte_runtime`".to_owned()
        } else if path.leading_colon.is_some() || first == "crate" || first == "$crate" {
            return Some(path);
        } else if first == "self" || first == "super" {
            format!(
                "`{written}` means another thing in every module; write the path from the root, `crate = crate::..`"
            )
        } else {
            format!(
                "`{written}` is a relative path, which means another thing in every module; write `crate = ::{written}` \
                 for a dependency, or `crate = crate::{written}` for a path in this crate"
            )
        };
        diag.push_spanned(&path, message);
        None
    }
}
