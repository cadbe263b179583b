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
    xs: ::flyte_runtime::__private::of2::I0<pipeline>,
    limit: ::flyte_runtime::__private::of2::I1<pipeline>,
}
const _: () = {
    use ::flyte_runtime::__private as __flyte;
    #[allow(deprecated, clippy::unit_arg, clippy::needless_update)]
    static __DESCRIPTOR: __flyte::EntityDescriptor = __flyte::declare::workflow(
        __flyte::declare::source!(pipeline, "pipeline", "Everything at once."),
        __flyte::options::WorkflowOptions::NONE,
        __flyte::Option::None,
    );
    __flyte::register!(& __DESCRIPTOR);
    impl __flyte::Inputs2 for pipeline {
        type T0 = Vec<i64>;
        type T1 = i64;
    }
    impl __flyte::declare::DefaultInput<__flyte::of2::P1> for pipeline {
        fn default_input() -> i64 {
            10
        }
    }
    #[automatically_derived]
    impl __flyte::Entity for pipeline {
        type Output = Outputs;
        type Slots = __flyte::of2::Slots<Self>;
        const INPUTS: __flyte::Inputs = &__flyte::of2::inputs::<
            Self,
        >([
            __flyte::input("xs", ""),
            __flyte::defaulted::<Self, __flyte::of2::P1>("limit", ""),
        ]);
        fn descriptor() -> &'static __flyte::EntityDescriptor {
            &__DESCRIPTOR
        }
    }
    impl __flyte::Launchable for pipeline {}
    #[allow(dead_code, private_interfaces, private_bounds)]
    impl pipeline {
        /// Adds a node to the workflow whose body is being compiled.
        #[track_caller]
        fn node(
            xs: impl __flyte::IntoBinding<Vec<i64>>,
            limit: impl __flyte::IntoBinding<i64>,
        ) -> __flyte::Promises<Outputs>
        where
            for<'__checked> Outputs: __flyte::TaskOutputs,
        {
            __flyte::of2::node::<Self>(xs, limit)
        }
        /// The call as a value, to be run later.
        fn call(xs: Vec<i64>, limit: i64) -> __flyte::Call<Self> {
            __flyte::Call::new(__flyte::of2::values::<Self>(xs, limit))
        }
        /// Runs it here, through the engine, and waits for the result.
        fn run(xs: Vec<i64>, limit: i64) -> __flyte::Result<Outputs, __flyte::RunError>
        where
            for<'__checked> Outputs: __flyte::TaskOutputs,
        {
            __flyte::Call::run(Self::call(xs, limit))
        }
    }
};
impl ::flyte_runtime::__private::declare::Build for pipeline {
    #[allow(clippy::let_unit_value, clippy::redundant_clone, clippy::redundant_closure)]
    fn build(__body: &mut ::flyte_runtime::__private::WorkflowBody) {
        use ::flyte_runtime::__private::in_bodies::*;
        let (xs, limit) = ::flyte_runtime::__private::of2::promises::<pipeline>(__body);
        let __end = {
            let total = ({
                use sum as __Callee1;
                __called::<__Callee1>(__Callee1);
                <__Callee1>::node
            })(xs);
            let more = ({
                const _: () = {
                    type __Checked = add;
                    __check::<__Checked>("add", &["b", "a"])
                };
                ::flyte_runtime::__private::named::name(|| <add>::__names().a)
                    .give(
                        ::flyte_runtime::__private::named::name(|| <add>::__names().b)
                            .give(<add>::__node_builder(), limit),
                        total,
                    )
                    .__node()
            })
                .with_overrides(|o| o.retries(3));
            let listed = ({
                use sum as __Callee1;
                __called::<__Callee1>(__Callee1);
                <__Callee1>::node
            })(
                ::flyte_runtime::__private::ListBinding::<_, 3>::new()
                    .item(total)
                    .item(5)
                    .item(more),
            );
            let maybe = ({
                use pick as __Callee2;
                __called::<__Callee2>(__Callee2);
                <__Callee2>::node
            })(
                ::flyte_runtime::__private::SomeBinding(total),
                ::flyte_runtime::__private::NoneBinding,
            );
            let _ = ::flyte_runtime::__private::run_in_order(total, (maybe, listed));
            ::flyte_runtime::__private::plain_call::statement();
            let plain = helper(1);
            {
                let mut __outputs = __named::<Outputs>();
                let __field0 = ::flyte_runtime::__private::FieldType::new();
                let __field1 = ::flyte_runtime::__private::FieldType::new();
                let _ = || Outputs {
                    listed: __field0.never(),
                    count: __field1.never(),
                };
                __outputs.field("listed", __field0, listed);
                __outputs.field("count", __field1, plain);
                __outputs
            }
        };
        __finish::<pipeline>(__body, __end);
    }
}
