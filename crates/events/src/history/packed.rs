//! Large values, which are compressed: a list of numbers then takes about a third of its bytes.

use std::io::{self, Read as _, Write as _};

use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};

/// Smaller values are not worth the compressor's own memory, which is cleared for each.
const SMALLEST: usize = 64 * 1024;

/// How many bytes from the middle of a value show whether it can be compressed. Images and archives cannot.
const SAMPLE: usize = 8 * 1024;

/// The bytes of a value as a log has them.
pub(super) enum Packed {
    /// As they are.
    Plain(Vec<u8>),
    /// Compressed.
    Deflated {
        /// Their number before.
        length: u64,
        /// The DEFLATE stream.
        stream: Vec<u8>,
    },
}

impl Packed {
    /// Compresses bytes if that saves a quarter of them.
    pub(super) fn new(bytes: Vec<u8>) -> Self {
        if bytes.len() < SMALLEST {
            return Self::Plain(bytes);
        }
        let middle = bytes.len() / 2;
        if !is_smaller(&deflated(&bytes[middle..middle + SAMPLE]), SAMPLE) {
            return Self::Plain(bytes);
        }
        let stream = deflated(&bytes);
        if !is_smaller(&stream, bytes.len()) {
            return Self::Plain(bytes);
        }
        Self::Deflated {
            length: bytes.len() as u64,
            stream: stream.unwrap_or_default(),
        }
    }
}

/// The stream of bytes; `None` if there is no memory to write it to.
fn deflated(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::with_capacity(bytes.len() / 2), Compression::fast());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok()
}

fn is_smaller(stream: &Option<Vec<u8>>, length: usize) -> bool {
    let packed = stream.as_ref().map_or(length, Vec::len);
    packed <= length / 4 * 3
}

/// The `length` bytes of a stream.
pub(super) fn inflate(stream: &[u8], length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // A changed stream may be that of many more bytes.
    let read = DeflateDecoder::new(stream)
        .take(length)
        .read_to_end(&mut bytes);
    match read {
        Ok(read) if read as u64 == length => Ok(bytes),
        _ => Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "its bytes have changed since they were written",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The literal of a list of numbers is much like this.
    fn numbers() -> Vec<u8> {
        let numbers = (0..20_000_u32).flat_map(|number| {
            let [a, b, c, _] = number.to_le_bytes();
            [0x0a, 6, 0x0a, 4, 0x08, a, b, c]
        });
        numbers.collect()
    }

    #[test]
    fn a_list_of_numbers_takes_at_most_half_of_its_bytes() {
        let bytes = numbers();
        let Packed::Deflated { length, stream } = Packed::new(bytes.clone()) else {
            panic!("it is not compressed")
        };
        assert!(stream.len() * 2 < bytes.len(), "{}", stream.len());
        assert_eq!(length, bytes.len() as u64);
        assert_eq!(inflate(&stream, length).ok(), Some(bytes));
    }

    #[test]
    fn what_is_small_or_cannot_be_compressed_stays_as_it_is() {
        let small = vec![0; SMALLEST - 1];
        assert!(matches!(Packed::new(small.clone()), Packed::Plain(plain) if plain == small));
        let mut state = 1_u64;
        let noise = std::iter::repeat_with(|| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 56) as u8
        });
        let noise: Vec<u8> = noise.take(2 * SMALLEST).collect();
        assert!(matches!(Packed::new(noise.clone()), Packed::Plain(plain) if plain == noise));
    }

    #[test]
    fn another_length_and_a_cut_stream_are_errors() {
        let bytes = numbers();
        let Packed::Deflated { length, stream } = Packed::new(bytes) else {
            panic!("it is not compressed")
        };
        for (stream, length) in [
            (&stream[..], length + 1),
            (&stream[..stream.len() / 2], length),
            (&[], length),
        ] {
            let problem = inflate(stream, length)
                .map(drop)
                .expect_err("it is damaged");
            assert!(problem.to_string().contains("have changed"), "{problem}");
        }
    }
}
