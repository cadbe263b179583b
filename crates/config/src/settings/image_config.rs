//! The images that tasks can run in.

use serde::{Deserialize, Serialize};

use super::{Image, ImageError, template};
use crate::config::Config;

/// The name of the image that a task runs in unless it names another.
const DEFAULT: &str = "default";

/// A default image, and others by name. Corresponds to `flytekit.configuration.ImageConfig`.
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
    /// The image of tasks that name none.
    #[serde(default)]
    pub default_image: Option<Image>,
    /// Every image by name. [`create_from`](Self::create_from) puts the default one first, as flytekit does.
    #[serde(default)]
    pub images: Option<Vec<Image>>,
}

impl ImageConfig {
    /// A default image and others; the default one is also the first of all.
    pub fn create_from(default_image: Option<Image>, other_images: Vec<Image>) -> Self {
        let images = default_image.iter().cloned().chain(other_images).collect();
        Self {
            default_image,
            images: Some(images),
        }
    }

    /// A default image from a text, and others from pairs of name and text.
    ///
    /// # Errors
    ///
    /// [`ImageError::NoVersion`] if the default image has neither tag nor digest. The others may lack both.
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

    /// The images that a configuration file names, and a default one if it is given.
    ///
    /// # Errors
    ///
    /// [`ImageError::NoVersion`] if the default image has neither tag nor digest.
    pub fn auto(config: &Config, default_image: Option<&str>) -> Result<Self, ImageError> {
        let default_image = default_image
            .map(|text| Image::parse(DEFAULT, text))
            .transpose()?;
        let others = config
            .images
            .iter()
            .map(|(name, text)| Image::parse_unversioned(name, text));
        Ok(Self::create_from(default_image, others.collect()))
    }

    /// The images that the values of a command line option give: `name=image`, or an image alone for the default.
    ///
    /// `param` is the option's name, for errors. Without a default among the values there is none: flytekit's own
    /// image, which it would take, holds no Rust program.
    ///
    /// # Errors
    ///
    /// [`ImageError`] if an image lacks tag and digest or has an empty name, or if two are the default one.
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

    /// The image of that name; the default image is looked at first.
    pub fn find_image(&self, name: &str) -> Option<&Image> {
        self.all().find(|image| image.name() == name)
    }

    /// The image a task runs in, as a container runtime takes it.
    ///
    /// `image` is what the task says: nothing, an image, or a text with templates in it: `{{.image.name}}` for the
    /// whole image, `{{.image.name.fqn}}` and `{{.image.name.version}}` for its parts. An image that has no version
    /// takes the default one's; where a version is a digest, the `:` in front of it becomes `@`.
    ///
    /// Corresponds to `flytekit.core.python_auto_container.get_registerable_container_image`.
    ///
    /// # Errors
    ///
    /// [`ImageError`] if the task says nothing and there is no default image, or if a template names an image or a
    /// part that does not exist.
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

    /// Every image, the default one first, perhaps twice.
    pub(super) fn all(&self) -> impl Iterator<Item = &Image> {
        self.default_image
            .iter()
            .chain(self.images.iter().flatten())
    }
}
