//! The generated types are what the stored descriptor sets say.
//!
//! `UPDATE_EXPECT=1 cargo test -p flyte-runtime-idl --test generated` writes them.

use std::{collections::BTreeSet, fs, path::Path};

use expect_test::expect_file;
use prost::Message;
use prost_build::{Service, ServiceGenerator};
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

/// Clients as tables of methods, which the macro of the crate reads, and the servers of tonic's generator.
struct Services {
    servers: Box<dyn ServiceGenerator>,
}

impl ServiceGenerator for Services {
    fn generate(&mut self, service: Service, text: &mut String) {
        let module = snake_case(&service.name);
        let path = format!("{}.{}", service.package, service.proto_name);
        text.push_str("#[cfg(feature = \"client\")]\n");
        text.push_str("crate::client::service! {\n");
        text.push_str(&format!(
            "    {module}, {module}_client, {}Client;\n",
            service.name
        ));
        for method in &service.methods {
            let kind = match (method.client_streaming, method.server_streaming) {
                (false, false) => "unary",
                (false, true) => "server_streaming",
                (true, _) => panic!("{path} streams requests: add a kind to `client::service`"),
            };
            if method.options.deprecated() {
                text.push_str("    #[deprecated]\n");
            }
            // The types are seen from the module of the package, and used in one inside it.
            let [request, answer] = [&method.input_type, &method.output_type].map(|name| {
                assert!(
                    !name.starts_with("::"),
                    "{path} has a type of another crate: {name}"
                );
                format!("super::{name}")
            });
            text.push_str(&format!(
                "    {kind} {}: {request}\n        => {answer},\n",
                method.name
            ));
            text.push_str(&format!("        \"/{path}/{}\";\n", method.proto_name));
        }
        text.push_str("}\n");
        self.servers.generate(service, text);
    }
}

/// The name that tonic's generator gives to the module of a service.
fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

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

    let servers = tonic_prost_build::configure()
        .build_client(false)
        .server_mod_attribute(".", r#"#[cfg(feature = "server")]"#)
        .service_generator();
    let mut config = prost_build::Config::new();
    for path in BOXED {
        config.boxed(path);
    }
    config
        .btree_map(["."])
        .service_generator(Box::new(Services { servers }))
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
