//! The images for tasks.

use serde::{Deserialize, Serialize};

use super::{Image, ImageError, template};
use crate::config::Config;

/// The name of the default image.
const DEFAULT: &str = "default";

/// A default image and other named images. Corresponds to `flytekit.configuration.ImageConfig`.
///
/// ```
/// use flyte_runtime::compat::settings::ImageConfig;
///
/// let images = ImageConfig::validate_image("--image", &["ghcr.io/acme/train:v1", "gpu=ghcr.io/acme/cuda:v2"])?;
/// assert_eq!(images.resolve(None)?, "ghcr.io/acme/train:v1");
/// assert_eq!(images.resolve(Some("{{.image.gpu.fqn}}:{{.image.default.version}}"))?, "ghcr.io/acme/cuda:v1");
/// # Ok::<(), flyte_runtime::compat::settings::ImageError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ImageConfig {
    /// The image of tasks that do not name one.
    #[serde(default)]
    pub default_image: Option<Image>,
    /// Every image by name. [`create_from`](Self::create_from) puts the default one first, as flytekit does.
    #[serde(default)]
    pub images: Option<Vec<Image>>,
}

impl ImageConfig {
    /// A default image and others; the default one is also the first in the list.
    pub fn create_from(default_image: Option<Image>, other_images: Vec<Image>) -> Self {
        let images = default_image.iter().cloned().chain(other_images).collect();
        Self {
            default_image,
            images: Some(images),
        }
    }

    /// Parses a default image, and others from pairs of name and text.
    ///
    /// # Errors
    ///
    /// [`ImageError::NoVersion`] if the default image has neither tag nor digest. The others may have neither.
    pub fn from_images<N, T>(
        default_image: &str,
        others: impl IntoIterator<Item = (N, T)>,
    ) -> Result<Self, ImageError>
    where
        N: Into<String>,
        T: AsRef<str>,
    {
        let default_image = Image::parse(DEFAULT, default_image)?;
        let others = others
            .into_iter()
            .map(|(name, text)| Image::parse_unversioned(name, text.as_ref()));
        Ok(Self::create_from(Some(default_image), others.collect()))
    }

    /// The images of a configuration file. The default one is the given one, else the one that the file calls
    /// `default`. (To flytekit that is an image like the others, because it has a default of its own.)
    ///
    /// # Errors
    ///
    /// [`ImageError::NoVersion`] if the default image has neither tag nor digest.
    pub fn auto(config: &Config, default_image: Option<&str>) -> Result<Self, ImageError> {
        let mut named = config.images.iter().filter(|(name, _)| name == DEFAULT);
        let named = named.next().map(|(_, text)| text.as_str());
        let default_image = default_image
            .or(named)
            .map(|text| Image::parse(DEFAULT, text))
            .transpose()?;
        let others = config
            .images
            .iter()
            .filter(|(name, _)| name != DEFAULT)
            .map(|(name, text)| Image::parse_unversioned(name, text));
        Ok(Self::create_from(default_image, others.collect()))
    }

    /// Parses the values of a command line option: `name=image`, or an image alone for the default.
    ///
    /// `param` is the option's name, for errors. If the values contain no default image, there is none: flytekit would
    /// use its own image, which does not contain a Rust program.
    ///
    /// # Errors
    ///
    /// [`ImageError`] if an image has neither tag nor digest, or an empty name, or if there are two default images.
    pub fn validate_image<T: AsRef<str>>(param: &str, values: &[T]) -> Result<Self, ImageError> {
        let mut default_image: Option<Image> = None;
        let mut others = Vec::new();
        for value in values {
            let value = value.as_ref();
            let image = match value.split_once('=') {
                Some(("", image)) => {
                    let (param, value, image) =
                        (param.to_owned(), value.to_owned(), image.to_owned());
                    return Err(ImageError::NoName {
                        param,
                        value,
                        image,
                    });
                }
                Some((name, image)) => Image::parse(name, image)?,
                None => Image::parse(DEFAULT, value)?,
            };
            if image.name() != DEFAULT {
                others.push(image);
            } else if let Some(first) = &default_image {
                let (first, second) = (first.full(), image.full());
                return Err(ImageError::TwoDefaults {
                    param: param.to_owned(),
                    first,
                    second,
                });
            } else {
                default_image = Some(image);
            }
        }
        Ok(Self::create_from(default_image, others))
    }

    /// The image with this name; the default image is checked first.
    pub fn find_image(&self, name: &str) -> Option<&Image> {
        self.all().find(|image| image.name() == name)
    }

    /// The image for a task, as text for a container runtime.
    ///
    /// `image` is the task's setting: nothing, an image, or a text with templates: `{{.image.name}}` for the whole
    /// image, `{{.image.name.fqn}}` and `{{.image.name.version}}` for its parts. An image without a version takes that
    /// of the default image; if a version is a digest, the `:` before it becomes `@`.
    ///
    /// Corresponds to `flytekit.core.python_auto_container.get_registerable_container_image`.
    ///
    /// # Errors
    ///
    /// [`ImageError`] if the task does not set an image and there is no default one, or if a template refers to an
    /// image or a part that does not exist.
    pub fn resolve(&self, image: Option<&str>) -> Result<String, ImageError> {
        match image.filter(|image| !image.is_empty()) {
            Some(image) => template::resolve(self, image),
            None => self
                .default_image
                .as_ref()
                .map(Image::full)
                .ok_or(ImageError::NoImage),
        }
    }

    /// Every image, the default one first and possibly twice.
    pub(super) fn all(&self) -> impl Iterator<Item = &Image> {
        self.default_image
            .iter()
            .chain(self.images.iter().flatten())
    }
}
