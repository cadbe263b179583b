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
    fn __write(
        __struct: &Report,
        __writer: &mut __flyte::MsgpackWriter,
    ) -> __flyte::Result<(), __flyte::TypeError> {
        __writer.map(2usize);
        __flyte::slot::write_field::<__slots::mean>(&__struct.mean, "mean", __writer)?;
        __flyte::slot::write_field::<
            __slots::r#type,
        >(&__struct.r#type, "kind", __writer)?;
        __flyte::Result::Ok(())
    }
    #[automatically_derived]
    impl __flyte::FlyteType for Report {
        fn literal_type() -> __flyte::LiteralType {
            __flyte::struct_type::<
                Self,
            >(
                "Report",
                || {
                    __flyte::vec![
                        __flyte::slot::struct_field:: < __slots::mean > ("mean"),
                        __flyte::slot::struct_field:: < __slots::r#type > ("kind")
                    ]
                },
            )
        }
        fn to_literal(&self) -> __flyte::Result<__flyte::Literal, __flyte::TypeError> {
            __flyte::struct_to_literal(|__writer| __write(self, __writer))
        }
        fn write_msgpack(
            &self,
            __writer: &mut __flyte::MsgpackWriter,
        ) -> __flyte::Result<(), __flyte::TypeError> {
            __write(self, __writer)
        }
        fn from_literal(
            __literal: __flyte::Literal,
        ) -> __flyte::Result<Self, __flyte::TypeError> {
            #[allow(unused_mut)]
            let mut __reader = __flyte::StructReader::new(__literal, "Report")?;
            let __struct = Self {
                mean: __flyte::slot::read_field::<
                    __slots::mean,
                >(&mut __reader, &["mean"])?,
                r#type: __flyte::slot::read_field::<
                    __slots::r#type,
                >(&mut __reader, &["kind"])?,
                cache: ::core::default::Default::default(),
            };
            __flyte::Result::Ok(__struct)
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
                mean: __flyte::slot::part::<
                    __slots::mean,
                    _,
                >(
                    __promise,
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
                r#type: __flyte::slot::part::<
                    __slots::r#type,
                    _,
                >(
                    __promise,
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
