/// Far away.
#[allow(clippy::used_underscore_binding)]
fn far(
    x: &str,
    size: i64,
) -> ::flyte_runtime::__private::Result<
    (i64, String),
    ::flyte_runtime::__private::RunError,
> {
    ::flyte_runtime::__private::plain_call::refuse_in_graph(
        ::core::module_path!(),
        "far",
    );
    ::flyte_runtime::__private::Call::run(<far>::call(x, size))
}
#[doc(hidden)]
#[allow(non_camel_case_types, non_snake_case, dead_code, clippy::pub_underscore_fields)]
struct far {
    x: ::flyte_runtime::__private::builder::InputName,
    size: ::flyte_runtime::__private::builder::InputName,
}
const _: () = {
    use ::flyte_runtime::__private as __flyte;
    #[allow(clippy::needless_update)]
    static __DESCRIPTOR: __flyte::EntityDescriptor = __flyte::EntityDescriptor::new(
        __flyte::Option::None,
        ::core::module_path!(),
        "far",
        __flyte::Location {
            file: ::core::file!(),
            line: ::core::line!(),
        },
        "Far away.",
        &[
            __flyte::InputDescriptor {
                name: "x",
                description: "",
                info: __flyte::slot::info::<__inputs::x>(),
                default: __flyte::Option::None,
            },
            __flyte::InputDescriptor {
                name: "size",
                description: "",
                info: __flyte::slot::info::<__inputs::size>(),
                default: __flyte::Option::Some(__flyte::slot::default::<__inputs::size>),
            },
        ],
        __flyte::slot::variables::<far>,
        __flyte::EntityBody::Reference {
            reference: __flyte::Reference {
                kind: __flyte::EntityKind::Workflow,
                project: "p",
                domain: "d",
                name: "n",
                version: "v",
                stubbed: false,
            },
            run: __flyte::RunTask::Sync(__flyte::slot::not_here::<far>),
        },
    );
    __flyte::register!(& __DESCRIPTOR);
    #[automatically_derived]
    impl __flyte::Entity for far {
        type Output = (i64, String);
        fn descriptor() -> &'static __flyte::EntityDescriptor {
            &__DESCRIPTOR
        }
    }
    #[automatically_derived]
    impl __flyte::Launchable for far {}
    #[allow(non_camel_case_types)]
    mod __inputs {
        #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
        pub(super) struct x;
        #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
        pub(super) struct size;
    }
    impl __flyte::slot::Slot for __inputs::x {
        type Type = ::flyte_runtime::__private::String;
    }
    impl __flyte::slot::Slot for __inputs::size {
        type Type = i64;
    }
    impl __flyte::slot::DefaultInput for __inputs::size {
        fn default_input() -> i64 {
            2
        }
    }
    #[automatically_derived]
    impl __flyte::Mockable for far {
        type Slots = (__inputs::x, __inputs::size);
    }
    #[automatically_derived]
    impl __flyte::slot::InputNames for far {
        const NAMES: &'static [&'static str] = &["x", "size"];
    }
    #[allow(
        dead_code,
        private_interfaces,
        private_bounds,
        clippy::too_many_arguments,
        clippy::used_underscore_binding
    )]
    #[automatically_derived]
    impl far {
        /// Adds a node to the workflow whose body is being compiled.
        #[track_caller]
        fn node(
            x: impl __flyte::IntoBinding<::flyte_runtime::__private::String>,
            size: impl __flyte::IntoBinding<i64>,
        ) -> <(i64, String) as __flyte::TaskOutputs>::Promises
        where
            for<'__checked> (i64, String): __flyte::TaskOutputs,
        {
            __flyte::call_node::<
                far,
            >(
                __flyte::vec![
                    __flyte::IntoBinding:: < ::flyte_runtime::__private::String >
                    ::into_binding(x), __flyte::IntoBinding:: < i64 >
                    ::into_binding(size)
                ],
            )
        }
        /// The call as a value, to be run later.
        fn call(x: &str, size: i64) -> __flyte::Call<far> {
            __flyte::Call::new(
                __flyte::vec![
                    __flyte::slot::value:: < __inputs::x >
                    (__flyte::ToOwned::to_owned(x)), __flyte::slot::value:: <
                    __inputs::size > (size)
                ],
            )
        }
        /// Runs it here, through the engine, and waits for the result.
        fn run(x: &str, size: i64) -> __flyte::Result<(i64, String), __flyte::RunError>
        where
            for<'__checked> (i64, String): __flyte::TaskOutputs,
        {
            __flyte::Call::run(Self::call(x, size))
        }
        /// Starts it here, through the engine; the future gives the result.
        fn start(x: &str, size: i64) -> __flyte::Start<(i64, String)>
        where
            for<'__checked> (i64, String): __flyte::TaskOutputs,
        {
            __flyte::Call::start(Self::call(x, size))
        }
        /// A call by name; inputs with a default may be left out.
        ///
        /// An input called `run`, `call` or `start` is given with `run_`, `call_` or `start_`.
        fn builder() -> __Builder<
            __flyte::builder::Values,
            __flyte::builder::Missing<__inputs::x>,
            __flyte::builder::Defaulted<__inputs::size>,
        > {
            __Builder(
                __flyte::builder::Missing::NEW,
                __flyte::builder::Defaulted::NEW,
                ::core::marker::PhantomData,
            )
        }
        #[doc(hidden)]
        fn __node_builder() -> __Builder<
            __flyte::builder::Bindings,
            __flyte::builder::Missing<__inputs::x>,
            __flyte::builder::Defaulted<__inputs::size>,
        > {
            __Builder(
                __flyte::builder::Missing::NEW,
                __flyte::builder::Defaulted::NEW,
                ::core::marker::PhantomData,
            )
        }
        #[doc(hidden)]
        fn __names() -> Self {
            Self {
                x: __flyte::builder::InputName,
                size: __flyte::builder::InputName,
            }
        }
        /// The compiled graph.
        fn graph() -> __flyte::Result<
            __flyte::Arc<__flyte::Graph>,
            __flyte::CompileError,
        > {
            <Self as __flyte::Entity>::descriptor().graph()
        }
    }
    #[must_use = "a call by name does nothing before `run`, `call` or `start`"]
    pub struct __Builder<__M, __P0, __P1>(__P0, __P1, ::core::marker::PhantomData<__M>);
    #[allow(dead_code, private_bounds, private_interfaces)]
    impl<__M, __P0, __P1> __Builder<__M, __P0, __P1> {
        ///Gives the input `x`.
        pub fn x<__V>(
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
            __P1,
        >
        where
            __P0: __flyte::builder::Open<__inputs::x>,
            __M: __flyte::builder::Accepts<__V, ::flyte_runtime::__private::String>,
        {
            let __Builder(_, __p1, _) = self;
            __Builder(
                __flyte::builder::Given(
                    <__M as __flyte::builder::Accepts<
                        __V,
                        ::flyte_runtime::__private::String,
                    >>::keep(__value),
                ),
                __p1,
                ::core::marker::PhantomData,
            )
        }
        ///Gives the input `size`.
        pub fn size<__V>(
            self,
            __value: __V,
        ) -> __Builder<
            __M,
            __P0,
            __flyte::builder::Given<<__M as __flyte::builder::Accepts<__V, i64>>::Kept>,
        >
        where
            __P1: __flyte::builder::Open<__inputs::size>,
            __M: __flyte::builder::Accepts<__V, i64>,
        {
            let __Builder(__p0, _, _) = self;
            __Builder(
                __p0,
                __flyte::builder::Given(
                    <__M as __flyte::builder::Accepts<__V, i64>>::keep(__value),
                ),
                ::core::marker::PhantomData,
            )
        }
    }
    #[allow(dead_code, private_bounds, private_interfaces)]
    impl<__P0, __P1> __Builder<__flyte::builder::Values, __P0, __P1> {
        /// The call as a value, to be run later.
        pub fn call(self) -> __flyte::Call<far>
        where
            __P0: __flyte::builder::Supply<__flyte::Value, __inputs::x>,
            __P1: __flyte::builder::Supply<__flyte::Value, __inputs::size>,
        {
            let __Builder(__p0, __p1, _) = self;
            __flyte::Call::new(
                __flyte::vec![
                    __flyte::builder::Supply:: < __flyte::Value, __inputs::x >
                    ::supply(__p0), __flyte::builder::Supply:: < __flyte::Value,
                    __inputs::size > ::supply(__p1)
                ],
            )
        }
        /// Runs it here, through the engine, and waits for the result.
        pub fn run(self) -> __flyte::Result<(i64, String), __flyte::RunError>
        where
            __P0: __flyte::builder::Supply<__flyte::Value, __inputs::x>,
            __P1: __flyte::builder::Supply<__flyte::Value, __inputs::size>,
            for<'__checked> (i64, String): __flyte::TaskOutputs,
        {
            __flyte::Call::run(self.call())
        }
        /// Starts it here, through the engine; the future gives the result.
        pub fn start(self) -> __flyte::Start<(i64, String)>
        where
            __P0: __flyte::builder::Supply<__flyte::Value, __inputs::x>,
            __P1: __flyte::builder::Supply<__flyte::Value, __inputs::size>,
            for<'__checked> (i64, String): __flyte::TaskOutputs,
        {
            __flyte::Call::start(self.call())
        }
    }
    #[allow(dead_code, private_bounds, private_interfaces)]
    impl<__P0, __P1> __Builder<__flyte::builder::Bindings, __P0, __P1> {
        #[doc(hidden)]
        #[track_caller]
        pub fn __node(self) -> <(i64, String) as __flyte::TaskOutputs>::Promises
        where
            __P0: __flyte::builder::Supply<__flyte::BindingData, __inputs::x>,
            __P1: __flyte::builder::Supply<__flyte::BindingData, __inputs::size>,
            for<'__checked> (i64, String): __flyte::TaskOutputs,
        {
            let __Builder(__p0, __p1, _) = self;
            __flyte::call_node::<
                far,
            >(
                __flyte::vec![
                    __flyte::builder::Supply:: < __flyte::BindingData, __inputs::x >
                    ::supply(__p0), __flyte::builder::Supply:: < __flyte::BindingData,
                    __inputs::size > ::supply(__p1)
                ],
            )
        }
    }
};
