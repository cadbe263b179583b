const _: () = {
    use ::flyte_runtime::__private as __flyte;
    #[allow(non_camel_case_types)]
    mod __slots {
        pub(super) struct mean;
        pub(super) struct r#type;
        pub(super) struct cache;
    }
    impl __flyte::slot::Slot for __slots::mean {
        type Type = f64;
    }
    impl __flyte::slot::Slot for __slots::r#type {
        type Type = String;
    }
    impl __flyte::slot::Slot for __slots::cache {
        type Type = Vec<u8>;
    }
    #[automatically_derived]
    impl __flyte::TaskOutputs for Report {
        type Promises = __Promises;
        fn variables() -> __flyte::Vec<__flyte::OutputVariable> {
            __flyte::vec![
                __flyte::OutputVariable::new("mean", __flyte::slot::info:: <
                __slots::mean > (), "The mean."), __flyte::OutputVariable::new("type",
                __flyte::slot::info:: < __slots::r#type > (), ""),
                __flyte::OutputVariable::new("cache", __flyte::slot::info:: <
                __slots::cache > (), "")
            ]
        }
        fn promises(__node: __flyte::NodeRef) -> __Promises {
            __Promises {
                mean: __flyte::Promise::__of(__node, 0u32),
                r#type: __flyte::Promise::__of(__node, 1u32),
                cache: __flyte::Promise::__of(__node, 2u32),
            }
        }
        fn into_values(self, __values: &mut __flyte::Vec<__flyte::Value>) {
            __values.push(__flyte::slot::value::<__slots::mean>(self.mean));
            __values.push(__flyte::slot::value::<__slots::r#type>(self.r#type));
            __values.push(__flyte::slot::value::<__slots::cache>(self.cache));
        }
        fn from_values(__values: __flyte::Vec<__flyte::Value>) -> __flyte::Option<Self> {
            let mut __values = __flyte::IntoIterator::into_iter(__values);
            __flyte::Option::Some(Self {
                mean: __flyte::slot::next::<__slots::mean>(&mut __values)?,
                r#type: __flyte::slot::next::<__slots::r#type>(&mut __values)?,
                cache: __flyte::slot::next::<__slots::cache>(&mut __values)?,
            })
        }
    }
    #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
    #[allow(missing_docs, dead_code)]
    pub(crate) struct __Promises {
        ///The mean.
        pub mean: __flyte::Promise<f64>,
        ///
        pub r#type: __flyte::Promise<String>,
        ///
        pub cache: __flyte::Promise<Vec<u8>>,
    }
    #[automatically_derived]
    impl __flyte::fields::HasFields for __Promises {
        type Fields = Self;
        fn __fields(&self) -> &Self {
            self
        }
    }
    #[automatically_derived]
    impl<__P> __flyte::fields::TakenApart<__P> for __Promises
    where
        Report: __flyte::fields::TakenByPosition<__P>,
    {
        fn outputs(self) -> __P {
            ::core::unreachable!("outputs with names are not taken apart by position")
        }
    }
    #[automatically_derived]
    impl<__T> __flyte::IntoBinding<__T> for __Promises
    where
        __T: __flyte::fields::PassedOnWhole<Report>,
    {
        fn into_binding(self) -> __flyte::BindingData {
            ::core::unreachable!("outputs are passed on one by one")
        }
    }
    #[automatically_derived]
    impl __flyte::NodeOutputs for __Promises {
        fn for_each_node(&self, __each: &mut dyn ::core::ops::FnMut(__flyte::NodeRef)) {
            __flyte::NodeOutputs::for_each_node(&self.mean, __each);
            __flyte::NodeOutputs::for_each_node(&self.r#type, __each);
            __flyte::NodeOutputs::for_each_node(&self.cache, __each);
        }
    }
    #[automatically_derived]
    impl __flyte::BranchValue for __Promises {
        type Outputs = Self;
        fn __bind(self, __sources: &mut __flyte::Sources) {
            __flyte::slot::source::<__slots::mean>(__sources, self.mean);
            __flyte::slot::source::<__slots::r#type>(__sources, self.r#type);
            __flyte::slot::source::<__slots::cache>(__sources, self.cache);
        }
    }
    #[automatically_derived]
    impl __flyte::BranchOutputs for __Promises {
        fn __promises(__node: __flyte::NodeRef, __next: &mut u32) -> Self {
            __Promises {
                mean: __flyte::BranchOutputs::__promises(__node, __next),
                r#type: __flyte::BranchOutputs::__promises(__node, __next),
                cache: __flyte::BranchOutputs::__promises(__node, __next),
            }
        }
    }
    #[automatically_derived]
    impl __flyte::IntoOutputs<Report> for __Promises {
        fn bind_outputs(self, __outputs: &mut __flyte::BindOutputs) {
            __outputs.bind::<f64>(self.mean);
            __outputs.bind::<String>(self.r#type);
            __outputs.bind::<Vec<u8>>(self.cache);
        }
    }
    #[automatically_derived]
    impl __flyte::IntoOutputs<Report> for __flyte::NamedOutputs<Report> {
        fn bind_outputs(self, __outputs: &mut __flyte::BindOutputs) {
            self.bind_fields(__outputs);
        }
    }
};
