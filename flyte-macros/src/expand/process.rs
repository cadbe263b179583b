//! `#[shell_task]`, `#[container_task]` and `#[echo_task]`: tasks made from a signature, whose code is not a function
//! of this program.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Attribute, ReturnType, Type, TypeGroup, TypeParen, Visibility};

use super::{
    cache_version,
    entity::{Declared, EntityParts},
    options, task, workflow,
};
use crate::{
    diag::Diag,
    externs,
    model::{self, Parameter, Signature, signature},
    parse::{
        self, ProcessKind, ProcessOptions, ShellOptions, Spanned, StubItem, TaskOptions, listed,
    },
};

/// Expands one of the macros.
pub(crate) fn process(kind: ProcessKind, attr: TokenStream, item: TokenStream) -> TokenStream {
    let mut diag = Diag::new();
    let owner = kind.macro_name();
    let options = parse::process_options(kind, attr, &mut diag);
    let Some(mut function) = parse::stub(owner, &item, &mut diag) else {
        let errors = diag.finish();
        return quote!(#item #errors);
    };
    let krate = options
        .task
        .krate
        .as_ref()
        .map_or_else(externs::runtime, |path| quote!(#path));
    if let Some(token) = &function.sig.asyncness {
        diag.push_spanned(
            token,
            format!("a `{owner}` runs no Rust code that could wait: remove `async`"),
        );
    }
    if let Some(body) = &function.body {
        diag.push(
            body.span_open(),
            format!("a `{owner}` runs what its options say, and no Rust code: write `;` in place of the body"),
        );
    }
    let signature = signature::signature(owner, &mut function.sig, &krate, &mut diag);
    let Some(signature) = signature else {
        let StubItem {
            attrs, vis, sig, ..
        } = &function;
        let errors = diag.finish();
        // The function is kept, so that its callers produce no further errors.
        return quote! {
            #(#attrs)*
            #[allow(unused_variables)]
            #vis #sig { ::core::unimplemented!() }
            #errors
        };
    };
    task::check_ignored_inputs(&options.task, &signature, &mut diag);
    if let Some(cache) = &options.task.cache
        && cache.version.value == cache_version::AUTO
    {
        diag.push(
            cache.version.span,
            format!("`auto` makes a version of the code of a function, and a `{owner}` has none; write a version, as in `cache = \"1\"`"),
        );
    }
    check_templates(&options, &signature, &mut diag);
    if let Some(shell) = &options.shell {
        check_outputs(shell, &function.sig.output, &mut diag);
    }
    let shown = entity(kind, &options, &item, &function, &signature, &krate);
    let errors = diag.finish();
    quote! {
        #shown
        #errors
    }
}

fn entity(
    kind: ProcessKind,
    options: &ProcessOptions,
    item: &TokenStream,
    function: &StubItem,
    signature: &Signature,
    krate: &TokenStream,
) -> TokenStream {
    let type_name = options.task.type_name.as_ref().unwrap_or(&signature.ident);
    let output = &signature.output;
    let how = options::process(kind, options);
    let task = options::task(&options.task, item, Some(how), krate);
    // The outputs of an echo task must have the types of its inputs, which only the compiler can check.
    let echoed = (kind == ProcessKind::Echo).then(|| {
        let owned: Vec<_> = signature.parameters.iter().map(|p| &p.owned).collect();
        let taken = match owned.as_slice() {
            [one] => quote!(#one),
            several => quote!((#(#several),*)),
        };
        let gives =
            quote_spanned!(signature.output_span=> __flyte::slot::echoes::<#output, #taken>);
        quote!(const _: fn() = #gives;)
    });
    let declared = Signed {
        options: &options.task,
        attrs: &function.attrs,
        vis: &function.vis,
        sig: &function.sig,
        signature,
        krate,
        arguments: quote!(#task, __flyte::RunTask::Sync(__flyte::process::run::<#type_name>)),
        functions: quote!(#echoed),
    };
    declared.expand()
}

/// A task that consists of a signature. The function that users call runs it through the engine.
pub(super) struct Signed<'a> {
    pub(super) options: &'a TaskOptions,
    pub(super) attrs: &'a [Attribute],
    pub(super) vis: &'a Visibility,
    pub(super) sig: &'a syn::Signature,
    pub(super) signature: &'a Signature,
    pub(super) krate: &'a TokenStream,
    /// The options and the `RunTask`, with the functions they need.
    pub(super) arguments: TokenStream,
    pub(super) functions: TokenStream,
}

impl Signed<'_> {
    /// The function, and the entity beside it.
    pub(super) fn expand(self) -> TokenStream {
        let Self {
            options,
            attrs,
            vis,
            sig,
            signature,
            krate,
            arguments,
            functions,
        } = self;
        let type_name = options.type_name.as_ref().unwrap_or(&signature.ident);
        let parts = EntityParts {
            krate,
            vis,
            type_name,
            explicit_name: options.name.as_ref().map(|name| name.value.as_str()),
            signature,
            fixed: &[],
            docs: &model::docs(attrs),
            declared: Declared::Graph { launchable: false },
            constructor: "task",
            arguments,
            functions,
        };
        let beside = parts.expand();
        let runs = workflow::run_function(signature, sig, type_name, krate);
        quote! {
            #(#attrs)*
            #[allow(clippy::used_underscore_binding)]
            #vis #runs
            #beside
        }
    }
}

/// Checks that the inputs in templates exist, and are where a shell expands them.
fn check_templates(options: &ProcessOptions, signature: &Signature, diag: &mut Diag) {
    let names: Vec<String> = signature.parameters.iter().map(Parameter::name).collect();
    let check = |text: &Spanned<String>, open: &str, close: &str, diag: &mut Diag| {
        for name in named(&text.value, open, close) {
            if !names.iter().any(|input| input == name) {
                diag.push(text.span, unknown(name, open, close, &names));
            }
        }
    };
    if let Some(shell) = &options.shell {
        check(&shell.script, "{inputs.", "}", diag);
        if let Some(name) = in_single_quotes(&shell.script.value) {
            diag.push(
                shell.script.span,
                format!("`{{inputs.{name}}}` stands between single quotes, where a shell expands nothing; put it between double quotes"),
            );
        }
        for (_, location) in &shell.output_locations {
            check(location, "{inputs.", "}", diag);
        }
    }
    if let Some(container) = &options.container {
        for word in container.command.iter().chain(&container.arguments) {
            check(word, "{{.inputs.", "}}", diag);
        }
    }
}

/// Checks that a script writes its outputs to some place. Otherwise every run would fail at the end of the script.
fn check_outputs(shell: &ShellOptions, output: &ReturnType, diag: &mut Diag) {
    let ReturnType::Type(_, ty) = output else {
        return;
    };
    let mut ty = &**ty;
    while let Type::Group(TypeGroup { elem, .. }) | Type::Paren(TypeParen { elem, .. }) = ty {
        ty = elem;
    }
    let script = &shell.script.value;
    // The script may use its own variable for an output instead of the template.
    let is_left = |output: &str| {
        let mut located = shell.output_locations.iter();
        script.contains(&format!("{{outputs.{output}}}"))
            || script.contains(&format!("FLYTE_OUTPUT_{output}"))
            || located.any(|(name, _)| name.value == output)
    };
    let leaves_any = || {
        script.contains("{outputs.")
            || script.contains("FLYTE_OUTPUT_")
            || !shell.output_locations.is_empty()
    };
    let missing = match ty {
        Type::Tuple(several) => (0..several.elems.len())
            .map(|index| format!("o{index}"))
            .find(|name| !is_left(name)),
        // The names of the outputs in a struct are not known here.
        _ => (!leaves_any()).then(|| "o0".to_owned()),
    };
    if let Some(name) = missing {
        diag.push(
            shell.script.span,
            format!(
                "the script does not write the output `{name}`, so every run would fail: write it to the file \
                 `{{outputs.{name}}}`, as in `echo 1 > {{outputs.{name}}}`"
            ),
        );
    }
}

fn unknown(name: &str, open: &str, close: &str, names: &[String]) -> String {
    let there_is = match names {
        [] => "it takes none".to_owned(),
        names => format!(
            "it takes {}",
            listed(names.iter().map(String::as_str), "and")
        ),
    };
    format!("`{open}{name}{close}` names no input of this task; {there_is}")
}

/// The names between `open` and `close`.
fn named<'a>(text: &'a str, open: &'a str, close: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(open)
        .skip(1)
        .filter_map(move |rest| rest.split_once(close).map(|(name, _)| name))
}

/// An input between single quotes on its line.
fn in_single_quotes(script: &str) -> Option<&str> {
    script.lines().find_map(|line| {
        let mut before = "";
        let mut rest = line;
        while let Some(at) = rest.find("{inputs.") {
            let seen = before.len() + at;
            let (open, after) = (&line[..seen], &rest[at + "{inputs.".len()..]);
            let (name, tail) = after.split_once('}')?;
            if is_open(open) && tail.contains('\'') {
                return Some(name);
            }
            before = &line[..line.len() - tail.len()];
            rest = tail;
        }
        None
    })
}

/// Whether a text ends inside single quotes.
fn is_open(text: &str) -> bool {
    let (mut single, mut double, mut escaped) = (false, false, false);
    for c in text.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if !single => escaped = true,
            '\'' if !double => single = !single,
            '"' if !single => double = !double,
            _ => {}
        }
    }
    single
}

#[cfg(test)]
mod tests {
    use super::in_single_quotes;

    #[test]
    fn only_what_a_shell_would_not_expand_is_found() {
        for (script, found) in [
            ("echo '{inputs.a}'", Some("a")),
            ("echo \"{inputs.a}\" 'x {inputs.b} y'", Some("b")),
            ("echo \"it's {inputs.a}, isn't it\"", None),
            ("echo {inputs.a}; awk '{print $1}'", None),
            ("cat <<END\nit's {inputs.a}\nEND", None),
            ("echo \\'{inputs.a}\\'", None),
        ] {
            assert_eq!(in_single_quotes(script), found, "{script}");
        }
    }
}
