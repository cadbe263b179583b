//! Serialized settings. The `.json` and `.transport` files are flytekit 1.16.31's output for the same settings: its
//! `to_json()` and its `serialized_context`.

use std::borrow::Cow;

use super::*;
use crate::settings::transport::{pack, unpack};

/// Code that is unpacked in the container, as in flytekit's `test_serialization_settings_transport`.
fn packed_code() -> SerializationSettings {
    let image = Image::parse("default", "test:tag").unwrap();
    SerializationSettings::builder(ImageConfig::create_from(Some(image), Vec::new()))
        .project("project")
        .domain("domain")
        .version("version")
        .env([("hello", "blah")])
        .flytekit_virtualenv_root("/opt/venv/blah")
        .with_fast_serialization_settings(FastSerializationSettings {
            enabled: true,
            destination_dir: Some("/opt/blah/blah/blah".to_owned()),
            distribution_location: Some(
                "s3://my-special-bucket/blah/bha/asdasdasd/cbvsdsdf/asdddasdasdasdasdasdasd.tar.gz"
                    .to_owned(),
            ),
        })
        .build()
}

const PACKED_CODE_JSON: &str = include_str!("packed_code.json").trim_ascii_end();

const PACKED_CODE: &str = include_str!("packed_code.transport").trim_ascii_end();

/// Every field, and characters that JSON writers treat differently.
fn everything() -> SerializationSettings {
    let image = Image::parse("name", "test.com:tag").unwrap();
    let other = Image::parse("a", "test.com/x@sha256:abc").unwrap();
    let images = ImageConfig {
        default_image: Some(image),
        images: Some(vec![other]),
    };
    SerializationSettings::builder(images)
        .project("pé\"\n😀/")
        .domain("d")
        .version("v")
        .env([("B", "1"), ("A", "2")])
        .default_resources(ResourceSpec {
            requests: ResourceSet {
                cpu: Some("1".into()),
                mem: Some("500Mi".into()),
                ..ResourceSet::default()
            },
            limits: ResourceSet {
                cpu: Some(2.into()),
                gpu: Some("1".into()),
                ephemeral_storage: Some("1Gi".into()),
                ..ResourceSet::default()
            },
        })
        .git_repo("g")
        .with_fast_serialization_settings(FastSerializationSettings {
            enabled: true,
            destination_dir: Some("/dest".to_owned()),
            distribution_location: Some("s3://x".to_owned()),
        })
        .source_root("/src")
        .build()
}

const EVERYTHING_JSON: &str = include_str!("everything.json").trim_ascii_end();

const EVERYTHING: &str = include_str!("everything.transport").trim_ascii_end();

#[test]
fn json_is_flytekits_character_by_character() {
    assert_eq!(packed_code().to_json(), PACKED_CODE_JSON);
    assert_eq!(everything().to_json(), EVERYTHING_JSON);
    let one_image = SerializationSettings::for_image("ghcr.io/o/r:v1", "v2").unwrap();
    assert_eq!(
        one_image.to_json(),
        r#"{"image_config": {"default_image": {"name": "default", "fqn": "ghcr.io/o/r", "tag": "v1", "digest": null}, "images": null}, "project": "", "domain": "", "version": "v2", "env": null, "default_resources": null, "git_repo": null, "python_interpreter": "/opt/venv/bin/python3", "flytekit_virtualenv_root": "/opt/venv", "fast_serialization_settings": null, "source_root": null}"#
    );
}

#[test]
fn flytekits_texts_are_read() {
    assert_eq!(
        SerializationSettings::from_transport(PACKED_CODE).unwrap(),
        packed_code()
    );
    assert_eq!(
        SerializationSettings::from_transport(EVERYTHING).unwrap(),
        everything()
    );
}

#[test]
fn texts_carry_what_flytekits_carry() {
    // The compressed bytes depend on the compressor, but the decompressed text and the header do not.
    for (settings, theirs) in [(packed_code(), PACKED_CODE), (everything(), EVERYTHING)] {
        let ours = settings.serialized_context();
        assert_eq!(unpack(&ours).unwrap(), unpack(theirs).unwrap());
        assert_eq!(ours[..13], theirs[..13], "no time, no system");
        assert_eq!(ours, settings.serialized_context());
        assert_eq!(
            SerializationSettings::from_transport(&ours).unwrap(),
            settings
        );
    }
}

