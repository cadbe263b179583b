//! serde's attributes, as far as they affect how a value is stored. Attributes that cannot be honoured are refused by
//! name, because a struct that serde and Flyte store differently would surprise users.

use syn::{Attribute, LitStr, Path, Token, meta::ParseNestedMeta, parenthesized};

use crate::diag::Diag;

/// What the attributes annotate.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Struct,
    /// An enum without data.
    Strings,
    /// An enum with data.
    Union,
}

/// The value of a missing field.
pub(crate) enum Fallback {
    /// `Default::default()`.
    Standard,
    /// The result of a function.
    Function(Path),
}

/// `#[serde(..)]` on a struct or an enum.
#[derive(Default)]
pub(crate) struct ContainerSerde {
    pub(crate) rename: Option<String>,
    pub(crate) rename_all: RenameRule,
    pub(crate) default: Option<Fallback>,
    pub(crate) deny_unknown: bool,
}

/// `#[serde(..)]` on a field or a variant.
#[derive(Default)]
pub(crate) struct FieldSerde {
    pub(crate) rename: Option<String>,
    pub(crate) aliases: Vec<String>,
    pub(crate) default: Option<Fallback>,
    pub(crate) skip: bool,
}

impl ContainerSerde {
    pub(crate) fn read(attrs: &[Attribute], kind: Kind, diag: &mut Diag) -> Self {
        let mut read = Self::default();
        each(attrs, diag, |meta, diag| {
            let Some(name) = meta.path.get_ident().map(ToString::to_string) else {
                return refuse(&meta, diag);
            };
            match (name.as_str(), kind) {
                ("crate" | "bound" | "expecting", _) | ("untagged", Kind::Union) => {
                    skip_value(&meta)?;
                }
                ("rename", Kind::Struct) if meta.input.peek(Token![=]) => {
                    read.rename = Some(meta.value()?.parse::<LitStr>()?.value());
                }
                ("rename_all", Kind::Struct | Kind::Strings) if meta.input.peek(Token![=]) => {
                    let rule: LitStr = meta.value()?.parse()?;
                    match RenameRule::named(&rule.value()) {
                        Some(rule) => read.rename_all = rule,
                        None => diag.push_spanned(
                            &rule,
                            format!(
                                "serde has no rule {:?} for names; it has {}",
                                rule.value(),
                                RenameRule::NAMES
                                    .map(|(name, _)| format!("{name:?}"))
                                    .join(", ")
                            ),
                        ),
                    }
                }
                ("default", Kind::Struct) => read.default = Some(default(&meta)?),
                ("deny_unknown_fields", Kind::Struct) => read.deny_unknown = true,
                _ => return refuse(&meta, diag),
            }
            Ok(())
        });
        read
    }
}

impl FieldSerde {
    pub(crate) fn read(attrs: &[Attribute], diag: &mut Diag) -> Self {
        let mut read = Self::default();
        each(attrs, diag, |meta, diag| {
            match meta.path.get_ident().map(ToString::to_string).as_deref() {
                Some("bound" | "borrow") => skip_value(&meta)?,
                Some("rename") if meta.input.peek(Token![=]) => {
                    read.rename = Some(meta.value()?.parse::<LitStr>()?.value());
                }
                Some("alias") => read.aliases.push(meta.value()?.parse::<LitStr>()?.value()),
                Some("default") => read.default = Some(default(&meta)?),
                Some("skip") => read.skip = true,
                _ => return refuse(&meta, diag),
            }
            Ok(())
        });
        read
    }

    /// A variant without data can only have names.
    pub(crate) fn read_variant(attrs: &[Attribute], kind: Kind, diag: &mut Diag) -> Self {
        let mut read = Self::default();
        each(attrs, diag, |meta, diag| {
            match meta.path.get_ident().map(ToString::to_string).as_deref() {
                Some("bound" | "borrow") => skip_value(&meta)?,
                Some("rename") if kind == Kind::Strings && meta.input.peek(Token![=]) => {
                    read.rename = Some(meta.value()?.parse::<LitStr>()?.value());
                }
                Some("alias") if kind == Kind::Strings => {
                    read.aliases.push(meta.value()?.parse::<LitStr>()?.value());
                }
                _ => return refuse(&meta, diag),
            }
            Ok(())
        });
        read
    }
}

