//! Callees that only the compiler can resolve; see the runtime's `__private::callee`.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Expr, Path, parse_quote};

use super::{body::calls::is_primitive, calls_of_tasks::OF_THE_PRELUDES};
use crate::{externs, parse};

/// The largest number of arguments that the runtime's `callee` can distinguish.
pub(crate) const MOST_ASKED: usize = 16;

/// The names that macros have declared in this run of the compiler.
///
/// They are known to be tasks without an import. An import of a name is also ambiguous if a module both takes it from
/// another module with `*` and declares it through a macro. Names that are not in this set are looked up through the
/// import.
static DECLARED: Mutex<BTreeMap<String, Vec<Defaults>>> = Mutex::new(BTreeMap::new());

/// For each input of a task or workflow, whether it has a default.
type Defaults = Vec<bool>;

fn declared() -> MutexGuard<'static, BTreeMap<String, Vec<Defaults>>> {
    // The map is consistent between any two of its operations.
    DECLARED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Records the name of a type that stands for a task or workflow, and which of its inputs have a default.
pub(crate) fn declare(name: &Ident, defaults: Defaults) {
    // Tests of expansions run in parallel, and each one is a separate program.
    if proc_macro::is_available() {
        let mut declared = declared();
        declared.entry(name.to_string()).or_default().push(defaults);
    }
}

/// Whether a call by position with so many arguments seems to leave out inputs with a default. Another task of the same
/// name may take exactly these, so only the compiler can tell.
pub(crate) fn may_leave_out_defaults(path: &Path, arguments: usize) -> bool {
    let name = path.segments.last().map(|last| last.ident.to_string());
    let declared = declared();
    let Some(all) = name.and_then(|name| declared.get(&name)) else {
        return false;
    };
    let are_left_out = |inputs: &Defaults| {
        let left_out = inputs.get(arguments..).unwrap_or_default();
        !left_out.is_empty() && left_out.iter().all(|has_default| *has_default)
    };
    all.iter().any(are_left_out)
}

/// Whether a macro has declared the name, or a similar one of which it is probably a misspelling. The compiler suggests
/// that one when it looks up a type.
fn is_declared(name: &str) -> bool {
    let known = declared();
    if known.contains_key(name) {
        return true;
    }
    let of_that_length = known
        .keys()
        .map(String::as_str)
        .filter(|other| other.len().abs_diff(name.len()) <= name.len() / 3)
        .filter(|other| !is_type_name_of(other, name));
    parse::nearest(name, of_that_length).is_some()
}

/// Whether a task of this name has been declared with a `type_name` that differs as the names of types do.
fn has_type_name(name: &str) -> bool {
    declared().keys().any(|other| is_type_name_of(other, name))
}

/// Whether `FetchPage` is the name of a type and `fetch_page` that of its function.
fn is_type_name_of(ty: &str, function: &str) -> bool {
    let letters = |name: &str| name.replace('_', "").to_lowercase();
    ty.starts_with(char::is_uppercase) && letters(ty) == letters(function)
}

/// Whether a path is the name of a crate that the program depends on.
///
/// Where a macro declares such a name, an import finds it ambiguous, and a type that is written finds the declared one.
fn is_of_a_crate(path: &Path) -> bool {
    let name = path.get_ident();
    name.is_some_and(|name| externs::is_known(&name.to_string()))
}

/// The most arguments for which a call of something that is not a task gets its own message.
const MOST_NAMED: usize = 8;

/// The callee for a name that may be a task, a struct, a variant or a function.
pub(crate) fn of_any_kind(path: &Path, arguments: usize) -> Expr {
    let span = span(path);
    let with = format_ident!("with_{arguments}", span = span);
    // Structs, variants and tasks can all appear in a pattern.
    let asked = quote_spanned!(span=>
        __flyte::callee::named(|__callee| match __callee {
            __Callee { .. } => {}
            #[allow(unreachable_patterns)]
            _ => {}
        }).#with(__Callee)
    );
    imported(path, &traits(arguments, span), &asked, &quote!(__flyte))
}

