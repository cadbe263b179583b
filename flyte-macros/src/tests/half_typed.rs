//! Code that is still being typed. The macros must not panic, must keep the function, and must report what is missing.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::quote;

use super::tokens;
use crate::expand;

const TASK: &str = r#"
    /// Documented.
    pub(crate) async fn sample(#[default(3)] x: i64, names: &[String], mut text: &str) -> Result<Vec<i64>, Error> {
        let doubled = x * 2;
        if doubled > 3 { return Err(Error { at: names[0].clone() }); }
        match text { "a" => Ok(vec![doubled]), _ => fetch(text).await? }
    }
"#;

const WORKFLOW: &str = r#"
    /// Documented.
    pub fn sample(x: i64, names: Vec<String>) -> Outputs {
        let doubled = tasks::double(x).with_overrides(|o| o.retries(3));
        let listed = sum(vec![doubled, 3, add(a = doubled, b = Some(x))]);
        for name in ["a", "b"] { print(format!("{}", name)); }
        doubled >> listed >> done();
        if x { f(x) } else { g(None) }
        let mut best = doubled;
        for limit in [1, 2] {
            if doubled > limit && !(limit == 1 || names.is_none()) { best = f(x); continue; } else if x { fail("none"); }
        }
        let chosen = match kind { "a" | "b" => Some(best), other => { None } };
        Outputs { total: listed, names }
    }
"#;

