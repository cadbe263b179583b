//! References: tasks and launch plans that a cluster has already, called by workflows here.
//!
//! ```console
//! $ cargo run --example references -- run index
//! [1,2]
//! $ cargo run --example references -- list
//! workflow               references.index    examples/references.rs:[..]  Measures two texts.
//! reference task         references.length   examples/references.rs:[..]  A task of another team; here it is what its body says.
//! reference launch plan  references.publish  examples/references.rs:[..]  Nothing of it is here but the signature.
//! workflow               references.release  examples/references.rs:[..]
//! $ cargo run --example references -- run release --lengths "[1, 2]"
//! error: launch plan `references.publish` failed (node n0 of `references.release`): the launch plan `web:production:publish:v7` is on a cluster, and only its signature is known here; write a body for `publish` (examples/references.rs:[..]), which then stands for it in local runs, or mock it in a test: `let _mocked = mock::<publish>(|..| ..);`
//!   with: lengths = [1, 2]
//!   launch plan at examples/references.rs:[..]
//! ```

use flyte_runtime::prelude::*;

// ANCHOR: length
/// A task of another team; here it is what its body says.
#[reference_task(
    project = "text",
    domain = "production",
    name = "measure.length",
    version = "v2"
)]
fn length(text: &str) -> i64 {
    text.len() as i64
}
// ANCHOR_END: length

// ANCHOR: publish
/// Nothing of it is here but the signature.
#[reference_launch_plan(
    project = "web",
    domain = "production",
    name = "publish",
    version = "v7"
)]
fn publish(lengths: Vec<i64>);
// ANCHOR_END: publish

/// Measures two texts.
#[workflow]
fn index(#[default(vec!["a".to_owned(), "bb".to_owned()])] texts: Vec<String>) -> Vec<i64> {
    vec![length(texts.at(0)), length(texts.at(1))]
}

#[workflow]
fn release(lengths: Vec<i64>) {
    publish(lengths);
}

fn main() -> ExitCode {
    flyte_runtime::main()
}
