async fn search(
    lines: &[String],
    word: &str,
    at_most: Option<u32>,
) -> Result<Vec<String>, SearchError> {
    ::flyte_runtime::__private::plain_call::refuse_in_graph(
        ::core::module_path!(),
        "search",
    );
    find(lines, word, at_most).await
}
#[doc(hidden)]
#[allow(non_camel_case_types, non_snake_case, dead_code, clippy::pub_underscore_fields)]
struct search {
    lines: ::flyte_runtime::__private::builder::InputName,
    word: ::flyte_runtime::__private::builder::InputName,
    at_most: ::flyte_runtime::__private::builder::InputName,
}
const _: () = {
    use ::flyte_runtime::__private as __flyte;
    #[allow(clippy::needless_update)]
    static __DESCRIPTOR: __flyte::EntityDescriptor = __flyte::EntityDescriptor::new(
        __flyte::Option::None,
        ::core::module_path!(),
        "search",
        __flyte::Location {
            file: ::core::file!(),
            line: ::core::line!(),
        },
        "",
        &[
            __flyte::InputDescriptor {
                name: "lines",
                description: "Where to look.",
                info: __flyte::slot::info::<__inputs::lines>(),
                default: __flyte::Option::None,
            },
            __flyte::InputDescriptor {
                name: "word",
                description: "",
                info: __flyte::slot::info::<__inputs::word>(),
                default: __flyte::Option::None,
            },
            __flyte::InputDescriptor {
                name: "at_most",
                description: "",
                info: __flyte::slot::info::<__inputs::at_most>(),
                default: __flyte::Option::Some(
                    __flyte::slot::default::<__inputs::at_most>,
                ),
            },
        ],
        __flyte::slot::variables::<search>,
        __flyte::EntityBody::Task {
            options: ::flyte_runtime::__private::options::TaskOptions::new(),
            run: __flyte::RunTask::Async(__run),
        },
    );
    __flyte::register!(& __DESCRIPTOR);
    #[automatically_derived]
    impl __flyte::DeclaredTask for search {
        type Return = Result<Vec<String>, SearchError>;
        type Plain = __flyte::callee::AsyncFunction;
        fn descriptor() -> &'static __flyte::EntityDescriptor {
            &__DESCRIPTOR
        }
    }
    #[allow(non_camel_case_types)]
    mod __inputs {
        #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
        pub(super) struct lines;
        #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
        pub(super) struct word;
        #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
        pub(super) struct at_most;
    }
    impl __flyte::slot::SliceSlot for __inputs::lines {
        type Element = String;
    }
    impl __flyte::slot::Slot for __inputs::word {
        type Type = ::flyte_runtime::__private::String;
    }
    impl __flyte::slot::Slot for __inputs::at_most {
        type Type = Option<u32>;
    }
    impl __flyte::slot::DefaultInput for __inputs::at_most {
        fn default_input() -> Option<u32> {
            Some(3)
        }
    }
    #[automatically_derived]
    impl __flyte::Mockable for search {
        type Slots = (__inputs::lines, __inputs::word, __inputs::at_most);
    }
    #[automatically_derived]
    impl __flyte::slot::InputNames for search {
        const NAMES: &'static [&'static str] = &["lines", "word", "at_most"];
    }
    #[allow(
        dead_code,
        private_interfaces,
        private_bounds,
        clippy::too_many_arguments,
        clippy::used_underscore_binding
    )]
    #[automatically_derived]
    impl search {
        /// Adds a node to the workflow whose body is being compiled.
        #[track_caller]
        fn node(
            lines: impl __flyte::IntoBinding<::flyte_runtime::__private::Vec<String>>,
            word: impl __flyte::IntoBinding<::flyte_runtime::__private::String>,
            at_most: impl __flyte::IntoBinding<Option<u32>>,
        ) -> <<Result<
            Vec<String>,
            SearchError,
        > as __flyte::TaskReturn>::Outputs as __flyte::TaskOutputs>::Promises
        where
            for<'__checked> Result<Vec<String>, SearchError>: __flyte::TaskReturn,
        {
            __flyte::call_node::<
                search,
            >(
                __flyte::vec![
                    __flyte::IntoBinding:: < ::flyte_runtime::__private::Vec < String > >
                    ::into_binding(lines), __flyte::IntoBinding:: <
                    ::flyte_runtime::__private::String > ::into_binding(word),
                    __flyte::IntoBinding:: < Option < u32 > > ::into_binding(at_most)
                ],
            )
        }
        /// The call as a value, to be run later.
        fn call(
            lines: &[String],
            word: &str,
            at_most: Option<u32>,
        ) -> __flyte::Call<search> {
            __flyte::Call::new(
                __flyte::vec![
                    __flyte::slot::cloned_slice:: < __inputs::lines > (lines),
                    __flyte::slot::value:: < __inputs::word >
                    (__flyte::ToOwned::to_owned(word)), __flyte::slot::value:: <
                    __inputs::at_most > (at_most)
                ],
            )
        }
        /// Runs it here, through the engine, and waits for the result.
        fn run(
            lines: &[String],
            word: &str,
            at_most: Option<u32>,
        ) -> __flyte::Result<
            <Result<Vec<String>, SearchError> as __flyte::TaskReturn>::Outputs,
            __flyte::RunError,
        >
        where
            for<'__checked> Result<Vec<String>, SearchError>: __flyte::TaskReturn,
        {
            __flyte::Call::run(Self::call(lines, word, at_most))
        }
        /// Starts it here, through the engine; the future gives the result.
        fn start(
            lines: &[String],
            word: &str,
            at_most: Option<u32>,
        ) -> __flyte::Start<
            <Result<Vec<String>, SearchError> as __flyte::TaskReturn>::Outputs,
        >
        where
            for<'__checked> Result<Vec<String>, SearchError>: __flyte::TaskReturn,
        {
            __flyte::Call::start(Self::call(lines, word, at_most))
        }
        /// A call by name; inputs with a default may be left out.
        ///
        /// An input called `run`, `call` or `start` is given with `run_`, `call_` or `start_`.
        fn builder() -> __Builder<
            __flyte::builder::Values,
            __flyte::builder::Missing<__inputs::lines>,
            __flyte::builder::Missing<__inputs::word>,
            __flyte::builder::Defaulted<__inputs::at_most>,
        > {
            __Builder(
                __flyte::builder::Missing::NEW,
                __flyte::builder::Missing::NEW,
                __flyte::builder::Defaulted::NEW,
                ::core::marker::PhantomData,
            )
        }
        #[doc(hidden)]
        fn __node_builder() -> __Builder<
            __flyte::builder::Bindings,
            __flyte::builder::Missing<__inputs::lines>,
            __flyte::builder::Missing<__inputs::word>,
            __flyte::builder::Defaulted<__inputs::at_most>,
        > {
            __Builder(
                __flyte::builder::Missing::NEW,
                __flyte::builder::Missing::NEW,
                __flyte::builder::Defaulted::NEW,
                ::core::marker::PhantomData,
            )
        }
        #[doc(hidden)]
        fn __names() -> Self {
            Self {
                lines: __flyte::builder::InputName,
                word: __flyte::builder::InputName,
                at_most: __flyte::builder::InputName,
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
    pub struct __Builder<__M, __P0, __P1, __P2>(
        __P0,
        __P1,
        __P2,
        ::core::marker::PhantomData<__M>,
    );
    #[allow(dead_code, private_bounds, private_interfaces)]
    impl<__M, __P0, __P1, __P2> __Builder<__M, __P0, __P1, __P2> {
        ///Gives the input `lines`.
        pub fn lines<__V>(
            self,
            __value: __V,
        ) -> __Builder<
            __M,
            __flyte::builder::Given<
                <__M as __flyte::builder::Accepts<
                    __V,
                    ::flyte_runtime::__private::Vec<String>,
                >>::Kept,
            >,
            __P1,
            __P2,
        >
        where
            __P0: __flyte::builder::Open<__inputs::lines>,
            __M: __flyte::builder::Accepts<__V, ::flyte_runtime::__private::Vec<String>>,
        {
            let __Builder(_, __p1, __p2, _) = self;
            __Builder(
                __flyte::builder::Given(
                    <__M as __flyte::builder::Accepts<
                        __V,
                        ::flyte_runtime::__private::Vec<String>,
                    >>::keep(__value),
                ),
                __p1,
                __p2,
                ::core::marker::PhantomData,
            )
        }
        ///Gives the input `word`.
        pub fn word<__V>(
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
            __P2,
        >
        where
            __P1: __flyte::builder::Open<__inputs::word>,
            __M: __flyte::builder::Accepts<__V, ::flyte_runtime::__private::String>,
        {
            let __Builder(__p0, _, __p2, _) = self;
            __Builder(
                __p0,
                __flyte::builder::Given(
                    <__M as __flyte::builder::Accepts<
                        __V,
                        ::flyte_runtime::__private::String,
                    >>::keep(__value),
                ),
                __p2,
                ::core::marker::PhantomData,
            )
        }
        ///Gives the input `at_most`.
        pub fn at_most<__V>(
            self,
            __value: __V,
        ) -> __Builder<
            __M,
            __P0,
            __P1,
            __flyte::builder::Given<
                <__M as __flyte::builder::Accepts<__V, Option<u32>>>::Kept,
            >,
        >
        where
            __P2: __flyte::builder::Open<__inputs::at_most>,
            __M: __flyte::builder::Accepts<__V, Option<u32>>,
        {
            let __Builder(__p0, __p1, _, _) = self;
            __Builder(
                __p0,
                __p1,
                __flyte::builder::Given(
                    <__M as __flyte::builder::Accepts<__V, Option<u32>>>::keep(__value),
                ),
                ::core::marker::PhantomData,
            )
        }
    }
    #[allow(dead_code, private_bounds, private_interfaces)]
    impl<__P0, __P1, __P2> __Builder<__flyte::builder::Values, __P0, __P1, __P2> {
        /// The call as a value, to be run later.
        pub fn call(self) -> __flyte::Call<search>
        where
            __P0: __flyte::builder::Supply<__flyte::Value, __inputs::lines>,
            __P1: __flyte::builder::Supply<__flyte::Value, __inputs::word>,
            __P2: __flyte::builder::Supply<__flyte::Value, __inputs::at_most>,
        {
            let __Builder(__p0, __p1, __p2, _) = self;
            __flyte::Call::new(
                __flyte::vec![
                    __flyte::builder::Supply:: < __flyte::Value, __inputs::lines >
                    ::supply(__p0), __flyte::builder::Supply:: < __flyte::Value,
                    __inputs::word > ::supply(__p1), __flyte::builder::Supply:: <
                    __flyte::Value, __inputs::at_most > ::supply(__p2)
                ],
            )
        }
        /// Runs it here, through the engine, and waits for the result.
        pub fn run(
            self,
        ) -> __flyte::Result<
            <Result<Vec<String>, SearchError> as __flyte::TaskReturn>::Outputs,
            __flyte::RunError,
        >
        where
            __P0: __flyte::builder::Supply<__flyte::Value, __inputs::lines>,
            __P1: __flyte::builder::Supply<__flyte::Value, __inputs::word>,
            __P2: __flyte::builder::Supply<__flyte::Value, __inputs::at_most>,
            for<'__checked> Result<Vec<String>, SearchError>: __flyte::TaskReturn,
        {
            __flyte::Call::run(self.call())
        }
        /// Starts it here, through the engine; the future gives the result.
        pub fn start(
            self,
        ) -> __flyte::Start<
            <Result<Vec<String>, SearchError> as __flyte::TaskReturn>::Outputs,
        >
        where
            __P0: __flyte::builder::Supply<__flyte::Value, __inputs::lines>,
            __P1: __flyte::builder::Supply<__flyte::Value, __inputs::word>,
            __P2: __flyte::builder::Supply<__flyte::Value, __inputs::at_most>,
            for<'__checked> Result<Vec<String>, SearchError>: __flyte::TaskReturn,
        {
            __flyte::Call::start(self.call())
        }
    }
    #[allow(dead_code, private_bounds, private_interfaces)]
    impl<__P0, __P1, __P2> __Builder<__flyte::builder::Bindings, __P0, __P1, __P2> {
        #[doc(hidden)]
        #[track_caller]
        pub fn __node(
            self,
        ) -> <<Result<
            Vec<String>,
            SearchError,
        > as __flyte::TaskReturn>::Outputs as __flyte::TaskOutputs>::Promises
        where
            __P0: __flyte::builder::Supply<__flyte::BindingData, __inputs::lines>,
            __P1: __flyte::builder::Supply<__flyte::BindingData, __inputs::word>,
            __P2: __flyte::builder::Supply<__flyte::BindingData, __inputs::at_most>,
            for<'__checked> Result<Vec<String>, SearchError>: __flyte::TaskReturn,
        {
            let __Builder(__p0, __p1, __p2, _) = self;
            __flyte::call_node::<
                search,
            >(
                __flyte::vec![
                    __flyte::builder::Supply:: < __flyte::BindingData, __inputs::lines >
                    ::supply(__p0), __flyte::builder::Supply:: < __flyte::BindingData,
                    __inputs::word > ::supply(__p1), __flyte::builder::Supply:: <
                    __flyte::BindingData, __inputs::at_most > ::supply(__p2)
                ],
            )
        }
    }
    #[allow(deprecated, clippy::unit_arg)]
    fn __run(
        __inputs: &mut __flyte::TaskInputs,
    ) -> __flyte::Result<__flyte::TaskFuture, __flyte::BoxError> {
        let __argument0 = __flyte::slot::share::<__inputs::lines>(__inputs, 0usize)?;
        let __argument1 = __flyte::slot::share::<__inputs::word>(__inputs, 1usize)?;
        let __argument2 = __flyte::slot::take::<__inputs::at_most>(__inputs, 2usize)?;
        let __future = async move {
            search(&__argument0, &__argument1, __argument2).await
        };
        __flyte::Result::Ok(
            __flyte::slot::future_of_an_async_task_must_be_send::<search>(__future),
        )
    }
};
