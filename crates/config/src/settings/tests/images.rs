//! Images and the texts that describe them. The results are flytekit 1.16's unless a test says otherwise.

use super::*;
use crate::config::{Config, Environment};

fn configured() -> ImageConfig {
    let others = [("dig", "ghcr.io/a@sha256:ab"), ("none", "ghcr.io/none")];
    ImageConfig::from_images("test:tag", others).unwrap()
}

#[test]
fn a_text_is_split_into_name_and_version() {
    for (text, fqn, tag, digest) in [
        ("test:tag", "test", Some("tag"), None),
        (
            "localhost:5000/a/b:v1",
            "localhost:5000/a/b",
            Some("v1"),
            None,
        ),
        ("ghcr.io/a@sha256:ab", "ghcr.io/a", None, Some("sha256:ab")),
        (
            "ghcr.io/a:v1@sha256:ab",
            "ghcr.io/a:v1",
            None,
            Some("sha256:ab"),
        ),
    ] {
        let image = Image::parse("x", text).unwrap();
        assert_eq!(
            (image.fqn(), image.tag(), image.digest()),
            (fqn, tag, digest),
            "{text}"
        );
        assert_eq!(image.full(), text);
        assert_eq!(image.version(), tag.or(digest));
    }
    for text in ["plain", "localhost:5000/plain", ""] {
        assert_eq!(
            Image::parse("x", text),
            Err(ImageError::NoVersion {
                image: text.to_owned()
            })
        );
        assert_eq!(Image::parse_unversioned("x", text).full(), text);
    }
}

#[test]
fn an_image_has_one_version() {
    let both = Image::new(
        "x",
        "fqn",
        Some("v1".to_owned()),
        Some("sha256:ab".to_owned()),
    );
    assert_eq!(
        both.unwrap_err().to_string(),
        "the image `x` has the tag \"v1\" and the digest \"sha256:ab\"; give one of them"
    );
    let json = r#"{"name": "x", "fqn": "f", "tag": "t", "digest": "d"}"#;
    assert!(
        serde_json::from_str::<Image>(json).is_err(),
        "also when it travels"
    );
}

#[test]
fn the_option_takes_named_images_and_one_default() {
    let images = ImageConfig::validate_image("--image", &["a=b:c", "d:e", "x=y=z:1"]).unwrap();
    assert_eq!(
        images.default_image,
        Some(Image::parse("default", "d:e").unwrap())
    );
    let names: Vec<_> = images
        .images
        .iter()
        .flatten()
        .map(|image| (image.name(), image.full()))
        .collect();
    assert_eq!(
        names,
        [
            ("default", "d:e".to_owned()),
            ("a", "b:c".to_owned()),
            ("x", "y=z:1".to_owned())
        ],
        "the default image is the first of all"
    );
    assert_eq!(images.find_image("a").map(Image::fqn), Some("b"));
    assert_eq!(images.find_image("b"), None);
}

#[test]
fn values_of_the_option_that_cannot_be_say_what_to_write() {
    let error = |values: &[&str]| {
        ImageConfig::validate_image("--image", values)
            .unwrap_err()
            .to_string()
    };
    for values in [
        ["a:b", "c:b"],
        ["default=a:b", "c:b"],
        ["a:b", "default=c:b"],
    ] {
        assert_eq!(
            error(&values),
            "--image names two default images, a:b and c:b; write `name=c:b` to give one a name"
        );
    }
    assert_eq!(
        error(&["train=host:5000/x"]),
        "the image \"host:5000/x\" has neither a tag nor a digest; write `host:5000/x:tag` or \
         `host:5000/x@sha256:digest`"
    );
    assert!(
        error(&["=q:1"])
            .starts_with("\"=q:1\" gives an image without a name to --image; write `name=q:1`")
    );
}

#[test]
fn without_a_default_there_is_none() {
    // flytekit falls back to its own image, which does not contain a Rust program.
    let images = ImageConfig::validate_image::<&str>("--image", &[]).unwrap();
    assert_eq!(
        (images.default_image.as_ref(), images.images.as_deref()),
        (None, Some([].as_slice()))
    );
    assert_eq!(images.resolve(None), Err(ImageError::NoImage));
}

