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
    x: ::flyte_runtime::__private::Input<far, ::flyte_runtime::__private::P0>,
    size: ::flyte_runtime::__private::Input<far, ::flyte_runtime::__private::P1>,
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
    impl __flyte::declare::InputSlot<__flyte::P0> for far {
        type Type = ::flyte_runtime::__private::String;
    }
    impl __flyte::declare::InputSlot<__flyte::P1> for far {
        type Type = i64;
    }
    impl __flyte::declare::DefaultInput<__flyte::P1> for far {
        fn default_input() -> i64 {
            2
        }
    }
    #[automatically_derived]
    impl __flyte::Entity for far {
        type Output = (i64, String);
        type Slots = __flyte::Slots2<Self>;
        const INPUTS: __flyte::Inputs = &[
            __flyte::declare::input::<Self, __flyte::P0>("x", ""),
            __flyte::declare::defaulted::<Self, __flyte::P1>("size", ""),
        ];
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
            __flyte::declare::node::<Self>([x.into_binding(), size.into_binding()])
        }
        /// The call as a value, to be run later.
        fn call(x: &str, size: i64) -> __flyte::Call<Self> {
            __flyte::call::by_position([
                __flyte::declare::owned::<Self, __flyte::P0>(x),
                __flyte::declare::value::<Self, __flyte::P1>(size),
            ])
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
