use flyte_runtime::prelude::*;

mod tools {
    use flyte_runtime::prelude::*;

    /// Documented.
    #[shell_task(
        name = "tools.first",
        type_name = first_line,
        script = "head -n 1 \"{inputs.path}\" | awk '{print $1}' > {outputs.o0}",
        shell = "bash",
        cache(version = "1", ignored_inputs(path)),
        timeout = "30s"
    )]
    pub fn first(
        /// The file.
        #[default("/dev/null")]
        path: &str,
    ) -> String;

    #[container_task(image = "alpine:3", command("true"), requests(cpu = 1))]
    pub(crate) fn nothing();

    #[echo_task]
    pub fn same(xs: &[i64]) -> Vec<i64>;
}

#[workflow]
fn pipeline() -> (String, Vec<i64>) {
    tools::nothing();
    (tools::first_line(), tools::same(vec![1, 2]))
}

fn main() {
    assert_eq!(pipeline::graph().unwrap().nodes().len(), 3);
    assert_eq!(tools::same(&[3]).unwrap(), [3]);
}
