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
    pub limit: ::flyte_runtime::__private::of2::I0<daily>,
    pub name: ::flyte_runtime::__private::of2::I1<daily>,
    pub xs: ::flyte_runtime::__private::named::Fixed<daily>,
    pub at_most: ::flyte_runtime::__private::named::Fixed<daily>,
}
const _: () = {
    use ::flyte_runtime::__private as __flyte;
    #[allow(deprecated, clippy::unit_arg, clippy::needless_update)]
    static __DESCRIPTOR: __flyte::EntityDescriptor = __flyte::declare::launch_plan(
        __flyte::declare::source!(daily, "daily", "Every morning."),
        &__flyte::options::LaunchPlanOptions::new()
            .notifications(
                &[
                    __flyte::options::Notification::new(
                        __flyte::options::Channel::Email,
                        &[__flyte::options::Phase::Failed],
                        &["a@example.org"],
                    ),
                ],
            )
            .concurrency(__flyte::options::Concurrency::new(1u32)),
    );
    __flyte::register!(& __DESCRIPTOR);
    impl __flyte::Inputs2 for daily {
        type T0 = i64;
        type T1 = ::flyte_runtime::__private::String;
    }
    impl __flyte::declare::DefaultInput<__flyte::of2::P0> for daily {
        fn default_input() -> i64 {
            10
        }
    }
    #[automatically_derived]
    impl __flyte::Entity for daily {
        type Output = Outputs;
        type Slots = __flyte::of2::Slots<Self>;
        const INPUTS: __flyte::Inputs = &__flyte::of2::inputs::<
            Self,
        >([
            __flyte::defaulted::<Self, __flyte::of2::P0>("limit", ""),
            __flyte::input("name", ""),
        ]);
        fn descriptor() -> &'static __flyte::EntityDescriptor {
            &__DESCRIPTOR
        }
    }
    #[allow(dead_code, private_interfaces, private_bounds)]
    impl daily {
        /// Adds a node to the workflow whose body is being compiled.
        #[track_caller]
        pub fn node(
            limit: impl __flyte::IntoBinding<i64>,
            name: impl __flyte::IntoBinding<::flyte_runtime::__private::String>,
        ) -> __flyte::Promises<Outputs>
        where
            for<'__checked> Outputs: __flyte::TaskOutputs,
        {
            __flyte::of2::node::<Self>(limit, name)
        }
        /// The call as a value, to be run later.
        pub fn call(limit: i64, name: &str) -> __flyte::Call<Self> {
            __flyte::Call::new(__flyte::of2::values::<Self>(limit, name))
        }
        /// Runs it here, through the engine, and waits for the result.
        pub fn run(limit: i64, name: &str) -> __flyte::Result<Outputs, __flyte::RunError>
        where
            for<'__checked> Outputs: __flyte::TaskOutputs,
        {
            __flyte::Call::run(Self::call(limit, name))
        }
    }
    const _: () = {
        type __Workflow = pipeline;
        __flyte::slot::launches::<__Workflow>()
    };
};
impl ::flyte_runtime::__private::declare::Build for daily {
    #[allow(clippy::let_unit_value, clippy::redundant_clone, clippy::redundant_closure)]
    fn build(__body: &mut ::flyte_runtime::__private::WorkflowBody) {
        use ::flyte_runtime::__private::in_bodies::*;
        let (limit, name) = ::flyte_runtime::__private::of2::promises::<daily>(__body);
        let __end = {
            ({
                const _: () = {
                    type __Checked = pipeline;
                    __check::<__Checked>("pipeline", &["limit", "name", "xs", "at_most"])
                };
                ::flyte_runtime::__private::named::name(|| <pipeline>::__names().at_most)
                    .give(
                        ::flyte_runtime::__private::named::name(|| {
                                <pipeline>::__names().xs
                            })
                            .give(
                                ::flyte_runtime::__private::named::name(|| {
                                        <pipeline>::__names().name
                                    })
                                    .give(
                                        ::flyte_runtime::__private::named::name(|| {
                                                <pipeline>::__names().limit
                                            })
                                            .give(<pipeline>::__node_builder(), limit),
                                        name,
                                    ),
                                ::flyte_runtime::__private::ListBinding::<_, 2>::new()
                                    .item(1)
                                    .item(2),
                            ),
                        ::flyte_runtime::__private::NoneBinding,
                    )
                    .__node()
            })
        };
        __finish::<daily>(__body, __end);
    }
}