fn each(
    attrs: &[Attribute],
    diag: &mut Diag,
    mut read: impl FnMut(ParseNestedMeta<'_>, &mut Diag) -> syn::Result<()>,
) {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("serde")) {
        if let Err(error) = attr.parse_nested_meta(|meta| read(meta, diag)) {
            diag.push_error(error);
        }
    }
}

fn default(meta: &ParseNestedMeta<'_>) -> syn::Result<Fallback> {
    if !meta.input.peek(Token![=]) {
        return Ok(Fallback::Standard);
    }
    meta.value()?
        .parse::<LitStr>()?
        .parse()
        .map(Fallback::Function)
}

fn refuse(meta: &ParseNestedMeta<'_>, diag: &mut Diag) -> syn::Result<()> {
    let path = &meta.path;
    let name = quote::quote!(#path).to_string();
    let instead = match name.as_str() {
        "flatten" => "write the fields out here, or store the inner struct under a name of its own",
        "tag" | "content" | "untagged" => {
            "remove it: a variant is known by the type of its value, and people name it as in `{\"Variant\": value}`"
        }
        "rename" | "rename_all" | "alias" => {
            "write one name for both ways, as in `rename = \"..\"`, on a field or on a variant without data"
        }
        _ => "remove it, or implement `FlyteType` by hand",
    };
    diag.push_spanned(path, format!("`#[serde({name})]` here cannot be kept in Flyte's form, which flytekit reads as well; {instead}"));
    skip_value(meta)
}

fn skip_value(meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
    if meta.input.peek(Token![=]) {
        meta.value()?.parse::<syn::Expr>()?;
    } else if meta.input.peek(syn::token::Paren) {
        let inside;
        parenthesized!(inside in meta.input);
        inside.parse::<proc_macro2::TokenStream>()?;
    }
    Ok(())
}

/// `rename_all`.
#[derive(Clone, Copy, Default)]
pub(crate) enum RenameRule {
    #[default]
    None,
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

impl RenameRule {
    const NAMES: [(&'static str, Self); 8] = [
        ("lowercase", Self::Lower),
        ("UPPERCASE", Self::Upper),
        ("PascalCase", Self::Pascal),
        ("camelCase", Self::Camel),
        ("snake_case", Self::Snake),
        ("SCREAMING_SNAKE_CASE", Self::ScreamingSnake),
        ("kebab-case", Self::Kebab),
        ("SCREAMING-KEBAB-CASE", Self::ScreamingKebab),
    ];

    fn named(name: &str) -> Option<Self> {
        let found = Self::NAMES.iter().find(|(known, _)| *known == name);
        found.map(|(_, rule)| *rule)
    }

    /// The name of a field, written in `snake_case`.
    pub(crate) fn field(self, name: &str) -> String {
        match self {
            Self::None | Self::Lower | Self::Snake => name.to_owned(),
            Self::Upper | Self::ScreamingSnake => name.to_ascii_uppercase(),
            Self::Pascal => name.split('_').map(capitalized).collect(),
            Self::Camel => uncapitalized(&Self::Pascal.field(name)),
            Self::Kebab => name.replace('_', "-"),
            Self::ScreamingKebab => name.to_ascii_uppercase().replace('_', "-"),
        }
    }

    /// The name of a variant, written in `PascalCase`.
    pub(crate) fn variant(self, name: &str) -> String {
        match self {
            Self::None | Self::Pascal => name.to_owned(),
            Self::Lower => name.to_ascii_lowercase(),
            Self::Upper => name.to_ascii_uppercase(),
            Self::Camel => uncapitalized(name),
            Self::Snake => {
                let mut snake = String::new();
                for (index, letter) in name.char_indices() {
                    if index > 0 && letter.is_uppercase() {
                        snake.push('_');
                    }
                    snake.push(letter.to_ascii_lowercase());
                }
                snake
            }
            Self::ScreamingSnake => Self::Snake.variant(name).to_ascii_uppercase(),
            Self::Kebab => Self::Snake.variant(name).replace('_', "-"),
            Self::ScreamingKebab => Self::ScreamingSnake.variant(name).replace('_', "-"),
        }
    }
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

fn uncapitalized(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}
