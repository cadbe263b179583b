//! Templates in the name of an image: `{{.image.<name>}}`, `{{.image.<name>.fqn}}`, `{{.image.<name>.version}}`.

use super::{Image, ImageConfig, ImageError};

/// Replaces every template in `text`.
pub(super) fn resolve(config: &ImageConfig, text: &str) -> Result<String, ImageError> {
    let mut resolved = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("{{") {
        resolved.push_str(&rest[..start]);
        let bad = || ImageError::BadTemplate {
            template: text.to_owned(),
        };
        let (inside, after) = rest[start + 2..].split_once("}}").ok_or_else(bad)?;
        if inside.trim().starts_with("registration.") {
            // Registration replaces it by the project, the domain or the version.
            resolved.push_str(&rest[start..rest.len() - after.len()]);
            rest = after;
            continue;
        }
        let (name, attribute) = split(inside.trim()).ok_or_else(bad)?;
        let image = config
            .find_image(name)
            .ok_or_else(|| unknown(config, text, name))?;
        let version = || version(config, image);
        match attribute {
            Some("fqn") => resolved.push_str(image.fqn()),
            Some("version") => push_version(&mut resolved, version()?),
            None => {
                resolved.push_str(image.fqn());
                resolved.push(':');
                push_version(&mut resolved, version()?);
            }
            Some(attribute) => {
                let (name, attribute) = (name.to_owned(), attribute.to_owned());
                return Err(ImageError::UnknownAttribute {
                    template: text.to_owned(),
                    name,
                    attribute,
                });
            }
        }
        rest = after;
    }
    resolved.push_str(rest);
    Ok(resolved)
}

/// The name and the attribute of `.image.name` or `.images.name.attribute`.
fn split(inside: &str) -> Option<(&str, Option<&str>)> {
    let word = |part: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
    };
    let mut parts = inside.split('.');
    let (before, keyword, name, attribute) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next());
    let keyword = keyword.eq_ignore_ascii_case("image") || keyword.eq_ignore_ascii_case("images");
    let well_formed = before.is_empty() && keyword && word(name) && attribute.is_none_or(word);
    (well_formed && parts.next().is_none()).then_some((name, attribute))
}

fn version<'a>(config: &'a ImageConfig, image: &'a Image) -> Result<&'a str, ImageError> {
    let default = config.default_image.as_ref().and_then(Image::version);
    image
        .version()
        .or(default)
        .ok_or_else(|| ImageError::NoVersion {
            image: image.fqn().to_owned(),
        })
}

/// A digest (the only version that contains a `:`) follows an `@`.
fn push_version(resolved: &mut String, version: &str) {
    if version.contains(':') && resolved.ends_with(':') {
        resolved.pop();
        resolved.push('@');
    }
    resolved.push_str(version);
}

fn unknown(config: &ImageConfig, template: &str, name: &str) -> ImageError {
    let mut names: Vec<&str> = config.all().map(Image::name).collect();
    names.sort_unstable();
    names.dedup();
    let known = match names.as_slice() {
        [] => "there is none, give one with `--image`".to_owned(),
        names => format!("write one of `{}`", names.join("`, `")),
    };
    ImageError::UnknownImage {
        template: template.to_owned(),
        name: name.to_owned(),
        known,
    }
}
