//! The macros of `flyte-runtime`; documented and used through that crate.


mod diag;
mod expand {
    pub(crate) mod options;
}
mod parse {
    mod args;
    mod duration;
    mod naming;
    mod nearest;
    mod quantity;
    mod task_options;
    mod value;
    mod workflow_options;

    #[cfg(test)]
    mod tests;

    #[allow(unused_imports, reason = "the macros that use them come next")]
    pub(crate) use task_options::{
        Accelerator, Cache, Resources, SecretRequest, SharedMemory, TaskOptions, task_options,
        task_options_of,
    };
    pub(crate) use value::{Docs, Quantity, Spanned};
    pub(crate) use workflow_options::{WorkflowOptions, workflow_options};
}