#[test]
fn carrying_the_context_leaves_the_original_alone() {
    let settings = packed_code();
    let carrying = settings.with_serialized_context().into_owned();
    assert_eq!(settings.env, Some(EnvVars::from([("hello", "blah")])));
    let env = carrying.env.clone().unwrap();
    assert_eq!(env.get("hello"), Some("blah"));
    assert_eq!(
        env.get(SERIALIZED_CONTEXT_ENV_VAR),
        Some(settings.serialized_context().as_str())
    );
    assert_eq!(
        carrying.serialized_context(),
        settings.serialized_context(),
        "settings do not nest"
    );
    assert!(matches!(carrying.with_serialized_context(), Cow::Borrowed(same) if *same == carrying));

    let bare = SerializationSettings::new(ImageConfig::default());
    assert_eq!(
        bare.with_serialized_context()
            .env
            .as_ref()
            .map(EnvVars::len),
        Some(1)
    );
    assert_eq!(bare.env, None);
}

#[test]
fn a_builder_starts_from_a_copy() {
    let settings = everything();
    assert_eq!(settings.new_builder().build(), settings);
    let other = settings
        .new_builder()
        .env([("C", "3")])
        .project("other")
        .build();
    assert_eq!(settings, everything());
    assert_eq!(other.project.as_deref(), Some("other"));
    assert!(settings.should_fast_serialize());
    let off = settings
        .new_builder()
        .with_fast_serialization_settings(FastSerializationSettings::default())
        .build();
    assert!(!off.should_fast_serialize());
    assert!(!SerializationSettings::new(ImageConfig::default()).should_fast_serialize());
}

#[test]
fn what_a_text_leaves_out_is_the_default() {
    let text = r#"{"image_config": {}, "project": "p", "unknown": [1], "python_interpreter": "/usr/bin/python3"}"#;
    let settings = SerializationSettings::from_json(text).unwrap();
    assert_eq!(settings.project.as_deref(), Some("p"));
    assert_eq!(
        settings.flytekit_virtualenv_root, "/usr",
        "derived from the interpreter"
    );
    assert_eq!(
        SerializationSettings::from_json(&settings.to_json()).unwrap(),
        settings
    );
}

#[test]
fn texts_that_are_no_settings_say_why() {
    let error = |text: &str| SerializationSettings::from_transport(text).unwrap_err();
    assert!(matches!(error("not base64!"), TransportError::Base64(_)));
    assert!(matches!(error("aGVsbG8="), TransportError::Gzip(_)));
    assert!(
        matches!(error(&PACKED_CODE[..400]), TransportError::Gzip(_)),
        "cut off"
    );
    assert!(matches!(
        error(&pack("{}").unwrap()),
        TransportError::Json(_)
    ));
    assert!(matches!(
        error(&pack(&" ".repeat(17 << 20)).unwrap()),
        TransportError::TooLarge
    ));
}

#[test]
fn paths_of_python_tasks_are_flytekits() {
    for (interpreter, root, entrypoint) in [
        (
            "/opt/venv/bin/python3",
            "/opt/venv",
            "/opt/venv/bin/entrypoint.py",
        ),
        ("/a//b/c", "/a", "/a/bin/entrypoint.py"),
        ("/python3", "/", "/bin/entrypoint.py"),
        ("python3", "", "bin/entrypoint.py"),
    ] {
        assert_eq!(
            SerializationSettings::venv_root_from_interpreter(interpreter),
            root
        );
        let settings = SerializationSettings::default_entrypoint_settings(interpreter);
        assert_eq!(settings.path.as_deref(), Some(entrypoint));
    }
    let settings = SerializationSettings::new(ImageConfig::default());
    assert_eq!(
        settings.entrypoint_settings().path.as_deref(),
        Some("/opt/venv/bin/entrypoint.py")
    );
}
