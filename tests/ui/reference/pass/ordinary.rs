use flyte_runtime::prelude::*;

mod far {
    use flyte_runtime::prelude::*;

    /// Documented.
    #[reference_workflow(project = "p", domain = "d", name = "n", version = "v")]
    pub fn train(
        /// How many.
        #[default(3)]
        rows: i64,
        name: &str,
    ) -> (i64, String);

    #[reference_launch_plan(project = "p", domain = "d", name = "n", version = "v", type_name = nightly_plan)]
    pub(crate) fn nightly(name: String) -> (i64, String) {
        (1, name)
    }
}

#[workflow]
fn near(name: String) -> (i64, String) {
    let (rows, _) = far::nightly_plan(name);
    far::train(rows = rows, name = name)
}

fn main() {
    assert!(call!(far::train(name = "a")).run().is_err());
    assert!(near("a".to_owned()).is_err());
    assert_eq!(far::nightly("a".to_owned()).0, 1);
}
