/// Every morning.
#[allow(clippy::used_underscore_binding)]
pub fn daily(
    limit: i64,
    name: &str,
) -> ::flyte_runtime::__private::Result<Outputs, ::flyte_runtime::__private::RunError> {
    ::flyte_runtime::__private::plain_call::refuse_in_graph(
        ::core::module_path!(),
        "daily",
    );
    ::flyte_runtime::__private::Call::run(<daily>::call(limit, name))
}
#[doc(hidden)]
#[allow(non_camel_case_types, non_snake_case, dead_code, clippy::pub_underscore_fields)]
pub struct daily {
    pub limit: ::flyte_runtime::__private::builder::InputName,
    pub name: ::flyte_runtime::__private::builder::InputName,
    pub xs: ::flyte_runtime::__private::builder::InputName,
    pub at_most: ::flyte_runtime::__private::builder::InputName,
}
const _: () = {
    use ::flyte_runtime::__private as __flyte;
    #[allow(clippy::needless_update)]
    static __DESCRIPTOR: __flyte::EntityDescriptor = __flyte::EntityDescriptor::new(
        __flyte::Option::None,
        ::core::module_path!(),
        "daily",
        __flyte::Location {
            file: ::core::file!(),
            line: ::core::line!(),
        },
        "Every morning.",
        &[
            __flyte::InputDescriptor {
                name: "limit",
                description: "",
                info: __flyte::slot::info::<__inputs::limit>(),
                default: __flyte::Option::Some(__flyte::slot::default::<__inputs::limit>),
            },
            __flyte::InputDescriptor {
                name: "name",
                description: "",
                info: __flyte::slot::info::<__inputs::name>(),
                default: __flyte::Option::None,
            },
        ],
        __flyte::slot::variables::<daily>,
        __flyte::EntityBody::LaunchPlan {
            options: ::flyte_runtime::__private::options::LaunchPlanOptions {
                notifications: &[
                    ::flyte_runtime::__private::options::Notification {
                        channel: ::flyte_runtime::__private::options::Channel::Email,
                        phases: &[::flyte_runtime::__private::options::Phase::Failed],
                        recipients: &["a@example.org"],
                    },
                ],
                concurrency: ::core::option::Option::Some(
                    ::flyte_runtime::__private::options::Concurrency::new(1u32),
                ),
                ..::flyte_runtime::__private::options::LaunchPlanOptions::new()
            },
            build: __build,
        },
    );
    __flyte::register!(& __DESCRIPTOR);
    #[automatically_derived]
    impl __flyte::Entity for daily {
        type Output = Outputs;
        fn descriptor() -> &'static __flyte::EntityDescriptor {
            &__DESCRIPTOR
        }
    }
    #[allow(non_camel_case_types)]
    mod __inputs {
        #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
        pub struct limit;
        #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
        pub struct name;
    }
    impl __flyte::slot::Slot for __inputs::limit {
        type Type = i64;
    }
    impl __flyte::slot::Slot for __inputs::name {
        type Type = ::flyte_runtime::__private::String;
    }
    impl __flyte::slot::DefaultInput for __inputs::limit {
        fn default_input() -> i64 {
            10
        }
    }
    #[automatically_derived]
    impl __flyte::Mockable for daily {
        type Slots = (__inputs::limit, __inputs::name);
    }
    #[automatically_derived]
    impl __flyte::slot::InputNames for daily {
        const NAMES: &'static [&'static str] = &["limit", "name"];
    }
    #[allow(
        dead_code,
        private_interfaces,
        private_bounds,
        clippy::too_many_arguments,
        clippy::used_underscore_binding
    )]
    #[automatically_derived]
    impl daily {
        /// Adds a node to the workflow whose body is being compiled.
        #[track_caller]
        pub fn node(
            limit: impl __flyte::IntoBinding<i64>,
            name: impl __flyte::IntoBinding<::flyte_runtime::__private::String>,
        ) -> <Outputs as __flyte::TaskOutputs>::Promises
        where
            for<'__checked> Outputs: __flyte::TaskOutputs,
        {
            __flyte::call_node::<
                daily,
            >(
                __flyte::vec![
                    __flyte::IntoBinding:: < i64 > ::into_binding(limit),
                    __flyte::IntoBinding:: < ::flyte_runtime::__private::String >
                    ::into_binding(name)
                ],
            )
        }
        /// The call as a value, to be run later.
        pub fn call(limit: i64, name: &str) -> __flyte::Call<daily> {
            __flyte::Call::new(
                __flyte::vec![
                    __flyte::slot::value:: < __inputs::limit > (limit),
                    __flyte::slot::value:: < __inputs::name >
                    (__flyte::ToOwned::to_owned(name))
                ],
            )
        }
        /// Runs it here, through the engine, and waits for the result.
        pub fn run(limit: i64, name: &str) -> __flyte::Result<Outputs, __flyte::RunError>
        where
            for<'__checked> Outputs: __flyte::TaskOutputs,
        {
            __flyte::Call::run(Self::call(limit, name))
        }
        /// Starts it here, through the engine; the future gives the result.
        pub fn start(limit: i64, name: &str) -> __flyte::Start<Outputs>
        where
            for<'__checked> Outputs: __flyte::TaskOutputs,
        {
            __flyte::Call::start(Self::call(limit, name))
        }
        /// A call by name; inputs with a default may be left out.
        ///
        /// An input called `run`, `call` or `start` is given with `run_`, `call_` or `start_`.
        pub fn builder() -> __Builder<
            __flyte::builder::Values,
            __flyte::builder::Defaulted<__inputs::limit>,
            __flyte::builder::Missing<__inputs::name>,
        > {
            __Builder(
                __flyte::builder::Defaulted::NEW,
                __flyte::builder::Missing::NEW,
                ::core::marker::PhantomData,
            )
        }
        #[doc(hidden)]
        pub fn __node_builder() -> __Builder<
            __flyte::builder::Bindings,
            __flyte::builder::Defaulted<__inputs::limit>,
            __flyte::builder::Missing<__inputs::name>,
        > {
            __Builder(
                __flyte::builder::Defaulted::NEW,
                __flyte::builder::Missing::NEW,
                ::core::marker::PhantomData,
            )
        }
        #[doc(hidden)]
        pub fn __names() -> Self {
            Self {
                limit: __flyte::builder::InputName,
                name: __flyte::builder::InputName,
                xs: __flyte::builder::InputName,
                at_most: __flyte::builder::InputName,
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
    pub struct __Builder<__M, __P0, __P1>(__P0, __P1, ::core::marker::PhantomData<__M>);
    #[allow(dead_code, private_bounds, private_interfaces)]
    impl<__M, __P0, __P1> __Builder<__M, __P0, __P1> {
        ///Gives the input `limit`.
        pub fn limit<__V>(
            self,
            __value: __V,
        ) -> __Builder<
            __M,
            __flyte::builder::Given<<__M as __flyte::builder::Accepts<__V, i64>>::Kept>,
            __P1,
        >
        where
            __P0: __flyte::builder::Open<__inputs::limit>,
            __M: __flyte::builder::Accepts<__V, i64>,
        {
            let __Builder(_, __p1, _) = self;
            __Builder(
                __flyte::builder::Given(
                    <__M as __flyte::builder::Accepts<__V, i64>>::keep(__value),
                ),
                __p1,
                ::core::marker::PhantomData,
            )
        }
        ///Gives the input `name`.
        pub fn name<__V>(
            self,
            __value: __V,
        ) -> __Builder<
            __M,
            __P0,
            __flyte::builder::Given<
                <__M as __flyte::builder::Accepts<
                    __V,
                    ::flyte_runtime::__private::String,
                >>::Kept,
            >,
        >
        where
            __P1: __flyte::builder::Open<__inputs::name>,
            __M: __flyte::builder::Accepts<__V, ::flyte_runtime::__private::String>,
        {
            let __Builder(__p0, _, _) = self;
            __Builder(
                __p0,
                __flyte::builder::Given(
                    <__M as __flyte::builder::Accepts<
                        __V,
                        ::flyte_runtime::__private::String,
                    >>::keep(__value),
                ),
                ::core::marker::PhantomData,
            )
        }
        ///The input `xs` is fixed and cannot be given.
        pub fn xs<__V>(self, __value: __V) -> Self
        where
            __M: __flyte::builder::GivesFixedInputs,
        {
            __flyte::unreachable!("no builder gives fixed inputs")
        }
        ///The input `at_most` is fixed and cannot be given.
        pub fn at_most<__V>(self, __value: __V) -> Self
        where
            __M: __flyte::builder::GivesFixedInputs,
        {
            __flyte::unreachable!("no builder gives fixed inputs")
        }
    }
    #[allow(dead_code, private_bounds, private_interfaces)]
    impl<__P0, __P1> __Builder<__flyte::builder::Values, __P0, __P1> {
        /// The call as a value, to be run later.
        pub fn call(self) -> __flyte::Call<daily>
        where
            __P0: __flyte::builder::Supply<__flyte::Value, __inputs::limit>,
            __P1: __flyte::builder::Supply<__flyte::Value, __inputs::name>,
        {
            let __Builder(__p0, __p1, _) = self;
            __flyte::Call::new(
                __flyte::vec![
                    __flyte::builder::Supply:: < __flyte::Value, __inputs::limit >
                    ::supply(__p0), __flyte::builder::Supply:: < __flyte::Value,
                    __inputs::name > ::supply(__p1)
                ],
            )
        }
        /// Runs it here, through the engine, and waits for the result.
        pub fn run(self) -> __flyte::Result<Outputs, __flyte::RunError>
        where
            __P0: __flyte::builder::Supply<__flyte::Value, __inputs::limit>,
            __P1: __flyte::builder::Supply<__flyte::Value, __inputs::name>,
            for<'__checked> Outputs: __flyte::TaskOutputs,
        {
            __flyte::Call::run(self.call())
        }
        /// Starts it here, through the engine; the future gives the result.
        pub fn start(self) -> __flyte::Start<Outputs>
        where
            __P0: __flyte::builder::Supply<__flyte::Value, __inputs::limit>,
            __P1: __flyte::builder::Supply<__flyte::Value, __inputs::name>,
            for<'__checked> Outputs: __flyte::TaskOutputs,
        {
            __flyte::Call::start(self.call())
        }
    }
    #[allow(dead_code, private_bounds, private_interfaces)]
    impl<__P0, __P1> __Builder<__flyte::builder::Bindings, __P0, __P1> {
        #[doc(hidden)]
        #[track_caller]
        pub fn __node(self) -> <Outputs as __flyte::TaskOutputs>::Promises
        where
            __P0: __flyte::builder::Supply<__flyte::BindingData, __inputs::limit>,
            __P1: __flyte::builder::Supply<__flyte::BindingData, __inputs::name>,
            for<'__checked> Outputs: __flyte::TaskOutputs,
        {
            let __Builder(__p0, __p1, _) = self;
            __flyte::call_node::<
                daily,
            >(
                __flyte::vec![
                    __flyte::builder::Supply:: < __flyte::BindingData, __inputs::limit >
                    ::supply(__p0), __flyte::builder::Supply:: < __flyte::BindingData,
                    __inputs::name > ::supply(__p1)
                ],
            )
        }
    }
    const _: () = {
        type __Workflow = pipeline;
        __flyte::slot::launches::<__Workflow>()
    };
    #[allow(clippy::let_unit_value, clippy::redundant_clone, clippy::redundant_closure)]
    fn __build(__body: &mut __flyte::WorkflowBody) {
        #[allow(unused_imports)]
        use __flyte::NodeOutputs as _;
        let limit = __flyte::slot::promise::<__inputs::limit>(__body, 0u32);
        let name = __flyte::slot::promise::<__inputs::name>(__body, 1u32);
        let __end = {
            <pipeline>::__names()
                .at_most
                .of(
                    <pipeline>::__names()
                        .xs
                        .of(
                            <pipeline>::__names()
                                .name
                                .of(
                                    <pipeline>::__names()
                                        .limit
                                        .of(<pipeline>::__node_builder())
                                        .limit(limit),
                                )
                                .name(name),
                        )
                        .xs(__flyte::ListBinding::<_, 2>::new().item(1).item(2)),
                )
                .at_most(__flyte::NoneBinding)
                .__node()
        };
        __flyte::slot::finish::<daily>(__body, __end);
    }
};
