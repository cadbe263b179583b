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
    pub x: ::flyte_runtime::__private::of1::I0<square>,
}
const _: () = {
    use ::flyte_runtime::__private as __flyte;
    #[allow(deprecated, clippy::unit_arg, clippy::needless_update)]
    static __DESCRIPTOR: __flyte::EntityDescriptor = __flyte::declare::task(
        __flyte::declare::source!(square, "square", "Square of one number."),
        &__flyte::options::TaskOptions::new()
            .retries(3u32)
            .timeout(::core::time::Duration::new(30u64, 0u32)),
        __flyte::RunTask::Sync(|__inputs, __outputs| {
            let (__0,) = __flyte::of1::moved::<square>(__inputs)?;
            __flyte::slot::outcome::<square>(square(__0), __outputs)
        }),
    );
    __flyte::register!(& __DESCRIPTOR);
    impl __flyte::Inputs1 for square {
        type T0 = i64;
    }
    #[automatically_derived]
    impl __flyte::DeclaredTask for square {
        type Return = i64;
        type Slots = __flyte::of1::Slots<Self>;
        type Plain = __flyte::callee::WithoutItsOptions;
        const INPUTS: __flyte::Inputs = &__flyte::of1::named::<Self>(["x"]);
        fn descriptor() -> &'static __flyte::EntityDescriptor {
            &__DESCRIPTOR
        }
    }
    #[allow(dead_code, private_interfaces, private_bounds)]
    impl square {
        /// Adds a node to the workflow whose body is being compiled.
        #[track_caller]
        pub fn node(x: impl __flyte::IntoBinding<i64>) -> __flyte::TaskPromises<i64> {
            __flyte::of1::node::<Self>(x)
        }
        /// The call as a value, to be run later.
        pub fn call(x: i64) -> __flyte::Call<Self> {
            __flyte::Call::new(__flyte::of1::values::<Self>(x))
        }
        /// Runs it here, through the engine, and waits for the result.
        pub fn run(x: i64) -> __flyte::TaskResult<i64> {
            __flyte::Call::run(Self::call(x))
        }
    }
};