#[test]
fn images_of_the_configuration_file_have_names() {
    let dir = std::env::temp_dir().join(format!("flyte-images-test-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    let path = dir.join("config.yaml");
    std::fs::write(
        &path,
        "images:\n  gpu: ghcr.io/cuda\n  spark: ghcr.io/spark:v3\n",
    )
    .unwrap();
    let config = Config::loader()
        .environment(Environment::empty())
        .file(path)
        .load();
    std::fs::remove_dir_all(&dir).unwrap();

    let images = ImageConfig::auto(&config.unwrap(), Some("mine:v1")).unwrap();
    assert_eq!(
        images.resolve(Some("{{.image.spark}}")).unwrap(),
        "ghcr.io/spark:v3"
    );
    assert_eq!(
        images.resolve(Some("{{.image.gpu}}")).unwrap(),
        "ghcr.io/cuda:v1"
    );
    assert_eq!(images.resolve(None).unwrap(), "mine:v1");
}

#[test]
fn the_default_image_of_the_configuration_file_is_the_default() {
    let mut config = Config::default();
    config.images = vec![
        ("default".to_owned(), "app:v1".to_owned().into()),
        ("gpu".to_owned(), "ghcr.io/cuda".to_owned().into()),
    ];
    let images = ImageConfig::auto(&config, None).unwrap();
    assert_eq!(images.resolve(None).unwrap(), "app:v1");
    assert_eq!(
        images.resolve(Some("{{.image.gpu}}")).unwrap(),
        "ghcr.io/cuda:v1"
    );
    let given = ImageConfig::auto(&config, Some("mine:v2")).unwrap();
    assert_eq!(given.resolve(None).unwrap(), "mine:v2");
    config.images[0].1 = "app".to_owned().into();
    assert!(ImageConfig::auto(&config, None).is_err());
}

#[test]
fn templates_become_images() {
    for (template, image) in [
        (
            "{{.image.default.fqn}}:{{.image.default.version}}",
            "test:tag",
        ),
        (
            "{{.image.dig.fqn}}:{{.image.dig.version}}",
            "ghcr.io/a@sha256:ab",
        ),
        (
            "{{.image.dig.fqn}}@{{.image.dig.version}}",
            "ghcr.io/a@sha256:ab",
        ),
        ("{{ .images.dig }}", "ghcr.io/a@sha256:ab"),
        ("{{.IMAGE.default}}", "test:tag"),
        ("x/{{.image.default.version}}/y", "x/tag/y"),
        (
            "{{.image.none.fqn}}:{{.image.none.version}}",
            "ghcr.io/none:tag",
        ),
        (
            "{{.image.dig.fqn}}:{{.image.default.version}}",
            "ghcr.io/a:tag",
        ),
        ("plain:v1", "plain:v1"),
        (
            "plain:{{ registration.version }}",
            "plain:{{ registration.version }}",
        ),
        ("", "test:tag"),
        // flytekit writes `ghcr.io/none:None`.
        ("{{.image.none}}", "ghcr.io/none:tag"),
    ] {
        assert_eq!(
            configured().resolve(Some(template)).as_deref(),
            Ok(image),
            "{template}"
        );
    }
    assert_eq!(configured().resolve(None).as_deref(), Ok("test:tag"));
}

#[test]
fn templates_that_name_nothing_say_what_there_is() {
    let error = |template| {
        configured()
            .resolve(Some(template))
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        error("{{.image.zz}}"),
        "\"{{.image.zz}}\" names the image `zz`, which is not configured; write one of `default`, `dig`, `none`"
    );
    assert_eq!(
        error("{{.image.dig.tag}}"),
        "\"{{.image.dig.tag}}\" asks for `tag` of an image; write `{{.image.dig}}`, `{{.image.dig.fqn}}` or \
         `{{.image.dig.version}}`"
    );
    for template in [
        "{{.image}}",
        "{{image.dig}}",
        "{{.image.dig",
        "{{.image.d g}}",
        "{{.image.a.b.c}}",
        "{{}}",
        "a{{",
    ] {
        assert!(
            error(template).contains("is neither an image nor a template"),
            "{template}"
        );
    }
    let none = ImageConfig::default()
        .resolve(Some("{{.image.a}}"))
        .unwrap_err();
    assert!(
        none.to_string()
            .ends_with("there is none, give one with `--image`")
    );
    let unversioned = ImageConfig::create_from(None, vec![Image::parse_unversioned("a", "fqn")]);
    assert!(matches!(
        unversioned.resolve(Some("{{.image.a}}")),
        Err(ImageError::NoVersion { .. })
    ));
}
