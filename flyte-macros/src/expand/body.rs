//! Rewrites a workflow's body: calls become nodes, and what cannot become a graph is refused.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{
    Block, Expr, ExprCall, ExprMethodCall, ExprPath, ExprStruct, Ident, Path, Stmt,
    ext::IdentExt,
    parse_quote, parse_quote_spanned,
    spanned::Spanned,
    visit_mut::{self, VisitMut},
};

use super::{entity::setter, macros, scope::Scopes};
use crate::{diag::Diag, model::Signature};

/// A rewritten body.
pub(crate) struct Rewritten {
    pub(crate) block: Block,
    /// Where the value the body ends with is written.
    pub(crate) end_span: Span,
    /// Whether it never gets there: a body of `todo!()`.
    pub(crate) diverges: bool,
}

/// Rewrites the body of a workflow with this signature.
pub(crate) fn rewrite(signature: &Signature, mut block: Block, diag: &mut Diag) -> Rewritten {
    let mut scopes = Scopes::new();
    for parameter in &signature.parameters {
        scopes.bind_name(parameter.ident.to_string());
    }
    let mut rewriter = Rewriter {
        diag,
        scopes,
        output: signature.output.to_string(),
        closures: 0,
    };
    let end_span = rewriter.body(&mut block).unwrap_or(signature.output_span);
    Rewritten {
        diverges: block.stmts.last().is_some_and(never_ends),
        block,
        end_span,
    }
}

pub(crate) struct Rewriter<'a> {
    pub(crate) diag: &'a mut Diag,
    pub(crate) scopes: Scopes,
    /// The tokens of the workflow's output type.
    output: String,
    /// How many closures are around the current place; `return` and `?` are theirs.
    closures: usize,
}

