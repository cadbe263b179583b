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
    x: ::flyte_runtime::__private::of2::I0<far>,
    size: ::flyte_runtime::__private::of2::I1<far>,
}
const _: () = {
    use ::flyte_runtime::__private as __flyte;
    #[allow(deprecated, clippy::unit_arg, clippy::needless_update)]
    static __DESCRIPTOR: __flyte::EntityDescriptor = __flyte::declare::reference(
        __flyte::declare::source!(far, "far", "Far away."),
        __flyte::Reference::new(
            __flyte::EntityKind::Workflow,
            ["p", "d", "n", "v"],
            false,
        ),
        __flyte::RunTask::Sync(__flyte::slot::not_here::<far>),
    );
    __flyte::register!(& __DESCRIPTOR);
    impl __flyte::Inputs2 for far {
        type T0 = ::flyte_runtime::__private::String;
        type T1 = i64;
    }
    impl __flyte::declare::DefaultInput<__flyte::of2::P1> for far {
        fn default_input() -> i64 {
            2
        }
    }
    #[automatically_derived]
    impl __flyte::Entity for far {
        type Output = (i64, String);
        type Slots = __flyte::of2::Slots<Self>;
        const INPUTS: __flyte::Inputs = &__flyte::of2::inputs::<
            Self,
        >([
            __flyte::input("x", ""),
            __flyte::defaulted::<Self, __flyte::of2::P1>("size", ""),
        ]);
        fn descriptor() -> &'static __flyte::EntityDescriptor {
            &__DESCRIPTOR
        }
    }
    #[allow(dead_code, private_interfaces, private_bounds)]
    impl far {
        /// Adds a node to the workflow whose body is being compiled.
        #[track_caller]
        fn node(
            x: impl __flyte::IntoBinding<::flyte_runtime::__private::String>,
            size: impl __flyte::IntoBinding<i64>,
        ) -> __flyte::Promises<(i64, String)>
        where
            for<'__checked> (i64, String): __flyte::TaskOutputs,
        {
            __flyte::of2::node::<Self>(x, size)
        }
        /// The call as a value, to be run later.
        fn call(x: &str, size: i64) -> __flyte::Call<Self> {
            __flyte::Call::new(__flyte::of2::values::<Self>(x, size))
        }
        /// Runs it here, through the engine, and waits for the result.
        fn run(x: &str, size: i64) -> __flyte::Result<(i64, String), __flyte::RunError>
        where
            for<'__checked> (i64, String): __flyte::TaskOutputs,
        {
            __flyte::Call::run(Self::call(x, size))
        }
    }
    impl __flyte::Launchable for far {}
};
