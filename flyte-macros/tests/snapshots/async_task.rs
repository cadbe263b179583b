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
    lines: ::flyte_runtime::__private::of3::I0<search>,
    word: ::flyte_runtime::__private::of3::I1<search>,
    at_most: ::flyte_runtime::__private::of3::I2<search>,
}
const _: () = {
    use ::flyte_runtime::__private as __flyte;
    #[allow(deprecated, clippy::unit_arg, clippy::needless_update)]
    static __DESCRIPTOR: __flyte::EntityDescriptor = __flyte::declare::task(
        __flyte::declare::source!(search, "search", ""),
        __flyte::options::TaskOptions::NONE,
        __flyte::RunTask::Async(|__inputs| {
            let (__0, __1, __2) = __flyte::of3::taken::<
                search,
                __flyte::Shared,
                __flyte::Shared,
                __flyte::Moved,
            >(__inputs)?;
            __flyte::slot::future_of_an_async_task_must_be_send::<
                search,
            >(async move { search(&*__0, &*__1, __2).await })
        }),
    );
    __flyte::register!(& __DESCRIPTOR);
    impl __flyte::Inputs3 for search {
        type T0 = __flyte::Elements<String>;
        type T1 = ::flyte_runtime::__private::String;
        type T2 = Option<u32>;
    }
    impl __flyte::declare::DefaultInput<__flyte::of3::P2> for search {
        fn default_input() -> Option<u32> {
            Some(3)
        }
    }
    #[automatically_derived]
    impl __flyte::DeclaredTask for search {
        type Return = Result<Vec<String>, SearchError>;
        type Slots = __flyte::of3::Slots<Self>;
        type Plain = __flyte::callee::AsyncFunction;
        const INPUTS: __flyte::Inputs = &__flyte::of3::inputs::<
            Self,
        >([
            __flyte::input("lines", "Where to look."),
            __flyte::input("word", ""),
            __flyte::defaulted::<Self, __flyte::of3::P2>("at_most", ""),
        ]);
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
            __flyte::of3::node::<Self>(lines, word, at_most)
        }
        /// The call as a value, to be run later.
        fn call(
            lines: &[String],
            word: &str,
            at_most: Option<u32>,
        ) -> __flyte::Call<Self> {
            __flyte::Call::new(__flyte::of3::values::<Self>(lines, word, at_most))
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
