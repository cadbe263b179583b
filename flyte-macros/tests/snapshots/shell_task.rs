/// Counts.
#[allow(clippy::used_underscore_binding)]
pub fn count(
    path: &str,
) -> ::flyte_runtime::__private::Result<i64, ::flyte_runtime::__private::RunError> {
    ::flyte_runtime::__private::plain_call::refuse_in_graph(
        ::core::module_path!(),
        "count",
    );
    ::flyte_runtime::__private::Call::run(<count>::call(path))
}
#[doc(hidden)]
#[allow(non_camel_case_types, non_snake_case, dead_code, clippy::pub_underscore_fields)]
pub struct count {
    pub path: ::flyte_runtime::__private::of1::I0<count>,
}
const _: () = {
    use ::flyte_runtime::__private as __flyte;
    #[allow(deprecated, clippy::unit_arg, clippy::needless_update)]
    static __DESCRIPTOR: __flyte::EntityDescriptor = __flyte::declare::task(
        __flyte::declare::source!(count, "count", "Counts."),
        &__flyte::options::TaskOptions::new()
            .retries(1u32)
            .process(
                __flyte::options::Process::Shell(
                    __flyte::options::ShellProcess::new(
                            "wc < \"{inputs.path}\" > {outputs.o0}",
                        )
                        .shell("bash"),
                ),
            ),
        __flyte::RunTask::Sync(__flyte::process::run::<count>),
    );
    __flyte::register!(& __DESCRIPTOR);
    impl __flyte::Inputs1 for count {
        type T0 = ::flyte_runtime::__private::String;
    }
    #[automatically_derived]
    impl __flyte::Entity for count {
        type Output = i64;
        type Slots = __flyte::of1::Slots<Self>;
        const INPUTS: __flyte::Inputs = &__flyte::of1::named::<Self>(["path"]);
        fn descriptor() -> &'static __flyte::EntityDescriptor {
            &__DESCRIPTOR
        }
    }
    #[allow(dead_code, private_interfaces, private_bounds)]
    impl count {
        /// Adds a node to the workflow whose body is being compiled.
        #[track_caller]
        pub fn node(
            path: impl __flyte::IntoBinding<::flyte_runtime::__private::String>,
        ) -> __flyte::Promises<i64> {
            __flyte::of1::node::<Self>(path)
        }
        /// The call as a value, to be run later.
        pub fn call(path: &str) -> __flyte::Call<Self> {
            __flyte::Call::new(__flyte::of1::values::<Self>(path))
        }
        /// Runs it here, through the engine, and waits for the result.
        pub fn run(path: &str) -> __flyte::Result<i64, __flyte::RunError> {
            __flyte::Call::run(Self::call(path))
        }
    }
};
