//! The examples whose `main` is not that of the command line, and which cannot be asked to serialise themselves: their
//! entities are registered as those of this program.

/// The modules of their sources.
macro_rules! examples {
    ($($module:ident: $file:literal),* $(,)?) => {
        $(
            #[path = $file]
            #[allow(dead_code, unreachable_pub, reason = "it is a program, of which only the entities are wanted")]
            mod $module;
        )*

        /// Their names.
        pub(crate) const NAMES: &[&str] = &[$(stringify!($module)),*];
    };
}

examples![
    async_start: "../../../../examples/async_start.rs",
    cancellation: "../../../../examples/cancellation.rs",
    checkpoint: "../../../../examples/checkpoint.rs",
    context: "../../../../examples/context.rs",
    files: "../../../../examples/files.rs",
    named_arguments: "../../../../examples/named_arguments.rs",
    observer: "../../../../examples/observer.rs",
    registry: "../../../../examples/registry.rs",
    structured_dataset: "../../../../examples/structured_dataset.rs",
];
