//! Arguments in, messages and constants out.

use expect_test::{Expect, expect};
use proc_macro2::TokenStream;
use quote::quote;

use super::{task_options, workflow_options};
use crate::diag::Diag;
use crate::expand;

fn tokens(text: &str) -> TokenStream {
    text.parse().expect("the test is made of tokens")
}

fn task(text: &str) -> Vec<String> {
    let mut diag = Diag::new();
    let _ = task_options("#[task]", tokens(text), &mut diag);
    diag.into_messages()
}

fn workflow(text: &str) -> Vec<String> {
    let mut diag = Diag::new();
    let _ = workflow_options(tokens(text), &mut diag);
    diag.into_messages()
}

fn task_const(text: &str) -> String {
    let mut diag = Diag::new();
    let options = task_options("#[task]", tokens(text), &mut diag);
    assert_eq!(diag.into_messages(), Vec::<String>::new(), "{text}");
    pretty(&expand::options::task(
        &options,
        &quote!(
            fn f() {}
        ),
        None,
        &quote!(::flyte_runtime),
    ))
}

fn pretty(value: &TokenStream) -> String {
    let file: syn::File = syn::parse_quote!(const OPTIONS: () = #value;);
    prettyplease::unparse(&file).replace("__flyte::options::", "~")
}

fn says(messages: Vec<String>, expected: &Expect) {
    expected.assert_eq(&messages.join("\n"));
}

#[test]
fn everything_becomes_a_constant() {
    let all = r#"
        name = "daily.report", type_name = Daily, crate = ::flyte_runtime,
        retries(count = 3, backoff = "1s", factor = 1.5, cap = "1m", jitter), retry_on = recoverable, timeout = "1h30m", deadline = "2h",
        interruptible = false, deprecated = "use cube",
        cache(version = "1", serialize, ignored_inputs(a, r#type), salt = "x"),
        environment(KEY = "v", "odd.key" = ""),
        requests(cpu = "500m", mem = "2Gi", gpu = 1), limits(cpu = 0.5),
        secret_requests(secret(group = "g", key = "k", group_version = "2", mount_requirement = env_var, env_var = "T"), secret(group = "h")),
        container_image = "img", enable_deck, deck_fields(input, source_code), docs(short = "s", source_link = "l"),
        accelerator(device = "a100", partition = "1g.5gb"), shared_memory = "1Gi", pod_template_name = "p",
        labels("app.kubernetes.io/name" = "x", team = "y"), annotations(a = "b"),
    "#;
    expect![[r#"
        const OPTIONS: () = &~TaskOptions::new()
            .retries(3u32)
            .retry_on(~RetryOn::Recoverable)
            .backoff(
                ~Backoff::checked(
                    ::core::time::Duration::new(1u64, 0u32),
                    1500u32,
                    __flyte::Option::Some(::core::time::Duration::new(60u64, 0u32)),
                    true,
                ),
            )
            .timeout(::core::time::Duration::new(5400u64, 0u32))
            .deadline(::core::time::Duration::new(7200u64, 0u32))
            .cache(
                ~CacheOptions::new("1")
                    .serialize(true)
                    .ignored_inputs(&["a", "type"])
                    .salt("x"),
            )
            .interruptible(false)
            .deprecated("use cube")
            .environment(&[("KEY", "v"), ("odd.key", "")])
            .requests(
                ~Resources::new()
                    .cpu(~Quantity::checked("500m"))
                    .mem(~Quantity::checked("2Gi"))
                    .gpu(~Quantity::checked("1")),
            )
            .limits(
                ~Resources::new()
                    .cpu(~Quantity::checked("0.5")),
            )
            .secret_requests(
                &[
                    ~SecretRequest::new("g")
                        .key("k")
                        .group_version("2")
                        .mount_requirement(~MountRequirement::EnvVar)
                        .env_var("T"),
                    ~SecretRequest::new("h"),
                ],
            )
            .container_image("img")
            .enable_deck(true)
            .deck_fields(
                &[~DeckField::Input, ~DeckField::SourceCode],
            )
            .docs(~Documentation::new().short("s").source_link("l"))
            .accelerator(~Accelerator::new("a100").partition("1g.5gb"))
            .shared_memory(
                ~SharedMemory::Size(~Quantity::checked("1Gi")),
            )
            .pod_template_name("p")
            .labels(&[("app.kubernetes.io/name", "x"), ("team", "y")])
            .annotations(&[("a", "b")])
            .built_from({
                ~BuiltFrom::new(
                    "fn f () { }",
                    ::core::env!("CARGO_PKG_NAME"),
                    ::core::env!("CARGO_PKG_VERSION"),
                    "",
                )
            });
    "#]]
    .assert_eq(&task_const(all));
}

#[test]
fn short_forms() {
    let short = "timeout = 30, cache = \"1\", interruptible, docs = \"s\", accelerator = \"t4\", shared_memory, \
                 resources(cpu = \"1\", mem = (\"1Gi\", \"2Gi\"))";
    expect![[r#"
        const OPTIONS: () = &~TaskOptions::new()
            .timeout(::core::time::Duration::new(30u64, 0u32))
            .cache(~CacheOptions::new("1"))
            .interruptible(true)
            .requests(
                ~Resources::new()
                    .cpu(~Quantity::checked("1"))
                    .mem(~Quantity::checked("1Gi")),
            )
            .limits(
                ~Resources::new()
                    .mem(~Quantity::checked("2Gi")),
            )
            .docs(~Documentation::new().short("s"))
            .accelerator(~Accelerator::new("t4"))
            .shared_memory(~SharedMemory::Default);
    "#]]
    .assert_eq(&task_const(short));
    assert_eq!(task_const(""), "const OPTIONS: () = ~TaskOptions::NONE;\n");
}

#[test]
fn workflows_have_their_own() {
    let mut diag = Diag::new();
    let text = "failure_policy = fail_after_executable_nodes_complete, interruptible, on_failure = a::f::<B, C>, docs = \"s\"";
    let options = workflow_options(tokens(text), &mut diag);
    assert_eq!(diag.into_messages(), Vec::<String>::new());
    assert_eq!(
        options
            .on_failure
            .as_ref()
            .map(super::value::joined)
            .as_deref(),
        Some("a::f::<B,C>")
    );
    expect![[r#"
        const OPTIONS: () = &~WorkflowOptions::new()
            .failure_policy(~FailurePolicy::FailAfterExecutableNodesComplete)
            .interruptible(true)
            .docs(~Documentation::new().short("s"));
    "#]]
    .assert_eq(&pretty(&expand::options::workflow(&options)));
    says(
        workflow(
            r#"retries = 3, failure_policy = fail_now, failure_policy = 1, on_failure = "f", on_failur = f"#,
        ),
        &expect![[r#"
            `retries` is an option of `#[task]`, not of `#[workflow]`
            unknown option `on_failur`; did you mean `on_failure`?
            `failure_policy` is given twice; keep one of them
            unknown `failure_policy` `fail_now`; write `fail_immediately` or `fail_after_executable_nodes_complete`
            `on_failure` takes a path, found a string; write `on_failure = clean_up`"#]],
    );
}

#[test]
fn plugins_become_constants() {
    let told = task_const(r#"task_type = "spark", custom = job(4), config("a.b" = "c", d = "")"#);
    expect![[r#"
        const OPTIONS: () = &~TaskOptions::new()
            .plugin(
                ~Plugin::new("spark")
                    .custom(
                        ~Custom::new(|| ::flyte_runtime::__private::plugin::custom(
                            job(4),
                        )),
                    )
                    .config(&[("a.b", "c"), ("d", "")]),
            );
    "#]]
    .assert_eq(&told);
    let item = quote!(
        fn f();
    );
    let mut diag = Diag::new();
    let options = task_options("#[task]", tokens(r#"task_type = "query""#), &mut diag);
    let told = pretty(&expand::options::task(
        &options,
        &item,
        None,
        &quote!(::flyte_runtime),
    ));
    assert_eq!(diag.into_messages(), Vec::<String>::new());
    assert!(told.contains(".has_container(false)"), "{told}");
}

#[test]
fn unknown_keys() {
    says(
        task(
            r#"retires = 3, on_failure = f, wat, cache_version = "1", "retries" = 3, retries = 1, retries = 2, requests(memory = "1Gi", cpus = 1)"#,
        ),
        &expect![[r#"
            unknown option `retires`; did you mean `retries`?
            `on_failure` is an option of `#[workflow]`, not of `#[task]`
            unknown option `wat`; `#[task]` takes `name`, `type_name`, `crate`, `retries`, `retry_on`, `timeout`, `deadline`, `cache`, `interruptible`, `deprecated`, `environment`, `requests`, `limits`, `resources`, `secret_requests`, `container_image`, `enable_deck`, `deck_fields`, `docs`, `accelerator`, `shared_memory`, `pod_template_name`, `labels`, `annotations`, `task_type`, `custom` and `config`
            unknown option `cache_version`; write `cache = "1"`
            `retries` is written without quotes
            `retries` is given twice; keep one of them
            unknown resource `memory`; write `mem = "2Gi"`
            unknown resource `cpus`; did you mean `cpu`?"#]],
    );
    let mut diag = Diag::new();
    let _ = task_options("#[dynamic]", tokens("wat"), &mut diag);
    assert!(diag.into_messages()[0].contains("`#[dynamic]` takes `name`, "));
}

#[test]
fn every_mistake_in_the_grammar_at_once() {
    says(
        task(
            r#", 3, retries = , timeout: 30, cache{version = "1"}, interruptible retries = 3 enable_deck; x::y, docs = #, requests = , labels() "#,
        ),
        &expect![[r#"
            expected the name of an option, found `,`
            expected the name of an option, found `3`
            `retries =` has no value; write one behind the `=`
            expected `=`, `(` or `,` after `timeout`, found `:`
            `cache` is followed by `(..)` or `=`; write `cache(..)`
            expected `,` before `retries`
            expected `,` before `enable_deck`
            expected `=`, `(` or `,` after `enable_deck`, found `;`
            the value of `docs` cannot be read: expected square brackets
            `requests =` has no value; write one behind the `=`
            `labels` names nothing; leave it out, or write `labels(team = "research")`"#]],
    );
}

#[test]
fn values_of_another_kind() {
    says(
        task(
            r#"retries = "3", timeout = -1, cache = VERSION, interruptible = 1, deprecated = "", environment = "a",
            container_image = image(), enable_deck(true), deck_fields(inputs, output = 1), docs = concat!("a"), accelerator,
            shared_memory = true, pod_template_name = 3u8, type_name = a::B"#,
        ),
        &expect![[r#"
            `retries` takes a whole number, found a string; write `retries = 3`
            `timeout` takes a duration, found a negative number; write `timeout = "30s"`
            `cache` takes a string, found `VERSION`; options are read before the program is compiled, so only a literal has a value here; write `cache = "VERSION"`
            `interruptible` takes `true` or `false`, found a whole number; write `interruptible`
            `deprecated` must not be empty; leave it out, or write `deprecated = "use cube"`
            `environment` takes its values in parentheses; write `environment(KEY = "value")`
            `container_image` takes a string, found a call; options are read before the program is compiled, so only a literal has a value here; write `container_image = "registry/image:tag"`
            `enable_deck` takes `true` or `false`, found `(..)`; write `enable_deck`
            unknown deck field `inputs`; did you mean `input`?
            `output` takes no value here; write only the name
            `docs` takes a string, found a macro; options are read before the program is compiled, so only a literal has a value here; write `docs = "one sentence"`
            `accelerator` needs a value; write `accelerator = "nvidia-tesla-t4"`
            `shared_memory` takes a quantity, found `true`; write `shared_memory = "1Gi"`
            `pod_template_name` takes a string, found a number with the suffix `u8`; write `pod_template_name = "template"`
            `type_name` takes a name, found `a::B`; write `type_name = SquareTask`"#]],
    );
    says(
        task("retries = 3u32, timeout = 1.5, requests(cpu = -1, mem = (1, 2))"),
        &expect![[r#"
            `retries` takes a whole number, found a number with the suffix `u32`; write `retries = 3`
            `timeout` takes a duration, found a number with a point; write `timeout = "30s"`
            `cpu` takes a quantity, found a negative number; write `cpu = "500m"`
            `mem` takes a quantity, found a tuple; write `mem = "2Gi"`"#]],
    );
    says(
        task("retries = 4294967296, resources(cpu, mem = (1, x), gpu = (1, 2, 3))"),
        &expect![[r#"
            `retries` can be at most 4294967295; write less
            `cpu` needs a value; write `cpu = ("500m", "1")`
            `mem` takes a quantity, found `x`; options are read before the program is compiled, so only a literal has a value here; write `mem = ("1Gi", "2Gi")`
            `gpu` takes a request, or a pair of a request and a limit, found a tuple; write `gpu = "1"`"#]],
    );
}

#[test]
fn retries_that_are_wrong() {
    says(
        task(r#"retries(backoff = "1m", cap = "1s", factor = 0.5, wait = 1)"#),
        &expect![[r#"
            unknown option `wait`; `retries` takes `count`, `backoff`, `factor`, `cap` and `jitter`
            `factor` is from 1 to 1000: what each wait is multiplied by for the next
            `cap` is below `backoff`, the first wait; raise the cap or lower the backoff"#]],
    );
    says(
        task("retries(count = 3, factor = 2, jitter), retries = 1"),
        &expect![[r#"
            `retries` is given twice; keep one of them
            `factor` changes a `backoff`, and there is none; write `retries(count = 3, backoff = "1s", factor = 2.0, cap = "1m", jitter)`
            `jitter` changes a `backoff`, and there is none; write `retries(count = 3, backoff = "1s", factor = 2.0, cap = "1m", jitter)`"#]],
    );
    says(
        task(r#"retries(count = 3, backoff = 0, factor = 1.0005), backoff = "1s", deadline = 0"#),
        &expect![[r#"
            unknown option `backoff`; write `retries(count = 3, backoff = "1s")`
            `backoff` of zero does not wait; leave it out
            `factor` has at most three digits behind the point
            `deadline` of zero would end every attempt at once; leave it out for no limit"#]],
    );
    says(
        task(r#"retries(count = "3", factor, cap = "1")"#),
        &expect![[r#"
        `count` takes a whole number, found a string; write `count = 3`
        `factor` needs a value; write `factor = 2.0`
        `cap` has no unit; write `1s` for seconds
        `factor` changes a `backoff`, and there is none; write `retries(count = 3, backoff = "1s", factor = 2.0, cap = "1m", jitter)`
        `cap` changes a `backoff`, and there is none; write `retries(count = 3, backoff = "1s", factor = 2.0, cap = "1m", jitter)`"#]],
    );
}

#[test]
fn values_that_are_wrong() {
    says(
        task(
            r#"timeout = "90", retry_on = recoverabel, requests(cpu = "2", mem = "2GB"), limits(cpu = "1500m", gpu = ""), cache(serialize, ignored_inputs("a", b = 1)),
            secret_requests(secret(key = "k", mount_requirement = env, env_var = "A=B"), secrets),
            environment("A=B" = "1", "" = "2", C = 3, C = "4"), name = "a b", accelerator(partition = "1g"), shared_memory = "lots""#,
        ),
        &expect![[r#"
            `timeout` has no unit; write `90s` for seconds
            unknown `retry_on` `recoverabel`; did you mean `recoverable`?
            `mem` has `GB` where a unit of Kubernetes is expected; did you mean `Gi`?
            `gpu` must not be empty; write for example `500m`, `2` or `512Mi`
            `a` is written without quotes
            `b` takes no value here; write only the name
            `cache` needs a `version`; write `cache(version = "1", ..)`
            unknown entry `secrets`; did you mean `secret`?
            unknown `mount_requirement` `env`; write `any`, `env_var` or `file`
            the name of an environment variable must not contain `=`; write it without
            `secret` needs a `group`; write `secret(group = "group", ..)`
            `C` is given twice; keep one of them
            a name in `environment` must not be empty; write `environment(KEY = "value")`
            `C` takes a string, found a whole number; write `C = "value"`
            the name of an environment variable must not contain `=`; write it without
            `name` must not contain a space; join words with `.`, `_` or `-`
            `accelerator` needs a `device`; write `accelerator(device = "nvidia-tesla-a100", ..)`
            `shared_memory` does not begin with a number; write for example `500m`, `2` or `512Mi`
            the limit of `cpu`, `1500m`, is below its request, `2`; raise the limit or lower the request"#]],
    );
    says(
        task("timeout = 0, name = \"a:b\", resources(cpu = 1), limits(mem = 1)"),
        &expect![[r#"
            `timeout` of zero would end every attempt at once; leave it out for no limit
            `name` must not contain `:`, which separates the parts of an identifier; join words with `.`, `_` or `-`
            `resources` cannot be combined with `limits`; write a request and a limit as `resources(mem = ("1Gi", "2Gi"))`, or only `requests(..)` and `limits(..)`"#]],
    );
    for (text, part) in [
        ("1.5h", "whole numbers"),
        ("1m1h", "falling"),
        ("1min", "`min`"),
        ("", "empty"),
    ] {
        let messages = task(&format!("timeout = \"{text}\""));
        assert!(messages[0].contains(part), "{messages:?}");
    }
}

#[test]
fn runtime_paths_are_absolute() {
    for text in ["crate = ::x::y", "crate = crate::rt", "crate = crate"] {
        assert_eq!(task(text), Vec::<String>::new());
    }
    says(
        [
            task("crate = rt::x"),
            task("crate = self::rt"),
            workflow("crate = \"rt\""),
            task("crate = ::a<B>"),
        ]
        .concat(),
        &expect![[r#"
            `rt::x` is a relative path, which means another thing in every module; write `crate = ::rt::x` for a dependency, or `crate = crate::rt::x` for a path in this crate
            `self::rt` means another thing in every module; write the path from the root, `crate = crate::..`
            `crate` takes a path, found a string; write `crate = ::flyte_runtime`
            the value of `crate` cannot be read: comparison operators cannot be chained"#]],
    );
}

#[test]
fn values_may_come_from_another_macro() {
    let literal = proc_macro2::Group::new(proc_macro2::Delimiter::None, quote!(3));
    let mut diag = Diag::new();
    let options = task_options("#[task]", quote!(retries = #literal), &mut diag);
    assert!(diag.finish().is_empty());
    assert_eq!(options.retries.map(|retries| retries.count.value), Some(3));
}

#[test]
fn what_can_be_read_is_kept() {
    let mut diag = Diag::new();
    let options = task_options(
        "#[task]",
        quote!(retries = 3, timeout = x, interruptible),
        &mut diag,
    );
    assert_eq!(diag.into_messages().len(), 1);
    assert!(
        options.retries.is_some() && options.timeout.is_none() && options.interruptible.is_some()
    );
}
