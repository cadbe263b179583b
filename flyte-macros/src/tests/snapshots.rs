//! Whole expansions, as files in `tests/snapshots`. `UPDATE_EXPECT=1 cargo test -p flyte-runtime-macros` rewrites them.

use expect_test::expect_file;
use proc_macro2::{TokenStream, TokenTree};
use quote::quote;

use super::tokens;
use crate::expand;

fn pretty(expanded: TokenStream) -> String {
    let shown = expanded.to_string();
    let file = syn::parse2(expanded)
        .unwrap_or_else(|error| panic!("the expansion is no code: {error}\n{shown}"));
    prettyplease::unparse(&file)
}

const SYNC_TASK: &str = r#"
    /// Square of one number.
    pub fn square(x: i64) -> i64 {
        x * x
    }
"#;

const ASYNC_TASK: &str = r#"
    async fn search(
        /// Where to look.
        lines: &[String],
        word: &str,
        #[default(Some(3))] at_most: Option<u32>,
    ) -> Result<Vec<String>, SearchError> {
        find(lines, word, at_most).await
    }
"#;

const WORKFLOW: &str = r#"
    /// Everything at once.
    fn pipeline(xs: Vec<i64>, #[default(10)] limit: i64) -> Outputs {
        let total = sum(xs);
        let more = add(b = limit, a = total).with_overrides(|o| o.retries(3));
        let listed = sum(vec![total, 5, more]);
        let maybe = pick(Some(total), None);
        total >> (maybe, listed);
        let plain = (helper)(1);
        Outputs { listed, count: plain }
    }
"#;

const LAUNCH_PLAN: &str = r#"
    /// Every morning.
    pub fn daily(#[default(10)] limit: i64, name: &str) -> Outputs {
        pipeline(limit = limit, name = name, xs = vec![1, 2], at_most = None)
    }
"#;

const STRUCT: &str = r#"
    pub(crate) struct Report {
        /// The mean.
        mean: f64,
        #[serde(rename = "kind")]
        r#type: String,
        #[serde(skip)]
        cache: Vec<u8>,
    }
"#;

#[test]
fn sync_task() {
    let attr = quote!(retries = 3, timeout = "30s");
    expect_file!["../../tests/snapshots/sync_task.rs"]
        .assert_eq(&pretty(expand::task(attr, tokens(SYNC_TASK))));
}

#[test]
fn async_task() {
    expect_file!["../../tests/snapshots/async_task.rs"]
        .assert_eq(&pretty(expand::task(quote!(), tokens(ASYNC_TASK))));
}

#[test]
fn workflow() {
    expect_file!["../../tests/snapshots/workflow.rs"]
        .assert_eq(&pretty(expand::workflow(quote!(), tokens(WORKFLOW))));
}

#[test]
fn launch_plan() {
    let attr = quote!(
        concurrency(max = 1),
        notifications(email(phases(failed), recipients("a@example.org")))
    );
    expect_file!["../../tests/snapshots/launch_plan.rs"]
        .assert_eq(&pretty(expand::launch_plan(attr, tokens(LAUNCH_PLAN))));
}

#[test]
fn reference() {
    let attr = quote!(project = "p", domain = "d", name = "n", version = "v");
    let item = tokens("/// Far away.\nfn far(x: &str, #[default(2)] size: i64) -> (i64, String);");
    let expanded = expand::reference(expand::ReferenceKind::Workflow, attr, item);
    expect_file!["../../tests/snapshots/reference.rs"].assert_eq(&pretty(expanded));
}

#[test]
fn shell_task() {
    let attr = quote!(
        script = "wc < \"{inputs.path}\" > {outputs.o0}",
        shell = "bash",
        retries = 1
    );
    let item = tokens("/// Counts.\npub fn count(path: &str) -> i64;");
    let expanded = expand::process(crate::parse::ProcessKind::Shell, attr, item);
    expect_file!["../../tests/snapshots/shell_task.rs"].assert_eq(&pretty(expanded));
}

#[test]
fn flyte_type() {
    expect_file!["../../tests/snapshots/flyte_type.rs"]
        .assert_eq(&pretty(expand::flyte_type(tokens(STRUCT))));
}

#[test]
fn flyte_outputs() {
    expect_file!["../../tests/snapshots/flyte_outputs.rs"]
        .assert_eq(&pretty(expand::flyte_outputs(tokens(STRUCT))));
}

