//! Tasks that are scripts, containers and echoes.

use flyte_runtime::prelude::*;

#[container_task(
    image = "pandoc/core:3.5",
    command("pandoc", "--to={{.inputs.format}}"),
    arguments("/data/in/text"),
    input_data_dir = "/data/in",
    output_data_dir = "/data/out",
    metadata_format = yaml,
    limits(mem = "1Gi")
)]
fn rendered(text: String, format: String) -> String;

#[echo_task]
fn echoed(count: i64) -> i64;

#[shell_task(script = "wc")]
fn counted(text: String);

#[workflow]
fn scripts(text: String, count: i64) -> i64 {
    counted(rendered(text, "html"));
    echoed(count)
}
