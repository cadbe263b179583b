/// Square of one number.
pub fn square(x: i64) -> i64 {
    ::flyte_runtime::__private::plain_call::refuse_without_options(
        ::core::module_path!(),
        "square",
        "square",
    );
    x * x
}
#[doc(hidden)]
#[allow(non_camel_case_types, non_snake_case, dead_code, clippy::pub_underscore_fields)]
pub struct square {
    pub x: ::flyte_runtime::__private::builder::InputName,
}
const _: () = {
    use ::flyte_runtime::__private as __flyte;
    #[allow(clippy::needless_update)]
    static __DESCRIPTOR: __flyte::EntityDescriptor = __flyte::EntityDescriptor::new(
        __flyte::Option::None,
        ::core::module_path!(),
        "square",
        __flyte::Location {
            file: ::core::file!(),
            line: ::core::line!(),
        },
        "Square of one number.",
        &[
            __flyte::InputDescriptor {
                name: "x",
                description: "",
                info: __flyte::slot::info::<__inputs::x>(),
                default: __flyte::Option::None,
            },
        ],
        __flyte::slot::variables::<square>,
        __flyte::EntityBody::Task {
            options: ::flyte_runtime::__private::options::TaskOptions {
                retries: 3u32,
                timeout: ::core::option::Option::Some(
                    ::core::time::Duration::new(30u64, 0u32),
                ),
                ..::flyte_runtime::__private::options::TaskOptions::new()
            },
            run: __flyte::RunTask::Sync(__run),
        },
    );
    __flyte::register!(& __DESCRIPTOR);
    #[automatically_derived]
    impl __flyte::DeclaredTask for square {
        type Return = i64;
        type Plain = __flyte::callee::WithoutItsOptions;
        fn descriptor() -> &'static __flyte::EntityDescriptor {
            &__DESCRIPTOR
        }
    }
    #[allow(non_camel_case_types)]
    mod __inputs {
        #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
        pub struct x;
    }
    impl __flyte::slot::Slot for __inputs::x {
        type Type = i64;
    }
    #[automatically_derived]
    impl __flyte::Mockable for square {
        type Slots = (__inputs::x,);
    }
    #[automatically_derived]
    impl __flyte::slot::InputNames for square {
        const NAMES: &'static [&'static str] = &["x"];
    }
    #[allow(
        dead_code,
        private_interfaces,
        private_bounds,
        clippy::too_many_arguments,
        clippy::used_underscore_binding
    )]
    #[automatically_derived]
    impl square {
        /// Adds a node to the workflow whose body is being compiled.
        #[track_caller]
        pub fn node(
            x: impl __flyte::IntoBinding<i64>,
        ) -> <<i64 as __flyte::TaskReturn>::Outputs as __flyte::TaskOutputs>::Promises
        where
            for<'__checked> i64: __flyte::TaskReturn,
        {
            __flyte::call_node::<
                square,
            >(__flyte::vec![__flyte::IntoBinding:: < i64 > ::into_binding(x)])
        }
        /// The call as a value, to be run later.
        pub fn call(x: i64) -> __flyte::Call<square> {
            __flyte::Call::new(__flyte::vec![__flyte::slot::value:: < __inputs::x > (x)])
        }
        /// Runs it here, through the engine, and waits for the result.
        pub fn run(
            x: i64,
        ) -> __flyte::Result<<i64 as __flyte::TaskReturn>::Outputs, __flyte::RunError>
        where
            for<'__checked> i64: __flyte::TaskReturn,
        {
            __flyte::Call::run(Self::call(x))
        }
        /// Starts it here, through the engine; the future gives the result.
        pub fn start(x: i64) -> __flyte::Start<<i64 as __flyte::TaskReturn>::Outputs>
        where
            for<'__checked> i64: __flyte::TaskReturn,
        {
            __flyte::Call::start(Self::call(x))
        }
        /// A call by name; inputs with a default may be left out.
        ///
        /// An input called `run`, `call` or `start` is given with `run_`, `call_` or `start_`.
        pub fn builder() -> __Builder<
            __flyte::builder::Values,
            __flyte::builder::Missing<__inputs::x>,
        > {
            __Builder(__flyte::builder::Missing::NEW, ::core::marker::PhantomData)
        }
        #[doc(hidden)]
        pub fn __node_builder() -> __Builder<
            __flyte::builder::Bindings,
            __flyte::builder::Missing<__inputs::x>,
        > {
            __Builder(__flyte::builder::Missing::NEW, ::core::marker::PhantomData)
        }
        #[doc(hidden)]
        pub fn __names() -> Self {
            Self {
                x: __flyte::builder::InputName,
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
        ///Gives the input `x`.
        pub fn x<__V>(
            self,
            __value: __V,
        ) -> __Builder<
            __M,
            __flyte::builder::Given<<__M as __flyte::builder::Accepts<__V, i64>>::Kept>,
        >
        where
            __P0: __flyte::builder::Open<__inputs::x>,
            __M: __flyte::builder::Accepts<__V, i64>,
        {
            let __Builder(_, _) = self;
            __Builder(
                __flyte::builder::Given(
                    <__M as __flyte::builder::Accepts<__V, i64>>::keep(__value),
                ),
                ::core::marker::PhantomData,
            )
        }
    }
    #[allow(dead_code, private_bounds, private_interfaces)]
    impl<__P0> __Builder<__flyte::builder::Values, __P0> {
        /// The call as a value, to be run later.
        pub fn call(self) -> __flyte::Call<square>
        where
            __P0: __flyte::builder::Supply<__flyte::Value, __inputs::x>,
        {
            let __Builder(__p0, _) = self;
            __flyte::Call::new(
                __flyte::vec![
                    __flyte::builder::Supply:: < __flyte::Value, __inputs::x >
                    ::supply(__p0)
                ],
            )
        }
        /// Runs it here, through the engine, and waits for the result.
        pub fn run(
            self,
        ) -> __flyte::Result<<i64 as __flyte::TaskReturn>::Outputs, __flyte::RunError>
        where
            __P0: __flyte::builder::Supply<__flyte::Value, __inputs::x>,
            for<'__checked> i64: __flyte::TaskReturn,
        {
            __flyte::Call::run(self.call())
        }
        /// Starts it here, through the engine; the future gives the result.
        pub fn start(self) -> __flyte::Start<<i64 as __flyte::TaskReturn>::Outputs>
        where
            __P0: __flyte::builder::Supply<__flyte::Value, __inputs::x>,
            for<'__checked> i64: __flyte::TaskReturn,
        {
            __flyte::Call::start(self.call())
        }
    }
    #[allow(dead_code, private_bounds, private_interfaces)]
    impl<__P0> __Builder<__flyte::builder::Bindings, __P0> {
        #[doc(hidden)]
        #[track_caller]
        pub fn __node(
            self,
        ) -> <<i64 as __flyte::TaskReturn>::Outputs as __flyte::TaskOutputs>::Promises
        where
            __P0: __flyte::builder::Supply<__flyte::BindingData, __inputs::x>,
            for<'__checked> i64: __flyte::TaskReturn,
        {
            let __Builder(__p0, _) = self;
            __flyte::call_node::<
                square,
            >(
                __flyte::vec![
                    __flyte::builder::Supply:: < __flyte::BindingData, __inputs::x >
                    ::supply(__p0)
                ],
            )
        }
    }
    #[allow(deprecated, clippy::unit_arg)]
    fn __run(
        __inputs: &mut __flyte::TaskInputs,
        __outputs: &mut __flyte::Vec<__flyte::Value>,
    ) -> __flyte::Result<(), __flyte::BoxError> {
        let __argument0 = __flyte::slot::take::<__inputs::x>(__inputs, 0usize)?;
        __flyte::slot::outcome::<square>(square(__argument0), __outputs)
    }
};
