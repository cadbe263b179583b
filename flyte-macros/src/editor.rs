//! What is written for an editor alone.
//!
//! rust-analyzer expands the same macros as the compiler, to complete, explain and rename what is typed. It maps tokens
//! back by their places, and compares an expansion with one in which a name stands at the cursor, so what is in front
//! of a place must not depend on what is typed there. Nothing of it is ever compiled.

use std::{cell::RefCell, env, ffi::OsStr, path::Path, sync::LazyLock};

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use syn::parse_quote;

thread_local! {
    /// The names of options in the macro that is being expanded.
    static NOTED: RefCell<TokenStream> = RefCell::default();
}

/// Whether the macro is expanded for an editor, and not for the compiler.
pub(crate) fn asks() -> bool {
    static IS_SERVER: LazyLock<bool> = LazyLock::new(|| {
        let program = env::current_exe().ok();
        let name = program.as_deref().and_then(Path::file_name);
        name.and_then(OsStr::to_str)
            .is_some_and(|name| name.starts_with("rust-analyzer"))
    });
    #[cfg(test)]
    if FORCED.get() {
        return true;
    }
    *IS_SERVER
}

#[cfg(test)]
thread_local! {
    static FORCED: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// What an editor gets.
#[cfg(test)]
pub(crate) fn asked<R>(expand: impl FnOnce() -> R) -> R {
    FORCED.set(true);
    let expanded = expand();
    FORCED.set(false);
    expanded
}

/// Notes the options that can be written in one place, and the names that are written there: an editor completes the
/// path of a constant, and shows it.
pub(crate) fn note_options<'n>(
    owner: &str,
    options: &[(&str, &str)],
    written: impl Iterator<Item = &'n Ident>,
) {
    if !asks() {
        return;
    }
    // `crate` is the name of no constant.
    let known = options
        .iter()
        .filter_map(|(name, usage)| Some((syn::parse_str(name).ok()?, *usage)));
    let (names, usages): (Vec<Ident>, Vec<&str>) = known.unzip();
    let Some(last) = names.first() else {
        return;
    };
    let owner: String = owner.chars().filter(char::is_ascii_alphanumeric).collect();
    let module = format_ident!("{owner}", span = Span::mixed_site());
    // One always follows, so that what is completed has a path where no name is written yet, too.
    let noted = quote! {
        const _: () = {
            #[allow(non_upper_case_globals)]
            mod #module {
                #(pub const #names: &str = #usages;)*
            }
            fn written() {
                #(let _ = #module::#written;)*
                let _ = #module::#last;
            }
        };
    };
    NOTED.with_borrow_mut(|all| all.extend(noted));
}

/// Expands a macro, and puts in front what was noted meanwhile.
pub(crate) fn with_options(expand: impl FnOnce() -> TokenStream) -> TokenStream {
    if !asks() {
        return expand();
    }
    NOTED.take();
    let expanded = expand();
    let noted = NOTED.take();
    quote!(#noted #expanded)
}

/// A parameter that the user's code must not see, and its value. An editor completes hidden names, too, so for an
/// editor it has none.
pub(crate) fn unseen(name: &Ident) -> (TokenStream, TokenStream) {
    if asks() {
        (quote!(_), quote!(__flyte::Option::None.unwrap()))
    } else {
        (quote!(#name), quote!(#name))
    }
}

/// A path that stands where the user has written nothing.
pub(crate) fn unplaced(path: &syn::Path) -> syn::Path {
    fn all(tokens: TokenStream) -> TokenStream {
        let unplaced = tokens.into_iter().map(|token| match token {
            TokenTree::Group(group) => {
                TokenTree::Group(Group::new(group.delimiter(), all(group.stream())))
            }
            mut token => {
                token.set_span(Span::call_site());
                token
            }
        });
        unplaced.collect()
    }
    let tokens = all(path.to_token_stream());
    parse_quote!(#tokens)
}
