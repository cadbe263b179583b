//! Container images.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A named container image: its location and version.
///
/// Corresponds to `flytekit.configuration.Image`. It has a tag, or a digest, or neither, but never both. A path to a
/// file that describes an image (flytekit's `ImageSpec`) is not read.
///
/// ```
/// use flyte_runtime::compat::settings::Image;
///
/// let image = Image::parse("default", "ghcr.io/acme/train:v1")?;
/// assert_eq!((image.fqn(), image.tag()), ("ghcr.io/acme/train", Some("v1")));
/// assert_eq!(image.full(), "ghcr.io/acme/train:v1");
/// assert!(Image::parse("default", "localhost:5000/train").is_err(), "a port is no tag");
/// # Ok::<(), flyte_runtime::compat::settings::ImageError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct Image {
    name: String,
    fqn: String,
    version: Option<Version>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Version {
    Tag(String),
    Digest(String),
}

/// The serialized form of an image.
#[derive(Serialize, Deserialize)]
struct Parts {
    name: String,
    fqn: String,
    #[serde(default)]
    tag: Option<String>,
    #[serde(default)]
    digest: Option<String>,
}

impl Image {
    /// An image from its parts.
    ///
    /// # Errors
    ///
    /// [`ImageError::TagAndDigest`] if both are given.
    pub fn new(
        name: impl Into<String>,
        fqn: impl Into<String>,
        tag: Option<String>,
        digest: Option<String>,
    ) -> Result<Self, ImageError> {
        let name = name.into();
        let version = match (tag, digest) {
            (Some(tag), Some(digest)) => {
                return Err(ImageError::TagAndDigest { name, tag, digest });
            }
            (Some(tag), None) => Some(Version::Tag(tag)),
            (None, digest) => digest.map(Version::Digest),
        };
        Ok(Self {
            name,
            fqn: fqn.into(),
            version,
        })
    }

    /// Parses an image such as `ghcr.io/acme/train:v1` or `ghcr.io/acme/train@sha256:…` (flytekit's
    /// `look_up_image_info`).
    ///
    /// # Errors
    ///
    /// [`ImageError::NoVersion`] if it has neither a tag nor a digest.
    pub fn parse(name: impl Into<String>, text: &str) -> Result<Self, ImageError> {
        let image = Self::parse_unversioned(name, text);
        if image.version.is_none() {
            return Err(ImageError::NoVersion {
                image: text.to_owned(),
            });
        }
        Ok(image)
    }

    /// Like [`parse`](Self::parse), but tag and digest are optional: images in a configuration file then take the
    /// default image's version.
    pub fn parse_unversioned(name: impl Into<String>, text: &str) -> Self {
        let (fqn, version) = if let Some((fqn, digest)) = text.rsplit_once('@') {
            (fqn, Some(Version::Digest(digest.to_owned())))
        } else if let Some((fqn, tag)) = text.rsplit_once(':').filter(|(_, tag)| !tag.contains('/'))
        {
            (fqn, Some(Version::Tag(tag.to_owned())))
        } else {
            (text, None)
        };
        Self {
            name: name.into(),
            fqn: fqn.to_owned(),
            version,
        }
    }

    /// The name of the image in the settings, such as `default`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Registry and repository, without a version.
    pub fn fqn(&self) -> &str {
        &self.fqn
    }

    /// The tag, if it has one.
    pub fn tag(&self) -> Option<&str> {
        match &self.version {
            Some(Version::Tag(tag)) => Some(tag),
            _ => None,
        }
    }

    /// The digest, if it has one: `sha256:…`.
    pub fn digest(&self) -> Option<&str> {
        match &self.version {
            Some(Version::Digest(digest)) => Some(digest),
            _ => None,
        }
    }

    /// The digest or the tag.
    pub fn version(&self) -> Option<&str> {
        self.version
            .as_ref()
            .map(|(Version::Tag(version) | Version::Digest(version))| version.as_str())
    }

    /// The text for a container runtime: `fqn:tag`, `fqn@digest`, or only `fqn` (where flytekit writes `fqn:None`).
    pub fn full(&self) -> String {
        match &self.version {
            Some(Version::Tag(tag)) => format!("{}:{tag}", self.fqn),
            Some(Version::Digest(digest)) => format!("{}@{digest}", self.fqn),
            None => self.fqn.clone(),
        }
    }
}

impl fmt::Display for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.full())
    }
}

impl TryFrom<Parts> for Image {
    type Error = ImageError;

    fn try_from(parts: Parts) -> Result<Self, ImageError> {
        Self::new(parts.name, parts.fqn, parts.tag, parts.digest)
    }
}

impl From<Image> for Parts {
    fn from(image: Image) -> Self {
        let Image { name, fqn, version } = image;
        let (tag, digest) = match version {
            Some(Version::Tag(tag)) => (Some(tag), None),
            Some(Version::Digest(digest)) => (None, Some(digest)),
            None => (None, None),
        };
        Self {
            name,
            fqn,
            tag,
            digest,
        }
    }
}

/// An image, or a text for one, that is not valid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ImageError {
    /// An image has two versions. (flytekit: `ValueError`)
    #[error("the image `{name}` has the tag {tag:?} and the digest {digest:?}; give one of them")]
    TagAndDigest {
        /// The name of the image.
        name: String,
        /// Its tag.
        tag: String,
        /// Its digest.
        digest: String,
    },
    /// An image without a version. (flytekit: `AssertionError`)
    #[error(
        "the image {image:?} has neither a tag nor a digest; write `{image}:tag` or `{image}@sha256:digest`"
    )]
    NoVersion {
        /// The image as written.
        image: String,
    },
    /// An image was given with an empty name.
    #[error(
        "{value:?} gives an image without a name to {param}; write `name={image}`, or `{image}` for the default"
    )]
    NoName {
        /// The option.
        param: String,
        /// The whole value.
        value: String,
        /// The image in the value.
        image: String,
    },
    /// Two default images. (flytekit: `ValueError`)
    #[error(
        "{param} names two default images, {first} and {second}; write `name={second}` to give one a name"
    )]
    TwoDefaults {
        /// The option.
        param: String,
        /// The first.
        first: String,
        /// The second.
        second: String,
    },
    /// A template refers to an image that is not configured. (flytekit: `AssertionError`)
    #[error("{template:?} names the image `{name}`, which is not configured; {known}")]
    UnknownImage {
        /// The whole text.
        template: String,
        /// The image's name in the template.
        name: String,
        /// The names of the configured images.
        known: String,
    },
    /// A template uses an attribute that images do not have. (flytekit: `AssertionError`)
    #[error(
        "{template:?} asks for `{attribute}` of an image; write `{{{{.image.{name}}}}}`, `{{{{.image.{name}.fqn}}}}` \
         or `{{{{.image.{name}.version}}}}`"
    )]
    UnknownAttribute {
        /// The whole text.
        template: String,
        /// The image's name in the template.
        name: String,
        /// The attribute.
        attribute: String,
    },
    /// A text with braces that is not a valid template; flytekit leaves it unchanged.
    #[error(
        "{template:?} is neither an image nor a template; write `{{{{.image.name}}}}`, `{{{{.image.name.fqn}}}}` or \
         `{{{{.image.name.version}}}}` between braces"
    )]
    BadTemplate {
        /// The whole text.
        template: String,
    },
    /// A task does not name an image, and there is no default one. (flytekit: `ValueError`)
    #[error(
        "a task needs an image; give one with `--image`, as its `container_image`, or as `images.default` in the \
         settings of the cluster"
    )]
    NoImage,
}
