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
    lines: ::flyte_runtime::__private::Input<search, ::flyte_runtime::__private::P0>,
    word: ::flyte_runtime::__private::Input<search, ::flyte_runtime::__private::P1>,
    at_most: ::flyte_runtime::__private::Input<search, ::flyte_runtime::__private::P2>,
}
const _: () = {
    use ::flyte_runtime::__private as __flyte;
    #[allow(deprecated, clippy::unit_arg, clippy::needless_update)]
    static __DESCRIPTOR: __flyte::EntityDescriptor = __flyte::declare::task(
        __flyte::declare::source!(search, "search", ""),
        __flyte::options::TaskOptions::NONE,
        __flyte::RunTask::Async(|__inputs| {
            let __argument0 = __flyte::declare::share::<search, __flyte::P0>(__inputs)?;
            let __argument1 = __flyte::declare::share::<search, __flyte::P1>(__inputs)?;
            let __argument2 = __flyte::declare::take::<search, __flyte::P2>(__inputs)?;
            let __future = async move {
                search(&*__argument0, &*__argument1, __argument2).await
            };
            __flyte::Result::Ok(
                __flyte::slot::future_of_an_async_task_must_be_send::<search>(__future),
            )
        }),
    );
    __flyte::register!(& __DESCRIPTOR);
    impl __flyte::declare::SliceSlot<__flyte::P0> for search {
        type Element = String;
    }
    impl __flyte::declare::InputSlot<__flyte::P1> for search {
        type Type = ::flyte_runtime::__private::String;
    }
    impl __flyte::declare::InputSlot<__flyte::P2> for search {
        type Type = Option<u32>;
    }
    impl __flyte::declare::DefaultInput<__flyte::P2> for search {
        fn default_input() -> Option<u32> {
            Some(3)
        }
    }
    #[automatically_derived]
    impl __flyte::DeclaredTask for search {
        type Return = Result<Vec<String>, SearchError>;
        type Slots = __flyte::Slots3<Self>;
        type Plain = __flyte::callee::AsyncFunction;
        const INPUTS: __flyte::Inputs = &[
            __flyte::declare::input::<Self, __flyte::P0>("lines", "Where to look."),
            __flyte::declare::input::<Self, __flyte::P1>("word", ""),
            __flyte::declare::defaulted::<Self, __flyte::P2>("at_most", ""),
        ];
        fn descriptor() -> &'static __flyte::EntityDescriptor {
            &__DESCRIPTOR
        }
    }
    #[allow(dead_code, private_interfaces, private_bounds)]
    impl search {
        /// Adds a node to the workflow whose body is being compiled.
        #[track_caller]
        fn node(
            lines: impl __flyte::IntoBinding<::flyte_runtime::__private::Vec<String>>,
            word: impl __flyte::IntoBinding<::flyte_runtime::__private::String>,
            at_most: impl __flyte::IntoBinding<Option<u32>>,
        ) -> __flyte::TaskPromises<Result<Vec<String>, SearchError>>
        where
            for<'__checked> Result<Vec<String>, SearchError>: __flyte::TaskReturn,
        {
            __flyte::declare::node::<
                Self,
            >([lines.into_binding(), word.into_binding(), at_most.into_binding()])
        }
        /// The call as a value, to be run later.
        fn call(
            lines: &[String],
            word: &str,
            at_most: Option<u32>,
        ) -> __flyte::Call<Self> {
            __flyte::call::by_position([
                __flyte::declare::cloned_slice::<Self, __flyte::P0>(lines),
                __flyte::declare::owned::<Self, __flyte::P1>(word),
                __flyte::declare::value::<Self, __flyte::P2>(at_most),
            ])
        }
        /// Runs it here, through the engine, and waits for the result.
        fn run(
            lines: &[String],
            word: &str,
            at_most: Option<u32>,
        ) -> __flyte::TaskResult<Result<Vec<String>, SearchError>>
        where
            for<'__checked> Result<Vec<String>, SearchError>: __flyte::TaskReturn,
        {
            __flyte::Call::run(Self::call(lines, word, at_most))
        }
    }
};
