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
    pub path: ::flyte_runtime::__private::builder::InputName,
}
const _: () = {
    use ::flyte_runtime::__private as __flyte;
    #[allow(clippy::needless_update)]
    static __DESCRIPTOR: __flyte::EntityDescriptor = __flyte::EntityDescriptor::new(
        __flyte::Option::None,
        ::core::module_path!(),
        "count",
        __flyte::Location {
            file: ::core::file!(),
            line: ::core::line!(),
        },
        "Counts.",
        &[
            __flyte::InputDescriptor {
                name: "path",
                description: "",
                info: __flyte::slot::info::<__inputs::path>(),
                default: __flyte::Option::None,
            },
        ],
        __flyte::slot::variables::<count>,
        __flyte::EntityBody::Task {
            options: __flyte::options::TaskOptions {
                process: __flyte::Option::Some(
                    ::flyte_runtime::__private::options::Process::Shell(::flyte_runtime::__private::options::ShellProcess {
                        shell: "bash",
                        ..::flyte_runtime::__private::options::ShellProcess::new(
                            "wc < \"{inputs.path}\" > {outputs.o0}",
                        )
                    }),
                ),
                ..::flyte_runtime::__private::options::TaskOptions {
                    retries: 1u32,
                    ..::flyte_runtime::__private::options::TaskOptions::new()
                }
            },
            run: __flyte::RunTask::Sync(__flyte::process::run::<count>),
        },
    );
    __flyte::register!(& __DESCRIPTOR);
    #[automatically_derived]
    impl __flyte::Entity for count {
        type Output = i64;
        fn descriptor() -> &'static __flyte::EntityDescriptor {
            &__DESCRIPTOR
        }
    }
    #[allow(non_camel_case_types)]
    mod __inputs {
        #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
        pub struct path;
    }
    impl __flyte::slot::Slot for __inputs::path {
        type Type = ::flyte_runtime::__private::String;
    }
    #[automatically_derived]
    impl __flyte::Mockable for count {
        type Slots = (__inputs::path,);
    }
    #[automatically_derived]
    impl __flyte::slot::InputNames for count {
        const NAMES: &'static [&'static str] = &["path"];
    }
    #[allow(
        dead_code,
        private_interfaces,
        private_bounds,
        clippy::too_many_arguments,
        clippy::used_underscore_binding
    )]
    #[automatically_derived]
    impl count {
        /// Adds a node to the workflow whose body is being compiled.
        #[track_caller]
        pub fn node(
            path: impl __flyte::IntoBinding<::flyte_runtime::__private::String>,
        ) -> <i64 as __flyte::TaskOutputs>::Promises
        where
            for<'__checked> i64: __flyte::TaskOutputs,
        {
            __flyte::call_node::<
                count,
            >(
                __flyte::vec![
                    __flyte::IntoBinding:: < ::flyte_runtime::__private::String >
                    ::into_binding(path)
                ],
            )
        }
        /// The call as a value, to be run later.
        pub fn call(path: &str) -> __flyte::Call<count> {
            __flyte::Call::new(
                __flyte::vec![
                    __flyte::slot::value:: < __inputs::path >
                    (__flyte::ToOwned::to_owned(path))
                ],
            )
        }
        /// Runs it here, through the engine, and waits for the result.
        pub fn run(path: &str) -> __flyte::Result<i64, __flyte::RunError>
        where
            for<'__checked> i64: __flyte::TaskOutputs,
        {
            __flyte::Call::run(Self::call(path))
        }
        /// Starts it here, through the engine; the future gives the result.
        pub fn start(path: &str) -> __flyte::Start<i64>
        where
            for<'__checked> i64: __flyte::TaskOutputs,
        {
            __flyte::Call::start(Self::call(path))
        }
        /// A call by name; inputs with a default may be left out.
        ///
        /// An input called `run`, `call` or `start` is given with `run_`, `call_` or `start_`.
        pub fn builder() -> __Builder<
            __flyte::builder::Values,
            __flyte::builder::Missing<__inputs::path>,
        > {
            __Builder(__flyte::builder::Missing::NEW, ::core::marker::PhantomData)
        }
        #[doc(hidden)]
        pub fn __node_builder() -> __Builder<
            __flyte::builder::Bindings,
            __flyte::builder::Missing<__inputs::path>,
        > {
            __Builder(__flyte::builder::Missing::NEW, ::core::marker::PhantomData)
        }
        #[doc(hidden)]
        pub fn __names() -> Self {
            Self {
                path: __flyte::builder::InputName,
            }
        }
        /// The compiled graph.
        pub fn graph() -> __flyte::Result<
            __flyte::Arc<__flyte::Graph>,
            __flyte::CompileError,
        > {
            <Self as __flyte::Entity>::descriptor().graph()
        }
    }
    #[must_use = "a call by name does nothing before `run`, `call` or `start`"]
    pub struct __Builder<__M, __P0>(__P0, ::core::marker::PhantomData<__M>);
    #[allow(dead_code, private_bounds, private_interfaces)]
    impl<__M, __P0> __Builder<__M, __P0> {
        ///Gives the input `path`.
        pub fn path<__V>(
            self,
            __value: __V,
        ) -> __Builder<
            __M,
            __flyte::builder::Given<
                <__M as __flyte::builder::Accepts<
                    __V,
                    ::flyte_runtime::__private::String,
                >>::Kept,
            >,
        >
        where
            __P0: __flyte::builder::Open<__inputs::path>,
            __M: __flyte::builder::Accepts<__V, ::flyte_runtime::__private::String>,
        {
            let __Builder(_, _) = self;
            __Builder(
                __flyte::builder::Given(
                    <__M as __flyte::builder::Accepts<
                        __V,
                        ::flyte_runtime::__private::String,
                    >>::keep(__value),
                ),
                ::core::marker::PhantomData,
            )
        }
    }
    #[allow(dead_code, private_bounds, private_interfaces)]
    impl<__P0> __Builder<__flyte::builder::Values, __P0> {
        /// The call as a value, to be run later.
        pub fn call(self) -> __flyte::Call<count>
        where
            __P0: __flyte::builder::Supply<__flyte::Value, __inputs::path>,
        {
            let __Builder(__p0, _) = self;
            __flyte::Call::new(
                __flyte::vec![
                    __flyte::builder::Supply:: < __flyte::Value, __inputs::path >
                    ::supply(__p0)
                ],
            )
        }
        /// Runs it here, through the engine, and waits for the result.
        pub fn run(self) -> __flyte::Result<i64, __flyte::RunError>
        where
            __P0: __flyte::builder::Supply<__flyte::Value, __inputs::path>,
            for<'__checked> i64: __flyte::TaskOutputs,
        {
            __flyte::Call::run(self.call())
        }
        /// Starts it here, through the engine; the future gives the result.
        pub fn start(self) -> __flyte::Start<i64>
        where
            __P0: __flyte::builder::Supply<__flyte::Value, __inputs::path>,
            for<'__checked> i64: __flyte::TaskOutputs,
        {
            __flyte::Call::start(self.call())
        }
    }
    #[allow(dead_code, private_bounds, private_interfaces)]
    impl<__P0> __Builder<__flyte::builder::Bindings, __P0> {
        #[doc(hidden)]
        #[track_caller]
        pub fn __node(self) -> <i64 as __flyte::TaskOutputs>::Promises
        where
            __P0: __flyte::builder::Supply<__flyte::BindingData, __inputs::path>,
            for<'__checked> i64: __flyte::TaskOutputs,
        {
            let __Builder(__p0, _) = self;
            __flyte::call_node::<
                count,
            >(
                __flyte::vec![
                    __flyte::builder::Supply:: < __flyte::BindingData, __inputs::path >
                    ::supply(__p0)
                ],
            )
        }
    }
};