impl Rewriter<'_> {
    /// The outermost block, whose last expression is what the workflow gives. Returns where that is.
    fn body(&mut self, block: &mut Block) -> Option<Span> {
        self.scopes.push();
        self.scopes.bind_items(block);
        let last = block.stmts.len().checked_sub(1);
        let mut end = None;
        for (index, stmt) in block.stmts.iter_mut().enumerate() {
            match stmt {
                Stmt::Expr(expr, None) if Some(index) == last && !is_order(expr) => {
                    end = Some(expr.span());
                    self.output(expr);
                }
                Stmt::Macro(mac) if Some(index) == last && mac.semi_token.is_none() => {
                    let mut expr = Expr::Macro(syn::ExprMacro {
                        attrs: mac.attrs.clone(),
                        mac: mac.mac.clone(),
                    });
                    end = Some(expr.span());
                    self.output(&mut expr);
                    *stmt = Stmt::Expr(expr, None);
                }
                _ => self.visit_stmt_mut(stmt),
            }
        }
        self.scopes.pop();
        end
    }

    /// What the workflow ends with: a value, or a tuple of values.
    fn output(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Tuple(tuple) => tuple
                .elems
                .iter_mut()
                .for_each(|element| self.argument(element)),
            _ => self.argument(expr),
        }
    }

    /// An expression where the graph takes a promise or a value: literal collections are lifted element by element.
    fn argument(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Paren(paren) => self.argument(&mut paren.expr),
            Expr::Group(group) => self.argument(&mut group.expr),
            Expr::Reference(reference) if is_list(&reference.expr) => {
                self.argument(&mut reference.expr);
                *expr = (*reference.expr).clone();
            }
            Expr::Array(array) => {
                *expr = self.list(array.elems.iter().cloned().collect(), array.span());
            }
            Expr::Macro(mac) if mac.mac.path.is_ident("vec") => {
                match macros::list_elements(&mac.mac) {
                    Some(elements) => *expr = self.list(elements, mac.span()),
                    None => self.visit_expr_mut(expr),
                }
            }
            Expr::Path(path) if is_variant(&path.path, "None") => {
                *expr = parse_quote_spanned!(path.span()=> __flyte::NoneBinding);
            }
            Expr::Call(call) => match &*call.func {
                Expr::Path(path) if is_variant(&path.path, "Some") && call.args.len() == 1 => {
                    let span = path.span();
                    let mut inner = call.args[0].clone();
                    self.argument(&mut inner);
                    *expr = parse_quote_spanned!(span=> __flyte::SomeBinding(#inner));
                }
                _ => self.visit_expr_mut(expr),
            },
            _ => self.visit_expr_mut(expr),
        }
    }

    fn list(&mut self, mut elements: Vec<Expr>, span: Span) -> Expr {
        let mut list: TokenStream = quote_spanned!(span=> __flyte::ListBinding::new());
        for element in &mut elements {
            self.argument(element);
            list = quote_spanned!(element.span()=> #list.item(#element));
        }
        parse_quote!(#list)
    }

    /// A call in a body: of a task or workflow, or of something local.
    fn call(&mut self, call: &mut ExprCall) -> Option<Expr> {
        match &mut *call.func {
            // A parenthesised callee is an ordinary function.
            Expr::Paren(paren) if matches!(&*paren.expr, Expr::Path(_)) => {
                *call.func = (*paren.expr).clone();
                self.ordinary_call(call);
                None
            }
            Expr::Path(ExprPath {
                qself: None, path, ..
            }) if self.is_entity(path) => {
                let path = path.clone();
                if let Some(first) = path.segments.first().filter(|_| path.segments.len() > 1)
                    && ["std", "core", "alloc"]
                        .iter()
                        .any(|library| first.ident == library)
                {
                    let shown = path.to_token_stream().to_string().replace(' ', "");
                    self.diag.push_spanned(
                        &path,
                        format!("`{shown}` is no task or workflow: to call it while the graph is built write `({shown})(..)`; to call it when the workflow runs, call it in a task"),
                    );
                }
                Some(self.node(&path, call))
            }
            _ => {
                self.ordinary_call(call);
                None
            }
        }
    }

    fn ordinary_call(&mut self, call: &mut ExprCall) {
        if !matches!(&*call.func, Expr::Path(_)) {
            self.visit_expr_mut(&mut call.func);
        }
        call.args
            .iter_mut()
            .for_each(|argument| self.visit_expr_mut(argument));
    }

    /// Whether a call of this path is a node: its last part is in snake case and it is no local name and no function of a
    /// type.
    fn is_entity(&self, path: &Path) -> bool {
        let starts_low = |ident: &Ident| {
            ident
                .unraw()
                .to_string()
                .starts_with(|c: char| c.is_lowercase() || c == '_')
        };
        let Some(last) = path.segments.last() else {
            return false;
        };
        // `conditional("name").if_(..)` builds a branch and is no call.
        if !starts_low(&last.ident) || last.ident == "conditional" {
            return false;
        }
        match path.segments.iter().rev().nth(1) {
            Some(owner) => starts_low(&owner.ident) && !is_primitive(&owner.ident),
            None => !self.scopes.contains(&last.ident.to_string()),
        }
    }

    fn node(&mut self, path: &Path, call: &mut ExprCall) -> Expr {
        let args = &mut call.args;
        let span = path
            .segments
            .last()
            .map_or_else(|| path.span(), |last| last.ident.span());
        let named = args
            .iter()
            .filter(|argument| matches!(argument, Expr::Assign(_)))
            .count();
        // Without arguments it is a call by name in which everything has a default.
        if named == 0 && !args.is_empty() {
            args.iter_mut().for_each(|argument| self.argument(argument));
            let node = Ident::new("node", span);
            // The parentheses stay the user's, for what the compiler suggests to write between them.
            return Expr::Call(ExprCall {
                attrs: std::mem::take(&mut call.attrs),
                func: Box::new(parse_quote_spanned!(span=> <#path>::#node)),
                paren_token: call.paren_token,
                args: std::mem::take(&mut call.args),
            });
        }
        let mut builder: TokenStream = quote_spanned!(span=> <#path>::__node_builder());
        let mut given: Vec<&Ident> = Vec::new();
        for argument in args.iter_mut() {
            let Expr::Assign(assign) = argument else {
                self.diag.push_spanned(&*argument, "this input has no name and others do: give all inputs by name, or all by position");
                self.argument(argument);
                continue;
            };
            self.argument(&mut assign.right);
            let (name, value) = (&assign.left, &assign.right);
            match &**name {
                Expr::Path(ExprPath {
                    qself: None, path, ..
                }) if let Some(input) = path.get_ident() => {
                    if given.contains(&input) {
                        self.diag.push(
                            input.span(),
                            format!("the input `{input}` is given twice; keep one of them"),
                        );
                        continue;
                    }
                    given.push(input);
                    let setter = setter(input);
                    builder = quote_spanned!(name.span()=> #builder.#setter(#value));
                }
                other => self.diag.push_spanned(
                    other,
                    "the name of an input is one identifier: write `name = value`",
                ),
            }
        }
        let node = quote_spanned!(span=> __node());
        parse_quote_spanned!(span=> #builder.#node)
    }

    /// `xs.map(square)` is `xs.map(|x| square(x))`; the name alone would be the plain function, run while the graph is built.
    fn mapped_entity(&self, method: &mut ExprMethodCall) {
        if method.method != "map" || method.args.len() != 1 {
            return;
        }
        if let Some(Expr::Path(ExprPath {
            qself: None, path, ..
        })) = method.args.first()
            && self.is_entity(path)
        {
            let span = path.span();
            method.args = parse_quote_spanned!(span=> |__element| #path(__element));
        }
    }

    /// Whether a path names the workflow's output type, as it is declared or through a module.
    fn is_output(&self, path: &Path) -> bool {
        let last = path.segments.last().map(|last| last.ident.to_string());
        path.to_token_stream().to_string() == self.output
            || last.is_some_and(|last| last == self.output_name())
    }

    fn output_name(&self) -> &str {
        self.output
            .rsplit("::")
            .next()
            .unwrap_or(&self.output)
            .trim()
    }

    /// `Outputs { a: x, b }` of the workflow's own output type: bound field by field.
    fn outputs_literal(&mut self, literal: &mut ExprStruct) -> Expr {
        // One span for all uses of the name; see `workflow::build_function`.
        let outputs = Ident::new("__outputs", literal.path.span());
        if let Some(rest) = &literal.rest {
            self.diag.push_spanned(rest, "a workflow names each of its outputs: there is no other value to take the rest from");
        }
        let path = &literal.path;
        let mut types = TokenStream::new();
        let mut members = TokenStream::new();
        let mut bound = TokenStream::new();
        for (index, field) in literal.fields.iter_mut().enumerate() {
            self.argument(&mut field.expr);
            let (member, value, ty) = (&field.member, &field.expr, format_ident!("__field{index}"));
            let name = member.to_token_stream().to_string().replace("r#", "");
            types.extend(quote!(let #ty = __flyte::FieldType::new();));
            members.extend(quote_spanned!(member.span()=> #member: #ty.never(),));
            bound.extend(quote_spanned!(member.span()=> #outputs.field(#name, #ty, #value);));
        }
        // The second literal is never made; it lets the compiler check the names as it checks those of any struct, and it
        // tells what each field takes.
        parse_quote_spanned!(path.span()=> {
            let mut #outputs = __flyte::NamedOutputs::<#path>::new();
            #types
            let _ = || #path { #members };
            #bound
            #outputs
        })
    }

    fn refuse(&mut self, token: &dyn ToTokens, message: &str) {
        if self.closures == 0 {
            self.diag.push_spanned(token.to_token_stream(), message);
        }
    }
}

impl VisitMut for Rewriter<'_> {
    fn visit_block_mut(&mut self, block: &mut Block) {
        self.scopes.push();
        self.scopes.bind_items(block);
        block
            .stmts
            .iter_mut()
            .for_each(|stmt| self.visit_stmt_mut(stmt));
        self.scopes.pop();
    }

    fn visit_stmt_mut(&mut self, stmt: &mut Stmt) {
        match stmt {
            Stmt::Local(local) => {
                if let Some(init) = &mut local.init {
                    self.visit_expr_mut(&mut init.expr);
                    if let Some((_, otherwise)) = &mut init.diverge {
                        self.visit_expr_mut(otherwise);
                    }
                }
                self.scopes.bind(&mut local.pat);
            }
            Stmt::Expr(expr, semi) if is_order(expr) => {
                let ordered = self.order(expr);
                let semi = semi.unwrap_or_default();
                *stmt = Stmt::Expr(
                    parse_quote_spanned!(expr.span()=> { let _ = #ordered; }),
                    Some(semi),
                );
            }
            Stmt::Expr(expr, _) => self.visit_expr_mut(expr),
            Stmt::Macro(mac) => macros::rewrite(self, &mut mac.mac),
            // A function in a body is ordinary Rust.
            Stmt::Item(_) => {}
        }
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Call(call) => {
                if let Some(node) = self.call(call) {
                    *expr = node;
                }
            }
            Expr::Struct(literal) if self.is_output(&literal.path) => {
                *expr = self.outputs_literal(literal);
            }
            Expr::Macro(mac) => macros::rewrite(self, &mut mac.mac),
            Expr::MethodCall(method) => {
                self.mapped_entity(method);
                visit_mut::visit_expr_method_call_mut(self, method);
            }
            Expr::Closure(closure) => {
                self.scopes.push();
                closure
                    .inputs
                    .iter_mut()
                    .for_each(|input| self.scopes.bind(input));
                self.closures += 1;
                self.visit_expr_mut(&mut closure.body);
                self.closures -= 1;
                self.scopes.pop();
            }
            Expr::ForLoop(each) => {
                self.visit_expr_mut(&mut each.expr);
                self.scopes.push();
                self.scopes.bind(&mut each.pat);
                self.visit_block_mut(&mut each.body);
                self.scopes.pop();
            }
            Expr::If(branch) => {
                self.scopes.push();
                self.visit_expr_mut(&mut branch.cond);
                self.visit_block_mut(&mut branch.then_branch);
                self.scopes.pop();
                if let Some((_, otherwise)) = &mut branch.else_branch {
                    self.visit_expr_mut(otherwise);
                }
            }
            Expr::While(each) => {
                self.scopes.push();
                self.visit_expr_mut(&mut each.cond);
                self.visit_block_mut(&mut each.body);
                self.scopes.pop();
            }
            Expr::Let(binding) => {
                self.visit_expr_mut(&mut binding.expr);
                self.scopes.bind(&mut binding.pat);
            }
            Expr::Match(choice) => {
                self.visit_expr_mut(&mut choice.expr);
                for arm in &mut choice.arms {
                    self.scopes.push();
                    self.scopes.bind(&mut arm.pat);
                    visit_mut::visit_arm_mut(self, arm);
                    self.scopes.pop();
                }
            }
            Expr::Return(returns) => {
                self.refuse(&returns.return_token, "a workflow's body builds its whole graph and cannot stop half-way: make the value the last expression instead of `return`");
                visit_mut::visit_expr_mut(self, expr);
            }
            Expr::Try(question) => {
                self.refuse(&question.question_token, "`?` has nothing to look at while the graph is built: a call here gives a promise, and a task that fails ends the run by itself; remove the `?`");
                visit_mut::visit_expr_mut(self, expr);
            }
            Expr::Await(waits) => {
                self.refuse(&waits.await_token, "there is nothing to wait for while the graph is built: a call here gives a promise, also of an async task; remove `.await`");
                visit_mut::visit_expr_mut(self, expr);
            }
            // What runs later is not part of the graph.
            Expr::Async(_) => {}
            _ => visit_mut::visit_expr_mut(self, expr),
        }
    }
}

impl Rewriter<'_> {
    /// `a >> b >> c` as a statement.
    fn order(&mut self, expr: &mut Expr) -> TokenStream {
        match expr {
            Expr::Binary(binary) if matches!(binary.op, syn::BinOp::Shr(_)) => {
                let first = self.order(&mut binary.left);
                let then = self.order(&mut binary.right);
                quote_spanned!(binary.op.span()=> __flyte::run_in_order(#first, #then))
            }
            Expr::Paren(paren) => self.order(&mut paren.expr),
            other => {
                self.visit_expr_mut(other);
                other.to_token_stream()
            }
        }
    }
}

fn is_order(expr: &Expr) -> bool {
    matches!(expr, Expr::Binary(binary) if matches!(binary.op, syn::BinOp::Shr(_)))
}

/// A macro after which nothing runs, such as `todo!()`.
fn never_ends(stmt: &Stmt) -> bool {
    let path = match stmt {
        Stmt::Macro(mac) => &mac.mac.path,
        Stmt::Expr(Expr::Macro(mac), _) => &mac.mac.path,
        _ => return false,
    };
    ["todo", "unimplemented", "panic", "unreachable"]
        .iter()
        .any(|name| path.is_ident(name))
}

fn is_list(expr: &Expr) -> bool {
    match expr {
        Expr::Array(_) => true,
        Expr::Macro(mac) => mac.mac.path.is_ident("vec"),
        _ => false,
    }
}

fn is_variant(path: &Path, variant: &str) -> bool {
    match path.segments.len() {
        1 => path.is_ident(variant),
        2 => path.segments[0].ident == "Option" && path.segments[1].ident == variant,
        _ => false,
    }
}

fn is_primitive(ident: &Ident) -> bool {
    const PRIMITIVES: [&str; 17] = [
        "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128", "usize",
        "f32", "f64", "bool", "char", "str",
    ];
    PRIMITIVES.iter().any(|name| ident == name)
}