#[test]
fn dataset_columns() {
    expect_file!["../../tests/snapshots/dataset_columns.rs"]
        .assert_eq(&pretty(expand::dataset_columns(tokens(STRUCT))));
}

/// The compiler must check the generated code of each entity, so it may only grow on purpose.
#[test]
fn expansions_stay_small() {
    let directory = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots");
    for (name, most) in [
        // With one input and two options.
        ("sync_task", 58),
        // With three inputs, one of which has a default.
        ("async_task", 98),
        ("shell_task", 65),
        ("reference", 84),
        // With two inputs and its body.
        ("workflow", 139),
        ("launch_plan", 130),
    ] {
        let text = std::fs::read_to_string(directory.join(name).with_extension("rs"));
        let lines = text.expect("a snapshot is there").lines().count();
        assert!(
            lines <= most,
            "{name} has {lines} lines, and may have {most}"
        );
    }
}

/// The lines of a sync task by the number of its inputs, which may only grow on purpose. Up to five inputs by value,
/// these are at most 60 and six for each. The lists of more inputs, and of borrowed ones, no longer fit in a line.
#[test]
fn a_further_input_is_a_few_lines() {
    let inputs = [
        "count: i64",
        "factor: f64",
        "strict: bool",
        "label: String",
        "limit: u32",
        "path: &str",
        "seeds: Vec<i64>",
        "offset: Option<i64>",
    ];
    let most = [54, 61, 64, 79, 84, 106, 117, 126];
    for (count, most) in (1..).zip(most) {
        let parameters = inputs[..count].join(", ");
        let item = tokens(&format!("fn scaled({parameters}) -> f64 {{ of(count) }}"));
        let lines = pretty(expand::task(quote!(), item)).lines().count();
        assert!(
            lines <= most,
            "{count} inputs have {lines} lines, and may have {most}"
        );
    }
}

/// Each error must say what to write instead.
#[test]
fn what_has_no_columns_is_refused() {
    for (item, said) in [
        ("struct Empty {}", "for any columns use `AnyColumns`"),
        (
            "struct Pair(i64, String);",
            "write `struct Pair { name: Type }`",
        ),
        ("enum Either { A, B }", "works on structs with named fields"),
        (
            "struct Of<T> { value: T }",
            "needs a type without parameters",
        ),
        ("struct Flat { #[serde(flatten)] inner: Inner }", "flatten"),
    ] {
        let expanded = expand::dataset_columns(tokens(item)).to_string();
        assert!(expanded.contains("compile_error"), "{item}");
        assert!(expanded.contains(said), "{item}: {expanded}");
    }
}

/// An attribute with which serde would store a value differently is refused by name, in every position.
#[test]
fn each_attribute_of_serde_that_is_not_kept_is_refused() {
    let containers = [
        "tag = \"t\"",
        "content = \"c\"",
        "transparent",
        "from = \"i64\"",
        "try_from = \"i64\"",
        "into = \"i64\"",
        "remote = \"Other\"",
        "rename_all(serialize = \"camelCase\")",
        "rename_all_fields = \"camelCase\"",
        "rename(serialize = \"a\")",
        "variant_identifier",
        "field_identifier",
        "made_up",
    ];
    let fields = [
        "flatten",
        "with = \"module\"",
        "serialize_with = \"f\"",
        "deserialize_with = \"f\"",
        "skip_serializing",
        "skip_deserializing",
        "skip_serializing_if = \"f\"",
        "getter = \"f\"",
        "rename(deserialize = \"a\")",
        "made_up",
    ];
    let variants = ["skip", "other", "untagged", "with = \"module\"", "made_up"];
    let on_structs = containers.iter().chain(&["untagged"]);
    let on_enums = containers.iter().chain(&["deny_unknown_fields", "default"]);
    let cases = (on_structs.map(|a| (a, format!("#[serde({a})] struct S {{ x: i64 }}"))))
        .chain(
            fields
                .iter()
                .map(|a| (a, format!("struct S {{ #[serde({a})] x: i64 }}"))),
        )
        .chain(
            on_enums
                .clone()
                .map(|a| (a, format!("#[serde({a})] enum E {{ A, B }}"))),
        )
        .chain(on_enums.map(|a| (a, format!("#[serde({a})] enum E {{ A(i64), B }}"))))
        .chain(
            variants
                .iter()
                .map(|a| (a, format!("enum E {{ #[serde({a})] A, B }}"))),
        )
        .chain(
            variants
                .iter()
                .map(|a| (a, format!("enum E {{ #[serde({a})] A(i64), B }}"))),
        )
        .chain(
            fields
                .iter()
                .map(|a| (a, format!("enum E {{ A(#[serde({a})] i64), B }}"))),
        );
    for (attribute, item) in cases {
        let name = attribute.split([' ', '(']).next().unwrap_or_default();
        let expanded = expand::flyte_type(tokens(&item)).to_string();
        assert!(
            expanded.contains(&format!("`#[serde({name})]` here cannot be kept")),
            "{item}: {expanded}"
        );
    }
}

