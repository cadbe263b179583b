//! The generated types are what the stored descriptor sets say.
//!
//! `UPDATE_EXPECT=1 cargo test -p flyte-runtime-idl --test generated` writes them.

use std::{collections::BTreeSet, fs, path::Path};

use expect_test::expect_file;
use prost::Message;
use prost_types::FileDescriptorSet;

/// Rare and large parts of what a workflow has many of: behind a pointer, a node takes a third of the memory.
const BOXED: [&str; 7] = [
    ".flyteidl.core.BindingData.value.offloaded_metadata",
    ".flyteidl.core.BindingData.union",
    ".flyteidl.core.Literal.value.offloaded_metadata",
    ".flyteidl.core.Node.target.gate_node",
    ".flyteidl.core.Scalar.value.structured_dataset",
    ".flyteidl.core.TaskNodeOverrides.extended_resources",
    ".flyteidl.core.TaskNodeOverrides.pod_template",
];

/// Generates the types of a descriptor set into an empty directory and compares each file with the stored one.
fn check(set: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join(set);
    if out.exists() {
        fs::remove_dir_all(&out).expect("an old directory of this test can be removed");
    }
    fs::create_dir_all(&out).expect("the target directory can be written");
    let descriptors = fs::read(root.join(format!("descriptors/{set}.binpb")))
        .expect("the descriptor set is stored");
    let descriptors =
        FileDescriptorSet::decode(&descriptors[..]).expect("the descriptor set is a valid message");
    let packages: BTreeSet<_> = descriptors
        .file
        .iter()
        .map(|file| file.package().to_owned())
        .filter(|package| package != "google.protobuf")
        .collect();

    let configured = BOXED
        .into_iter()
        .fold(tonic_prost_build::configure(), |builder, path| {
            builder.boxed(path)
        });
    configured
        .btree_map(".")
        .client_mod_attribute(".", r#"#[cfg(feature = "client")]"#)
        .server_mod_attribute(".", r#"#[cfg(feature = "server")]"#)
        .out_dir(&out)
        .compile_fds(descriptors)
        .expect("the descriptor set compiles");

    for package in packages {
        let generated =
            fs::read_to_string(out.join(format!("{package}.rs"))).expect("each package has a file");
        expect_file![root.join(format!("src/generated/{package}.rs"))].assert_eq(&generated);
    }
}

#[test]
fn flyte_1() {
    check("flyteidl");
}

#[test]
fn flyte_2() {
    check("flyteidl2");
}
