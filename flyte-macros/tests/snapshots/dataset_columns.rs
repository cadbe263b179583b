const _: () = {
    use ::flyte_runtime::__private as __flyte;
    #[automatically_derived]
    impl __flyte::DatasetColumns for Report {
        fn columns() -> __flyte::Vec<__flyte::DatasetColumn> {
            let mut __columns = __flyte::Vec::new();
            <f64 as __flyte::ColumnType>::add_columns("mean", &mut __columns);
            <String as __flyte::ColumnType>::add_columns("kind", &mut __columns);
            __columns
        }
    }
    #[automatically_derived]
    impl __flyte::ColumnType for Report {
        fn add_columns(
            __name: &str,
            __columns: &mut __flyte::Vec<__flyte::DatasetColumn>,
        ) {
            __flyte::add_nested::<Self>(__name, __columns);
        }
    }
    #[allow(dead_code)]
    fn __used(Report { mean, r#type, cache }: Report) -> Report {
        Report { mean, r#type, cache }
    }
};