const GATES_AND_BRANCHES: &str = r#"
    /// Documented.
    pub fn sample(x: i64, kind: String, flag: bool) -> Outputs {
        let copies = wait_for_input::<i64>(name = "copies", timeout = "1h");
        sleep("1m") >> copies;
        let report = approve(item = tasks::report(x), name = "review");
        let big = x > copies && !flag || report == kind;
        let list = vec![copies, x];
        let chosen = if big { list } else { #[task] fn own(x: i64) -> i64 { x } vec![own(x)] };
        let kept = match kind { "a" | "b" if big => chosen, #[cfg(unix)] "c" => { let mine = list; mine } other => fail("none") };
        let Some(limit) = limits.first() else { panic!("none") };
        let lists = xs.zip(ys).map(|(a, b)| add(a = a, b = b).with_overrides(|o| o.retries(3))).concurrency(2);
        for i in 0..3 { best += i; kept[0] = x as f64; names.push(format!("{x} {i}")); }
        conditional("name").if_(x.gt(1)).then(|| double(x)).else_().fail("no");
        copies >> report >> done(x)
    }
"#;

const EAGER: &str = r#"
    /// Documented.
    pub async fn sample(#[default(3)] x: i64, names: Vec<String>) -> Result<i64, RunError> {
        let (a, b) = try_join!(square::call(x), square::call(x + 1))?;
        let started = tasks::sum::call(names).start();
        while a < b { tokio::select! { got = started => return got, _ = sleep(a) => { break } } }
        Ok(square::call(a).await? + b)
    }
"#;

const LAUNCH_PLAN: &str = r#"
    /// Documented.
    pub fn sample(#[default(3)] x: i64, names: Vec<String>) -> Outputs {
        tasks::pipeline(x = x, names = names, limit = Some(3), more = vec![1, 2, (f)(3)], other = Kind::of("a"), last = [None, Some(2)], words = ["a", "b"],
            text = format!("{}-{}", 1, 2), pair = (1, 2), negative = -(1 + 2) * 3, path = a::b::C, flag = !true && (1 < 2))
    }
"#;

/// Every prefix of the item, also cut inside its innermost groups: the code while it is typed from left to right, with
/// the delimiters closed as editors close them.
fn prefixes(tokens: TokenStream) -> Vec<TokenStream> {
    let mut prefixes = vec![TokenStream::new()];
    let mut before: Vec<TokenTree> = Vec::new();
    for token in tokens {
        if let TokenTree::Group(group) = &token {
            for inside in self::prefixes(group.stream()) {
                let cut = TokenTree::from(Group::new(group.delimiter(), inside));
                prefixes.push(before.iter().cloned().chain([cut]).collect());
            }
        }
        before.push(token);
        prefixes.push(before.iter().cloned().collect());
    }
    prefixes
}

fn contains_in_order(text: &str, words: &str) -> bool {
    let mut rest = text.split_whitespace();
    words
        .split_whitespace()
        .all(|word| rest.any(|found| found == word))
}

/// Expands every prefix of a function and checks the expansion.
fn check(source: &str, attr: &TokenStream, expand: fn(TokenStream, TokenStream) -> TokenStream) {
    let all = prefixes(tokens(source));
    assert!(all.len() > 100, "the sample is long enough");
    for item in all {
        let shown = item.to_string();
        let expanded = expand(attr.clone(), item.clone()).to_string();
        let reported = expanded.contains("compile_error");
        let whole = syn::parse2::<syn::ItemFn>(item.clone()).is_ok();
        assert!(
            reported || contains_in_order(&expanded, "fn sample"),
            "nothing is left of:\n{shown}\nin:\n{expanded}"
        );
        if shown.contains("fn sample (") {
            assert!(
                contains_in_order(&expanded, "fn sample"),
                "the function is lost:\n{shown}\nin:\n{expanded}"
            );
        }
        if !whole && !shown.contains('{') {
            assert!(reported, "no word about:\n{shown}\nin:\n{expanded}");
        }
    }
}

#[test]
fn a_task_may_be_cut_anywhere() {
    check(TASK, &quote!(retries = 3), expand::task);
}

#[test]
fn a_workflow_may_be_cut_anywhere() {
    check(WORKFLOW, &quote!(), expand::workflow);
}

#[test]
fn gates_and_branches_may_be_cut_anywhere() {
    check(GATES_AND_BRANCHES, &quote!(), expand::workflow);
    check(GATES_AND_BRANCHES, &quote!(retries = 3), expand::dynamic);
}

#[test]
fn an_eager_task_may_be_cut_anywhere() {
    check(EAGER, &quote!(retries = 3), expand::eager);
}

#[test]
fn a_launch_plan_may_be_cut_anywhere() {
    let attr = quote!(max_parallelism = 3);
    check(LAUNCH_PLAN, &attr, expand::launch_plan);
}

#[test]
fn a_reference_may_be_cut_anywhere() {
    let attr = quote!(project = "p", domain = "d", name = "n", version = "v");
    check(TASK, &attr, |attr, item| {
        expand::reference(expand::ReferenceKind::Task, attr, item)
    });
}

#[test]
fn a_shell_task_may_be_cut_anywhere() {
    check(TASK, &quote!(script = "true"), |attr, item| {
        expand::process(crate::parse::ProcessKind::Shell, attr, item)
    });
}

#[test]
fn containers_and_echoes_may_be_cut_anywhere() {
    let attr = quote!(
        image = "alpine:3",
        command("cp", "/var/inputs/x", "/var/outputs/o0")
    );
    check(TASK, &attr, |attr, item| {
        expand::process(crate::parse::ProcessKind::Container, attr, item)
    });
    check(TASK, &quote!(), |attr, item| {
        expand::process(crate::parse::ProcessKind::Echo, attr, item)
    });
}

#[test]
fn the_body_of_a_task_is_never_read() {
    for body in ["x.", "let", "if x {", "match", "x . ; ; fn", "a b c"] {
        let Ok(body) = body.parse::<TokenStream>() else {
            continue;
        };
        let expanded =
            expand::task(quote!(), quote!(fn sample(x: i64) -> i64 { #body })).to_string();
        assert!(!expanded.contains("compile_error"), "{expanded}");
        let check = quote!(::flyte_runtime::__private::plain_call::refuse_in_graph(::core::module_path!(), "sample"););
        assert!(
            expanded.starts_with(&quote!(fn sample(x: i64) -> i64 { #check #body }).to_string()),
            "{expanded}"
        );
    }
}

#[test]
fn attributes_and_items_stay_the_first_in_a_body() {
    let check = quote!(::flyte_runtime::__private::plain_call::refuse_in_graph(::core::module_path!(), "sample"););
    for first in [
        quote!(),
        quote!(#![allow(unused)]),
        quote!(
            use std::fmt;
            const K: i64 = 3;
            #[allow(unused)]
            fn inner() {}
        ),
        quote!(#![allow(unused)] struct Local { a: i64 }),
    ] {
        for rest in [
            quote!(x),
            quote!(mine! { x } x),
            quote!(const { 3 }; x),
            quote!(use),
        ] {
            let expanded =
                expand::task(quote!(), quote!(fn sample(x: i64) -> i64 { #first #rest }));
            let expected = quote!(fn sample(x: i64) -> i64 { #first #check #rest }).to_string();
            let expanded = expanded.to_string();
            assert!(expanded.starts_with(&expected), "{expanded}");
        }
    }
}

#[test]
fn options_may_be_cut_anywhere() {
    let options = r#"name = "a", retries = 3, requests(cpu = "1", mem = "1Gi"), cache(version = "1", ignored_inputs(x))"#;
    for attr in prefixes(tokens(options)) {
        let shown = attr.to_string();
        let expanded = expand::task(
            attr,
            quote!(
                fn sample(x: i64) {}
            ),
        )
        .to_string();
        assert!(
            contains_in_order(&expanded, "fn sample") && expanded.contains("struct sample"),
            "{shown}: {expanded}"
        );
    }
}

#[test]
fn calls_of_a_half_typed_body_are_nodes() {
    for (body, expected) in [
        ("let y = square(x).", "let y = < square > :: node (x) ."),
        (
            "let y = square(x); tasks::cube(y).",
            "< tasks::cube > :: node (y) .",
        ),
        (
            "if x { for y in [1] { square(y). } }",
            "{ < square > :: node (y) . }",
        ),
        (
            "square(add(a = x, b = ))",
            "< square > :: node ((< add > :: __names , x ,))",
        ),
        ("let f = |x| x; f(x).", "f (x) ."),
        ("let square = ; square(x);", "square (x) ;"),
    ] {
        let body: TokenStream = body.parse().expect("the test is made of tokens");
        let item = quote!(fn sample(x: i64) -> i64 { #body });
        let expected: TokenStream = expected.parse().expect("the test is made of tokens");
        for expanded in [
            expand::workflow(quote!(), item.clone()),
            expand::dynamic(quote!(), item),
        ] {
            let expanded = expanded.to_string();
            assert!(
                expanded.contains(&expected.to_string()),
                "{expected}: {expanded}"
            );
            assert!(!expanded.contains("compile_error"), "{expanded}");
            // If the compiler can parse code that the macro cannot, the macro must report it.
            assert!(
                expanded.contains("# [deny (unused_must_use)]"),
                "{expanded}"
            );
        }
    }
}