/// Two fields with the same name would overwrite each other in the stored struct.
#[test]
fn fields_that_share_a_name_are_refused() {
    for (item, name) in [
        ("struct S { #[serde(rename = \"x\")] a: i64, x: i64 }", "x"),
        ("struct S { x: i64, #[serde(alias = \"x\")] y: i64 }", "x"),
        (
            "#[serde(rename_all = \"lowercase\")] struct S { r#a: i64, #[serde(rename = \"a\")] b: i64 }",
            "a",
        ),
    ] {
        let expanded = expand::flyte_type(tokens(item)).to_string();
        // The message is a literal inside a literal.
        let said = format!("\\\"{name}\\\" is the name of");
        assert!(expanded.contains(&said), "{item}: {expanded}");
    }
    let own =
        "struct S { #[serde(alias = \"x\", alias = \"old\")] x: i64, #[serde(skip)] old: i64 }";
    let expanded = expand::flyte_type(tokens(own)).to_string();
    assert!(!expanded.contains("compile_error"), "{expanded}");
}

fn names(ident: &str, tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(found) => found == ident,
        TokenTree::Group(group) => names(ident, group.stream()),
        _ => false,
    })
}

#[test]
fn another_path_of_the_runtime_is_the_only_one_named() {
    let entity = quote!(
        crate = ::x::y,
        name = "a",
        failure_policy = fail_immediately,
        on_failure = handler,
        docs = "d"
    );
    let reference = quote!(
        crate = ::x::y,
        project = "p",
        domain = "d",
        name = "n",
        version = "v"
    );
    let container = quote!(
        crate = ::x::y,
        image = "i",
        command("a"),
        arguments("b"),
        metadata_format = yaml
    );
    let plan = quote!(
        crate = ::x::y,
        trigger(rate = "2h", kickoff_time_input = name),
        notifications(slack(phases(failed), recipients("a@b"))),
        concurrency(max = 1, behavior = skip),
        security_context(iam_role = "r"),
        docs = "d"
    );
    let task = quote!(
        crate = ::x::y,
        retries = 3,
        timeout = "1s",
        cache = "1",
        requests(cpu = 1),
        secret_requests(secret(group = "g")),
        deck_fields(input),
        shared_memory = "1Gi",
        accelerator = "a100",
        environment(A = "b"),
        docs(short = "s"),
    );
    let derived: TokenStream = {
        let item = tokens(STRUCT);
        quote!(#[flyte(crate = ::x::y)] #item)
    };
    for expanded in [
        expand::task(task.clone(), tokens(SYNC_TASK)),
        expand::task(task, tokens(ASYNC_TASK)),
        expand::workflow(entity, tokens(WORKFLOW)),
        expand::launch_plan(plan, tokens(LAUNCH_PLAN)),
        expand::process(
            crate::parse::ProcessKind::Container,
            container,
            tokens("fn far(x: i64) -> i64;"),
        ),
        expand::process(
            crate::parse::ProcessKind::Echo,
            quote!(crate = ::x::y),
            tokens("fn far(x: i64) -> i64;"),
        ),
        expand::reference(
            expand::ReferenceKind::Task,
            reference.clone(),
            tokens("fn far(x: i64) -> i64;"),
        ),
        expand::reference(
            expand::ReferenceKind::Workflow,
            reference,
            tokens(ASYNC_TASK),
        ),
        expand::flyte_type(derived.clone()),
        expand::dataset_columns(derived.clone()),
        expand::flyte_outputs(derived),
    ] {
        assert!(!names("compile_error", expanded.clone()), "{expanded}");
        assert!(!names("flyte_runtime", expanded.clone()), "{expanded}");
        assert!(names("y", expanded));
    }
}
