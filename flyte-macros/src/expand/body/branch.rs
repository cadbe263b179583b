//! `if` in a workflow's body. The type of the condition decides whether it becomes a branch of the graph; see the
//! runtime's `dispatch`.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{
    Block, Expr, ExprIf, ExprPath, Ident, Path, Stmt, parse_quote, parse_quote_spanned,
    spanned::Spanned, visit_mut::VisitMut,
};

use super::{
    Rewriter,
    calls::is_variant,
    condition::{has_let, is_plain},
    outer::Outer,
};

/// Whether the value of a branch is used.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Value,
    Nothing,
}

/// One `if` of a chain: the variable that its cases share, and its initial value.
struct Link {
    cases: Ident,
    begin: TokenStream,
    then: Arm,
    span: Span,
}

impl Rewriter<'_> {
    /// A name for the variable that the cases of a branch share.
    pub(super) fn new_cases(&mut self, span: Span) -> Ident {
        self.branches += 1;
        hidden(&format!("__cases{}", self.branches), span)
    }

    /// Rewrites an `if`, unless it certainly has nothing to do with promises.
    pub(super) fn branch(&mut self, branch: &mut ExprIf, used: Use) -> Option<Expr> {
        if has_let(&branch.cond) || (is_plain(&branch.cond) && !self.counts_promise(&branch.cond)) {
            return None;
        }
        let ends_with_else = ends_with_else(branch);
        let used = if ends_with_else { used } else { Use::Nothing };
        let around = self.cases.len();
        let attrs = std::mem::take(&mut branch.attrs);
        let mut links: Vec<Link> = Vec::new();
        let mut next = Some(branch);
        let mut last: Option<Arm> = None;
        while let Some(link) = next.take() {
            let on_promise = self.looks_at_promise(&link.cond);
            self.placed(&mut link.cond, |this, cond| {
                this.refuse_assigned_condition(cond);
                this.condition(cond);
            });
            if links.is_empty() {
                self.watch_outer(on_promise);
            }
            let (span, cond) = (link.if_token.span, &link.cond);
            let cases = self.new_cases(span);
            // Errors in the condition must point to the condition.
            let begin =
                quote_spanned!(cond.span()=> __flyte::branch::Select::__select(#cond, "if"));
            self.cases.push((cases.clone(), self.scopes.depth()));
            let then = self.case_block(&mut link.then_branch, &cases, used);
            let otherwise = link.else_branch.as_mut();
            let otherwise = otherwise.map(|(_, otherwise)| &mut **otherwise);
            if otherwise.as_deref().is_some_and(is_link) {
                if let Some(Expr::If(inner)) = otherwise {
                    next = Some(inner);
                }
            } else {
                last = Some(match otherwise {
                    Some(otherwise) => self.case_expr(otherwise, &cases, used),
                    None => Arm::new(quote!(#cases.value(())), span),
                });
            }
            links.push(Link {
                cases,
                begin,
                then,
                span,
            });
        }
        self.cases.truncate(around);
        let outer = self.outer_seen();
        let mut otherwise = last;
        let mut whole = TokenStream::new();
        // From the last one outwards: each becomes the `else` of the one before.
        let mut links = links.into_iter().rev().peekable();
        while let Some(link) = links.next() {
            let after = otherwise.take().expect("each link has one after it");
            let choose = either(&link.cases, link.then, after, link.span);
            whole = assemble(&link.cases, &link.begin, &choose, &outer, link.span);
            otherwise = links.peek().map(|around| {
                let around = &around.cases;
                let end = match used {
                    Use::Value => quote!(value),
                    Use::Nothing => quote!(nothing),
                };
                Arm::new(
                    quote!({ #around.else_if(); #around.#end(#whole) }),
                    link.span,
                )
            });
        }
        Some(parse_quote!({ #(#attrs)* #whole }))
    }

    /// Refuses an `if` without an `else` where a value is needed.
    pub(super) fn refuse_half(&mut self, expr: &mut Expr) {
        if let Expr::If(branch) = expr
            && !ends_with_else(branch)
        {
            self.drop_half(branch);
            self.diag.push(
                branch.if_token.span,
                "this `if` gives no value when its condition does not hold: write an `else` that gives one of the same type, or ends with `fail(\"..\")`",
            );
        }
    }

    /// The block of a case.
    fn case_block(&mut self, block: &mut Block, cases: &Ident, used: Use) -> Arm {
        self.scopes.push();
        self.scopes.bind_items(block);
        let mut stmts = std::mem::take(&mut block.stmts);
        let mut dropped = false;
        let tail = match stmts.pop() {
            Some(Stmt::Expr(expr, None))
                if used == Use::Value || !super::order::is_order(&expr) =>
            {
                Some(expr)
            }
            Some(Stmt::Expr(expr, Some(_))) if is_fail(self, &expr) => {
                dropped = true;
                Some(expr)
            }
            Some(Stmt::Expr(expr, Some(_))) if never_ends(&expr) => Some(expr),
            Some(Stmt::Macro(mac))
                if mac.semi_token.is_none() || super::is_never(&mac.mac.path) =>
            {
                Some(Expr::Macro(syn::ExprMacro {
                    attrs: mac.attrs,
                    mac: mac.mac,
                }))
            }
            other => {
                stmts.extend(other);
                None
            }
        };
        self.statements(&mut stmts, |this, _, stmt| this.statement(stmt));
        let end = match tail {
            Some(mut tail) => self.case_end(stmts, &mut tail, cases, used, dropped),
            None => Arm::new(
                quote!({ { #(#stmts)* } #[allow(unreachable_code)] #cases.value(()) }),
                block.span(),
            ),
        };
        self.scopes.pop();
        end
    }

    /// A case that consists of an expression.
    pub(super) fn case_expr(&mut self, expr: &mut Expr, cases: &Ident, used: Use) -> Arm {
        if let Expr::Block(block) = expr
            && block.label.is_none()
            && block.attrs.is_empty()
        {
            return self.case_block(&mut block.block, cases, used);
        }
        self.case_end(Vec::new(), expr, cases, used, false)
    }

    /// The statements of a case and its last expression, which may end with `;`.
    fn case_end(
        &mut self,
        mut stmts: Vec<Stmt>,
        tail: &mut Expr,
        cases: &Ident,
        used: Use,
        dropped: bool,
    ) -> Arm {
        let span = tail.span();
        let cases = &placed(cases, span);
        if is_fail(self, tail) {
            let mut fails = TokenStream::new();
            let mark = self.marked(span, |this| fails = this.fail(tail, cases, used, dropped));
            stmts.extend(mark);
            return Arm::new(block(&stmts, &fails, span), span);
        }
        let code = self.case_code(&mut stmts, tail, cases, used);
        Arm::new(code, span)
    }

    /// `fail("…")`, or the call of a task with that name: the type of the name decides.
    fn fail(&mut self, tail: &Expr, cases: &Ident, used: Use, dropped: bool) -> TokenStream {
        let span = tail.span();
        let Some((path, mut message)) = fail_call(self, tail) else {
            return TokenStream::new();
        };
        self.input(&mut message);
        let end = match used {
            _ if dropped => "statement",
            Use::Value => "value",
            Use::Nothing => "nothing",
        };
        let (node, end) = (Ident::new("node", path.span()), Ident::new(end, span));
        let given = quote_spanned!(message.span()=> __flyte::branch::Message(#message));
        let call = quote_spanned!(path.span()=> <#path>::#node(#given));
        quote_spanned!(span=> {
            #[allow(unused_imports)]
            use __flyte::branch::TailOfATask as _;
            __flyte::branch::Tail(#call).#end(&#cases)
        })
    }

    fn case_code(
        &mut self,
        stmts: &mut Vec<Stmt>,
        tail: &mut Expr,
        cases: &Ident,
        used: Use,
    ) -> TokenStream {
        let span = tail.span();
        if never_ends(tail) {
            let own = self.found(|this| this.refuse_panic(tail));
            let mark = self.marked(span, |this| this.visit_expr_mut(tail));
            own.put(tail);
            stmts.extend(mark);
            let end = match used {
                Use::Value => quote!(#cases.never()),
                Use::Nothing => quote!(#cases.nothing(())),
            };
            return quote!({ { #(#stmts)* #tail; } #[allow(unreachable_code)] #end });
        }
        match used {
            Use::Nothing => {
                let mark = self.marked(span, |this| {
                    if let Some(nested) = this.nested(tail, Use::Nothing) {
                        *tail = nested;
                    } else {
                        this.visit_expr_mut(tail);
                    }
                });
                stmts.extend(mark);
                let end = block(stmts, tail, span);
                quote_spanned!(span=> (#cases).nothing(#end))
            }
            Use::Value => {
                let mark = self.marked(span, |this| this.case_value(tail, cases));
                stmts.extend(mark);
                let end = block(stmts, tail, span);
                // In parentheses, so that the whole span is that of the user's code.
                quote_spanned!(span=> (#cases).value(#end))
            }
        }
    }

    /// A branch in statement position.
    pub(super) fn nested(&mut self, expr: &mut Expr, used: Use) -> Option<Expr> {
        match expr {
            Expr::If(branch) => match self.split_chain(branch, used) {
                Some(mut chained) => {
                    if used == Use::Nothing {
                        // Its cases are statements too.
                        let mut statement = Stmt::Expr(chained, Some(Default::default()));
                        self.statement(&mut statement);
                        return Some(parse_quote!({ #statement }));
                    }
                    self.visit_expr_mut(&mut chained);
                    Some(chained)
                }
                None => self.branch(branch, used),
            },
            Expr::Match(choice) => match self.choice_of_truth(choice) {
                Some(mut branch) => self.branch(&mut branch, used),
                None => self.choice(choice, used),
            },
            _ => None,
        }
    }

    /// The value of a case. In a branch on a promise, `Some` and `None` make promises.
    fn case_value(&mut self, expr: &mut Expr, cases: &Ident) {
        let span = expr.span();
        match expr {
            Expr::Paren(paren) => self.case_value(&mut paren.expr, cases),
            Expr::Tuple(tuple) => {
                for element in &mut tuple.elems {
                    self.case_value(element, cases);
                }
            }
            Expr::Path(path) if is_variant(&path.path, "None") => {
                *expr = parse_quote_spanned!(span=> #cases.none());
            }
            Expr::Call(call) => match &*call.func {
                Expr::Path(path) if is_variant(&path.path, "Some") && call.args.len() == 1 => {
                    let mut inner = call.args[0].clone();
                    self.visit_expr_mut(&mut inner);
                    *expr = parse_quote_spanned!(span=> #cases.some(#inner));
                }
                _ => self.visit_expr_mut(expr),
            },
            // The value of `a >> b` is `b`.
            Expr::Binary(_) if super::order::is_order(expr) => {
                let ordered = self.order(expr);
                *expr = parse_quote_spanned!(span=> #ordered);
            }
            _ => {
                self.visit_expr_mut(expr);
                self.keep_for_other_cases(expr);
            }
        }
    }
}

/// The cases of an `if`, written as an `if`, so that the compiler's messages mention `if` and `else`.
fn either(cases: &Ident, then: Arm, otherwise: Arm, span: Span) -> TokenStream {
    // These have the user's spans but are marked as generated, so that no style lint applies to them.
    let generated = |span| Span::mixed_site().located_at(span);
    let [then, otherwise] = [then, otherwise].map(|arm| {
        let code = arm.code;
        quote_spanned!(generated(arm.span)=> { #code })
    });
    quote_spanned!(generated(span)=> if #cases.case() == 0 #then else #otherwise)
}

/// The cases of a `match`.
pub(super) fn one_of(cases: &Ident, arms: Vec<Arm>, span: Span) -> TokenStream {
    let last = arms.len() - 1;
    // If an arm may be configured out, no other arm can stand for the remaining cases.
    let no_other = arms
        .iter()
        .any(|arm| !arm.cfg.is_empty())
        .then(|| quote!(_ => __flyte::unreachable!("the number of a case that is there"),));
    let arms = arms.into_iter().enumerate().map(|(index, arm)| {
        let pattern = if index == last && no_other.is_none() {
            quote!(_)
        } else {
            let index = proc_macro2::Literal::usize_unsuffixed(index);
            quote!(#index)
        };
        let Arm { code, span, cfg } = arm;
        quote_spanned!(span=> #(#cfg)* #pattern => { #code })
    });
    quote_spanned!(span=> match #cases.case() { #(#arms)* #no_other })
}

/// The code that becomes a plain branch or a branch of the graph.
pub(super) fn assemble(
    cases: &Ident,
    begin: &TokenStream,
    choose: &TokenStream,
    outer: &Outer,
    span: Span,
) -> TokenStream {
    let held = outer.held().into_iter().map(|mut ident| {
        ident.set_span(span.resolved_at(ident.span()));
        ident
    });
    let held: Vec<_> = held.collect();
    let hold = if held.is_empty() {
        quote!()
    } else {
        let kept = hidden("__held", span);
        quote_spanned!(span=> let #kept = #cases.hold((#(&#held,)*));)
    };
    let late = outer.late().map(|variable| {
        let cases = placed(cases, variable.span());
        // In parentheses, so that the whole span is that of the user's code.
        quote_spanned!(variable.span()=> __flyte::branch::first_value(&(#cases));)
    });
    let assigned = outer.assigned();
    let merges: Vec<_> = (0..assigned.len())
        .map(|index| hidden(&format!("__merge{index}"), span))
        .collect();
    let in_graph = |what: Vec<TokenStream>| {
        if what.is_empty() {
            quote!()
        } else {
            quote! {
                if #cases.is_graph() {
                    __flyte::branch::again(#cases.in_graph());
                    #(#what)*
                }
            }
        }
    };
    let each = |method: &str, merge: bool| {
        let each = assigned.iter().zip(&merges).map(|(variable, name)| {
            let method = Ident::new(method, variable.span());
            let merge = merge.then(|| quote!(&mut #name,));
            let reference = if method == "after" {
                quote_spanned!(variable.span()=> &#variable)
            } else {
                quote_spanned!(variable.span()=> &mut #variable)
            };
            quote_spanned!(variable.span()=> #cases.#method(#merge #reference);)
        });
        in_graph(each.collect())
    };
    let (before, after, merged) = (
        each("before", true),
        each("after", false),
        each("merged", false),
    );
    let [value, done, again] = ["__value", "__done", "__again"].map(|name| hidden(name, span));
    quote_spanned!(span=> {
        let mut #cases = #begin.cases();
        #(#late)*
        #(let mut #merges = __flyte::branch::Merge::new();)*
        #hold
        #[allow(unreachable_code, unreachable_patterns, unused_variables, unused_mut)]
        loop {
            #before
            let #value = #choose;
            #after
            match #cases.push(#value) {
                __flyte::branch::Flow::Done(#done) => {
                    #merged
                    break #done
                }
                __flyte::branch::Flow::Again(#again) => {
                    __flyte::branch::again(#again);
                }
            }
        }
    })
}

/// Whether the expression after `else` is another `if` of the same kind.
fn is_link(expr: &Expr) -> bool {
    matches!(expr, Expr::If(inner) if !has_let(&inner.cond) && !is_plain(&inner.cond))
}

fn ends_with_else(branch: &ExprIf) -> bool {
    match branch
        .else_branch
        .as_ref()
        .map(|(_, otherwise)| &**otherwise)
    {
        Some(Expr::If(inner)) => ends_with_else(inner),
        Some(_) => true,
        None => false,
    }
}

/// A name that user code cannot see, with the span of user code, so that messages about it point there.
pub(crate) fn hidden(name: &str, span: Span) -> Ident {
    Ident::new(name, Span::mixed_site().located_at(span))
}

/// A generated name with the span of user code, for the compiler to point at.
pub(super) fn placed(name: &Ident, span: Span) -> Ident {
    Ident::new(&name.to_string(), span.resolved_at(name.span()))
}

/// The code that builds one case, and the span of the case.
pub(super) struct Arm {
    pub(super) code: TokenStream,
    pub(super) span: Span,
    /// The `cfg` attributes of the case.
    pub(super) cfg: Vec<syn::Attribute>,
}

impl Arm {
    /// A case that is always compiled.
    fn new(code: TokenStream, span: Span) -> Self {
        Self {
            code,
            span,
            cfg: Vec::new(),
        }
    }
}

/// The statements and the last expression. The compiler shows the latter for the whole block.
fn block(stmts: &[Stmt], end: &impl ToTokens, span: Span) -> TokenStream {
    if stmts.is_empty() {
        end.to_token_stream()
    } else {
        quote_spanned!(span=> { #(#stmts)* #end })
    }
}

/// The name and the argument of `fail("…")`.
fn fail_call(rewriter: &Rewriter<'_>, expr: &Expr) -> Option<(Path, Expr)> {
    let Expr::Call(call) = expr else {
        return None;
    };
    let Expr::Path(ExprPath {
        qself: None, path, ..
    }) = &*call.func
    else {
        return None;
    };
    let is_fail = path
        .segments
        .last()
        .is_some_and(|last| last.ident == "fail");
    let message = call.args.first().filter(|given| {
        let is_named = matches!(given, Expr::Assign(_));
        is_fail && call.args.len() == 1 && !is_named && rewriter.is_entity(path)
    })?;
    Some((path.clone(), message.clone()))
}

pub(super) fn is_fail(rewriter: &Rewriter<'_>, expr: &Expr) -> bool {
    fail_call(rewriter, expr).is_some()
}

/// An expression after which nothing runs.
fn never_ends(expr: &Expr) -> bool {
    match expr {
        Expr::Break(_) | Expr::Continue(_) => true,
        Expr::Macro(mac) => super::is_never(&mac.mac.path),
        _ => false,
    }
}
