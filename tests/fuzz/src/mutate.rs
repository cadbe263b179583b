//! Inputs that are nearly right.

/// Makes inputs out of others; the same ones for the same seed.
#[derive(Debug)]
pub struct Mutator {
    state: u64,
}

/// Bytes at which lengths, markers and tags change their meaning.
const EDGES: [u8; 16] = [
    0x00, 0x01, 0x07, 0x08, 0x0a, 0x12, 0x1a, 0x7f, 0x80, 0x91, 0xc0, 0xc1, 0xdb, 0xdd, 0xdf, 0xff,
];

/// Longer inputs only take longer.
const LIMIT: usize = 4096;

impl Mutator {
    /// One that makes what `seed` says.
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// SplitMix64.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`, or 0.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    fn range(&mut self, bytes: &[u8]) -> std::ops::Range<usize> {
        let start = self.below(bytes.len());
        let length = self.below((bytes.len() - start).min(64) + 1);
        start..start + length
    }

    /// A mutation of `input`, sometimes with a part of `other`.
    pub fn mutate(&mut self, input: &[u8], other: &[u8]) -> Vec<u8> {
        let mut bytes = input.to_vec();
        for _ in 0..=self.below(4) {
            let place = self.below(bytes.len());
            match self.below(8) {
                0 if !bytes.is_empty() => bytes[place] ^= 1 << self.below(8),
                1 if !bytes.is_empty() => bytes[place] = EDGES[self.below(EDGES.len())],
                2 if !bytes.is_empty() => bytes[place] = self.next() as u8,
                3 => bytes.truncate(place),
                4 => {
                    let range = self.range(&bytes);
                    bytes.drain(range);
                }
                5 => {
                    let part = bytes[self.range(&bytes)].to_vec();
                    let times = 1 + self.below(40);
                    bytes.splice(place..place, part.repeat(times));
                }
                6 => {
                    let part = other[self.range(other)].to_vec();
                    bytes.splice(place..place, part);
                }
                _ => bytes.insert(place, EDGES[self.below(EDGES.len())]),
            }
        }
        bytes.truncate(LIMIT);
        bytes
    }
}
