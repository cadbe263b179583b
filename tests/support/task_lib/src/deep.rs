pub(crate) mod deeper {
    use flyte_runtime::prelude::*;

    #[task]
    pub(crate) fn half(x: i64) -> i64 {
        x / 2
    }

    /// Nothing in the crate mentions this one.
    #[task]
    fn alone() {}
}

mod r#type {
    use flyte_runtime::prelude::*;

    #[task]
    fn r#match() {}

    #[task(name = "renamed.by.hand")]
    fn other() {}
}
