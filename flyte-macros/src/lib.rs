//! The macros of `flyte-runtime`. Use them through that crate, which also documents them.

mod debug;
mod diag;
mod editor;
mod expand;
mod externs;
mod model;
mod parse;

#[cfg(test)]
mod tests;

// The documentation is on the re-exports in `flyte-runtime`, where its examples compile.

#[allow(missing_docs, reason = "documented on the re-export in flyte-runtime")]
#[proc_macro_attribute]
pub fn task(
    attr: proc_macro::TokenStream,
    item: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    debug::shown(item.into(), |item| expand::task(attr.into(), item)).into()
}

#[allow(missing_docs, reason = "documented on the re-export in flyte-runtime")]
#[proc_macro_attribute]
pub fn workflow(
    attr: proc_macro::TokenStream,
    item: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    debug::shown(item.into(), |item| expand::workflow(attr.into(), item)).into()
}

#[allow(missing_docs, reason = "documented on the re-export in flyte-runtime")]
#[proc_macro_attribute]
pub fn dynamic(
    attr: proc_macro::TokenStream,
    item: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    debug::shown(item.into(), |item| expand::dynamic(attr.into(), item)).into()
}

#[allow(missing_docs, reason = "documented on the re-export in flyte-runtime")]
#[proc_macro_attribute]
pub fn eager(
    attr: proc_macro::TokenStream,
    item: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    debug::shown(item.into(), |item| expand::eager(attr.into(), item)).into()
}

#[allow(missing_docs, reason = "documented on the re-export in flyte-runtime")]
#[proc_macro_attribute]
pub fn launch_plan(
    attr: proc_macro::TokenStream,
    item: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    debug::shown(item.into(), |item| expand::launch_plan(attr.into(), item)).into()
}

#[allow(missing_docs, reason = "documented on the re-export in flyte-runtime")]
#[proc_macro_attribute]
pub fn reference_task(
    attr: proc_macro::TokenStream,
    item: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    debug::shown(item.into(), |item| {
        expand::reference(expand::ReferenceKind::Task, attr.into(), item)
    })
    .into()
}

#[allow(missing_docs, reason = "documented on the re-export in flyte-runtime")]
#[proc_macro_attribute]
pub fn reference_workflow(
    attr: proc_macro::TokenStream,
    item: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    debug::shown(item.into(), |item| {
        expand::reference(expand::ReferenceKind::Workflow, attr.into(), item)
    })
    .into()
}

#[allow(missing_docs, reason = "documented on the re-export in flyte-runtime")]
#[proc_macro_attribute]
pub fn reference_launch_plan(
    attr: proc_macro::TokenStream,
    item: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    debug::shown(item.into(), |item| {
        expand::reference(expand::ReferenceKind::LaunchPlan, attr.into(), item)
    })
    .into()
}

#[allow(missing_docs, reason = "documented on the re-export in flyte-runtime")]
#[proc_macro_attribute]
pub fn shell_task(
    attr: proc_macro::TokenStream,
    item: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    debug::shown(item.into(), |item| {
        expand::process(parse::ProcessKind::Shell, attr.into(), item)
    })
    .into()
}

#[allow(missing_docs, reason = "documented on the re-export in flyte-runtime")]
#[proc_macro_attribute]
pub fn container_task(
    attr: proc_macro::TokenStream,
    item: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    debug::shown(item.into(), |item| {
        expand::process(parse::ProcessKind::Container, attr.into(), item)
    })
    .into()
}

#[allow(missing_docs, reason = "documented on the re-export in flyte-runtime")]
#[proc_macro_attribute]
pub fn echo_task(
    attr: proc_macro::TokenStream,
    item: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    debug::shown(item.into(), |item| {
        expand::process(parse::ProcessKind::Echo, attr.into(), item)
    })
    .into()
}

#[doc(hidden)]
#[proc_macro]
pub fn __call(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    expand::call_by_name(input.into()).into()
}

#[allow(missing_docs, reason = "documented on the re-export in flyte-runtime")]
// `serde` too, so that its attributes set names even if the type does not derive serde's traits.
#[proc_macro_derive(FlyteType, attributes(flyte, serde))]
pub fn derive_flyte_type(item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    debug::shown(item.into(), expand::flyte_type).into()
}

#[allow(missing_docs, reason = "documented on the re-export in flyte-runtime")]
#[proc_macro_derive(FlyteOutputs, attributes(flyte))]
pub fn derive_flyte_outputs(item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    debug::shown(item.into(), expand::flyte_outputs).into()
}

#[allow(missing_docs, reason = "documented on the re-export in flyte-runtime")]
#[proc_macro_derive(DatasetColumns, attributes(flyte, serde))]
pub fn derive_dataset_columns(item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    debug::shown(item.into(), expand::dataset_columns).into()
}
