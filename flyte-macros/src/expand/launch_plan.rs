//! `#[launch_plan]`: a workflow with preset inputs, written as a function whose body is a single call.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::{
    Block, Expr, ExprCall, Path, Stmt,
    ext::IdentExt,
    parse_quote,
    spanned::Spanned,
    visit_mut::{self, VisitMut},
};

use super::{
    body::{calls::starts_low, refused::Mistakes},
    calls_of_tasks::OF_THE_PRELUDES,
    entity::{Declared, EntityParts},
    options,
    workflow::{Body, build_function, read_body, run_function},
};
use crate::{
    diag::Diag,
    externs,
    model::{self, Parameter, Signature, signature},
    parse::{self, FunctionItem, LaunchPlanOptions},
};

/// Expands `#[launch_plan(attr)] item`.
pub(crate) fn launch_plan(attr: TokenStream, item: TokenStream) -> TokenStream {
    let mut diag = Diag::new();
    let options = parse::launch_plan_options(attr, &mut diag);
    let Some(mut function) = parse::function("#[launch_plan]", &item, &mut diag) else {
        let errors = diag.finish();
        return quote!(#item #errors);
    };
    let krate = options
        .krate
        .as_ref()
        .map_or_else(externs::runtime, |path| quote!(#path));
    if let Some(token) = &function.sig.asyncness {
        diag.push_spanned(token, "a launch plan only names a workflow and its inputs, and has nothing to wait for: remove `async`");
    }
    let is_wrapped =
        signature::refuse_wrapped_output("a launch plan", &mut function.sig, &mut diag);
    let signature = signature::signature("#[launch_plan]", &mut function.sig, &krate, &mut diag);
    let body = read_body(&function).filter(|_| !is_wrapped);
    let Some(signature) = signature else {
        // The function is kept, so that its callers produce no further errors.
        let FunctionItem {
            attrs, vis, sig, ..
        } = &function;
        let errors = diag.finish();
        return quote! {
            #(#attrs)*
            #[allow(unused_variables)]
            #vis #sig { ::core::unimplemented!() }
            #errors
        };
    };
    check_schedules(&options, &signature, &mut diag);
    let (mut workflow, mut fixed) = (None, Vec::new());
    let body = body.map(|body| match body {
        Body::Read(block) => {
            fixed = fixed_inputs(&signature, &block);
            let mut wrong = Diag::new();
            workflow = check_body(&signature, &block, &mut wrong);
            let mistakes = Mistakes::of(wrong.take());
            diag.absorb(wrong);
            if mistakes.is_empty() {
                Body::Read(block)
            } else {
                Body::Read(refused(&block, mistakes))
            }
        }
        half_typed @ Body::HalfTyped(..) => half_typed,
    });
    let type_name = options.type_name.as_ref().unwrap_or(&signature.ident);
    // Named as a type first, so that a name that is not one is the same error as in the body and reported once.
    let checked = workflow.map(|workflow| {
        quote_spanned!(workflow.span()=> const _: () = {
            type __Workflow = #workflow;
            __flyte::slot::launches::<__Workflow>()
        };)
    });
    let build = build_function(&signature, type_name, body, &krate, &[], &mut diag);
    let option_values = options::launch_plan(&options);
    let FunctionItem {
        attrs, vis, sig, ..
    } = &function;
    let parts = EntityParts {
        krate: &krate,
        vis,
        type_name,
        explicit_name: options.name.as_ref().map(|name| name.value.as_str()),
        signature: &signature,
        fixed: &fixed,
        docs: &model::docs(attrs),
        declared: Declared::Graph { launchable: false },
        constructor: "launch_plan",
        arguments: option_values,
        functions: quote!(#checked),
    };
    let beside = parts.expand();
    let runs = run_function(&signature, sig, type_name, &krate);
    let errors = diag.finish();
    quote! {
        #(#attrs)*
        #[allow(clippy::used_underscore_binding)]
        #vis #runs
        #errors
        #beside
        #build
    }
}

/// A schedule can only pass the time, so no other input may be required. Flyte refuses to activate such a launch plan.
fn check_schedules(options: &LaunchPlanOptions, signature: &Signature, diag: &mut Diag) {
    let schedules = [
        ("schedule", &options.schedule),
        ("trigger", &options.trigger),
    ];
    let mut kickoff = Vec::new();
    for (owner, schedule) in schedules {
        let Some(input) = schedule
            .as_ref()
            .and_then(|schedule| schedule.kickoff_time_input.as_ref())
        else {
            continue;
        };
        if signature.parameters.iter().any(|p| p.ident == *input) {
            kickoff.push(input);
        } else {
            diag.push(
                input.span(),
                format!("`{input}` is not a parameter of this launch plan, so `{owner}` cannot give it the time; add the parameter and pass it on to the workflow"),
            );
        }
    }
    if options.schedule.is_none() && options.trigger.is_none() {
        return;
    }
    for parameter in &signature.parameters {
        let given = parameter.default.is_some()
            || kickoff.iter().any(|input| parameter.ident == **input)
            || model::is_option(&parameter.ty);
        if !given {
            let name = parameter.name();
            diag.push(
                parameter.ident.span(),
                format!("`{name}` has no value when the schedule starts this launch plan: write `#[default(..)]` before it, or fix its value in the call of the workflow"),
            );
        }
    }
}

/// The workflow that the body calls, if the body is a single call that passes each parameter on under its own name.
/// `diag` contains only the errors of this check.
fn check_body(signature: &Signature, block: &Block, diag: &mut Diag) -> Option<Path> {
    let names: Vec<String> = signature.parameters.iter().map(Parameter::name).collect();
    let usage = {
        let inputs: Vec<_> = names
            .iter()
            .map(|name| format!("{name} = {name}"))
            .collect();
        let workflow = called(block).unwrap_or_else(|| "pipeline".to_owned());
        match inputs.as_slice() {
            [] => format!("{workflow}(limit = 10)"),
            inputs => format!("{workflow}({})", inputs.join(", ")),
        }
    };
    let call = match block.stmts.as_slice() {
        [Stmt::Expr(Expr::Call(call), None)] => call,
        [] => {
            diag.push(
                block.brace_token.span.join(),
                format!("the body of a launch plan is one call of a workflow; write `{usage}`"),
            );
            return None;
        }
        [Stmt::Expr(Expr::Call(_), Some(semicolon))] => {
            diag.push_spanned(
                semicolon,
                "a launch plan gives what its workflow gives: remove the `;`",
            );
            return None;
        }
        stmts => {
            let wrong = stmts
                .iter()
                .find(|stmt| !matches!(stmt, Stmt::Expr(Expr::Call(_), _)))
                .or(stmts.get(1));
            diag.push_spanned(
                wrong,
                format!("the body of a launch plan is one call of a workflow and nothing else, since a launch plan computes nothing; write `{usage}`"),
            );
            return None;
        }
    };
    let Expr::Path(callee) = &*call.func else {
        diag.push_spanned(
            &call.func,
            format!("a launch plan calls a workflow by its path; write `{usage}`"),
        );
        return None;
    };
    check_inputs(signature, call, &usage, diag);
    diag.is_empty().then(|| callee.path.clone())
}

/// The errors in place of a body that is not a single call, with the functions that it calls.
fn refused(block: &Block, mistakes: Mistakes) -> Block {
    struct Callees(Vec<Expr>);
    impl VisitMut for Callees {
        fn visit_expr_call_mut(&mut self, call: &mut ExprCall) {
            if let Expr::Path(callee) = &*call.func
                && let Some(last) = callee.path.segments.last()
                && starts_low(&last.ident)
                && !OF_THE_PRELUDES.iter().any(|name| last.ident == name)
            {
                // In parentheses it is the function, even if another item has the name.
                self.0.push(parse_quote!((#callee)));
            }
            visit_mut::visit_expr_call_mut(self, call);
        }
    }
    let mut callees = Callees(Vec::new());
    callees.visit_block_mut(&mut block.clone());
    let instead = mistakes.instead(callees.0);
    parse_quote!({ #instead })
}

/// The call in a wrong body that was probably meant: preferably one with inputs by name, which the workflow's call has.
fn called(block: &Block) -> Option<String> {
    #[derive(Default)]
    struct Calls {
        by_name: Option<String>,
        first: Option<String>,
    }
    impl VisitMut for Calls {
        fn visit_expr_call_mut(&mut self, call: &mut ExprCall) {
            if let Expr::Path(callee) = &*call.func {
                let shown = callee.to_token_stream().to_string().replace(' ', "");
                if call
                    .args
                    .iter()
                    .any(|given| matches!(given, Expr::Assign(_)))
                {
                    self.by_name.get_or_insert(shown.clone());
                }
                self.first.get_or_insert(shown);
            }
            visit_mut::visit_expr_call_mut(self, call);
        }
    }
    let mut calls = Calls::default();
    calls.visit_block_mut(&mut block.clone());
    calls.by_name.or(calls.first)
}

/// The inputs that the body sets and that are not parameters.
fn fixed_inputs(signature: &Signature, block: &Block) -> Vec<Ident> {
    let [Stmt::Expr(Expr::Call(call), None)] = block.stmts.as_slice() else {
        return Vec::new();
    };
    let given = call.args.iter().filter_map(|argument| match argument {
        Expr::Assign(assign) => match &*assign.left {
            Expr::Path(name) => name.path.get_ident(),
            _ => None,
        },
        _ => None,
    });
    let mut fixed: Vec<Ident> = Vec::new();
    for input in given {
        // An input that is set twice is reported where the call is rewritten.
        if !fixed.contains(input) && signature.parameters.iter().all(|p| p.ident != *input) {
            fixed.push(input.clone());
        }
    }
    fixed
}

fn check_inputs(signature: &Signature, call: &ExprCall, usage: &str, diag: &mut Diag) {
    let parameter = |ident: &Ident| signature.parameters.iter().find(|p| p.ident == *ident);
    let mut passed: Vec<&Ident> = Vec::new();
    for argument in &call.args {
        if let Expr::Call(_) = argument {
            diag.push_spanned(
                argument,
                format!("the body of a launch plan is one call of a workflow, and this is another one inside of it: write `{usage}` alone, and call the rest in the workflow"),
            );
            return;
        }
        let Expr::Assign(assign) = argument else {
            diag.push_spanned(
                argument,
                format!("a launch plan passes inputs by name, because open inputs keep their names; write `{usage}`"),
            );
            return;
        };
        let Expr::Path(name) = &*assign.left else {
            continue;
        };
        let passed_on = match &*assign.right {
            Expr::Path(value) => value.path.get_ident(),
            _ => None,
        };
        match passed_on.and_then(|value| Some((value, parameter(value)?))) {
            Some((value, parameter)) => {
                passed.push(&parameter.ident);
                if !name.path.is_ident(value) {
                    let shown = name.path.to_token_stream();
                    diag.push(
                        value.span(),
                        format!("an input of a launch plan has the name that it has in the workflow: call the parameter `{shown}` and write `{shown} = {shown}`"),
                    );
                }
            }
            None => {
                let value = assign.right.to_token_stream();
                if let Some((used, span)) = find_parameter(value, signature) {
                    passed.push(used);
                    diag.push(
                        span,
                        format!("a launch plan passes an input on as it is, or fixes it to a value: write `{used} = {used}`, and compute with it in the workflow"),
                    );
                }
            }
        }
    }
    for parameter in &signature.parameters {
        if !passed.contains(&&parameter.ident) {
            let name = parameter.name();
            diag.push(
                parameter.ident.span(),
                format!("this input does not reach the workflow: write `{name} = {name}` in the call, or remove the parameter"),
            );
        }
    }
}

/// A parameter that appears in a value.
fn find_parameter(tokens: TokenStream, signature: &Signature) -> Option<(&Ident, Span)> {
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Ident(ident) => signature
            .parameters
            .iter()
            .find(|p| p.ident.unraw() == ident.unraw())
            .map(|parameter| (&parameter.ident, ident.span())),
        TokenTree::Group(group) => find_parameter(group.stream(), signature),
        _ => None,
    })
}