/// A call that makes a node, where the name should be that of a task but may be that of a plain function. `call`
/// receives the name under which the callee is available.
pub(crate) fn of_a_task(path: &Path, arguments: usize, call: impl FnOnce(&Path) -> Expr) -> Expr {
    let span = span(path);
    // An import cannot have generic arguments, and primitive types cannot be imported.
    let is_generic = path.segments.iter().any(|part| !part.arguments.is_none());
    let is_primitive = path.get_ident().is_some_and(is_primitive);
    let last = path.segments.last();
    let is_declared = last.is_some_and(|last| is_declared(&last.ident.to_string()));
    let is_of_the_prelude =
        last.is_some_and(|last| OF_THE_PRELUDES.contains(&last.ident.to_string().as_str()));
    let is_simple = is_generic
        || is_primitive
        || is_declared
        || is_of_a_crate(path)
        || is_of_the_prelude
        || is_of_an_entity(path);
    if arguments > MOST_NAMED || is_simple {
        return call(path);
    }
    let callee = format_ident!("__Callee{arguments}", span = span);
    let has_type_name = last.is_some_and(|last| has_type_name(&last.ident.to_string()));
    let called = if has_type_name {
        "__called_by_type_name"
    } else {
        "__called"
    };
    let called = Ident::new(called, span);
    let imported = |of: Expr| {
        Expr::Verbatim(quote_spanned!(span=> ({
            use #path as #callee;
            #called::<#callee>(#callee);
            #of
        })))
    };
    match call(&parse_quote!(#callee)) {
        // Only the function is in the block, not the call: the compiler reports more about an unused variable if its
        // value is a block.
        Expr::Call(mut call) => {
            *call.func = imported(*call.func);
            Expr::Call(call)
        }
        call => imported(call),
    }
}

/// The same for a name that is also in the standard library's prelude, which cannot be imported where a macro declares
/// it.
pub(crate) fn of_the_prelude(path: &Path, arguments: usize) -> Expr {
    let span = span(path);
    let with = format_ident!("with_{arguments}", span = span);
    let traits = traits(arguments, span);
    let whole = quote_spanned!(span=> ({
        #[allow(unused_imports)]
        use __flyte::callee::PlainName as #path;
        {
            #[allow(unused_imports)]
            use self::*;
            #traits
            __flyte::callee::Callee::<#path>::NEW.#with(#path)
        }
    }));
    parse_quote!(#whole)
}

/// A function that is passed on; it must not be that of a task.
pub(crate) fn passed(path: &Path) -> Expr {
    asked(path, "passed", &quote!(__flyte))
}

/// The function that an eager task calls, or whose call it awaits; it must not bypass the engine. `runtime` is the path
/// of the runtime in generated code.
pub(crate) fn of_eager(path: &Path, is_awaited: bool, runtime: &TokenStream) -> Expr {
    let method = if is_awaited { "awaited" } else { "called" };
    asked(path, method, runtime)
}

/// The function that an eager task passes on, if a call of it does not go past the engine.
pub(crate) fn passed_by_eager(path: &Path, runtime: &TokenStream) -> Expr {
    asked(path, "passed_by_eager", runtime)
}

/// The function that a default calls; it must not be that of a task or workflow.
pub(crate) fn of_default(path: &Path, runtime: &TokenStream) -> Expr {
    asked(path, "defaulted", runtime)
}

/// Whether a path names a function that each task has, such as `square::call`.
pub(crate) fn is_of_an_entity(path: &Path) -> bool {
    const FUNCTIONS: [&str; 5] = ["call", "descriptor", "graph", "node", "run"];
    let last = path.segments.last().filter(|_| path.segments.len() > 1);
    last.is_some_and(|last| FUNCTIONS.iter().any(|name| last.ident == name))
}

fn asked(path: &Path, method: &str, runtime: &TokenStream) -> Expr {
    // Not to be imported; a task of that name refuses such a call when it runs.
    if is_of_a_crate(path) {
        return parse_quote!(#path);
    }
    let span = span(path);
    let method = format_ident!("{method}", span = span);
    let traits = quote_spanned!(span=>
        #[allow(unused_imports)]
        use #runtime::callee::NoTask as _;
    );
    let asked = quote_spanned!(span=> #runtime::callee::Callee::<__Callee>::NEW.#method(#path));
    imported(path, &traits, &asked, runtime)
}

/// `asked`, with `__Callee` as the type that the path names.
fn imported(path: &Path, traits: &TokenStream, asked: &TokenStream, runtime: &TokenStream) -> Expr {
    let whole = quote_spanned!(span(path)=> ({
        #[allow(unused_imports)]
        use #runtime::callee::NoType as __Callee;
        {
            #[allow(unused_imports)]
            use #path as __Callee;
            #traits
            #asked
        }
    }));
    parse_quote!(#whole)
}

fn traits(arguments: usize, span: Span) -> TokenStream {
    let (node, plain) = (
        format_ident!("Node{arguments}", span = span),
        format_ident!("Plain{arguments}", span = span),
    );
    quote_spanned!(span=>
        #[allow(unused_imports)]
        use __flyte::callee::{#node as _, #plain as _};
    )
}

fn span(path: &Path) -> Span {
    let last = path.segments.last();
    last.map_or_else(Span::call_site, |last| last.ident.span())
}

/// Whether a task or workflow of this name has been declared, so that `name::run` is most likely its function.
pub(crate) fn is_known_entity(name: &Ident) -> bool {
    declared().contains_key(&name.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_name_differs_as_the_names_of_types_do() {
        assert!(is_type_name_of("FetchPage", "fetch_page"));
        assert!(!is_type_name_of("fetch_page", "fetch_page"));
        assert!(!is_type_name_of("FetchPages", "fetch_page"));
    }
}
