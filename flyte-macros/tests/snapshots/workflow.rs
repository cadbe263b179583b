/// Everything at once.
#[allow(clippy::used_underscore_binding)]
fn pipeline(
    xs: Vec<i64>,
    limit: i64,
) -> ::flyte_runtime::__private::Result<Outputs, ::flyte_runtime::__private::RunError> {
    ::flyte_runtime::__private::plain_call::refuse_in_graph(
        ::core::module_path!(),
        "pipeline",
    );
    ::flyte_runtime::__private::Call::run(<pipeline>::call(xs, limit))
}
#[doc(hidden)]
#[allow(non_camel_case_types, non_snake_case, dead_code, clippy::pub_underscore_fields)]
struct pipeline {
    xs: ::flyte_runtime::__private::builder::InputName,
    limit: ::flyte_runtime::__private::builder::InputName,
}
const _: () = {
    use ::flyte_runtime::__private as __flyte;
    #[allow(clippy::needless_update)]
    static __DESCRIPTOR: __flyte::EntityDescriptor = __flyte::EntityDescriptor::new(
        __flyte::Option::None,
        ::core::module_path!(),
        "pipeline",
        __flyte::Location {
            file: ::core::file!(),
            line: ::core::line!(),
        },
        "Everything at once.",
        &[
            __flyte::InputDescriptor {
                name: "xs",
                description: "",
                info: __flyte::slot::info::<__inputs::xs>(),
                default: __flyte::Option::None,
            },
            __flyte::InputDescriptor {
                name: "limit",
                description: "",
                info: __flyte::slot::info::<__inputs::limit>(),
                default: __flyte::Option::Some(__flyte::slot::default::<__inputs::limit>),
            },
        ],
        __flyte::slot::variables::<pipeline>,
        __flyte::EntityBody::Workflow {
            options: ::flyte_runtime::__private::options::WorkflowOptions::new(),
            on_failure: __flyte::Option::None,
            build: __build,
        },
    );
    __flyte::register!(& __DESCRIPTOR);
    #[automatically_derived]
    impl __flyte::Entity for pipeline {
        type Output = Outputs;
        fn descriptor() -> &'static __flyte::EntityDescriptor {
            &__DESCRIPTOR
        }
    }
    #[automatically_derived]
    impl __flyte::Launchable for pipeline {}
    #[allow(non_camel_case_types)]
    mod __inputs {
        #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
        pub(super) struct xs;
        #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
        pub(super) struct limit;
    }
    impl __flyte::slot::Slot for __inputs::xs {
        type Type = Vec<i64>;
    }
    impl __flyte::slot::Slot for __inputs::limit {
        type Type = i64;
    }
    impl __flyte::slot::DefaultInput for __inputs::limit {
        fn default_input() -> i64 {
            10
        }
    }
    #[automatically_derived]
    impl __flyte::Mockable for pipeline {
        type Slots = (__inputs::xs, __inputs::limit);
    }
    #[automatically_derived]
    impl __flyte::slot::InputNames for pipeline {
        const NAMES: &'static [&'static str] = &["xs", "limit"];
    }
    #[allow(
        dead_code,
        private_interfaces,
        private_bounds,
        clippy::too_many_arguments,
        clippy::used_underscore_binding
    )]
    #[automatically_derived]
    impl pipeline {
        /// Adds a node to the workflow whose body is being compiled.
        #[track_caller]
        fn node(
            xs: impl __flyte::IntoBinding<Vec<i64>>,
            limit: impl __flyte::IntoBinding<i64>,
        ) -> <Outputs as __flyte::TaskOutputs>::Promises
        where
            for<'__checked> Outputs: __flyte::TaskOutputs,
        {
            __flyte::call_node::<
                pipeline,
            >(
                __flyte::vec![
                    __flyte::IntoBinding:: < Vec < i64 > > ::into_binding(xs),
                    __flyte::IntoBinding:: < i64 > ::into_binding(limit)
                ],
            )
        }
        /// The call as a value, to be run later.
        fn call(xs: Vec<i64>, limit: i64) -> __flyte::Call<pipeline> {
            __flyte::Call::new(
                __flyte::vec![
                    __flyte::slot::value:: < __inputs::xs > (xs), __flyte::slot::value::
                    < __inputs::limit > (limit)
                ],
            )
        }
        /// Runs it here, through the engine, and waits for the result.
        fn run(xs: Vec<i64>, limit: i64) -> __flyte::Result<Outputs, __flyte::RunError>
        where
            for<'__checked> Outputs: __flyte::TaskOutputs,
        {
            __flyte::Call::run(Self::call(xs, limit))
        }
        /// Starts it here, through the engine; the future gives the result.
        fn start(xs: Vec<i64>, limit: i64) -> __flyte::Start<Outputs>
        where
            for<'__checked> Outputs: __flyte::TaskOutputs,
        {
            __flyte::Call::start(Self::call(xs, limit))
        }
        /// A call by name; inputs with a default may be left out.
        ///
        /// An input called `run`, `call` or `start` is given with `run_`, `call_` or `start_`.
        fn builder() -> __Builder<
            __flyte::builder::Values,
            __flyte::builder::Missing<__inputs::xs>,
            __flyte::builder::Defaulted<__inputs::limit>,
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
            __flyte::builder::Missing<__inputs::xs>,
            __flyte::builder::Defaulted<__inputs::limit>,
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
                xs: __flyte::builder::InputName,
                limit: __flyte::builder::InputName,
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
        ///Gives the input `xs`.
        pub fn xs<__V>(
            self,
            __value: __V,
        ) -> __Builder<
            __M,
            __flyte::builder::Given<
                <__M as __flyte::builder::Accepts<__V, Vec<i64>>>::Kept,
            >,
            __P1,
        >
        where
            __P0: __flyte::builder::Open<__inputs::xs>,
            __M: __flyte::builder::Accepts<__V, Vec<i64>>,
        {
            let __Builder(_, __p1, _) = self;
            __Builder(
                __flyte::builder::Given(
                    <__M as __flyte::builder::Accepts<__V, Vec<i64>>>::keep(__value),
                ),
                __p1,
                ::core::marker::PhantomData,
            )
        }
        ///Gives the input `limit`.
        pub fn limit<__V>(
            self,
            __value: __V,
        ) -> __Builder<
            __M,
            __P0,
            __flyte::builder::Given<<__M as __flyte::builder::Accepts<__V, i64>>::Kept>,
        >
        where
            __P1: __flyte::builder::Open<__inputs::limit>,
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
        pub fn call(self) -> __flyte::Call<pipeline>
        where
            __P0: __flyte::builder::Supply<__flyte::Value, __inputs::xs>,
            __P1: __flyte::builder::Supply<__flyte::Value, __inputs::limit>,
        {
            let __Builder(__p0, __p1, _) = self;
            __flyte::Call::new(
                __flyte::vec![
                    __flyte::builder::Supply:: < __flyte::Value, __inputs::xs >
                    ::supply(__p0), __flyte::builder::Supply:: < __flyte::Value,
                    __inputs::limit > ::supply(__p1)
                ],
            )
        }
        /// Runs it here, through the engine, and waits for the result.
        pub fn run(self) -> __flyte::Result<Outputs, __flyte::RunError>
        where
            __P0: __flyte::builder::Supply<__flyte::Value, __inputs::xs>,
            __P1: __flyte::builder::Supply<__flyte::Value, __inputs::limit>,
            for<'__checked> Outputs: __flyte::TaskOutputs,
        {
            __flyte::Call::run(self.call())
        }
        /// Starts it here, through the engine; the future gives the result.
        pub fn start(self) -> __flyte::Start<Outputs>
        where
            __P0: __flyte::builder::Supply<__flyte::Value, __inputs::xs>,
            __P1: __flyte::builder::Supply<__flyte::Value, __inputs::limit>,
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
            __P0: __flyte::builder::Supply<__flyte::BindingData, __inputs::xs>,
            __P1: __flyte::builder::Supply<__flyte::BindingData, __inputs::limit>,
            for<'__checked> Outputs: __flyte::TaskOutputs,
        {
            let __Builder(__p0, __p1, _) = self;
            __flyte::call_node::<
                pipeline,
            >(
                __flyte::vec![
                    __flyte::builder::Supply:: < __flyte::BindingData, __inputs::xs >
                    ::supply(__p0), __flyte::builder::Supply:: < __flyte::BindingData,
                    __inputs::limit > ::supply(__p1)
                ],
            )
        }
    }
    #[allow(clippy::let_unit_value, clippy::redundant_clone, clippy::redundant_closure)]
    fn __build(__body: &mut __flyte::WorkflowBody) {
        #[allow(unused_imports)]
        use __flyte::NodeOutputs as _;
        let xs = __flyte::slot::promise::<__inputs::xs>(__body, 0u32);
        let limit = __flyte::slot::promise::<__inputs::limit>(__body, 1u32);
        let __end = {
            let total = <sum>::node(xs);
            let more = <add>::__names()
                .a
                .of(<add>::__names().b.of(<add>::__node_builder()).b(limit))
                .a(total)
                .__node()
                .with_overrides(|o| o.retries(3));
            let listed = <sum>::node(
                __flyte::ListBinding::<_, 3>::new().item(total).item(5).item(more),
            );
            let maybe = <pick>::node(__flyte::SomeBinding(total), __flyte::NoneBinding);
            {
                let _ = __flyte::run_in_order(total, (maybe, listed));
            };
            __flyte::plain_call::statement();
            let plain = helper(1);
            {
                let mut __outputs = __flyte::NamedOutputs::<Outputs>::new();
                let __field0 = __flyte::FieldType::new();
                let __field1 = __flyte::FieldType::new();
                let _ = || Outputs {
                    listed: __field0.never(),
                    count: __field1.never(),
                };
                __outputs.field("listed", __field0, listed);
                __outputs.field("count", __field1, plain);
                __outputs
            }
        };
        __flyte::slot::finish::<pipeline>(__body, __end);
    }
};
