//! Names that generated code uses itself, as the user's.

use flyte_runtime::{task, workflow};

/// Every method of the type beside a function, as its parameters.
#[task]
pub fn parameters(
    node: i64,
    run: i64,
    start: i64,
    call: i64,
    builder: i64,
    graph: i64,
    inputs: i64,
) -> i64 {
    node + run + start + call + builder + graph + inputs
}

/// More of them.
#[task]
pub fn more(value: i64, outputs: i64, body: i64, r#type: i64, #[default(1)] this: i64) -> i64 {
    value + outputs + body + r#type + this
}

/// By position and by name.
#[workflow]
pub fn use_all(node: i64, run: i64) -> i64 {
    let first = parameters(
        node = node,
        run = run,
        start = 1,
        call = 2,
        builder = 3,
        graph = 4,
        inputs = 5,
    );
    let second = parameters(node, run, 1, 2, 3, 4, 5);
    more(value = first, outputs = second, body = 1, r#type = 2)
}

/// A raw identifier and a module of one.
pub mod r#mod {
    use flyte_runtime::prelude::*;

    /// A keyword.
    #[task]
    pub fn r#type(r#match: i64) -> i64 {
        r#match
    }

    /// Calls it.
    #[workflow]
    pub fn r#loop(r#match: i64) -> i64 {
        let first = r#type(r#match);
        r#type(r#match = first)
    }
}

/// Private, `pub(crate)` and `pub` in one module; nobody calls the private one.
pub mod visibilities {
    use flyte_runtime::prelude::*;

    #[derive(Clone, Debug, serde::Serialize, serde::Deserialize, FlyteType)]
    struct Hidden {
        x: i64,
    }

    #[task]
    fn hide(x: i64) -> Hidden {
        Hidden { x }
    }

    #[task]
    fn show(hidden: Hidden) -> i64 {
        hidden.x
    }

    #[task]
    fn nobody_calls_this(_x: i64) {}

    #[task]
    pub(crate) fn here(x: i64) -> i64 {
        x
    }

    /// Only this can be seen.
    #[workflow]
    pub fn seen(x: i64) -> i64 {
        here(show(hide(x)))
    }
}

/// A builder is as visible as its function, inputs included.
pub mod restricted {
    mod within {
        use flyte_runtime::prelude::*;

        #[task]
        pub(super) fn by_super(x: i64) -> i64 {
            x
        }

        #[task]
        pub(in super::super) fn by_path(x: i64) -> i64 {
            x
        }

        #[expect(clippy::needless_pub_self, reason = "it means the same and must, too")]
        #[task]
        pub(self) fn by_self(x: i64) -> i64 {
            x
        }

        pub(super) fn run() -> Result<i64, RunError> {
            call!(by_self(x = 1)).run()
        }
    }

    /// All of them.
    ///
    /// # Errors
    ///
    /// Never.
    pub fn run() -> Result<i64, flyte_runtime::RunError> {
        Ok(flyte_runtime::call!(within::by_super(x = 1)).run()?
            + flyte_runtime::call!(within::by_path(x = 1)).run()?
            + within::run()?)
    }
}

/// A module, a type and two functions of one name, told apart by `type_name`.
pub mod collisions {
    use flyte_runtime::prelude::*;

    /// The module.
    pub mod fetch {}

    /// The task.
    #[task(type_name = FetchTask)]
    pub fn fetch(x: i64) -> i64 {
        x + 1
    }

    /// The task again, by its other name.
    #[workflow]
    pub fn fetches(x: i64) -> i64 {
        FetchTask::node(x)
    }
}

/// Functions in functions share a module path and need names.
#[must_use]
pub fn outer() -> i64 {
    #[task(name = "hygiene.inner")]
    fn inner(x: i64) -> i64 {
        x * 2
    }
    inner(2)
}

/// The same name in another function.
#[must_use]
pub fn another() -> i64 {
    #[task(name = "hygiene.another.inner")]
    fn inner(x: i64) -> i64 {
        x * 3
    }
    inner(2)
}

/// Functions of the names of generated variables, all of which a body means when it names them.
pub mod hidden {
    use flyte_runtime::prelude::*;

    fn __body() -> i64 {
        1
    }

    fn __inputs() -> i64 {
        2
    }

    fn __outputs() -> i64 {
        3
    }

    fn __cases1() -> i64 {
        4
    }

    fn __held() -> i64 {
        5
    }

    fn __merge0() -> i64 {
        6
    }

    fn __scrutinee() -> i64 {
        7
    }

    fn __argument0() -> i64 {
        8
    }

    fn __end() -> i64 {
        9
    }

    fn __field0() -> i64 {
        11
    }

    /// All of them in a task.
    #[task]
    pub fn add(a: i64, b: i64) -> i64 {
        a + b + (__body)() + (__inputs)() + (__outputs)() + (__argument0)() - 14
    }

    /// The text itself.
    #[task]
    pub fn same(text: String) -> String {
        text
    }

    /// The outputs of the workflow.
    #[derive(Clone, Copy, Debug, PartialEq, FlyteOutputs)]
    pub struct Sums {
        /// Of the inputs.
        pub first: i64,
        /// Of the branches.
        pub second: i64,
    }

    /// All of them in a workflow, in its branches and in what it ends with.
    #[workflow]
    pub fn flow(x: i64, kind: String) -> Sums {
        let first = add(x, (__body)() + (__inputs)() + (__outputs)() + (__end)());
        let mut best = add(x, 0);
        if x > 3 {
            best = add(x, (__cases1)() + (__held)() + (__merge0)());
        } else {
            best = add(best, (__cases1)());
        }
        let second = match same(kind) {
            "a" => add(best, (__cases1)() + (__scrutinee)()),
            other => add(best, (__scrutinee)() + (__held)()),
        };
        Sums {
            first,
            second: add(second, (__outputs)() + (__field0)()),
        }
    }

    /// The same in a dynamic task.
    #[dynamic]
    pub fn unrolled(x: i64) -> i64 {
        add(x, (__body)() + (__inputs)() + (__argument0)())
    }
}
