//! Tasks whose code is not Rust: a script that really runs, a container, and an echo.
//!
//! ```console
//! $ cargo run --example shell_tasks -- run frequent
//! ["the","of"]
//! $ cargo run --example shell_tasks -- run frequent --text "date; date; who"
//! ["date;","who"]
//! $ cargo run --example shell_tasks -- describe render
//! task shell_tasks.render
//!   at examples/shell_tasks.rs:[..]
//!
//!   A program in any language: it reads its inputs from files, and leaves its outputs in files.
//! ...
//! Options:
//!   limits   {"mem":"1Gi"}
//!   process  {"container":{"command":["pandoc","--to={{.inputs.format}}","--output=/var/outputs/o0","/var/inputs/markdown"],"image":"pandoc/core:3.5","input_data_dir":"/var/inputs","metadata_format":"json","output_data_dir":"/var/outputs"}}
//! ```

use flyte_runtime::prelude::*;

// ANCHOR: words
/// The most frequent words. What `{inputs.text}` stands for reaches the script as a variable, so that no text is run as
/// a command.
#[shell_task(
    script = r#"
        printf '%s\n' "{inputs.text}" | tr -s ' ' '\n' | sort | uniq -c | sort -k1,1nr -k2 \
            | head -n "{inputs.count}" | awk '{ print $2 }' > {outputs.o0}
    "#,
    environment(LC_ALL = "C")
)]
fn words(text: String, count: u32) -> String;
// ANCHOR_END: words

// ANCHOR: render
/// A program in any language: it reads its inputs from files, and leaves its outputs in files.
#[container_task(
    image = "pandoc/core:3.5",
    command(
        "pandoc",
        "--to={{.inputs.format}}",
        "--output=/var/outputs/o0",
        "/var/inputs/markdown"
    ),
    limits(mem = "1Gi")
)]
fn render(markdown: String, #[default("html")] format: String) -> String;
// ANCHOR_END: render

#[echo_task]
fn counted(count: u32) -> u32;

#[task]
fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

// ANCHOR: frequent
#[workflow]
fn frequent(#[default("the end of the beginning of the text")] text: String) -> Vec<String> {
    lines(words(text, counted(2)))
}
// ANCHOR_END: frequent

fn main() -> ExitCode {
    flyte_runtime::main()
}
