//! Makes thumbnails of images, several at a time, and a sheet of all of them. One image is broken: it is left out, and
//! the sheet says so.
//!
//! ```console
//! $ cargo run --example thumbnails -- run sheet
//! 5 of 6 images on a sheet of 80 x 16 pixels, 3853 bytes
//! ```

use std::io::{Read as _, Write as _};

use flyte_runtime::{BoxError, files::FlyteFile, prelude::*};

/// An image in the plain format PPM: three bytes for each pixel.
struct Image {
    width: usize,
    height: usize,
    pixels: Vec<[u8; 3]>,
}

impl Image {
    fn read(file: &FlyteFile) -> Result<Self, BoxError> {
        let mut bytes = Vec::new();
        file.open()?.read_to_end(&mut bytes)?;
        let header_end = bytes
            .iter()
            .enumerate()
            .filter(|(_, byte)| **byte == b'\n')
            .nth(2);
        let (end, _) = header_end.ok_or_else(|| format!("{} is not an image", file.name()))?;
        let header = std::str::from_utf8(&bytes[..end])?;
        let mut fields = header.split_whitespace().skip(1).map(str::parse::<usize>);
        let (Some(width), Some(height)) = (fields.next(), fields.next()) else {
            return Err(format!("{} has no size", file.name()).into());
        };
        let pixels = bytes[end + 1..].chunks_exact(3).map(|p| [p[0], p[1], p[2]]);
        Ok(Self {
            width: width?,
            height: height?,
            pixels: pixels.collect(),
        })
    }

    fn write(&self, name: &str) -> Result<FlyteFile, BoxError> {
        let file = FlyteFile::create(name)?;
        let mut writer = file.writer()?;
        write!(writer, "P6\n{} {}\n255\n", self.width, self.height)?;
        for pixel in &self.pixels {
            writer.write_all(pixel)?;
        }
        writer.finish()?;
        Ok(file)
    }

    /// The mean colour of a square of pixels.
    fn mean(&self, left: usize, top: usize, side: usize) -> [u8; 3] {
        let places = (top..top + side).flat_map(|y| (left..left + side).map(move |x| (x, y)));
        let pixels: Vec<_> = places
            .map(|(x, y)| self.pixels[y * self.width + x])
            .collect();
        [0, 1, 2].map(|colour| {
            let sum: usize = pixels.iter().map(|pixel| usize::from(pixel[colour])).sum();
            (sum / pixels.len()) as u8
        })
    }
}

/// Some images; the third has no content.
#[task]
fn photographs(count: usize) -> Result<Vec<FlyteFile>, BoxError> {
    let photograph = |number: usize| -> Result<_, BoxError> {
        let name = format!("photo{number}.ppm");
        if number == 2 {
            let broken = FlyteFile::create(&name)?;
            broken.write("")?;
            return Ok(broken);
        }
        let (width, height) = (160, 160);
        let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        let pixels =
            places.map(|(x, y)| [(x + 30 * number) as u8, (y * number) as u8, (x ^ y) as u8]);
        Image {
            width,
            height,
            pixels: pixels.collect(),
        }
        .write(&name)
    };
    (0..count).map(photograph).collect()
}

/// The image at a tenth of its size.
#[task]
fn thumbnail(photograph: &FlyteFile) -> Result<FlyteFile, BoxError> {
    const SIDE: usize = 10;
    let image = Image::read(photograph)?;
    let (width, height) = (image.width / SIDE, image.height / SIDE);
    let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    let pixels = places
        .map(|(x, y)| image.mean(x * SIDE, y * SIDE, SIDE))
        .collect();
    Image {
        width,
        height,
        pixels,
    }
    .write(&format!("small-{}", photograph.name()))
}

/// All thumbnails beside each other.
#[task]
fn arrange(thumbnails: Vec<Option<FlyteFile>>) -> Result<FlyteFile, BoxError> {
    let images: Vec<Image> = thumbnails
        .iter()
        .flatten()
        .map(Image::read)
        .collect::<Result<_, _>>()?;
    let height = images
        .iter()
        .map(|image| image.height)
        .min()
        .ok_or("there are no images")?;
    let row = |y: usize| {
        images
            .iter()
            .flat_map(move |image| image.pixels[y * image.width..][..image.width].to_vec())
    };
    let pixels: Vec<_> = (0..height).flat_map(row).collect();
    let width = pixels.len() / height;
    Image {
        width,
        height,
        pixels,
    }
    .write("sheet.ppm")
}

/// Says what is on the sheet.
#[task]
fn describe_sheet(sheet: &FlyteFile, photographs: &[FlyteFile]) -> Result<String, BoxError> {
    let image = Image::read(sheet)?;
    let (on_it, all) = (image.width / image.height, photographs.len());
    let (width, height, size) = (image.width, image.height, sheet.size()?);
    Ok(format!(
        "{on_it} of {all} images on a sheet of {width} x {height} pixels, {size} bytes"
    ))
}

/// Makes a sheet of thumbnails, if at least half of the images can be read.
#[workflow]
fn sheet(#[default(6)] count: usize) -> String {
    let photographs = photographs(count);
    let thumbnails = photographs
        .map(|photograph| thumbnail(photograph))
        .min_success_ratio(0.5);
    describe_sheet(arrange(thumbnails), photographs)
}

fn main() -> ExitCode {
    flyte_runtime::main()
}
