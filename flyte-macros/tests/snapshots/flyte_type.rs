const _: () = {
    use ::flyte_runtime::__private as __flyte;
    #[allow(non_camel_case_types)]
    mod __slots {
        pub(super) struct mean;
        pub(super) struct r#type;
    }
    impl __flyte::slot::Slot for __slots::mean {
        type Type = f64;
    }
    impl __flyte::slot::Slot for __slots::r#type {
        type Type = String;
    }
    #[automatically_derived]
    impl __flyte::DerivedStruct for Report {}
    #[automatically_derived]
    impl __flyte::FlyteType for Report {
        fn literal_type() -> __flyte::LiteralType {
            __flyte::LiteralType::Struct(__flyte::StructType {
                name: __flyte::String::from("Report"),
                fields: __flyte::vec![
                    __flyte::StructField { name : __flyte::String::from("mean"),
                    literal_type : __flyte::slot::literal_type:: < __slots::mean > () },
                    __flyte::StructField { name : __flyte::String::from("kind"),
                    literal_type : __flyte::slot::literal_type:: < __slots::r#type > () }
                ],
            })
        }
        fn to_literal(&self) -> __flyte::Result<__flyte::Literal, __flyte::TypeError> {
            __flyte::struct_to_literal(self, "Report")
        }
        fn from_literal(
            __literal: __flyte::Literal,
        ) -> __flyte::Result<Self, __flyte::TypeError> {
            __flyte::struct_from_literal(__literal, "Report")
        }
    }
    #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
    #[allow(missing_docs, dead_code)]
    pub(crate) struct __Fields {
        ///The mean.
        pub mean: __flyte::Promise<f64>,
        ///
        pub r#type: __flyte::Promise<String>,
    }
    #[automatically_derived]
    impl __flyte::FlyteFields for Report {
        type Fields = __Fields;
        fn fields(__promise: __flyte::Promise<Self>) -> __Fields {
            __Fields {
                mean: __promise
                    .project(
                        __flyte::PathStep::Field("mean"),
                        |__value, _| {
                            match __value.downcast_ref::<Self>() {
                                __flyte::Option::Some(__struct) => {
                                    __flyte::Result::Ok(
                                        __flyte::slot::cloned::<__slots::mean>(&__struct.mean),
                                    )
                                }
                                __flyte::Option::None => {
                                    __flyte::Result::Err(__flyte::wrong_struct("mean"))
                                }
                            }
                        },
                    ),
                r#type: __promise
                    .project(
                        __flyte::PathStep::Field("kind"),
                        |__value, _| {
                            match __value.downcast_ref::<Self>() {
                                __flyte::Option::Some(__struct) => {
                                    __flyte::Result::Ok(
                                        __flyte::slot::cloned::<__slots::r#type>(&__struct.r#type),
                                    )
                                }
                                __flyte::Option::None => {
                                    __flyte::Result::Err(__flyte::wrong_struct("kind"))
                                }
                            }
                        },
                    ),
            }
        }
    }
};
