//! Compression with all cores, with the same result on any machine.

use std::{
    io::{self, Write as _},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use flate2::{Compression, GzBuilder};
use flyte_core::lock::lock;

/// How much a member of the archive holds. Smaller ones compress worse.
const MEMBER: usize = 1 << 20;

/// Compresses to a series of members, which every reader of gzip takes for one file. Their sizes do not depend on the
/// number of cores.
pub(super) fn compress(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let parts: Vec<&[u8]> = bytes.chunks(MEMBER).collect();
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    let members: Vec<Mutex<io::Result<Vec<u8>>>> =
        parts.iter().map(|_| Mutex::new(Ok(Vec::new()))).collect();
    let work = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(part) = parts.get(index) else {
                break;
            };
            *lock(&members[index]) = member(part);
        }
    };
    thread::scope(|scope| {
        for _ in 1..cores.min(parts.len()) {
            scope.spawn(work);
        }
        work();
    });
    if parts.is_empty() {
        return member(&[]);
    }
    let mut all = Vec::with_capacity(bytes.len() / 2);
    for one in &members {
        let mut one = lock(one);
        let one = std::mem::replace(&mut *one, Ok(Vec::new()));
        all.extend_from_slice(&one?);
    }
    Ok(all)
}

/// A member without the time, a name and the system.
fn member(part: &[u8]) -> io::Result<Vec<u8>> {
    let writer = Vec::with_capacity(part.len() / 2);
    let mut gzip = GzBuilder::new()
        .operating_system(255)
        .write(writer, Compression::default());
    gzip.write_all(part)?;
    gzip.finish()
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use flate2::read::MultiGzDecoder;

    use super::*;

    #[test]
    fn members_are_one_file() {
        for size in [0, 1, MEMBER, 3 * MEMBER + 17] {
            let bytes: Vec<u8> = (0..size).map(|index| (index / 7) as u8).collect();
            let packed = compress(&bytes).expect("memory takes everything");
            assert_eq!(packed, compress(&bytes).expect("memory takes everything"));
            let mut unpacked = Vec::new();
            let read = MultiGzDecoder::new(&*packed).read_to_end(&mut unpacked);
            assert_eq!((read.ok(), unpacked == bytes), (Some(size), true));
        }
    }
}
